"""What a bureau asks of a pool and of a plan; written as YAML, the same at every front door."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from landgis.domain.outcome import Outcome


@dataclass(frozen=True)
class PoolCriteria:
    """Who may enter the candidate pool (储备项目库).

    Attributes
    ----------
    verdicts
        Verdicts that may enter; ``excluded`` and ``unknown`` never may.
    min_area_m2
        Smallest area (registered where certified, else ellipsoidal).
    towns
        Town codes wanted; empty: all.
    planned_uses
        Beginnings of planned use codes wanted; empty: all.
    overlap_tolerance_m2
        Ground two members may share; the bureau's signed value, 0 by default.
    """

    verdicts: tuple[Outcome, ...] = (Outcome.CLEAR, Outcome.FLAGGED)
    min_area_m2: float = 0.0
    towns: tuple[str, ...] = ()
    planned_uses: tuple[str, ...] = ()
    overlap_tolerance_m2: float = 0.0


@dataclass(frozen=True)
class UseQuota:
    """Most and least land of a use that the year supplies; ``use`` is the beginning of a planned use code."""

    use: str
    max_ha: Decimal | None = None
    min_ha: Decimal | None = None


@dataclass(frozen=True)
class TownQuota:
    """Most and least land that a town supplies; ``town_code`` has nine digits."""

    town_code: str
    max_ha: Decimal | None = None
    min_ha: Decimal | None = None


@dataclass(frozen=True)
class QuarterQuota:
    """Most and least land that a quarter (1 to 4) supplies."""

    quarter: int
    max_ha: Decimal | None = None
    min_ha: Decimal | None = None


@dataclass(frozen=True)
class PlanTargets:
    """What the year's supply plan (年度入市供应计划) asks.

    Attributes
    ----------
    year
        Calendar year of the plan.
    verdicts
        Verdicts that may be planned.
    required_facts
        Facts that must be true, e.g. road, water_supply, power, levelled, owner_willing.
    max_ha
        Most land in all, 公顷; None: no limit.
    quotas
        Limits by use.
    min_ha
        The year's aim, 公顷; what is short of it is told, and nothing is planned for its sake.
    town_quotas, quarter_quotas
        Limits by town and by quarter.
    """

    year: int
    verdicts: tuple[Outcome, ...] = (Outcome.CLEAR, Outcome.FLAGGED)
    required_facts: tuple[str, ...] = ()
    max_ha: Decimal | None = None
    quotas: tuple[UseQuota, ...] = ()
    min_ha: Decimal | None = None
    town_quotas: tuple[TownQuota, ...] = ()
    quarter_quotas: tuple[QuarterQuota, ...] = ()


LEFT_OUT_ZH = {
    "verdict_excluded": "不符合",
    "verdict_unknown": "无法判定",
    "verdict_flagged": "待核",
    "too_small": "面积过小",
    "town_not_wanted": "不在所选镇",
    "use_not_wanted": "用途不在所选范围",
    "overlaps_member": "与在库地块重叠",
    "entered": "已入市",
    "under_way": "正在办理入市",
    "supplied": "已供地",
    "given_up": "已由人办理退出",
}
"""Why a parcel was left out of a pool: code → Chinese label."""
LEFT_OUT_EN = {
    "verdict_excluded": "excluded",
    "verdict_unknown": "unknown",
    "verdict_flagged": "flagged",
    "too_small": "too small",
    "town_not_wanted": "not in a town chosen",
    "use_not_wanted": "use not among those chosen",
    "overlaps_member": "overlaps a member",
    "entered": "entered the market already",
    "under_way": "procedure under way",
    "supplied": "supplied",
    "given_up": "taken out by a person",
}
"""The same in English."""
