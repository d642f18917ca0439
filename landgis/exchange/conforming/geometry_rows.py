"""The gate every geometry passes: present, of the right kind, valid, in Shanghai, in the working CRS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from landgis import crs as crs_room
from landgis.crs import GeometryArray, Transform
from landgis.domain.issue import Issue, Severity
from landgis.errors import OutsideArea
from landgis.exchange.reading.raw_layer import RawLayer

KINDS: dict[str, frozenset[int]] = {
    "polygon": frozenset({shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}),
    "line": frozenset({shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING}),
    "point": frozenset({shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT}),
}
_KIND_ZH = {"polygon": "面", "line": "线", "point": "点"}
_INVALID_ZH = {
    "Self-intersection": "自相交",
    "Ring Self-intersection": "环自相交",
    "Hole lies outside shell": "孔洞在外环之外",
    "Holes are nested": "孔洞相互嵌套",
    "Interior is disconnected": "内部不连通",
    "Nested shells": "外环相互嵌套",
    "Duplicate Rings": "环重复",
    "Too few points in geometry component": "点数不足",
    "Invalid Coordinate": "坐标值无效",
    "Ring is not closed": "环未闭合",
}


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
        If survey data of the districts do not come in the layer's CRS.
    OutsideArea
        If most of the layer lies outside Shanghai: wrong zone, swapped axes, other place.
    """
    crs_room.require_survey_crs(raw.crs, raw.where)
    found: GeometryArray = np.asarray(raw.frame.geometry.array, dtype=object)
    faults = _shape_faults(found, kind, raw.broken)
    usable = np.array([row not in faults for row in range(len(found))], dtype=bool)
    for row in _outside(found, usable, raw):
        faults[row] = RowFault("outside_area", "坐标不在上海市范围", "The coordinates are outside Shanghai")
        usable[row] = False
    flat = found.copy()
    flat[~usable] = None
    heights = bool(shapely.has_z(flat).any())
    moved, transform = crs_room.to_crs(shapely.force_2d(flat), raw.crs, working)
    for bent in np.flatnonzero(usable & ~shapely.is_valid(moved)):
        faults[int(bent)] = _invalid_fault(moved[bent])
        moved[bent] = None
    return GatedGeometry(moved, dict(sorted(faults.items())), transform, _notices(raw, moved, working, heights))


def row_issue(fault: RowFault, raw: RawLayer, row: int, identifier: str) -> Issue:
    """Report a row (0-based) that was kept out, with its identifier where it has one."""
    named = "" if identifier.startswith("#") else f" {identifier}"
    return Issue(fault.code, Severity.FATAL, f"{raw.where} 第 {row + 1} 行{named}", fault.reason_zh, fault.reason_en)


def wgs84_notice(crs: CRS, where: str) -> tuple[Issue, ...]:
    """Say that coordinates labelled WGS 84 are taken as CGCS2000, where they are."""
    if not crs_room.is_wgs84(crs):
        return ()
    return (
        Issue(
            "wgs84_as_cgcs2000",
            Severity.MINOR,
            where,
            "坐标标注为 WGS 84，按 CGCS2000 处理（差异小于 1 米）",
            "Coordinates are labelled WGS 84 and taken as CGCS2000 (they differ by less than 1 m)",
        ),
    )


def _shape_faults(found: GeometryArray, kind: str, broken: Mapping[int, str]) -> dict[int, RowFault]:
    faults = {
        row: RowFault("geometry_broken", f"图形无法构成（{reason}）", f"The geometry cannot be built ({reason})")
        for row, reason in broken.items()
    }
    nothing = shapely.is_missing(found) | shapely.is_empty(found)
    wrong_kind = ~np.isin(shapely.get_type_id(found), list(KINDS[kind]))
    for row in np.flatnonzero(nothing | wrong_kind | ~shapely.is_valid(found)):
        if row in faults:
            continue
        if nothing[row]:
            fault = RowFault("geometry_missing", "没有图形", "There is no geometry")
        elif wrong_kind[row]:
            name = found[row].geom_type
            fault = RowFault("geometry_type", f"图形是 {name}，应为{_KIND_ZH[kind]}", f"It is a {name}, not a {kind}")
        else:
            fault = _invalid_fault(found[row])
        faults[int(row)] = fault
    return faults


def _invalid_fault(shape: shapely.Geometry) -> RowFault:
    reason = shapely.is_valid_reason(shape)
    word, _, place = reason.partition("[")
    zh = _INVALID_ZH.get(word.strip(), word.strip()) + (f"（{place.rstrip(']')}）" if place else "")
    return RowFault("geometry_invalid", f"图形无效：{zh}", f"The geometry is invalid: {reason}")


def _outside(found: GeometryArray, usable: npt.NDArray[np.bool_], raw: RawLayer) -> list[int]:
    """Rows that lie outside Shanghai, when most of the layer does not."""
    rows = np.flatnonzero(usable)
    if len(rows) == 0:
        return []
    bounds = shapely.bounds(found[rows])
    total = (*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))
    if _in_shanghai(total, raw):
        return []
    x, y = np.median((bounds[:, [0, 1]] + bounds[:, [2, 3]]) / 2, axis=0)
    crs_room.require_shanghai((x, y, x, y), raw.crs, raw.where)
    outside = [int(row) for row, box in zip(rows, bounds, strict=True) if not _in_shanghai(tuple(box), raw)]
    if 2 * len(outside) > len(rows):
        crs_room.require_shanghai(total, raw.crs, raw.where)
    return outside


def _in_shanghai(bounds: tuple[float, float, float, float], raw: RawLayer) -> bool:
    try:
        crs_room.require_shanghai(bounds, raw.crs, raw.where)
    except OutsideArea:
        return False
    return True


def _notices(raw: RawLayer, moved: GeometryArray, working: CRS, heights: bool) -> tuple[Issue, ...]:
    issues = list(wgs84_notice(raw.crs, raw.where))
    if heights:
        issues.append(
            Issue("height_not_used", Severity.MINOR, raw.where, "图形带高程，量算不使用高程", "Heights are not used")
        )
    if crs_room.epsg_of(working) == crs_room.epsg_of(crs_room.WORKING) and _beyond_zone(moved, working):
        issues.append(
            Issue(
                "beyond_zone_edge",
                Severity.MINOR,
                raw.where,
                "部分图形在东经 121.5° 以东，已越过 3° 带 40 带的边界；平面面积偏大，统计以椭球面积为准",
                "Parts lie east of 121.5°E, beyond 3-degree zone 40: planar areas run large, statistics use ellipsoidal",
            )
        )
    return tuple(issues)


def _beyond_zone(moved: GeometryArray, working: CRS) -> bool:
    bounds = shapely.total_bounds(moved)
    if not np.isfinite(bounds).all():
        return False
    corners = np.array([shapely.Point(bounds[2], bounds[1]), shapely.Point(bounds[2], bounds[3])], dtype=object)
    degrees, _ = crs_room.to_crs(corners, working, crs_room.GEOGRAPHIC)
    return bool(max(shapely.get_x(degrees)) > 121.5)
