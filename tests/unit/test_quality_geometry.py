"""Every rule on the geometry of one feature finds its planted fault, with its tolerance at 0 and above."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from landgis.quality.check import check_layer
from tests.support.planted_quality import found, layer, on_ground

SQUARE = box(0, 0, 10, 10)
BOW_TIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
HOLED = Polygon(SQUARE.exterior, [box(4, 4, 4.5, 4.5).exterior])


def regular(corners: int) -> Polygon:
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return Polygon(20 * np.column_stack([np.cos(turn), np.sin(turn)]))


def test_nothing_is_said_of_a_plain_square() -> None:
    assert check_layer(layer([SQUARE])).empty


@pytest.mark.parametrize("nothing", [None, "POLYGON EMPTY"])
def test_missing_and_empty(nothing: str | None) -> None:
    assert found(layer([nothing, SQUARE]), "G01") == [("a", "", None)]


def test_invalid_says_why_and_where() -> None:
    row = check_layer(layer([BOW_TIE]), rules=["G02"]).iloc[0]
    assert "自相交" in row["message_zh"]
    assert "Self-intersection" in row["message_en"]
    assert row.geometry.equals(on_ground(shapely.Point(5, 5)))


def test_not_a_polygon() -> None:
    assert found(layer(["LINESTRING (0 0, 1 1)", SQUARE]), "G03") == [("a", "", None)]


def test_collapsed() -> None:
    flat = "POLYGON ((0 0, 10 0, 10 0.00000001, 0 0))"
    assert [row[0] for row in found(layer([flat]), "G04")] == ["a"]
    assert found(layer([flat]), "G04", {"collapsed_m2": 0}) == []
    assert [row[0] for row in found(layer(["POLYGON ((0 0, 10 0, 5 0, 0 0))"]), "G04", {"collapsed_m2": 0})] == ["a"]


def test_repeated_vertices() -> None:
    exact = "POLYGON ((0 0, 10 0, 10 0, 10 10, 0 10, 0 0, 0 0))"
    near = "POLYGON ((0 0, 10 0, 10 0.0008, 10 10, 0 10, 0 0))"
    assert found(layer([exact, near]), "G05") == [("a", "", 2)]
    assert found(layer([exact, near]), "G05", {"vertex_gap_m": 0.001}) == [("a", "", 2), ("b", "", 1)]


def test_repeated_rings() -> None:
    hole = box(2, 2, 4, 4)
    turned = Polygon([(4, 4), (4, 2), (2, 2), (2, 4)])
    moved = box(2, 2, 4, 4.001)
    twice = [Polygon(SQUARE.exterior, [hole.exterior, other.exterior]) for other in (turned, moved)]
    assert found(layer(twice), "G06") == [("a", "", 1)]
    assert found(layer(twice), "G06", {"ring_gap_m": 0.01}) == [("a", "", 1), ("b", "", 1)]


def test_spikes() -> None:
    spike = Polygon([(0, 0), (10, 0), (10, 5), (30, 5.05), (10, 5.1), (10, 10), (0, 10)])
    back = "POLYGON ((0 0, 10 0, 10 5, 20 5, 10 5, 10 10, 0 10, 0 0))"
    assert [row[0] for row in found(layer([spike, back]), "G07")] == ["a", "b"]
    (sharp,) = found(layer([spike]), "G07")
    assert sharp[2] == pytest.approx(2 * np.degrees(np.arctan(0.05 / 20)), abs=1e-4)
    assert found(layer([spike, back]), "G07", {"spike_deg": 0}) == [("b", "", 0.0)]


def test_closing_vertex_drawn_twice_is_no_spike() -> None:
    assert found(layer(["POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0, 0 0))"]), "G07", {"spike_deg": 30}) == []


def test_self_touch() -> None:
    touching = Polygon(SQUARE.exterior, [[(0, 5), (3, 4), (3, 6)]])
    near = Polygon(SQUARE.exterior, [[(0.002, 5), (3, 4), (3, 6)]])
    corner = MultiPolygon([box(0, 0, 5, 5), box(5, 5, 9, 9)])
    assert found(layer([touching, near, corner]), "G08") == [("a", "", 0), ("c", "", 0)]
    assert [row[0] for row in found(layer([touching, near, corner]), "G08", {"touch_m": 0.01})] == ["a", "b", "c"]


def test_tiny_parts_and_holes() -> None:
    parts = MultiPolygon([SQUARE, box(20, 0, 20.5, 0.5), box(30, 0, 30.2, 0.5)])
    features = layer([parts, HOLED, box(40, 40, 40.5, 40.5)])
    assert found(features, "G09") == [("a", "", 0.1)]
    assert found(features, "G10") == [("b", "", 0.25)]
    assert found(features, "G09", {"part_m2": 0}) == found(features, "G10", {"hole_m2": 0}) == []
    assert found(features, "G10", {"hole_m2": 0.2}) == []


def test_a_hole_is_told_of_its_own_part() -> None:
    features = layer([MultiPolygon([box(20, 0, 30, 10), HOLED])])
    row = check_layer(features, rules=["G10"]).iloc[0]
    assert row.geometry.symmetric_difference(on_ground(box(4, 4, 4.5, 4.5))).area < 1e-9


def test_slivers() -> None:
    strip = box(0, 0, 100, 0.2)
    width = round(2 * 20 / 200.4, 6)
    assert found(layer([strip, SQUARE]), "G11") == [("a", "", width)]
    assert found(layer([strip, SQUARE]), "G11", {"sliver_m": 0}) == []
    assert found(layer([strip, SQUARE]), "G11", {"sliver_m": 0.1}) == []


def test_arcs_drawn_as_chords() -> None:
    assert found(layer([regular(64), regular(8), SQUARE]), "G12") == [("a", "", 64)]
    assert found(layer([regular(8)]), "G12", {"arc_vertices": 6}) == []  # turns of 45° are corners
    assert [row[0] for row in found(layer([regular(16)]), "G12", {"arc_vertices": 16})] == ["a"]
    assert found(layer([regular(16)]), "G12", {"arc_vertices": 18}) == []


def test_outside_the_ground() -> None:
    ground = on_ground(box(0, 0, 100, 100))
    features = layer([SQUARE, box(95, 0, 105, 10), box(99.99, 20, 100.01, 30), box(200, 0, 201, 1)])

    def outside(limit: float) -> list[tuple[str, float]]:
        frame = check_layer(features, rules=["G13"], ground=ground, tolerance={"outside_m2": limit})
        return [(row.feature_id, round(row.measured, 3)) for row in frame.itertuples()]

    assert outside(1) == [("b", 50.0)]
    assert outside(0) == [("b", 50.0), ("c", 0.1), ("d", 1.0)]
