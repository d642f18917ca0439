"""Area that two polygons share, from their edges alone; no shape is built, so none can break."""

from __future__ import annotations

import numpy as np

from landgis.overlay.compiled.jit import inlined, inner
from landgis.overlay.compiled.window import SIGN, SLOPE, X0, X1, Y0, edges_again, edges_in, edges_over
from landgis.overlay.polygons import Floats, Ints, Rings

_NOT_ZERO = 1e-300
_FEW = 4_000
"""Edge pairs up to which looking at all of them is cheaper than keeping order."""


@inlined
def _below_both(left: Floats, i: int, right: Floats, j: int, base: float) -> float:
    """Twice the area between the base and the lower of two edges over their common stretch, signed; no branches."""
    west = left[X0, i] if left[X0, i] > right[X0, j] else right[X0, j]
    east = left[X1, i] if left[X1, i] < right[X1, j] else right[X1, j]
    width = east - west if east > west else 0.0
    a_west = left[Y0, i] + left[SLOPE, i] * (west - left[X0, i]) - base
    b_west = right[Y0, j] + right[SLOPE, j] * (west - right[X0, j]) - base
    a_rise, b_rise = left[SLOPE, i] * width, right[SLOPE, j] * width
    gap_west = a_west - b_west
    gap_east = gap_west + a_rise - b_rise
    under_west = -gap_west if gap_west < 0.0 else 0.0
    under_east = -gap_east if gap_east < 0.0 else 0.0
    under = under_west + under_east
    # Where one edge lies below the other on a part only, that part is this share of the common stretch.
    share = under / (abs(gap_west) + abs(gap_east) + _NOT_ZERO)
    twice: float = left[SIGN, i] * right[SIGN, j] * width * (2.0 * b_west + b_rise - under * share)
    return twice


@inner
def shared_area(left: Floats, left_count: int, right: Floats, right_count: int, base: float) -> float:
    """Area that the regions of two sets of edges share, in the units of the coordinates squared.

    The indicator of a polygon is the signed sum, over its edges, of the region below each; so the area of an
    intersection is the signed sum, over pairs of edges, of the area below both. It is a continuous function of every
    coordinate: borders that coincide or cross within noise cost nothing and lose nothing.

    Parameters
    ----------
    left, right
        Edges as `edges_in` gives them for one window, and how many.
    base
        Height from which areas are taken, the bottom of the window: short sums lose no digits.
    """
    total = 0.0
    below = np.empty(right_count)
    if left_count * right_count <= _FEW:
        for i in range(left_count):
            for j in range(right_count):
                below[j] = _below_both(left, i, right, j, base)
            for j in range(right_count):
                total += below[j]
        return 0.5 * total
    return _swept(left, left_count, right, right_count, base)


@inner
def _swept(left: Floats, left_count: int, right: Floats, right_count: int, base: float) -> float:
    """Do the same from west to east, looking only at pairs of edges that stand above each other."""
    left_order, right_order = (
        np.argsort(left[X0, :left_count], kind="mergesort"),
        np.argsort(right[X0, :right_count], kind="mergesort"),
    )
    left_open, right_open = np.empty(left_count, dtype=np.int64), np.empty(right_count, dtype=np.int64)
    lefts = rights = i = j = 0
    total = 0.0
    while i < left_count or j < right_count:
        if j >= right_count or (i < left_count and left[X0, left_order[i]] <= right[X0, right_order[j]]):
            edge = left_order[i]
            rights = _still_open(right, right_open, rights, left[X0, edge])
            for k in range(rights):
                total += _below_both(left, edge, right, right_open[k], base)
            left_open[lefts] = edge
            lefts += 1
            i += 1
        else:
            edge = right_order[j]
            lefts = _still_open(left, left_open, lefts, right[X0, edge])
            for k in range(lefts):
                total += _below_both(left, left_open[k], right, edge, base)
            right_open[rights] = edge
            rights += 1
            j += 1
    return 0.5 * total


@inlined
def _still_open(edges: Floats, open_: Ints, count: int, west: float) -> int:
    """Drop the edges that end west of here; the others keep their order."""
    kept = 0
    for k in range(count):
        if edges[X1, open_[k]] > west:
            open_[kept] = open_[k]
            kept += 1
    return kept


@inner
def pair_area(
    parcels: Rings, parcel: int, whole: Floats, whole_count: int, layer: Rings, feature: int, own: Floats, other: Floats
) -> float:
    """Area shared by a parcel and a feature, taken in the overlap of their boxes.

    Parameters
    ----------
    whole, whole_count
        The parcel's `outline`: made once for all of its pairs.
    own, other
        Room for the edges of both.
    """
    a, b = parcels.box[parcel], layer.box[feature]
    ox, oy = a[0], a[1]
    window = (max(a[0], b[0]) - ox, max(a[1], b[1]) - oy, min(a[2], b[2]) - ox, min(a[3], b[3]) - oy)
    other_count = edges_over(layer, feature, (ox, oy), window, other)
    if whole_count >= 0:
        own_count = edges_again(whole, whole_count, window, own)
    else:
        own_count = edges_in(parcels, parcel, (ox, oy), window, 0.0, own, 0)
    return shared_area(own, own_count, other, other_count, window[1])
