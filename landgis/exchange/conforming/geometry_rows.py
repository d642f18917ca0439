"""The gate every geometry passes: present, of the right kind, valid, in Shanghai, in the working CRS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from landgis import crs as crs_room
from landgis.crs import GeometryArray, Transform
from landgis.domain.issue import Issue, Severity
from landgis.exchange.conforming.rows_outside import rows_outside
from landgis.exchange.reading.geometry_words import broken_words, kind_zh
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.exchange.reading.shift import require_true_place, shift_notice
from landgis.overlay.valid import in_threads
from landgis.quality.reasons import invalid_reason

KINDS: dict[str, frozenset[int]] = {
    "polygon": frozenset({shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}),
    "line": frozenset({shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING}),
    "point": frozenset({shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT}),
}
_KIND_ZH = {"polygon": "面", "line": "线", "point": "点"}


@dataclass(frozen=True)
class RowFault:
    """Why one row cannot be measured: code and reason, and whether there is geometry at all."""

    code: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class GatedGeometry:
    """What came through the gate.

    Attributes
    ----------
    geometry
        In the working CRS, two-dimensional, in file order; rows with a fault are missing (None).
    faults
        Row (0-based) → fault.
    transform
        How the coordinates got into the working CRS.
    issues
        Notices on the layer as a whole.
    """

    geometry: GeometryArray
    faults: Mapping[int, RowFault]
    transform: Transform
    issues: tuple[Issue, ...]


def gate(raw: RawLayer, kind: str, working: CRS) -> GatedGeometry:
    """Pass the geometry of a raw layer through the gate.

    Parameters
    ----------
    raw
        Layer as found.
    kind
        ``polygon``, ``line`` or ``point``.
    working
        Projected CRS to measure in.

    Raises
    ------
    CrsUnsuitable
        If survey data of the districts do not come in the layer's CRS, or it is named after a web map's.
    OutsideArea
        If most of the layer lies outside Shanghai: wrong zone, swapped axes, other place.
    """
    crs_room.require_survey_crs(raw.crs, raw.where)
    require_true_place((raw.source_name, raw.name, raw.crs.name, *map(str, raw.frame.columns)), raw.where)
    found: GeometryArray = np.asarray(raw.frame.geometry.array, dtype=object)
    broken = {row - raw.first_row: reason for row, reason in raw.broken.items()}
    faults = _shape_faults(found, kind, broken)
    usable = np.array([row not in faults for row in range(len(found))], dtype=bool)
    rows = np.flatnonzero(usable)
    for row in rows[rows_outside(shapely.bounds(found[rows]), raw.crs, raw.where)]:
        faults[int(row)] = RowFault("outside_area", "坐标不在上海市范围", "The coordinates are outside Shanghai")
        usable[row] = False
    flat = found.copy()
    flat[~usable] = None
    heights = bool(shapely.has_z(flat).any())
    moved, transform = crs_room.to_crs(shapely.force_2d(flat) if heights else flat, raw.crs, working)
    if transform.definition:  # valid as found; what moved may have bent
        for bent in np.flatnonzero(usable & ~shapely.is_valid(moved)):
            faults[int(bent)] = _invalid_fault(moved[bent])
            moved[bent] = None
    return GatedGeometry(moved, dict(sorted(faults.items())), transform, _notices(raw, moved, working, heights))


def row_issue(fault: RowFault, raw: RawLayer, row: int, identifier: str) -> Issue:
    """Report a row (0-based in its batch) that was kept out, with its identifier where it has one."""
    named = "" if identifier.startswith("#") else f" {identifier}"
    return Issue(
        fault.code,
        Severity.FATAL,
        f"{raw.where} 第 {raw.first_row + row + 1} 行{named}",
        fault.reason_zh,
        fault.reason_en,
    )


def wgs84_notice(crs: CRS, where: str) -> tuple[Issue, ...]:
    """Say that coordinates in WGS 84 are taken as CGCS2000, where they are."""
    if not crs_room.is_wgs84(crs):
        return ()
    return (
        Issue(
            "wgs84_as_cgcs2000",
            Severity.MINOR,
            where,
            "坐标系为 WGS 84，按 CGCS2000 处理（差异小于 1 米）",
            "The CRS is WGS 84 and taken as CGCS2000 (they differ by less than 1 m)",
        ),
    )


def six_degree_notice(crs: CRS, where: str) -> tuple[Issue, ...]:
    """Say that data come in a 6-degree zone, the plane of small-scale maps, where they do."""
    if crs_room.epsg_of(crs) not in crs_room.SIX_DEGREE_CODES:
        return ()
    zh = "坐标在 6° 带中，通常是 1:25000 及更小比例尺的成果，请核对精度"
    en = "Coordinates are in a 6-degree zone, usually of maps of 1:25,000 and smaller: check their accuracy"
    return (Issue("six_degree_zone", Severity.MINOR, where, zh, en),)


def beyond_zone_notice(where: str) -> tuple[Issue, ...]:
    """Say that data reach east of 121.5°E, the edge of 3-degree zone 40: legitimate for Chongming, never a refusal."""
    zh = "部分图形在东经 121.5° 以东，已越过 3° 带 40 带的边界；平面面积偏大，统计以椭球面积为准"
    en = "Parts lie east of 121.5°E, beyond 3-degree zone 40: planar areas run large, statistics use ellipsoidal"
    return (Issue("beyond_zone_edge", Severity.MINOR, where, zh, en),)


def _shape_faults(found: GeometryArray, kind: str, broken: Mapping[int, str]) -> dict[int, RowFault]:
    faults = {
        row: RowFault("geometry_broken", f"图形无法构成（{zh}）", f"The geometry cannot be built ({en})")
        for row, (zh, en) in ((row, broken_words(reason)) for row, reason in broken.items())
    }
    nothing = shapely.is_missing(found) | shapely.is_empty(found)
    wrong_kind = ~np.isin(shapely.get_type_id(found), list(KINDS[kind]))
    for row in np.flatnonzero(nothing | wrong_kind | ~in_threads(shapely.is_valid, found)):
        if row in faults:
            continue
        if nothing[row]:
            fault = RowFault("geometry_missing", "没有图形", "There is no geometry")
        elif wrong_kind[row]:
            name = found[row].geom_type
            fault = RowFault(
                "geometry_type", f"图形是{kind_zh(name)}，应为{_KIND_ZH[kind]}", f"It is a {name}, not a {kind}"
            )
        else:
            fault = _invalid_fault(found[row])
        faults[int(row)] = fault
    return faults


def _invalid_fault(shape: shapely.Geometry) -> RowFault:
    zh, en, _ = invalid_reason(shape)
    return RowFault("geometry_invalid", f"图形无效：{zh}", f"The geometry is invalid: {en}")


def _notices(raw: RawLayer, moved: GeometryArray, working: CRS, heights: bool) -> tuple[Issue, ...]:
    issues = [*wgs84_notice(raw.crs, raw.where), *six_degree_notice(raw.crs, raw.where)]
    if crs_room.is_wgs84(raw.crs):
        issues.append(shift_notice(raw.where, "WGS 84 坐标多来自网络", "WGS 84 coordinates mostly come from the web"))
    if heights:
        issues.append(
            Issue("height_not_used", Severity.MINOR, raw.where, "图形带高程，量算不使用高程", "Heights are not used")
        )
    if crs_room.epsg_of(working) == crs_room.epsg_of(crs_room.WORKING) and _beyond_zone(moved, working):
        issues += beyond_zone_notice(raw.where)
    return tuple(issues)


def _beyond_zone(moved: GeometryArray, working: CRS) -> bool:
    bounds = shapely.total_bounds(moved)
    if not np.isfinite(bounds).all():
        return False
    corners = np.array([shapely.Point(bounds[2], bounds[1]), shapely.Point(bounds[2], bounds[3])], dtype=object)
    degrees, _ = crs_room.to_crs(corners, working, crs_room.GEOGRAPHIC)
    return bool(max(shapely.get_x(degrees)) > 121.5)
