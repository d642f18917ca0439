"""Vectors worth asking about: by which of them may an outline stand beside the borders around it."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.screening.slivers.borders import Edges, Facing, Floats, Samples

LEAST_M = 0.03
"""A shorter vector is noise."""
_MOST_CANDIDATES = 1_500
_LONGEST_EDGES = 24


def candidates(body: Edges, samples: Samples, others: Edges, pairs: Facing, reach_m: float) -> Floats:
    """Vectors worth asking about: from a point of the outline to points nearby, and what two of its edges agree on."""
    if not len(pairs.sample):
        return np.empty((0, 2))
    points = _between_points(body, others, reach_m)
    found = np.concatenate([points, _between_edges(body, samples, pairs)])
    size = np.hypot(*found.T)
    found = found[(size >= LEAST_M) & (size <= reach_m)]
    found = np.unique(np.round(found, 3), axis=0)
    return found[:: max(1, -(-len(found) // _MOST_CANDIDATES))]


def _between_points(body: Edges, others: Edges, reach_m: float) -> Floats:
    tree = shapely.STRtree(np.asarray(shapely.points(others.start)))
    mine, near = tree.query(shapely.points(body.start), predicate="dwithin", distance=reach_m)
    return np.asarray(body.start[mine] - others.start[near])


def _between_edges(body: Edges, samples: Samples, pairs: Facing) -> Floats:
    """Solve for the vector that carries two edges of different directions to lines that they face."""
    longest = np.argsort(-body.length_m, kind="stable")[:_LONGEST_EDGES]
    mine = samples.edge[pairs.sample]
    rows, aims = [], []
    for edge in np.intersect1d(longest, mine).tolist():
        values, count = np.unique(np.round(pairs.offset_m[mine == edge], 2), return_counts=True)
        likely = values[np.argsort(-count, kind="stable")[:3]]
        rows += [body.outward[edge]] * len(likely)
        aims += likely.tolist()
    if not rows:
        return np.empty((0, 2))
    (x, y), aim = np.array(rows).T, np.array(aims)
    one, two = np.triu_indices(len(aim), 1)
    turn = x[one] * y[two] - y[one] * x[two]
    keep = np.abs(turn) >= 0.3
    one, two, turn = one[keep], two[keep], turn[keep]
    east = aim[one] * y[two] - aim[two] * y[one]
    north = aim[two] * x[one] - aim[one] * x[two]
    return np.asarray(np.column_stack([east, north]) / turn[:, None])
