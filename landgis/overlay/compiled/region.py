"""The ground that a parcel shares with several features: its area, outline length and number of pieces.

Between two neighbouring ends of edges (or crossings) nothing changes: there the region is a stack of trapezoids.
Walking the stacks from west to east gives everything that a dissolved overlay would, without building it.
"""

from __future__ import annotations

import numpy as np

from landgis.overlay.compiled.jit import inlined, inner
from landgis.overlay.compiled.room import longer, longer_floats
from landgis.overlay.compiled.window import OWNER, SIGN, SLOPE, X0, X1, Y0
from landgis.overlay.polygons import Floats, Ints

_LEVEL_M = 1e-9
_TOP_WEST, _LOW_WEST, _TOP_EAST, _LOW_EAST, _PIECE = range(5)


@inner
def region(
    edges: Floats, count: int, west: float, east: float, floor_m2: float, shaped: bool, thin_m: float
) -> tuple[float, float, int]:
    """Measure the ground inside the parcel and at least one feature.

    Parameters
    ----------
    edges, count
        Edges of the parcel (owner 0) and of the features (owner 1) inside one window.
    west, east
        Sides of the window.
    floor_m2
        Pieces up to this area are not counted.
    shaped
        Whether outline and pieces are wanted too.
    thin_m
        Ground up to so thin counts in the area, but makes no outline, no piece and no gap between pieces.

    Returns
    -------
    tuple
        Area, m²; length of the outline, m; number of pieces that hang together. The last two are 0 if not ``shaped``.
    """
    order = np.argsort(edges[X0, :count])
    active = np.empty(count, dtype=np.int64)
    at_west, at_east = np.empty(count), np.empty(count)
    before, now = np.empty((count, 5)), np.empty((count, 5))
    parent, ground = np.empty(256, dtype=np.int64), np.empty(256)
    crossings = np.empty(16)
    stacked = pieces = actives = begun = 0
    area = length = 0.0
    from_x = max(west, edges[X0, order[0]]) if count > 0 else east
    while from_x < east:
        actives, begun, to_x = _advance(edges, order, begun, active, actives, from_x, east)
        if actives == 0 and begun == count:
            break
        crossed = _stack(edges, active, actives, from_x, to_x, at_west, at_east)
        parts = 1
        if crossed:
            crossings, parts = _crossings(actives, from_x, to_x, at_west, at_east, crossings)
        for part in range(parts):
            if crossed:
                from_x, to_x = crossings[part], crossings[part + 1]
                _stack(edges, active, actives, from_x, to_x, at_west, at_east)
            area += _height(edges, active, actives, at_west, at_east) * (to_x - from_x)
            if not shaped:
                continue
            trapezoids = _trapezoids(edges, active, actives, at_west, at_east, thin_m, now)
            if stacked > 0 or trapezoids > 0:
                length += _outline(before, stacked, now, trapezoids, to_x - from_x)
                if pieces + trapezoids > len(parent):
                    parent, ground = longer(parent, pieces, trapezoids), longer_floats(ground, pieces, trapezoids)
                pieces = _join(before, stacked, now, trapezoids, to_x - from_x, parent, ground, pieces)
                before, now = now, before
                stacked = trapezoids
        from_x = to_x
    if shaped:
        length += _outline(before, stacked, now, 0, 0.0)
    return area, length, _count_pieces(parent, ground, pieces, floor_m2)


@inner
def _advance(
    edges: Floats, order: Ints, begun: int, active: Ints, actives: int, from_x: float, east: float
) -> tuple[int, int, float]:
    """Drop the edges that end at or before a place and take up those that begin there.

    Returns
    -------
    tuple
        How many are active, how many have begun, and the next place where one begins or ends.
    """
    kept = 0
    for k in range(actives):
        if edges[X1, active[k]] > from_x:
            active[kept] = active[k]
            kept += 1
    while begun < len(order) and edges[X0, order[begun]] <= from_x:
        if edges[X1, order[begun]] > from_x:
            active[kept] = order[begun]
            kept += 1
        begun += 1
    to_x = min(east, edges[X0, order[begun]]) if begun < len(order) else east
    for k in range(kept):
        to_x = min(to_x, edges[X1, active[k]])
    return kept, begun, to_x


@inlined
def _stack(
    edges: Floats, active: Ints, actives: int, from_x: float, to_x: float, at_west: Floats, at_east: Floats
) -> bool:
    """Sort the active edges from the top by their middles, give their heights at both sides; tell if any cross."""
    for k in range(actives):
        edge = active[k]
        slope = edges[SLOPE, edge]
        high_west = edges[Y0, edge] + slope * (from_x - edges[X0, edge])
        high_east = high_west + slope * (to_x - from_x)
        place = k
        while place > 0 and at_west[place - 1] + at_east[place - 1] < high_west + high_east:
            active[place] = active[place - 1]
            at_west[place] = at_west[place - 1]
            at_east[place] = at_east[place - 1]
            place -= 1
        active[place] = edge
        at_west[place] = high_west
        at_east[place] = high_east
    for k in range(actives - 1):  # noqa: SIM110 - compiled code has no generators
        if at_west[k] < at_west[k + 1] - _LEVEL_M or at_east[k] < at_east[k + 1] - _LEVEL_M:
            return True
    return False


@inner
def _crossings(
    actives: int, from_x: float, to_x: float, at_west: Floats, at_east: Floats, room: Floats
) -> tuple[Floats, int]:
    """Return both sides and every place between where two edges of the stack cross; and how many parts that makes."""
    room[0] = from_x
    found = 1
    for i in range(actives - 1):
        for j in range(i + 1, actives):
            gap_west, gap_east = at_west[i] - at_west[j], at_east[i] - at_east[j]
            if gap_west * gap_east < 0.0 and max(abs(gap_west), abs(gap_east)) > _LEVEL_M:
                if found + 1 >= len(room):
                    room = longer_floats(room, found, len(room))
                room[found] = from_x + (to_x - from_x) * (gap_west / (gap_west - gap_east))
                found += 1
    room[found] = to_x
    room[: found + 1].sort()
    return room, found


@inlined
def _height(edges: Floats, active: Ints, actives: int, at_west: Floats, at_east: Floats) -> float:
    """Walk down the stack, counting how often parcel and features cover; return the mean height of what is inside."""
    parcel = features = inside = twice = 0.0
    for k in range(actives):
        edge = active[k]
        parcels = edges[OWNER, edge] == 0.0
        parcel += edges[SIGN, edge] if parcels else 0.0
        features += 0.0 if parcels else edges[SIGN, edge]
        still = 1.0 if (parcel > 0.5) & (features > 0.5) else 0.0
        twice += (still - inside) * (at_west[k] + at_east[k])
        inside = still
    return 0.5 * twice


@inner
def _trapezoids(
    edges: Floats, active: Ints, actives: int, at_west: Floats, at_east: Floats, thin_m: float, now: Floats
) -> int:
    """Walk down the stack in the same way; give the trapezoids of what is inside, and return how many."""
    parcel = features = 0.0
    trapezoids = 0
    top = 0
    for k in range(actives):
        inside = parcel > 0.5 and features > 0.5
        edge = active[k]
        if edges[OWNER, edge] == 0.0:
            parcel += edges[SIGN, edge]
        else:
            features += edges[SIGN, edge]
        still = parcel > 0.5 and features > 0.5
        if still and not inside:
            top = k
        elif inside and not still:
            mean = 0.5 * (at_west[top] + at_east[top] - at_west[k] - at_east[k])
            if mean <= thin_m:
                continue
            joins = trapezoids > 0 and (
                now[trapezoids - 1, _LOW_WEST] + now[trapezoids - 1, _LOW_EAST] - at_west[top] - at_east[top]
                <= 2 * thin_m
            )
            if not joins:
                now[trapezoids, _TOP_WEST], now[trapezoids, _TOP_EAST] = at_west[top], at_east[top]
                trapezoids += 1
            now[trapezoids - 1, _LOW_WEST], now[trapezoids - 1, _LOW_EAST] = at_west[k], at_east[k]
    return trapezoids


@inner
def _outline(before: Floats, stacked: int, now: Floats, trapezoids: int, width: float) -> float:
    """Outline that a stack adds: its sloping sides, and what stands upright between it and the stack before."""
    length = 0.0
    for k in range(trapezoids):
        length += np.hypot(width, now[k, _TOP_EAST] - now[k, _TOP_WEST])
        length += np.hypot(width, now[k, _LOW_EAST] - now[k, _LOW_WEST])
        length += now[k, _TOP_WEST] - now[k, _LOW_WEST]
    for k in range(stacked):
        length += before[k, _TOP_EAST] - before[k, _LOW_EAST]
    i = j = 0
    while i < stacked and j < trapezoids:
        top = min(before[i, _TOP_EAST], now[j, _TOP_WEST])
        low = max(before[i, _LOW_EAST], now[j, _LOW_WEST])
        if top > low:
            length -= 2.0 * (top - low)
        if before[i, _LOW_EAST] >= now[j, _LOW_WEST]:
            i += 1
        else:
            j += 1
    return length


@inner
def _join(
    before: Floats,
    stacked: int,
    now: Floats,
    trapezoids: int,
    width: float,
    parent: Ints,
    ground: Floats,
    pieces: int,
) -> int:
    """Give each trapezoid a piece of its own and unite those that touch one of the stack before; return the count."""
    for k in range(trapezoids):
        now[k, _PIECE] = pieces
        parent[pieces] = pieces
        mean = 0.5 * (now[k, _TOP_WEST] + now[k, _TOP_EAST] - now[k, _LOW_WEST] - now[k, _LOW_EAST])
        ground[pieces] = mean * width
        pieces += 1
    i = j = 0
    while i < stacked and j < trapezoids:
        top = min(before[i, _TOP_EAST], now[j, _TOP_WEST])
        low = max(before[i, _LOW_EAST], now[j, _LOW_WEST])
        if top - low > 0.0:
            one, other = _root(parent, int(before[i, _PIECE])), _root(parent, int(now[j, _PIECE]))
            if one != other:
                parent[max(one, other)] = min(one, other)
                ground[min(one, other)] += ground[max(one, other)]
        if before[i, _LOW_EAST] >= now[j, _LOW_WEST]:
            i += 1
        else:
            j += 1
    return pieces


@inner
def _root(parent: Ints, piece: int) -> int:
    """Find the first of the pieces that were united with one."""
    while parent[piece] != piece:
        parent[piece] = parent[parent[piece]]
        piece = parent[piece]
    return piece


@inner
def _count_pieces(parent: Ints, ground: Floats, pieces: int, floor_m2: float) -> int:
    """Count the united pieces above the floor."""
    counted = 0
    for piece in range(pieces):
        if parent[piece] == piece and ground[piece] > floor_m2:
            counted += 1
    return counted
