"""What a release covers: a polygon from a file, WKT or a box, in the working CRS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from landgis.crs import WORKING, parse, require_shanghai, require_survey_crs, to_crs
from landgis.domain.issue import Issue
from landgis.errors import ConfigError
from landgis.exchange.conforming.geometry_rows import gate, wgs84_notice
from landgis.exchange.delivery.layers_file import LAYERS_FILE, CoverageEntry
from landgis.exchange.reading.vector import read_vector
from landgis.quality.reasons import unreadable_reason

_BOX_STEPS = 400
"""A box in degrees is bent in the plane: its edges get this many vertices (deviation below 1 mm over a district)."""

CoverageText = CoverageEntry | tuple[float, float, float, float] | str


Ground = shapely.Polygon | shapely.MultiPolygon


@dataclass(frozen=True)
class Coverage:
    """A coverage polygon in the working CRS, and what was noticed while reading it."""

    polygon: Ground
    issues: tuple[Issue, ...] = ()


def read_coverage_file(path: Path, working: CRS = WORKING, crs: str | None = None) -> Coverage:
    """Read the polygons of a file as one coverage.

    Raises
    ------
    ConfigError
        If a feature of it is no valid polygon.
    InputError
        As `read_vector`.
    """
    raw = read_vector(path, crs=crs)
    gated = gate(raw, "polygon", working)
    if gated.faults:
        row, fault = next(iter(gated.faults.items()))
        raise _unusable(path.name, f"第 {row + 1} 行：{fault.reason_zh}", f"row {row + 1}: {fault.reason_en}")
    return Coverage(ground(shapely.union_all(gated.geometry)), (*raw.issues, *gated.issues))


def declared_coverage(
    coverage: CoverageText | None, folder: Path, crs: str | None, working: CRS = WORKING
) -> Coverage | None:
    """Return the coverage that ``layers.yaml`` declares for a layer, or None where it declares none.

    Parameters
    ----------
    coverage
        File name, WKT, box, or one of these with its own CRS.
    folder
        Where file names start.
    crs
        CRS of WKT and box where they have none of their own.

    Raises
    ------
    ConfigError
        If there is no CRS, or the polygon is unreadable, invalid or empty.
    """
    if coverage is None:
        return None
    entry = _entry(coverage)
    given = [value for value in (entry.file, entry.wkt, entry.bbox) if value is not None]
    if len(given) != 1:
        raise _unusable(LAYERS_FILE, "file、wkt、bbox 须且只须有一个", "give exactly one of file, wkt, bbox")
    if entry.file is not None:
        return read_coverage_file(folder / entry.file, working, entry.crs)
    label = entry.crs or crs
    if label is None:
        raise _unusable(LAYERS_FILE, "WKT 和 bbox 须用 crs 或 coverage_crs 指明坐标系", "WKT and bbox need a crs")
    source = parse(label)
    require_survey_crs(source, LAYERS_FILE)
    polygon = _box(entry.bbox) if entry.bbox is not None else _from_wkt(entry.wkt or "")
    if not polygon.is_valid or polygon.area == 0 or polygon.geom_type not in ("Polygon", "MultiPolygon"):
        raise _unusable(LAYERS_FILE, "不是有效的面", "it is no valid polygon")
    require_shanghai(polygon.bounds, source, LAYERS_FILE)
    moved, _ = to_crs(np.array([polygon], dtype=object), source, working)
    return Coverage(ground(moved[0]), wgs84_notice(source, f"{LAYERS_FILE}: coverage"))


def ground(shape: BaseGeometry) -> Ground:
    """Narrow a geometry to the polygon it is.

    Raises
    ------
    ConfigError
        If it is none, or empty.
    """
    if not isinstance(shape, (shapely.Polygon, shapely.MultiPolygon)) or shape.is_empty:
        raise _unusable(shape.geom_type, "不是面", "it is no polygon")
    return shape


def _entry(coverage: CoverageText) -> CoverageEntry:
    if isinstance(coverage, CoverageEntry):
        return coverage
    if isinstance(coverage, str):
        is_wkt = coverage.strip().upper().startswith(("POLYGON", "MULTIPOLYGON"))
        return CoverageEntry(wkt=coverage) if is_wkt else CoverageEntry(file=coverage)
    return CoverageEntry(bbox=coverage)


def _box(bounds: tuple[float, float, float, float]) -> BaseGeometry:
    west, south, east, north = bounds
    if not (west < east and south < north):
        raise _unusable(LAYERS_FILE, "bbox 应为 [西, 南, 东, 北]", "bbox is [west, south, east, north]")
    return shapely.box(west, south, east, north).segmentize(max(east - west, north - south) / _BOX_STEPS)


def _from_wkt(text: str) -> BaseGeometry:
    try:
        found: BaseGeometry = shapely.from_wkt(text)
    except shapely.errors.GEOSException as error:
        zh, en = unreadable_reason(error)
        raise _unusable(LAYERS_FILE, f"WKT 无法解析（{zh}）", f"the WKT cannot be parsed ({en})") from error
    return found


def _unusable(where: str, zh: str, en: str) -> ConfigError:
    return ConfigError(
        f"覆盖范围不能用：{zh}",
        f"The coverage cannot be used: {en}",
        where=f"{where}: coverage",
        next_zh="请给出有效的面，并注明坐标系",
        next_en="Give a valid polygon and its CRS",
    )
