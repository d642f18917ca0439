"""Borders as arrays: edges of polygons, all with their polygon on the left, and points sampled along them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Edges:
    """Edges, the polygon on the left of each.

    Attributes
    ----------
    start, stop
        Ends, metres, shape (n, 2).
    ring
        Number of the ring that each edge belongs to, ascending; edges follow each other within a ring.
    """

    start: Floats
    stop: Floats
    ring: Ints

    @property
    def length_m(self) -> Floats:
        """Length of each edge."""
        return np.asarray(np.hypot(*(self.stop - self.start).T))

    @property
    def along(self) -> Floats:
        """Unit vector along each edge."""
        return np.asarray((self.stop - self.start) / self.length_m[:, None])

    @property
    def outward(self) -> Floats:
        """Unit vector to the right of each edge: away from its polygon."""
        x, y = self.along.T
        return np.column_stack([y, -x])

    def rows(self, keep: Bools | Ints) -> Edges:
        """Return some of the edges."""
        return Edges(self.start[keep], self.stop[keep], self.ring[keep])

    def near(self, box: tuple[float, float, float, float]) -> Edges:
        """Return the edges whose box meets a box (west, south, east, north)."""
        low, high = np.minimum(self.start, self.stop), np.maximum(self.start, self.stop)
        return self.rows(np.asarray(((high >= box[:2]) & (low <= box[2:])).all(axis=1)))


def edges_of(shapes: Geometries) -> Edges:
    """Return the edges of polygons and multipolygons; repeated points make none."""
    parts = shapely.get_parts(shapely.orient_polygons(np.asarray(shapes, dtype=object)))
    rings = shapely.get_rings(parts)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    begin = np.flatnonzero(ring[1:] == ring[:-1])
    edges = Edges(xy[begin], xy[begin + 1], ring[begin].astype(np.int64))
    return edges.rows(edges.length_m > 0)


@dataclass(frozen=True)
class Samples:
    """Points along edges, in their order.

    Attributes
    ----------
    xy
        Shape (n, 2).
    weight_m
        Length of border that each stands for.
    edge
        Row of its edge.
    """

    xy: Floats
    weight_m: Floats
    edge: Ints


def sampled(edges: Edges, step_m: float) -> Samples:
    """Take the middle of every stretch of at most ``step_m``."""
    length = edges.length_m
    count = np.maximum(np.ceil(length / step_m), 1).astype(np.int64)
    edge = np.repeat(np.arange(len(count)), count)
    first = np.repeat(np.cumsum(count) - count, count)
    share = (np.arange(len(edge)) - first + 0.5) / count[edge]
    xy = edges.start[edge] + share[:, None] * (edges.stop - edges.start)[edge]
    return Samples(xy, (length / count)[edge], edge.astype(np.int64))


@dataclass(frozen=True)
class Facing:
    """Pairs of a sample and an edge of another border that runs beside it.

    Attributes
    ----------
    sample, other
        Rows of the sample and of the other edge.
    offset_m
        How far the sample lies beyond the other line, along the sample's outward normal: positive outside it.
    opposed
        Whether the two polygons lie on different sides of the border, as neighbours do.
    """

    sample: Ints
    other: Ints
    offset_m: Floats
    opposed: Bools


_PARALLEL = np.cos(np.deg2rad(20.0))
_END_M = 0.02
"""A normal may miss the end of an edge by this much: corners are drawn twice too."""


def facing(edges: Edges, samples: Samples, others: Edges, reach_m: float) -> Facing:
    """Find the edges of other borders that run beside the samples, within reach and within 20° of parallel."""
    tree = shapely.STRtree(np.asarray(shapely.linestrings(np.stack([others.start, others.stop], axis=1))))
    sample, other = tree.query(shapely.points(samples.xy), predicate="dwithin", distance=reach_m)
    along, outward = edges.along[samples.edge[sample]], edges.outward[samples.edge[sample]]
    direction = others.along[other]
    cosine = (along * direction).sum(axis=1)
    keep = np.abs(cosine) >= _PARALLEL
    sample, other, cosine, outward, direction = (column[keep] for column in (sample, other, cosine, outward, direction))
    away = samples.xy[sample] - others.start[other]
    offset = _cross(away, direction) / _cross(outward, direction)
    place = ((away - offset[:, None] * outward) * direction).sum(axis=1)
    hit = (place >= -_END_M) & (place <= others.length_m[other] + _END_M) & (np.abs(offset) <= reach_m)
    return Facing(sample[hit].astype(np.int64), other[hit].astype(np.int64), offset[hit], cosine[hit] < 0)


def _cross(left: Floats, right: Floats) -> Floats:
    return np.asarray(left[:, 0] * right[:, 1] - left[:, 1] * right[:, 0])
