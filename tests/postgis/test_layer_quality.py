"""Quality control of stored releases: what the import kept out is shown, and accepted repairs make a new draft."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon
from sqlalchemy import text

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import Originals
from landgis.db.repairs import repairs_of
from landgis.domain.issue import Severity
from landgis.errors import Conflict, LandgisError, NotFound, UsageError
from landgis.exchange.catalogue import load_catalogue
from landgis.exchange.delivery.layers_file import LayerEntry
from landgis.services.layers.import_layer import LayerImport, import_layer
from landgis.services.quality.control_lines import check_control_lines
from landgis.services.quality.quality import Checking, check_parcels, check_release
from landgis.services.quality.repair_layer import apply_repairs, proposed_repairs
from tests.postgis.support import add_layer
from tests.support.ground import AS_OF, X, Y, at, layer
from tests.support.heaps import heap

CATALOGUE = load_catalogue(Path("layers"))
HOW = Checking(AS_OF, "guihua")
KEY = "permanent_basic_farmland"


def on(x: float, *points: tuple[float, float]) -> Polygon:
    return Polygon([(X + x + a, Y + b) for a, b in points])


SHAPES = {
    "good": at(0, 0, 100, 100),
    "tie": on(200, (0, 0), (100, 100), (100, 0), (0, 100)),
    "loop": on(400, (0, 0), (100, 0), (100, 100), (50, 100), (49.96, 100.04), (50, 100.04), (49.96, 100), (0, 100)),
    "twice": on(600, (0, 0), (100, 0), (100, 0), (100, 100), (0, 100)),
}


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path)


@pytest.fixture
def stored(database: Database, originals: Originals, planner: Person, tmp_path: Path) -> StoredRelease:
    """A release of four features; two of them invalid, kept out at the import."""
    path = tmp_path / "YJJBNT.gpkg"
    frame = gpd.GeoDataFrame({"YJJBNTTBBH": list(SHAPES), "TBMJ": 1e4}, geometry=list(SHAPES.values()), crs=4549)
    frame.to_file(path, layer="YJJBNT", driver="GPKG")
    request = LayerImport(path, key=KEY, says=LayerEntry(name="2026"))
    return import_layer(database, originals, CATALOGUE, planner, request)


def test_rows_that_the_import_kept_out_are_shown(
    database: Database, originals: Originals, stored: StoredRelease
) -> None:
    assert stored.release.feature_count == 2
    report = check_release(database, originals, CATALOGUE, KEY, "2026", HOW)
    fatal = report.findings[report.findings["severity"] == "fatal"]
    assert fatal[["rule", "feature_id"]].to_numpy().tolist() == [["G02", "loop"], ["G02", "tie"]]
    assert report.findings.query("rule == 'G05'")["feature_id"].tolist() == ["twice"]
    assert (report.exit_code, report.subject.feature_count) == (2, 4)
    assert "2 行导入时剔除" in report.notes[0][0]


def test_a_missing_original_is_said(database: Database, originals: Originals, stored: StoredRelease) -> None:
    originals.path_of(stored.release.content_hash).unlink()
    report = check_release(database, originals, CATALOGUE, KEY, "2026", HOW)
    assert report.subject.feature_count == 2
    assert "原件读不出" in report.notes[0][0]


def test_proposals_come_from_the_original(database: Database, originals: Originals, stored: StoredRelease) -> None:
    repairs = proposed_repairs(database, originals, CATALOGUE, KEY, "2026").set_index("feature_id")
    assert repairs["kind"].to_dict() == {"loop": "make_valid", "tie": "make_valid", "twice": "repeated_vertices"}
    assert repairs["needs_person"].to_dict() == {"loop": False, "tie": True, "twice": False}
    assert repairs.loc["tie", "area_after_m2"] == pytest.approx(5000)


def test_accepting_all_leaves_out_what_needs_a_person(
    database: Database, originals: Originals, planner: Person, stored: StoredRelease
) -> None:
    done = apply_repairs(database, originals, CATALOGUE, planner, KEY, "2026", ["all"], "测绘单位确认")
    release = done.stored.release
    assert (release.name, release.status, release.feature_count) == ("2026-r1", "draft", 3)
    assert release.content_hash == stored.release.content_hash
    assert done.left["feature_id"].tolist() == ["tie"]
    assert Severity.FATAL in done.stored.issue_counts  # the bow-tie is still kept out
    features = LayerStore(database).features(KEY, "2026-r1", attributes=True).set_index("feature_id")
    assert features.loc["loop"].geometry.is_valid
    assert features["TBMJ"].tolist() == [1e4] * 3
    assert shapely.get_num_coordinates(features.loc["twice"].geometry) == 5
    kept = repairs_of(database, KEY, "2026-r1")
    assert [(row.feature_id, row.accepted_by, row.why) for row in kept] == [
        ("loop", "guihua", "测绘单位确认"),
        ("twice", "guihua", "测绘单位确认"),
    ]
    assert "GEOS" in kept[0].proposed_with


def test_naming_the_rest_makes_a_complete_release_and_keeps_what_was_accepted(
    database: Database, originals: Originals, planner: Person, stored: StoredRelease
) -> None:
    apply_repairs(database, originals, CATALOGUE, planner, KEY, "2026", ["all"], "确认")
    (tie,) = proposed_repairs(database, originals, CATALOGUE, KEY, "2026-r1")["repair_id"]
    done = apply_repairs(database, originals, CATALOGUE, planner, KEY, "2026-r1", [tie], "实地核对为两块")
    assert (done.stored.release.name, done.stored.release.feature_count) == ("2026-r2", 4)
    assert Severity.FATAL not in done.stored.issue_counts
    assert [row.feature_id for row in repairs_of(database, KEY, "2026-r2")] == ["loop", "tie", "twice"]
    report = check_release(database, originals, CATALOGUE, KEY, "2026-r2", HOW)
    assert report.counts[Severity.FATAL] == 0


def test_the_repaired_release_is_left_as_it_was(
    database: Database, originals: Originals, planner: Person, stored: StoredRelease
) -> None:
    before = LayerStore(database).features(KEY, "2026")
    apply_repairs(database, originals, CATALOGUE, planner, KEY, "2026", ["all"], "确认")
    after = LayerStore(database).features(KEY, "2026")
    assert before.geometry.to_wkb().tolist() == after.geometry.to_wkb().tolist()


@pytest.mark.parametrize(
    ("accept", "why", "error"), [(["all"], "  ", UsageError), (["R-unknown"], "确认", NotFound), ([], "确认", Conflict)]
)
def test_what_cannot_be_accepted_is_refused_and_stores_nothing(
    database: Database, originals: Originals, planner: Person, stored: StoredRelease,
    accept: list[str], why: str, error: type[LandgisError],
) -> None:  # fmt: skip
    with pytest.raises(error):
        apply_repairs(database, originals, CATALOGUE, planner, KEY, "2026", accept, why)
    assert [row.release.name for row in LayerStore(database).list(KEY)] == ["2026"]


def test_accepted_repairs_can_never_be_changed(
    database: Database, owner: Database, originals: Originals, planner: Person, stored: StoredRelease
) -> None:
    apply_repairs(database, originals, CATALOGUE, planner, KEY, "2026", ["all"], "确认")
    for statement in ("UPDATE landgis.layer_repair SET why = 'x'", "DELETE FROM landgis.layer_repair"):
        with pytest.raises(Conflict), owner.begin() as connection:
            connection.execute(text(statement))


def test_control_lines_need_two_published_releases(database: Database, planner: Person) -> None:
    with pytest.raises(LandgisError, match="nothing to compare"):
        check_control_lines(database, CATALOGUE, date(2026, 1, 1), HOW)


def test_parcels_without_a_register(database: Database) -> None:
    with pytest.raises(LandgisError, match="no parcels"):
        check_parcels(database, None, HOW)


def test_overlaps_are_those_of_the_database_itself(database: Database, originals: Originals, planner: Person) -> None:
    """The same pairs and areas by a second engine, over a mesh with noise and copies."""
    shapes = {f"{number:03d}": shape for number, shape in enumerate(heap(np.random.default_rng(5), 60, 0.02))}
    add_layer(database, planner, layer(KEY, shapes), "mesh")
    report = check_release(
        database, originals, CATALOGUE, KEY, "mesh", Checking(AS_OF, "guihua", ("T", "D"), {"node_m": 0})
    )
    ours = report.findings[report.findings["rule"] != "T02"]
    query = text(
        "SELECT a.feature_id, b.feature_id, ST_Area(ST_Intersection(ST_Translate(a.geom, :x, :y), ST_Translate(b.geom, :x, :y)))"
        " FROM landgis.layer_feature a JOIN landgis.layer_feature b"
        " ON a.release = b.release AND a.feature_id < b.feature_id AND a.geom && b.geom WHERE a.release = 'mesh'"
    )
    with database.begin() as connection:
        rows = connection.execute(query, {"x": -X, "y": -Y})
        theirs = {(one, other): area for one, other, area in rows if area > 1e-6}
    pairs = list(zip(ours["feature_id"], ours["other_id"], strict=True))
    assert sorted(pairs) == sorted(theirs)
    plain = ours[ours["rule"] == "T01"]
    for one, other, area in zip(plain["feature_id"], plain["other_id"], plain["measured"], strict=True):
        assert area == pytest.approx(theirs[one, other], abs=1e-6)
