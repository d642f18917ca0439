"""What a year's portfolio (年度地块组合) must keep and what it should reach; written as YAML, the same at every front door."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from landgis.domain.outcome import Outcome


@dataclass(frozen=True)
class UseBand:
    """Least and most land of a use, 公顷; ``use`` is the beginning of a planned use code (guide of 2023)."""

    use: str
    min_ha: Decimal | None = None
    max_ha: Decimal | None = None


@dataclass(frozen=True)
class TownBand:
    """What a town takes part with.

    Attributes
    ----------
    town_code
        Nine digits.
    min_share
        Least share of the chosen area that lies in the town, 0 to 1.
    min_ha, max_ha
        Least and most land, 公顷.
    min_parcels, max_parcels
        Least and most parcels.
    """

    town_code: str
    min_share: Decimal | None = None
    min_ha: Decimal | None = None
    max_ha: Decimal | None = None
    min_parcels: int | None = None
    max_parcels: int | None = None


@dataclass(frozen=True)
class QuarterBand:
    """Least and most land supplied in a quarter (1 to 4), 公顷."""

    quarter: int
    min_ha: Decimal | None = None
    max_ha: Decimal | None = None


@dataclass(frozen=True)
class Order:
    """A parcel is chosen only if ``after`` is chosen; with ``not_before``, also in no earlier quarter than it."""

    parcel_id: str
    after: str
    not_before: bool = False


@dataclass(frozen=True)
class Substitutes:
    """Parcels of which one serves: at most one of them is chosen (substitutes of one intent)."""

    name: str
    parcel_ids: tuple[str, ...]


@dataclass(frozen=True)
class Weights:
    """What a chosen parcel is worth, in 分: the sum of these, rounded half up to 4 places parcel by parcel.

    Attributes
    ----------
    per_ha
        For every 公顷.
    per_point_ha
        For every point of preference and 公顷.
    per_ready_ha
        For every 公顷, times the share of the counted facts that are true.
    per_10k_yuan
        For every 10,000 元 of up-front cost; negative: cost is a burden.
    """

    per_ha: Decimal = Decimal("1")
    per_point_ha: Decimal = Decimal("0.01")
    per_ready_ha: Decimal = Decimal("0")
    per_10k_yuan: Decimal = Decimal("0")


@dataclass(frozen=True)
class PortfolioScenario:
    """One way to ask for a year's portfolio.

    Attributes
    ----------
    name, name_zh, name_en
        Key and titles.
    year
        Calendar year of the plan.
    verdicts
        Verdicts that may be chosen; ``excluded`` and ``unknown`` never may.
    required_facts
        Facts that must be known to be true.
    counted_facts
        Facts whose share counts in the worth (``Weights.per_ready_ha``).
    min_ha, max_ha
        The year's aim and cap, 公顷; None: none.
    max_cost_yuan
        Budget for up-front cost, 元; None: none. With a budget, a parcel of unknown cost is not chosen.
    uses, towns, quarters, orders, substitutes
        Further constraints. With quarters, or an order by quarters, every chosen parcel is given a quarter, none
        before the first one in which it can be supplied.
    weights
        The objective.
    """

    name: str
    year: int
    name_zh: str = ""
    name_en: str = ""
    verdicts: tuple[Outcome, ...] = (Outcome.CLEAR, Outcome.FLAGGED)
    required_facts: tuple[str, ...] = ()
    counted_facts: tuple[str, ...] = ()
    min_ha: Decimal | None = None
    max_ha: Decimal | None = None
    max_cost_yuan: int | None = None
    uses: tuple[UseBand, ...] = ()
    towns: tuple[TownBand, ...] = ()
    quarters: tuple[QuarterBand, ...] = ()
    orders: tuple[Order, ...] = ()
    substitutes: tuple[Substitutes, ...] = ()
    weights: Weights = field(default_factory=Weights)

    @property
    def scheduled(self) -> bool:
        """Whether chosen parcels are given quarters."""
        return bool(self.quarters) or any(order.not_before for order in self.orders)

    @property
    def needs_cost(self) -> bool:
        """Whether a parcel of unknown up-front cost cannot be chosen."""
        return self.max_cost_yuan is not None or self.weights.per_10k_yuan != 0


class Proof(StrEnum):
    """How sure it is that no better portfolio exists."""

    OPTIMAL = "optimal"
    GAP = "gap"
    """A better one may exist, by at most the gap."""
    INFEASIBLE = "infeasible"
    """It is proven that no portfolio keeps every constraint."""
    UNDECIDED = "undecided"
    """None was found within the effort, and none is proven not to exist."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"optimal": "已证明最优", "gap": "可行，未证明最优", "infeasible": "无解", "undecided": "未能判定"}[
            self.value
        ]


class WhyNot(StrEnum):
    """Why a candidate is not in the portfolio."""

    VERDICT = "verdict"
    NOT_READY = "not_ready"
    USE_UNKNOWN = "use_unknown"
    TOWN_UNKNOWN = "town_unknown"
    COST_UNKNOWN = "cost_unknown"
    QUARTER_UNKNOWN = "quarter_unknown"
    DEPENDS_ON = "depends_on"
    SUBSTITUTE_CHOSEN = "substitute_chosen"
    DOMINATED_BY = "dominated_by"
    """A limit is full, and every chosen parcel of the same constraint classes is worth more per hectare."""
    TOTAL_FULL = "total_full"
    QUOTA_FULL = "quota_full"
    NO_GAIN = "no_gain"
    """It would fit, and is worth nothing by the weights."""
    NO_PORTFOLIO = "no_portfolio"
    """No portfolio was found at all."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _WHY_NOT_ZH[self]


_WHY_NOT_ZH = {
    WhyNot.VERDICT: "审查结论不允许",
    WhyNot.NOT_READY: "条件未具备",
    WhyNot.USE_UNKNOWN: "规划用途不明",
    WhyNot.TOWN_UNKNOWN: "所属镇不明",
    WhyNot.COST_UNKNOWN: "前期成本不明",
    WhyNot.QUARTER_UNKNOWN: "最早可供季度不明",
    WhyNot.DEPENDS_ON: "前置地块未选",
    WhyNot.SUBSTITUTE_CHOSEN: "替代地块已选",
    WhyNot.DOMINATED_BY: "同类已选地块更优",
    WhyNot.TOTAL_FULL: "年度总量已满",
    WhyNot.QUOTA_FULL: "限额已满",
    WhyNot.NO_GAIN: "按权重无增益",
    WhyNot.NO_PORTFOLIO: "无可行组合",
}
