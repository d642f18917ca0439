"""A parcel in the pool as an investor, or a plan that lost a line, looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from landgis.area import mu
from landgis.domain.outcome import Outcome
from landgis.domain.pooling import Standing, Tier

_LEVEL_ONE = 2
"""Digits of a planned use code that name its first-level class (guide of 2023), e.g. 09 商业服务业用地."""


@dataclass(frozen=True)
class Candidate:
    """A parcel that stands in the pool.

    Attributes
    ----------
    member_id, parcel_id, tier, standing
        Its membership.
    town_code, town_name
        Where it lies; '' where that is not known.
    use_code
        Planned use as a code of the guide of 2023; '' where it is not known for certain.
    area_ha
        Registered where certified, else ellipsoidal; 公顷, rounded as published.
    verdict
        Of the newest final run about this very version of it; None: that run says nothing of it.
    facts
        Its yes/no facts; None or absent: unknown.
    available_on
        Last day of the quarter in which a plan supplies it; None: no plan says when.
    """

    member_id: str
    parcel_id: str
    tier: Tier
    standing: Standing
    town_code: str
    town_name: str
    use_code: str
    area_ha: Decimal
    verdict: Outcome | None
    facts: Mapping[str, bool | None]
    available_on: date | None

    @property
    def use_class(self) -> str:
        """First-level class of the planned use; '' where it is not known."""
        return use_class(self.use_code)

    @property
    def area_mu(self) -> Decimal:
        """Area in 亩."""
        return mu(self.area_ha)

    @property
    def may_enter(self) -> bool:
        """Whether it may be supplied as far as the newest final run can tell; what is not known is no."""
        return self.verdict in (Outcome.CLEAR, Outcome.FLAGGED)


def use_class(code: str) -> str:
    """Return the first-level class of a planned use code (guide of 2023); '' for none."""
    return code[:_LEVEL_ONE] if len(code) >= _LEVEL_ONE else ""
