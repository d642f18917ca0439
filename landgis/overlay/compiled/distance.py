"""Distance from a parcel to the nearest feature of a layer, within a limit."""

from __future__ import annotations

import numpy as np

from landgis.overlay.compiled.jit import inlined, inner
from landgis.overlay.polygons import BLOCK_EDGES, Floats, Rings
from landgis.overlay.tree import NODE, Tree


@inlined
def _box_gap2(a: Floats, b: Floats) -> float:
    """Squared distance of two boxes."""
    dx = max(a[0] - b[2], b[0] - a[2], 0.0)
    dy = max(a[1] - b[3], b[1] - a[3], 0.0)
    gap2: float = dx * dx + dy * dy
    return gap2


@inner
def nearest(parcels: Rings, parcel: int, layer: Rings, tree: Tree, limit: float) -> float:
    """Return the distance from a parcel to the nearest feature, NaN beyond the limit; 0 where they touch or cross."""
    box = parcels.box[parcel]
    # A hair beyond the limit, so that a feature exactly there is still found.
    best = limit * limit * (1.0 + 1e-12)
    levels = len(tree.level) - 1
    stack_level, stack_node = np.empty(NODE * levels + 1, dtype=np.int64), np.empty(NODE * levels + 1, dtype=np.int64)
    waiting = 0
    for node in range(tree.level[levels] - tree.level[levels - 1]):
        stack_level[waiting], stack_node[waiting] = levels - 1, node
        waiting += 1
    found = False
    while waiting > 0:
        waiting -= 1
        level, node = stack_level[waiting], stack_node[waiting]
        if _box_gap2(box, tree.box[tree.level[level] + node]) > best:
            continue
        if level == 0:
            gap2 = _polygon_gap2(parcels, parcel, layer, node, best)
            if gap2 < best:
                best, found = gap2, True
            continue
        below = tree.level[level] - tree.level[level - 1]
        for child in range(node * NODE, min((node + 1) * NODE, below)):
            if _box_gap2(box, tree.box[tree.level[level - 1] + child]) <= best:
                stack_level[waiting], stack_node[waiting] = level - 1, child
                waiting += 1
    return np.sqrt(best) if found else np.nan


@inner
def _polygon_gap2(parcels: Rings, parcel: int, layer: Rings, feature: int, best: float) -> float:
    """Squared distance of two polygons, or something above ``best`` where it is larger than that."""
    if _first_inside(parcels, parcel, layer, feature) or _first_inside(layer, feature, parcels, parcel):
        return 0.0
    box = parcels.box[parcel]
    ox, oy = box[0], box[1]
    own_from, own_to = parcels.ring_of[parcel], parcels.ring_of[parcel + 1]
    for ring in range(layer.ring_of[feature], layer.ring_of[feature + 1]):
        begin, end = layer.start[ring], layer.start[ring + 1] - 1
        first_block, blocks = layer.block[ring], layer.block[ring + 1] - layer.block[ring]
        at = begin
        while at < end:
            stop = end
            if blocks > 0:
                index = (at - begin) // BLOCK_EDGES
                if index % BLOCK_EDGES == 0:
                    group = layer.group_box[layer.group[ring] + index // BLOCK_EDGES]
                    if _box_gap2(box, group) > best:
                        at = min(begin + (index + BLOCK_EDGES) * BLOCK_EDGES, end)
                        continue
                stop = min(begin + (index + 1) * BLOCK_EDGES, end)
                if _box_gap2(box, layer.block_box[first_block + index]) > best:
                    at = stop
                    continue
            for vertex in range(at, stop):
                ax, ay = layer.xy[vertex, 0] - ox, layer.xy[vertex, 1] - oy
                bx, by = layer.xy[vertex + 1, 0] - ox, layer.xy[vertex + 1, 1] - oy
                # The edge's own box first: most edges of a near feature are farther than the best so far.
                dx = max(min(ax, bx) - (box[2] - ox), -max(ax, bx), 0.0)
                dy = max(min(ay, by) - (box[3] - oy), -max(ay, by), 0.0)
                if dx * dx + dy * dy > best:
                    continue
                for own in range(own_from, own_to):
                    best = min(best, _edge_gap2(parcels, own, ox, oy, ax, ay, bx, by, best))
            at = stop
    return best


@inner
def _edge_gap2(
    parcels: Rings, ring: int, ox: float, oy: float, ax: float, ay: float, bx: float, by: float, best: float
) -> float:
    """Squared distance from one edge to a ring."""
    low_x, high_x, low_y, high_y = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
    for vertex in range(parcels.start[ring], parcels.start[ring + 1] - 1):
        cx, cy = parcels.xy[vertex, 0] - ox, parcels.xy[vertex, 1] - oy
        dx, dy = parcels.xy[vertex + 1, 0] - ox, parcels.xy[vertex + 1, 1] - oy
        gap_x = max(low_x - max(cx, dx), min(cx, dx) - high_x, 0.0)
        gap_y = max(low_y - max(cy, dy), min(cy, dy) - high_y, 0.0)
        if gap_x * gap_x + gap_y * gap_y > best:
            continue
        if _cross(ax, ay, bx, by, cx, cy, dx, dy):
            return 0.0
        best = min(
            best,
            _point_gap2(ax, ay, cx, cy, dx, dy),
            _point_gap2(bx, by, cx, cy, dx, dy),
            _point_gap2(cx, cy, ax, ay, bx, by),
            _point_gap2(dx, dy, ax, ay, bx, by),
        )
    return best


@inlined
def _turn(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)


@inlined
def _cross(ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float) -> bool:
    """Tell whether two edges cross inside both; ends that touch have distance 0 by themselves."""
    return (_turn(ax, ay, bx, by, cx, cy) > 0.0) != (_turn(ax, ay, bx, by, dx, dy) > 0.0) and (
        _turn(cx, cy, dx, dy, ax, ay) > 0.0
    ) != (_turn(cx, cy, dx, dy, bx, by) > 0.0)


@inlined
def _point_gap2(px: float, py: float, ax: float, ay: float, bx: float, by: float) -> float:
    """Squared distance from a point to an edge."""
    ux, uy = bx - ax, by - ay
    length2 = ux * ux + uy * uy
    along = 0.0 if length2 == 0.0 else min(max(((px - ax) * ux + (py - ay) * uy) / length2, 0.0), 1.0)
    gx, gy = px - (ax + along * ux), py - (ay + along * uy)
    return gx * gx + gy * gy


@inner
def _first_inside(one: Rings, row: int, other: Rings, place: int) -> bool:
    """Tell whether the first vertex of one polygon lies inside another whose box holds its box."""
    a, b = one.box[row], other.box[place]
    if a[0] < b[0] or a[1] < b[1] or a[2] > b[2] or a[3] > b[3]:
        return False
    first = one.start[one.ring_of[row]]
    px, py = one.xy[first, 0], one.xy[first, 1]
    inside = False
    for ring in range(other.ring_of[place], other.ring_of[place + 1]):
        for vertex in range(other.start[ring], other.start[ring + 1] - 1):
            ax, ay = other.xy[vertex, 0] - px, other.xy[vertex, 1] - py
            bx, by = other.xy[vertex + 1, 0] - px, other.xy[vertex + 1, 1] - py
            if (ay > 0.0) != (by > 0.0) and (ax - ay * (bx - ax) / (by - ay)) > 0.0:
                inside = not inside
    return inside
