"""How far things are that lie beyond the reach of the kernel: to the nearest border, however far."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from landgis.crs import GeometryArray

Floats = npt.NDArray[np.float64]
_VERTICES = 64
"""Borders are cut into pieces of so many corners: a distance to a piece is quick, and the tree picks few of them."""


class Borders:
    """The borders of polygons, laid out for the nearest of them.

    Parameters
    ----------
    polygons
        Valid polygons, in one projected CRS, metres; missing and empty ones have no border.
    """

    def __init__(self, polygons: GeometryArray) -> None:
        self._tree = shapely.STRtree(_pieces(polygons))

    def distance_m(self, shapes: GeometryArray) -> Floats:
        """Return the distance of each shape to the nearest border; inf where there is no border at all.

        A shape that lies inside a polygon is as far as that polygon's border: whether it lies inside is the kernel's
        to say.
        """
        found = np.full(len(shapes), np.inf)
        if len(self._tree) and len(shapes):
            (row, _), distance = self._tree.query_nearest(shapes, all_matches=False, return_distance=True)
            found[row] = distance
        return found


def _pieces(polygons: GeometryArray) -> GeometryArray:
    """Cut every ring into lines of a few corners that share their ends."""
    rings = shapely.get_rings(np.asarray(polygons, dtype=object))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(points):
        return np.empty(0, dtype=object)
    start = np.searchsorted(ring, np.arange(len(rings)))
    place = np.arange(len(points)) - start[ring]
    last = np.append(np.diff(start), len(points) - start[-1]) - 1
    # A corner where one piece ends and the next begins belongs to both; the last of a ring begins none.
    ends = (place % (_VERTICES - 1) == 0) & (place > 0) & (place < last[ring])
    twice = np.repeat(np.arange(len(points)), 1 + ends)
    piece = np.cumsum(np.append(False, (np.diff(twice) == 0) | (np.diff(ring[twice]) > 0)))
    return np.asarray(shapely.linestrings(points[twice], indices=piece), dtype=object)
