"""Two borders side by side: where a parcel and a layer accompany each other, and which of them lies ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landgis.screening.slivers.borders import Bools, Edges, Facing, Floats, Ints, Samples

_BREAK_M = 2.0
"""A corner or a missing stretch up to this length does not end a run."""
_STILL_M = 1e-4
"""Offsets below a tenth of a millimetre change no side."""
_SWING = 0.1
"""A side counts as taken where the offset reaches this part of the deepest overlap: a touch is no crossing."""
_NORMAL = 1.4826
"""Median of |x| → standard deviation, for a normal scatter."""


@dataclass(frozen=True)
class Run:
    """What was measured along the stretch around a hit; meanings as in the SliverFrame."""

    border_in_m: float
    near_share: float
    run_m: float
    run_overlap_m2: float
    run_gap_m2: float
    run_turns: int
    deepest_m: float
    widest_gap_m: float
    scatter_m: float
    spread_m: float
    vertex_ratio: float


@dataclass(frozen=True)
class Beside:
    """Per sample, the nearest line of a neighbour across the border.

    Attributes
    ----------
    offset_m
        How far the sample lies beyond it; NaN where there is none.
    edge
        Row of the neighbour's edge; -1 where there is none.
    """

    offset_m: Floats
    edge: Ints


def beside(count: int, pairs: Facing) -> Beside:
    """Take the nearest neighbour of each sample."""
    across = np.flatnonzero(pairs.opposed)
    order = across[np.argsort(-np.abs(pairs.offset_m[across]), kind="stable")]
    offset, edge = np.full(count, np.nan), np.full(count, -1, dtype=np.int64)
    offset[pairs.sample[order]] = pairs.offset_m[order]  # the last written is the nearest
    edge[pairs.sample[order]] = pairs.other[order]
    return Beside(offset, edge)


def run_along(edges: Edges, samples: Samples, line: Beside, inside: Bools, near_m: float) -> Run:
    """Describe the run of a hit.

    Parameters
    ----------
    edges, samples
        The parcel's border.
    line
        The layer beside each sample.
    inside
        Whether a sample lies inside the hit feature.
    near_m
        Limit of ``near_share``.
    """
    weight, offset = samples.weight_m, line.offset_m
    faced = ~np.isnan(offset)
    members = _run_members(edges.ring[samples.edge], weight, faced, inside)
    here, length = offset[members], weight[members]
    border_in = float(weight[inside].sum())
    overlapped = inside & faced
    deep = offset[overlapped]
    near = overlapped & (np.abs(np.nan_to_num(offset, nan=np.inf)) <= near_m)
    deepest = float(deep.max(initial=0.0))
    taken = here[np.abs(here) > max(_STILL_M, _SWING * deepest)]
    return Run(
        border_in_m=border_in,
        near_share=float(weight[near].sum()) / border_in if border_in else 0.0,
        run_m=float(length.sum()),
        run_overlap_m2=float((length * np.maximum(here, 0)).sum()),
        run_gap_m2=float((length * np.maximum(-here, 0)).sum()),
        run_turns=int((np.diff(np.sign(taken)) != 0).sum()),
        deepest_m=deepest,
        widest_gap_m=float((-here).max(initial=0.0)),
        scatter_m=_scatter(here),
        spread_m=_scatter(deep - np.median(deep)) if len(deep) else 0.0,
        vertex_ratio=_vertex_ratio(samples.edge[members], line.edge[members]),
    )


def _vertex_ratio(mine: Ints, theirs: Ints) -> float:
    """Points of the neighbours' line along the run, for one of the parcel's."""
    return (len(np.unique(theirs)) + 1) / (len(np.unique(mine)) + 1)


def _scatter(values: Floats) -> float:
    return float(_NORMAL * np.median(np.abs(values))) if len(values) else 0.0


def _run_members(ring: Ints, weight: Floats, faced: Bools, inside: Bools) -> Ints:
    """Samples that face the layer and are linked to the hit by others that do; rings have no beginning."""
    chosen: list[Ints] = []
    for number in np.unique(ring[inside & faced]):
        rows = np.flatnonzero(ring == number)
        first = int(np.flatnonzero((inside & faced)[rows])[0])
        around = np.roll(rows, -first)
        position = np.cumsum(weight[around])
        kept = np.flatnonzero(faced[around])
        breaks = np.flatnonzero(np.diff(position[kept]) - weight[around[kept[1:]]] > _BREAK_M)
        groups = np.split(kept, breaks + 1)
        closes = position[-1] - position[groups[-1][-1]] <= _BREAK_M
        if closes and len(groups) > 1:  # the end of the ring leads into its beginning
            groups = [np.concatenate([groups[-1], groups[0]]), *groups[1:-1]]
        chosen += [around[group] for group in groups if inside[around[group]].any()]
    return np.concatenate(chosen) if chosen else np.empty(0, dtype=np.int64)
