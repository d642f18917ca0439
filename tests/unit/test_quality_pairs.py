"""Overlaps, duplicates, noise and gaps: planted ones are found with their tolerance at 0 and above, order or not."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely.geometry import MultiPolygon, Polygon, box

from landgis.quality.check import check_layer
from tests.support.heaps import heap
from tests.support.planted_quality import found, layer, on_ground

SQUARE = box(0, 0, 10, 10)
PAIRWISE = ("T", "D")


def told(shapes: list[Polygon], **tolerance: float) -> list[tuple[str, str, str]]:
    frame = check_layer(layer(shapes), rules=PAIRWISE, tolerance=tolerance)
    return [(row.rule, row.feature_id, row.other_id) for row in frame.itertuples()]


def test_touching_is_not_overlapping() -> None:
    assert told([SQUARE, box(10, 0, 20, 10), box(10, 10, 20, 20)]) == []


def test_a_node_on_the_neighbours_edge_is_no_noise() -> None:
    assert told([SQUARE, box(10, 0, 20, 5), box(10, 5, 20, 10)]) == []


def test_overlap_is_told_with_area_and_place() -> None:
    row = check_layer(layer([SQUARE, box(8, 0, 20, 10)]), rules=PAIRWISE).iloc[0]
    assert (row["rule"], row["feature_id"], row["other_id"]) == ("T01", "a", "b")
    assert row["measured"] == pytest.approx(20, abs=1e-9)
    assert row.geometry.symmetric_difference(on_ground(box(8, 0, 10, 10))).area < 1e-9
    assert "20.0000 ㎡" in row["message_zh"]


def test_overlap_tolerance() -> None:
    shapes = [SQUARE, box(9.9, 0, 20, 10)]
    assert found(layer(shapes), "T01") == [("a", "b", 1.0)]
    assert found(layer(shapes), "T01", {"overlap_m2": 0.99}) == [("a", "b", 1.0)]
    assert found(layer(shapes), "T01", {"overlap_m2": 1.01}) == []


def test_a_hole_filled_exactly_is_clean_and_a_hole_overfilled_is_not() -> None:
    holed = Polygon(SQUARE.exterior, [box(4, 4, 6, 6).exterior])
    assert told([holed, box(4, 4, 6, 6)]) == []
    assert told([holed, box(3, 4, 6, 6)]) == [("T01", "a", "b")]


def test_multiparts_are_one_feature() -> None:
    both = MultiPolygon([SQUARE, box(50, 0, 60, 10)])
    assert found(layer([both, box(9, 0, 51, 10)]), "T01") == [("a", "b", 20.0)]


def test_duplicates_by_iou_and_contained_by_share() -> None:
    shifted, inside = box(0.1, 0, 10.1, 10), box(2, 2, 4, 4)
    assert told([SQUARE, SQUARE]) == told([SQUARE, shifted]) == [("D01", "a", "b")]
    assert told([SQUARE, inside]) == [("D02", "a", "b")]
    assert found(layer([SQUARE, shifted]), "D01")[0][2] == pytest.approx(99 / 101, abs=1e-6)
    assert told([SQUARE, shifted], duplicate_iou=0.99) == [("D02", "a", "b")]
    assert told([SQUARE, shifted], duplicate_iou=0.99, contained_share=0.995) == [("T01", "a", "b")]
    assert told([SQUARE, box(9, 0, 19, 10)], duplicate_iou=0) == [("D01", "a", "b")]


def test_the_second_share_is_seen_whichever_feature_is_small() -> None:
    assert told([box(2, 2, 4, 4), SQUARE]) == [("D02", "a", "b")]


def test_a_gap_of_a_tenth_millimetre_is_noise_by_default_and_a_gap_at_zero() -> None:
    shapes = [SQUARE, box(10.0001, 0, 20, 10)]
    assert told(shapes) == [("T03", "a", "b")]
    assert found(layer(shapes), "T03")[0][2] == pytest.approx(0.0001, abs=1e-6)
    assert told(shapes, node_m=0) == [("T02", "a", "b")]
    assert told(shapes, node_m=0, gap_m=0.00005) == []


def test_a_sliver_overlap_is_noise_by_default_and_an_overlap_at_zero() -> None:
    shapes = [SQUARE, box(9.999, 0, 20, 10)]
    assert told(shapes) == [("T03", "a", "b")]
    assert told(shapes, node_m=0) == [("T01", "a", "b")]


def test_a_gap_between_neighbours_is_measured() -> None:
    row = check_layer(layer([SQUARE, box(10.2, 0, 20, 10)]), rules=PAIRWISE).iloc[0]
    assert row["rule"] == "T02"
    assert row["measured"] == pytest.approx(2 * 2 / 20.4, abs=1e-6)
    assert row.geometry.area == pytest.approx(2, abs=1e-6)
    assert told([SQUARE, box(10.2, 0, 20, 10)], gap_m=0.1) == []


def test_a_narrow_hole_inside_the_mesh_is_a_gap_and_a_filled_one_is_not() -> None:
    around = [box(0, 0, 10, 5), box(0, 5, 4.9, 10), box(5.1, 5, 10, 10)]
    assert told(around) == [("T02", "b", "c")]
    assert told([*around, box(4.9, 5, 5.1, 10)]) == []


def test_a_chord_against_a_denser_line_is_noise_gap_or_overlap_by_its_size() -> None:
    def chord(sagitta: float) -> list[Polygon]:
        return [SQUARE, Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10 + sagitta, 5)])]

    assert told(chord(0.004)) == [("T03", "a", "b")]
    assert told(chord(0.004), node_m=0) == [("T02", "a", "b")]
    assert told(chord(-0.004), node_m=0) == [("T01", "a", "b")]
    assert told(chord(-0.2)) == [("T01", "a", "b")]


def test_invalid_features_take_part_as_repaired_copies() -> None:
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert found(layer([bow_tie, box(8, 0, 12, 10)]), "T01")[0][2] == pytest.approx(16, abs=1e-6)


def test_two_meshes_on_each_other_overlap_though_every_edge_is_shared() -> None:
    mesh = [box(x, y, x + 10, y + 10) for x in range(0, 60, 10) for y in range(0, 60, 10)]
    both = [*mesh, *(shapely.affinity.translate(cell, 5, 5) for cell in mesh)]
    assert len(told(both)) == sum(one.intersection(other).area > 0 for one in mesh for other in both[len(mesh) :])


@st.composite
def heaps(draw: st.DrawFn) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    shapes = heap(rng, draw(st.integers(4, 30)), draw(st.sampled_from([0.0, 0.002, 0.05, 1.0])))
    ids = [f"{number:03d}" for number in rng.permutation(len(shapes))]
    return gpd.GeoDataFrame({"feature_id": pd.Series(ids, dtype="str")}, geometry=shapes, crs=4549)


@settings(max_examples=40, deadline=None)
@given(features=heaps(), seed=st.integers(0, 1000), batch=st.integers(1, 9))
def test_neither_the_order_nor_the_batch_changes_anything(features: gpd.GeoDataFrame, seed: int, batch: int) -> None:
    whole = check_layer(features)
    mixed = features.sample(frac=1, random_state=seed)
    again = check_layer(mixed, batch=batch)
    assert_frame_equal(pd.DataFrame(whole.drop(columns="geometry")), pd.DataFrame(again.drop(columns="geometry")))
    assert [shape.wkb for shape in whole.geometry] == [shape.wkb for shape in again.geometry]


@settings(max_examples=30, deadline=None)
@given(features=heaps(), cut=st.integers(0, 30))
def test_rules_on_single_features_give_the_same_for_the_parts_of_a_split_input(
    features: gpd.GeoDataFrame, cut: int
) -> None:
    whole = check_layer(features, rules=["G"])
    parts = [check_layer(part, rules=["G"]) for part in (features.iloc[:cut], features.iloc[cut:])]
    assert sorted(whole["finding_id"]) == sorted(pd.concat(parts)["finding_id"])


@settings(max_examples=40, deadline=None)
@given(features=heaps())
def test_overlapping_pairs_are_those_of_brute_force(features: gpd.GeoDataFrame) -> None:
    frame = check_layer(features, rules=PAIRWISE, tolerance={"node_m": 0})
    ours = {(row.feature_id, row.other_id) for row in frame.itertuples() if row.rule != "T02"}
    near = shapely.transform(features.geometry.to_numpy(), lambda points: points - (615_000, 3_424_000))
    cells = dict(zip(features["feature_id"], near, strict=True))
    names = sorted(cells)
    theirs = {
        (one, other)
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if shapely.intersection(cells[one], cells[other]).area > 1e-6
    }
    assert ours == theirs
