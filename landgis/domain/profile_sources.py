"""Where the values of a profile's fields may come from: a closed list for each of our frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from landgis.domain.facts import FACTS
from landgis.domain.profile import FieldKind, GeometryKind
from landgis.domain.supply_use import SupplyUse

CONSTANT = "constant:"
"""Begins a source that is the value itself."""
SERIAL = "serial"
"""Source of a running number from 1, in the order of the rows."""


@dataclass(frozen=True)
class Source:
    """A value that a frame of ours has.

    Attributes
    ----------
    kind
        What it holds.
    zh, en
        What it is.
    area
        Whether it is an area, to be given in the unit of the layer.
    personal
        Whether it names a person, or may.
    """

    kind: FieldKind
    zh: str
    en: str
    area: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Content:
    """One of our frames: what a row of it is drawn as, and its sources."""

    geometry: GeometryKind
    sources: Mapping[str, Source]


_TEXT, _WHOLE, _DECIMAL, _DAY, _FLAG = FieldKind.TEXT, FieldKind.WHOLE, FieldKind.DECIMAL, FieldKind.DAY, FieldKind.FLAG
_FACT_KINDS = {"bool": _FLAG, "text": _TEXT, "choice": _TEXT, "area_m2": _DECIMAL, "date": _DAY}
PERSONAL_FACTS = frozenset({"intended_buyer"})
"""Facts that may name a natural person; the owner of the land is a collective."""

_PLACE = {
    "district.code": Source(_TEXT, "区代码", "district code"),
    "district.name": Source(_TEXT, "区名", "district"),
}
_PARCEL = {
    **_PLACE,
    "parcel.parcel_id": Source(_TEXT, "地块编号", "parcel"),
    "parcel.town_code": Source(_TEXT, "镇代码", "town code"),
    "parcel.town_name": Source(_TEXT, "镇", "town"),
    "parcel.village_name": Source(_TEXT, "村", "village"),
    "parcel.location": Source(_TEXT, "坐落（镇、村）", "location: town and village"),
    "parcel.area": Source(_DECIMAL, "面积（证载，无证为椭球）", "area: registered, else ellipsoidal", area=True),
    "parcel.ellipsoidal_area": Source(_DECIMAL, "椭球面积", "ellipsoidal area", area=True),
    "parcel.planar_area": Source(_DECIMAL, "平面面积", "planar area", area=True),
    "parcel.area_basis": Source(_TEXT, "面积依据", "area basis"),
    "parcel.planned_use_zh": Source(_TEXT, "规划用途名称", "planned use"),
    "parcel.current_use_zh": Source(_TEXT, "现状地类名称", "current use"),
    "parcel.points": Source(_WHOLE, "界址点数", "number of boundary points"),
    **{
        f"parcel.{fact.name}": Source(
            _FACT_KINDS[fact.kind], fact.zh, fact.en, fact.kind == "area_m2", fact.name in PERSONAL_FACTS
        )
        for fact in FACTS
        if fact.kind in _FACT_KINDS
    },
}
_POOL = {
    **_PARCEL,
    "pool.rank": Source(_WHOLE, "库内排名", "rank"),
    "pool.verdict": Source(_TEXT, "筛查结论", "verdict"),
    "pool.open_points_zh": Source(_TEXT, "待办事项", "open points"),
}
_PLAN = {
    **_PARCEL,
    "plan.guid": Source(_TEXT, "计划标识", "plan identifier"),
    "plan.line_guid": Source(_TEXT, "计划宗地标识", "identifier of the line"),
    "plan.year": Source(_WHOLE, "计划年度", "year"),
    "plan.line_no": Source(_WHOLE, "序号", "line"),
    "plan.quarter": Source(_TEXT, "供应季度", "quarter"),
    "plan.term_years": Source(_WHOLE, "使用年限", "term in years"),
    "plan.trade_mode": Source(_TEXT, "供应方式", "mode of trade"),
    "plan.housing": Source(_TEXT, "住宅类型", "kind of housing"),
    "plan.verdict": Source(_TEXT, "筛查结论", "verdict"),
    "plan.open_points_zh": Source(_TEXT, "待办事项", "open points"),
}
_POINT = {
    "point.guid": Source(_TEXT, "界址点标识", "identifier of the point"),
    "point.plot": Source(_TEXT, "所属地块编号", "plot"),
    "point.order": Source(_WHOLE, "点序", "order within the plot"),
    "point.number": Source(_TEXT, "界址点号", "number of the point"),
    "point.ring": Source(_WHOLE, "圈号", "ring"),
    "point.northing": Source(_DECIMAL, "X（北坐标）", "X: northing"),
    "point.easting": Source(_DECIMAL, "Y（东坐标）", "Y: easting"),
    "point.to_next_m": Source(_DECIMAL, "反算边长（米）", "length of the edge to the next point"),
}
_SUMMARY = {
    **_PLACE,
    "plan.guid": _PLAN["plan.guid"],
    "plan.year": _PLAN["plan.year"],
    "plan.title": Source(_TEXT, "计划标题", "title"),
    "plan.published_on": Source(_DAY, "公布日期", "day of publication"),
    "summary.lines": Source(_WHOLE, "宗数", "lines"),
    "summary.total": Source(_DECIMAL, "总面积", "total area", area=True),
    "summary.rental_housing": Source(_DECIMAL, "租赁住房面积", "rental housing", area=True),
    **{f"summary.{use.value}": Source(_DECIMAL, use.zh, use.en, area=True) for use in SupplyUse},
}
_LAYER = {
    **_PLACE,
    "feature.feature_id": Source(_TEXT, "要素标识", "feature"),
    "feature.class": Source(_TEXT, "类别代码", "class"),
    "feature.label": Source(_TEXT, "名称", "label"),
    "feature.release": Source(_TEXT, "图层版本", "release"),
    "feature.ellipsoidal_area": Source(_DECIMAL, "椭球面积", "ellipsoidal area", area=True),
    "feature.planar_area": Source(_DECIMAL, "平面面积", "planar area", area=True),
}
CONTENTS: Mapping[str, Content] = {
    "parcels": Content(GeometryKind.POLYGON, _PARCEL),
    "pool_members": Content(GeometryKind.POLYGON, _POOL),
    "plan_lines": Content(GeometryKind.POLYGON, _PLAN),
    "plan_housing": Content(GeometryKind.POLYGON, _PLAN),
    "plan_points": Content(GeometryKind.POINT, _POINT),
    "plan_summary": Content(GeometryKind.NONE, _SUMMARY),
}
"""Frames that a layer can be filled from, beside ``layer:<key>``: the features of a release."""


def content_of(name: str) -> Content | None:
    """Return one of our frames by its name in a profile, or None."""
    return Content(GeometryKind.POLYGON, _LAYER) if name.startswith("layer:") else CONTENTS.get(name)


def source_of(content: str, source: str) -> Source | None:
    """Return what a source of a frame is; None where that frame has no such source."""
    if source == SERIAL:
        return Source(_WHOLE, "流水号", "running number")
    if source.startswith(CONSTANT):
        return Source(_TEXT, "固定值", "constant")
    found = content_of(content)
    return found.sources.get(source) if found else None
