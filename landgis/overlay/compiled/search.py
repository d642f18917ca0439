"""Finding features: by the tree over their boxes, and those of a layer that share ground."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landgis.overlay.compiled.jit import inner, outer
from landgis.overlay.compiled.pair import pair_area
from landgis.overlay.compiled.room import longer
from landgis.overlay.compiled.window import ROWS, SHORT, edge_room, outline, with_room
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
    boxes = tree.box
    west, south, east, north = box[0], box[1], box[2], box[3]
    # Waiting are runs of siblings, by their first place in a level; the topmost level is one run.
    first_of, level_of = np.empty(NODE * (levels + 1), dtype=np.int64), np.empty(NODE * (levels + 1), dtype=np.int64)
    first_of[0], level_of[0] = 0, levels - 1
    waiting = 1
    while waiting > 0:
        waiting -= 1
        first, level = first_of[waiting], level_of[waiting]
        base = tree.level[level]
        for node in range(first, min(first + NODE, tree.level[level + 1] - base)):
            at = base + node
            if (boxes[at, 0] < east) & (boxes[at, 2] > west) & (boxes[at, 1] < north) & (boxes[at, 3] > south):
                if level > 0:
                    first_of[waiting], level_of[waiting] = node * NODE, level - 1
                    waiting += 1
                    continue
                if count == len(found):
                    found = longer(found, count, count)
                found[count] = tree.rank[node]
                count += 1
    found[:count].sort()
    return found, count


@outer
def sharing_rows(ranks: Ints, layer: Rings, tree: Tree) -> tuple[Ints, Ints]:
    """Find, for some features, those of higher place that share ground with them: counts (k,), and the places."""
    counts, found = np.zeros(len(ranks), dtype=np.int64), np.empty(max(16, len(ranks)), dtype=np.int64)
    candidates, total = np.empty(256, dtype=np.int64), 0
    own, other, whole = np.empty((ROWS, 256)), np.empty((ROWS, 256)), np.empty((ROWS, SHORT))
    for k in range(len(ranks)):
        one = tree.row_of[ranks[k]]
        candidates, near = search(tree, layer.box[one], candidates)
        own = with_room(own, 0, edge_room(layer, one))
        whole_count = outline(layer, one, whole)
        for c in range(near):
            if candidates[c] <= ranks[k]:
                continue
            two = tree.row_of[candidates[c]]
            other = with_room(other, 0, edge_room(layer, two))
            if pair_area(layer, one, whole, whole_count, layer, two, own, other) > SHARED_M2:
                if total == len(found):
                    found = longer(found, total, total)
                found[total] = candidates[c]
                total += 1
                counts[k] += 1
    return counts, found[:total]


@inner
def sharing_with(sharers: Sharers, places: Ints, which: int) -> Ints:
    """Return which of the later places may share ground with one; all of them where the layer's table is not known.

    Parameters
    ----------
    places
        Places of features, ascending.
    which
        Number of the one among them.
    """
    if len(sharers.first) == 0:
        return np.arange(which + 1, len(places))
    found = np.empty(len(places) - which, dtype=np.int64)
    count = 0
    for entry in range(sharers.first[places[which]], sharers.first[places[which] + 1]):
        at = np.searchsorted(places, sharers.other[entry])
        if which < at < len(places) and places[at] == sharers.other[entry]:
            found[count] = at
            count += 1
    return found[:count]
