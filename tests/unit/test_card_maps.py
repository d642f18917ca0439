"""The maps of a card: the conflict is seen, and what is drawn is true to scale."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landgis.maps.card.drawing import (
    CONFLICT,
    UNCOVERED,
    CardMap,
    ConflictGround,
    Marked,
    Sign,
    conflict_map,
    context_map,
    symbols,
)
from landgis.maps.card.place import CONFLICT_MM, CONTEXT_MM, conflict_view, context_view
from landgis.maps.card.scale import bar_length_m, length_words
from landgis.screening.conflict_place import bare_place, covered_place
from tests.support.explain_case import FARMLAND, catalogue
from tests.support.ground import X, Y, at

STYLE = catalogue().require(FARMLAND).style


def drawn(parcel: shapely.Polygon, *features: shapely.Polygon) -> CardMap:
    walls = np.array(features, dtype=object)
    place = covered_place(parcel, walls)
    assert place is not None
    ground = ConflictGround(parcel, walls, STYLE, place.ground, place.largest, place.place, place.depth_m)
    return conflict_map(ground)


@given(
    width=st.floats(0.001, 2_000.0),
    length=st.floats(0.001, 2_000.0),
    x=st.floats(-500.0, 500.0),
    y=st.floats(-500.0, 500.0),
)
def test_every_conflict_is_seen_and_lies_in_its_frame(width: float, length: float, x: float, y: float) -> None:
    bounds = (x, y, x + width, y + length)
    depth = min(width, length)
    view, whole = conflict_view(bounds, (x + width / 2, y + length / 2), depth)
    west, south, east, north = view.bounds_m
    assert depth / view.metres_per_mm >= min(1.5, depth * 1000) * (1 - 1e-9)
    assert west < x + width / 2 < east
    assert south < y + length / 2 < north
    if whole:
        assert west <= x + 1e-9
        assert north >= y + length - 1e-9


@pytest.mark.parametrize(
    ("conflict", "scale"), [(at(49.8, 39.9, 20, 20), 5), (at(0, 39.5, 50, 20), 100), (at(0, 20, 50, 40), 2_000)]
)
def test_the_scale_follows_the_size_of_the_conflict(conflict: shapely.Polygon, scale: int) -> None:
    assert drawn(at(0, 0, 50, 40), conflict).view.scale == scale


def test_a_needle_is_drawn_at_its_deepest_place_and_a_hair_is_ringed() -> None:
    needle = drawn(at(0, 0, 60, 40), shapely.Polygon([(X, Y + 40), (X + 60, Y + 39.7), (X + 60, Y + 60), (X, Y + 60)]))
    assert not needle.whole
    assert needle.view.bounds_m[2] > X + 59
    assert "stroke-dasharray" not in needle.svg
    hair = drawn(at(0, 0, 60, 40), at(0, 39.9995, 60, 20))
    assert hair.view.scale == 1
    assert hair.svg.count('r="3"') == 1


def test_corners_stand_at_their_coordinates() -> None:
    card = drawn(at(0, 0, 50, 40), at(49.8, 39.9, 20, 20))
    corner = card.view.to_mm(np.array([[X + 49.8, Y + 39.9]]))[0]
    path = re.search(rf'd="M([^"]+)Z" fill="{CONFLICT.fill}"', card.svg)
    assert path is not None
    points = np.array([[float(part) for part in point.split(",")] for point in path[1].split(" ")])
    assert np.hypot(*(points - corner).T).min() < 0.001
    assert np.ptp(points[:, 0]) == pytest.approx(200 / card.view.scale, abs=0.002)


@pytest.mark.parametrize("side_m", [0.01, 0.3, 7.0, 90.0, 700.0])
def test_the_scale_bar_is_as_long_as_it_says(side_m: float) -> None:
    card = drawn(at(0, 0, 900, 900), at(900 - side_m, 900 - side_m, 1_000, 1_000))
    length = bar_length_m(card.view)
    halves = [float(width) for width in re.findall(r'class="bar"[^>]*?width="([\d.]+)"', card.svg)]
    assert sum(halves) == pytest.approx(length / card.view.metres_per_mm, abs=0.002)
    assert length_words(length) in card.svg
    assert f"1:{card.view.scale:,}".replace(",", " ") in card.svg


def test_a_map_of_surroundings_shows_the_whole_parcel_and_every_number_apart() -> None:
    parcel = at(0, 0, 600, 420)
    spots = [
        Marked(at(10 * number, 400, 3, 20), number=number, bounds_m=(X, Y, X + 620, Y + 460)) for number in range(1, 9)
    ]
    card = context_map(parcel, (), spots)
    inside = card.view.to_mm(np.array([[X, Y], [X + 600, Y + 420]]))
    assert inside.min() >= 0
    assert (inside <= CONTEXT_MM).all()
    discs = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="1.9"', card.svg)
    places = np.array(discs, dtype=float)
    assert len(places) == 8
    apart = np.abs(places[:, None] - places[None]).max(axis=2)
    assert apart[~np.eye(8, dtype=bool)].min() >= 3.8


@given(span=st.floats(1.0, 8_000.0))
def test_surroundings_are_never_larger_than_one_to_two_thousand(span: float) -> None:
    view = context_view((0.0, 0.0, span, span / 3))
    assert view.scale >= 2_000
    assert span / view.metres_per_mm <= CONTEXT_MM[0]


def test_places_of_conflicts() -> None:
    parcel = at(0, 0, 50, 40)
    two = covered_place(parcel, np.array([at(-5, -5, 10, 10), at(45, 30, 20, 20)], dtype=object))
    assert two is not None
    assert (two.pieces, two.largest.area) == (2, pytest.approx(50.0))
    assert shapely.covers(two.largest, shapely.Point(two.place))
    assert two.depth_m == pytest.approx(5.0, rel=0.02)
    assert covered_place(parcel, np.array([at(50, 0, 20, 20)], dtype=object)) is None
    gap = bare_place(parcel, np.array([at(0, 0, 30, 40)], dtype=object))
    assert gap is not None
    assert gap.ground.area == pytest.approx(800.0)
    assert bare_place(parcel, np.array([at(-1, -1, 90, 90)], dtype=object)) is None


def test_the_legend_has_signs_of_conflicts_only_where_there_are_any() -> None:
    assert [zh for _, zh, _ in symbols([STYLE], ())] == ["地块", STYLE.legend_zh]
    card = drawn(at(0, 0, 50, 40), at(45, 30, 20, 20))
    assert card.signs == {Sign.CONFLICT, Sign.CORNERS, Sign.VERTICES}
    words = ["地块", "问题范围", STYLE.legend_zh, "地块界址点", "图层折点"]
    assert [zh for _, zh, _ in symbols([STYLE], card.signs)] == words


def test_ground_that_is_not_covered_has_a_sign_of_its_own() -> None:
    parcel = at(0, 0, 50, 40)
    bare = bare_place(parcel, np.array([at(0, 0, 30, 40)], dtype=object))
    assert bare is not None
    none = np.array([], dtype=object)
    ground = ConflictGround(parcel, none, STYLE, bare.ground, bare.largest, bare.place, bare.depth_m, uncovered=True)
    card = conflict_map(ground)
    assert card.signs == {Sign.UNCOVERED, Sign.CORNERS}
    assert UNCOVERED.hatch is not None
    assert UNCOVERED.hatch.ink in card.svg
    assert CONFLICT.fill not in card.svg
    assert [zh for _, zh, _ in symbols([], card.signs)] == ["地块", "图层未覆盖", "地块界址点"]


def test_ground_that_many_layers_leave_out_is_painted_once() -> None:
    parcel = at(0, 0, 50, 40)
    once, five = (context_map(parcel, (), [Marked(parcel, uncovered=True)] * count) for count in (1, 5))
    assert five.svg.count('fill="url(#') == once.svg.count('fill="url(#') == 1
    assert five.signs == {Sign.UNCOVERED}


def test_numbers_of_one_place_stand_in_a_row_in_their_order() -> None:
    spot = at(20, 38, 3, 4)
    bounds = (X + 15, Y + 35, X + 30, Y + 45)
    card = context_map(at(0, 0, 50, 40), (), [Marked(spot, number=number, bounds_m=bounds) for number in (1, 2, 3)])
    discs = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="1.9"', card.svg)
    across, down = np.array(discs, dtype=float).T
    assert np.diff(across).min() >= 3.8
    assert np.ptp(down) == 0


def test_the_sizes_stand_beside_each_other_on_a4() -> None:
    assert CONTEXT_MM[0] + CONFLICT_MM[0] < 178
