"""Open edges: those that no neighbour runs along in the other direction.

Where neighbours share a border vertex by vertex, every edge of it is walked once each way and the two cancel. What
is left are outer borders, borders drawn twice, gaps and overlaps. How many features cover a spot changes across open
edges and nowhere else, so most of a clean mesh need not be looked at pair by pair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from landgis.quality.found import Bools, Floats, Ints
from landgis.quality.layer import Layer, in_threads

_MIXER = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True)
class OpenEdges:
    """Open edges of a layer: both ends, shape (n, 2), and the feature each belongs to; in no particular order."""

    start: Floats
    stop: Floats
    owner: Ints


def open_edges(layer: Layer, batch: int, step: Callable[[float], None]) -> OpenEdges:
    """Find the open edges of a layer.

    Parameters
    ----------
    layer
        The features.
    batch
        Features taken per tile, about; bounds the memory, changes no result.
    step
        Told the share done.
    """
    tiles = _tiles(layer, batch)
    found = []
    for number, some in in_threads(lambda number: _open_in(layer, tiles[number]), range(len(tiles))):
        found.append(some)
        step((number + 1) / len(tiles))
    if not found:
        return OpenEdges(np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=np.int64))
    return OpenEdges(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _tiles(layer: Layer, batch: int) -> list[Floats]:
    """Cut the extent into about as many equal tiles as there are batches."""
    there = layer.geometry[~shapely.is_missing(layer.geometry)]
    if not len(there):
        return []
    west, south, east, north = shapely.total_bounds(there)
    side = int(np.ceil(np.sqrt(len(there) / batch)))
    x, y = np.linspace(west, east, side + 1), np.linspace(south, north, side + 1)
    x[-1], y[-1] = np.nextafter(x[-1], np.inf), np.nextafter(y[-1], np.inf)
    return [np.array([x[i], y[j], x[i + 1], y[j + 1]]) for i in range(side) for j in range(side)]


def _open_in(layer: Layer, tile: Floats) -> tuple[Floats, Floats, Ints]:
    """Open edges whose middle lies in a tile: every feature that has such an edge reaches into it."""
    members = np.sort(layer.tree.query(shapely.box(*tile)))
    parts, part_owner = shapely.get_parts(shapely.orient_polygons(layer.geometry[members]), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    begin = np.flatnonzero(ring[1:] == ring[:-1])
    middle = (xy[begin] + xy[begin + 1]) / 2
    begin = begin[((middle >= tile[:2]) & (middle < tile[2:])).all(axis=1)]
    begin = begin[_uncancelled(xy[begin], xy[begin + 1])]
    return xy[begin], xy[begin + 1], members[part_owner[ring_part[ring[begin]]]]


def _uncancelled(start: Floats, stop: Floats) -> Bools:
    """Tell which edges are not walked as often one way as the other. Hashed to sort fast, compared exactly."""
    turned = (start[:, 0] > stop[:, 0]) | ((start[:, 0] == stop[:, 0]) & (start[:, 1] > stop[:, 1]))
    edge = np.hstack([np.where(turned[:, None], stop, start), np.where(turned[:, None], start, stop)])
    bits = np.ascontiguousarray(edge).view(np.uint64)
    order = np.argsort(_hashed(bits))
    first = np.append(True, (bits[order[1:]] != bits[order[:-1]]).any(axis=1))[: len(order)]
    balance = np.add.reduceat(np.where(turned[order], -1, 1), np.flatnonzero(first)) if len(order) else np.empty(0)
    left = np.empty(len(order), dtype=bool)
    left[order] = balance[np.cumsum(first) - 1] != 0
    return left


def _hashed(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    key = bits[:, 0] * _MIXER[0]
    for column in range(1, 4):
        key = (key ^ (key >> np.uint64(29))) * _MIXER[1] + bits[:, column] * _MIXER[2]
    return key


def may_overlap(layer: Layer, edges: OpenEdges) -> Bools:
    """Tell which features could overlap another one at all.

    A feature cannot if it is of one piece, neither it nor any feature whose box meets its own has an open edge, and
    nobody else covers a spot inside it: then nobody else covers any of it.
    """
    there = ~shapely.is_missing(layer.geometry)
    frayed = np.unique(edges.owner)
    doubtful = there & (shapely.get_num_geometries(layer.geometry) > 1)
    doubtful[layer.tree.query(layer.geometry[frayed])[1]] = True
    calm = np.flatnonzero(there & ~doubtful)
    inside, _ = layer.tree.query(shapely.point_on_surface(layer.geometry[calm]), predicate="intersects")
    doubtful[calm[np.bincount(inside, minlength=len(calm)) > 1]] = True
    return doubtful
