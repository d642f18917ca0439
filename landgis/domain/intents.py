"""Who wants land (用地意向): what an investor asks for, and why an intent came to an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class IntentEnd(StrEnum):
    """Why an intent is pursued no longer."""

    MET = "met"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ENTERED_BY_MISTAKE = "entered_by_mistake"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"met": "已落地", "withdrawn": "投资人撤回", "expired": "逾期失效", "entered_by_mistake": "误登"}[
            self.value
        ]

    @property
    def en(self) -> str:
        """English label."""
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Wanted:
    """What an investor asks for.

    Attributes
    ----------
    district
        The district key.
    investor
        Who asks; not for outsiders.
    uses
        Beginnings of planned use codes (guide of 2023) that would do, the most wanted first; never empty.
    min_area_m2, max_area_m2
        Scale wanted; None: no limit.
    towns
        Town codes that would do; empty: any.
    wanted_by
        Day by which the land is needed; None: not said.
    required_facts
        Facts of a parcel that must be true, e.g. ``power``.
    requirements
        What else is asked, in words.
    """

    district: str
    investor: str
    uses: tuple[str, ...]
    min_area_m2: float | None = None
    max_area_m2: float | None = None
    towns: tuple[str, ...] = ()
    wanted_by: date | None = None
    required_facts: tuple[str, ...] = ()
    requirements: str = ""


@dataclass(frozen=True)
class Intent:
    """What an investor asked for, on record.

    Attributes
    ----------
    intent_id
        E.g. ``I000001``.
    wanted
        What is asked for.
    recorded_by, recorded_at
        Account and moment.
    ended, note
        Why it is pursued no longer, and what the person said; None and '' while it is.
    """

    intent_id: str
    wanted: Wanted
    recorded_by: str
    recorded_at: datetime
    ended: IntentEnd | None = None
    note: str = ""
