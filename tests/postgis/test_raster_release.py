"""Rasters as releases: kept byte for byte, published like any other, read by rules, never a control line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.migrate import downgrade, upgrade
from landgis.db.originals import Originals
from landgis.db.runs import RunStore
from landgis.domain.catalogue import Catalogue
from landgis.domain.layer import Coverage, ReleaseStatus
from landgis.errors import Conflict, FileUnreadable, NeedsAnswer, OutsideArea, UsageError
from landgis.exchange.catalogue import load_catalogue
from landgis.exchange.delivery.layers_file import LayerEntry
from landgis.services.handing_over.export_layer import export_layer
from landgis.services.layers.import_layer import LayerImport
from landgis.services.layers.import_raster import holds_raster, import_raster
from landgis.services.layers.publish_layer import publish, retire
from landgis.services.layers.release_diff import compare, touched_by_publishing
from landgis.services.register.inventory import releases
from landgis.services.screening.screen import screen
from tests.support import ground
from tests.support.command import landgis
from tests.support.desk_case import store_parcels
from tests.support.ground import AS_OF, at
from tests.support.places import passable_folder
from tests.support.raster_pack import pack
from tests.support.rasters import NORTH, WEST, areas_under, land_cover, terrain, write

PACK = pack()
CATALOGUE = load_catalogue(Path(__file__).parents[2] / "layers")
SAYS = LayerEntry(
    name="2024", document_no="沪测〔2024〕1号", in_force_from=date(2024, 1, 1), meaning="globeland30", substitute=True
)


class Office:
    """A database and a folder of originals, and rasters that come in."""

    def __init__(self, database: Database, home: Path, person: Person, catalogue: Catalogue = CATALOGUE) -> None:
        self.database, self.originals, self.person, self.catalogue = database, Originals(home), person, catalogue
        self.store = LayerStore(database)

    def bring(self, path: Path, key: str = "land_cover", coverage: Path | None = None, **says: object):
        request = LayerImport(path, None, key, coverage, SAYS.model_copy(update=says))
        return import_raster(self.database, self.originals, self.catalogue, self.person, request)

    def published(self, path: Path, key: str = "land_cover", **says: object):
        stored = self.bring(path, key, **says)
        return publish(self.database, self.person, key, stored.release.name)


@pytest.fixture
def office(database: Database, planner: Person, tmp_path: Path) -> Office:
    return Office(database, tmp_path, planner)


def test_a_raster_comes_in_with_its_bytes_and_everything_said_of_it(office: Office, tmp_path: Path) -> None:
    path = write(tmp_path / "地表覆盖.tif", land_cover(), driver="COG")
    stored = office.bring(path)
    release, raster = stored.release, stored.release.raster
    assert (release.status, release.feature_count, release.source_crs) == (ReleaseStatus.DRAFT, 0, "EPSG:4549")
    assert (raster.columns, raster.rows, raster.nodata, raster.layout) == (70, 60, 0, "COG")
    assert raster.meaning.cover_of(80) == "built"
    assert raster.extent == (WEST, NORTH - 600, WEST + 700, NORTH)
    assert stored.coverage.area == pytest.approx(420_000)
    assert release.content_hash == hashlib.sha256(path.read_bytes()).hexdigest()
    assert office.originals.path_of(release.content_hash).read_bytes() == path.read_bytes()
    assert [answer.question for answer in release.answers] == ["meaning"]
    codes = [issue.code for issue in office.store.issues("land_cover", "2024")]
    assert [code for code in codes if code != "confinement_incomplete"] == ["raster_extent"]
    assert office.bring(path).created_at == stored.created_at
    with pytest.raises(Conflict, match="says something else"):
        office.bring(path, meaning="worldcover")


def test_what_cannot_stand_leaves_nothing_behind(office: Office, tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", land_cover(), nodata=None)
    with pytest.raises(NeedsAnswer) as caught:
        office.bring(path, meaning="")
    assert [row.option for row in caught.value.questions] == ["--meaning", "--nodata"]
    with pytest.raises(OutsideArea, match="Chongming"):
        office.bring(path, nodata="0", district="chongming")
    with pytest.raises(UsageError, match="no layer of rasters"):
        office.bring(path, "homestead", nodata="0")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileUnreadable):
        office.bring(path, nodata="0")
    assert releases(office.database) == []
    assert list(office.originals.folder.glob("*")) == []


def test_its_life_is_that_of_any_release(office: Office, tmp_path: Path) -> None:
    first = office.published(write(tmp_path / "a.tif", land_cover()))
    assert first.release.state_on(AS_OF) is Coverage.COMPLETE
    second = office.bring(write(tmp_path / "b.tif", land_cover(seed=8)), name="2025", in_force_from=date(2025, 1, 1))
    assert touched_by_publishing(office.database, "land_cover", "2025", AS_OF) == []
    publish(office.database, office.person, "land_cover", second.release.name)
    assert {row.release.name: str(row.release.status) for row in office.store.list()} == {
        "2024": "superseded", "2025": "published",
    }  # fmt: skip
    assert office.store.current("land_cover", AS_OF).release.raster == second.release.raster
    assert office.store.current("land_cover", date(2024, 6, 1)).release.name == "2024"
    retire(office.database, office.person, "land_cover", "2025", "重做", leave_none=True)
    assert office.store.get("land_cover", "2025").release.status is ReleaseStatus.RETIRED


def test_impossible_heights_are_never_published(office: Office, tmp_path: Path) -> None:
    deep = terrain()
    deep[0, 0] = -32768
    office.bring(write(tmp_path / "dem.tif", deep, nodata=-9999), "terrain", meaning="wusong")
    with pytest.raises(Conflict, match="fatal"):
        publish(office.database, office.person, "terrain", "2024")


def test_what_needs_features_is_refused_and_not_answered_with_nothing(office: Office, tmp_path: Path) -> None:
    office.published(write(tmp_path / "a.tif", land_cover()))
    office.bring(write(tmp_path / "b.tif", land_cover(seed=8)), name="2025")
    with pytest.raises(UsageError, match="compared feature by feature"):
        compare(office.database, ("land_cover", "2025"), ("land_cover", "2024"), AS_OF)
    with pytest.raises(UsageError, match="exported as GeoPackage"):
        export_layer(office.database, office.person, "land_cover", "2024", tmp_path / "o.gpkg", why="试", as_of=AS_OF)
    assert not (tmp_path / "o.gpkg").exists()


def test_a_coverage_file_cuts_it_down_and_says_what_lies_beyond(office: Office, tmp_path: Path) -> None:
    cover = tmp_path / "cover.gpkg"
    gpd.GeoDataFrame(geometry=[box(WEST - 100, NORTH - 100, WEST + 100, NORTH)], crs=4549).to_file(
        cover, engine="pyogrio"
    )
    stored = office.bring(write(tmp_path / "a.tif", land_cover()), coverage=cover)
    assert stored.coverage.area == pytest.approx(10_000)
    assert "coverage_beyond_raster" in {issue.code for issue in office.store.issues("land_cover", "2024")}


def test_a_run_reads_cells_and_keeps_them(office: Office, tmp_path: Path) -> None:
    cover, heights = land_cover(), terrain()
    office.published(write(tmp_path / "lc.tif", cover))
    office.published(write(tmp_path / "dem.tif", heights, nodata=-9999), "terrain", meaning="wusong")
    shapes = {"SJ-001": at(0, 0, 100, 60), "SJ-002": box(WEST - 50, NORTH - 200, WEST + 50, NORTH - 100)}
    store_parcels(office.database, office.person, ground.parcels(shapes))
    run = screen(office.database, office.person, PACK, AS_OF, originals=office.originals)
    kept = RunStore(office.database).load(run.run_id)
    cells = kept.measured.cells
    share = cells[(cells["parcel_id"] == "SJ-001") & (cells["class"] == "cropland")]["amount"].item()
    assert share == pytest.approx(areas_under(shapes["SJ-001"], cover)[cover == 10].sum() / 6000, abs=1e-6)
    verdicts = dict(zip(kept.judged.verdicts["parcel_id"], kept.judged.verdicts["verdict"], strict=True))
    state = kept.measured.coverage.set_index(["parcel_id", "layer"])["state"]
    assert state["SJ-001", "terrain"] == "complete"
    assert state["SJ-002", "land_cover"] == "partial"
    assert verdicts["SJ-001"] == ("excluded" if share > 0.1 else "flagged")
    assert run.head.meta.releases == {"land_cover": "2024", "terrain": "2024"}
    blind = RunStore(office.database).load(screen(office.database, office.person, PACK, AS_OF).run_id)
    assert set(blind.judged.findings["outcome"]) == {"unknown"}


def test_what_a_run_read_is_sealed(office: Office, owner: Database, tmp_path: Path) -> None:
    office.published(write(tmp_path / "lc.tif", land_cover()))
    store_parcels(office.database, office.person, ground.parcels({"SJ-001": at(0, 0, 100, 60)}))
    screen(office.database, office.person, PACK, AS_OF, originals=office.originals)
    for statement in (
        "UPDATE landgis.run_cell SET amount = 0",
        "DELETE FROM landgis.run_cell",
        "INSERT INTO landgis.run_cell SELECT run_id, parcel_id, layer, 'mean_m', 'x', amount FROM landgis.run_cell",
        "UPDATE landgis.layer_release SET raster = NULL",
    ):
        with pytest.raises(Conflict), owner.begin() as connection:
            connection.exec_driver_sql(statement)


def test_going_back_before_rasters_leaves_a_release_that_speaks_of_nothing(
    office: Office, owner: Database, tmp_path: Path
) -> None:
    office.published(write(tmp_path / "lc.tif", land_cover()))
    downgrade(owner, "0007")
    upgrade(owner)
    stored = office.store.get("land_cover", "2024")
    assert (stored.release.raster, stored.release.status) == (None, ReleaseStatus.PUBLISHED)
    assert stored.release.state_on(AS_OF) is Coverage.ABSENT


# By command


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with passable_folder("栅格") as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANDGIS_HOME", str(home))
        patch.delenv("LANDGIS_DATABASE_URL", raising=False)
        yield home
        assert landgis("db", "stop").returncode == 0


STATED = ("--document-no", "沪测〔2024〕1号", "--in-force-from", "2024-01-01", "--substitute", "--name", "2024")


def test_by_command_a_raster_is_asked_about_imported_listed_shown_and_measured(home: Path, tmp_path: Path) -> None:
    cells = land_cover()
    path = write(tmp_path / "DBFG.tif", cells, nodata=None)
    asked = landgis("layer", "import", path, "--json", *STATED)
    assert asked.returncode == 3
    assert [row["option"] for row in json.loads(asked.stdout)["error"]["questions"]] == ["--meaning", "--nodata"]
    assert "像元说的是什么" in asked.stderr
    assert "What do the cells mean" in asked.stderr
    answers = ("--meaning", "globeland30", "--nodata", "0", "--publish")
    (stored,) = json.loads(landgis("layer", "import", path, *answers, "--json", *STATED).stdout)
    assert (stored["layer"], stored["status"], stored["feature_count"]) == ("land_cover", "published", 0)
    assert (stored["raster"]["columns"], stored["raster"]["meaning"]["key"]) == (70, "globeland30")
    assert "70 × 60" in landgis("layer", "list").stdout
    shown = landgis("layer", "show", "land_cover@2024").stdout
    for words in ("GlobeLand30", "10 × 10 米", "uint8", "EPSG:4549", "无数据值：0"):
        assert words in shown
    shape = at(3, 4, 97, 55)
    parcels = tmp_path / "p.gpkg"
    gpd.GeoDataFrame({"DKBM": ["310117000001"]}, geometry=[shape], crs=4549).to_file(parcels, engine="pyogrio")
    measured = json.loads(landgis("layer", "measure", "land_cover@2024", "--parcels", parcels, "--json").stdout)
    (parcel,) = measured["parcels"]
    areas = areas_under(shape, cells) / shape.area
    assert parcel["covered_share"] == pytest.approx(1, abs=1e-9)
    for code, share in parcel["code_share"].items():
        assert share == pytest.approx(areas[cells == int(code)].sum(), abs=1e-6)
    assert (measured["release"], measured["crs"], measured["substitute"]) == ("land_cover@2024", "EPSG:4549", True)
    checked = json.loads(landgis("check", parcels, "--as-of", "2026-06-30", "--json").stdout)
    (beside,) = [row for row in checked["layers"] if row["evidence"]]
    assert (beside["layer"], beside["coverage"]) == ("land_cover", "complete")
    (cells,) = checked["parcels"][0]["rasters"]
    assert cells["code_share"] == parcel["code_share"]
    told = landgis("layer", "measure", "land_cover@2024", "--parcels", parcels)
    assert "100.00%" in told.stdout
    assert "替代数据，非法定成果" in told.stderr


def test_by_command_a_raster_in_a_folder_is_not_passed_over(home: Path, tmp_path: Path) -> None:
    write(tmp_path / "dem.tif", terrain())
    result = landgis("layer", "import", tmp_path)
    assert "raster_one_by_one" in result.stderr
    assert landgis("layer", "qc", "land_cover@2024").returncode == 2


def test_a_file_of_features_is_no_raster(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"a": [1]}, geometry=[at(0, 0, 5, 5)], crs=4549).to_file(path, engine="pyogrio")
    empty = tmp_path / "empty.tif"
    empty.touch()
    assert [holds_raster(each) for each in (path, empty, tmp_path, tmp_path / "none.tif")] == [False] * 4
    assert holds_raster(write(tmp_path / "r.tif", np.ones((5, 5), "uint8")))
