"""What a new release changes, checked against brute force: whole layers, unioned and subtracted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from landgis.access.person import Person
from landgis.crs import WORKING
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.errors import NotFound, UsageError
from landgis.services.layers.release_diff import (
    ReleaseDiff,
    compare,
    compare_with_published,
    touched_by_publishing,
    write_diff,
)
from tests.postgis.support import add_layer, add_parcels
from tests.support.ground import AS_OF, X, Y, at, layer

KEY = "ecological_redline"


def blob(x: float, y: float, radius: float, seed: int, corners: int = 60) -> Polygon:
    """A ragged outline, like a red line along a river."""
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = radius * rng.uniform(0.7, 1.1, corners)
    return Polygon(np.column_stack([X + x + reach * np.cos(angle), Y + y + reach * np.sin(angle)]))


def grid_of_parcels(seed: int, count: int = 22) -> dict[str, Polygon]:
    """Slightly turned plots over the whole ground, some of them sharing borders."""
    rng = np.random.default_rng(seed)
    plots = {}
    for column in range(count):
        for row in range(count):
            plot = at(40 * column, 40 * row, 40 if rng.random() < 0.3 else 31, 33)
            turned = shapely.affinity.rotate(plot, float(rng.uniform(-6, 6)) if rng.random() < 0.7 else 0)
            plots[f"SJ-{column:02d}{row:02d}"] = turned
    return plots


def moved_red_line() -> tuple[dict[str, Polygon], dict[str, Polygon]]:
    """Eight patches; in the next edition one is shifted, one redrawn in a corner, one gone, one new, one renumbered."""
    before = {f"h{number}": blob(110 * number, 90 * number, 85, number) for number in range(1, 9)}
    before["over"] = blob(230, 190, 60, 77)  # lies over h2 and stays
    after = dict(before)
    after["h2"] = shapely.affinity.translate(before["h2"], 3.5, -2.0)
    corner = shapely.get_coordinates(before["h4"])
    corner[10] += (9.0, 4.0)
    after["h4"] = Polygon(corner)
    after["new"] = blob(700, 120, 70, 99)
    after["h6-renamed"] = after.pop("h6")
    del after["h8"]
    return before, after


def store(database: Database, planner: Person, shapes: dict[str, Polygon], name: str) -> None:
    add_layer(database, planner, layer(KEY, shapes), name)


def near_zero(shape: BaseGeometry) -> BaseGeometry:
    return shapely.transform(shape, lambda points: points - (X, Y))


def brute_force(
    parcels: dict[str, Polygon], before: dict[str, Polygon], after: dict[str, Polygon]
) -> dict[str, tuple[float, float]]:
    """Added and removed m² of every parcel with more than the floor."""
    one, other = (shapely.union_all([near_zero(shape) for shape in shapes.values()]) for shapes in (before, after))
    found = {}
    for parcel_id, plot in parcels.items():
        own = near_zero(plot)
        added = own.intersection(other.difference(one)).area
        removed = own.intersection(one.difference(other)).area
        if added + removed > 1e-6:
            found[parcel_id] = (added, removed)
    return found


def measured(found: ReleaseDiff) -> dict[str, tuple[float, float]]:
    return {
        row.parcel_id: (row.added_m2, row.removed_m2) for row in found.parcels.drop(columns="geometry").itertuples()
    }


def test_a_moved_red_line_names_exactly_the_parcels_that_it_touches(database: Database, planner: Person) -> None:
    before, after = moved_red_line()
    parcels = grid_of_parcels(3)
    add_parcels(database, planner, parcels)
    store(database, planner, before, "2025")
    LayerStore(database).publish(KEY, "2025", planner)
    store(database, planner, after, "2026")
    (found,) = compare_with_published(database, (KEY, "2026"), AS_OF)
    wanted = brute_force(parcels, before, after)
    assert 20 < len(wanted) < len(parcels) / 2
    assert found.parcel_ids == sorted(wanted)
    for parcel_id, areas in measured(found).items():
        assert areas == pytest.approx(wanted[parcel_id], abs=1e-5)
    assert found.counts == {"added": 1, "removed": 1, "changed": 2, "same_shape": 0, "renumbered": 1, "reworded": 0}
    whole = [shapely.union_all([near_zero(shape) for shape in shapes.values()]) for shapes in (before, after)]
    assert found.area_m2("added") == pytest.approx(whole[1].difference(whole[0]).area, abs=1e-4)
    assert found.area_m2("removed") == pytest.approx(whole[0].difference(whole[1]).area, abs=1e-4)

    (by_draft,) = touched_by_publishing(database, KEY, "2026", AS_OF)
    assert by_draft.parcel_ids == found.parcel_ids
    LayerStore(database).publish(KEY, "2026", planner)
    assert touched_by_publishing(database, KEY, "2026", AS_OF) == []
    backwards = compare(database, (KEY, "2025"), (KEY, "2026"), AS_OF)
    assert measured(backwards) == {key: (removed, added) for key, (added, removed) in measured(found).items()}
    assert json.loads(json.dumps(found.as_dict(), allow_nan=False))["parcels_touched"] == len(wanted)


def test_a_class_that_changes_touches_parcels_though_no_outline_does(database: Database, planner: Person) -> None:
    add_parcels(database, planner, {"SJ-001": at(0, 0, 20, 20), "SJ-002": at(200, 0, 20, 20)})
    shapes = {"a": at(-10, -10, 60, 60), "b": at(190, -10, 60, 60)}
    old, new = layer("planned_land_use", shapes, "permitted"), layer("planned_land_use", shapes, "permitted")
    new.features["class"] = pd.Series(["homestead", "permitted"], dtype="str")
    new.features["label"] = pd.Series(["a", "改了名"], dtype="str")
    add_layer(database, planner, old, "1")
    add_layer(database, planner, new, "2")
    found = compare(database, ("planned_land_use", "2"), ("planned_land_use", "1"), AS_OF)
    assert found.counts == {"added": 0, "removed": 0, "changed": 1, "same_shape": 0, "renumbered": 0, "reworded": 1}
    rows = found.parcels.drop(columns="geometry")
    assert rows[["parcel_id", "class"]].to_numpy().tolist() == [["SJ-001", "homestead"], ["SJ-001", "permitted"]]
    assert rows[["added_m2", "removed_m2"]].to_numpy().ravel() == pytest.approx([400, 0, 0, 400])


def test_area_is_told_by_town_and_written_to_a_geopackage(database: Database, planner: Person, tmp_path: Path) -> None:
    towns = layer("town", {"叶榭镇": at(0, 0, 100, 500), "泖港镇": at(100, 0, 100, 500)})
    add_layer(database, planner, towns, "1")
    LayerStore(database).publish("town", "1", planner)
    add_parcels(database, planner, {"SJ-001": at(90, 0, 20, 20)})
    store(database, planner, {"a": at(0, 0, 50, 50)}, "1")
    store(database, planner, {"a": at(0, 0, 50, 50), "b": at(80, 0, 140, 10)}, "2")
    found = compare(database, (KEY, "2"), (KEY, "1"), AS_OF)
    by_town = {row.town: row.added_m2 for row in found.towns.itertuples()}
    assert by_town == pytest.approx({"叶榭镇": 200.0, "泖港镇": 1000.0, "未落入任何镇": 200.0})
    write_diff([found], tmp_path / "diff.gpkg")
    layers = {name for name, _ in pyogrio.list_layers(tmp_path / "diff.gpkg")}
    assert layers == {"变化要素", "变化范围", "涉及地块"}
    ground = gpd.read_file(tmp_path / "diff.gpkg", layer="变化范围", engine="pyogrio")
    assert (ground.crs, ground.area.sum()) == (WORKING, pytest.approx(1400.0))


def test_releases_that_do_not_differ_touch_nothing(database: Database, planner: Person, tmp_path: Path) -> None:
    add_parcels(database, planner, {"SJ-001": at(0, 0, 20, 20)})
    shapes = {"a": at(0, 0, 50, 50)}
    store(database, planner, shapes, "1")
    turned = {"a": Polygon(np.roll(shapely.get_coordinates(shapes["a"])[:-1], 2, axis=0))}
    store(database, planner, turned, "2")
    found = compare(database, (KEY, "2"), (KEY, "1"), AS_OF)
    assert (found.parcel_ids, found.ground.empty, found.counts["changed"]) == ([], True, 0)
    same = compare(database, (KEY, "1"), (KEY, "1"), AS_OF)
    assert sum(same.counts.values()) == 0
    with pytest.raises(NotFound, match="do not differ"):
        write_diff([same], tmp_path / "diff.gpkg")


def test_what_cannot_be_compared_is_refused(database: Database, planner: Person) -> None:
    store(database, planner, {"a": at(0, 0, 50, 50)}, "1")
    add_layer(database, planner, layer("homestead", {"a": at(0, 0, 5, 5)}), "1")
    with pytest.raises(NotFound, match="no other published release"):
        compare_with_published(database, (KEY, "1"), AS_OF)
    with pytest.raises(UsageError, match="not releases of one layer"):
        compare(database, (KEY, "1"), ("homestead", "1"), AS_OF)
    with pytest.raises(NotFound):
        compare(database, (KEY, "9"), (KEY, "1"), AS_OF)


IN_CHONGMING = (0.0, 90_000.0)
"""Metres from the ground of the tests to the other district."""


def across(shape: Polygon) -> Polygon:
    """The same shape in Chongming."""
    return shapely.affinity.translate(shape, *IN_CHONGMING)


def add_for(database: Database, planner: Person, shapes: dict[str, Polygon], name: str, **release: Any) -> None:
    data = layer(KEY, shapes, coverage=release.pop("coverage", None) or at(-1000, -1000, 4000, 200_000))
    add_layer(database, planner, replace(data, release=replace(data.release, **release)), name)


def test_a_draft_for_both_districts_is_held_against_the_release_of_each(database: Database, planner: Person) -> None:
    add_parcels(database, planner, {"SJ-001": at(0, 0, 20, 20)})
    add_for(database, planner, {"s": at(0, 0, 50, 50)}, "sj", district="songjiang")
    add_for(database, planner, {"c": across(at(0, 0, 30, 30))}, "cm", district="chongming")
    for name in ("sj", "cm"):
        LayerStore(database).publish(KEY, name, planner)
    shapes = {"s": at(0, 0, 50, 50), "c": across(at(0, 0, 30, 40))}
    add_for(database, planner, shapes, "two", district="both")
    found = {diff.before.name: diff for diff in touched_by_publishing(database, KEY, "two", AS_OF)}
    assert {name: diff.districts for name, diff in found.items()} == {"sj": ("songjiang",), "cm": ("chongming",)}
    assert sum(found["sj"].counts.values()) == 0
    assert found["cm"].counts["changed"] == 1
    assert found["cm"].area_m2("added") == pytest.approx(300.0)
    assert (found["cm"].area_m2("removed"), found["cm"].coverage_m2("removed")) == (0.0, 0.0)
    LayerStore(database).publish(KEY, "two", planner)
    add_for(database, planner, {"s": at(0, 0, 50, 40)}, "sj2", district="songjiang")
    (alone,) = touched_by_publishing(database, KEY, "sj2", AS_OF)
    assert (alone.before.name, alone.counts["changed"], alone.counts["removed"]) == ("two", 1, 0)


def test_shrunken_coverage_and_features_gone_are_told(database: Database, planner: Person) -> None:
    towns = layer("town", {"叶榭镇": at(0, 0, 100, 500)})
    add_layer(database, planner, towns, "1")
    LayerStore(database).publish("town", "1", planner)
    add_parcels(database, planner, {"SJ-001": at(90, 0, 20, 20), "SJ-002": at(0, 0, 20, 20)}, town_name=None)
    shapes = {"a": at(0, 0, 50, 50), "b": at(60, 0, 10, 10), "c": at(300, 0, 10, 20)}
    add_for(database, planner, shapes, "1", coverage=at(0, 0, 400, 500))
    LayerStore(database).publish(KEY, "1", planner)
    add_for(database, planner, {"a": shapes["a"]}, "2", coverage=at(-10, 0, 110, 500))
    (found,) = compare_with_published(database, (KEY, "2"), AS_OF)
    assert (found.coverage_m2("added"), found.coverage_m2("removed")) == pytest.approx((5_000.0, 150_000.0))
    assert found.uncovered[["parcel_id", "lost_m2"]].to_numpy().tolist() == [["SJ-001", pytest.approx(200.0)]]
    lost = found.lost.set_index("town")
    assert lost["count"].to_dict() == {"叶榭镇": 1, "未落入任何镇": 1}
    assert lost["area_m2"].to_dict() == pytest.approx({"叶榭镇": 100.0, "未落入任何镇": 200.0})
    assert found.as_dict()["parcels_uncovered"][0]["town_name"] is None


def test_coordinates_that_differ_in_the_last_digits_are_counted_apart(database: Database, planner: Person) -> None:
    add_parcels(database, planner, {"SJ-001": at(0, 0, 20, 20)})
    before = {"a": blob(0, 0, 80, 1), "b": blob(300, 0, 80, 2)}
    nudged = Polygon(shapely.get_coordinates(before["a"]) + 4e-9)
    store(database, planner, before, "1")
    store(database, planner, {"a": nudged, "b": shapely.affinity.translate(before["b"], 1e-5, 0)}, "2")
    found = compare(database, (KEY, "2"), (KEY, "1"), AS_OF)
    assert (found.counts["same_shape"], found.counts["changed"]) == (1, 1)
    assert found.features.set_index("feature_id")["change"].to_dict() == {"a": "same_shape", "b": "changed"}
