"""Overlap in exact fractions: the oracle of planted slivers, independent of every geometry engine.

The ground is cut into upright slabs at every vertex and every crossing. Within a slab nothing crosses, so the height that
is covered is linear and its value in the middle, times the width, is the area. Coordinates are doubles, which are
fractions; nothing is rounded until the sum is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

_PARCEL = 0


@dataclass(frozen=True)
class _Edge:
    """A line from left to right; ``owner`` is 0 for the parcel and counts the features from 1."""

    x0: Fraction
    y0: Fraction
    x1: Fraction
    y1: Fraction
    owner: int

    @property
    def slope(self) -> Fraction:
        return (self.y1 - self.y0) / (self.x1 - self.x0)

    def at(self, x: Fraction) -> Fraction:
        """Return the height at x."""
        return self.y0 + self.slope * (x - self.x0)


def overlap_m2(parcel: BaseGeometry, features: Sequence[BaseGeometry]) -> float:
    """Return the area of a parcel that features cover, each spot counted once, m².

    Parameters
    ----------
    parcel, features
        Valid polygons or multipolygons in one projected CRS; meant for scenes of at most some hundred vertices.
    """
    west, south, east, north = parcel.bounds
    near = shapely.box(west, south, east, north)
    met = [feature for feature in features if shapely.intersects(feature, near)]
    owned = [edge for owner, shape in enumerate([parcel, *met]) for edge in _edges(shape, owner)]
    left, right = Fraction(west), Fraction(east)
    edges = [edge for edge in owned if edge.x1 > left and edge.x0 < right]
    stops = {left, right, *(x for edge in edges for x in (edge.x0, edge.x1)), *_crossings(edges)}
    slabs = pairwise(sorted(x for x in stops if left <= x <= right))
    return float(sum(((end - start) * _covered(edges, start, end) for start, end in slabs), Fraction(0)))


def _edges(shape: BaseGeometry, owner: int) -> list[_Edge]:
    """Return the edges of all rings; upright ones bound no slab."""
    found = []
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        for (x0, y0), (x1, y1) in pairwise(shapely.get_coordinates(ring).tolist()):
            if x0 != x1:
                start, end = sorted([(Fraction(x0), Fraction(y0)), (Fraction(x1), Fraction(y1))])
                found.append(_Edge(*start, *end, owner))
    return found


def _crossings(edges: Sequence[_Edge]) -> set[Fraction]:
    """Return where edges of different shapes cross; boxes of doubles, a little wider, choose which pairs to try."""
    x0, x1 = (np.array([float(x) for x in side]) for side in zip(*((e.x0, e.x1) for e in edges), strict=True))
    lows = np.array([float(min(edge.y0, edge.y1)) for edge in edges]) - 1e-6
    highs = np.array([float(max(edge.y0, edge.y1)) for edge in edges]) + 1e-6
    owner = np.array([edge.owner for edge in edges])
    meets = (x0[:, None] < x1) & (x0 < x1[:, None]) & (lows[:, None] < highs) & (lows < highs[:, None])
    first, second = np.nonzero(np.triu(meets & (owner[:, None] != owner), 1))
    found = set()
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        a, b = edges[one], edges[other]
        if a.slope != b.slope:
            x = a.x0 + (b.at(a.x0) - a.y0) / (a.slope - b.slope)
            if max(a.x0, b.x0) < x < min(a.x1, b.x1):
                found.add(x)
    return found


def _covered(edges: Sequence[_Edge], start: Fraction, end: Fraction) -> Fraction:
    """Return the height in the middle of a slab that lies in the parcel and in some feature."""
    middle = (start + end) / 2
    active = sorted((edge.at(middle), edge.owner) for edge in edges if edge.x0 <= start and edge.x1 >= end)
    inside: set[int] = set()
    height, below = Fraction(0), Fraction(0)
    for y, owner in active:
        if _PARCEL in inside and len(inside) > 1:
            height += y - below
        inside ^= {owner}
        below = y
    return height
