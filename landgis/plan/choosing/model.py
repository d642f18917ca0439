"""The model of a scenario: columns (a parcel, or a parcel in a quarter) and rows in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from landgis.errors import ExternalError
from landgis.plan.choosing.amounts import Ints, ten_thousandths

Picks = npt.NDArray[np.bool_]
"""Which columns are picked."""


class Kind(StrEnum):
    """What a row limits."""

    TOTAL = "total"
    COST = "cost"
    USE = "use"
    TOWN = "town"
    QUARTER = "quarter"
    ORDER = "order"
    SUBSTITUTES = "substitutes"
    ONCE = "once"
    """A parcel in one quarter at most: not of the scenario, and never let go."""


@dataclass(frozen=True)
class Row:
    """One inequality over the columns, in whole numbers.

    Attributes
    ----------
    constraint, zh, en
        The constraint it belongs to, as files and people call it; an order by quarters has several rows.
    kind, unit
        What it limits; ``ha`` (counted in m²), ``yuan`` or ``parcels``.
    at
        Columns concerned.
    pull
        What each adds, times ``per``.
    counted
        What each adds to what is shown as used; for shares the area in the town, else ``pull``.
    limit, at_most
        Σ pull is at most, or at least, ``limit``.
    stated
        The limit as the scenario states it.
    per
        Denominator of a share, 1 elsewhere.
    needs
        The predecessor, in an order.
    """

    constraint: str
    zh: str
    en: str
    kind: Kind
    unit: str
    at: Ints
    pull: Ints
    counted: Ints
    limit: int
    at_most: bool
    stated: Decimal
    per: int = 1
    needs: str = ""

    def slack(self, picks: Picks) -> int:
        """Return what is left, in ``1 / per`` of m², 元 or parcels; negative: the row is broken."""
        used = int(self.pull[picks[self.at]].sum())
        return self.limit - used if self.at_most else used - self.limit

    def shown(self, whole: int) -> Decimal:
        """Return an amount of ``pull`` in the row's unit."""
        return self.counted_as(whole) if self.per == 1 else self.counted_as(whole) / self.per

    def used(self, picks: Picks) -> Decimal:
        """Return what the picked columns count, in the row's unit."""
        return self.counted_as(int(self.counted[picks[self.at]].sum()))

    def counted_as(self, whole: int) -> Decimal:
        """Return m², 元 or parcels in the row's unit."""
        return ten_thousandths(whole) if self.unit == "ha" else Decimal(whole)


@dataclass(frozen=True)
class Model:
    """Columns and rows; parcels are numbered in id order.

    Attributes
    ----------
    parcel_ids
        Eligible parcels.
    parcel, quarter
        Of every column, shape (columns,): its parcel's number, and its quarter (0: none is given).
    worth
        Of every column, 0.0001 分.
    area_m2, cost_yuan
        Of every parcel; cost −1 where unknown.
    rows
        In the order of the scenario.
    """

    parcel_ids: tuple[str, ...]
    parcel: Ints
    quarter: Ints
    worth: Ints
    area_m2: Ints
    cost_yuan: Ints
    rows: tuple[Row, ...]

    @cached_property
    def constraints(self) -> tuple[str, ...]:
        """Names of the scenario's constraints, in order."""
        return tuple(dict.fromkeys(row.constraint for row in self.rows if row.kind is not Kind.ONCE))

    @cached_property
    def columns_of(self) -> list[Ints]:
        """Columns of every parcel, by its number."""
        first = np.searchsorted(self.parcel, np.arange(len(self.parcel_ids) + 1))
        return [np.arange(start, end) for start, end in pairwise(first)]

    def total_worth(self, picks: Picks) -> int:
        """Return the objective of a portfolio, 0.0001 分."""
        return int(self.worth[picks].sum())

    def supply(self, row: Row) -> Decimal:
        """Return what all eligible parcels together would count, in the row's unit."""
        most = np.zeros(len(self.parcel_ids), dtype=np.int64)
        np.maximum.at(most, self.parcel[row.at], row.counted)
        return row.counted_as(int(most.sum()))

    def require_kept(self, picks: Picks) -> None:
        """Check a portfolio in whole numbers.

        Raises
        ------
        ExternalError
            The solver's answer breaks a constraint: it is not to be used.
        """
        broken = [row for row in self.rows if row.slack(picks) < 0]
        if broken:
            over = broken[0].shown(-broken[0].slack(picks))
            raise ExternalError(
                f"求解结果违反约束“{broken[0].zh}”：差 {over} {broken[0].unit}，结果不予采用",
                f"The solver's answer breaks {broken[0].en} by {over} {broken[0].unit}; it is not used",
                where=broken[0].constraint,
                next_zh="请保存备选与方案文件并报告",
                next_en="Keep the candidates and the scenario file, and report it",
            )
