"""What preference is read from: known values, bounds where the layer leaves doubt, distances without a limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box

from landgis.domain.raster import CellMeasure
from landgis.frames.layer import LayerData
from landgis.frames.measures import CELLS
from landgis.rules.choosing.preference import Contribution, Preference, Reading, Reads, Scale
from landgis.rules.pack import Words
from landgis.screening.measure import measure
from landgis.screening.nearness import Borders
from landgis.screening.preference_subject import Subject
from landgis.screening.preferring import readings
from tests.support.ground import AS_OF, X, Y, at, layer, parcels

WORDS = Words("项", "part")


def part(kind: Reads, key: str = "", facts: tuple[str, ...] = (), cover: str = "") -> Contribution:
    return Contribution("it", WORDS, Reading(kind, key, facts, cover), Scale((0.0, 1.0), (0.0, 1.0)), 10, None, WORDS)


def read(
    one: Contribution,
    shapes: dict[str, Polygon],
    layers: dict[str, LayerData] | None = None,
    cells: pd.DataFrame | None = None,
    **facts: object,
) -> dict[str, tuple[float, float]]:
    table = table_of(one, shapes, layers or {}, cells, **facts)
    return dict(zip(table["parcel_id"], zip(table["least"], table["most"], strict=True), strict=True))


def table_of(
    one: Contribution,
    shapes: dict[str, Polygon],
    layers: dict[str, LayerData],
    cells: pd.DataFrame | None = None,
    **facts: object,
) -> pd.DataFrame:
    wanted = Preference("trial", date(2023, 1, 1), None, (one,))
    frame = parcels(shapes, **facts)
    measured = measure(frame, layers, wanted.layers, AS_OF, cells=cells)
    return readings(wanted, Subject(frame, measured, layers))


ONE = {"A": at(0, 0, 100, 100)}


def near(low: float, high: float) -> object:
    return pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(("kind", "share"), [(Reads.INSIDE_SHARE, 0.3), (Reads.OUTSIDE_SHARE, 0.7)])
def test_shares_of_a_layer_that_covers_the_parcel_are_exact(kind: Reads, share: float) -> None:
    layers = {"town": layer("town", {"f": at(-50, 0, 80, 100)})}
    assert read(part(kind, "town"), ONE, layers)["A"] == near(share, share)


@pytest.mark.parametrize(("kind", "low", "high"), [(Reads.INSIDE_SHARE, 0.3, 0.5), (Reads.OUTSIDE_SHARE, 0.5, 0.7)])
def test_uncovered_ground_may_be_either(kind: Reads, low: float, high: float) -> None:
    layers = {"town": layer("town", {"f": at(-50, 0, 80, 100)}, coverage=at(-500, -500, 580, 1000))}
    assert read(part(kind, "town"), ONE, layers)["A"] == near(low, high)


@pytest.mark.parametrize("kind", [Reads.INSIDE_SHARE, Reads.OUTSIDE_SHARE])
def test_a_layer_that_is_missing_or_expired_leaves_everything_open(kind: Reads) -> None:
    assert read(part(kind, "town"), ONE)["A"] == (0.0, 1.0)
    expired = {"town": layer("town", {"f": at(-50, 0, 80, 100)}, expires_on=date(2025, 12, 31))}
    assert read(part(kind, "town"), ONE, expired)["A"] == (0.0, 1.0)


def test_features_that_could_not_be_read_may_lie_anywhere() -> None:
    broken = replace(layer("town", {"f": at(-50, 0, 80, 100)}), complete=False)
    assert read(part(Reads.INSIDE_SHARE, "town"), ONE, {"town": broken})["A"] == near(0.3, 1.0)
    assert read(part(Reads.DISTANCE, "town"), {"A": at(100, 0, 10, 10)}, {"town": broken})["A"] == near(0.0, 70.0)


def test_distances_go_on_beyond_the_reach_of_the_kernel() -> None:
    layers = {"town": layer("town", {"f": at(2500, 0, 100, 100)}, coverage=at(-9000, -9000, 20000, 20000))}
    shapes = {"A": at(0, 0, 100, 100), "B": at(2450, 0, 10, 100), "C": at(2550, 50, 10, 10), "D": at(2590, 0, 50, 10)}
    found = read(part(Reads.DISTANCE, "town"), shapes, layers)
    assert found["A"] == near(2400, 2400)
    assert found["B"] == near(40, 40)
    assert found["C"] == found["D"] == (0.0, 0.0)


def test_beyond_the_edge_of_the_release_something_nearer_may_lie() -> None:
    layers = {"town": layer("town", {"f": at(2500, 0, 100, 100)}, coverage=at(-300, -5000, 9000, 9000))}
    found = read(part(Reads.DISTANCE, "town"), {"A": at(0, 0, 100, 100), "B": at(-350, 0, 100, 100)}, layers)
    assert found["A"] == near(300, 2400)
    assert found["B"] == near(0, 2750)


def test_a_missing_layer_leaves_any_distance() -> None:
    assert read(part(Reads.DISTANCE, "new_city"), ONE)["A"] == (0.0, np.inf)


def test_facts_that_are_missing_may_be_either() -> None:
    one = part(Reads.FACT_SHARE, facts=("road", "water_supply", "power", "levelled"))
    assert read(one, ONE, road=True, water_supply=True, power=False, levelled=None)["A"] == (0.5, 0.75)
    table = table_of(one, ONE, {}, None, road=True, water_supply=True, power=False, levelled=None)
    assert table["source_zh"].tolist() == ["通路 是、通水 是、通电 否、土地平整 缺"]
    assert table["value"].isna().all()


def test_the_registered_area_counts_where_there_is_one() -> None:
    assert read(part(Reads.AREA), ONE, registered_area_m2=9876.5)["A"] == (9876.5, 9876.5)
    low, high = read(part(Reads.AREA), ONE)["A"]
    assert low == high == pytest.approx(10_000, rel=1e-3)


def test_compact_shapes_read_higher_than_strips() -> None:
    round_ = Point(X, Y).buffer(50, quad_segs=256)
    found = read(part(Reads.COMPACTNESS), {"A": at(0, 0, 100, 100), "B": at(0, 0, 1000, 2), "C": round_})
    assert found["A"][0] == pytest.approx(np.pi / 4)
    assert found["B"][0] < 0.01
    assert found["C"][0] == pytest.approx(1, abs=1e-4)


def test_cells_of_unknown_class_and_ground_without_cells_may_be_of_any() -> None:
    rows = [
        ("A", "land_cover", str(CellMeasure.COVERED_SHARE), "", 0.9),
        ("A", "land_cover", str(CellMeasure.OUTSIDE_SHARE), "", 0.1),
        ("A", "land_cover", str(CellMeasure.COVER_SHARE), "built", 0.5),
        ("A", "land_cover", str(CellMeasure.COVER_SHARE), "unrecognised", 0.2),
    ]
    cells = pd.DataFrame(rows, columns=CELLS.names).astype(dict.fromkeys(CELLS.names[:4], "str"))
    one = part(Reads.COVER_SHARE, "land_cover", cover="built")
    partial = replace(layer("land_cover", {"f": at(-50, 0, 80, 100)}), coverage=at(-500, -500, 590, 1000))
    measured = table_of(one, ONE, {"land_cover": partial}, cells)
    assert measured[["least", "most"]].iloc[0].tolist() == pytest.approx([0.5, 0.8])
    assert read(one, ONE)["A"] == (0.0, 1.0)


def test_sources_name_the_release_and_its_doubt() -> None:
    stale = {"town": layer("town", {"f": at(-50, 0, 80, 100)}, expires_on=date(2025, 12, 31))}
    assert table_of(part(Reads.DISTANCE, "town"), ONE, stale)["source_zh"].tolist() == [
        "town（test），已过有效期，不作依据"
    ]
    assert table_of(part(Reads.DISTANCE, "town"), ONE, {})["source_en"].tolist() == ["layer town is missing"]


SPOTS = st.tuples(st.floats(-5e3, 5e3), st.floats(-5e3, 5e3), st.floats(1, 300), st.integers(3, 400))


@settings(max_examples=40, deadline=None)
@given(spots=st.lists(SPOTS, min_size=1, max_size=6), asked=st.tuples(st.floats(-5e3, 5e3), st.floats(-5e3, 5e3)))
def test_the_nearest_border_is_the_one_that_brute_force_finds(
    spots: list[tuple[float, float, float, int]], asked: tuple[float, float]
) -> None:
    shapes = [Point(X + x, Y + y).buffer(size, quad_segs=1 + corners // 4) for x, y, size, corners in spots]
    holed = shapes[0].difference(shapely.affinity.scale(shapes[0], 0.5, 0.5))
    polygons = np.array([holed, *shapes[1:], None], dtype=object)
    place = box(X + asked[0], Y + asked[1], X + asked[0] + 10, Y + asked[1] + 10)
    found = Borders(polygons).distance_m(np.array([place], dtype=object))[0]
    expected = min(shapely.distance(place, shape.boundary) for shape in polygons[:-1])
    assert found == pytest.approx(expected, abs=1e-9)


def test_without_any_border_everything_is_infinitely_far() -> None:
    none = Borders(np.array([None, shapely.Polygon()], dtype=object))
    assert none.distance_m(np.array([at(0, 0, 1, 1)], dtype=object)).tolist() == [np.inf]
    assert none.distance_m(np.empty(0, dtype=object)).tolist() == []
