"""Membership in a pool (储备项目库): in what state a parcel stands there, and which moves are possible, for which reasons.

Nothing is ever deleted: a membership begins with a move from nothing, and ends by being supplied or withdrawn. What was
withdrawn comes back as a new membership. The database holds every client to the same moves (migration 0013).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from landgis.domain.district import CHONGMING


class Tier(StrEnum):
    """Which of the two pools."""

    PROJECT = "project"
    """储备项目库; in Chongming 拟入市地块项目计划库 (四(二))."""
    INTENT = "intent"
    """意向储备库: kept beside the projects as their substitutes (Chongming 四(二))."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {Tier.PROJECT: "储备项目库", Tier.INTENT: "意向储备库"}[self]

    @property
    def en(self) -> str:
        """English label."""
        return {Tier.PROJECT: "project pool", Tier.INTENT: "reserve of substitutes"}[self]

    def name_in(self, district: str) -> str:
        """Return what a district calls it in Chinese (松江 三(八)3; 崇明 四(二))."""
        return "拟入市地块项目计划库" if (self, district) == (Tier.PROJECT, CHONGMING.key) else self.zh


class Standing(StrEnum):
    """In what state a parcel stands in its pool."""

    LEAD = "lead"
    POOLED = "pooled"
    PLANNED = "planned"
    UNDER_WAY = "under_way"
    SUPPLIED = "supplied"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _STANDING_ZH[self]

    @property
    def en(self) -> str:
        """English label."""
        return self.value.replace("_", " ")

    @property
    def holds_ground(self) -> bool:
        """Whether no other member may stand on the same ground; a lead is nobody's yet."""
        return self not in (Standing.LEAD, Standing.WITHDRAWN)


_STANDING_ZH = {
    Standing.LEAD: "线索",
    Standing.POOLED: "入库",
    Standing.PLANNED: "计划",
    Standing.UNDER_WAY: "在办",
    Standing.SUPPLIED: "已供",
    Standing.WITHDRAWN: "退出",
}


class MoveReason(StrEnum):
    """Why a parcel moves; there are no others."""

    TOWN_REPORT = "town_report"
    NEAR_MISS = "near_miss"
    INVESTOR_REQUEST = "investor_request"
    CRITERIA_MET = "criteria_met"
    RENEWED = "renewed"
    IN_PLAN = "in_plan"
    PLAN_ADJUSTED = "plan_adjusted"
    PROCEDURE_STARTED = "procedure_started"
    DEAL_FAILED = "deal_failed"
    DEAL_CLOSED = "deal_closed"
    VERDICT_CHANGED = "verdict_changed"
    CRITERIA_CHANGED = "criteria_changed"
    OVERLAPS_MEMBER = "overlaps_member"
    OWNER_DECLINED = "owner_declined"
    USE_CHANGED = "use_changed"
    ACQUIRED = "acquired"
    LAND_CHANGED = "land_changed"
    ENTERED = "entered"
    NOT_PURSUED = "not_pursued"
    ENTERED_BY_MISTAKE = "entered_by_mistake"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _REASONS[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _REASONS[self][1]


_REASONS = {
    MoveReason.TOWN_REPORT: ("镇（街道）排摸上报", "reported by the town"),
    MoveReason.NEAR_MISS: ("接近入库条件，待补齐", "close to the criteria"),
    MoveReason.INVESTOR_REQUEST: ("意向用地者提出", "asked for by an investor"),
    MoveReason.CRITERIA_MET: ("符合入库条件", "meets the criteria"),
    MoveReason.RENEWED: ("按现行地块和筛查结果更新", "brought up to the present parcel and run"),
    MoveReason.IN_PLAN: ("列入年度供应计划", "in the published plan"),
    MoveReason.PLAN_ADJUSTED: ("年中调整移出计划", "taken out by an adjustment"),
    MoveReason.PROCEDURE_STARTED: ("启动入市程序", "procedure started"),
    MoveReason.DEAL_FAILED: ("未成交或终止", "no deal"),
    MoveReason.DEAL_CLOSED: ("已成交供地", "deal closed"),
    MoveReason.VERDICT_CHANGED: ("筛查结论改变", "verdict changed"),
    MoveReason.CRITERIA_CHANGED: ("不再符合入库条件", "no longer meets the criteria"),
    MoveReason.OVERLAPS_MEMBER: ("与其他在库地块重叠", "overlaps another member"),
    MoveReason.OWNER_DECLINED: ("所有权人无意愿", "owner declined"),
    MoveReason.USE_CHANGED: ("规划用途调整", "planned use changed"),
    MoveReason.ACQUIRED: ("转为征收", "acquired by the state"),
    MoveReason.LAND_CHANGED: ("地块分割、合并或变更", "split, merged or reshaped"),
    MoveReason.ENTERED: ("登记为已入市", "on record as entered"),
    MoveReason.NOT_PURSUED: ("不再跟踪", "not pursued"),
    MoveReason.ENTERED_BY_MISTAKE: ("误登", "entered by mistake"),
}

MOVES: dict[tuple[Standing | None, Standing], tuple[MoveReason, ...]] = {
    (None, Standing.LEAD): (MoveReason.TOWN_REPORT, MoveReason.NEAR_MISS, MoveReason.INVESTOR_REQUEST),
    (None, Standing.POOLED): (MoveReason.CRITERIA_MET,),
    (Standing.LEAD, Standing.LEAD): (MoveReason.RENEWED,),
    (Standing.LEAD, Standing.POOLED): (MoveReason.CRITERIA_MET,),
    (Standing.LEAD, Standing.WITHDRAWN): (
        MoveReason.NOT_PURSUED,
        MoveReason.OWNER_DECLINED,
        MoveReason.LAND_CHANGED,
        MoveReason.ENTERED_BY_MISTAKE,
    ),
    (Standing.POOLED, Standing.POOLED): (MoveReason.RENEWED,),
    (Standing.POOLED, Standing.PLANNED): (MoveReason.IN_PLAN,),
    (Standing.POOLED, Standing.WITHDRAWN): (
        MoveReason.VERDICT_CHANGED,
        MoveReason.CRITERIA_CHANGED,
        MoveReason.OVERLAPS_MEMBER,
        MoveReason.OWNER_DECLINED,
        MoveReason.USE_CHANGED,
        MoveReason.ACQUIRED,
        MoveReason.LAND_CHANGED,
        MoveReason.ENTERED,
        MoveReason.ENTERED_BY_MISTAKE,
    ),
    (Standing.PLANNED, Standing.PLANNED): (MoveReason.RENEWED,),
    (Standing.PLANNED, Standing.POOLED): (MoveReason.PLAN_ADJUSTED,),
    (Standing.PLANNED, Standing.UNDER_WAY): (MoveReason.PROCEDURE_STARTED,),
    (Standing.UNDER_WAY, Standing.PLANNED): (MoveReason.DEAL_FAILED,),
    (Standing.UNDER_WAY, Standing.SUPPLIED): (MoveReason.DEAL_CLOSED,),
}
"""From → to → reasons. None: not in the pool yet. A planned parcel leaves the pool only after it has left the plan."""

_OF_BUILD_OR_PLAN = (
    MoveReason.CRITERIA_MET, MoveReason.RENEWED, MoveReason.IN_PLAN, MoveReason.PLAN_ADJUSTED,
    MoveReason.VERDICT_CHANGED, MoveReason.CRITERIA_CHANGED, MoveReason.OVERLAPS_MEMBER,
)  # fmt: skip
"""Reasons that only a build or a plan can give."""


def by_hand(before: Standing | None) -> dict[Standing, tuple[MoveReason, ...]]:
    """Return where a person may move a parcel from a standing, without a build or a plan, and for which reasons."""
    found = {
        after: tuple(reason for reason in reasons if reason not in _OF_BUILD_OR_PLAN)
        for (start, after), reasons in MOVES.items()
        if start is before
    }
    return {after: reasons for after, reasons in found.items() if reasons}


@dataclass(frozen=True)
class Move:
    """One move of a membership, as it was written down.

    Attributes
    ----------
    step
        1 for the first.
    before, after
        Standing before (None: not in the pool) and after.
    reason, note
        One of the list, and what the person added.
    version
        The version of the parcel that the membership stands for from then on.
    run_id, pool_id, plan_id
        The screening run, the build and the plan that it rests on; None where none is needed.
    by, at
        Name of the person, and the moment.
    """

    step: int
    before: Standing | None
    after: Standing
    reason: MoveReason
    note: str
    version: int
    run_id: str | None
    pool_id: str | None
    plan_id: str | None
    by: str
    at: datetime


@dataclass(frozen=True)
class Membership:
    """A parcel in a pool: who it is, and every move that it made; the last one says how it stands."""

    member_id: str
    district: str
    parcel_id: str
    tier: Tier
    moves: tuple[Move, ...]

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return self.moves[-1].after

    @property
    def version(self) -> int:
        """The version of the parcel that it stands for."""
        return self.moves[-1].version
