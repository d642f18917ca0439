"""Where a conflict lies on a parcel: its ground, its pieces, and the deepest place of the largest of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.area import FLOOR_M2
from landgis.overlay.cells import polygonal, shifted
from landgis.screening.slivers.borders import Geometries
from landgis.screening.slivers.shape import deepest


@dataclass(frozen=True)
class ConflictPlace:
    """A conflict on the ground, coordinates in the CRS of the parcel, metres.

    Attributes
    ----------
    ground
        All of it, dissolved.
    largest
        The largest of its pieces.
    pieces
        How many there are.
    place, depth_m
        Middle and diameter of the largest circle in the largest piece.
    """

    ground: BaseGeometry
    largest: BaseGeometry
    pieces: int
    place: tuple[float, float]
    depth_m: float


def covered_place(parcel: BaseGeometry, features: Geometries) -> ConflictPlace | None:
    """Find what features cover of a parcel; None where they cover nothing."""
    origin = np.floor(shapely.bounds(parcel)[:2] / 1_000.0) * 1_000.0
    ground, walls = shifted(np.array([parcel], dtype=object), origin)[0], shifted(features, origin)
    pieces = polygonal(np.asarray(shapely.intersection(ground, walls), dtype=object))
    return _place(shapely.union_all(pieces), origin)


def bare_place(parcel: BaseGeometry, features: Geometries) -> ConflictPlace | None:
    """Find what features leave of a parcel; None where they leave nothing."""
    origin = np.floor(shapely.bounds(parcel)[:2] / 1_000.0) * 1_000.0
    ground, known = shifted(np.array([parcel], dtype=object), origin)[0], shifted(features, origin)
    rest = shapely.difference(ground, shapely.union_all(known))
    return _place(polygonal(np.array([rest], dtype=object))[0], origin)


def _place(ground: BaseGeometry, origin: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> ConflictPlace | None:
    parts = [part for part in shapely.get_parts(ground) if part.area > FLOOR_M2]
    if not parts:
        return None
    largest = max(parts, key=lambda part: (part.area, *part.bounds))
    depth_m, middle = deepest(largest)
    whole, piece = shapely.transform(np.array([ground, largest], dtype=object), lambda points: points + origin)
    return ConflictPlace(whole, piece, len(parts), (middle.x + float(origin[0]), middle.y + float(origin[1])), depth_m)
