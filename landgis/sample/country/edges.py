"""Rings from shared edges: neighbours draw their common border from the same points, so it coincides to the last bit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from landgis.sample.country.arrays import Floats, Ints, Shapes


def ranges(starts: Ints, counts: Ints) -> Ints:
    """Return the concatenation of ``starts[i], starts[i] + 1, …`` (``counts[i]`` numbers each)."""
    firsts = np.cumsum(counts) - counts
    return np.asarray(np.arange(int(counts.sum())) + np.repeat(starts - firsts, counts), dtype=np.int64)


@dataclass(frozen=True)
class Rings:
    """Open rings: the first point is not repeated at the end.

    Attributes
    ----------
    xy
        Points, V × 2, metres.
    counts
        Points per ring.
    """

    xy: Floats
    counts: Ints

    def redrawn(self, error_m: Floats, rng: np.random.Generator) -> Rings:
        """Return the rings as if digitised once more: points off by a normal error (one size per ring), three at most."""
        off = np.clip(rng.normal(0.0, 1.0, self.xy.shape), -3, 3) * np.repeat(error_m, self.counts)[:, None]
        return Rings(np.round(self.xy + off, 4), self.counts)

    def grown(self, factor: float, shift_m: Floats) -> Rings:
        """Return the rings enlarged about their middle and moved (N × 2)."""
        starts = np.cumsum(self.counts) - self.counts
        middle = np.add.reduceat(self.xy, starts) / self.counts[:, None] if len(starts) else np.empty((0, 2))
        each = np.repeat(np.arange(len(starts)), self.counts)
        moved = middle[each] + factor * (self.xy - middle[each]) + shift_m[each]
        return Rings(np.round(moved, 4), self.counts)

    def chained(self, links: int) -> Rings:
        """Return rings made of so many consecutive polylines each, straight lines between them."""
        return Rings(self.xy, self.counts.reshape(-1, links).sum(axis=1))

    def take(self, rows: Ints | NDArray[np.bool_]) -> Rings:
        """Return some of the rings."""
        chosen = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        starts = np.cumsum(self.counts) - self.counts
        return Rings(self.xy[ranges(starts[chosen], self.counts[chosen])], self.counts[chosen])

    def polygons(self) -> Shapes:
        """Return one polygon per ring."""
        if not len(self.counts):
            return np.empty(0, dtype=np.object_)
        starts = np.cumsum(self.counts) - self.counts
        within = ranges(np.zeros_like(self.counts), self.counts + 1)
        wrapped = np.where(within == np.repeat(self.counts, self.counts + 1), 0, within)
        closed = self.xy[np.repeat(starts, self.counts + 1) + wrapped]
        ring_ends = np.concatenate([[0], np.cumsum(self.counts + 1)])
        each = np.arange(len(self.counts) + 1)
        shapes = shapely.from_ragged_array(shapely.GeometryType.POLYGON, closed, (ring_ends, each))
        return np.asarray(shapes, dtype=np.object_)


@dataclass(frozen=True)
class Edges:
    """Polylines with both end points.

    Attributes
    ----------
    xy
        Points, V × 2.
    ends
        Offsets, E + 1.
    """

    xy: Floats
    ends: Ints

    def rings(self, paths: Ints, *, open_ended: bool = False) -> Rings:
        """Walk along edges.

        Parameters
        ----------
        paths
            N × m edge numbers in the order of the walk; ``~e`` walks edge ``e`` backwards.
        open_ended
            Whether the walk does not come back to its start: then its last point is part of it.
        """
        backwards = paths < 0
        edge = np.where(backwards, ~paths, paths).ravel()
        last = np.zeros(paths.shape, dtype=np.int64)
        last[:, -1] = open_ended
        counts = self.ends[edge + 1] - self.ends[edge] - 1 + last.ravel()
        first = np.where(backwards.ravel(), self.ends[edge + 1] - 1, self.ends[edge])
        within = ranges(np.zeros_like(counts), counts)
        sign = np.repeat(np.where(backwards.ravel(), -1, 1), counts)
        points = self.xy[np.repeat(first, counts) + sign * within]
        return Rings(points, counts.reshape(paths.shape).sum(axis=1))


def joined(parts: list[Rings]) -> Rings:
    """Return all rings of several sets, in order."""
    if not parts:
        return Rings(np.empty((0, 2)), np.empty(0, dtype=np.int64))
    return Rings(np.concatenate([part.xy for part in parts]), np.concatenate([part.counts for part in parts]))
