"""The same measures through shapely: the reference in tests, and what serves where the compiled kernel does not."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.area import FLOOR_M2
from landgis.overlay.cells import cells, polygonal, shifted
from landgis.overlay.polygons import Floats, Ints
from landgis.overlay.result import DISTANCE, HITS, LARGEST, PIECES, UNION, WIDTH, Rows
from landgis.overlay.valid import Geometries


def measure_plain(parcels: Geometries, features: Geometries, class_of: Ints, limit_m: float | None) -> Rows:
    """Measure parcels by cutting, dissolving and summing shapes.

    Parameters
    ----------
    parcels
        Valid polygons, metres; shape (k,).
    features, class_of
        Valid polygons in id order and their class numbers; shape (n,).
    limit_m
        Search limit for distances; None where none are wanted.
    """
    tree = shapely.STRtree(features)
    parcel, feature, pieces, area = _overlaps(parcels, features, tree)
    of_class = _dissolve(parcel, class_of[feature], pieces, area)
    as_one = _dissolve(parcel, np.zeros(len(parcel), dtype=np.int64), pieces, area)
    whole = np.zeros((len(parcels), 6))
    whole[:, WIDTH] = np.nan
    whole[:, DISTANCE] = np.nan
    whole[as_one[0], :DISTANCE] = as_one[2]
    whole[as_one[0], DISTANCE] = 0.0
    if limit_m is not None and len(features):
        missing = np.flatnonzero(whole[:, HITS] == 0)
        (rows, _), gaps = tree.query_nearest(
            parcels[missing], max_distance=limit_m, return_distance=True, all_matches=False
        )
        whole[missing[rows], DISTANCE] = gaps
    count = len(parcels)
    return Rows(
        hits=np.bincount(parcel, minlength=count).astype(np.int64),
        place=feature,
        area_m2=area,
        groups=np.bincount(of_class[0], minlength=count).astype(np.int64),
        group_class=of_class[1],
        group_values=of_class[2],
        whole=whole,
    )


def _overlaps(
    parcels: Geometries, features: Geometries, tree: shapely.STRtree
) -> tuple[Ints, Ints, Geometries, Floats]:
    """Cut every touching pair; pieces come in coordinates local to the parcel's cell."""
    rows, columns = tree.query(parcels, predicate="intersects")
    order = np.lexsort((columns, rows))
    rows, columns = rows[order].astype(np.int64), columns[order].astype(np.int64)
    pieces = np.empty(len(rows), dtype=object)
    for members, origin in cells(parcels[rows]):
        near, which = np.unique(columns[members], return_inverse=True)
        moved = shifted(features[near], origin)
        pieces[members] = shapely.intersection(shifted(parcels[rows[members]], origin), moved[which])
    pieces = polygonal(pieces)
    area = np.asarray(shapely.area(pieces), dtype=np.float64)
    keep = area > FLOOR_M2
    return rows[keep], columns[keep], pieces[keep], area[keep]


def _dissolve(parcel: Ints, kind: Ints, pieces: Geometries, area: Floats) -> tuple[Ints, Ints, Floats]:
    """Dissolve and sum the pieces of each (parcel, kind): parcels, kinds and values in that order."""
    order = np.lexsort((kind, parcel))
    parcel, kind, pieces, area = parcel[order], kind[order], pieces[order], area[order]
    starts = np.flatnonzero((np.diff(parcel, prepend=-1) != 0) | (np.diff(kind, prepend=-1) != 0))
    counts = np.diff(np.append(starts, len(parcel)))
    largest = np.array(
        [begin + int(np.argmax(area[begin : begin + n])) for begin, n in zip(starts, counts, strict=True)],
        dtype=np.int64,
    )
    merged = pieces[starts].copy()
    for row in np.flatnonzero(counts > 1):
        merged[row] = shapely.union_all(pieces[starts[row] : starts[row] + counts[row]])
    values = np.empty((len(starts), 5))
    values[:, HITS] = counts
    values[:, LARGEST] = area[largest]
    values[:, UNION] = shapely.area(merged)
    values[:, WIDTH] = 2 * area[largest] / shapely.length(pieces[largest])
    values[:, PIECES] = _count_parts(merged)
    return parcel[starts], kind[starts], values


def _count_parts(merged: Geometries) -> Ints:
    """Count the separate polygons of each dissolved overlap that are above the floor, one at least."""
    parts, owner = shapely.get_parts(merged, return_index=True)
    counted = np.bincount(owner[shapely.area(parts) > FLOOR_M2], minlength=len(merged))
    return np.maximum(counted, 1).astype(np.int64)
