"""Slivers explained: the cause of planted cases, and that no real encroachment is ever called noise."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from landgis.domain.sliver import Cause
from landgis.frames.slivers import CAUSES, SLIVERS
from landgis.screening.slivers import LIMITS, Interest, accuracy, causes
from landgis.screening.slivers.shape import deepest, mean_width_m
from tests.support import slivers as planted
from tests.support.ground import X, Y, at, layer

CHONGMING = (585_000.0, 3_500_000.0)
ANGLES = st.floats(0, 360)
SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=10, deadline=None)
HARMLESS = {str(cause) for cause in Cause if cause.harmless}


def found_causes(case: planted.Planted) -> set[str]:
    return set(planted.judged(case)[1]["cause"])


@pytest.mark.parametrize("sigma", [0.002, 0.01, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("corner", [(X, Y), CHONGMING])
def test_a_border_drawn_twice_is_told_at_every_scatter(sigma: float, corner: tuple[float, float]) -> None:
    case = planted.double_drawn(sigma, 7, planted.placed(20, *corner), accuracy_m=sigma * 1.5)
    assert found_causes(case) == {"double_drawn"}


def test_lines_farther_apart_than_their_accuracy_are_not_proven_one() -> None:
    place = planted.placed(20)
    assert found_causes(planted.double_drawn(0.1, 7, place, accuracy_m=0.15)) == {"double_drawn"}
    assert found_causes(planted.double_drawn(0.1, 7, place)) == {"undecided"}
    assert LIMITS.drawn_apart_m(math.nan) == pytest.approx(2 * math.hypot(0.05, 0.05))
    assert LIMITS.drawn_apart_m(0.3) == pytest.approx(2 * math.hypot(0.05, 0.3))


def test_a_zigzag_of_half_a_metre_is_not_one_border() -> None:
    u = np.arange(0, 121, 10.0)
    teeth = np.column_stack([u, np.where(np.arange(len(u)) % 2, 0.48, -0.48)])
    place = planted.placed()
    field = place(shapely.Polygon([(-20, 0), (140, 0), (140, -50), (-20, -50)]))
    parcel = place(shapely.Polygon([*teeth, (120, 40), (0, 40)]))
    case = planted.Planted(parcel, {"south": field}, "", {})
    assert found_causes(case) == {"undecided"}


@pytest.mark.parametrize("seed", range(4))
def test_in_along_one_half_and_out_along_the_other_is_no_second_drawing(seed: int) -> None:
    assert not found_causes(planted.half_in_half_out(seed, planted.placed(23))) & HARMLESS


def test_an_overlap_between_two_samples_has_evidence_too() -> None:
    place = planted.placed(11)
    mine = [(0, 40), (30.01, 39.999), (30.06, 40.0008), (30.11, 39.999), (60, 39.999)]
    parcel = place(shapely.Polygon([(0, 0), (60, 0), *mine[::-1]]))
    slivers, found = planted.judged(planted.Planted(parcel, {"north": place(planted.fields()["north"])}, "", {}))
    assert slivers["area_m2"].max() < 1e-4
    assert slivers["border_in_m"].iloc[0] == pytest.approx(0.044, abs=0.005)
    assert found["cause"].tolist() == ["double_drawn"]


@pytest.mark.parametrize("depth", [0.6, 2.0])
def test_a_pair_of_parallel_lines_proves_no_shift(depth: float) -> None:
    slivers, found = planted.judged(planted.between_parallels(depth, planted.placed(8)))
    rows = (slivers["layer"] == planted.FARMLAND).to_numpy()
    assert set(found.loc[rows, "cause"]) == {"undecided"}
    assert slivers.loc[rows, "shift_cross_m"].max() < 5
    assert slivers.loc[rows, "shift_vertices"].max() < 3


@pytest.mark.parametrize("vector", [(0.0, 0.4), (0.1, 0.05), (0.3, -0.4), (-1.5, 1.1)])
@pytest.mark.parametrize("corner", [(X, Y), CHONGMING])
def test_a_shifted_parcel_is_told_with_its_vector(vector: tuple[float, float], corner: tuple[float, float]) -> None:
    slivers, found = planted.judged(planted.shifted_parcel(*vector, planted.placed(0, *corner)))
    assert set(found["cause"]) == {"uniform_shift"}
    assert set(slivers["shift_of"]) == {"parcel"}
    assert np.allclose(slivers[["shift_dx_m", "shift_dy_m"]], vector, atol=1e-6)
    assert (slivers["shift_after_m"] < 1e-6).all()
    assert (slivers["shift_left_m2"] < 1e-6 * slivers["area_m2"]).all()
    assert f"东 {-vector[0]:+.3f}，北 {-vector[1]:+.3f} 米" in found["remedy_zh"].iloc[0]


def test_a_shifted_sheet_is_told_from_the_survey_below_it() -> None:
    slivers, found = planted.judged(planted.shifted_sheet(0.1, -0.5, planted.placed(15)))
    row = slivers[slivers["layer"] == planted.FARMLAND].iloc[0]
    assert found.loc[found["layer"] == planted.FARMLAND, "cause"].tolist() == ["uniform_shift"]
    assert row["shift_of"] == "feature"
    turned = shapely.get_coordinates(planted.placed(15, 0, 0)(shapely.Point(0.1, -0.5)))[0]
    assert np.allclose([row["shift_dx_m"], row["shift_dy_m"]], turned, atol=1e-6)


@pytest.mark.parametrize("length", [200.0, 500.0, 1500.0])
@pytest.mark.parametrize("corner", [(X, Y), CHONGMING])
def test_a_projection_chord_is_told_with_the_rise_that_was_to_be_expected(
    length: float, corner: tuple[float, float]
) -> None:
    case = planted.chord(length, *corner, dense="above")
    slivers, found = planted.judged(case)
    assert found["cause"].tolist() == ["projection_chord"]
    row = slivers.iloc[0]
    assert row["chord_crs"] == "EPSG:4490"
    assert row["chord_measured_m"] == pytest.approx(row["chord_expected_m"], rel=0.02)
    assert row["chord_m"] == pytest.approx(length, rel=1e-6)
    assert "EPSG:4490" in found["message_zh"].iloc[0]


@pytest.mark.parametrize(("rise", "length"), [(0.05, 80.0), (0.1, 80.0), (0.29, 60.0), (0.29, 200.0)])
def test_a_bulge_that_no_crs_explains_stays_undecided(rise: float, length: float) -> None:
    slivers, found = planted.judged(planted.plain_arc(rise, planted.placed(40), length))
    assert found["cause"].tolist() == ["undecided"]
    assert slivers["chord_crs"].tolist() == ["arc"]
    assert np.isnan(slivers["chord_expected_m"].iloc[0])
    assert slivers["vertex_ratio"].iloc[0] > 3


def test_an_arc_within_rounding_is_told_without_any_crs() -> None:
    assert found_causes(planted.plain_arc(0.004, planted.placed(40))) == {"projection_chord"}


def test_a_line_of_which_points_were_left_out_is_told_by_the_points_that_are_left() -> None:
    slivers, found = planted.judged(planted.thinned(0.5, planted.placed(17)))
    assert found["cause"].tolist() == ["projection_chord"]
    assert slivers["chord_joints"].tolist() == [3]
    assert "3 个为两侧共有" in found["message_zh"].iloc[0]
    assert "nan" not in found["message_zh"].iloc[0] + found["message_en"].iloc[0]
    assert found_causes(planted.thinned(0.0, planted.placed(17), bulge=0.06)) == {"undecided"}


@pytest.mark.parametrize("width", [0.1, 0.5, 1.5])
@pytest.mark.parametrize("corner", [(X, Y), CHONGMING])
def test_a_strip_with_the_other_sides_in_place_is_a_true_encroachment(
    width: float, corner: tuple[float, float]
) -> None:
    place = planted.placed(10, *corner)
    assert found_causes(planted.strip(width, place)) == {"true_encroachment"}
    assert found_causes(planted.wedge(width, place)) == {"true_encroachment"}


def test_a_strip_with_nothing_to_compare_stays_undecided_until_it_is_too_deep_for_that() -> None:
    place = planted.placed(10)
    assert found_causes(planted.strip(0.4, place, beside=False)) == {"undecided"}
    assert found_causes(planted.strip(0.8, place, beside=False)) == {"true_encroachment"}


@FEW
@given(depth=st.floats(0.06, 3.0), sigma=st.floats(0.0, 0.02), length=st.floats(2.0, 25.0), angle=ANGLES, seed=SEEDS)
def test_a_real_bite_in_a_noisy_border_is_never_harmless(
    depth: float, sigma: float, length: float, angle: float, seed: int
) -> None:
    assume(depth > 6 * sigma)  # two drawings of that scatter lie this far apart by themselves
    case = planted.bite(depth, sigma, seed, planted.placed(angle), length)
    assert not found_causes(case) & HARMLESS


@FEW
@given(width=st.floats(0.02, 3.0), angle=ANGLES, beside=st.booleans())
def test_no_strip_is_ever_harmless(width: float, angle: float, beside: bool) -> None:
    assert not found_causes(planted.strip(width, planted.placed(angle), beside=beside)) & HARMLESS
    assert not found_causes(planted.wedge(width, planted.placed(angle))) & HARMLESS


@FEW
@given(size=st.floats(0.1, 2.0), bearing=st.floats(0, 360), angle=ANGLES, seed=SEEDS)
def test_a_shift_is_found_in_every_direction_under_noise(size: float, bearing: float, angle: float, seed: int) -> None:
    dx, dy = size * np.cos(np.deg2rad(bearing)), size * np.sin(np.deg2rad(bearing))
    slivers, found = planted.judged(planted.shifted_parcel(dx, dy, planted.placed(angle), 0.003, seed))
    turned = shapely.get_coordinates(planted.placed(angle, 0, 0)(shapely.Point(dx, dy)))[0]
    told = slivers[(found["cause"] == "uniform_shift").to_numpy()]
    # A side along the vector is left with the noise alone, and says so.
    assert set(found["cause"]) <= {"uniform_shift", "double_drawn", "undecided"}
    assert len(told)
    assert np.allclose(told[["shift_dx_m", "shift_dy_m"]], turned, atol=0.02)


def test_a_narrow_field_swallowed_up_to_its_far_border_is_no_noise() -> None:
    far = planted.line((0, 42), (60, 42), 5.0)
    rng = np.random.default_rng(3)
    noisy = far + rng.normal(0, 0.01, far.shape)
    case = planted.Planted(
        planted.placed()(shapely.Polygon([(0, 0), (60, 0), *noisy[::-1]])),
        {
            "narrow": planted.placed()(shapely.Polygon([(-5, 40.3), (65, 40.3), (65, 42.1), *far[::-1], (-5, 42.1)])),
            "behind": planted.placed()(shapely.Polygon([*far, (60, 70), (0, 70)])),
        },
        "true_encroachment",
        {},
    )
    _, found = planted.judged(case)
    assert found.set_index("feature_id").loc["narrow", "cause"] == "true_encroachment"


def test_only_narrow_or_small_partial_hits_are_looked_at() -> None:
    layers = {
        planted.FARMLAND: layer(
            planted.FARMLAND,
            {"wide": at(40, 0, 30, 40), "narrow": at(-10, 0, 11, 40), "swallowed": at(20, 20, 2, 2)},
        )
    }
    parcel = {"p": at(0, 0, 50, 40)}
    assert planted.judged_all(parcel, layers)[0]["feature_id"].tolist() == ["narrow"]
    assert set(planted.judged_all(parcel, layers, Interest(area_m2=1000.0))[0]["feature_id"]) == {"narrow", "wide"}
    nothing, none = planted.judged_all(parcel, layers, Interest(mean_width_m=0.1, area_m2=1.0))
    assert nothing.empty
    assert none.empty
    SLIVERS.require(nothing)
    CAUSES.require(none)


def test_one_piece_of_ground_has_one_cause() -> None:
    slivers, found = planted.judged(planted.double_drawn(0.1, 7, planted.placed(9)))
    assert found["cause"].tolist() == ["undecided"]
    other = slivers.assign(layer="planned_land_use", near_share=0.0, chord_crs="", shift_of="", x=slivers["x"] + 0.001)
    assert causes(other)["cause"].tolist() == ["true_encroachment"]
    both = causes(pd.concat([slivers, other], ignore_index=True))
    assert both["cause"].tolist() == ["undecided", "undecided"]
    assert "请实地核对" in both["remedy_zh"].iloc[1]
    elsewhere = causes(pd.concat([slivers, other.assign(x=other["x"] + 1.0)], ignore_index=True))
    assert elsewhere["cause"].tolist() == ["undecided", "true_encroachment"]


def test_the_evidence_says_where_and_how_deep() -> None:
    slivers, found = planted.judged(planted.strip(0.5, planted.placed()))
    row = slivers.iloc[0]
    assert row["area_m2"] == pytest.approx(30.0)
    assert row["depth_m"] == pytest.approx(0.5, rel=0.02)
    assert row["mean_width_m"] == pytest.approx(2 * 30 / 121)
    assert Y + 40 < row["y"] < Y + 40.5
    assert row["geometry"].area == pytest.approx(30.0)
    assert "30.000 ㎡" in found["remedy_zh"].iloc[0]
    assert "30.000 m²" in found["remedy_en"].iloc[0]


@FEW
@given(width=st.floats(0.001, 5.0), length=st.floats(5.0, 200.0), angle=ANGLES)
def test_depth_is_the_largest_inscribed_circle(width: float, length: float, angle: float) -> None:
    shape = planted.placed(angle, 0, 0)(shapely.box(0, 0, length, width))
    depth, place = deepest(shape)
    assert depth == pytest.approx(min(width, length), rel=0.03)
    assert shape.contains(place)
    assert mean_width_m(shape) <= depth * 1.03


def test_depth_agrees_with_another_way_on_irregular_ground() -> None:
    rng = np.random.default_rng(5)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 40))
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * rng.uniform(3, 9, 40)[:, None]
    shape = shapely.Polygon(ring)
    circle = shapely.maximum_inscribed_circle(shape, 0.001)
    assert deepest(shape)[0] == pytest.approx(2 * circle.length, rel=0.02)


def test_depth_around_points_that_reach_in_is_never_shallower_and_little_deeper() -> None:
    cross = shapely.union(shapely.box(-10, -1, 10, 1), shapely.box(-1, -10, 1, 10))
    true_m = 2 * np.sqrt(2)
    for angle in (0, 17, 31, 45):
        depth, _ = deepest(planted.placed(angle, 0, 0)(cross))
        assert 0.999 * true_m <= depth <= 1.02 * true_m


def test_precision_and_recall_are_counted_per_cause() -> None:
    cases = {
        "a": planted.double_drawn(0.05, 1, planted.placed()),
        "b": planted.double_drawn(0.1, 2, planted.placed(), accuracy_m=0.2),
        "c": planted.shifted_parcel(0.2, 0.5, planted.placed()),
        "d": planted.strip(0.8, planted.placed()),
        "e": planted.thinned(0.5, planted.placed()),
        "f": planted.strip(0.3, planted.placed(), beside=False),
    }
    known = pd.DataFrame(
        [{"parcel_id": name, "layer": planted.FARMLAND, "cause": case.cause} for name, case in cases.items()]
        + [{"parcel_id": "gone", "layer": planted.FARMLAND, "cause": "true_encroachment"}]
        + [{"parcel_id": "other", "layer": planted.FARMLAND, "cause": None}]
    )
    found = []
    for name, case in cases.items():
        slivers, _ = planted.judged(case)
        found.append(causes(slivers.assign(parcel_id=name).iloc[:1]))
    table = accuracy(known, pd.concat(found)).set_index("cause")
    assert table["planted"].to_dict() == {
        "double_drawn": 2, "projection_chord": 1, "uniform_shift": 1, "true_encroachment": 3, "undecided": 0,
    }  # fmt: skip
    assert table.loc[["double_drawn", "projection_chord", "uniform_shift"], "precision"].tolist() == [1.0, 1.0, 1.0]
    assert table.loc["true_encroachment", ["unseen", "precision", "recall"]].tolist() == [1, 1.0, 0.5]
    assert table.loc["undecided", ["found", "precision"]].tolist() == [1, 0.0]
    assert np.isnan(table.loc["undecided", "recall"])
