"""Measuring rows of parcels against a layer: search, areas, unions, shapes, distances. One thread does one call."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landgis.overlay.compiled.distance import nearest
from landgis.overlay.compiled.jit import inner, outer
from landgis.overlay.compiled.pair import shared_area
from landgis.overlay.compiled.region import region
from landgis.overlay.compiled.window import ROWS, edge_room, edges_in, with_room
from landgis.overlay.polygons import Floats, Ints, Rings
from landgis.overlay.tree import NODE, Tree

UNION, SHAPE, DISTANCE = 1, 2, 4
"""Bits of what is wanted besides the pairs."""
THIN_M = 1e-6
"""Ground up to a micrometre thin makes no outline, no piece and no gap between pieces."""
SHARED_M2 = 1e-7
"""Features that share less than a tenth of the floor on a parcel count as sharing nothing."""


class Sharers(NamedTuple):
    """Features of a layer that share ground: those of place ``p`` are ``other[first[p]:first[p + 1]]``."""

    first: Ints
    other: Ints


Found = tuple[Ints, Ints, Floats, Ints, Ints, Floats, Floats]


@outer
def measure_rows(
    rows: Ints,
    parcels: Rings,
    layer: Rings,
    tree: Tree,
    sharers: Sharers,
    class_of: Ints,
    wanted: int,
    floor_m2: float,
    limit_m: float,
) -> Found:
    """Measure some parcels.

    Parameters
    ----------
    rows
        Which parcels, shape (k,).
    parcels, layer, tree
        Flat polygons of both sides; the tree over the layer's boxes. A feature is named by its place in id order.
    sharers
        Features that share ground with each feature; without any offset where it is not known.
    class_of
        Class number of each feature.
    wanted
        Sum of `UNION`, `SHAPE` and `DISTANCE`.
    floor_m2, limit_m
        Overlaps up to the floor are touching; distances beyond the limit are not reported.

    Returns
    -------
    tuple
        Hits per parcel (k,); features and areas of the pairs (p,), in order of feature within each parcel; groups per
        parcel (k,); class of each group (g,); (g, 5) hits, largest, union, mean width, pieces of each group; and
        (k, 6) the same of the whole layer with the distance.
    """
    count = len(rows)
    hits, groups = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    feature, area = np.empty(max(16, 4 * count), dtype=np.int64), np.empty(max(16, 4 * count))
    group_class, group_values = np.empty(max(16, 2 * count), dtype=np.int64), np.empty((max(16, 2 * count), 5))
    whole = np.zeros((count, 6))
    whole[:, 3] = np.nan
    whole[:, 5] = np.nan
    candidates = np.empty(256, dtype=np.int64)
    own, other = np.empty((ROWS, 256)), np.empty((ROWS, 256))
    pairs = grouped = 0
    for k in range(count):
        parcel = rows[k]
        candidates, near = search(tree, parcels.box[parcel], candidates)
        if pairs + near > len(feature):
            feature, area = _longer(feature, pairs, near), _longer_floats(area, pairs, near)
        first = pairs
        own = with_room(own, 0, edge_room(parcels, parcel))
        for c in range(near):
            row = tree.row_of[candidates[c]]
            other = with_room(other, 0, edge_room(layer, row))
            shared = _pair_area(parcels, parcel, layer, row, own, other)
            if shared > floor_m2:
                feature[pairs], area[pairs] = candidates[c], shared
                pairs += 1
        hits[k] = pairs - first
        if pairs == first:
            if wanted & DISTANCE:
                whole[k, 5] = nearest(parcels, parcel, layer, tree, limit_m)
            continue
        whole[k, 5] = 0.0
        by_class = _by_class(class_of, feature, first, pairs)
        if grouped + len(by_class) > len(group_class):
            group_class = _longer(group_class, grouped, len(by_class))
            group_values = _longer_rows(group_values, grouped, len(by_class))
        begin = 0
        while begin < len(by_class):
            kind = class_of[feature[first + by_class[begin]]]
            end = begin
            while end < len(by_class) and class_of[feature[first + by_class[end]]] == kind:
                end += 1
            members = first + by_class[begin:end]
            own, other = _fill(
                parcels,
                parcel,
                layer,
                tree,
                sharers,
                feature,
                area,
                members,
                own,
                other,
                wanted,
                floor_m2,
                group_values,
                grouped,
            )
            group_class[grouped] = kind
            grouped += 1
            groups[k] += 1
            begin = end
        if groups[k] == 1:
            whole[k, :5] = group_values[grouped - 1]
        else:
            members = first + np.arange(pairs - first)
            own, other = _fill(
                parcels, parcel, layer, tree, sharers, feature, area, members, own, other, wanted, floor_m2, whole, k
            )
    return hits, feature[:pairs], area[:pairs], groups, group_class[:grouped], group_values[:grouped], whole


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
                found = _longer(found, count, count)
            found[count] = tree.rank[node]
            count += 1
            continue
        below = tree.level[level] - tree.level[level - 1]
        for child in range(node * NODE, min((node + 1) * NODE, below)):
            nodes[waiting], level_of[waiting] = child, level - 1
            waiting += 1
    found[:count].sort()
    return found, count


@inner
def _pair_area(parcels: Rings, parcel: int, layer: Rings, feature: int, own: Floats, other: Floats) -> float:
    """Area shared by a parcel and a feature, taken in the overlap of their boxes."""
    a, b = parcels.box[parcel], layer.box[feature]
    ox, oy = a[0], a[1]
    window = (max(a[0], b[0]) - ox, max(a[1], b[1]) - oy, min(a[2], b[2]) - ox, min(a[3], b[3]) - oy)
    own_count = edges_in(parcels, parcel, (ox, oy), window, 0.0, own, 0)
    if own_count == 0:
        return 0.0
    other_count = edges_in(layer, feature, (ox, oy), window, 1.0, other, 0)
    return shared_area(own, own_count, other, other_count, window[1])


@inner
def _by_class(class_of: Ints, feature: Ints, first: int, last: int) -> Ints:
    """Order the pairs of a parcel by class, and within a class as they are."""
    order = np.arange(last - first)
    for k in range(1, last - first):
        place = k
        kind = class_of[feature[first + k]]
        while place > 0 and class_of[feature[first + order[place - 1]]] > kind:
            order[place] = order[place - 1]
            place -= 1
        order[place] = k
    return order


@inner
def _fill(
    parcels: Rings,
    parcel: int,
    layer: Rings,
    tree: Tree,
    sharers: Sharers,
    feature: Ints,
    area: Floats,
    members: Ints,
    own: Floats,
    other: Floats,
    wanted: int,
    floor_m2: float,
    values: Floats,
    row: int,
) -> tuple[Floats, Floats]:
    """Write hits, largest, union, mean width of the largest and pieces of some pairs of one parcel."""
    largest = members[0]
    for member in members:
        if area[member] > area[largest]:
            largest = member
    values[row, 0], values[row, 1] = len(members), area[largest]
    values[row, 2] = values[row, 3] = np.nan
    values[row, 4] = -1.0
    if wanted & SHAPE:
        alone = tree.row_of[feature[largest : largest + 1]]
        own, _, length, pieces = _ground(parcels, parcel, layer, alone, own, floor_m2, True, THIN_M)
        if length == 0.0:
            own, _, length, pieces = _ground(parcels, parcel, layer, alone, own, floor_m2, True, 0.0)
        values[row, 3] = 2.0 * area[largest] / length
        values[row, 4] = max(pieces, 1)
    if len(members) == 1:
        if wanted & UNION:
            values[row, 2] = area[largest]
        return own, other
    if wanted & SHAPE:
        own, union, _, pieces = _ground(
            parcels, parcel, layer, tree.row_of[feature[members]], own, floor_m2, True, THIN_M
        )
        values[row, 4] = max(pieces, 1)
        if wanted & UNION:
            values[row, 2] = union
    elif wanted & UNION:
        own, other, values[row, 2] = _union(
            parcels, parcel, layer, tree, sharers, feature, area, members, own, other, floor_m2
        )
    return own, other


@inner
def _union(
    parcels: Rings,
    parcel: int,
    layer: Rings,
    tree: Tree,
    sharers: Sharers,
    feature: Ints,
    area: Floats,
    members: Ints,
    own: Floats,
    other: Floats,
    floor_m2: float,
) -> tuple[Floats, Floats, float]:
    """Area covered by some features: the sum for those that share nothing on the parcel, the walk for the others."""
    shares = np.zeros(len(members), dtype=np.bool_)
    for i in range(len(members)):
        for j in range(i + 1, len(members)):
            if (shares[i] and shares[j]) or not _may_share(sharers, feature[members[i]], feature[members[j]]):
                continue
            one, two = tree.row_of[feature[members[i]]], tree.row_of[feature[members[j]]]
            own = with_room(own, 0, edge_room(layer, one))
            other = with_room(other, 0, edge_room(layer, two))
            if _shared_on(parcels, parcel, layer, one, two, own, other) > SHARED_M2:
                shares[i] = shares[j] = True
    total = 0.0
    for i in range(len(members)):
        if not shares[i]:
            total += area[members[i]]
    if shares.any():
        own, union, _, _ = _ground(
            parcels, parcel, layer, tree.row_of[feature[members[shares]]], own, floor_m2, False, 0.0
        )
        total += union
    return own, other, total


@inner
def _may_share(sharers: Sharers, one: int, two: int) -> bool:
    """Tell whether two features share ground anywhere, as far as the layer's table knows."""
    if len(sharers.first) == 0:
        return True
    for place in range(sharers.first[one], sharers.first[one + 1]):  # noqa: SIM110 - compiled code has no generators
        if sharers.other[place] == two:
            return True
    return False


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
            if _pair_area(layer, one, layer, two, own, other) > 0.5 * SHARED_M2:
                if total == len(found):
                    found = _longer(found, total, total)
                found[total] = candidates[c]
                total += 1
                counts[k] += 1
    return counts, found[:total]


@inner
def _shared_on(parcels: Rings, parcel: int, layer: Rings, one: int, two: int, own: Floats, other: Floats) -> float:
    """Area that two features share inside the box of a parcel; more than they share on the parcel itself."""
    ox, oy = parcels.box[parcel, 0], parcels.box[parcel, 1]
    west = max(layer.box[one, 0], layer.box[two, 0]) - ox
    south = max(layer.box[one, 1], layer.box[two, 1]) - oy
    east = min(layer.box[one, 2], layer.box[two, 2]) - ox
    north = min(layer.box[one, 3], layer.box[two, 3]) - oy
    window = (west, south, east, north)
    if west >= min(east, parcels.box[parcel, 2] - ox) or south >= min(north, parcels.box[parcel, 3] - oy):
        return 0.0
    if east <= 0.0 or north <= 0.0:
        return 0.0
    one_count = edges_in(layer, one, (ox, oy), window, 0.0, own, 0)
    two_count = edges_in(layer, two, (ox, oy), window, 1.0, other, 0)
    return shared_area(own, one_count, other, two_count, south)


@inner
def _ground(
    parcels: Rings,
    parcel: int,
    layer: Rings,
    features: Ints,
    edges: Floats,
    floor_m2: float,
    shaped: bool,
    thin_m: float,
) -> tuple[Floats, float, float, int]:
    """Measure the ground that a parcel shares with some features, in the window that holds all of it."""
    ox, oy = parcels.box[parcel, 0], parcels.box[parcel, 1]
    west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
    for feature in features:
        west, south = min(west, layer.box[feature, 0]), min(south, layer.box[feature, 1])
        east, north = max(east, layer.box[feature, 2]), max(north, layer.box[feature, 3])
    window = (
        max(0.0, west - ox),
        max(0.0, south - oy),
        min(parcels.box[parcel, 2], east) - ox,
        min(parcels.box[parcel, 3], north) - oy,
    )
    edges = with_room(edges, 0, edge_room(parcels, parcel))
    count = edges_in(parcels, parcel, (ox, oy), window, 0.0, edges, 0)
    for feature in features:
        edges = with_room(edges, count, count + edge_room(layer, feature))
        count = edges_in(layer, feature, (ox, oy), window, 1.0, edges, count)
    area, length, pieces = region(edges, count, window[0], window[2], floor_m2, shaped, thin_m)
    return edges, area, length, pieces


@inner
def _longer(values: Ints, used: int, more: int) -> Ints:
    longer = np.empty(2 * (used + more), dtype=np.int64)
    longer[:used] = values[:used]
    return longer


@inner
def _longer_floats(values: Floats, used: int, more: int) -> Floats:
    longer = np.empty(2 * (used + more))
    longer[:used] = values[:used]
    return longer


@inner
def _longer_rows(values: Floats, used: int, more: int) -> Floats:
    longer = np.empty((2 * (used + more), values.shape[1]))
    longer[:used] = values[:used]
    return longer
