"""The kernel against answers known by construction, and against a second way of counting."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from landgis.errors import ContractBroken, GeometryInvalid
from landgis.overlay import LayerIndex
from tests.support.heaps import covered_by, heap


def test_touching_is_not_overlapping() -> None:
    result = LayerIndex.build([box(10, 0, 20, 10)]).measure([box(0, 0, 10, 10)])
    assert len(result.pairs.parcel) == 0
    assert result.parcels.union_m2[0] == 0
    assert result.parcels.distance_m[0] == 0
    assert np.isnan(result.parcels.mean_width_m[0])


def test_overlapping_features_of_a_layer_count_once() -> None:
    index = LayerIndex.build([box(0, 0, 6, 10), box(4, 0, 10, 10)], ["a", "b"])
    result = index.measure([box(0, 0, 10, 10)])
    assert result.parcels.union_m2[0] == pytest.approx(100)
    assert result.pairs.area_m2.sum() == pytest.approx(120)
    assert result.parcels.hits[0] == 2
    assert list(result.pairs.feature) == ["a", "b"]


def test_classes_are_counted_apart_and_once_within_each() -> None:
    index = LayerIndex.build([box(0, 0, 5, 10), box(0, 0, 5, 10), box(5, 0, 10, 10)], ["a", "b", "c"], ["x", "x", "y"])
    by_class = index.measure([box(0, 0, 10, 10)]).by_class
    assert list(by_class["class"]) == ["x", "y"]
    assert by_class.union_m2 == pytest.approx([50, 50])
    assert list(by_class.hits) == [2, 1]


def test_holes_and_parts_are_respected() -> None:
    ring = Polygon(box(0, 0, 30, 30).exterior.coords, [box(10, 10, 20, 20).exterior.coords])
    parts = MultiPolygon([box(12, 12, 18, 18), box(28, 0, 32, 10)])
    result = LayerIndex.build([ring]).measure([box(11, 11, 19, 19), parts])
    assert result.parcels.union_m2 == pytest.approx([0, 20])
    assert result.parcels.distance_m[0] == pytest.approx(1)


def test_mean_width_is_twice_area_over_perimeter_of_the_largest_hit() -> None:
    result = LayerIndex.build([box(0, 0, 0.5, 100), box(0, 0, 2, 2)]).measure([box(0, 0, 50, 100)])
    assert result.parcels.largest_m2[0] == pytest.approx(50)
    assert result.parcels.mean_width_m[0] == pytest.approx(2 * 50 / 201)


def test_distance_is_empty_beyond_the_limit() -> None:
    result = LayerIndex.build([box(0, 0, 1, 1)]).measure([box(50, 0, 51, 1), box(102, 0, 103, 1)])
    assert result.parcels.distance_m[0] == pytest.approx(49)
    assert np.isnan(result.parcels.distance_m[1])


def test_an_empty_layer_measures_nothing() -> None:
    result = LayerIndex.build([]).measure([box(0, 0, 1, 1)])
    assert result.parcels.union_m2[0] == 0
    assert np.isnan(result.parcels.distance_m[0])


@pytest.mark.parametrize(
    "bad",
    [None, Polygon(), Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), shapely.Point(0, 0)],
    ids=["none", "empty", "bow", "point"],
)
def test_invalid_geometry_is_refused_on_either_side(bad: object) -> None:
    with pytest.raises(GeometryInvalid):
        LayerIndex.build(np.array([box(0, 0, 1, 1), bad], dtype=object))
    with pytest.raises(GeometryInvalid):
        LayerIndex.build([box(0, 0, 1, 1)]).measure(np.array([bad], dtype=object))


def test_repeated_feature_ids_are_refused() -> None:
    with pytest.raises(ContractBroken, match="more than once"):
        LayerIndex.build([box(0, 0, 1, 1), box(1, 0, 2, 1)], ["a", "a"])


def _rotated(x: float, y: float, width: float, height: float, angle: float) -> Polygon:
    return shapely.affinity.rotate(box(x, y, x + width, y + height), angle, origin=(x, y))


rectangles = st.builds(
    _rotated,
    st.integers(0, 60).map(float),
    st.integers(0, 60).map(float),
    st.floats(1, 40),
    st.floats(1, 40),
    st.sampled_from([0.0, 0.0, 17.0, 45.0, 90.0]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(rectangles, min_size=1, max_size=6), st.lists(rectangles, min_size=1, max_size=8), st.randoms())
def test_laws_of_measuring(parcels: list[Polygon], features: list[Polygon], random: object) -> None:
    # At the coordinates of the place, where rounding is as coarse as it gets.
    parcels = [shapely.affinity.translate(shape, 600_000, 3_400_000) for shape in parcels]
    features = [shapely.affinity.translate(shape, 600_000, 3_400_000) for shape in features]
    ids = [f"f{number}" for number in range(len(features))]
    kinds = [("x", "y")[number % 2] for number in range(len(features))]
    result = LayerIndex.build(features, ids, kinds).measure(parcels)

    merged = shapely.union_all(features)
    wanted = np.array([shape.intersection(merged).area for shape in parcels])
    assert result.parcels.union_m2 == pytest.approx(wanted, abs=1e-5)
    assert (result.parcels.union_m2 <= shapely.area(parcels) + 1e-6).all()
    sums = np.bincount(result.pairs.parcel, result.pairs.area_m2, minlength=len(parcels))
    assert (result.parcels.union_m2 <= sums + 1e-6).all()

    order = list(range(len(features)))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis gives a Random
    again = LayerIndex.build([features[i] for i in order], [ids[i] for i in order], [kinds[i] for i in order])
    shuffled = again.measure(parcels[::-1])
    assert (shuffled.parcels.union_m2[::-1] == result.parcels.union_m2).all()
    assert (shuffled.parcels.largest_m2[::-1] == result.parcels.largest_m2).all()

    far = LayerIndex.build([*features, box(0, 0, 1, 1)], [*ids, "far"], [*kinds, "x"]).measure(parcels)
    assert (far.parcels.union_m2 == result.parcels.union_m2).all()


@pytest.mark.parametrize("seed", [13, 16])
def test_a_micrometre_of_noise_does_not_cost_square_decimetres(seed: int) -> None:
    # Borders drawn twice, a micrometre apart, at a northing of 3,424 km: GEOS snaps whole edges there.
    rng = np.random.default_rng(seed)
    parcels, features = heap(rng, 120, 1e-6), heap(rng, 300, 1e-6)
    measured = LayerIndex.build(features).measure(parcels).parcels.union_m2
    assert measured == pytest.approx(covered_by(parcels, features), abs=1e-4)


def test_ground_that_is_no_number_is_refused_not_taken_for_touching() -> None:
    steep = Polygon([(0, 0), (0, 1), (1e-310, 2), (1, 2), (1, 0)])
    assert steep.is_valid
    index = LayerIndex.build([box(5, 0, 6, 1), steep], ["甲", "乙"])
    with pytest.raises(GeometryInvalid, match="Feature 乙 has coordinates"):
        index.measure([box(0, 0, 1, 2)], kernel="compiled")
