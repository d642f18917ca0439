"""Tiles say the same at every zoom, in every grid: each parcel of the filter once, each square metre of a layer once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import CRS
from shapely import Polygon
from sqlalchemy import text

from landgis.access.person import Person
from landgis.crs import WORKING, to_crs
from landgis.db.bulk import raw
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.parcel_where import where
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunMeta, RunStore
from landgis.db.tile_grid import GRIDS, Grid, Tile
from landgis.db.tiles import GRID, feature_tile, parcel_query, parcel_tile
from landgis.domain.outcome import VERDICTS, Outcome, Scope
from landgis.domain.parcel_filter import ParcelFilter
from landgis.errors import UsageError
from tests.postgis.support import add_layer, add_parcels, add_run, row_of_parcels, screened, source
from tests.support import desk_case
from tests.support.ground import AS_OF, X, Y, at, layer
from tests.support.mvt import Feature, layers_of

Z = 9
EVERY = ParcelFilter()


def _tile_of(x: float, y: float, z: int = Z, grid: Grid = GRID) -> Tile:
    side = grid.size_m / 2**z
    return Tile(grid, z, int((x - grid.origin[0]) // side), int((grid.origin[1] - y) // side))


def _tiles_over(shapes: Iterable[Polygon], z: int, grid: Grid = GRID) -> Iterator[Tile]:
    """Every tile of a zoom that touches the bounds of a shape, in the grid's CRS."""
    found = set()
    for west, south, east, north in (shape.bounds for shape in shapes):
        first, last = _tile_of(west, north, z, grid), _tile_of(east, south, z, grid)
        found |= {(x, y) for x in range(first.x, last.x + 1) for y in range(first.y, last.y + 1)}
    return (Tile(grid, z, x, y) for x, y in sorted(found))


def _corner_of_tiles() -> tuple[float, float]:
    """Where four tiles of zoom 9 meet, measured from the corner of the ground."""
    west, south, *_ = _tile_of(X + 600, Y + 600).bounds
    return west - X, south - Y


def _shapes() -> dict[str, Polygon]:
    """Yards of every size; some on a border of tiles, one with its middle on their corner, one beside itself."""
    x, y = _corner_of_tiles()
    yards = {f"SJ-{n:03d}": at(90 * (n % 8), 90 * (n // 8), 8 + 2.3 * n, 10 + 1.7 * n) for n in range(1, 33)}
    return yards | {
        "SJ-101": at(x - 20, y - 20, 40, 40),
        "SJ-102": at(x - 0.3, y + 60, 0.6, 0.5),
        "SJ-103": at(900, 5, 700, 0.2),  # thinner than a unit of most tiles
        "SJ-104": shapely.union(at(900, 300, 400, 2), at(900, 300, 2, 400)),
        "SJ-105": at(2000, 900, 400, 300),
    }


@dataclass(frozen=True)
class Ground:
    """A stored run over `_shapes`, with a parcel that came since."""

    database: Database
    run_id: str
    shapes: dict[str, Polygon]

    def tile(self, tile: Tile, wanted: ParcelFilter = EVERY) -> bytes:
        with self.database.begin() as connection:
            return parcel_tile(connection, tile, run_id=self.run_id, district="songjiang", wanted=wanted)

    def count(self, wanted: ParcelFilter) -> tuple[int, float]:
        """Parcels of a filter and their area, by the table's own way."""
        condition, values = where(wanted, self.run_id)
        with self.database.begin() as connection:
            query = "SELECT count(*), coalesce(sum(r.ellipsoidal_m2), 0) FROM landgis.run_row r WHERE "
            row = raw(connection).execute(query.encode() + condition.as_bytes(None), values).fetchone()
        assert row is not None
        return row[0], row[1]


@pytest.fixture(scope="module")
def ground(cluster: PrivateCluster) -> Iterator[Ground]:
    with desk_case.fresh_database(cluster) as (database, person):
        shapes = _shapes()
        add_parcels(database, person, shapes)
        store = ParcelStore(database)
        frame = store.current("songjiang")
        frame["town_code"] = ["310117109", "310117106"] * (len(frame) // 2) + ["310117109"] * (len(frame) % 2)
        store.add_import(
            gpd.GeoDataFrame(frame[_facts(frame)]), [], source=source("b"), meta=desk_case.META, person=person
        )
        yield Ground(database, _judged(database, person), shapes | {"SJ-900": at(50, 900, 30, 30)})


def _facts(frame: gpd.GeoDataFrame) -> list[str]:
    return [name for name in frame.columns if name not in ("version", "created_at")]


def _judged(database: Database, person: Person) -> str:
    """A run with every verdict, and one more parcel after it."""
    frame = ParcelStore(database).current("songjiang")
    measured, judged = screened(frame)
    judged.verdicts["verdict"] = [str(VERDICTS[n % 4]) for n in range(len(frame))]
    meta = RunMeta(
        "songjiang", "1", AS_OF, Scope.FULL, "songjiang", "EPSG:4549", {"homestead": "2024-01"}, "0.1.0", 0.5
    )
    run_id = RunStore(database).save(meta, frame, measured, judged, person=person).run_id
    add_parcels(database, person, {"SJ-900": at(50, 900, 30, 30)})
    return run_id


FILTERS = {
    "every": EVERY,
    "excluded": ParcelFilter(verdicts=(Outcome.EXCLUDED,)),
    "a town": ParcelFilter(towns=("310117106",), pool_states=("none",)),
    "larger ones": ParcelFilter(area_from_m2=1500.0),
    "a text": ParcelFilter(text="sj-01"),
}


@pytest.mark.parametrize("name", FILTERS)
def test_every_zoom_has_each_parcel_of_a_filter_once(ground: Ground, name: str) -> None:
    wanted = FILTERS[name]
    count, area_m2 = ground.count(wanted)
    assert count > 0
    for z in range(13):
        summed, drawn, unjudged, inside_m2 = 0, set(), set(), 0.0
        for tile in _tiles_over(ground.shapes.values(), z):
            found = layers_of(ground.tile(tile, wanted))
            for feature in found.get("parcels", []):
                told = feature.attributes
                drawn |= {told["parcel_id"]} if told["inside"] else set()
                unjudged |= {told["parcel_id"]} if "verdict" not in told else set()
            for feature in found.get("parcels_many", []):
                told = feature.attributes
                summed += told["n_inside"]
                inside_m2 += told["area_inside_m2"]
                by_verdict = [told[f"inside_{verdict}"] for verdict in VERDICTS]
                assert sum(by_verdict) == told["n_inside"] <= told["n"]
                unjudged |= {"SJ-900"} if told["unjudged"] else set()
        assert summed + len(drawn) == count, z
        assert unjudged == {"SJ-900"}, z
        if not drawn:
            assert inside_m2 == pytest.approx(area_m2, rel=1e-12)


@pytest.mark.parametrize("parcel_id", ["SJ-101", "SJ-102", "SJ-103"])
def test_the_largest_zooms_draw_every_parcel_however_small(ground: Ground, parcel_id: str) -> None:
    west, south, *_ = ground.shapes[parcel_id].bounds
    corner = shapely.box(west - 0.5, south - 0.5, west + 0.5, south + 0.5)
    for z in range(13, GRID.max_zoom + 1):
        drawn = {
            feature.attributes["parcel_id"]
            for tile in _tiles_over([corner], z)
            for feature in layers_of(ground.tile(tile)).get("parcels", [])
        }
        assert parcel_id in drawn, z


@pytest.mark.parametrize(("epsg", "zooms"), [(4550, (0, 4, 9)), (4490, (0, 9, 13, 15))])
def test_the_other_grids_have_each_parcel_once_too(ground: Ground, epsg: int, zooms: tuple[int, ...]) -> None:
    moved, _ = to_crs(np.array(list(ground.shapes.values()), dtype=object), WORKING, CRS(epsg))
    count, _ = ground.count(EVERY)
    for z in zooms:
        summed, drawn = 0, set()
        for tile in _tiles_over(moved, z, GRIDS[epsg]):
            found = layers_of(ground.tile(tile))
            summed += sum(feature.attributes["n_inside"] for feature in found.get("parcels_many", []))
            drawn |= {row.attributes["parcel_id"] for row in found.get("parcels", []) if row.attributes["inside"]}
        assert summed + len(drawn) == count, z


@pytest.mark.parametrize("name", FILTERS)
def test_parcels_looked_up_one_by_one_are_those_of_the_join(ground: Ground, name: str) -> None:
    """A tile with few parcels takes another way to their verdicts than one that may hold all of them."""
    drawn = 0
    for z in (6, 8, 11):
        for tile in _tiles_over(ground.shapes.values(), z):
            query, values = parcel_query(tile, run_id=ground.run_id, district="songjiang", wanted=FILTERS[name])
            joined = query.as_string(None).replace("OFFSET 0", "")
            assert joined != query.as_string(None)
            with ground.database.begin() as connection:
                by_join = raw(connection).execute(joined.encode(), values).fetchone()
            assert by_join is not None
            found = layers_of(ground.tile(tile, FILTERS[name]))
            assert _told(found) == _told(layers_of(bytes(by_join[0])))
            drawn += len(found.get("parcels", []))
    assert drawn >= len(ground.shapes)


def _told(layers: dict[str, list[Feature]]) -> dict[str, list[tuple[list[tuple[str, object]], list[tuple[int, int]]]]]:
    """Features in an order of their own."""
    return {
        name: sorted(((sorted(row.attributes.items()), row.points) for row in features), key=repr)
        for name, features in layers.items()
    }


def test_small_parcels_of_a_cell_are_one_point_and_cells_keep_apart(ground: Ground) -> None:
    tile = next(_tiles_over(ground.shapes.values(), 4))
    found = layers_of(ground.tile(tile, FILTERS["excluded"]))
    points = np.array([feature.points[0] for feature in found["parcels_many"]])
    cells = points // (GRID.extent // 16)
    assert len({tuple(cell) for cell in cells}) == len(cells)
    assert ((points % 256 >= 63) & (points % 256 <= 193)).all()  # a quarter of a cell of 256 units, rounded
    worst = {feature.attributes.get("worst") for feature in found["parcels_many"]}
    assert worst <= {"excluded", None}
    assert "excluded" in worst


def test_a_smoothed_outline_says_so(ground: Ground) -> None:
    large = ground.shapes["SJ-105"].centroid
    coarse, fine = (
        {feature.attributes["parcel_id"]: feature.attributes for feature in layers_of(ground.tile(tile))["parcels"]}
        for tile in (_tile_of(large.x, large.y, 5), _tile_of(large.x, large.y, 6))
    )
    assert coarse["SJ-105"]["generalised"] is True
    assert "generalised" not in fine["SJ-105"]


def test_a_tile_holds_the_parcels_and_the_verdicts_of_a_run(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(2))
    run_id = add_run(database, planner).run_id
    add_parcels(database, planner, row_of_parcels(3))
    here = _tile_of(X + 240, Y + 30, 6)
    with database.begin() as connection:
        content = parcel_tile(connection, here, run_id=run_id, district="songjiang", wanted=EVERY)
        elsewhere = parcel_tile(connection, _tile_of(X + 20_000, Y), run_id=run_id, district="songjiang", wanted=EVERY)
        chongming = parcel_tile(connection, here, run_id=run_id, district="chongming", wanted=EVERY)
    told = {row.attributes["parcel_id"]: row.attributes for row in layers_of(content)["parcels"]}
    assert told["SJ-001"] == {
        "parcel_id": "SJ-001", "district": "songjiang", "town_code": "310117109", "town_name": "叶榭镇", "version": 1,
        "verdict": "clear", "inside": True,
    }  # fmt: skip
    assert told["SJ-003"] == {name: value for name, value in told["SJ-001"].items() if name != "verdict"} | {
        "parcel_id": "SJ-003",
        "inside": False,
    }
    assert (elsewhere, chongming) == (b"", b"")


def test_a_parcel_changed_since_the_run_is_drawn_as_the_run_judged_it(
    database: Database, planner: Person, tmp_path: Path
) -> None:
    """Read by GDAL, too: tile units, upward from the lower left corner."""
    add_parcels(database, planner, row_of_parcels(1))
    run = add_run(database, planner)
    add_parcels(database, planner, {"SJ-001": at(100, 0, 20, 60), "SJ-002": at(20, 0, 30, 60)})
    with database.begin() as connection:
        tile = parcel_tile(connection, _tile_of(X + 110, Y + 30), run_id=run.run_id, district="songjiang", wanted=EVERY)
    (tmp_path / "0.pbf").write_bytes(tile)
    frame = pyogrio.read_dataframe(tmp_path / "0.pbf").set_index("parcel_id")
    unit = GRID.size_m / 2**Z / GRID.extent
    widths = (frame.bounds["maxx"] - frame.bounds["minx"]) * unit
    assert widths.round().to_dict() == pytest.approx({"SJ-001": 80, "SJ-002": 30}, abs=1)
    assert frame["verdict"].fillna("").to_dict() == {"SJ-001": "clear", "SJ-002": ""}


@pytest.mark.parametrize("epsg", GRIDS)
def test_a_tile_places_features_where_its_grid_says(database: Database, planner: Person, epsg: int) -> None:
    add_layer(database, planner, layer("homestead", {"宅-1": at(0, 0, 128, 64)}, "residential"))
    (moved,), _ = to_crs(np.array([at(0, 0, 128, 64)], dtype=object), WORKING, CRS(epsg))
    tile = _tile_of(moved.centroid.x, moved.centroid.y, {4490: 15}.get(epsg, Z), GRIDS[epsg])
    with database.begin() as connection:
        content = feature_tile(connection, tile, layer="homestead", release="2024-01")
    (feature,) = layers_of(content)["homestead"]
    assert feature.attributes == {"feature_id": "宅-1", "class": "residential", "label": "宅-1"}
    west, _, east, north = tile.bounds
    unit = (east - west) / GRID.extent
    seen = shapely.MultiPoint([(west + x * unit, north - y * unit) for x, y in feature.points]).bounds
    assert seen == pytest.approx(moved.intersection(_wide(tile)).bounds, abs=1.5 * unit)


def _wide(tile: Tile) -> Polygon:
    west, south, east, north = tile.bounds
    return shapely.box(west, south, east, north).buffer((east - west) / 64, join_style="mitre")


def test_small_features_become_shares_and_no_square_metre_is_lost_or_doubled(
    database: Database, planner: Person
) -> None:
    x, y = _corner_of_tiles()
    fields = {f"田-{n:03d}": at(41 * (n % 20), 37 * (n // 20), 40, 36) for n in range(400)}
    fields |= {"界": at(x - 25, y - 25, 50, 50), "条": at(0, 2000, 900, 2)}
    add_layer(database, planner, layer("homestead", fields, "residential"))
    grids = [(GRID, range(6), 1.0), (GRIDS[4490], (8, 11, 13), 1.0)]
    for grid, zooms, tolerance in grids:
        moved, _ = to_crs(np.array(list(fields.values()), dtype=object), WORKING, CRS(grid.epsg))
        for z in zooms:
            small = [
                shape
                for shape in fields.values()
                if max(np.subtract(shape.bounds[2:], shape.bounds[:2])) < _small_m(grid, z)
            ]
            drawn, cover_m2 = set(), 0.0
            for tile in _tiles_over(moved, z, grid):
                with database.begin() as connection:
                    found = layers_of(feature_tile(connection, tile, layer="homestead", release="2024-01"))
                cover_m2 += sum(row.attributes["area_m2"] for row in found.get("homestead_cover", []))
                assert all(0 < row.attributes["share"] < 1.3 for row in found.get("homestead_cover", []))
                for row in found.get("homestead", []):
                    assert row.attributes == {"class": "residential", "generalised": True}
                    drawn.add("条")
            assert cover_m2 == pytest.approx(sum(shape.area for shape in small), abs=tolerance), z
            assert bool(drawn) == (len(small) < len(fields)), z


def _small_m(grid: Grid, z: int) -> float:
    return 4 * grid.resolutions()[z] * grid.metres


def test_a_tile_outside_the_grid_is_wrong_use() -> None:
    for z, x, y in ((0, 1, 0), (3, 0, 8), (-1, 0, 0), (40, 0, 0)):
        with pytest.raises(UsageError, match=f"{z}/{x}/{y}"):
            Tile(GRID, z, x, y)


def test_degrees_are_numbered_as_the_national_map_numbers_them() -> None:
    """天地图: at level 1 two tiles of 180 degrees side by side, 0.703125 degrees a pixel."""
    tile = Tile(GRIDS[4490], 1, 1, 0)
    assert tile.bounds == (0.0, -90.0, 180.0, 90.0)
    assert GRIDS[4490].resolutions()[1] == 0.703125
    assert Tile(GRIDS[4490], 3, 0, 0).reach() is None


def test_a_far_tile_is_empty_without_asking(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 1"))
        assert feature_tile(connection, Tile(GRIDS[4490], 5, 0, 0), layer="x", release="y") == b""
