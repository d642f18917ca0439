"""A sale of land: its modes, and what they hang on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from landgis.domain.land_use import PlannedClass
from landgis.rules.rule import Words


class Mode(StrEnum):
    """How a user of the land is found."""

    OPEN_BIDDING = "open_bidding"
    LISTING_WITH_PROJECT = "listing_with_project"
    AGREEMENT = "agreement"
    AS_STATE_LAND = "as_state_land"
    """Not fixed here: as the rules for state-owned land say."""
    MAY_NOT_ENTER = "may_not_enter"
    TENDER = "tender"
    AUCTION = "auction"
    LISTING = "listing"

    @property
    def words(self) -> Words:
        """Name in both languages."""
        return _MODES[self]


_MODES = {
    Mode.OPEN_BIDDING: Words("公开招拍挂", "open tender, auction or listing"),
    Mode.LISTING_WITH_PROJECT: Words("“带产业项目”挂牌", "listing with an industrial project"),
    Mode.AGREEMENT: Words("协议出让", "agreement"),
    Mode.AS_STATE_LAND: Words("参照国有建设用地相关规定", "as the rules for state-owned land say"),
    Mode.MAY_NOT_ENTER: Words("不得入市", "may not enter the market"),
    Mode.TENDER: Words("招标", "tender"),
    Mode.AUCTION: Words("拍卖", "auction"),
    Mode.LISTING: Words("挂牌", "listing"),
}


class Force(StrEnum):
    """Whether a mode is prescribed or allowed."""

    MUST = "must"
    MAY = "may"

    def says(self, mode: Mode) -> Words:
        """Say a mode with the verb of the document; what bars a sale takes none."""
        zh, en = mode.words.zh, mode.words.en
        if mode is Mode.MAY_NOT_ENTER:
            return mode.words
        if mode is Mode.AS_STATE_LAND:
            return Words(f"{_VERBS[self].zh}{zh}", f"{_VERBS[self].en} go {en}")
        return Words(f"{_VERBS[self].zh}采取{zh}", f"{_VERBS[self].en} go by {en}")


_VERBS = {Force.MUST: Words("应", "must"), Force.MAY: Words("可", "may")}


class Project(StrEnum):
    """Kind of project, as the document tells them apart."""

    OPERATING = "operating"
    INDUSTRY_PROJECT = "industry_project"
    STANDARD_WORKSHOP = "standard_workshop"
    GENERAL_RESEARCH = "general_research"
    SOCIAL_FACILITY = "social_facility"
    RENTAL_HOUSING = "rental_housing"
    COMMODITY_HOUSING = "commodity_housing"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _PROJECTS[self].zh

    @property
    def en(self) -> str:
        """English label."""
        return _PROJECTS[self].en


_PROJECTS = {
    Project.OPERATING: Words("商业、办公、乡村旅游等经营性项目", "commerce, offices, rural tourism and the like"),
    Project.INDUSTRY_PROJECT: Words("产业项目类", "for an industrial project"),
    Project.STANDARD_WORKSHOP: Words("标准厂房类", "standard workshops"),
    Project.GENERAL_RESEARCH: Words("通用类研发", "research space in general"),
    Project.SOCIAL_FACILITY: Words("营利性基础设施、社会事业类", "infrastructure and social facilities run for profit"),
    Project.RENTAL_HOUSING: Words("保障性租赁住房", "subsidised rental housing"),
    Project.COMMODITY_HOUSING: Words("商品住房", "housing for sale"),
}


class Buyer(StrEnum):
    """Who takes the land, as far as the document asks."""

    PARK_PLATFORM = "park_platform"
    LEADING_FIRM = "leading_firm"
    OTHER = "other"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _BUYERS[self].zh

    @property
    def en(self) -> str:
        """English label."""
        return _BUYERS[self].en


_BUYERS = {
    Buyer.PARK_PLATFORM: Words("园区平台", "a park platform"),
    Buyer.LEADING_FIRM: Words("领军企业", "a leading firm"),
    Buyer.OTHER: Words("其他", "somebody else"),
}


@dataclass(frozen=True)
class Sale:
    """What is known of a sale; None: not known.

    Attributes
    ----------
    project
        Kind of project.
    intended
        How many want the same parcel, once the supply plan is published.
    buyer
        Who takes it.
    character_area
        Whether it lies in an area whose look is protected (乡村振兴示范村等有风貌管控要求的重点地区).
    """

    project: Project | None = None
    intended: int | None = None
    buyer: Buyer | None = None
    character_area: bool | None = None


ASKED = {
    "use": Words("规划用途（细分代码）", "planned use, to its last level"),
    "project": Words("项目类型", "kind of project"),
    "intended": Words("意向用地者数（供地计划公布后）", "number of intended users, once the supply plan is published"),
    "buyer": Words("受让人是否为园区平台或领军企业", "whether the buyer is a park platform or a leading firm"),
    "character_area": Words(
        "是否位于乡村振兴示范村等有风貌管控要求的重点地区", "whether it lies in an area whose look is protected"
    ),
}
"""What an answer can hang on."""


def why_barred(use: str, kind: PlannedClass, project: Project | None) -> Words | None:
    """Say why nothing of the kind may enter the market, whatever the rest of a sale; None where it may.

    Parameters
    ----------
    use, kind
        Planned use as delivered, and its class.
    project
        Kind of project; None: not known.
    """
    if kind in (PlannedClass.HOMESTEAD, PlannedClass.FORBIDDEN):
        return Words(f"规划用途 {use} 为{kind.zh}，不得入市", f"Planned use {use} may not enter the market")
    if project is Project.COMMODITY_HOUSING:
        return Words(
            f"规划用途 {use} 用于{project.zh}，不得入市", f"Planned use {use} for {project.en} may not enter the market"
        )
    return None
