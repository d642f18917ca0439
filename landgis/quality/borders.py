"""Borders drawn twice: nodes that miss the neighbour's line by millimetres, and gaps between neighbours.

Only the nodes of open edges are compared with the features near them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from landgis.quality.edges import OpenEdges
from landgis.quality.found import Bools, Floats, Found, Geometries, Ints
from landgis.quality.layer import Layer, in_threads, polygons_only, shifted
from landgis.quality.pairs import Overlaps
from landgis.quality.shapes import gathered, gathered_points, grouped, points_at

_CELL_M = 1_000.0
_NODES_AT_ONCE = 100_000


@dataclass(frozen=True)
class Nodes:
    """Nodes of open edges near the line of another feature.

    Attributes
    ----------
    xy
        Shape (n, 2).
    owner, near
        Positions of the feature the node belongs to and of the feature it misses.
    off_m
        Distance to the line of ``near``; 0 on it.
    inside
        Whether the node lies in the interior of ``near`` (overlap); else on its line or outside (gap).
    """

    xy: Floats
    owner: Ints
    near: Ints
    off_m: Floats
    inside: Bools


def nodes_near_lines(layer: Layer, edges: OpenEdges, reach_m: float, step: Callable[[float], None]) -> Nodes:
    """Find the nodes of open edges that have a line of another feature within reach.

    Parameters
    ----------
    layer, edges
        The features and their open edges.
    reach_m
        How far a line may be.
    step
        Told the share done.
    """
    boxes = shapely.box(*(shapely.bounds(layer.geometry) + np.array([-reach_m, -reach_m, reach_m, reach_m])).T)
    tree = shapely.STRtree(boxes)
    xy, owner = _ends(edges)
    tree.query(shapely.Point(0, 0))  # builds it, before threads ask

    def near(start: int) -> tuple[np.ndarray, ...]:
        rows = slice(start, start + _NODES_AT_ONCE)
        return _near(layer, tree, reach_m, xy[rows], owner[rows])

    found = [_near(layer, tree, reach_m, xy[:0], owner[:0])]
    for start, some in in_threads(near, range(0, len(xy), _NODES_AT_ONCE)):
        found.append(some)
        step(min(1.0, (start + _NODES_AT_ONCE) / len(xy)))
    columns = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    order = np.lexsort((columns[0][:, 1], columns[0][:, 0], layer.rank[columns[2]], layer.rank[columns[1]]))
    return Nodes(*(column[order] for column in columns))


def _ends(edges: OpenEdges) -> tuple[Floats, Ints]:
    """Ends of open edges, each once per feature; features that follow each other lie together."""
    xy, owner = np.concatenate([edges.start, edges.stop]), np.tile(edges.owner, 2)
    order = np.lexsort((xy[:, 1], xy[:, 0], owner))
    xy, owner = xy[order], owner[order]
    again = (xy[1:] == xy[:-1]).all(axis=1) & (owner[1:] == owner[:-1])
    once = np.append(True, ~again)[: len(xy)]
    return xy[once], owner[once]


def _near(layer: Layer, tree: shapely.STRtree, reach_m: float, xy: Floats, owner: Ints) -> tuple[np.ndarray, ...]:
    points = points_at(xy)
    node, near = tree.query(points)
    foreign = owner[node] != near
    node, near = node[foreign], near[foreign]
    lines, which = np.unique(near, return_inverse=True)
    off = np.asarray(shapely.distance(points[node], shapely.boundary(layer.geometry[lines])[which]))
    kept = off <= reach_m
    node, near, off = node[kept], near[kept], off[kept]
    inside = (off > 0) & shapely.intersects_xy(layer.geometry[near], *xy[node].T)
    return xy[node], owner[node], near, off, inside


def border_findings(
    layer: Layer, nodes: Nodes, overlaps: Overlaps, noisy: Bools, limits: Mapping[str, float]
) -> Iterator[Found]:
    """Yield noise along shared borders (T03) and gaps (T02); a pair told as a real overlap is not told as noise.

    Parameters
    ----------
    layer, nodes, overlaps
        What was measured.
    noisy
        Which overlaps are no more than noise.
    limits
        Tolerance by name.
    """
    pair = _pair_key(layer, nodes.owner, nodes.near)
    told = _pair_key(layer, overlaps.one, overlaps.other)
    near = (nodes.off_m > 0) & (nodes.off_m <= limits["node_m"])
    quiet = near & ~np.isin(pair, told[~noisy])
    yield _noise(layer, nodes, overlaps, quiet, noisy)
    wide = ~nodes.inside & (nodes.off_m > limits["node_m"]) & (nodes.off_m <= limits["gap_m"])
    gaps = ~nodes.inside & (nodes.off_m <= limits["gap_m"]) & np.isin(pair, np.unique(pair[wide]))
    yield _gaps(layer, nodes, np.flatnonzero(gaps), limits["node_m"], limits["gap_m"])


def _pair_key(layer: Layer, one: Ints, other: Ints) -> Ints:
    """One number for a pair, whichever way round: lower rank first."""
    a, b = layer.rank[one], layer.rank[other]
    return np.minimum(a, b) * np.int64(len(layer.rank)) + np.maximum(a, b)


def _pair_of_key(layer: Layer, key: Ints) -> tuple[Ints, Ints]:
    by_rank = np.argsort(layer.rank)
    return by_rank[key // len(layer.rank)], by_rank[key % len(layer.rank)]


def _noise(layer: Layer, nodes: Nodes, overlaps: Overlaps, quiet: Bools, noisy: Bools) -> Found:
    pair = _pair_key(layer, nodes.owner[quiet], nodes.near[quiet])
    keys, largest, count = grouped(pair, nodes.off_m[quiet], largest=True)
    places = gathered_points(pair, nodes.xy[quiet])
    # Crossing edges without a node off the line: the overlap itself is the place and its width the measure.
    rows = np.flatnonzero(noisy & ~np.isin(_pair_key(layer, overlaps.one, overlaps.other), keys))
    one, other = _pair_of_key(layer, keys)
    return Found(
        "T03",
        np.concatenate([one, overlaps.one[rows]]),
        np.concatenate([other, overlaps.other[rows]]),
        np.concatenate([largest, overlaps.width_m[rows]]),
        np.concatenate([places, overlaps.places[rows]]),
        count=np.concatenate([count, np.zeros(len(rows), dtype=np.int64)]),
    )


def _gaps(layer: Layer, nodes: Nodes, rows: Ints, node_m: float, gap_m: float) -> Found:
    """Draw the ground between two neighbours near their nodes, less every feature, as far as it is narrow."""
    feet = shapely.get_point(
        shapely.shortest_line(points_at(nodes.xy[rows]), shapely.boundary(layer.geometry[nodes.near[rows]])), 1
    )
    corners = np.concatenate([nodes.xy[rows], shapely.get_coordinates(feet)])
    pair = np.tile(_pair_key(layer, nodes.owner[rows], nodes.near[rows]), 2)
    keys = np.unique(pair)
    hulls = shapely.convex_hull(gathered_points(pair, corners))
    between = _uncovered(layer, hulls)
    parts, which = shapely.get_parts(between, return_index=True)
    area, length = shapely.area(parts), shapely.length(parts)
    with np.errstate(invalid="ignore", divide="ignore"):
        narrow = (2 * area / length > node_m) & (2 * area / length <= gap_m)
    parts, which, area, length = parts[narrow], which[narrow], area[narrow], length[narrow]
    rows_found = np.unique(which)
    total = np.bincount(which, area, minlength=len(keys))[rows_found]
    width = 2 * total / np.bincount(which, length, minlength=len(keys))[rows_found]
    one, other = _pair_of_key(layer, keys[rows_found])
    return Found(
        "T02", one, other, width, gathered(which, parts, shapely.multipolygons),
        detail_zh=[f"面积 {m2:.4f} ㎡" for m2 in total], detail_en=[f"{m2:.4f} m²" for m2 in total],
    )  # fmt: skip


def _uncovered(layer: Layer, hulls: Geometries) -> Geometries:
    """Take every feature off each hull, lowest rank first, in local coordinates."""
    hull, feature = layer.tree.query(hulls, predicate="intersects")
    order = np.lexsort((layer.rank[feature], hull))
    hull, feature = hull[order], feature[order]
    corner = np.floor(shapely.bounds(hulls)[:, :2] / _CELL_M) * _CELL_M
    rest = shifted(hulls, -corner)
    turn = np.arange(len(hull)) - np.searchsorted(hull, hull)
    for number in range(int(turn.max()) + 1 if len(turn) else 0):
        rows = turn == number
        near = shifted(layer.geometry[feature[rows]], -corner[hull[rows]])
        rest[hull[rows]] = polygons_only(shapely.difference(rest[hull[rows]], near))
    return shifted(rest, corner)
