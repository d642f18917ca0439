"""What ground one state of a layer has that another has not. numpy in, numpy out."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.area import FLOOR_M2
from landgis.overlay.cells import cells, polygonal, shifted
from landgis.overlay.polygons import Ints
from landgis.overlay.valid import Geometries


def ground_outside(features: Geometries, others: Geometries) -> Geometries:
    """Return the ground that the features cover and none of the others does.

    Parameters
    ----------
    features, others
        Valid polygons or multipolygons of one class, projected CRS, metres; shapes (n,) and (m,).

    Returns
    -------
    numpy.ndarray
        Polygons and multipolygons that do not overlap each other, each above the floor of 1e-6 m² planar; shape (k,).
        The sum of their areas is the area of that ground.

    Notes
    -----
    What lies together is merged and cut at once, a square kilometre at a time: where a layer moved as a whole, every
    feature meets several of the others, and each is merged once instead of once for every feature that it meets.
    """
    feature, other = _overlapping(features, others)
    cut, begins = np.unique(feature, return_index=True)
    against = np.split(other, begins[1:])
    pieces = [np.delete(features, cut)]
    for members, origin in cells(features[cut]):
        own = _merged(shifted(features[cut[members]], origin))
        near = np.unique(np.concatenate([against[member] for member in members]))
        left = shapely.difference(own, _merged(shifted(others[near], origin)))
        pieces.append(shifted(np.array([left], dtype=object), -origin))
    return _disjoint(_sound(np.concatenate(pieces)))


def _overlapping(shapes: Geometries, others: Geometries) -> tuple[Ints, Ints]:
    """Return the pairs that share more than a border, by shape."""
    left, right = shapely.STRtree(others).query(shapes, predicate="intersects")
    shared = ~shapely.touches(shapes[left], others[right])
    left, right = left[shared], right[shared]
    order = np.lexsort((right, left))
    return left[order].astype(np.int64), right[order].astype(np.int64)


def _disjoint(pieces: Geometries) -> Geometries:
    """Merge the pieces that overlap: features of one state may, and their ground counts once."""
    left, right = _overlapping(pieces, pieces)
    if not (left < right).any():
        return pieces
    group = np.arange(len(pieces))
    while True:
        lower = group.copy()
        np.minimum.at(lower, left, group[right])
        if (lower == group).all():
            break
        group = lower
    _, begins = np.unique(np.sort(group, kind="stable"), return_index=True)
    members = np.split(np.argsort(group, kind="stable"), begins[1:])
    merged = np.empty(len(members), dtype=object)
    for at, rows in enumerate(members):
        ((_, origin),) = cells(pieces[rows[:1]])
        whole = np.array([_merged(shifted(pieces[rows], origin))], dtype=object)
        merged[at : at + 1] = shifted(whole, -origin)
    return _sound(merged)


def _merged(shapes: Geometries) -> shapely.Geometry:
    """Merge shapes; a clean mesh only drops the edges that two of them share, which is far cheaper."""
    if len(shapes) > 1 and shapely.coverage_is_valid(shapes):
        return shapely.coverage_union_all(shapes)
    return shapely.union_all(shapes)


def _sound(pieces: Geometries) -> Geometries:
    """Drop what is below the floor; a spike that moving back by a kilometre rounded across an edge is cut off."""
    pieces = polygonal(pieces[shapely.area(pieces) > FLOOR_M2])
    bent = ~shapely.is_valid(pieces)
    if bent.any():
        pieces[bent] = polygonal(shapely.make_valid(pieces[bent], method="structure"))
    return pieces
