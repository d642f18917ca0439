"""Features that are drawn as lines on a plan: boundaries, waters, roads and towns."""

from __future__ import annotations

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from landgis.domain.district import town_names
from landgis.sample import boundaries
from landgis.sample.boundaries import Part
from landgis.sample.fields import Row, area_of, seat_of, town_of

_COURSE_ZH = {"river": "河道", "canal": "河港", "road": "公路", "lane": "农村道路"}
_OSM = "© OpenStreetMap contributors, ODbL 1.0"


def development(part: Part) -> list[Row]:
    """Return the development boundary by sub-zone."""
    place = part.terrain.place
    rows: list[Row] = []
    for geometry, name in boundaries.development(part):
        rows.append(
            {
                **town_of(place, -1),
                "GHFQMC": name,
                "MC": name,
                "MJ": area_of(geometry),
                "label": name,
                "geometry": geometry,
            }
        )
    return rows


def red_line(part: Part) -> list[Row]:
    """Return the ecological red line."""
    county = part.terrain.place.district.code
    rows: list[Row] = []
    for geometry, name in boundaries.red_line(part):
        size = round(float(geometry.area) / 1e6, 4)
        rows.append({"XJXZQHDM": county, "MC": name, "QYMJ": size, "label": name, "geometry": geometry})
    return rows


def village_construction(part: Part) -> list[Row]:
    """Return village construction boundaries."""
    place = part.terrain.place
    rows: list[Row] = []
    for geometry, village in boundaries.village_construction(part):
        name = f"{place.villages[village]}村庄建设边界"
        rows.append(
            {**town_of(place, village), "MC": name, "MJ": area_of(geometry), "label": name, "geometry": geometry}
        )
    return rows


def unit_plans(part: Part) -> list[Row]:
    """Return country unit plans."""
    place = part.terrain.place
    rows: list[Row] = []
    for geometry, village in boundaries.unit_plans(part):
        name = f"{place.villages[village]}郊野单元村庄规划（示例）"
        facts: Row = {**town_of(place, village), "DYMC": name, "PFWH": "示例〔2021〕郊野1号", "PFRQ": "2021-06-30"}
        rows.append({**facts, "MJ": area_of(geometry), "label": name, "geometry": geometry})
    return rows


def acquisition(part: Part) -> list[Row]:
    """Return areas of comprehensive acquisition (成片开发征收)."""
    return [
        {**town_of(part.terrain.place, -1), "FAMC": name, "MJ": area_of(geometry), "label": name, "geometry": geometry}
        for geometry, name in boundaries.acquisition(part)
    ]


def approved(part: Part) -> list[Row]:
    """Return approved, unbuilt land (PZWJSTD); its class is the day of the approval."""
    rows: list[Row] = []
    for serial, (geometry, day, village) in enumerate(part.extras("approved_unbuilt"), start=1):
        number = f"示例〔{day[:4]}〕农转字{serial}号"
        facts: Row = {"XMMC": "批准未建设项目（示例）", "PZWH": number, "PZRQ": day, "PZYT": "0601"}
        seat = seat_of(part.terrain.place, village)
        rows.append({**seat, **facts, "TBMJ": area_of(geometry), "class": day, "label": number, "geometry": geometry})
    return rows


def villages(part: Part) -> list[Row]:
    """Return village outlines (CJDCQ)."""
    place = part.terrain.place
    rows: list[Row] = []
    for geometry, village in boundaries.villages(part.terrain):
        name = place.villages[village]
        rows.append(
            {**seat_of(place, village), "MC": name, "DCMJ": area_of(geometry), "label": name, "geometry": geometry}
        )
    return rows


def water(part: Part) -> list[Row]:
    """Return rivers, canals, ponds and ditches."""
    rows: list[Row] = [
        {"MC": name, "LX": "河港", "MJ": area_of(geometry), "label": name, "geometry": geometry}
        for geometry, name, _ in part.extras("water")
    ]
    for course in part.terrain.courses:
        if course.kind in ("river", "canal"):
            facts: Row = {"MC": course.name, "LX": _COURSE_ZH[course.kind], "MJ": area_of(course.ground)}
            rows.append({**facts, "label": course.name, "geometry": course.ground})
    for kind, patches in (("坑塘", part.use.ponds), ("沟渠", part.use.ditches)):
        rows += [
            {"MC": "", "LX": kind, "MJ": area_of(at.ground), "label": kind, "geometry": at.ground} for at in patches
        ]
    return rows


def roads(part: Part) -> list[Row]:
    """Return roads and lanes."""
    rows: list[Row] = []
    for course in part.terrain.courses:
        if course.kind in ("road", "lane"):
            facts: Row = {"MC": course.name, "LX": _COURSE_ZH[course.kind], "MJ": area_of(course.ground)}
            rows.append({**facts, "label": course.name, "geometry": course.ground})
    return rows


def towns(part: Part, outlines: gpd.GeoDataFrame | None) -> list[Row]:
    """Take real outlines where they are given, else invented ones; each row says which."""
    place = part.terrain.place
    real: dict[str, BaseGeometry] = {}
    if outlines is not None:
        real = dict(zip(outlines["name"], outlines.geometry, strict=True))
    rows: list[Row] = []
    for code, invented in zip(place.towns, boundaries.towns(part.terrain), strict=True):
        name = town_names()[code]
        geometry, source = (real[name], _OSM) if name in real else (invented, "示例生成 generated")
        facts: Row = {"XZQDM": code, "XZQMC": name, "DCMJ": area_of(geometry), "SOURCE": source}
        rows.append({**facts, "label": name, "geometry": geometry})
    return rows
