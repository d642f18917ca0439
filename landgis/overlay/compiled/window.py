"""Edges of a polygon inside a window. What lies above it is drawn together, what lies beside or below is left out."""

from __future__ import annotations

import numpy as np

from landgis.overlay.compiled.jit import inlined, inner
from landgis.overlay.polygons import BLOCK_EDGES, Floats, Rings

X0, Y0, X1, Y1, SLOPE, SIGN, OWNER = range(7)
"""Rows of an array of edges: western and eastern end, from the origin; slope; sign of the area below; whose it is."""
ROWS = 7
ABOVE, BESIDE = 1, 2
SHORT = 64
"""Vertices up to which an outline is short: taking it edge by edge is cheaper than looking for what can be skipped."""


@inner
def edge_room(rings: Rings, polygon: int) -> int:
    """Return the number of edges a polygon can give at most."""
    first, last = rings.ring_of[polygon], rings.ring_of[polygon + 1]
    return int(rings.start[last] - rings.start[first])


@inner
def with_room(edges: Floats, count: int, wanted: int) -> Floats:
    """Return the edges in an array that has room for so many."""
    if wanted <= edges.shape[1]:
        return edges
    larger = np.empty((ROWS, max(wanted, 2 * edges.shape[1])))
    larger[:, :count] = edges[:, :count]
    return larger


@inner
def _put(edges: Floats, count: int, xa: float, ya: float, xb: float, yb: float, sign: float, owner: float) -> int:
    """Add an edge; a vertical one has nothing below it."""
    if xa == xb:
        return count
    if xa < xb:
        edges[X0, count], edges[Y0, count], edges[X1, count], edges[Y1, count] = xa, ya, xb, yb
        edges[SIGN, count] = sign
    else:
        edges[X0, count], edges[Y0, count], edges[X1, count], edges[Y1, count] = xb, yb, xa, ya
        edges[SIGN, count] = -sign
    edges[SLOPE, count] = (yb - ya) / (xb - xa)
    edges[OWNER, count] = owner
    return count + 1


@inner
def edges_in(
    rings: Rings,
    polygon: int,
    origin: tuple[float, float],
    window: tuple[float, float, float, float],
    owner: float,
    edges: Floats,
    count: int,
) -> int:
    """Append the edges of a polygon that matter inside a window, and return how many there are now.

    The region below an edge is all that is asked of it. So a run of edges above the window may become one level edge
    along its top, with the same ends; edges left, right and below of it add nothing inside. One of the polygons that
    are compared must not reach beyond the window's top and one not below its bottom (the window is the overlap of
    their boxes): then the areas and the order of edges from the top are the same as without the window. An edge that
    runs along the bottom itself closes its polygon and stays.

    Parameters
    ----------
    origin
        Point (x, y) that becomes zero, near the polygon, so that no digit is lost.
    window
        xmin, ymin, xmax, ymax from the origin.
    edges
        Room for `edge_room` more, shape (7, ·).
    """
    for ring in range(rings.ring_of[polygon], rings.ring_of[polygon + 1]):
        count = _edges_of_ring(rings, ring, origin, window, owner, edges, count)
    return count


@inner
def edges_over(
    rings: Rings, polygon: int, origin: tuple[float, float], window: tuple[float, float, float, float], edges: Floats
) -> int:
    """Put the edges of a polygon that count for the area below them inside a window, and return how many they are.

    For short outlines nothing is drawn together: edges left, right and below of the window are left out, others stay
    as they are. Long outlines go through `edges_in`.
    """
    first, last = rings.ring_of[polygon], rings.ring_of[polygon + 1]
    if rings.start[last] - rings.start[first] > SHORT:
        return edges_in(rings, polygon, origin, window, 0.0, edges, 0)
    xy = rings.xy
    ox, oy = origin
    west, south, east, _ = window
    count = 0
    for ring in range(first, last):
        at, end, sign = rings.start[ring], rings.start[ring + 1], rings.sign[ring]
        xa, ya = xy[at, 0] - ox, xy[at, 1] - oy
        for vertex in range(at + 1, end):
            xb, yb = xy[vertex, 0] - ox, xy[vertex, 1] - oy
            # No short-cuts: four comparisons cost less than one wrong guess.
            if (max(xa, xb) > west) & (min(xa, xb) < east) & ((ya >= south) | (yb >= south)):
                count = _put(edges, count, xa, ya, xb, yb, sign, 0.0)
            xa, ya = xb, yb
    return count


@inner
def edges_again(whole: Floats, whole_count: int, window: tuple[float, float, float, float], edges: Floats) -> int:
    """Do as `edges_over` with an `outline` made before, from the same origin."""
    west, south, east, _ = window
    count = 0
    for k in range(whole_count):
        x0, y0, x1, slope = whole[X0, k], whole[Y0, k], whole[X1, k], whole[SLOPE, k]
        edges[X0, count], edges[Y0, count], edges[X1, count], edges[SLOPE, count] = x0, y0, x1, slope
        edges[SIGN, count] = whole[SIGN, k]
        # What does not count is written over by the next.
        count += (x1 > west) & (x0 < east) & ((y0 >= south) | (y0 + slope * (x1 - x0) >= south))
    return count


@inner
def outline(rings: Rings, polygon: int, edges: Floats) -> int:
    """Put all edges of a short polygon, from the corner of its box, and return how many they are; -1 if it is long."""
    first, last = rings.ring_of[polygon], rings.ring_of[polygon + 1]
    if rings.start[last] - rings.start[first] > SHORT:
        return -1
    box = rings.box[polygon]
    everywhere = (-np.inf, -np.inf, np.inf, np.inf)
    return edges_over(rings, polygon, (box[0], box[1]), everywhere, edges)


@inner
def _edges_of_ring(
    rings: Rings,
    ring: int,
    origin: tuple[float, float],
    window: tuple[float, float, float, float],
    owner: float,
    edges: Floats,
    count: int,
) -> int:
    """Append the edges of one ring, stretch by stretch; a run above the window is kept open until it ends."""
    ox, oy = origin
    west, south, east, north = window
    # An array taken out of a tuple inside a loop is counted each time: take it out once.
    xy = rings.xy
    sign, long = rings.sign[ring], rings.block[ring + 1] > rings.block[ring]
    at, end = rings.start[ring], rings.start[ring + 1] - 1
    above = False
    run_from = run_to = 0.0
    while at < end:
        stop, side = end, 0
        if long:
            stop, side = _next_stretch(rings, ring, at, ox + west, oy + south, ox + east, oy + north)
        # A stretch that lies off the window on one side is taken in one step.
        first = at + 1 if side == 0 else stop
        xa, ya = xy[at, 0] - ox, xy[at, 1] - oy
        off_a = _off(xa, ya, west, south, east, north) if side == 0 else side
        for vertex in range(first, stop + 1):
            xb, yb = xy[vertex, 0] - ox, xy[vertex, 1] - oy
            off_b = _off(xb, yb, west, south, east, north) if side == 0 else side
            off = off_a & off_b
            if off & ABOVE:
                if not above:
                    above = True
                    run_from = xa
                run_to = xb
            else:
                if above:
                    count = _level(edges, count, run_from, run_to, west, east, north, sign, owner)
                    above = False
                if off == 0:
                    count = _put(edges, count, xa, ya, xb, yb, sign, owner)
            xa, ya, off_a = xb, yb, off_b
        at = stop
    if above:
        count = _level(edges, count, run_from, run_to, west, east, north, sign, owner)
    return count


@inner
def _next_stretch(
    rings: Rings, ring: int, at: int, low_x: float, low_y: float, high_x: float, high_y: float
) -> tuple[int, int]:
    """Return where the next stretch of a long ring ends, and where it lies: a whole group if it can be skipped."""
    begin, end = rings.start[ring], rings.start[ring + 1] - 1
    index = (at - begin) // BLOCK_EDGES
    if index % BLOCK_EDGES == 0:
        group = rings.group[ring] + index // BLOCK_EDGES
        side = _side(rings.group_box, group, low_x, low_y, high_x, high_y)
        if side != 0:
            return min(begin + (index + BLOCK_EDGES) * BLOCK_EDGES, end), side
    side = _side(rings.block_box, rings.block[ring] + index, low_x, low_y, high_x, high_y)
    return min(begin + (index + 1) * BLOCK_EDGES, end), side


@inlined
def _off(x: float, y: float, west: float, south: float, east: float, north: float) -> int:
    """Tell on which sides a point lies off the window, as bits."""
    return (y >= north) * ABOVE | (y < south) * 2 | (x <= west) * 4 | (x >= east) * 8


@inlined
def _side(boxes: Floats, row: int, west: float, south: float, east: float, north: float) -> int:
    """Tell where a box lies: above the window, beside or below it, or across it (0)."""
    if boxes[row, 1] >= north:
        return ABOVE
    if boxes[row, 3] < south or boxes[row, 2] <= west or boxes[row, 0] >= east:
        return BESIDE
    return 0


@inner
def _level(
    edges: Floats,
    count: int,
    run_from: float,
    run_to: float,
    west: float,
    east: float,
    north: float,
    sign: float,
    owner: float,
) -> int:
    """Add the level edge that stands for a run above the window."""
    xa, xb = min(max(run_from, west), east), min(max(run_to, west), east)
    return _put(edges, count, xa, north, xb, north, sign, owner)
