"""One vector for a whole outline: whether all that can be compared stands the same way beside its place."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, hypot, sqrt

import numpy as np
import shapely

from landgis.screening.slivers.borders import Bools, Edges, Facing, Floats, Near, Samples, crossings, facing, sampled
from landgis.screening.slivers.candidates import LEAST_M, candidates

_SLACK = 0.1
_SLACK_M = 0.02
"""An offset supports a vector within a tenth of its length, and two centimetres at least."""
_TELLING = 0.5
"""A stretch can tell a vector if at least half of it points across the border there."""
_ACROSS = float(np.cos(np.deg2rad(30.0)))
"""Edges that meet at a wider angle than this hold a vector in two directions."""
_MOST_SAMPLES = 600
_OPEN = 1e-3
"""Directions hold a vector if the narrower spread of them, by the root of metres, is more than this."""


@dataclass(frozen=True)
class Shift:
    """The vector that the borders around support best; meanings as in the SliverFrame."""

    shift_of: str = ""
    shift_dx_m: float = float("nan")
    shift_dy_m: float = float("nan")
    shift_edges: int = 0
    shift_vertices: int = 0
    shift_share: float = 0.0
    shift_ahead_m: float = 0.0
    shift_behind_m: float = 0.0
    shift_cross_m: float = 0.0
    shift_contrary_m: float = 0.0
    shift_before_m: float = float("nan")
    shift_after_m: float = float("nan")

    @property
    def vector(self) -> Floats:
        """The vector (east, north), m; NaN where there is none."""
        return np.array([self.shift_dx_m, self.shift_dy_m])


@dataclass(frozen=True)
class Outline:
    """An outline that may have moved as a whole, and the borders around it that did not move with it.

    Attributes
    ----------
    who
        ``parcel`` or ``feature``.
    body, samples
        Its edges, sampled.
    others, pairs
        The borders around it, and which of them each sample faces.
    """

    who: str
    body: Edges
    samples: Samples
    others: Edges
    pairs: Facing

    @classmethod
    def among(cls, who: str, body: Edges, others: Edges, step_m: float, reach_m: float) -> Outline:
        """Sample an outline every ``step_m`` and look around it up to ``reach_m``."""
        near = Near.within(body, others, reach_m)
        samples = sampled(body, step_m, crossings(body, others, near))
        return cls(who, body, samples, others, facing(body, samples, others, reach_m, near))

    def still_m(self, direction: Floats, within_m: float) -> float:
        """Metres of the side turned away from a direction that lie on some line around."""
        away = self.body.outward[self.samples.edge] @ direction <= -_TELLING
        on_line = self.pairs.sample[np.abs(self.pairs.offset_m) <= within_m]
        found = np.zeros(len(away), dtype=bool)
        found[on_line] = True
        return float(self.samples.weight_m[away & found].sum())


def best_shift(outline: Outline, reach_m: float) -> Shift:
    """Find the vector, at most ``reach_m`` long, by which an outline stands beside the borders around it."""
    vectors = candidates(outline.body, outline.samples, outline.others, outline.pairs, reach_m)
    if not len(vectors):
        return Shift()
    votes = _Votes(outline.body, outline.samples, outline.pairs)
    best = vectors[int(np.argmax(votes.scores(vectors)))]
    return votes.describe(votes.refined(best), outline.who, outline.others)


@dataclass(frozen=True)
class _Votes:
    """Samples and what they face, asked about vectors."""

    body: Edges
    samples: Samples
    pairs: Facing

    def scores(self, vectors: Floats) -> Floats:
        """Metres of border that can tell each vector and support it."""
        some = self.pairs.sample % max(1, len(self.samples.xy) // _MOST_SAMPLES) == 0
        sample, offset = self.pairs.sample[some], self.pairs.offset_m[some]
        outward = self.body.outward[self.samples.edge]
        score = np.zeros(len(vectors))
        for number, vector in enumerate(vectors):
            across = outward @ vector
            size = float(np.hypot(*vector))
            good = (np.abs(offset - across[sample]) <= _tolerance(size)) & (np.abs(across[sample]) >= _TELLING * size)
            score[number] = self.samples.weight_m[np.unique(sample[good])].sum()
        return score

    def refined(self, vector: Floats) -> Floats:
        """Fit the vector to all samples that support it, by least squares."""
        outward = self.body.outward[self.samples.edge[self.pairs.sample]]
        good = np.abs(self.pairs.offset_m - outward @ vector) <= _tolerance(float(np.hypot(*vector)))
        fitted = _least_squares(
            outward[good], self.pairs.offset_m[good], self.samples.weight_m[self.pairs.sample[good]]
        )
        if fitted is None:
            return vector
        return fitted if np.hypot(*(fitted - vector)) <= _tolerance(float(np.hypot(*vector))) else vector

    def describe(self, vector: Floats, who: str, others: Edges) -> Shift:
        """Count what supports a vector and what contradicts it."""
        size = float(np.hypot(*vector))
        if size < LEAST_M:
            return Shift()
        across = self.body.outward[self.samples.edge] @ vector
        telling = np.abs(across) >= _TELLING * size
        supported = self._matched(across, _tolerance(size)) & telling
        still = self._matched(np.zeros_like(across), _tolerance(size)) & telling & ~supported
        faced = np.isin(np.arange(len(across)), self.pairs.sample) & telling
        weight = self.samples.weight_m
        before, after = self._residuals(across, telling)
        return Shift(
            shift_of=who,
            shift_dx_m=float(vector[0]),
            shift_dy_m=float(vector[1]),
            shift_edges=len(np.unique(self.samples.edge[supported])),
            shift_vertices=_matched_corners(self.body, others, vector, _tolerance(size)),
            shift_share=float(weight[supported].sum() / weight[faced].sum()) if faced.any() else 0.0,
            shift_ahead_m=float(weight[supported & (across > 0)].sum()),
            shift_behind_m=float(weight[supported & (across < 0)].sum()),
            shift_cross_m=self._cross_m(supported),
            shift_contrary_m=float(weight[still].sum()),
            shift_before_m=before,
            shift_after_m=after,
        )

    def _cross_m(self, supported: Bools) -> float:
        """Metres of supporting border that do not run along with most of it: parallel lines leave one way open."""
        edge, weight = self.samples.edge[supported], self.samples.weight_m[supported]
        if not len(edge):
            return 0.0
        along = self.body.along[edge]
        main = along[np.argmax(np.bincount(edge, weight)[edge])]
        return float(weight[np.abs(along @ main) < _ACROSS].sum())

    def _matched(self, expected: Floats, tolerance_m: float) -> Bools:
        good = np.abs(self.pairs.offset_m - expected[self.pairs.sample]) <= tolerance_m
        return np.bincount(self.pairs.sample[good], minlength=len(expected)) > 0

    def _residuals(self, across: Floats, telling: Bools) -> tuple[float, float]:
        """Root mean square offset before and after moving back, over the pairs that support the vector."""
        left = self.pairs.offset_m - across[self.pairs.sample]
        good = telling[self.pairs.sample] & (np.abs(left) <= _tolerance(float(np.abs(across).max(initial=0.0))))
        if not good.any():
            return float("nan"), float("nan")
        return _root_mean_square(self.pairs.offset_m[good]), _root_mean_square(left[good])


def _least_squares(outward: Floats, offset_m: Floats, weight_m: Floats) -> Floats | None:
    """Return the vector that explains offsets across directions best; None where they leave it one way open.

    Summed exactly, so that the answer is the same to the last bit whatever the order of the rows.
    """
    (x, y), weighted = outward.T, outward.T * weight_m
    xx, xy, yy = fsum(weighted[0] * x), fsum(weighted[0] * y), fsum(weighted[1] * y)
    xd, yd = fsum(weighted[0] * offset_m), fsum(weighted[1] * offset_m)
    smallest = (xx + yy - hypot(xx - yy, 2 * xy)) / 2
    if smallest <= (_OPEN * max(1.0, float(np.sqrt(weight_m.max(initial=0.0))))) ** 2:
        return None
    whole = xx * yy - xy * xy
    return np.array([(yy * xd - xy * yd) / whole, (xx * yd - xy * xd) / whole])


def _root_mean_square(values: Floats) -> float:
    return sqrt(fsum(values**2) / len(values))


def _tolerance(size_m: float) -> float:
    return max(_SLACK_M, _SLACK * size_m)


def _matched_corners(body: Edges, others: Edges, vector: Floats, tolerance_m: float) -> int:
    """Count the corners of the outline that fall on corners of other borders when moved back."""
    tree = shapely.STRtree(np.asarray(shapely.points(others.start[others.corner])))
    corners = body.start[body.corner] - vector
    mine, _ = tree.query(shapely.points(corners), predicate="dwithin", distance=tolerance_m)
    return len(np.unique(corners[mine], axis=0))
