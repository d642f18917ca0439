"""What changed since a delivery: put onto it, it gives the new one, whatever happened to the rows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.domain.leaving import ExportKind, Leaving, Logged
from landgis.domain.profile import ExportProfile
from landgis.exchange.package.manifest import MANIFEST
from landgis.exchange.package.record import Record
from landgis.exchange.package.write import write_package
from landgis.frames.changed import LAST_HASH, Changed, compare
from landgis.frames.delivered import Delivery
from landgis.frames.row_hash import row_hashes
from landgis.services.handing_over.delta import changes_since
from tests.support.delivered import PLOTS, good, profiles
from tests.support.ground import at
from tests.support.packaged import ORIGIN, applied, in_order, record_of

KEY = ("编号",)
ROW = st.fixed_dictionaries(
    {
        "名称": st.none() | st.text("甲乙丙丁𠮷１ab", max_size=4),
        "面积": st.none() | st.floats(-1e6, 1e6),
        "序": st.none() | st.integers(0, 2**40),
        "在册": st.none() | st.booleans(),
        "宽": st.integers(1, 5),
    }
)
LAYERS = st.dictionaries(st.text("0123456789", min_size=1, max_size=3), ROW, max_size=8)


def layer(rows: dict[str, dict[str, Any]]) -> gpd.GeoDataFrame:
    """A layer of a delivery."""
    table = pd.DataFrame({
        "编号": pd.Series(list(rows), dtype="str"),
        "名称": pd.Series([row["名称"] for row in rows.values()], dtype="str"),
        "面积": pd.Series([row["面积"] for row in rows.values()], dtype="float64"),
        "序": pd.Series([row["序"] for row in rows.values()], dtype="Int64"),
        "在册": pd.Series([row["在册"] for row in rows.values()], dtype="boolean"),
    })  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=[at(0, 0, row["宽"], 5) for row in rows.values()], crs=4549)


@settings(deadline=None)
@given(before=LAYERS, now=LAYERS)
def test_changes_put_onto_the_old_layer_give_the_new_one(before: dict[str, Any], now: dict[str, Any]) -> None:
    old, new = layer(before), layer(now)
    changes = compare(new, KEY, row_hashes(new, KEY), row_hashes(old, KEY))
    made, wanted = applied(old, changes, "编号"), in_order(new, "编号")
    assert row_hashes(made, KEY) == row_hashes(wanted, KEY)
    assert len(changes.added) + len(changes.changed) + changes.unchanged == len(new)
    assert set(changes.gone["编号"]) == set(before) - set(now)


@given(rows=LAYERS)
def test_nothing_changed_is_told_as_nothing(rows: dict[str, Any]) -> None:
    frame = layer(rows)
    turned = frame.iloc[::-1].reset_index(drop=True)
    assert compare(turned, KEY, row_hashes(turned, KEY), row_hashes(frame, KEY)).nothing


def test_the_files_of_changes_put_onto_the_old_files_give_the_new_ones(tmp_path: Path) -> None:
    plots = dict(PLOTS)
    profile, old = profiles()["plain"], good("plain", plots)
    plots["SJ-001"] = at(0, 0, 70, 60)
    del plots["SJ-002"]
    new = good("plain", plots | {"SJ-005": at(600, 0, 30, 30)})
    leaving = Leaving(ExportKind.PACKAGE, "songjiang", "试", {}, files={MANIFEST: "0" * 64}, keys=keys_of(profile, old))
    base = Logged("E-000001", leaving, "甲", "jia", datetime(2026, 7, 1, tzinfo=UTC))
    parts, since = changes_since(base, new, profile, keys_of(profile, new))
    records = {
        "旧": record_of(profile, old), "新": record_of(profile, new),
        "增": Record(profile, new, ORIGIN, parts, since=since),
    }  # fmt: skip
    for name, record in records.items():
        (tmp_path / name).mkdir()
        write_package(tmp_path / name, record)
    assert (since.layers["pool_members"].added, since.layers["pool_members"].gone) == (1, 1)
    for name in ("plan_lines", "pool_members"):
        words = {word: layer_of(tmp_path / "增", f"{name}_{word}") for word in ("新增", "变更", "删除")}
        made = applied(layer_of(tmp_path / "旧", name), Changed(*words.values(), unchanged=0), "parcel_id")
        assert row_hashes(made, ("parcel_id",)) == row_hashes(layer_of(tmp_path / "新", name), ("parcel_id",))


def keys_of(profile: ExportProfile, delivery: Delivery) -> dict[str, dict[str, str]]:
    """Hashes of every row, as the log keeps them."""
    return {layer.name: row_hashes(delivery.layers[layer.name], layer.key) for layer in profile.layers}


def layer_of(folder: Path, name: str) -> pd.DataFrame:
    """A layer of a package as any program reads it."""
    [path] = folder.glob("*.gpkg")
    return pyogrio.read_dataframe(path, layer=name)


def test_every_cell_and_every_vertex_counts() -> None:
    frame = layer({"1": {"名称": "甲", "面积": 1.5, "序": 1, "在册": True, "宽": 2}})
    first = row_hashes(frame, KEY)["1"]
    for name, value in (("名称", "乙"), ("名称", None), ("面积", 1.5000000000000002), ("序", 2), ("在册", None)):
        other = frame.copy()
        other[name] = pd.Series([value], dtype=frame[name].dtype)
        assert row_hashes(other, KEY)["1"] != first, name
    moved = frame.set_geometry([shapely.transform(frame.geometry.iloc[0], lambda xy: xy + 1e-9)], crs=4549)
    assert row_hashes(moved, KEY)["1"] != first


def test_a_row_that_is_gone_leaves_its_key_and_last_hash() -> None:
    old = layer({"1": {"名称": "甲", "面积": 1.5, "序": 1, "在册": True, "宽": 2}})
    hashes = row_hashes(old, KEY)
    gone = compare(old.iloc[:0], KEY, {}, hashes).gone
    assert gone.to_dict("list") == {"编号": ["1"], LAST_HASH: [hashes["1"]]}
