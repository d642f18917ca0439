"""GCJ-02 and BD-09: recognised on the sample's own layers, never mistaken for something else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from landgis.crs import vertices
from landgis.exchange.reading.shift import BD09, GCJ02, SYSTEMS, look_for_shift, named_shift, shifted, unshifted

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
TO_DEGREES = Transformer.from_crs(4549, 4490, always_xy=True)
TO_METRES = Transformer.from_crs(4490, 4549, always_xy=True)
PLACES = st.tuples(st.floats(120.7, 122.1), st.floats(30.8, 31.95))


def layer(name: str) -> np.ndarray:
    frame = pyogrio.read_dataframe(SAMPLE / name).to_crs(4549)
    return np.asarray(frame.geometry.array, dtype=object)


def in_system(points: np.ndarray, system: str) -> np.ndarray:
    moved = shifted(np.column_stack(TO_DEGREES.transform(*points.T)), system)
    return np.column_stack(TO_METRES.transform(*moved.T))


@pytest.mark.parametrize(("place", "east_m", "north_m"), [((121.22, 31.03), 422, -234), ((121.50, 31.55), 423, -214)])
def test_the_shift_is_the_published_one(place: tuple[float, float], east_m: float, north_m: float) -> None:
    there = shifted(np.array([place]), GCJ02)[0]
    azimuth, _, distance = Geod(ellps="GRS80").inv(*place, *there)
    assert distance * np.sin(np.radians(azimuth)) == pytest.approx(east_m, abs=1)
    assert distance * np.cos(np.radians(azimuth)) == pytest.approx(north_m, abs=1)


@settings(deadline=None)
@given(st.lists(PLACES, min_size=1, max_size=20), st.sampled_from(SYSTEMS))
def test_undoing_a_shift_comes_back(places: list[tuple[float, float]], system: str) -> None:
    true = np.array(places)
    there = shifted(true, system)
    assert np.abs(there - true).max() > 0.001
    assert np.abs(unshifted(there, system) - true).max() < 1e-9


@settings(deadline=None)
@given(PLACES)
def test_gcj02_moves_by_some_hundred_metres_everywhere_in_the_districts(place: tuple[float, float]) -> None:
    there = shifted(np.array([place]), GCJ02)[0]
    assert 300 < Geod(ellps="GRS80").inv(*place, *there)[2] < 700


@pytest.mark.parametrize("name", ["parcels.gpkg", "layers/homestead.gpkg", "layers/survey_land_use.gpkg"])
def test_a_shifted_copy_of_a_layer_is_recognised_and_the_layer_itself_is_not(name: str) -> None:
    reference = layer(name)
    points = vertices(reference, 1_000)
    assert look_for_shift(points, reference).excluded
    for system in SYSTEMS:
        found = look_for_shift(in_system(points, system), reference)
        assert (found.system, found.excluded) == (system, False)
        assert found.on_edges[system] > 0.95 > 0.3 > found.on_edges[""]


def test_a_shift_is_seen_through_the_noise_of_tracing_and_on_part_of_the_layer() -> None:
    reference = layer("layers/homestead.gpkg")
    points = in_system(vertices(reference[: len(reference) // 3], 400), GCJ02)
    noise = np.random.default_rng(7).normal(0, 0.8, points.shape)
    assert look_for_shift(points + noise, reference).system == GCJ02


@settings(deadline=None)
@given(st.floats(-700, 700), st.floats(-700, 700))
def test_no_other_displacement_is_called_a_web_maps(east_m: float, north_m: float) -> None:
    reference = layer_once()
    points = vertices(reference, 200)
    offset = np.array([east_m, north_m])
    web = [in_system(points, system).mean(axis=0) - points.mean(axis=0) for system in SYSTEMS]
    if min(np.linalg.norm(offset - each) for each in web) > 10:
        assert look_for_shift(points + offset, reference).system == ""


_ONCE: list[np.ndarray] = []


def layer_once() -> np.ndarray:
    if not _ONCE:
        _ONCE.append(layer("parcels.gpkg"))
    return _ONCE[0]


@pytest.mark.parametrize(
    "reference",
    [
        np.zeros(0, dtype=object),
        np.array([None], dtype=object),
        np.array([shapely.box(0, 0, 1, 1)], dtype=object),
        np.array([shapely.Point(600_000, 3_430_000)], dtype=object),
    ],
)
def test_without_edges_near_by_nothing_is_said(reference: np.ndarray) -> None:
    found = look_for_shift(np.array([[600_000.0, 3_430_000.0]]), reference)
    assert (found.system, found.excluded, found.compared) == ("", False, 0)


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("地块_GCJ02", GCJ02),
        ("gcj-02.shp", GCJ02),
        ("火星坐标", GCJ02),
        ("高德导出", GCJ02),
        ("lng_bd09", BD09),
        ("百度", BD09),
        ("amap_poi", GCJ02),
        ("datamap", ""),
        ("basemap.shp", ""),
        ("集体建设用地", ""),
        ("BD_2009", ""),
    ],
)
def test_names_tell_a_web_map(name: str, system: str) -> None:
    assert named_shift(["DKBM", name]) == system
