"""The shape of an overlap: how wide it is, how deep, and where."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

_FINENESS = 0.001
_ARC = 4
"""Pieces of a quarter of the eroding arc: each lies within the arc by at most 2 % (1 − cos 11.25°) of its radius."""


def mean_width_m(shape: BaseGeometry) -> float:
    """Return 2A/P of a polygon or multipolygon, m."""
    return 2 * float(shape.area) / float(shape.length)


def deepest(shape: BaseGeometry) -> tuple[float, shapely.Point]:
    """Return the diameter of the largest inscribed circle, and its middle: at most 0.1 % too small or 2 % too large.

    Found by erosion: a disc fits where eroding by its radius leaves something. A sliver of a millimetre along hundreds
    of metres is no harder than a square. Too large, because around points that reach into the shape the eroding arc is
    a polygon within the arc: in doubt a conflict is deeper, never shallower.

    Parameters
    ----------
    shape
        Polygon or multipolygon near the origin of its coordinates, metres.
    """
    high = 1.01 * mean_width_m(shape)
    while not _eroded(shape, high).is_empty:
        high *= 2
    low, core = high / 2, _eroded(shape, high / 2)
    while core.is_empty:
        low, high = low / 2, low
        core = _eroded(shape, low)
    while high - low > _FINENESS * low:
        radius = (low + high) / 2
        left = _eroded(shape, radius)
        if left.is_empty:
            high = radius
        else:
            low, core = radius, left
    return 2 * low, shapely.point_on_surface(core)


def _eroded(shape: BaseGeometry, radius_m: float) -> BaseGeometry:
    return shapely.buffer(shape, -radius_m, quad_segs=_ARC)
