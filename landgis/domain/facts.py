"""The facts of a parcel that the rules ask for. A fact that is missing is unknown, never false."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


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


@dataclass(frozen=True)
class Fact:
    """Declaration of one fact.

    Attributes
    ----------
    name
        Column and field name.
    kind
        ``bool``, ``text``, ``choice`` or ``area_m2``.
    zh, en
        Labels.
    choices
        Allowed values of a choice.
    aliases
        Field names seen in deliveries; compared without regard to case.
    """

    name: str
    kind: str
    zh: str
    en: str
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = field(default=())


FACTS: tuple[Fact, ...] = (
    Fact("owner_level", "choice", "所有权主体", "owner level", tuple(OwnerLevel), ("SYQZT", "所有权主体")),
    Fact("owner_name", "text", "权属单位", "owner", (), ("QSDWMC", "权属单位名称")),
    Fact("ownership_registered", "bool", "集体土地所有权已登记", "ownership registered", (), ("SYQDJ", "所有权登记")),
    Fact("use_right_registered", "bool", "集体建设用地已依法登记", "land registered", (), ("SFDJ", "依法登记")),
    Fact("certificate_no", "text", "不动产权证号", "certificate number", (), ("BDCQZH", "不动产权证号")),
    Fact("registered_area_m2", "area_m2", "证载面积", "registered area", (), ("ZZMJ", "证载面积")),
    Fact("dispute", "bool", "存在权属争议", "in dispute", (), ("QSZY", "权属争议")),
    Fact("restricted", "bool", "被限制土地权利", "rights restricted", (), ("QLXZ_SD", "权利限制")),
    Fact("planned_use_code", "text", "规划用途代码", "planned use code", (), ("YDYHFLDM", "GHYT", "规划用途")),
    Fact(
        "planned_use_scheme",
        "choice",
        "规划用途分类标准",
        "planned use scheme",
        ("guide2023",),
        ("GHYTBZ", "规划分类标准"),
    ),
    Fact("rental_only", "bool", "限定租赁住房", "rental housing only", (), ("ZLZF", "限定租赁住房")),
    Fact("current_use_code", "text", "现状地类代码", "current use code", (), ("DLBM", "现状地类")),
    Fact(
        "current_use_scheme", "choice", "现状地类分类标准", "current use scheme", ("survey",), ("DLBZ", "现状分类标准")
    ),
    Fact(
        "compensation_settled",
        "bool",
        "承包经营权及地上物补偿已处理完毕",
        "compensation settled",
        (),
        ("BCWB", "补偿处理完毕"),
    ),
    Fact(
        "access_fit",
        "bool",
        "符合产业准入、功能定位和生态环境要求",
        "fits industry access and environment",
        (),
        ("CYZR", "产业准入"),
    ),
    Fact("road", "bool", "通路", "road", (), ("TL", "通路")),
    Fact("water_supply", "bool", "通水", "water", (), ("TS", "通水")),
    Fact("power", "bool", "通电", "power", (), ("TD", "通电")),
    Fact("levelled", "bool", "土地平整", "levelled", (), ("TDPZ", "土地平整")),
    Fact("conditions_agreed", "bool", "交易双方另有约定", "conditions otherwise agreed", (), ("LYYD", "另有约定")),
    Fact("facilities_mature", "bool", "公共配套成熟", "public facilities mature", (), ("PTCS", "配套成熟")),
    Fact("owner_willing", "bool", "所有权人有入市意愿", "owner willing", (), ("RSYY", "入市意愿")),
    Fact("intended_buyer", "text", "意向受让人", "intended buyer", (), ("YXSRR", "意向受让人")),
)
FACT_BY_NAME = {fact.name: fact for fact in FACTS}
