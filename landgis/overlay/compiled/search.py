"""Finding features: by the tree over their boxes, and those of a layer that share ground."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landgis.overlay.compiled.jit import inner, outer
from landgis.overlay.compiled.pair import pair_area
from landgis.overlay.compiled.room import longer
from landgis.overlay.compiled.window import ROWS, edge_room, with_room
from landgis.overlay.polygons import Floats, Ints, Rings
from landgis.overlay.tree import NODE, Tree

SHARED_M2 = 1e-7
"""Features that share less than a tenth of the floor on a parcel count as sharing nothing."""


class Sharers(NamedTuple):
    """Features of a layer that share ground: those of place ``p`` are ``other[first[p]:first[p + 1]]``."""

    first: Ints
    other: Ints


@inner
def search(tree: Tree, box: Floats, found: Ints) -> tuple[Ints, int]:
    """Return the places in id order of features whose boxes overlap a box, ascending, in an array that may be longer."""
    count = 0
    levels = len(tree.level) - 1
    nodes, level_of = np.empty(NODE * (levels + 1), dtype=np.int64), np.empty(NODE * (levels + 1), dtype=np.int64)
    waiting = 0
    for node in range(tree.level[levels] - tree.level[levels - 1]):
        nodes[waiting], level_of[waiting] = node, levels - 1
        waiting += 1
    while waiting > 0:
        waiting -= 1
        node, level = nodes[waiting], level_of[waiting]
        other = tree.box[tree.level[level] + node]
        if other[0] >= box[2] or other[2] <= box[0] or other[1] >= box[3] or other[3] <= box[1]:
            continue
        if level == 0:
            if count == len(found):
                found = longer(found, count, count)
            found[count] = tree.rank[node]
            count += 1
            continue
        below = tree.level[level] - tree.level[level - 1]
        for child in range(node * NODE, min((node + 1) * NODE, below)):
            nodes[waiting], level_of[waiting] = child, level - 1
            waiting += 1
    found[:count].sort()
    return found, count


@outer
def sharing_rows(ranks: Ints, layer: Rings, tree: Tree) -> tuple[Ints, Ints]:
    """Find, for some features, those of higher place that share ground with them: counts (k,), and the places."""
    counts, found = np.zeros(len(ranks), dtype=np.int64), np.empty(max(16, len(ranks)), dtype=np.int64)
    candidates, total = np.empty(256, dtype=np.int64), 0
    own, other = np.empty((ROWS, 256)), np.empty((ROWS, 256))
    for k in range(len(ranks)):
        one = tree.row_of[ranks[k]]
        candidates, near = search(tree, layer.box[one], candidates)
        own = with_room(own, 0, edge_room(layer, one))
        for c in range(near):
            if candidates[c] <= ranks[k]:
                continue
            two = tree.row_of[candidates[c]]
            other = with_room(other, 0, edge_room(layer, two))
            # Half of what counts on a parcel: what the table leaves out is left out everywhere.
            if pair_area(layer, one, layer, two, own, other) > 0.5 * SHARED_M2:
                if total == len(found):
                    found = longer(found, total, total)
                found[total] = candidates[c]
                total += 1
                counts[k] += 1
    return counts, found[:total]


@inner
def may_share(sharers: Sharers, one: int, two: int) -> bool:
    """Tell whether two features share ground anywhere, as far as the layer's table knows."""
    if len(sharers.first) == 0:
        return True
    for place in range(sharers.first[one], sharers.first[one + 1]):  # noqa: SIM110 - compiled code has no generators
        if sharers.other[place] == two:
            return True
    return False
