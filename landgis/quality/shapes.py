"""A batch of features with what several geometry rules need of them, worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import shapely

from landgis.quality.found import Bools, Floats, Geometries, Ints

_POLYGONAL = (3, 6)
_FARTHEST_M = 1e9


class Shapes:
    """Geometries of a batch, as delivered: some may be missing, empty, invalid or no polygons.

    Parameters
    ----------
    geometry
        Shape (n,), projected CRS, metres.
    """

    def __init__(self, geometry: Geometries) -> None:
        self.geometry = geometry

    @cached_property
    def missing(self) -> Bools:
        """Nothing there."""
        return np.asarray(shapely.is_missing(self.geometry) | shapely.is_empty(self.geometry))

    @cached_property
    def unreachable(self) -> Bools:
        """With a coordinate that is no number, or lies farther than anything on the globe."""
        return beyond_reach(self.geometry)

    @cached_property
    def polygonal(self) -> Bools:
        """A polygon or multipolygon with something in it that can be measured."""
        return ~self.missing & ~self.unreachable & np.isin(shapely.get_type_id(self.geometry), _POLYGONAL)

    @cached_property
    def polygons(self) -> Geometries:
        """The polygons; None elsewhere."""
        found = self.geometry.copy()
        found[~self.polygonal] = None
        return found

    @cached_property
    def valid(self) -> Bools:
        """A valid polygon."""
        return self.polygonal & np.asarray(shapely.is_valid(self.geometry))

    @cached_property
    def area(self) -> Floats:
        """Planar area, m²; NaN where there is no polygon."""
        return shapely.area(self.polygons)

    @cached_property
    def _parts(self) -> tuple[Geometries, Ints]:
        return _exploded(self.geometry, self.polygonal)

    @property
    def parts(self) -> Geometries:
        """Polygons of all features."""
        return self._parts[0]

    @property
    def part_owner(self) -> Ints:
        """Feature of each part."""
        return self._parts[1]

    @cached_property
    def _rings(self) -> tuple[Geometries, Ints]:
        rings, part = shapely.get_rings(self.parts, return_index=True)
        return rings, self.part_owner[part]

    @property
    def rings(self) -> Geometries:
        """Rings of all features, shells and holes."""
        return self._rings[0]

    @property
    def ring_owner(self) -> Ints:
        """Feature of each ring."""
        return self._rings[1]

    @cached_property
    def ring_count(self) -> Ints:
        """Number of rings of each feature."""
        return np.bincount(self.ring_owner, minlength=len(self.geometry)).astype(np.int64)


def beyond_reach(geometry: Geometries) -> Bools:
    """Tell which geometries have a coordinate that is no number, or lies farther than anything on the globe."""
    there = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    return there & ~(np.abs(shapely.bounds(geometry)) <= _FARTHEST_M).all(axis=1)


def _exploded(geometry: Geometries, wanted: Bools) -> tuple[Geometries, Ints]:
    rows = np.flatnonzero(wanted)
    parts, owner = shapely.get_parts(geometry[rows], return_index=True)
    return parts, rows[owner].astype(np.int64)


def grouped(owner: Ints, values: Floats, largest: bool = False) -> tuple[Ints, Floats, Ints]:
    """Group values by owner: owners in order, the smallest (or largest) value of each, and how many it has."""
    owners, where, counts = np.unique(owner, return_inverse=True, return_counts=True)
    best = np.full(len(owners), -np.inf if largest else np.inf)
    (np.maximum if largest else np.minimum).at(best, where, values)
    return owners.astype(np.int64), best, counts.astype(np.int64)


def gathered(owner: Ints, places: Geometries, together: Callable[..., Geometries]) -> Geometries:
    """Collect the places of each owner (in the order of ``grouped``) into one multi-geometry, in a fixed order.

    Parameters
    ----------
    owner, places
        Same length.
    together
        ``shapely.multipoints``, ``multilinestrings`` or ``multipolygons``.
    """
    if not len(owner):
        return np.empty(0, dtype=object)
    owners, where = np.unique(owner, return_inverse=True)
    corner = shapely.bounds(places)
    order = np.lexsort((corner[:, 1], corner[:, 0], where))
    return together(places[order], indices=where[order], out=np.empty(len(owners), dtype=object))


def gathered_points(owner: Ints, xy: Floats) -> Geometries:
    """Collect the points of each owner (in the order of ``grouped``) into one multipoint, in a fixed order."""
    if not len(owner):
        return np.empty(0, dtype=object)
    owners, where = np.unique(owner, return_inverse=True)
    order = np.lexsort((xy[:, 1], xy[:, 0], where))
    together: Geometries = np.empty(len(owners), dtype=object)
    shapely.multipoints(xy[order], indices=where[order], out=together)
    return together


def points_at(xy: Floats) -> Geometries:
    """Return the points of an array of coordinates, shape (n, 2)."""
    return np.asarray(shapely.points(xy))
