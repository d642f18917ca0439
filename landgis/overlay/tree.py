"""A packed tree of boxes in flat arrays: sixteen to a node, filled strip by strip."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landgis.overlay.polygons import Floats, Ints

NODE = 16


class Tree(NamedTuple):
    """Boxes by level, leaves first, over polygons that stand in the order of the leaves.

    ``box`` are the boxes of all levels, and level ``k`` has the places ``level[k]:level[k + 1]``; leaf ``i`` is
    polygon ``i``. The children of the i-th node of a level are ``16 i`` to ``16 i + 15`` of the one below. ``rank``
    (n,) is the place of each polygon in the order of feature ids, ``row_of`` (n,) the polygon at each such place:
    what is found is always listed by id, whatever the order of the leaves.
    """

    box: Floats
    level: Ints
    rank: Ints
    row_of: Ints


def pack(boxes: Floats, rank: Ints) -> Tree:
    """Make the tree over boxes (n, 4; xmin, ymin, xmax, ymax) that stand in the order of `leaf_order`."""
    levels = [boxes]
    while len(levels[-1]) > NODE:
        below = levels[-1]
        first = np.arange(0, len(below), NODE)
        low = np.minimum.reduceat(below[:, :2], first)
        levels.append(np.hstack([low, np.maximum.reduceat(below[:, 2:], first)]))
    level = np.concatenate([[0], np.cumsum([len(boxes_of) for boxes_of in levels])]).astype(np.int64)
    row_of = np.empty(len(rank), dtype=np.int64)
    row_of[rank] = np.arange(len(rank))
    made = Tree(np.concatenate(levels), level, rank.astype(np.int64), row_of)
    for array in made:
        array.flags.writeable = False
    return made


def leaf_order(boxes: Floats) -> Ints:
    """Order in which boxes fill the leaves: strips from west to east, each from south to north.

    Leutenegger, Lopez & Edgington (1997), STR: A simple and efficient algorithm for R-tree packing.
    """
    count = len(boxes)
    if not count:
        return np.empty(0, dtype=np.int64)
    middle_x, middle_y = boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]
    strips = max(1, int(np.ceil(np.sqrt(count / NODE))))
    strip = np.empty(count, dtype=np.int64)
    strip[np.argsort(middle_x, kind="stable")] = np.arange(count) * strips // count
    return np.lexsort((middle_y, strip)).astype(np.int64)
