"""Geometry as a format takes it: one kind to a layer, with or without height, in its CRS and on its grid."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import CRS

from landgis.crs import GeometryArray, name_of, to_crs
from landgis.crs.codes import is_wgs84
from landgis.domain.loss import LossCode
from landgis.exchange.writing.limits import SINGLE_TO_MULTI, Limits
from landgis.exchange.writing.stored import Ledger

CRS84 = CRS.from_epsg(4326)
"""Longitude first, as everywhere here; GeoJSON calls that CRS84."""


def fit_shapes(shapes: GeometryArray, crs: CRS, limits: Limits, ledger: Ledger) -> tuple[GeometryArray, str, CRS]:
    """Return geometry as the format will hold it, its type, and its CRS."""
    fitted = np.array(shapes, dtype=object)
    if not limits.empty_geometry:
        fitted = _without_empty(fitted, ledger)
    kinds = {SINGLE_TO_MULTI.get(kind, kind) for kind in _kinds(fitted)}
    if not kinds <= limits.geometry or (len(kinds) > 1 and not limits.mixed):
        ledger.of_layer(LossCode.GEOMETRY_MIXED, "、".join(sorted(kinds)))
        return fitted, "Unknown", crs
    fitted, high = _fit_heights(fitted, limits, ledger)
    if limits.crs84:
        fitted, crs = _as_crs84(fitted, crs, ledger)
    step = limits.step_degrees if crs.is_geographic else limits.step
    if step:
        fitted = _on_grid(fitted, step, ledger)
    if not limits.holes and (apart := _more_rings(fitted)):
        ledger.of_layer(LossCode.RINGS_APART, apart)
    kind = next(iter(kinds)) if len(kinds) == 1 else "MultiPolygon" if not kinds else "Unknown"
    kind = "Point" if kind == "MultiPoint" and _kinds(fitted) == {"Point"} else kind
    return fitted if kind in ("Unknown", "Point") else as_multi(fitted), f"{kind} Z" if high else kind, crs


def as_multi(shapes: GeometryArray) -> GeometryArray:
    """Make every single geometry a multi-part of one; others and missing ones stay."""
    multi = np.array(shapes, dtype=object)
    types = shapely.get_type_id(multi)
    for single, make in (
        (shapely.GeometryType.POINT, shapely.multipoints),
        (shapely.GeometryType.LINESTRING, shapely.multilinestrings),
        (shapely.GeometryType.POLYGON, shapely.multipolygons),
    ):
        rows = np.flatnonzero(types == single)
        if len(rows):
            multi[rows] = make(multi[rows], indices=np.arange(len(rows)))
    return multi


def _kinds(shapes: GeometryArray) -> set[str]:
    return {_TYPE_NAMES[int(number)] for number in np.unique(shapely.get_type_id(shapes)) if number >= 0}


_TYPE_NAMES = (
    "Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
    "GeometryCollection",
)  # fmt: skip


def _more_rings(shapes: GeometryArray) -> int:
    """Count rings beyond the first of each row."""
    parts = shapely.get_parts(shapes)
    there = int((~shapely.is_missing(shapes)).sum())
    return len(parts) - there + int(shapely.get_num_interior_rings(parts).sum())


def _without_empty(shapes: GeometryArray, ledger: Ledger) -> GeometryArray:
    for row in np.flatnonzero(shapely.is_empty(shapes)):
        ledger.of_row(LossCode.EMPTY_GEOMETRY, int(row))
        shapes[row] = None
    return shapes


def _fit_heights(shapes: GeometryArray, limits: Limits, ledger: Ledger) -> tuple[GeometryArray, bool]:
    high = shapely.has_z(shapes)
    if not high.any():
        return shapes, False
    if not limits.heights:
        for row in np.flatnonzero(high):
            ledger.of_row(LossCode.HEIGHT_DROPPED, int(row))
        return np.asarray(shapely.force_2d(shapes), dtype=object), False
    flat = ~high & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    if flat.any() and not limits.mixed:
        for row in np.flatnonzero(flat):
            ledger.of_row(LossCode.HEIGHT_ADDED, int(row))
        return np.asarray(shapely.force_3d(shapes, 0.0), dtype=object), True
    return shapes, True


def _as_crs84(shapes: GeometryArray, crs: CRS, ledger: Ledger) -> tuple[GeometryArray, CRS]:
    if is_wgs84(crs):
        return shapes, CRS84
    moved, _ = to_crs(shapes, crs, CRS84)
    ledger.of_layer(LossCode.CRS_CHANGED, name_of(crs), "OGC:CRS84")
    ledger.of_layer(LossCode.DATUM_EQUATED, name_of(crs), "OGC:CRS84")
    return np.asarray(moved, dtype=object), CRS84


def _on_grid(shapes: GeometryArray, step: float, ledger: Ledger) -> GeometryArray:
    """Round coordinates half to even to a decimal grid, and tell by how much the farthest vertex moves."""
    places = round(-np.log10(step))
    rounded = np.array(shapely.transform(shapes, lambda points: np.round(points, places)), dtype=object)
    high = shapely.has_z(shapes)
    if high.any():
        rounded[high] = shapely.transform(shapes[high], lambda points: np.round(points, places), include_z=True)
    before, after = shapely.get_coordinates(shapes), shapely.get_coordinates(rounded)
    moved = float(np.abs(before - after).max()) if len(before) else 0.0
    if moved > 0:
        ledger.of_layer(LossCode.COORDINATES_ROUNDED, f"≤ {moved:.1e}", f"{step:.0e}")
    return rounded
