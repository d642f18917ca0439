"""A layer made ready for comparing its features with each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely

from landgis.quality.found import Floats, Geometries, Ints
from landgis.quality.shapes import beyond_reach

_THREADS = 2
"""The geometry engine works outside Python's lock; more than the cores of a small office machine gains nothing."""
T = TypeVar("T")


@dataclass(frozen=True)
class Layer:
    """Sound features of a layer and the rank of their ids.

    Attributes
    ----------
    geometry
        Valid polygons, or None where a feature takes no part.
    rank
        Position of each feature in the order of ids: the lower rank goes first in a pair.
    tree
        Over ``geometry``.
    """

    geometry: Geometries
    rank: Ints
    tree: shapely.STRtree


def sound_layer(geometry: Geometries, ids: Sequence[str]) -> Layer:
    """Prepare features for comparison: invalid polygons take part as repaired copies, everything else stays out."""
    sound = geometry.copy()
    sound[~np.isin(shapely.get_type_id(geometry), (3, 6)) | beyond_reach(geometry)] = None
    bent = np.flatnonzero(~shapely.is_valid(sound) & ~shapely.is_missing(sound))
    sound[bent] = shapely.make_valid(sound[bent], method="structure", keep_collapsed=False)
    sound[~np.isin(shapely.get_type_id(sound), (3, 6)) | shapely.is_empty(sound)] = None
    rank = np.empty(len(ids), dtype=np.int64)
    rank[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    tree = shapely.STRtree(sound)
    tree.query(shapely.Point(0, 0))  # builds it, before threads ask
    return Layer(sound, rank, tree)


def shifted(shapes: Geometries, by: Floats) -> Geometries:
    """Return each geometry moved by its own vector; ``by`` has shape (n, 2)."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    moved: Geometries = shapely.set_coordinates(shapes.copy(), xy + by[owner])
    return moved


def polygons_only(shapes: Geometries) -> Geometries:
    """Drop points and lines from what cutting left: touching has no area."""
    mixed = np.flatnonzero(shapely.get_dimensions(shapes) < 2)
    shapes[mixed] = shapely.MultiPolygon()
    for row in np.flatnonzero(shapely.get_type_id(shapes) == 7):
        parts = shapely.get_parts(shapely.get_parts(shapes[row]))
        shapes[row] = shapely.MultiPolygon(list(parts[shapely.get_type_id(parts) == 3]))
    return shapes


def in_threads(work: Callable[[int], T], items: range) -> Iterator[tuple[int, T]]:
    """Do a piece of work for every item on a few threads; yield item and result in the order of the items."""
    with ThreadPoolExecutor(_THREADS) as pool:
        yield from zip(items, pool.map(work, items), strict=True)
