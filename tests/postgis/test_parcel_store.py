from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon

from landgis.access.person import Person
from landgis.crs import WORKING
from landgis.db.connect import Database
from landgis.db.parcels import ParcelImport, ParcelStore
from landgis.domain.issue import Issue, Severity
from landgis.errors import Conflict, GeometryInvalid, NotFound
from landgis.frames.parcels import DOCUMENTS, PARCELS
from tests.postgis.support import META, add_parcels, row_of_parcels, source
from tests.support.ground import at, parcels


def _counts(done: ParcelImport) -> tuple[int, int, int]:
    return done.created_count, done.changed_count, done.unchanged_count


def test_parcels_come_back_as_they_went_in(database: Database, planner: Person) -> None:
    given = parcels({"SJ-001": at(0, 0, 80, 60), "SJ-002": MultiPolygon([at(100, 0, 9, 9), at(120, 0, 9, 9)])})
    given.loc[0, ["owner_name", "registered_area_m2", "road", "village_name"]] = [
        "叶榭镇 团结村",
        4800.5,
        True,
        "团结村",
    ]
    given.loc[1, ["planned_use_code", "dispute", "town_name"]] = [None, None, None]
    store = ParcelStore(database)
    store.add_import(given, [], source=source(), meta=META, person=planner)
    found = store.current("songjiang")
    PARCELS.require(found, WORKING)
    assert list(found.columns) == [*PARCELS.names, "version", "geodesic_m2", "geometry"]
    assert found["version"].tolist() == [1, 1]
    expected = pd.DataFrame(given[PARCELS.names])
    pd.testing.assert_frame_equal(pd.DataFrame(found[PARCELS.names]), expected)
    assert found.geometry.iloc[0].equals_exact(MultiPolygon([given.geometry.iloc[0]]), 0)
    assert found.geometry.iloc[1].equals_exact(given.geometry.iloc[1], 0)


def test_an_import_writes_versions_only_where_something_changed(database: Database, planner: Person) -> None:
    store, shapes = ParcelStore(database), row_of_parcels(3)
    assert _counts(add_parcels(database, planner, shapes)) == (3, 0, 0)
    again = add_parcels(database, planner, shapes)
    assert (_counts(again), again.created_by, again.meta) == ((0, 0, 3), "guihua", META)
    moved = shapes | {"SJ-002": at(200, 0, 81, 60), "SJ-004": at(400, 0, 9, 9)}
    assert _counts(add_parcels(database, planner, moved)) == (1, 1, 2)
    assert _counts(add_parcels(database, planner, moved, dispute=True)) == (0, 4, 0)
    current = store.current()
    assert dict(zip(current["parcel_id"], current["version"], strict=True)) == {
        "SJ-001": 1,
        "SJ-002": 2,
        "SJ-003": 1,
        "SJ-004": 1,
    }
    assert current["dispute"].tolist() == [True] * 4
    with database.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM landgis.parcel_version").scalar() == 5


def test_a_ring_that_starts_elsewhere_is_the_same_parcel(database: Database, planner: Person) -> None:
    square = at(0, 0, 80, 60)
    turned = Polygon([*square.exterior.coords[2:], *square.exterior.coords[1:3]][::-1])
    add_parcels(database, planner, {"SJ-001": square})
    assert _counts(add_parcels(database, planner, {"SJ-001": turned})) == (0, 0, 1)


@pytest.mark.parametrize(("by_m", "changed"), [(0.0005, 0), (0.002, 1)])
def test_an_outline_to_the_millimetre_is_the_same_parcel(
    database: Database, planner: Person, by_m: float, changed: int
) -> None:
    add_parcels(database, planner, {"SJ-001": at(0, 0, 80, 60)})
    assert _counts(add_parcels(database, planner, {"SJ-001": at(by_m, 0, 80, 60)})) == (0, changed, 1 - changed)


def test_the_same_vertices_joined_otherwise_are_another_parcel(database: Database, planner: Person) -> None:
    x, y = at(0, 0, 1, 1).bounds[:2]
    corners = [(x, y), (x + 40, y), (x + 40, y + 40), (x, y + 40)]
    middle = (x + 20, y + 20)
    dented = [Polygon([*corners[: side + 1], middle, *corners[side + 1 :]]) for side in (0, 1)]
    add_parcels(database, planner, {"SJ-001": dented[0]})
    assert _counts(add_parcels(database, planner, {"SJ-001": dented[1]})) == (0, 1, 0)


def test_one_bad_parcel_stores_nothing(database: Database, planner: Person) -> None:
    bow_tie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(GeometryInvalid, match="SJ-009"):
        add_parcels(database, planner, row_of_parcels(3) | {"SJ-009": bow_tie})
    stray = pd.DataFrame([["SJ-777", "survey", "1", "勘测报告", None]], columns=DOCUMENTS.names)
    stray = stray.astype(dict.fromkeys(DOCUMENTS.names[:4], "str"))
    with pytest.raises(Conflict, match="no parcel of that number") as refused:
        ParcelStore(database).add_import(
            parcels(row_of_parcels(3)), [], source=source(), meta=META, person=planner, documents=stray
        )
    assert ParcelStore(database).current().empty
    with database.begin() as connection:
        assert (
            connection.exec_driver_sql(
                "SELECT (SELECT count(*) FROM landgis.parcel_import) + (SELECT count(*) FROM landgis.source_file)"
            ).scalar()
            == 0
        )
    assert refused.value.where == "SJ-777"


def test_a_parcel_number_stands_in_one_district(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(2))
    with pytest.raises(Conflict, match="SJ-001 in songjiang, now chongming"):
        add_parcels(database, planner, row_of_parcels(2), district="chongming")


def test_parcels_are_listed_by_district_and_town_and_found_one_by_one(database: Database, planner: Person) -> None:
    store = ParcelStore(database)
    add_parcels(database, planner, row_of_parcels(2))
    add_parcels(database, planner, {"CM-1": at(5000, 0, 9, 9)}, district="chongming", town_code="310151102")
    assert store.current()["parcel_id"].tolist() == ["CM-1", "SJ-001", "SJ-002"]
    assert store.current("chongming")["parcel_id"].tolist() == ["CM-1"]
    assert store.current("songjiang", town_code="310117109")["parcel_id"].tolist() == ["SJ-001", "SJ-002"]
    assert store.current("songjiang", town_code="310117999").empty
    assert store.one("SJ-002")["town_name"].tolist() == ["叶榭镇"]
    with pytest.raises(NotFound, match="SJ-404"):
        store.one("SJ-404")


def test_an_empty_district_is_an_empty_parcel_frame(database: Database) -> None:
    empty = ParcelStore(database).current("chongming")
    PARCELS.require(empty, WORKING)
    assert isinstance(empty, gpd.GeoDataFrame)
    assert len(empty) == 0
    assert empty["dispute"].dtype == "boolean"


def test_documents_and_issues_are_kept_with_the_import(database: Database, planner: Person) -> None:
    issue = Issue("fact_missing", Severity.SERIOUS, "第 2 行", "缺规划用途", "Planned use is missing")
    store = ParcelStore(database)

    def deliver(title: str, dated_on: date | None) -> ParcelImport:
        documents = pd.DataFrame(
            [["SJ-001", "certificate", "沪(2020)松字不动产权第1号", title, dated_on]], columns=DOCUMENTS.names
        )
        documents = documents.astype(dict.fromkeys(DOCUMENTS.names[:4], "str"))
        frame = parcels(row_of_parcels(1))
        return store.add_import(frame, [issue], source=source(), meta=META, person=planner, documents=documents)

    deliver("不动产权证", None)
    second = deliver("不动产权证书（更正）", date(2020, 5, 6))
    assert store.issues(second.import_no) == [issue]
    documents = store.documents("SJ-001")
    assert documents["title_zh"].tolist() == ["不动产权证书（更正）"]
    assert documents["dated_on"].tolist() == [date(2020, 5, 6)]


def test_two_imports_at_once_do_not_number_one_version_twice(database: Database, planner: Person) -> None:
    import threading

    add_parcels(database, planner, row_of_parcels(20))
    failures: list[BaseException] = []

    def work(width: int) -> None:
        try:
            add_parcels(
                database, planner, {key: at(100 * index, 0, width, 60) for index, key in enumerate(row_of_parcels(20))}
            )
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(width,)) for width in (70, 75)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(ParcelStore(database).current()["version"]) == {3}


def test_geometry_is_multipolygon_in_the_working_crs(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    with database.begin() as connection:
        row = connection.exec_driver_sql(
            "SELECT ST_SRID(geom), GeometryType(geom), ST_Area(geom) FROM landgis.parcel_version"
        ).one()
    assert tuple(row) == (4549, "MULTIPOLYGON", shapely.area(at(100, 0, 80, 60)))
