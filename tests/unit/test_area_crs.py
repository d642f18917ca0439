"""Areas and CRS against published figures."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from pyproj import CRS, Transformer
from shapely.geometry import Point, Polygon, box

from landgis.area import ellipsoidal_m2, hectares, mu, planar_m2
from landgis.crs import GEOGRAPHIC, WORKING, parse, require_shanghai, require_survey_crs, to_crs
from landgis.errors import CrsUnsuitable, OutsideArea, UsageError


def test_the_ellipsoidal_area_agrees_with_the_survey_series() -> None:
    # 120 m × 80 m at 121.05°E 30.95°N: the trapezoid series of the national regulation gives 9597.616 m².
    x, y = Transformer.from_crs(4490, 4549, always_xy=True).transform(121.05, 30.95)
    shape = np.array([box(x - 60, y - 40, x + 60, y + 40)])
    assert planar_m2(shape)[0] == pytest.approx(9600)
    assert ellipsoidal_m2(shape)[0] == pytest.approx(9597.616, abs=0.005)


def test_a_surveyed_ring_with_a_hole_has_its_published_areas() -> None:
    outer = [
        (40600340.150, 3425981.250),
        (40600452.300, 3425975.600),
        (40600447.850, 3425897.150),
        (40600334.400, 3425903.700),
    ]
    hole = [(40600380, 3425950), (40600380, 3425930), (40600400, 3425930), (40600400, 3425950)]
    zone40 = CRS.from_epsg(4528)
    shapes, transform = to_crs(np.array([Polygon(outer, [hole])]), zone40)
    assert planar_m2(shapes)[0] == pytest.approx(8429.5, abs=0.1)
    assert ellipsoidal_m2(shapes)[0] == pytest.approx(8427.415, abs=0.1)
    assert transform.source == "EPSG:4528"
    assert transform.target == "EPSG:4549"
    assert transform.definition


def test_transforms_return_to_where_they_came_from() -> None:
    there, _ = to_crs(np.array([Point(121.51, 31.6)]), GEOGRAPHIC)
    back, _ = to_crs(there, WORKING, GEOGRAPHIC)
    assert back[0].distance(Point(121.51, 31.6)) < 1e-11
    assert there[0].x > 600_000  # easting first, never northing


@pytest.mark.parametrize("code", [4490, 4326, 4527, 4528, 4529, 4548, 4549, 4550])
def test_survey_data_may_come_in_these(code: int) -> None:
    require_survey_crs(CRS.from_epsg(code), "file")


@pytest.mark.parametrize("code", [3857, 2437, 32651, 4547])
def test_other_systems_are_refused_by_name(code: int) -> None:
    with pytest.raises(CrsUnsuitable) as caught:
        require_survey_crs(CRS.from_epsg(code), "parcels.gpkg")
    assert f"EPSG:{code}" in caught.value.zh
    assert caught.value.where == "parcels.gpkg"
    assert caught.value.next_zh


def test_the_wkt_of_a_shapefile_is_recognised() -> None:
    require_survey_crs(CRS.from_wkt(CRS.from_epsg(4528).to_wkt("WKT1_ESRI")), "file")


def test_coordinates_elsewhere_are_refused_with_the_place() -> None:
    with pytest.raises(OutsideArea) as caught:
        require_shanghai((334400, 3425897, 334452, 3425981), CRS.from_epsg(4549), "file")
    assert "°E" in caught.value.zh
    require_shanghai((600334, 3425897, 600452, 3425981), CRS.from_epsg(4549), "file")


def test_swapped_axes_are_refused() -> None:
    with pytest.raises(OutsideArea):
        require_shanghai((3425897, 600334, 3425981, 600452), CRS.from_epsg(4549), "file")


def test_nonsense_is_no_crs() -> None:
    with pytest.raises(UsageError, match="not a CRS"):
        parse("EPSG:banana")


@pytest.mark.parametrize(
    ("area_m2", "ha"), [(8427.415, "0.8427"), (0.5, "0.0001"), (0.49, "0.0000"), (15_000.5, "1.5001"), (0.0, "0.0000")]
)
def test_hectares_round_half_up_at_one_square_metre(area_m2: float, ha: str) -> None:
    assert hectares(area_m2) == Decimal(ha)


def test_mu_is_fifteen_times_the_published_hectares() -> None:
    assert mu(Decimal("0.8427")) == Decimal("12.6405")
