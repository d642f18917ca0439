"""The facts of a parcel that the rules ask for. A fact that is missing is unknown, never false."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from landgis.domain.documents import DocumentKind
from landgis.domain.land_use import Scheme


class OwnerLevel(StrEnum):
    """Which collective owns the land (松江 三(四)1, 崇明 四(七))."""

    TOWN = "town"
    VILLAGE = "village"
    GROUP = "group"
    JOINT = "joint"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"town": "镇（街道）集体", "village": "村集体", "group": "村民小组", "joint": "两个及以上集体"}[
            self.value
        ]


class FactState(StrEnum):
    """How much is known of a fact."""

    KNOWN = "known"
    PENDING = "pending"
    """待补: asked for and not supplied. It ends what was stated before."""
    UNKNOWN = "unknown"
    """Stated in contradiction, or unreadably."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"known": "已知", "pending": "待补", "unknown": "存疑"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {"known": "known", "pending": "still to come", "unknown": "in doubt"}[self.value]


class Group(StrEnum):
    """What a fact is about; the database must hold the facts of a candidate parcel by these (松江 三(五)1)."""

    OWNERSHIP = "ownership"
    RIGHTS = "rights"
    PLAN = "plan"
    CONTRACT = "contract"
    ATTACHMENTS = "attachments"
    SITE = "site"
    WISH = "wish"
    REGISTER = "register"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {
            "ownership": "权属",
            "rights": "权利限制",
            "plan": "规划与用途",
            "contract": "土地承包",
            "attachments": "地上物",
            "site": "开发条件",
            "wish": "意愿与招商",
            "register": "登记状态",
        }[self.value]


class Inherits(StrEnum):
    """What the parcels that come out of a split or a merger may take over. Whatever is not sure is 待补."""

    NEVER = "never"
    ALIKE = "alike"
    """The one value that all parents have."""
    FAULT = "fault"
    """Free of it as a whole, free of it in every part; a whole made of parts has it when one part has."""
    MERIT = "merit"
    """True of the whole, true of every part; a whole made of parts lacks it when one part lacks it."""


@dataclass(frozen=True)
class Fact:
    """Declaration of one fact.

    Attributes
    ----------
    name
        Column and field name.
    kind
        ``bool``, ``text``, ``choice``, ``area_m2``, ``date`` (ISO text) or ``shares``.
    zh, en
        Labels.
    choices
        Allowed values of a choice.
    aliases
        Field names seen in deliveries; compared without regard to case.
    group
        What it is about.
    evidence
        The kind of document that proves it.
    inherits
        What children of a split or a merger take over.
    """

    name: str
    kind: str
    zh: str
    en: str
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = field(default=())
    group: Group = Group.SITE
    evidence: DocumentKind = DocumentKind.SITE_REPORT
    inherits: Inherits = Inherits.NEVER


_PLANNED_SCHEMES = tuple(scheme for scheme in Scheme if scheme.value.startswith("guide"))
_CURRENT_SCHEMES = tuple(scheme for scheme in Scheme if not scheme.value.startswith("guide"))

FACTS: tuple[Fact, ...] = (
    Fact(
        "owner_level", "choice", "所有权主体", "owner level", tuple(OwnerLevel), ("SYQZT", "所有权主体"),
        Group.OWNERSHIP, DocumentKind.OWNERSHIP_CERTIFICATE, Inherits.ALIKE,
    ),
    Fact(
        "owner_name", "text", "权属单位", "owner", (), ("QSDWMC", "权属单位名称"),
        Group.OWNERSHIP, DocumentKind.OWNERSHIP_CERTIFICATE, Inherits.ALIKE,
    ),
    Fact(
        "ownership_registered", "bool", "集体土地所有权已登记", "ownership registered", (), ("SYQDJ", "所有权登记"),
        Group.OWNERSHIP, DocumentKind.OWNERSHIP_CERTIFICATE, Inherits.MERIT,
    ),
    Fact(
        "use_right_registered", "bool", "集体建设用地已依法登记", "land registered", (), ("SFDJ", "依法登记"),
        Group.OWNERSHIP, DocumentKind.USE_RIGHT_CERTIFICATE,
    ),
    Fact(
        "certificate_no", "text", "不动产权证号", "certificate number", (), ("BDCQZH", "不动产权证号"),
        Group.OWNERSHIP, DocumentKind.USE_RIGHT_CERTIFICATE,
    ),
    Fact(
        "registered_area_m2", "area_m2", "证载面积", "registered area", (), ("ZZMJ", "证载面积"),
        Group.OWNERSHIP, DocumentKind.USE_RIGHT_CERTIFICATE,
    ),
    Fact(
        "dispute", "bool", "存在权属争议", "in dispute", (), ("QSZY", "权属争议"),
        Group.RIGHTS, DocumentKind.RIGHTS_SEARCH, Inherits.FAULT,
    ),
    Fact(
        "restricted", "bool", "被限制土地权利", "rights restricted", (), ("QLXZ_SD", "权利限制"),
        Group.RIGHTS, DocumentKind.RIGHTS_SEARCH, Inherits.FAULT,
    ),
    Fact(
        "planned_use_code", "text", "规划用途代码", "planned use code", (), ("YDYHFLDM", "GHYT", "规划用途"),
        Group.PLAN, DocumentKind.PLAN_APPROVAL,
    ),
    Fact(
        "planned_use_scheme", "choice", "规划用途分类标准", "planned use scheme", _PLANNED_SCHEMES,
        ("GHYTBZ", "规划分类标准"), Group.PLAN, DocumentKind.PLAN_APPROVAL,
    ),
    Fact(
        "rental_only", "bool", "限定租赁住房", "rental housing only", (), ("ZLZF", "限定租赁住房"),
        Group.PLAN, DocumentKind.RENTAL_CONDITION,
    ),
    Fact(
        "current_use_code", "text", "现状地类代码", "current use code", (), ("DLBM", "现状地类"),
        Group.PLAN, DocumentKind.SURVEY_MAP,
    ),
    Fact(
        "current_use_scheme", "choice", "现状地类分类标准", "current use scheme", _CURRENT_SCHEMES,
        ("DLBZ", "现状分类标准"), Group.PLAN, DocumentKind.SURVEY_MAP,
    ),
    Fact(
        "compensation_settled", "bool", "承包经营权及地上物补偿已处理完毕", "compensation settled", (),
        ("BCWB", "补偿处理完毕"), Group.ATTACHMENTS, DocumentKind.COMPENSATION, Inherits.MERIT,
    ),
    Fact(
        "access_fit", "bool", "符合产业准入、功能定位和生态环境要求", "fits industry access and environment", (),
        ("CYZR", "产业准入"), Group.PLAN, DocumentKind.ACCESS_OPINION,
    ),
    Fact("road", "bool", "通路", "road", (), ("TL", "通路")),
    Fact("water_supply", "bool", "通水", "water", (), ("TS", "通水")),
    Fact("power", "bool", "通电", "power", (), ("TD", "通电")),
    Fact("levelled", "bool", "土地平整", "levelled", (), ("TDPZ", "土地平整"), inherits=Inherits.MERIT),
    Fact("conditions_agreed", "bool", "交易双方另有约定", "conditions otherwise agreed", (), ("LYYD", "另有约定")),
    Fact("facilities_mature", "bool", "公共配套成熟", "public facilities mature", (), ("PTCS", "配套成熟")),
    Fact(
        "owner_willing", "bool", "所有权人有入市意愿", "owner willing", (), ("RSYY", "入市意愿"),
        Group.WISH, DocumentKind.INTENTION,
    ),
    Fact(
        "intended_buyer", "text", "意向受让人", "intended buyer", (), ("YXSRR", "意向受让人"),
        Group.WISH, DocumentKind.LETTER_OF_INTENT,
    ),
)  # fmt: skip
"""Facts of the ParcelFrame: what screening, pool and plan ask."""
FACT_BY_NAME = {fact.name: fact for fact in FACTS}
