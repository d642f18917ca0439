"""What is said of a candidate that is not in the portfolio."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from landgis.domain.portfolio import WhyNot
from landgis.frames.portfolio import NOT_CHOSEN


@dataclass(frozen=True)
class Left:
    """A row of ``frames.portfolio.NOT_CHOSEN``."""

    parcel_id: str
    reason: WhyNot
    detail_zh: str
    detail_en: str
    constraint: str = ""
    exceeded_by: Decimal | None = None
    unit: str = ""
    other_parcel_id: str = ""
    loss_least: Decimal | None = None
    loss_by: str = ""


def left_frame(left: Iterable[Left]) -> pd.DataFrame:
    """Return the left-out in id order, as ``frames.portfolio.NOT_CHOSEN``."""
    ordered = sorted(left, key=lambda each: each.parcel_id)
    if not ordered:
        return NOT_CHOSEN.empty()
    table = pd.DataFrame(
        {column.name: [getattr(each, column.name) for each in ordered] for column in NOT_CHOSEN.columns}, dtype=object
    ).astype({column.name: "str" for column in NOT_CHOSEN.columns if column.kind == "text"})
    NOT_CHOSEN.require(table)
    return table
