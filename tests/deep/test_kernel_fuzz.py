"""Long fuzz of the kernel at the place's coordinates: noisy borders, needles and heaps of overlapping features.

The second way takes the features off the parcel one after another, beside the parcel's own corner; it unites nothing.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from landgis.overlay import LayerIndex

pytestmark = pytest.mark.deep
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


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("noise_m", [0.0, 1e-9, 1e-7, 1e-6, 1e-4, 0.002, 0.5])
def test_noise_changes_no_promise(seed: int, noise_m: float) -> None:
    rng = np.random.default_rng(seed)
    parcels, features = heap(rng, 120, noise_m), heap(rng, 300, noise_m)
    result = LayerIndex.build(features, np.arange(len(features))).measure(parcels)
    tree = shapely.STRtree(features)
    wanted = [covered_m2(parcel, features[np.sort(tree.query(parcel, "intersects"))]) for parcel in parcels]
    assert result.parcels.union_m2 == pytest.approx(wanted, abs=1e-4)
    assert (result.parcels.union_m2 <= shapely.area(parcels) + 1e-6).all()
    order = rng.permutation(len(features))
    again = LayerIndex.build(features[order], order).measure(parcels)
    assert (again.parcels.union_m2 == result.parcels.union_m2).all()
