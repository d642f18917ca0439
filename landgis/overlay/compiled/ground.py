"""The ground that a parcel shares with several features of a layer: its area, outline and pieces."""

from __future__ import annotations

import numpy as np

from landgis.overlay.compiled.jit import inner
from landgis.overlay.compiled.pair import pair_area
from landgis.overlay.compiled.region import region
from landgis.overlay.compiled.search import SHARED_M2, Sharers, sharing_with
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
    places = feature[members]
    for i in range(len(members)):
        for j in sharing_with(sharers, places, i):
            if shares[i] and shares[j]:
                continue
            one, two = tree.row_of[places[i]], tree.row_of[places[j]]
            if not _meet_on(parcels.box[parcel], layer.box[one], layer.box[two]):
                continue
            if len(sharers.first) == 0:
                own = with_room(own, 0, edge_room(layer, one))
                other = with_room(other, 0, edge_room(layer, two))
                if not pair_area(layer, one, own, -1, layer, two, own, other) > SHARED_M2:
                    continue
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
def _meet_on(parcel: Floats, one: Floats, two: Floats) -> bool:
    """Tell whether the boxes of two features meet inside the box of a parcel."""
    west, south = max(one[0], two[0], parcel[0]), max(one[1], two[1], parcel[1])
    east, north = min(one[2], two[2], parcel[2]), min(one[3], two[3], parcel[3])
    return bool(west < east and south < north)
