"""Measuring geometry: what every row is like, before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from landgis.crs import GeometryArray
from landgis.domain.profile import GeometryKind
from landgis.preflight.subject import Bools, Ints

_TYPES = {
    GeometryKind.POLYGON: [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON],
    GeometryKind.POINT: [shapely.GeometryType.POINT],
}


@dataclass(frozen=True)
class Outlines:
    """Geometry of a layer, row by row; every array has the length of ``shapes``.

    Attributes
    ----------
    missing, empty, other_kind
        No geometry; none inside; of another kind than declared.
    endless
        Some coordinate is infinite or no number.
    invalid
        By the rules of Simple Features.
    height
        Has a third coordinate.
    repeated
        Neighbouring vertices coincide.
    turned
        An outer ring anticlockwise, or a hole clockwise.
    unordered
        A part is larger than the one before it.
    """

    shapes: GeometryArray
    missing: Bools
    empty: Bools
    other_kind: Bools
    endless: Bools
    invalid: Bools
    height: Bools
    repeated: Bools
    turned: Bools
    unordered: Bools


def measure_outlines(shapes: GeometryArray, kind: GeometryKind) -> Outlines:
    """Measure shapes that should be of a kind; x = easting, y = northing."""
    missing = shapely.is_missing(shapes)
    empty = shapely.is_empty(shapes) & ~missing
    other = ~np.isin(shapely.get_type_id(shapes), _TYPES[kind]) & ~missing & ~empty
    vertices, row = shapely.get_coordinates(shapes, return_index=True)
    endless = _any(len(shapes), row[~np.isfinite(vertices).all(axis=1)])
    fit = ~(missing | empty | other | endless)
    invalid = fit.copy()
    invalid[fit] = ~shapely.is_valid(shapes[fit])
    ringed = np.flatnonzero(fit) if kind is GeometryKind.POLYGON else np.empty(0, dtype=np.int64)
    repeated, turned, unordered = _rings(shapes, ringed)
    return Outlines(shapes, missing, empty, other, endless, invalid, shapely.has_z(shapes), repeated, turned, unordered)


def _rings(shapes: GeometryArray, rows: Ints) -> tuple[Bools, Bools, Bools]:
    """Return which rows repeat a vertex, have a ring the wrong way round, or their parts out of order."""
    count = len(shapes)
    parts, row_of_part = shapely.get_parts(shapes[rows], return_index=True)
    row_of_part = rows[row_of_part]
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    row_of_ring = row_of_part[part_of_ring]
    outer = np.diff(part_of_ring, prepend=-1) != 0
    turned = shapely.is_ccw(rings) == outer
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    same = (np.diff(vertices, axis=0) == 0).all(axis=1) & (np.diff(ring) == 0)
    area = shapely.area(parts)
    grows = (np.diff(area) > 0) & (np.diff(row_of_part) == 0)
    return (
        _any(count, row_of_ring[ring[1:][same]]),
        _any(count, row_of_ring[turned]),
        _any(count, row_of_part[1:][grows]),
    )


def _any(count: int, rows: Ints) -> Bools:
    found = np.zeros(count, dtype=bool)
    found[rows] = True
    return found
