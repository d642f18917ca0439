"""Areas on the ellipsoid by the scale of the projection: as the geodesic polygon says, or the geodesic polygon itself."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box

from landgis.area import GEODESIC, SCALED, SCALED_WITHIN, ellipsoidal_areas, ellipsoidal_m2
from landgis.crs import WORKING

SHRUNK = "+proj=tmerc +lat_0=31 +lon_0=121.46 +k=0.9996 +x_0=-3500 +y_0=70 +ellps=GRS80 +units=m"
PLANES = {
    4549: 500_000, 4550: 500_000, 4548: 500_000, 4509: 500_000, 4510: 500_000, 4528: 40_500_000, 4498: 20_500_000,
    SHRUNK: -3_500,
}  # fmt: skip
"""Planes, and where their central meridians lie, m east."""
NOISE_M2 = 1e-3
"""A geodesic polygon of some ten corners comes out differently by up to 2e-4 m² when it is drawn from another corner."""


def alone(shape: Polygon | MultiPolygon | None, crs: CRS = WORKING) -> tuple[float, str]:
    areas = ellipsoidal_areas(np.array([shape], dtype=object), crs)
    return float(areas.m2[0]), str(areas.method[0])


def geodesic(shape: Polygon | MultiPolygon, crs: CRS = WORKING) -> float:
    return float(ellipsoidal_m2(np.array([shape], dtype=object), crs)[0])


@st.composite
def stars(draw: st.DrawFn) -> Polygon:
    """Stars of 3 to 12 corners and some metres to kilometres across, either way round, with a hole or without."""
    corners, size = draw(st.integers(3, 12)), 10 ** draw(st.floats(0.7, 3.8))
    away = size * np.array(draw(st.lists(st.floats(0.3, 1.0), min_size=corners, max_size=corners)))
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False) + draw(st.floats(0, 1))
    ring = np.column_stack([away * np.cos(angles), away * np.sin(angles)])
    hole = [0.1 * ring] if draw(st.booleans()) else []
    return Polygon(ring[::-1] if draw(st.booleans()) else ring, hole)


@settings(max_examples=300, deadline=None)
@given(
    shape=stars(),
    plane=st.sampled_from(list(PLANES)),
    east_m=st.floats(-200_000, 200_000),
    north_m=st.floats(0, 5_500_000),
    apart_m=st.floats(0, 3_000),
)
@example(box(0, 0, 100, 100), 4549, 150_000.0, 3_450_000.0, 0.0)
def test_scaled_areas_are_the_geodesic_ones(
    shape: Polygon, plane: int | str, east_m: float, north_m: float, apart_m: float
) -> None:
    crs = CRS.from_user_input(plane)
    here = translate(shape, PLANES[plane] + east_m, north_m)
    beside = translate(here, np.ptp(shapely.get_coordinates(shape)[:, 0]) + 1 + apart_m)
    for placed in (here, MultiPolygon([here, beside])):
        found, method = alone(placed, crs)
        assert found == pytest.approx(geodesic(placed, crs), rel=SCALED_WITHIN, abs=NOISE_M2)
        across_m = np.hypot(*np.ptp(shapely.get_coordinates(placed), axis=0))
        assert method == SCALED or across_m > 1_000


def test_a_side_of_one_edge_and_a_side_of_many_are_told_apart() -> None:
    # The long edge bends away from the meridian, the side of many edges does not: 0.04 m² on 1,000 m² at 150 km.
    many = np.column_stack([np.full(201, 650_002.0), np.linspace(3_450_000.0, 3_450_500.0, 201)])
    strip = Polygon([*many, (650_000.0, 3_450_500.0), (650_000.0, 3_450_000.0)])
    one_by_one = Polygon([*many, (650_000.0, 3_450_500.0), *(many[::-1] - (2.0, 0.0))])
    assert alone(strip)[1] == SCALED
    assert alone(strip)[0] == pytest.approx(geodesic(strip), rel=SCALED_WITHIN, abs=NOISE_M2)
    assert alone(one_by_one)[0] - alone(strip)[0] == pytest.approx(0.0383, abs=0.001)
    assert geodesic(one_by_one) - geodesic(strip) == pytest.approx(0.0383, abs=0.001)


@pytest.mark.parametrize(
    "shape",
    [
        box(600_000, 3_400_000, 608_000, 3_408_000),
        Polygon([(650_000, 3_400_000), (650_000.001, 3_400_500), (650_000, 3_401_000)]),
        MultiPolygon([box(600_000, 3_400_000, 600_010, 3_400_010), box(610_000, 3_400_000, 610_010, 3_400_010)]),
    ],
    ids=["large", "thin", "far apart"],
)
def test_where_the_bound_cannot_be_held_the_polygon_is_geodesic_and_says_so(shape: Polygon | MultiPolygon) -> None:
    assert alone(shape) == (geodesic(shape), GEODESIC)


@pytest.mark.parametrize(
    "crs",
    [
        CRS.from_epsg(3857),
        CRS.from_epsg(32651),
        CRS.from_user_input(SHRUNK + " +towgs84=10,20,30,0,0,0,5"),
        CRS.from_user_input(SHRUNK.replace("+units=m", "+units=us-ft")),
        CRS.from_user_input(SHRUNK.replace("tmerc", "lcc").replace("+k=0.9996", "+lat_1=31")),
    ],
    ids=["web", "other ellipsoid", "own parameters", "feet", "conic"],
)
def test_in_any_other_plane_the_polygon_is_geodesic(crs: CRS) -> None:
    x, y = Transformer.from_crs(4490, crs, always_xy=True).transform(121.2, 31.0)
    shape = box(x, y, x + 50, y + 50)
    assert alone(shape, crs) == (geodesic(shape, crs), GEODESIC)


def test_degrees_have_geodesic_areas() -> None:
    degrees = CRS.from_epsg(4490)
    shape = box(121.2, 31.0, 121.201, 31.001)
    assert alone(shape, degrees) == (geodesic(shape, degrees), GEODESIC)


def test_neither_neighbours_nor_order_nor_number_touch_a_bit() -> None:
    rng = np.random.default_rng(4)
    corners = rng.uniform((560_000, 3_400_000), (690_000, 3_500_000), (5_000, 2))
    sides = rng.uniform(5, 300, (5_000, 2))
    shapes = np.asarray(shapely.box(*corners.T, *(corners + sides).T), dtype=object)
    whole = ellipsoidal_areas(shapes).m2
    order = rng.permutation(len(shapes))
    assert (ellipsoidal_areas(shapes[order]).m2 == whole[order]).all()
    assert [alone(shape)[0] for shape in shapes[:50]] == whole[:50].tolist()


def test_what_is_missing_has_no_area_and_what_is_empty_none() -> None:
    areas = ellipsoidal_areas(np.array([None, Polygon(), box(6e5, 3.4e6, 6e5 + 10, 3.4e6 + 10)], dtype=object))
    assert np.isnan(areas.m2[0])
    assert areas.m2[1] == 0
    assert areas.m2[2] == pytest.approx(99.97, abs=0.01)
    assert areas.method.tolist() == [GEODESIC, GEODESIC, SCALED]
    assert len(ellipsoidal_areas(np.empty(0, dtype=object)).m2) == 0
