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


@dataclass(frozen=True)
class Intent:
    """What an investor asks for.

    Attributes
    ----------
    intent_id, district
        E.g. ``I000001``; the district key.
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
    recorded_on
        Moment of recording.
    ended
        Why it is pursued no longer; None: it still is.
    """

    intent_id: str
    district: str
    investor: str
    uses: tuple[str, ...]
    min_area_m2: float | None
    max_area_m2: float | None
    towns: tuple[str, ...]
    wanted_by: date | None
    required_facts: tuple[str, ...]
    requirements: str
    recorded_on: datetime
    ended: IntentEnd | None = None
