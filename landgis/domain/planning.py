"""The annual supply plan (年度入市供应计划): its states, who moves it on, its balance of all land, and its milestones."""

from __future__ import annotations

from enum import StrEnum


class PlanStatus(StrEnum):
    """Where a version of a plan stands (松江 三(五)1, 四(二); 崇明 四(五))."""

    DRAFTING = "draft"
    TOWN_CONSULTATION = "town_consultation"
    GOVERNMENT_REVIEW = "government_review"
    REPORTED = "reported"
    PUBLISHED = "published"
    RETURNED = "returned"
    SUPERSEDED = "superseded"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _STATUS_ZH[self]

    @property
    def en(self) -> str:
        """English label."""
        return _STATUS_EN[self]


_STATUS_ZH = {
    PlanStatus.DRAFTING: "编制",
    PlanStatus.TOWN_CONSULTATION: "镇街会商",
    PlanStatus.GOVERNMENT_REVIEW: "区政府审议",
    PlanStatus.REPORTED: "上报市规划资源局",
    PlanStatus.PUBLISHED: "公布",
    PlanStatus.RETURNED: "退回",
    PlanStatus.SUPERSEDED: "已被调整替代",
}
_STATUS_EN = {
    PlanStatus.DRAFTING: "being drafted",
    PlanStatus.TOWN_CONSULTATION: "with the towns",
    PlanStatus.GOVERNMENT_REVIEW: "before the district government",
    PlanStatus.REPORTED: "reported to the municipal bureau",
    PlanStatus.PUBLISHED: "published",
    PlanStatus.RETURNED: "returned",
    PlanStatus.SUPERSEDED: "superseded by its adjustment",
}
NEXT: dict[PlanStatus, tuple[PlanStatus, ...]] = {
    PlanStatus.DRAFTING: (PlanStatus.TOWN_CONSULTATION, PlanStatus.RETURNED),
    PlanStatus.TOWN_CONSULTATION: (PlanStatus.GOVERNMENT_REVIEW, PlanStatus.RETURNED),
    PlanStatus.GOVERNMENT_REVIEW: (PlanStatus.REPORTED, PlanStatus.RETURNED),
    PlanStatus.REPORTED: (PlanStatus.PUBLISHED, PlanStatus.RETURNED),
    PlanStatus.PUBLISHED: (PlanStatus.SUPERSEDED,),
    PlanStatus.RETURNED: (),
    PlanStatus.SUPERSEDED: (),
}
"""Where a version may go. What was returned is drafted anew as another version; the database holds this (0015)."""
APPROVING = PlanStatus.REPORTED
"""The step to it says that the district government has considered the plan: taken by a reviewer, never by the author."""
PAPER_NEEDED = (PlanStatus.REPORTED, PlanStatus.PUBLISHED)
"""Steps that name the document (文号) that they rest on."""


class PlanCheck(StrEnum):
    """What is asked of every line: the conditions of 崇明 四(五), and what binds both districts."""

    PLANNING_SETTLED = "planning_settled"
    TITLE_CLEAR = "title_clear"
    OWNER_WILLING = "owner_willing"
    LAYOUT_FIT = "layout_fit"
    MARKET_KNOWN = "market_known"
    INVESTOR_FOUND = "investor_found"
    SITE_READY = "site_ready"
    HOUSING_PLAN = "housing_plan"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _CHECKS[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _CHECKS[self][1]


_CHECKS = {
    PlanCheck.PLANNING_SETTLED: ("规划落定", "planning settled"),
    PlanCheck.TITLE_CLEAR: ("权属清晰", "title clear"),
    PlanCheck.OWNER_WILLING: ("所有权人意愿", "owner willing"),
    PlanCheck.LAYOUT_FIT: ("统筹布局", "fits the layout"),
    PlanCheck.MARKET_KNOWN: ("市场情况", "market known"),
    PlanCheck.INVESTOR_FOUND: ("招商情况", "investor found"),
    PlanCheck.SITE_READY: ("净地条件", "site ready"),
    PlanCheck.HOUSING_PLAN: ("纳入住宅用地供应计划", "in the housing supply plan"),
}


class Light(StrEnum):
    """How a line of the plan is getting on."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"green": "正常", "amber": "预警", "red": "将误期"}[self.value]


class Ownership(StrEnum):
    """Whose land is supplied."""

    COLLECTIVE = "collective"
    STATE = "state"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"collective": "集体", "state": "国有"}[self.value]


class Channel(StrEnum):
    """By which way land comes to be supplied."""

    MARKET_ENTRY = "market_entry"
    ACQUISITION = "acquisition"
    """成片开发征收: collective land that the state acquires and supplies."""
    STOCK = "stock"
    """存量 and other state-owned land."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"market_entry": "入市", "acquisition": "成片开发征收", "stock": "存量及其他"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {"market_entry": "market entry", "acquisition": "acquisition", "stock": "stock and other"}[self.value]


class Milestone(StrEnum):
    """What happens to a planned parcel until it is registered, in the order of 松江 三(五) and 崇明 四(八)."""

    SURVEYED = "surveyed"
    LAND_OPINION = "land_opinion"
    CONSULTED = "consulted"
    RESOLVED = "resolved"
    APPRAISED = "appraised"
    APPLIED = "applied"
    ANNOUNCED = "announced"
    CONTRACTED = "contracted"
    HANDED_OVER = "handed_over"
    REGISTERED = "registered"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _MILESTONES[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _MILESTONES[self][1]


_MILESTONES = {
    Milestone.SURVEYED: ("勘测定界", "surveyed"),
    Milestone.LAND_OPINION: ("规划土地意见书", "planning and land opinion issued"),
    Milestone.CONSULTED: ("部门征询", "departments consulted"),
    Milestone.RESOLVED: ("民主决策", "resolved by the members"),
    Milestone.APPRAISED: ("地价评估", "appraised"),
    Milestone.APPLIED: ("入市申请审核", "application reviewed"),
    Milestone.ANNOUNCED: ("公告交易", "announced"),
    Milestone.CONTRACTED: ("签订合同", "contract signed"),
    Milestone.HANDED_OVER: ("交地确认", "handed over"),
    Milestone.REGISTERED: ("登记", "registered"),
}
