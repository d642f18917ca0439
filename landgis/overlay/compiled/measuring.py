"""Measuring rows of parcels against a layer: search, areas, unions, shapes, distances. One thread does one call."""

from __future__ import annotations

import numpy as np

from landgis.overlay.compiled.distance import nearest
from landgis.overlay.compiled.ground import ground, union
from landgis.overlay.compiled.jit import inner, outer
from landgis.overlay.compiled.pair import pair_area
from landgis.overlay.compiled.room import longer, longer_floats, longer_rows
from landgis.overlay.compiled.search import Sharers, search
from landgis.overlay.compiled.window import ROWS, SHORT, edge_room, outline, with_room
from landgis.overlay.polygons import Floats, Ints, Rings
from landgis.overlay.tree import Tree

UNION, SHAPE, DISTANCE = 1, 2, 4
"""Bits of what is wanted besides the pairs."""
THIN_M = 1e-6
"""Ground up to a micrometre thin makes no outline, no piece and no gap between pieces."""


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
    own, other, mine = np.empty((ROWS, 256)), np.empty((ROWS, 256)), np.empty((ROWS, SHORT))
    pairs = grouped = 0
    for k in range(count):
        parcel = rows[k]
        candidates, near = search(tree, parcels.box[parcel], candidates)
        if pairs + near > len(feature):
            feature, area = longer(feature, pairs, near), longer_floats(area, pairs, near)
        first = pairs
        own, other, pairs = _pairs(
            parcels, parcel, layer, tree, candidates[:near], mine, own, other, floor_m2, feature, area, pairs
        )
        hits[k] = pairs - first
        if pairs == first:
            if wanted & DISTANCE:
                whole[k, 5] = nearest(parcels, parcel, layer, tree, limit_m)
            continue
        whole[k, 5] = 0.0
        by_class = first + np.argsort(class_of[feature[first:pairs]], kind="mergesort")
        if grouped + len(by_class) > len(group_class):
            group_class = longer(group_class, grouped, len(by_class))
            group_values = longer_rows(group_values, grouped, len(by_class))
        own, other, groups[k] = _classes(
            parcels,
            parcel,
            layer,
            tree,
            sharers,
            class_of,
            feature,
            area,
            by_class,
            own,
            other,
            wanted,
            floor_m2,
            group_class,
            group_values,
            grouped,
        )
        grouped += groups[k]
        if groups[k] == 1:
            whole[k, :5] = group_values[grouped - 1]
        else:
            members = first + np.arange(pairs - first)
            own, other = _fill(
                parcels, parcel, layer, tree, sharers, feature, area, members, own, other, wanted, floor_m2, whole, k
            )
    return hits, feature[:pairs], area[:pairs], groups, group_class[:grouped], group_values[:grouped], whole


@inner
def _pairs(
    parcels: Rings,
    parcel: int,
    layer: Rings,
    tree: Tree,
    candidates: Ints,
    mine: Floats,
    own: Floats,
    other: Floats,
    floor_m2: float,
    feature: Ints,
    area: Floats,
    pairs: int,
) -> tuple[Floats, Floats, int]:
    """Append the candidates that share ground with a parcel, and the areas; return how many pairs there are now."""
    if len(candidates) == 0:
        return own, other, pairs
    own = with_room(own, 0, edge_room(parcels, parcel))
    mine_count = outline(parcels, parcel, mine)
    for candidate in candidates:
        row = tree.row_of[candidate]
        other = with_room(other, 0, edge_room(layer, row))
        shared = pair_area(parcels, parcel, mine, mine_count, layer, row, own, other)
        if not shared <= floor_m2:  # what is no number must not read as touching
            feature[pairs], area[pairs] = candidate, shared
            pairs += 1
    return own, other, pairs


@inner
def _classes(
    parcels: Rings,
    parcel: int,
    layer: Rings,
    tree: Tree,
    sharers: Sharers,
    class_of: Ints,
    feature: Ints,
    area: Floats,
    by_class: Ints,
    own: Floats,
    other: Floats,
    wanted: int,
    floor_m2: float,
    group_class: Ints,
    group_values: Floats,
    row: int,
) -> tuple[Floats, Floats, int]:
    """Write a row for each class among the pairs of one parcel, which stand in order of class; return how many."""
    begin = made = 0
    while begin < len(by_class):
        end = _end_of_class(class_of, feature, by_class, begin)
        group_class[row + made] = class_of[feature[by_class[begin]]]
        own, other = _fill(
            parcels,
            parcel,
            layer,
            tree,
            sharers,
            feature,
            area,
            by_class[begin:end],
            own,
            other,
            wanted,
            floor_m2,
            group_values,
            row + made,
        )
        made += 1
        begin = end
    return own, other, made


@inner
def _end_of_class(class_of: Ints, feature: Ints, by_class: Ints, begin: int) -> int:
    """Return where the run of one class ends among pairs in order of class."""
    end = begin + 1
    while end < len(by_class) and class_of[feature[by_class[end]]] == class_of[feature[by_class[begin]]]:
        end += 1
    return end


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
        own, _, length, pieces = ground(parcels, parcel, layer, alone, own, floor_m2, True, THIN_M)
        if length == 0.0:
            own, _, length, pieces = ground(parcels, parcel, layer, alone, own, floor_m2, True, 0.0)
        values[row, 3] = 2.0 * area[largest] / length
        values[row, 4] = max(pieces, 1)
    if len(members) == 1:
        if wanted & UNION:
            values[row, 2] = area[largest]
        return own, other
    if wanted & SHAPE:
        own, covered, _, pieces = ground(
            parcels, parcel, layer, tree.row_of[feature[members]], own, floor_m2, True, THIN_M
        )
        values[row, 4] = max(pieces, 1)
        if wanted & UNION:
            values[row, 2] = covered
    elif wanted & UNION:
        own, other, values[row, 2] = union(
            parcels, parcel, layer, tree, sharers, feature, area, members, own, other, floor_m2
        )
    return own, other
