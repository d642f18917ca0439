"""Cutting back: what is proposed never overlaps a conflict, and no ground is lost or invented."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from landgis.area import FLOOR_M2
from landgis.overlay import LayerIndex
from landgis.screening.cut_back import Proposal, Terms, cut_back, narrowest_m
from tests.support.ground import X, Y, at

NOTHING = np.empty(0, dtype=object)
ANYTHING = Terms(least_area_m2=0.0, least_width_m=0.0)


def walls(*shapes: Polygon) -> np.ndarray:
    return np.array(shapes, dtype=object)


def rest_of(proposal: Proposal) -> shapely.MultiPolygon:
    return shapely.MultiPolygon(list(proposal.pieces))


def beyond_m2(shape: BaseGeometry, parcel: Polygon) -> float:
    """Measure what lies outside a parcel, near zero, where floating point is finest."""
    near = [
        shapely.transform(each, lambda points: points - (X // 1000 * 1000, Y // 1000 * 1000))
        for each in (shape, parcel)
    ]
    return float(shapely.difference(*near).area)


def star(x: float, y: float, radius: float, points: int, seed: int) -> Polygon:
    """An irregular polygon around a place on the ground."""
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, points))
    away = radius * rng.uniform(0.4, 1.0, points)
    ring = np.column_stack([X + x + away * np.cos(angles), Y + y + away * np.sin(angles)])
    return shapely.make_valid(Polygon(ring), method="structure", keep_collapsed=False)


def test_a_corner_is_cut_and_the_numbers_agree() -> None:
    proposal = cut_back(at(0, 0, 60, 40), walls(at(40, 30, 40, 40)), None, Terms())
    assert len(proposal.pieces) == 1
    assert proposal.pieces[0].area == pytest.approx(2400 - 20.001 * 10.001, abs=1e-6)
    assert proposal.conflict.area == pytest.approx(200)
    assert proposal.margin.area == pytest.approx(20.001 * 10.001 - 200, abs=1e-6)
    assert proposal.unusable.area == pytest.approx(0, abs=1e-6)
    assert proposal.frontage_m is None
    # The largest circle touches west, south and the inner corner of the cut.
    assert 39 < proposal.widest_m <= 40
    assert proposal.narrowest_m == pytest.approx(29.999, abs=0.05)


def test_the_buffer_is_kept_from_every_feature_that_excludes_touched_or_not() -> None:
    near = walls(at(40, 30, 40, 40), at(-10, -10, 9, 60))
    proposal = cut_back(at(0, 0, 60, 40), near, None, Terms(buffer_m=1.5))
    assert shapely.distance(rest_of(proposal), near).min() >= 1.5
    assert shapely.bounds(rest_of(proposal))[0] == pytest.approx(X + 0.501)


def test_without_a_buffer_a_neighbour_that_only_touches_costs_nothing() -> None:
    proposal = cut_back(at(0, 0, 60, 40), walls(at(40, 30, 40, 40), at(-20, 0, 20, 40)), None, Terms())
    assert shapely.bounds(rest_of(proposal))[0] == X


def test_two_pieces_are_told_apart_and_the_useless_one_is_given_up() -> None:
    across = walls(at(40, -5, 4, 50))
    both = cut_back(at(0, 0, 60, 40), across, None, Terms())
    assert [round(piece.area) for piece in both.pieces] == [1600, 640]
    one = cut_back(at(0, 0, 60, 40), across, None, Terms(least_area_m2=700.0))
    assert [round(piece.area) for piece in one.pieces] == [1600]
    assert one.unusable.area == pytest.approx(16 * 40, abs=0.1)


def test_a_tail_too_narrow_to_use_is_given_up() -> None:
    proposal = cut_back(at(0, 0, 60, 40), walls(at(-5, 1.2, 25, 45)), None, Terms(least_width_m=2.0))
    assert shapely.bounds(rest_of(proposal))[0] == pytest.approx(X + 20.001, abs=0.002)
    assert proposal.unusable.area == pytest.approx(20 * 1.2, abs=0.1)
    assert proposal.narrowest_m > 35


def test_nothing_useful_may_remain() -> None:
    swallowed = cut_back(at(0, 0, 60, 40), walls(at(-5, -5, 80, 80)), None, Terms())
    assert swallowed.pieces == ()
    assert swallowed.conflict.area == pytest.approx(2400)
    assert (swallowed.widest_m, swallowed.narrowest_m) == (0.0, 0.0)
    assert cut_back(at(0, 0, 60, 40), walls(at(-5, -5, 64, 80)), None, Terms()).pieces == ()


def test_frontage_is_the_border_beside_a_road() -> None:
    road = walls(at(-50, -12, 200, 11.5))
    proposal = cut_back(at(0, 0, 60, 40), walls(at(40, -5, 40, 60)), road, Terms())
    assert proposal.frontage_m == pytest.approx(39.999, abs=0.3)
    assert cut_back(at(0, 0, 60, 40), walls(at(40, -5, 40, 60)), NOTHING, Terms()).frontage_m == 0.0


def test_rounding_never_reaches_beyond_the_parcel() -> None:
    # Rounded to the nearest millimetre, this square would grow by 0.4 mm on every side.
    square = shapely.box(X + 0.0004, Y + 0.0004, X + 49.9996, Y + 49.9996)
    proposal = cut_back(square, walls(at(40, -5, 40, 20)), None, Terms())
    assert beyond_m2(rest_of(proposal), square) == 0
    assert shapely.bounds(rest_of(proposal)) == pytest.approx((X + 0.001, Y + 0.001, X + 49.999, Y + 49.999), abs=1e-6)


def test_corners_that_are_no_conflict_stay_where_the_certificate_has_them() -> None:
    offsets = np.array([(0.123, 0.456), (60.789, 7.012), (52.345, 48.678), (-5.901, 40.234)])
    corners = np.round(offsets + np.array([X, Y]), 3)
    parcel = Polygon(corners)
    proposal = cut_back(parcel, walls(at(-20, 30, 40, 40)), None, Terms())
    kept = {tuple(point) for point in shapely.get_coordinates(rest_of(proposal))}
    assert {tuple(point) for point in corners[:3]} <= kept
    assert beyond_m2(rest_of(proposal), parcel) <= FLOOR_M2
    assert proposal.unusable.area < 0.1


def test_a_corner_too_sharp_for_a_millimetre_is_drawn_in() -> None:
    needle = affinity.translate(Polygon([(0.0003, 0.0002), (80.0, 0.1), (80.0, 0.9004)]), X, Y)
    proposal = cut_back(needle, walls(at(70, -5, 40, 20)), None, ANYTHING)
    assert rest_of(proposal).area > 24
    assert beyond_m2(rest_of(proposal), needle) <= FLOOR_M2


@pytest.mark.parametrize(
    ("shape", "width"),
    [
        (shapely.box(0, 0, 50, 10), 10.0),
        (affinity.rotate(shapely.box(0, 0, 50, 10), 33), 10.0),
        (shapely.union(shapely.box(0, 0, 40, 10), shapely.box(0, 0, 5, 40)), 5.0),
        (shapely.union_all([shapely.box(0, 0, 20, 20), shapely.box(20, 8, 30, 11), shapely.box(30, 0, 50, 20)]), 3.0),
    ],
)
def test_the_narrowest_place_is_found(shape: Polygon, width: float) -> None:
    assert narrowest_m(shape) == pytest.approx(width, rel=0.03)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 5),
    buffer_m=st.sampled_from([0.0, 0.0, 0.25, 2.0]),
    angle=st.floats(0, 360),
)
def test_whatever_lies_on_the_parcel_the_rest_is_clear_and_no_ground_is_lost(
    seed: int, count: int, buffer_m: float, angle: float
) -> None:
    rng = np.random.default_rng(seed)
    parcel = affinity.rotate(star(0, 0, 60, 14, seed), angle, origin=(X, Y))
    solid = walls(*(star(*rng.uniform(-60, 60, 2), rng.uniform(5, 40), 9, seed + 1 + n) for n in range(count)))
    terms = Terms(buffer_m=buffer_m, least_area_m2=20.0, least_width_m=1.0)
    proposal = cut_back(parcel, solid, None, terms)
    rest = rest_of(proposal)
    assert rest.is_valid
    coordinates = shapely.get_coordinates(rest)
    assert (coordinates == np.round(coordinates, 3)).all()
    given_up = sum(part.area for part in (proposal.conflict, proposal.margin, proposal.unusable))
    assert rest.area + given_up == pytest.approx(parcel.area, abs=2e-6)
    assert beyond_m2(rest, parcel) <= FLOOR_M2
    if proposal.pieces:
        assert LayerIndex.build(solid).measure([rest]).parcels.hits.tolist() == [0]
        assert shapely.distance(rest, solid).min() >= buffer_m
        assert all(piece.area >= 20 for piece in proposal.pieces)
        assert 0 < proposal.narrowest_m <= proposal.widest_m * 1.01
