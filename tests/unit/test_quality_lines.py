"""Control lines against each other, and repairs: measured, proposed, never done."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from landgis.frames.quality import LINES
from landgis.quality.control_lines import CURVE_M, check_lines
from landgis.quality.opening import opened_m2
from landgis.quality.repairs import propose_repairs
from tests.support.ground import X, Y
from tests.support.planted_quality import layer, on_ground


def lines() -> dict[str, gpd.GeoDataFrame]:
    """Farmland beside a red line: one real overlap, one strip of 30 cm, one of 2 mm; the boundary only touches."""
    red = layer([box(0, 0, 1000, 1000), box(900, 400, 1100, 500)])
    farmland = layer([box(990, 0, 1200, 100), box(999.7, 200, 1200, 300), box(999.998, 600, 1200, 700)])
    return {"ecological_redline": red, "permanent_basic_farmland": farmland, "development_boundary": layer(
        [box(-500, 0, 0, 1000)])}  # fmt: skip


def curve(check: pd.DataFrame) -> list[float]:
    rows = check[(check["one"] == "ecological_redline") & (check["other"] == "permanent_basic_farmland")]
    return [round(value, 6) for value in rows["overlap_m2"]]


def test_the_matrix_tells_what_is_left_at_every_width() -> None:
    check = check_lines(lines())
    LINES.require(check.matrix)
    assert curve(check.matrix) == [1030.2, 1030, 1030, 1030 - 30, 1000, 1000]
    assert check.matrix["width_m"].tolist()[:6] == list(CURVE_M)
    assert check.matrix.loc[check.matrix["other"] == "development_boundary", "overlap_m2"].eq(0).all()


def test_ground_is_counted_once_where_features_of_one_layer_overlap() -> None:
    given = {"one": layer([box(0, 0, 10, 10), box(5, 0, 15, 10)]), "other": layer([box(0, 0, 20, 10)])}
    check = check_lines(given)
    assert check.matrix["overlap_m2"].iloc[0] == pytest.approx(150, abs=1e-6)
    assert check.findings["measured"].tolist() == pytest.approx([100, 100], abs=1e-6)


def test_opening_takes_a_strip_off_a_wide_piece_that_mean_width_keeps() -> None:
    """A block of 50 by 50 m crosses the red line, and from it a strip of 40 cm runs on for 140 m."""
    red = layer([box(0, 0, 1000, 1000)])
    farmland = layer([shapely.union_all([box(950, 800, 1100, 850), box(999.6, 850, 1100, 990)])])
    matrix = check_lines({"ecological_redline": red, "permanent_basic_farmland": farmland}).matrix
    assert matrix["overlap_m2"].tolist() == pytest.approx([2556] * 6, abs=1e-5)
    assert matrix["opened_m2"].tolist() == pytest.approx([2556, 2556, 2556, 2500, 2500, 2500], abs=1e-5)


@given(
    sides=st.lists(st.tuples(st.floats(0.01, 5), st.floats(0.01, 5)), min_size=1, max_size=8),
    width_m=st.floats(0.01, 4), more_m=st.floats(0.01, 1),
)  # fmt: skip
def test_opening_keeps_boxes_wider_than_the_width_and_never_gains(
    sides: list[tuple[float, float]], width_m: float, more_m: float
) -> None:
    places = np.array([on_ground(box(20 * row, 0, 20 * row + a, b)) for row, (a, b) in enumerate(sides)], dtype=object)
    left, area = opened_m2(places, width_m), shapely.area(places)
    clear = [abs(min(pair) - width_m) > 1e-6 for pair in sides]
    if all(clear):
        wide = [min(pair) > width_m for pair in sides]
        assert left == pytest.approx(area[wide].sum(), abs=1e-5)
    assert opened_m2(places, width_m + more_m) <= left + 1e-6 <= area.sum() + 2e-6


def test_opening_of_slanting_and_round_places_stays_inside_them() -> None:
    places = np.array([on_ground(Polygon([(0, 0), (90, 1), (40, 60)])), on_ground(shapely.Point(300, 0).buffer(9))])
    areas = [opened_m2(places, width) for width in CURVE_M]
    assert areas[0] == pytest.approx(shapely.area(places).sum())
    assert all(before >= after - 1e-6 for before, after in pairwise(areas))
    assert areas[-1] > 0.99 * areas[0]
    assert opened_m2(places, 30.0) < areas[-1]
    assert opened_m2(np.empty(0, dtype=object), 1.0) == 0.0


def test_findings_name_both_features_and_follow_the_tolerance() -> None:
    findings = check_lines(lines()).findings
    assert findings["feature_id"].unique().tolist() == ["ecological_redline/a"]
    assert findings["other_id"].tolist() == [f"permanent_basic_farmland/{name}" for name in "abc"]
    assert findings["measured"].tolist() == pytest.approx([1000, 30, 0.2], abs=1e-6)
    assert len(check_lines(lines(), tolerance={"cross_m2": 30.5}).findings) == 1


def test_a_line_of_many_vertices_gives_what_the_whole_gives() -> None:
    turn = np.linspace(0, 2 * np.pi, 5000, endpoint=False)
    wave = 1000 * (1 + 0.05 * np.sin(40 * turn))[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    big = Polygon(wave, [box(-300, -300, 300, 300).exterior])
    cells = [box(x, y, x + 90, y + 90) for x in range(-1200, 1200, 100) for y in range(-1200, 1200, 100)]
    ids = pd.Series([f"{number:03d}" for number in range(len(cells))], dtype="str")
    mesh = gpd.GeoDataFrame({"feature_id": ids}, geometry=[on_ground(cell) for cell in cells], crs=4549)
    check = check_lines({"line": layer([big]), "mesh": mesh})
    whole = shapely.intersection(big, MultiPolygon(cells))
    assert check.matrix["overlap_m2"].iloc[0] == pytest.approx(whole.area, abs=1e-5)
    by_feature = dict(zip(check.findings["other_id"], check.findings["measured"], strict=True))
    for name, cell in zip(ids, cells, strict=True):
        assert by_feature.get(f"mesh/{name}", 0.0) == pytest.approx(shapely.intersection(big, cell).area, abs=2e-6)


def test_the_order_of_rows_changes_nothing() -> None:
    turned = {key: frame.iloc[::-1] for key, frame in lines().items()}
    one, other = check_lines(lines()), check_lines(turned)
    assert one.findings["finding_id"].tolist() == other.findings["finding_id"].tolist()
    assert one.matrix.equals(other.matrix)


def test_a_bow_tie_is_proposed_to_be_rebuilt_and_needs_a_person() -> None:
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    repair = propose_repairs(layer([box(0, 0, 5, 5), bow_tie])).iloc[0]
    assert (repair["feature_id"], repair["kind"]) == ("b", "make_valid")
    assert (repair["area_before_m2"], repair["area_after_m2"]) == (0.0, 50.0)
    assert repair["needs_person"]
    assert repair.geometry.is_valid


def test_repeated_vertices_are_left_out_without_moving_anything() -> None:
    doubled = "POLYGON ((0 0, 10 0, 10 0, 10 10, 0 10, 0 0))"
    repair = propose_repairs(layer([doubled])).iloc[0]
    assert (repair["kind"], repair["moved_m"], repair["area_after_m2"]) == ("repeated_vertices", 0.0, 100.0)
    assert not repair["needs_person"]
    assert shapely.get_num_coordinates(repair.geometry) == 5


def test_small_repairs_need_nobody_and_say_how_far_the_line_moved() -> None:
    # A loop of 4 cm beside a square of 100 m.
    looped = "POLYGON ((0 0, 100 0, 100 100, 50 100, 49.96 100.04, 50 100.04, 49.96 100, 0 100, 0 0))"
    repair = propose_repairs(layer([looped])).iloc[0]
    assert not repair["needs_person"]
    assert abs(repair["area_after_m2"] - repair["area_before_m2"]) < 1
    assert 0 <= repair["moved_m"] < 0.05


def test_sound_features_and_things_that_are_no_polygons_get_no_proposal() -> None:
    assert propose_repairs(layer([box(0, 0, 1, 1), None, "LINESTRING (0 0, 1 1)", "POLYGON EMPTY"])).empty


def test_proposals_follow_the_coordinates_and_not_the_order() -> None:
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    features = layer([bow_tie, box(0, 0, 1, 1), shapely.affinity.translate(bow_tie, 50)])
    forward, backward = propose_repairs(features), propose_repairs(features.iloc[::-1])
    assert forward["repair_id"].tolist() == backward["repair_id"].tolist()
    changed = features.set_geometry(shapely.transform(features.geometry.to_numpy(), lambda xy: xy + 1.0))
    assert set(propose_repairs(changed)["repair_id"]).isdisjoint(forward["repair_id"])


def test_a_repair_that_leaves_nothing_says_so() -> None:
    line = f"POLYGON (({X} {Y}, {X + 10} {Y}, {X + 5} {Y}, {X} {Y}))"
    features = gpd.GeoDataFrame({"feature_id": ["a"]}, geometry=[shapely.from_wkt(line)], crs=4549)
    repair = propose_repairs(features).iloc[0]
    assert repair.geometry.is_empty
    assert repair["area_after_m2"] == 0
    assert repair["needs_person"]
