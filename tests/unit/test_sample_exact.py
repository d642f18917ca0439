"""The oracle of planted slivers: fractions against shapely where shapely is good, and against the drawing where it is not."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.sample.exact import overlap_m2

_ORIGIN = np.array([612_000.0, 3_424_000.0])
_SPOTS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=5, max_size=9, unique=True)


def _hull(spots: list[tuple[int, int]]) -> shapely.Geometry:
    return shapely.convex_hull(shapely.multipoints(np.array(spots, dtype=float) + _ORIGIN))


@given(_SPOTS, st.lists(_SPOTS, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_agrees_with_union_and_intersection(
    parcel: list[tuple[int, int]], features: list[list[tuple[int, int]]]
) -> None:
    shape, covers = _hull(parcel), [cover for cover in map(_hull, features) if cover.area > 0]
    if shape.area == 0:
        return
    expected = shapely.area(shapely.intersection(shape, shapely.union_all(covers))) if covers else 0.0
    assert overlap_m2(shape, covers) == pytest.approx(expected, abs=1e-6)


def test_overlaps_and_copies_count_once_and_holes_not_at_all() -> None:
    parcel = shapely.box(0, 0, 10, 10)
    ring = shapely.difference(shapely.box(2, 2, 8, 8), shapely.box(4, 4, 6, 6))
    assert overlap_m2(parcel, [ring, ring]) == 32.0
    assert overlap_m2(parcel, [ring, shapely.box(0, 0, 5, 5)]) == 32.0 + 25.0 - (9.0 - 1.0)


def test_slivers_below_any_tolerance_are_measured() -> None:
    step = 2.0**-30
    parcel = shapely.box(612_000, 3_424_000, 612_050, 3_424_040)
    strip = shapely.box(612_000, 3_424_040 - step, 612_050, 3_424_060)
    assert overlap_m2(parcel, [strip]) == 50 * step


def test_touching_and_far_features_cover_nothing() -> None:
    parcel = shapely.box(0, 0, 10, 10)
    assert overlap_m2(parcel, [shapely.box(10, 0, 20, 10), shapely.box(40, 0, 50, 10)]) == 0.0
    assert overlap_m2(parcel, []) == 0.0
