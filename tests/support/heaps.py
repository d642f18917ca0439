"""Heaps of noisy features at the place's coordinates, and a second way of counting what they cover."""

from __future__ import annotations

import numpy as np
import shapely

ORIGIN = np.array([615_000.0, 3_424_000.0])


def heap(rng: np.random.Generator, count: int, noise_m: float) -> np.ndarray:
    """Cells of a grid whose shared borders were drawn twice, some copied, some drawn out to needles."""
    side = int(np.sqrt(count)) + 1
    shapes = []
    for number in range(count):
        corner = ORIGIN + 40.0 * np.array([number % side, number // side])
        size = np.array([40.0, 40.0]) if rng.random() < 0.9 else np.array([200.0, rng.uniform(0.001, 0.1)])
        ring = corner + size * np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
        middle = (ring + np.roll(ring, -1, axis=0)) / 2
        dense = np.stack([ring, middle], axis=1).reshape(-1, 2) + rng.normal(0, noise_m, (8, 2))
        shape = shapely.Polygon(dense)
        if shape.is_valid and shape.area > 0:
            shapes.append(shape)
            if rng.random() < 0.1:
                shapes.append(shapely.affinity.translate(shape, *rng.normal(0, 5, 2)))
    return np.array(shapes, dtype=object)


def covered_m2(parcel: shapely.Polygon, features: np.ndarray) -> float:
    """Area of the parcel less what is left when every feature is taken off."""
    corner = np.floor(parcel.bounds[:2])
    near = shapely.transform(np.array([parcel, *features], dtype=object), lambda points: points - corner)
    rest = near[0]
    for feature in near[1:]:
        rest = shapely.difference(rest, feature)
    return float(near[0].area - rest.area)


def covered_by(parcels: np.ndarray, features: np.ndarray) -> list[float]:
    """Covered area of every parcel, the second way."""
    tree = shapely.STRtree(features)
    return [covered_m2(parcel, features[np.sort(tree.query(parcel, "intersects"))]) for parcel in parcels]
