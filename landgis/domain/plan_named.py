"""How a plan is named wherever it leaves: number, title, the identifier of its version, the day of publication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from landgis.domain.district import DISTRICTS


@dataclass(frozen=True)
class PlanNamed:
    """A version of an annual plan.

    Attributes
    ----------
    plan_id, district, year
        Number, district key and plan year.
    published_on
        Day of publication; None: not published.
    """

    plan_id: str
    district: str
    year: int
    published_on: date | None

    @property
    def title(self) -> str:
        """The title of the plan of that district and year, whatever its version."""
        return f"{DISTRICTS[self.district].name_zh}{self.year}年度农村集体经营性建设用地入市供应计划"

    @property
    def guid(self) -> UUID:
        """The same for every delivery and every print of one version."""
        return uuid5(NAMESPACE_URL, f"landgis:{self.district}:{self.year}:{self.plan_id}")
