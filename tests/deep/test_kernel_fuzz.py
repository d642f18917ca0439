"""Long fuzz of the kernel at the place's coordinates: noisy borders, needles and heaps of overlapping features.

The second way takes the features off the parcel one after another, beside the parcel's own corner; it unites nothing.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from landgis.overlay import LayerIndex
from tests.support.heaps import covered_by, heap

pytestmark = pytest.mark.deep


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("noise_m", [0.0, 1e-9, 1e-7, 1e-6, 1e-4, 0.002, 0.5])
def test_noise_changes_no_promise(seed: int, noise_m: float) -> None:
    rng = np.random.default_rng(seed)
    parcels, features = heap(rng, 120, noise_m), heap(rng, 300, noise_m)
    result = LayerIndex.build(features, np.arange(len(features))).measure(parcels)
    assert result.parcels.union_m2 == pytest.approx(covered_by(parcels, features), abs=1e-4)
    assert (result.parcels.union_m2 <= shapely.area(parcels) + 1e-6).all()
    order = rng.permutation(len(features))
    again = LayerIndex.build(features[order], order).measure(parcels)
    assert (again.parcels.union_m2 == result.parcels.union_m2).all()
