"""Pairs of features of one layer that overlap: the same ground twice, one inside the other, noise, or an overlap.

Every pair is told once, by the rule that says most. The pair is always measured in the order of its ids and in
coordinates local to its first feature, so neither row order nor batches change a bit of the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields

import numpy as np
import shapely

from landgis.area import FLOOR_M2
from landgis.quality.found import Bools, Floats, Found, Geometries, Ints
from landgis.quality.layer import Layer, in_threads, polygons_only, shifted

_CELL_M = 1_000.0


@dataclass(frozen=True)
class Overlaps:
    """Pairs whose overlap is above the floor; arrays of one length, ordered by rank."""

    one: Ints
    other: Ints
    area_m2: Floats
    width_m: Floats
    places: Geometries


def overlaps_of(layer: Layer, among: Ints, batch: int, step: Callable[[float], None]) -> Overlaps:
    """Measure every overlapping pair of features.

    Parameters
    ----------
    layer
        The features.
    among
        Positions of those that could overlap another at all (``edges.may_overlap``).
    batch
        Features looked up at a time; bounds the memory, changes no result.
    step
        Told the share done.
    """
    tree = shapely.STRtree(layer.geometry[among])
    tree.query(shapely.Point(0, 0))  # builds it, before threads ask
    starts = range(0, len(among), batch)
    pieces = [_overlaps(layer, among, tree, 0, 0)]
    for start, found in in_threads(lambda start: _overlaps(layer, among, tree, start, batch), starts):
        pieces.append(found)
        step(min(1.0, (start + batch) / len(among)))
    one, other, area, width, places = (
        np.concatenate([getattr(piece, field.name) for piece in pieces]) for field in fields(Overlaps)
    )
    order = np.lexsort((layer.rank[other], layer.rank[one]))
    return Overlaps(one[order], other[order], area[order], width[order], places[order])


def _overlaps(layer: Layer, among: Ints, tree: shapely.STRtree, start: int, batch: int) -> Overlaps:
    rows, columns = tree.query(layer.geometry[among[start : start + batch]])
    one, other = among[rows + start], among[columns]
    ahead = layer.rank[one] < layer.rank[other]
    one, other = one[ahead], other[ahead]
    near = _boxes_share_ground(layer.geometry[one], layer.geometry[other])
    one, other = one[near], other[near]
    # Sharing some interior is a matter of exact predicates, far cheaper than cutting.
    inside = shapely.relate_pattern(layer.geometry[one], layer.geometry[other], "T********")
    one, other = one[inside], other[inside]
    pieces, corner = cut(layer.geometry[one], layer.geometry[other])
    area = shapely.area(pieces)
    real = area > FLOOR_M2
    pieces, area = pieces[real], area[real]
    return Overlaps(one[real], other[real], area, 2 * area / shapely.length(pieces), shifted(pieces, corner[real]))


def _boxes_share_ground(one: Geometries, other: Geometries) -> Bools:
    a, b = shapely.bounds(one), shapely.bounds(other)
    size = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    return np.asarray((size > 0).all(axis=1) & (size.prod(axis=1) > FLOOR_M2))


def cut(one: Geometries, other: Geometries) -> tuple[Geometries, Floats]:
    """Intersect pairs in coordinates local to the kilometre cell of the first; polygons only, and the cells' corners."""
    corner = np.floor(shapely.bounds(one)[:, :2] / _CELL_M) * _CELL_M
    return polygons_only(shapely.intersection(shifted(one, -corner), shifted(other, -corner))), corner


def told_apart(overlaps: Overlaps, area_m2: Floats, limits: Mapping[str, float]) -> dict[str, Bools]:
    """Say which rule tells each pair: D01 duplicate, D02 contained, T03 noise, T01 overlap, or none."""
    iou, share = shares(overlaps, area_m2)
    duplicate = iou >= limits["duplicate_iou"]
    contained = ~duplicate & (share >= limits["contained_share"])
    noise = ~duplicate & ~contained & (overlaps.width_m < limits["node_m"])
    plain = ~duplicate & ~contained & ~noise & (overlaps.area_m2 > limits["overlap_m2"])
    return {"D01": duplicate, "D02": contained, "T03": noise, "T01": plain}


def shares(overlaps: Overlaps, area_m2: Floats) -> tuple[Floats, Floats]:
    """Return intersection over union, and the overlap's share of the smaller feature."""
    a, b = area_m2[overlaps.one], area_m2[overlaps.other]
    return overlaps.area_m2 / (a + b - overlaps.area_m2), overlaps.area_m2 / np.minimum(a, b)


def pair_findings(overlaps: Overlaps, area_m2: Floats, limits: Mapping[str, float]) -> Iterator[Found]:
    """Yield duplicates, contained features and overlaps; noise is told by the rule on borders."""
    iou, share = shares(overlaps, area_m2)
    measured = {"D01": iou, "D02": share, "T01": overlaps.area_m2}
    for rule, mask in told_apart(overlaps, area_m2, limits).items():
        if rule in measured:
            yield _told(rule, overlaps, np.flatnonzero(mask), measured[rule], area_m2)


def _told(rule: str, overlaps: Overlaps, rows: Ints, measured: Floats, area_m2: Floats) -> Found:
    one, other, area = overlaps.one[rows], overlaps.other[rows], overlaps.area_m2[rows]
    numbers = list(zip(area, area / area_m2[one], area / area_m2[other], overlaps.width_m[rows], strict=True))
    return Found(
        rule, one, other, measured[rows], overlaps.places[rows],
        detail_zh=[f"重叠 {m2:.4f} ㎡，占前者 {a:.2%}、后者 {b:.2%}，平均宽 {w:.4f} 米" for m2, a, b, w in numbers],
        detail_en=[f"{m2:.4f} m², {a:.2%} of the first, {b:.2%} of the second, {w:.4f} m wide" for m2, a, b, w in numbers],
    )  # fmt: skip
