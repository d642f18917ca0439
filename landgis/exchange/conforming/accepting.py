"""Whether a layer would be accepted where it lies: the gate's questions, asked of what was counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from landgis import crs as crs_room
from landgis.crs import GeometryArray, Points
from landgis.domain.district import DISTRICTS
from landgis.domain.issue import Issue, Severity
from landgis.errors import InputError
from landgis.exchange.conforming.geometry_rows import beyond_zone_notice, six_degree_notice, wgs84_notice
from landgis.exchange.conforming.rows_outside import rows_outside
from landgis.exchange.reading.geometry_words import kind_zh
from landgis.exchange.reading.inspected import InspectedCrs
from landgis.exchange.reading.layer_tally import LayerTally, Places
from landgis.exchange.reading.shift import look_for_shift, require_true_place, shift_notice, shift_refused

NOT_EXCLUDED, EXCLUDED = "not_excluded", "excluded"
_ZONE_EDGE = 121.5


@dataclass(frozen=True)
class PlaceJudged:
    """Where a layer lies and what is wrong with that.

    Attributes
    ----------
    crs
        For the report.
    shift
        ``excluded``, ``not_excluded`` or the web map's system.
    issues, refusals
        What was noticed, and why the layer would not be accepted.
    """

    crs: InspectedCrs
    shift: str
    issues: tuple[Issue, ...]
    refusals: tuple[InputError, ...]


def judge_place(
    tally: LayerTally,
    crs: CRS,
    evidence: str,
    north_first: bool,
    names: Iterable[str],
    where: str,
    reference: GeometryArray | None,
) -> PlaceJudged:
    """Ask what the gate would ask: CRS, place, and no shift of a web map.

    Parameters
    ----------
    tally
        Counted from geometries in ``crs``, easting first.
    evidence, north_first
        Who says the CRS, and whether the axes were exchanged for it.
    names
        File, layer, fields.
    reference
        Edges known to lie right, in the working CRS; None where there is nothing to compare with.
    """
    refusals: list[InputError] = []
    issues = [*wgs84_notice(crs, where), *six_degree_notice(crs, where)]
    try:
        crs_room.require_survey_crs(crs, where)
        require_true_place((*names, crs.name), where)
        outside = rows_outside(tally.boxes, crs, where)
    except InputError as error:
        return PlaceJudged(_inspected(tally, crs, evidence, north_first, lands=False), NOT_EXCLUDED, (), (error,))
    if len(outside):
        zh, en = f"{len(outside)} 个要素不在上海市范围", f"{len(outside)} features lie outside Shanghai"
        issues.append(Issue("outside_area", Severity.FATAL, where, zh, en))
    found = _inspected(tally, crs, evidence, north_first, lands=True)
    if found.districts is not None and not any(found.districts.values()):
        zh, en = "没有坐标落在松江、崇明两区的范围框内", "No coordinates land in the boxes of Songjiang and Chongming"
        issues.append(Issue("outside_districts", Severity.SERIOUS, where, zh, en))
    if found.degrees is not None and found.degrees[2] > _ZONE_EDGE:
        issues += beyond_zone_notice(where)
    shift, shift_issues = _shift(tally, crs, where, reference)
    if shift not in (EXCLUDED, NOT_EXCLUDED):
        refusals.append(shift_refused(shift, "换算后与参考图层吻合", "undoing it brings it onto the reference", where))
    return PlaceJudged(found, shift, (*issues, *shift_issues), tuple(refusals))


def row_issues(tally: LayerTally, where: str) -> tuple[Issue, ...]:
    """Sum up the rows that would be kept out, and those that stand twice."""
    kinds = (
        ("geometry_missing", Severity.FATAL, tally.null, "没有图形", "have no geometry"),
        ("geometry_empty", Severity.FATAL, tally.empty, "的图形是空的", "have an empty geometry"),
        ("geometry_invalid", Severity.FATAL, tally.invalid, "的图形无效", "have an invalid geometry"),
        ("geometry_repeated", Severity.SERIOUS, tally.duplicates, "与前面的图形完全相同", "repeat an earlier geometry"),
    )
    issues = [
        Issue(code, severity, where, f"{places.count} 行{zh}：{_listed(places, 0)}", f"{places.count} rows {en}: {_listed(places, 1)}")
        for code, severity, places, zh, en in kinds
        if places.count
    ]  # fmt: skip
    dimensions = {kind.removeprefix("Multi") for kind in tally.kinds}
    if len(dimensions) > 1:
        zh, en = (
            f"图形类型混杂：{'、'.join(map(kind_zh, tally.kinds))}",
            f"Mixed kinds of geometry: {', '.join(tally.kinds)}",
        )
        issues.append(Issue("geometry_mixed", Severity.SERIOUS, where, zh, en))
    if tally.heights:
        issues.append(
            Issue("height_not_used", Severity.MINOR, where, "图形带高程，量算不使用高程", "Heights are not used")
        )
    return tuple(issues)


def _listed(places: Places, language: int) -> str:
    told = []
    for place in places.first:
        reason = place.reasons[language]
        named = f"（{reason}）" if reason and language == 0 else f" ({reason})" if reason else ""
        told.append((f"第 {place.row} 行" if language == 0 else f"row {place.row}") + named)
    more = " …" if places.count > len(places.first) else ""
    return ("、" if language == 0 else ", ").join(told) + more


def _inspected(tally: LayerTally, crs: CRS, evidence: str, north_first: bool, *, lands: bool) -> InspectedCrs:
    secret = crs_room.name_of(crs) == crs_room.LOCAL
    degrees = _degrees(tally, crs) if lands else None
    return InspectedCrs(
        code=crs_room.name_of(crs),
        name="" if secret else crs.name,
        evidence=evidence,
        axis_order="north-east" if north_first else "east-north",
        zone=_zone(tally.sample) if crs.is_projected else None,
        degrees=None if secret else degrees,  # beside local numbers it would tell the parameters
        districts=_districts(tally.sample, crs) if lands else None,
    )


def _zone(points: Points) -> int | None:
    """Zone number in front of the eastings."""
    zone = int(np.median(points[:, 0]) // 1_000_000) if len(points) else 0
    return zone if zone > 0 else None


def _degrees(tally: LayerTally, crs: CRS) -> tuple[float, ...] | None:
    if tally.extent is None:
        return None
    west, south, east, north = tally.extent
    corners = np.asarray(shapely.points([(west, south), (west, north), (east, south), (east, north)]), dtype=object)
    moved, _ = crs_room.to_crs(corners, crs, crs_room.GEOGRAPHIC)
    return tuple(round(float(value), 6) for value in shapely.total_bounds(moved))


def _districts(points: Points, crs: CRS) -> dict[str, float]:
    moved, _ = crs_room.to_crs(np.asarray(shapely.points(points), dtype=object), crs, crs_room.GEOGRAPHIC)
    lon, lat = shapely.get_x(moved), shapely.get_y(moved)
    shares = {}
    for key, district in DISTRICTS.items():
        west, south, east, north = district.bounds
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        shares[key] = round(float(inside.mean()), 4) if len(points) else 0.0
    return shares


def _shift(tally: LayerTally, crs: CRS, where: str, reference: GeometryArray | None) -> tuple[str, tuple[Issue, ...]]:
    if reference is not None:
        moved, _ = crs_room.to_crs(np.asarray(shapely.points(tally.sample), dtype=object), crs)
        finding = look_for_shift(shapely.get_coordinates(moved), reference)
        if finding.system or finding.excluded:
            return finding.system or EXCLUDED, ()
    zh = "与参考图层没有足够的公共边线" if reference is not None else "没有可比对的参考图层（--against）"
    en = (
        "it shares too few edges with the reference"
        if reference is not None
        else "there is nothing to compare with (--against)"
    )
    return NOT_EXCLUDED, (shift_notice(where, zh, en),)
