"""Borders as arrays: edges of polygons, all with their polygon on the left, and points sampled along them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

PARALLEL = float(np.cos(np.deg2rad(20.0)))
"""Lines that turn less than this are one line, or run beside each other."""


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

    @cached_property
    def length_m(self) -> Floats:
        """Length of each edge."""
        return np.asarray(np.hypot(*(self.stop - self.start).T))

    @cached_property
    def along(self) -> Floats:
        """Unit vector along each edge."""
        return np.asarray((self.stop - self.start) / self.length_m[:, None])

    @cached_property
    def outward(self) -> Floats:
        """Unit vector to the right of each edge: away from its polygon."""
        x, y = self.along.T
        return np.column_stack([y, -x])

    @cached_property
    def before(self) -> Ints:
        """Row of the edge that ends where each starts; -1 where that one was left out."""
        here = np.arange(len(self.ring))
        opens = np.searchsorted(self.ring, self.ring) == here
        row = np.where(opens, np.searchsorted(self.ring, self.ring, side="right"), here) - 1
        return np.asarray(np.where((self.stop[row] == self.start).all(axis=1), row, -1), dtype=np.int64)

    @cached_property
    def corner(self) -> Bools:
        """Whether the border turns where each edge starts: a point on a straight line does not fix a place along it."""
        turns = (self.along * self.along[self.before]).sum(axis=1) < PARALLEL
        return np.asarray(turns & (self.before >= 0))

    def rows(self, keep: Bools | Ints) -> Edges:
        """Return some of the edges."""
        return Edges(self.start[keep], self.stop[keep], self.ring[keep])

    @cached_property
    def boxes(self) -> tuple[Floats, Floats]:
        """Lower left and upper right corners of the boxes of the edges."""
        return np.minimum(self.start, self.stop), np.maximum(self.start, self.stop)

    def near(self, box: tuple[float, float, float, float]) -> Edges:
        """Return the edges whose box meets a box (west, south, east, north)."""
        low, high = self.boxes
        return self.rows(np.asarray(((high >= box[:2]) & (low <= box[2:])).all(axis=1)))


def edges_of(shapes: Geometries) -> Edges:
    """Return the edges of polygons and multipolygons; repeated points make none."""
    parts = shapely.get_parts(shapely.orient_polygons(np.asarray(shapes, dtype=object)))
    rings = shapely.get_rings(parts)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    begin = np.flatnonzero(ring[1:] == ring[:-1])
    edges = Edges(xy[begin], xy[begin + 1], ring[begin].astype(np.int64))
    return edges.rows(edges.length_m > 0)


def joined(found: list[Edges], origin: Floats | float = 0.0) -> Edges:
    """Put edges of several shapes together, rings numbered anew, local to the origin."""
    if not found:
        return Edges(np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=np.int64))
    rings, count = [], 0
    for edges in found:
        rings.append(edges.ring + count)
        count += int(edges.ring.max(initial=-1)) + 1
    start, stop = (np.concatenate([getattr(edges, end) for edges in found]) for end in ("start", "stop"))
    return Edges(start - origin, stop - origin, np.concatenate(rings))


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


@dataclass(frozen=True)
class Near:
    """Pairs of edges of two borders whose boxes come within reach of each other: rows of the one and of the other."""

    mine: Ints
    other: Ints

    @classmethod
    def within(cls, edges: Edges, others: Edges, reach_m: float) -> Near:
        """Find the pairs."""
        tree = shapely.STRtree(_boxes(others, reach_m))
        mine, other = tree.query(_boxes(edges, 0.0))
        return cls(mine.astype(np.int64), other.astype(np.int64))


def _boxes(edges: Edges, by_m: float) -> Geometries:
    low, high = edges.boxes
    return np.asarray(shapely.box(*(low - by_m).T, *(high + by_m).T), dtype=object)


def sampled(edges: Edges, step_m: float, cuts: tuple[Ints, Floats] | None = None) -> Samples:
    """Take the middle of every stretch of at most ``step_m``.

    Parameters
    ----------
    edges, step_m
        What to sample, how closely.
    cuts
        Edges, and where along them (0 to 1) a stretch has to end: between `crossings` with another border every
        overlap has a sample, however small it is.
    """
    count = np.maximum(np.ceil(edges.length_m / step_m), 1).astype(np.int64)
    edge = np.repeat(np.arange(len(count)), count + 1)
    place = (np.arange(len(edge)) - np.repeat(np.cumsum(count + 1) - count - 1, count + 1)) / count[edge]
    if cuts is not None:
        edge, place = np.concatenate([edge, cuts[0]]), np.concatenate([place, cuts[1]])
    order = np.lexsort([place, edge])
    edge, place = edge[order], place[order]
    stretch = np.flatnonzero((edge[1:] == edge[:-1]) & (place[1:] > place[:-1]))
    edge, middle = edge[stretch], (place[stretch] + place[stretch + 1]) / 2
    xy = edges.start[edge] + middle[:, None] * (edges.stop - edges.start)[edge]
    return Samples(xy, (place[stretch + 1] - place[stretch]) * edges.length_m[edge], edge.astype(np.int64))


def crossings(edges: Edges, others: Edges, near: Near) -> tuple[Ints, Floats]:
    """Rows of edges that another border crosses, and where along them (0 to 1)."""
    mine, theirs = (edges.stop - edges.start)[near.mine], (others.stop - others.start)[near.other]
    away = others.start[near.other] - edges.start[near.mine]
    turn = _cross(mine, theirs)
    slanted = turn != 0
    mine, theirs, away, turn, row = (column[slanted] for column in (mine, theirs, away, turn, near.mine))
    here, there = _cross(away, theirs) / turn, _cross(away, mine) / turn
    met = (here > 0) & (here < 1) & (there >= 0) & (there <= 1)
    return row[met], here[met]


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

    def of_rows(self, first: int, end: int) -> Facing:
        """Return the pairs with some of the other edges, counted from the first of these."""
        keep = (self.other >= first) & (self.other < end)
        return Facing(self.sample[keep], self.other[keep] - first, self.offset_m[keep], self.opposed[keep])


_END_M = 0.02
"""A normal may miss the end of an edge by this much: corners are drawn twice too."""


def facing(edges: Edges, samples: Samples, others: Edges, reach_m: float, near: Near | None = None) -> Facing:
    """Find the edges of other borders that run beside the samples, within reach and within 20° of parallel.

    ``near``: the pairs of edges within reach, where they are known already.
    """
    near = near or Near.within(edges, others, reach_m)
    cosine = (edges.along[near.mine] * others.along[near.other]).sum(axis=1)
    parallel = np.abs(cosine) >= PARALLEL
    mine, other, cosine = near.mine[parallel], near.other[parallel], cosine[parallel]
    first, end = (np.searchsorted(samples.edge, mine, side=side) for side in ("left", "right"))
    pair = np.repeat(np.arange(len(mine)), end - first)
    sample = np.arange(len(pair)) - np.repeat(np.cumsum(end - first) - end, end - first)
    direction, outward = others.along[other][pair], edges.outward[mine][pair]
    away = samples.xy[sample] - others.start[other][pair]
    offset = _cross(away, direction) / _cross(outward, direction)
    place = ((away - offset[:, None] * outward) * direction).sum(axis=1)
    hit = (place >= -_END_M) & (place <= others.length_m[other][pair] + _END_M) & (np.abs(offset) <= reach_m)
    return Facing(sample[hit].astype(np.int64), other[pair[hit]], offset[hit], cosine[pair[hit]] < 0)


def _cross(left: Floats, right: Floats) -> Floats:
    return np.asarray(left[:, 0] * right[:, 1] - left[:, 1] * right[:, 0])
