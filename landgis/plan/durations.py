"""How long the steps of a planned parcel take: a setting of the bureau, signed or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from landgis.domain.planning import Milestone


@dataclass(frozen=True)
class Durations:
    """Standard durations.

    Attributes
    ----------
    days
        Milestone → calendar days after the one before it; all of them.
    supplied_by
        The milestone that counts as supplied in the year.
    warn_days
        A forecast so near to the end of its quarter is amber.
    signed_by, signed_on, document
        Who signed them, when, by which paper; empty and None: nobody did.
    """

    days: Mapping[Milestone, int]
    supplied_by: Milestone
    warn_days: int
    signed_by: str = ""
    signed_on: date | None = None
    document: str = ""

    @property
    def caution(self) -> tuple[str, str] | None:
        """What must be said beside every forecast that stands on them; None where they are signed."""
        if self.signed_by:
            return None
        return "办理时长未经单位签发，预计日期仅供参考", "The durations are signed by nobody: forecasts are a hint only"
