"""What coordinates say of their CRS, for random places of both districts in every CRS of the standards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely.geometry import Point, Polygon

from landgis import crs as crs_room
from landgis.crs import interpretations, looks_local, parse_stated, require_shanghai, require_survey_crs
from landgis.domain.district import CHONGMING, SONGJIANG
from landgis.errors import CrsUnsuitable, OutsideArea, UsageError

TWINS = {4509: 4548, 4510: 4550}
"""The same numbers under two codes: nobody can tell them apart, and it makes no difference."""
CODES = [4490, 4527, 4528, 4529, 4548, 4549, 4550, 4498, 4499, 4509, 4510]


@st.composite
def places(draw: st.DrawFn) -> tuple[float, float]:
    west, south, east, north = draw(st.sampled_from([SONGJIANG, CHONGMING])).bounds
    margin = 1e-6
    return draw(st.floats(west + margin, east - margin)), draw(st.floats(south + margin, north - margin))


def numbers(lon_lat: tuple[float, float], code: int) -> np.ndarray:
    return np.array([Transformer.from_crs(4490, code, always_xy=True).transform(*lon_lat)])


@settings(deadline=None)
@given(places(), st.sampled_from(CODES), st.booleans())
def test_every_place_in_every_crs_is_told_by_its_numbers(
    lon_lat: tuple[float, float], code: int, swapped: bool
) -> None:
    points = numbers(lon_lat, code)
    best = interpretations(points[:, ::-1] if swapped else points)[0]
    assert (best.epsg, best.north_first, best.fits) == (TWINS.get(code, code), swapped, True)
    assert sum(best.in_district.values()) == 1
    assert not looks_local(points)


@settings(deadline=None)
@given(places())
def test_degrees_leave_two_candidates_and_web_maps_are_told(lon_lat: tuple[float, float]) -> None:
    assert [each.epsg for each in interpretations(np.array([lon_lat])) if each.fits] == [4490, 4326]
    (best, *_) = interpretations(numbers(lon_lat, 3857))
    assert best.of_web_map
    assert best.fits


@settings(deadline=None)
@given(places(), st.sampled_from([code for code in CODES if code not in TWINS]), st.sampled_from(CODES))
def test_a_wrong_label_is_refused_with_the_right_answer(lon_lat: tuple[float, float], truth: int, label: int) -> None:
    x, y = numbers(lon_lat, truth)[0]
    crs = CRS.from_epsg(label)
    if TWINS.get(label, label) == truth:
        require_shanghai((x, y, x, y), crs, "a")
        return
    with pytest.raises(OutsideArea) as caught:
        require_shanghai((x, y, x, y), crs, "a")
    assert f"--crs EPSG:{truth}" in caught.value.next_zh
    assert f"--crs EPSG:{truth}" in caught.value.next_en


@settings(deadline=None)
@given(st.floats(-80_000, 80_000), st.floats(-80_000, 80_000))
def test_small_signed_metres_are_the_citys_own_plane_and_never_guessed(x: float, y: float) -> None:
    points = np.array([[x, y], [max(x - 500.0, -80_000), min(y + 500.0, 80_000)]])
    assert looks_local(points)
    assert not any(each.fits for each in interpretations(points))


def test_zones_of_other_provinces_are_told_and_land_elsewhere() -> None:
    (found,) = interpretations(np.array([[38_500_000.0, 3_430_000.0]]))
    assert (found.epsg, found.fits) == (4526, False)
    assert "114.000°E" in found.ground[0]
    (six,) = [each for each in interpretations(np.array([[19_500_000.0, 3_430_000.0]])) if each.epsg != 3857]
    assert (six.epsg, six.fits) == (4497, False)


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.array([[np.nan, 1.0]]), np.array([[1e9, 1e9]])])
def test_numbers_that_fit_nothing_say_nothing(points: np.ndarray) -> None:
    assert interpretations(points) == ()
    assert not looks_local(points)


def test_degrees_are_not_taken_for_the_local_plane() -> None:
    assert not looks_local(np.array([[121.2, 31.0]]))
    assert not looks_local(np.array([[31.0, 121.2]]))
    assert looks_local(np.array([[150.0, 150.0]]))


def test_an_answer_may_say_that_the_northing_comes_first() -> None:
    stated = parse_stated("EPSG:4549,north-east")
    assert (stated.crs.to_epsg(), stated.north_first, str(stated)) == (4549, True, "EPSG:4549,north-east")
    assert not parse_stated(4549).north_first
    with pytest.raises(UsageError, match="not a CRS"):
        parse_stated("EPSG:nonsense,north-east")


def test_swapping_axes_keeps_heights_and_gaps() -> None:
    shapes = np.array([Point(1, 2), Point(1, 2, 3), None, Polygon([(0, 0), (5, 0), (5, 1)])], dtype=object)
    flat, high, gap, ring = crs_room.swap_axes(shapes)
    assert (flat.x, flat.y, flat.has_z) == (2, 1, False)
    assert (high.x, high.y, high.z) == (2, 1, 3)
    assert gap is None
    assert ring.equals(Polygon([(0, 0), (0, 5), (1, 5)]))


def test_vertices_are_taken_evenly_and_only_finite_ones() -> None:
    shapes = np.array([Point(i, i) for i in range(100)] + [None, Point(np.inf, 0)], dtype=object)
    taken = crs_room.vertices(shapes, 10)
    assert taken[:, 0].tolist() == list(range(0, 100, 10))


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        (2437, "1954 北京坐标系", "Beijing 1954"),
        (2384, "1980 西安坐标系", "Xian 1980"),
        (4214, "1954 北京坐标系", "Beijing 1954"),
        (4610, "1980 西安坐标系", "Xian 1980"),
        (3857, "网络地图", "web maps"),
    ],
)
def test_older_datums_and_web_maps_are_refused_with_their_reason(code: int, zh: str, en: str) -> None:
    for crs in (CRS.from_epsg(code), CRS.from_wkt(CRS.from_epsg(code).to_wkt("WKT1_ESRI"))):
        with pytest.raises(CrsUnsuitable) as caught:
            require_survey_crs(crs, "a.shp")
        assert zh in caught.value.zh
        assert en in caught.value.en
        assert caught.value.next_zh
        assert caught.value.next_en
