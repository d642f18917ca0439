from __future__ import annotations

from pathlib import Path

import pyogrio
import pytest

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.tiles import GRID, feature_tile, parcel_tile
from landgis.errors import UsageError
from tests.postgis.support import add_layer, add_parcels, add_run, row_of_parcels
from tests.support.ground import X, Y, at, layer

Z = 9


def _tile_of(x: float, y: float) -> tuple[int, int, int]:
    side = GRID.size_m / 2**Z
    return Z, int((x - GRID.origin[0]) // side), int((GRID.origin[1] - y) // side)


def test_a_tile_holds_the_parcels_and_the_verdicts_of_a_run(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(2))
    run = add_run(database, planner)
    with database.begin() as connection:
        plain = parcel_tile(connection, *_tile_of(X + 110, Y + 30))
        judged = parcel_tile(connection, *_tile_of(X + 110, Y + 30), run_id=run.run_id)
        elsewhere = parcel_tile(connection, *_tile_of(X + 20_000, Y))
        chongming = parcel_tile(connection, *_tile_of(X + 110, Y + 30), district="chongming")
        overview = parcel_tile(connection, 3, *(index >> Z - 3 for index in _tile_of(X + 110, Y + 30)[1:]))
    assert b"SJ-001" in plain
    assert b"SJ-002" in plain
    assert b"clear" not in plain
    assert b"clear" in judged
    assert "叶榭镇".encode() in judged
    assert b"SJ-001" in overview
    assert (elsewhere, chongming) == (b"", b"")


def test_a_parcel_changed_since_the_run_is_drawn_as_the_run_judged_it(
    database: Database, planner: Person, tmp_path: Path
) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    run = add_run(database, planner)
    add_parcels(database, planner, {"SJ-001": at(100, 0, 20, 60), "SJ-002": at(20, 0, 30, 60)})
    with database.begin() as connection:
        tile = parcel_tile(connection, *_tile_of(X + 110, Y + 30), run_id=run.run_id)
    (tmp_path / "0.pbf").write_bytes(tile)
    frame = pyogrio.read_dataframe(tmp_path / "0.pbf").set_index("parcel_id")
    unit = GRID.size_m / 2**Z / GRID.extent
    widths = (frame.bounds["maxx"] - frame.bounds["minx"]) * unit
    assert widths.round().to_dict() == pytest.approx({"SJ-001": 80, "SJ-002": 30}, abs=1)
    assert frame["verdict"].fillna("").to_dict() == {"SJ-001": "clear", "SJ-002": ""}


def test_a_tile_places_features_where_the_grid_says(database: Database, planner: Person, tmp_path: Path) -> None:
    """Read by GDAL: tile units, upward from the lower left corner."""
    z, x, y = _tile_of(X, Y)
    side = GRID.size_m / 2**z
    left, top = GRID.origin[0] + x * side, GRID.origin[1] - y * side
    add_layer(database, planner, layer("homestead", {"宅-1": at(0, 0, 128, 64)}, "residential"))
    with database.begin() as connection:
        tile = feature_tile(connection, z, x, y, layer="homestead", release="2024-01")
    (tmp_path / "0.pbf").write_bytes(tile)
    frame = pyogrio.read_dataframe(tmp_path / "0.pbf")
    assert frame[["feature_id", "class", "label"]].to_numpy().tolist() == [["宅-1", "residential", "宅-1"]]
    unit = side / GRID.extent
    west, south, east, north = frame.total_bounds
    assert left + west * unit == pytest.approx(X, abs=unit)
    assert left + east * unit == pytest.approx(X + 128, abs=unit)
    assert top - (GRID.extent - north) * unit == pytest.approx(Y + 64, abs=unit)
    assert top - (GRID.extent - south) * unit == pytest.approx(Y, abs=unit)


def test_a_tile_outside_the_grid_is_wrong_use(database: Database) -> None:
    for z, x, y in ((0, 1, 0), (3, 0, 8), (-1, 0, 0), (40, 0, 0)):
        with pytest.raises(UsageError, match=f"{z}/{x}/{y}"), database.begin() as connection:
            parcel_tile(connection, z, x, y)
