"""Rules on the geometry of one feature: there, valid, not collapsed; its rings, parts, holes and width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import shapely

from landgis.quality.found import Bools, Found, Geometries, Ints
from landgis.quality.reasons import OUT_OF_REACH, invalid_reason
from landgis.quality.shapes import Shapes, gathered, grouped

Limits = Mapping[str, float]


def geometry_findings(shapes: Shapes, limits: Limits, ground: shapely.Geometry | None) -> Iterator[Found]:
    """Yield what the geometry rules find in a batch.

    Parameters
    ----------
    shapes
        The batch.
    limits
        Tolerance by name.
    ground
        Ground that no feature should leave, in the CRS of the batch; None asks nothing.
    """
    yield Found("G01", _rows(shapes.missing))
    yield _invalid(shapes)
    yield _no_polygon(shapes)
    yield _collapsed(shapes, limits["collapsed_m2"])
    yield _slivers(shapes, limits["sliver_m"])
    yield _tiny_parts(shapes, limits["part_m2"])
    yield _tiny_holes(shapes, limits["hole_m2"])
    several = np.flatnonzero(shapes.ring_count[shapes.ring_owner] > 1)
    yield _repeated_rings(shapes, several, limits["ring_gap_m"])
    yield _self_touch(shapes, several[shapes.valid[shapes.ring_owner[several]]], limits["touch_m"])
    if ground is not None:
        yield _outside(shapes, ground, limits["outside_m2"])


def _rows(mask: Bools) -> Ints:
    return np.flatnonzero(mask).astype(np.int64)


def _below(rule: str, mask: Bools, values: np.ndarray) -> Found:
    rows = _rows(mask)
    return Found(rule, rows, measured=values[rows])


def _invalid(shapes: Shapes) -> Found:
    rows = _rows(shapes.unreachable | (shapes.polygonal & ~shapes.valid))
    told = [OUT_OF_REACH if shapes.unreachable[row] else invalid_reason(shapes.geometry[row]) for row in rows]
    places = np.array([place or shapes.geometry[row] for row, (_, _, place) in zip(rows, told, strict=True)], object)
    return Found("G02", rows, places=places, detail_zh=[zh for zh, _, _ in told], detail_en=[en for _, en, _ in told])


def _no_polygon(shapes: Shapes) -> Found:
    rows = _rows(~shapes.missing & ~shapes.unreachable & ~shapes.polygonal)
    return Found("G03", rows, detail_zh=[str(shapes.geometry[row].geom_type) for row in rows])


def _collapsed(shapes: Shapes, area_m2: float) -> Found:
    """Find polygons without area; the lobes of a bow-tie cancel, so invalid ones are measured rebuilt."""
    area = shapes.area.copy()
    bent = np.flatnonzero(shapes.polygonal & ~shapes.valid)
    area[bent] = shapely.area(shapely.make_valid(shapes.geometry[bent], method="structure", keep_collapsed=False))
    return _below("G04", shapes.polygonal & (area <= area_m2), area)


def _slivers(shapes: Shapes, width_m: float) -> Found:
    length = shapely.length(shapes.polygons)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_width = 2 * shapes.area / length
    return _below("G11", shapes.valid & (mean_width < width_m), mean_width)


def _tiny_parts(shapes: Shapes, part_m2: float) -> Found:
    several = np.bincount(shapes.part_owner, minlength=len(shapes.geometry))[shapes.part_owner] > 1
    area = shapely.area(shapes.parts)
    tiny = several & (area < part_m2) & shapes.valid[shapes.part_owner]
    owner, smallest, count = grouped(shapes.part_owner[tiny], area[tiny])
    places = gathered(shapes.part_owner[tiny], shapes.parts[tiny], shapely.multipolygons)
    return Found("G09", owner, measured=smallest, places=places, count=count)


def _tiny_holes(shapes: Shapes, hole_m2: float) -> Found:
    holed = np.flatnonzero((shapely.get_num_interior_rings(shapes.parts) > 0) & shapes.valid[shapes.part_owner])
    holes, part = shapely.get_rings(shapes.parts[holed], return_index=True)
    inner = np.append(False, part[1:] == part[:-1]) if len(part) else np.empty(0, dtype=bool)
    holes, owner = shapely.polygons(holes[inner]), shapes.part_owner[holed[part[inner]]]
    area = shapely.area(holes)
    tiny = area < hole_m2
    owners, smallest, count = grouped(owner[tiny], area[tiny])
    places = gathered(owner[tiny], holes[tiny], shapely.multipolygons)
    return Found("G10", owners, measured=smallest, places=places, count=count)


def _ring_pairs(shapes: Shapes, several: Ints, distance_m: float) -> tuple[Ints, Ints]:
    """Pairs of rings of one feature that come within a distance of each other; first before second."""
    rings = shapes.rings[several]
    one, other = shapely.STRtree(rings).query(rings, predicate="dwithin", distance=distance_m)
    owner = shapes.ring_owner[several]
    kept = (one < other) & (owner[one] == owner[other])
    return several[one[kept]], several[other[kept]]


def _repeated_rings(shapes: Shapes, several: Ints, gap_m: float) -> Found:
    one, other = _ring_pairs(shapes, several, gap_m)
    gap = shapely.hausdorff_distance(shapes.rings[one], shapes.rings[other])
    same = gap <= gap_m
    copies = np.unique(other[same])
    owner, _, count = grouped(shapes.ring_owner[copies], np.zeros(len(copies)))
    places = gathered(shapes.ring_owner[copies], shapes.rings[copies], shapely.multilinestrings)
    return Found("G06", owner, measured=count.astype(np.float64), places=places, count=count)


def _self_touch(shapes: Shapes, several: Ints, touch_m: float) -> Found:
    one, other = _ring_pairs(shapes, several, touch_m)
    shortest = shapely.shortest_line(shapes.rings[one], shapes.rings[other])
    places: Geometries = shapely.get_point(shortest, 0)
    owner, nearest, count = grouped(shapes.ring_owner[one], shapely.length(shortest))
    return Found(
        "G08", owner, measured=nearest, count=count,
        places=gathered(shapes.ring_owner[one], places, shapely.multipoints),
    )  # fmt: skip


def _outside(shapes: Shapes, ground: shapely.Geometry, outside_m2: float) -> Found:
    shapely.prepare(ground)
    rows = _rows(shapes.valid)
    rows = rows[~shapely.covers(ground, shapes.geometry[rows])]
    beyond = shapely.difference(shapes.geometry[rows], ground)
    area = shapely.area(beyond)
    out = area > outside_m2
    return Found("G13", rows[out], measured=area[out], places=beyond[out])
