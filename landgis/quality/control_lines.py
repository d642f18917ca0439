"""Control lines against each other: development boundary, basic farmland and red line must not cross.

Where they do, a matrix says by how much, and how much would be left if whatever is narrower than 0.05 … 2 m were noise.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.area import FLOOR_M2
from landgis.frames.quality import LINES
from landgis.quality.catalogue import tolerances
from landgis.quality.found import Floats, Found, Geometries, Ints, findings_frame
from landgis.quality.layer import Layer, shifted, sound_layer
from landgis.quality.opening import opened_m2
from landgis.quality.pairs import cut

CURVE_M = (0.0, 0.05, 0.1, 0.5, 1.0, 2.0)
"""Widths at which the matrix is told."""
_MOST_VERTICES = 256
_CELL_M = 1_000.0


@dataclass(frozen=True)
class LineCheck:
    """What control lines do to each other.

    Attributes
    ----------
    findings
        QualityFrame, one row per pair of features; ids are ``layer/feature_id``.
    matrix
        LineFrame (``frames.quality.LINES``): overlap and pieces of every pair of layers at every width.
    """

    findings: gpd.GeoDataFrame
    matrix: pd.DataFrame


@dataclass(frozen=True)
class _Crossing:
    """Pairs of features of two layers with their overlap."""

    one: Ints
    other: Ints
    places: Geometries
    area_m2: Floats


def check_lines(
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    tolerance: Mapping[str, float] | None = None,
    apart: Collection[tuple[str, str]] | None = None,
) -> LineCheck:
    """Measure every pair of layers against each other.

    Parameters
    ----------
    layers
        Layer key → FeatureFrame, all in one projected CRS, metres. Invalid polygons count as repaired copies.
    tolerance
        Values that differ from the shipped ones, by name; ``cross_m2`` is what a finding must exceed.
    apart
        Pairs of keys to measure; None: every pair.
    """
    limits = tolerances(tolerance)
    ids = {key: [f"{key}/{name}" for name in frame["feature_id"]] for key, frame in layers.items()}
    sound = {key: _layer(frame) for key, frame in layers.items()}
    found, rows = [], []
    start = dict(zip(layers, np.cumsum([0, *(len(frame) for frame in layers.values())]).tolist(), strict=False))
    for one, other in apart if apart is not None else combinations(layers, 2):
        crossing = _cross(sound[one], sound[other])
        rows += _curve(one, other, crossing.places)
        found.append(_told(crossing, start[one], start[other], limits["cross_m2"]))
    flat = [name for key in layers for name in ids[key]]
    crs = next(iter(layers.values())).crs if layers else None
    nothing: Geometries = np.full(len(flat), None, dtype=object)
    matrix = pd.DataFrame(rows, columns=LINES.names)
    return LineCheck(findings_frame(found, flat, nothing, limits, crs), matrix)


def _layer(frame: gpd.GeoDataFrame) -> Layer:
    return sound_layer(np.array(frame.geometry.array, dtype=object), frame["feature_id"].astype(str).tolist())


def _cross(one: Layer, other: Layer) -> _Crossing:
    """Cut the features of two layers; big polygons are cut into small ones first and the pieces joined again."""
    parts, owner = _small_parts(one.geometry)
    facing, facing_owner = _small_parts(other.geometry)
    row, column = shapely.STRtree(facing).query(parts, predicate="intersects")
    pieces, corner = cut(parts[row], facing[column])
    real = shapely.area(pieces) > 0
    first, second = owner[row[real]], facing_owner[column[real]]
    key = one.rank[first] * np.int64(len(other.rank)) + other.rank[second]
    keys, lead = np.unique(key, return_index=True)
    places = _joined(key, shifted(pieces[real], corner[real]))
    area = shapely.area(places)
    kept = area > FLOOR_M2
    return _Crossing(first[lead][kept], second[lead][kept], places[kept], area[kept]) if len(keys) else _no_crossing()


def _no_crossing() -> _Crossing:
    nobody = np.empty(0, dtype=np.int64)
    return _Crossing(nobody, nobody, np.empty(0, dtype=object), np.empty(0))


def _joined(key: Ints, pieces: Geometries) -> Geometries:
    """Join the pieces of each key (in the order of the keys) along the lines that cutting drew."""
    if not len(key):
        return np.empty(0, dtype=object)
    order = np.lexsort((shapely.bounds(pieces)[:, 1], shapely.bounds(pieces)[:, 0], key))
    groups = np.split(pieces[order], np.flatnonzero(np.diff(key[order])) + 1)
    joined = np.empty(len(groups), dtype=object)
    for row, group in enumerate(groups):
        joined[row] = _union(group) if len(group) > 1 else group[0]
    return joined


def _union(pieces: Geometries) -> shapely.Geometry:
    """Union in local coordinates, where the engine's own tolerance is below a nanometre."""
    corner = np.floor(shapely.total_bounds(pieces)[:2] / _CELL_M) * _CELL_M
    by = np.repeat(corner[None, :], len(pieces), axis=0)
    whole = np.array([shapely.union_all(shifted(pieces, -by))], dtype=object)
    moved: shapely.Geometry = shifted(whole, by[:1])[0]
    return moved


def _small_parts(geometry: Geometries) -> tuple[Geometries, Ints]:
    """Halve polygons until none has more vertices than are quickly cut; owner of each part."""
    owner = np.flatnonzero(~shapely.is_missing(geometry)).astype(np.int64)
    parts, which = shapely.get_parts(geometry[owner], return_index=True)
    owner = owner[which]
    done: list[tuple[Geometries, Ints]] = []
    while len(parts):
        big = shapely.get_num_coordinates(parts) > _MOST_VERTICES
        done.append((parts[~big], owner[~big]))
        parts, owner = _halved(parts[big], owner[big])
    return (
        np.concatenate([part for part, _ in done] or [np.empty(0, dtype=object)]),
        np.concatenate([of for _, of in done] or [np.empty(0, dtype=np.int64)]),
    )


def _halved(parts: Geometries, owner: Ints) -> tuple[Geometries, Ints]:
    halves, owners = [], []
    for part, of, (west, south, east, north) in zip(parts, owner, shapely.bounds(parts), strict=True):
        x, y = (west + east) / 2, (south + north) / 2
        wide = east - west >= north - south
        boxes = ((west, south, x, north), (x, south, east, north)) if wide else (
            (west, south, east, y), (west, y, east, north))  # fmt: skip
        for box in boxes:
            pieces = shapely.get_parts(shapely.intersection(part, shapely.box(*box)))
            pieces = pieces[shapely.get_type_id(pieces) == 3]
            halves.append(pieces)
            owners.append(np.full(len(pieces), of, dtype=np.int64))
    if not halves:
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    return np.concatenate(halves), np.concatenate(owners)


def _curve(one: str, other: str, places: Geometries) -> list[tuple[str, str, float, float, int, float]]:
    """Overlap of two layers, ground counted once: in pieces wider (2A/P) than each width, and after opening by it."""
    whole = shapely.get_parts(_union(places)) if len(places) else np.empty(0, dtype=object)
    whole = whole[shapely.get_type_id(whole) == 3]
    area = shapely.area(whole)
    kept = area > FLOOR_M2
    whole, area = whole[kept], area[kept]
    width = 2 * area / shapely.length(whole)
    return [
        (
            one,
            other,
            limit,
            float(area[width > limit].sum()),
            int(np.count_nonzero(width > limit)),
            opened_m2(whole, limit),
        )
        for limit in CURVE_M
    ]


def _told(crossing: _Crossing, start: int, other_start: int, cross_m2: float) -> Found:
    rows = np.flatnonzero(crossing.area_m2 > cross_m2)
    area, places = crossing.area_m2[rows], crossing.places[rows]
    width = 2 * area / shapely.length(places)
    return Found(
        "L01", crossing.one[rows] + start, crossing.other[rows] + other_start, area, places,
        count=shapely.get_num_geometries(places).astype(np.int64),
        detail_zh=[f"平均宽 {value:.4f} 米" for value in width],
        detail_en=[f"{value:.4f} m wide on average" for value in width],
    )  # fmt: skip
