"""What it costs to force a left-out parcel in: solved again while the case is small, bounded by duality otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from landgis.plan.choosing.amounts import ten_thousandths
from landgis.plan.choosing.bound import DualBound
from landgis.plan.choosing.model import Model, Picks
from landgis.plan.choosing.solver import solve

RESOLVED, BOUND = "resolved", "bound"
_RESOLVE_COLUMNS = 2_500
"""Each left-out parcel is solved for anew while left-out parcels times columns stay below this."""


@dataclass(frozen=True)
class Price:
    """What the objective loses at least, 分, and how that is known; ``loss`` None: nothing proven, or impossible."""

    loss: Decimal | None
    by: str

    @property
    def possible(self) -> bool:
        """Whether some portfolio may hold the parcel."""
        return self.by != RESOLVED or self.loss is not None

    @property
    def words(self) -> tuple[str, str]:
        """Chinese and English, to follow a reason."""
        if not self.possible:
            return "；在本方案约束下任何组合都容不下该地块", "; no portfolio can hold it under these constraints"
        if self.by == RESOLVED:
            return (
                f"；强行列入，总分减少 {self.loss} 分（重新求解）",
                f"; forcing it in costs {self.loss} (solved again)",
            )
        if self.by == BOUND:
            return (
                f"；强行列入，总分至少减少 {self.loss} 分（对偶界）",
                f"; forcing it in costs at least {self.loss} (dual bound)",
            )
        return "；强行列入的代价未予证明", "; what forcing it in costs is not proven"


def prices_of(model: Model, picks: Picks, bound: DualBound, *, optimal: bool, node_columns: int) -> dict[int, Price]:
    """Price every eligible parcel that is not chosen.

    Parameters
    ----------
    model, picks
        The portfolio.
    bound
        Bounds of the objective with each parcel forced in.
    optimal
        Whether the portfolio is proven optimal; without that nothing is solved again.
    node_columns
        Effort of each solve.
    """
    chosen = set(model.parcel[picks].tolist())
    left = [number for number in range(len(model.parcel_ids)) if number not in chosen]
    objective = model.total_worth(picks)
    prices = {number: _bounded(objective - _most(model, number, bound)) for number in left}
    if optimal and len(left) * len(model.parcel) <= _RESOLVE_COLUMNS:
        prices |= {number: _resolved(model, number, objective, prices[number], node_columns) for number in left}
    return prices


def _most(model: Model, number: int, bound: DualBound) -> int:
    return max(bound.picked[int(column)] for column in model.columns_of[number])


def _bounded(loss: int) -> Price:
    return Price(ten_thousandths(loss), BOUND) if loss > 0 else Price(None, "")


def _resolved(model: Model, number: int, objective: int, otherwise: Price, node_columns: int) -> Price:
    forced = model.columns_of[number]
    found = solve(model, model.worth, model.rows, node_columns=node_columns, forced=forced)
    if found.infeasible:
        return Price(None, RESOLVED)
    if found.picks is None or found.bound > model.total_worth(found.picks):
        return otherwise
    return Price(ten_thousandths(objective - found.bound), RESOLVED)
