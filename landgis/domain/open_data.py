"""What outsiders may ask for: collections of features, their fields, and the CRS that they come in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Literal

from landgis.domain.catalogue import LayerSpec

Kind = Literal["text", "whole", "decimal", "flag", "day", "moment"]
Box = tuple[float, float, float, float]
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


class OpenCrs(Enum):
    """A CRS that features are given in.

    Each is its URI, its EPSG number in the database, whether its authority names the northing or latitude first, and to
    how many decimals coordinates are written (at least a tenth of a millimetre).
    """

    CRS84 = ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326, False, 10)
    CGCS2000 = (f"{_EPSG}4490", 4490, True, 10)
    WORKING = (f"{_EPSG}4549", 4549, True, 6)

    def __init__(self, uri: str, srid: int, northing_first: bool, decimals: int) -> None:
        self.uri = uri
        self.srid = srid
        self.northing_first = northing_first
        self.decimals = decimals

    @property
    def in_degrees(self) -> bool:
        """Whether coordinates are longitude and latitude."""
        return self is not OpenCrs.WORKING

    @classmethod
    def of(cls, uri: str) -> OpenCrs | None:
        """Return the CRS of a URI, or None."""
        return next((crs for crs in cls if crs.uri == uri), None)


@dataclass(frozen=True)
class OpenField:
    """One property: its name, its kind, what it is called."""

    name: str
    kind: Kind
    zh: str
    en: str


@dataclass(frozen=True)
class OpenCollection:
    """One collection of features.

    Attributes
    ----------
    key
        Id of the collection in the service.
    view
        View of the schema ``landgis_open`` that holds its rows.
    id_field, order
        The property that tells features apart, and those that pages are ordered by.
    time_field
        The property that ``datetime`` asks for.
    fields
        Properties, in order.
    layer
        Key of the layer whose features they are; empty for other collections.
    """

    key: str
    view: str
    title_zh: str
    title_en: str
    said_zh: str
    said_en: str
    id_field: str
    order: tuple[str, ...]
    time_field: str
    fields: tuple[OpenField, ...]
    layer: str = ""

    def field(self, name: str) -> OpenField | None:
        """Return the property of a name, or None."""
        return next((one for one in self.fields if one.name == name), None)


@dataclass(frozen=True)
class OpenQuery:
    """What is asked of a collection; all of it has been checked but the filter.

    Attributes
    ----------
    limit, offset
        How many features, after how many.
    crs
        Of the answer.
    boxes
        Rectangles of which a feature must meet one, least and greatest along each axis in the order east, north;
        empty: anywhere.
    box_crs
        CRS of the boxes.
    period
        First and last moment that a feature's own time must meet (None: open); None: any time.
    equal
        Values that properties must have.
    condition, condition_crs
        A filter as a tree of CQL2 JSON, its names and values not yet checked, and the CRS of its coordinates.
    """

    limit: int = 100
    offset: int = 0
    crs: OpenCrs = OpenCrs.CRS84
    boxes: tuple[Box, ...] = ()
    box_crs: OpenCrs = OpenCrs.CRS84
    period: tuple[datetime | None, datetime | None] | None = None
    equal: Mapping[str, object] = field(default_factory=dict)
    condition: Mapping[str, Any] | None = None
    condition_crs: OpenCrs = OpenCrs.CRS84


_PARCEL = OpenField("parcel_id", "text", "地块编号", "parcel")
_PLACE = (
    OpenField("district", "text", "区", "district"),
    OpenField("town_code", "text", "镇街代码", "town code"),
    OpenField("town_name", "text", "镇街", "town"),
    OpenField("village_name", "text", "村", "village"),
)
_VERSION = OpenField("version", "whole", "图形版本", "version of the outline")
_ELLIPSOIDAL = OpenField("ellipsoidal_m2", "decimal", "椭球面积（平方米）", "ellipsoidal area (m²)")
_USE_CODE = OpenField("planned_use_code", "text", "规划用途代码", "planned use code")
_SECRECY = OpenField("secrecy", "text", "密级", "secrecy")

PARCELS = OpenCollection(
    "parcels", "parcels", "在册地块", "Parcels in the register",
    "在册地块的现行图形。面积以平方米计。", "Parcels that stand in the register, with their present outlines. Areas in m².",
    "parcel_id", ("parcel_id",), "recorded_at",
    (
        _PARCEL, *_PLACE, _VERSION, _USE_CODE,
        OpenField("planar_m2", "decimal", "平面面积（平方米，EPSG:4549）", "planar area (m², EPSG:4549)"),
        _ELLIPSOIDAL,
        OpenField("registered_m2", "decimal", "证载面积（平方米）", "registered area (m²)"),
        OpenField("recorded_at", "moment", "登记时间", "recorded at"),
        _SECRECY,
    ),
)  # fmt: skip
POOL_MEMBERS = OpenCollection(
    "pool_members", "pool_members", "在库地块", "Members of the pools",
    "储备项目库在库地块及其状态；线索和已退出的不在其内。",
    "Members of the pools and how they stand, without leads and the withdrawn.",
    "member_id", ("member_id",), "standing_since",
    (
        OpenField("member_id", "text", "在库编号", "membership"),
        _PARCEL, *_PLACE,
        OpenField("tier", "text", "库别", "tier"),
        OpenField("standing", "text", "状态代码", "standing"),
        OpenField("standing_zh", "text", "状态", "standing in Chinese"),
        OpenField("standing_since", "moment", "状态起始时间", "standing since"),
        _VERSION, _ELLIPSOIDAL, _SECRECY,
    ),
)  # fmt: skip
PLAN_LINES = OpenCollection(
    "plan_lines", "plan_lines", "已公布的供应计划", "Published plan lines",
    "已公布的年度入市供应计划逐行；编制中的计划不在其内。", "Lines of published annual plans; no plan on its way is among them.",
    "line_id", ("line_id",), "published_at",
    (
        OpenField("line_id", "text", "计划行编号", "line id"),
        OpenField("plan_id", "text", "计划编号", "plan"),
        OpenField("year", "whole", "年度", "year"),
        OpenField("line_no", "whole", "序号", "line"),
        _PARCEL, *_PLACE, _USE_CODE,
        OpenField("planned_use_zh", "text", "规划用途", "planned use"),
        OpenField("area_ha", "decimal", "面积（公顷）", "area (ha)"),
        OpenField("area_mu", "decimal", "面积（亩）", "area (mu)"),
        OpenField("area_basis", "text", "面积依据", "area basis"),
        OpenField("quarter", "whole", "供应季度", "quarter"),
        OpenField("term_years", "whole", "使用年限", "term (years)"),
        OpenField("trade_mode", "text", "交易方式", "mode of trade"),
        OpenField("published_at", "moment", "公布时间", "published at"),
        _SECRECY,
    ),
)  # fmt: skip
_FEATURE_FIELDS = (
    OpenField("feature_key", "text", "要素标识", "feature key"),
    OpenField("release", "text", "图层版本", "release"),
    OpenField("district", "text", "适用区", "district"),
    OpenField("feature_id", "text", "要素编号", "feature"),
    OpenField("class", "text", "类别", "class"),
    OpenField("label", "text", "名称", "name"),
    OpenField("release_title_zh", "text", "版本名称", "title of the release"),
    OpenField("document_no", "text", "批准文号", "document number"),
    OpenField("attribution", "text", "数据来源", "attribution"),
    OpenField("approved_on", "day", "批准日期", "approved on"),
    OpenField("in_force_from", "day", "生效日期", "in force from"),
    OpenField("expires_on", "day", "失效日期", "expires on"),
    OpenField("substitute", "flag", "是否替代数据", "stand-in data"),
    OpenField("notice_zh", "text", "提示", "notice"),
    _SECRECY,
)


def open_collections(layers: Iterable[LayerSpec]) -> dict[str, OpenCollection]:
    """Return all collections by key: the business first, then the layers of the catalogue that have features."""
    named = [_of_layer(layer) for layer in layers if layer.geometry != "raster"]
    return {one.key: one for one in (PARCELS, POOL_MEMBERS, PLAN_LINES, *named)}


def _of_layer(layer: LayerSpec) -> OpenCollection:
    return OpenCollection(
        layer.key, "layer_features", layer.title_zh, layer.title_en,
        f"{layer.title_zh}：已发布且生效的图层版本的要素。", f"{layer.title_en}: features of the releases in force.",
        "feature_key", ("release", "feature_id"), "in_force_from", _FEATURE_FIELDS, layer.key,
    )  # fmt: skip
