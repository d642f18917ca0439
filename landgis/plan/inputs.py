"""What the bureau states of single parcels for the plan: no facts of the register, but its own intentions and knowledge."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from landgis.rules.choosing.sale import Buyer, Project


@dataclass(frozen=True)
class LineInput:
    """What is stated of a parcel; None or an empty text: nothing.

    Attributes
    ----------
    quarter
        1 to 4: when it is to be supplied.
    term_years
        Term asked, whole years.
    cost_yuan
        Up-front cost (前期成本), 元.
    project, intended, buyer, character_area
        What the trading mode hangs on; see ``rules.choosing.sale.Sale``.
    market_zh, investor_zh
        What is known of the market, and of who is to come.
    in_housing_plan
        Whether it is in the year's housing supply plan too (年度住宅用地供应计划).
    hold_back
        Why the bureau holds it back this year (暂缓列入); empty: it does not.
    """

    quarter: int | None = None
    term_years: int | None = None
    cost_yuan: Decimal | None = None
    project: Project | None = None
    intended: int | None = None
    buyer: Buyer | None = None
    character_area: bool | None = None
    market_zh: str = ""
    investor_zh: str = ""
    in_housing_plan: bool | None = None
    hold_back: str = ""

    def stated(self) -> dict[str, Any]:
        """Return what was stated, by name."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) not in (None, "")}


OF_SALE = ("project", "intended", "buyer", "character_area")
"""What the trading mode hangs on beside the use."""
NOTHING = LineInput()


@dataclass(frozen=True)
class LineChange:
    """What an adjustment does with a parcel.

    Attributes
    ----------
    parcel_id
        The parcel.
    change
        ``in``, ``out`` or ``changed``.
    reason
        Why; never empty.
    line
        For what comes in: what is stated of it. For what changes: what is stated anew.
    """

    parcel_id: str
    change: str
    reason: str
    line: LineInput = NOTHING
