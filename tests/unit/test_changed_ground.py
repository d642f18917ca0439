"""Ground that one state of a layer has and another has not, against unions of whole layers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from landgis.crs import WORKING
from landgis.overlay.change import ground_outside
from landgis.services.layers.release_changes import changed_ground, changes_of

X, Y = 613_000.0, 3_424_000.0
CLASSES = ("", "permitted")
Rows = list[tuple[str, str, tuple[int, int, int, int]]]


def frame(rows: Rows, side: str) -> gpd.GeoDataFrame:
    shapes = [box(X + x, Y + y, X + x + width, Y + y + height) for _, _, (x, y, width, height) in rows]
    columns = {"side": side, "feature_id": [row[0] for row in rows], "class": [row[1] for row in rows]}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=WORKING).astype(
        {"side": "str", "feature_id": "str", "class": "str"}
    )


rows = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.sampled_from(CLASSES),
        st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 9), st.integers(1, 9)),
    ),
    max_size=8,
    unique_by=lambda row: row[0],
)


def union(part: gpd.GeoDataFrame, kind: str) -> shapely.Geometry:
    return shapely.union_all(part.geometry.to_numpy()[(part["class"] == kind).to_numpy(dtype=bool)])


@settings(deadline=None, max_examples=40)
@given(rows, rows)
def test_the_ground_of_every_class_is_the_difference_of_the_unions(before: Rows, after: Rows) -> None:
    one, other = frame(before, "before"), frame(after, "after")
    differing = gpd.GeoDataFrame(pd.concat([one, other], ignore_index=True), crs=WORKING)
    changes = changes_of(differing)
    ground = changed_ground(changes.moved, changes.same)
    for kind in CLASSES:
        was, became = union(one, kind), union(other, kind)
        for change, wanted in (("added", became.difference(was)), ("removed", was.difference(became))):
            found = ground[(ground["class"] == kind) & (ground["change"] == change)]
            assert found["area_m2"].sum() == pytest.approx(wanted.area, abs=1e-6)
            assert shapely.union_all(found.geometry.to_numpy()).symmetric_difference(wanted).area < 1e-6
    told = changes.features["change"].value_counts()
    matched = 2 * sum(told.get(change, 0) for change in ("reworded", "renumbered", "changed"))
    assert matched + told.get("added", 0) + told.get("removed", 0) == len(before) + len(after)


@settings(deadline=None, max_examples=15)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_features_and_new_numbers_change_no_ground(before: Rows, random: object) -> None:
    shuffled = sorted(before, key=lambda _row: random.random())
    renamed = [(f"n{number}", kind, place) for number, (_, kind, place) in enumerate(shuffled)]
    differing = gpd.GeoDataFrame(
        pd.concat([frame(before, "before"), frame(renamed, "after")], ignore_index=True), crs=WORKING
    )
    changes = changes_of(differing)
    assert changes.features["change"].tolist() == ["renumbered"] * len(before)
    assert changed_ground(changes.moved, changes.same).empty


def test_touching_neighbours_take_nothing_and_noise_below_the_floor_is_none() -> None:
    own = np.array([box(X, Y, X + 10, Y + 10)], dtype=object)
    beside = np.array([box(X + 10, Y, X + 20, Y + 10), box(X, Y, X + 10, Y + 10 - 1e-8)], dtype=object)
    assert ground_outside(own, beside[:1])[0].equals(own[0])
    assert len(ground_outside(own, beside)) == 0
    assert len(ground_outside(own[:0], beside)) == 0
    assert ground_outside(own, own[:0])[0].equals(own[0])
