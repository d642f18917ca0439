"""The ground that a parcel shares with several features of a layer: its area, outline and pieces."""

from __future__ import annotations

import numpy as np

from landgis.overlay.compiled.jit import inner
from landgis.overlay.compiled.pair import shared_area
from landgis.overlay.compiled.region import region
from landgis.overlay.compiled.search import SHARED_M2, Sharers, may_share
from landgis.overlay.compiled.window import edge_room, edges_in, with_room
from landgis.overlay.polygons import Floats, Ints, Rings
from landgis.overlay.tree import Tree


@inner
def ground(
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
def union(
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
            if (shares[i] and shares[j]) or not may_share(sharers, feature[members[i]], feature[members[j]]):
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
        own, covered, _, _ = ground(
            parcels, parcel, layer, tree.row_of[feature[members[shares]]], own, floor_m2, False, 0.0
        )
        total += covered
    return own, other, total


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
