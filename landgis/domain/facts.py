"""The facts of a parcel that the rules ask for. A fact that is missing is unknown, never false."""

from __future__ import annotations

from landgis.domain.documents import DocumentKind
from landgis.domain.fact import Fact, FactState, Group, Inherits, OwnerLevel
from landgis.domain.land_use import Scheme
from landgis.domain.title import RightType

__all__ = ["FACTS", "FACT_BY_NAME", "Fact", "FactState", "Group", "Inherits", "OwnerLevel"]

_PLANNED_SCHEMES = tuple(scheme for scheme in Scheme if scheme.value.startswith("guide"))
_CURRENT_SCHEMES = tuple(scheme for scheme in Scheme if not scheme.value.startswith("guide"))

FACTS: tuple[Fact, ...] = (
    Fact(
        "owner_level", "choice", "所有权主体", "owner level", tuple(OwnerLevel), ("SYQZT", "所有权主体"),
        Group.OWNERSHIP, DocumentKind.OWNERSHIP_CERTIFICATE, Inherits.ALIKE,
    ),
    Fact(
        "owner_name", "text", "权属单位", "owner", (), ("QSDWMC", "权属单位名称", "owner"),
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
        "right_type", "choice", "权利类型", "kind of right", tuple(RightType), ("QLLX", "权利类型代码"),
        Group.OWNERSHIP, DocumentKind.USE_RIGHT_CERTIFICATE, Inherits.ALIKE,
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
        "conversion_approved_on", "date", "农用地转用批准日期", "conversion approved on", (), ("NZYPZRQ", "农转用批准日期"),
        Group.PLAN, DocumentKind.CONVERSION_APPROVAL, Inherits.ALIKE,
    ),
    Fact(
        "conversion_document", "text", "农用地转用批准文号", "conversion document", (), ("NZYPZWH", "农转用批准文号"),
        Group.PLAN, DocumentKind.CONVERSION_APPROVAL, Inherits.ALIKE,
    ),
    Fact(
        "in_land_base", "bool", "已列入集体建设用地底数", "in the land base", (), ("LRDS", "列入底数"),
        Group.PLAN, DocumentKind.LAND_BASE, Inherits.MERIT,
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
    Fact(
        "site_cleared", "bool", "地上（构）筑物已拆除、场地已清", "site cleared of buildings", (), ("CDYQ", "场地已清"),
        inherits=Inherits.MERIT,
    ),
    Fact("conditions_agreed", "bool", "交易双方另有约定", "conditions otherwise agreed", (), ("LYYD", "另有约定")),
    Fact("facilities_mature", "bool", "公共配套成熟", "public facilities mature", (), ("PTCS", "配套成熟")),
    Fact(
        "river_filling_approved", "bool", "已取得填河批复", "river filling approved", (), ("THPF", "填河批复"),
        Group.SITE, DocumentKind.RIVER_FILLING, Inherits.MERIT,
    ),
    Fact(
        "contract_signed", "bool", "已签订出让合同", "contract signed", (), ("CRHT", "出让合同已签"),
        Group.REGISTER, DocumentKind.SALE_CONTRACT, Inherits.ALIKE,
    ),
    Fact(
        "contract_use_code", "text", "合同用途代码", "contract use code", (), ("HTYT", "合同用途"),
        Group.REGISTER, DocumentKind.SALE_CONTRACT, Inherits.ALIKE,
    ),
    Fact(
        "contract_use_scheme", "choice", "合同用途分类标准", "contract use scheme", _PLANNED_SCHEMES, ("HTYTBZ",),
        Group.REGISTER, DocumentKind.SALE_CONTRACT, Inherits.ALIKE,
    ),
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
