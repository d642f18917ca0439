from __future__ import annotations

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon
from sqlalchemy.exc import DBAPIError

from landgis.access.person import Person
from landgis.crs import WORKING
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.shelves import open_shelf
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import Answer, CoverageBasis, LegalState, Release, ReleaseStatus, Secrecy
from landgis.errors import Conflict, ContractBroken, GeometryInvalid, NotFound
from landgis.frames.layer import LayerData
from landgis.frames.parcels import FEATURES
from tests.postgis.support import add_layer, source
from tests.support.ground import at, layer

FATAL = Issue("geometry_invalid", Severity.FATAL, "第 3 行 图斑编号=乙-07", "自相交", "Self-intersection")
MINOR = Issue("area_differs", Severity.MINOR, "第 4 行", "图斑面积差 2 ㎡", "Area differs by 2 m²")


def _rich_layer() -> LayerData:
    ring_with_hole = at(0, 0, 40, 40).difference(at(10, 10, 5, 5))
    two_parts = MultiPolygon([at(100, 0, 10, 10), at(120, 0, 10, 10)])
    frame = gpd.GeoDataFrame(
        {
            "feature_id": pd.Series(["乙-07", "甲-01"], dtype="str"),
            "class": pd.Series(["", "homestead"], dtype="str"),
            "label": pd.Series([None, "0702 农村宅基地 𠀀"], dtype="str"),
            "图斑面积": [1575.0, np.nan],
            "划定日期": [date(2022, 9, 28), None],
            "户数": pd.Series([3, None], dtype="Int64"),
        },
        geometry=[two_parts, ring_with_hole],
        crs=WORKING,
    )
    release = Release(
        "homestead",
        "2024-01",
        "农村宅基地",
        document_no="沪规划资源〔2024〕1号",
        issuing_body="上海市规划和自然资源局",
        issued_on=date(2024, 1, 5),
        in_force_from=date(2024, 1, 10),
        expires_on=date(2026, 12, 31),
        district="songjiang",
        legal_state=LegalState.PUBLIC_NOTICE,
        approved_on=date(2024, 1, 3),
        no_document_reason="",
        state_of_data_on=date(2023, 12, 31),
        accuracy_m=0.05,
        scale_denominator=500,
        secrecy=Secrecy.INTERNAL,
        cycle_months=12,
        grace_months=3,
        answers=(
            Answer(
                "crs",
                "EPSG:4528",
                "文件没有坐标系信息，按指明的 EPSG:4528 读取",
                "The file says no CRS; read as EPSG:4528",
            ),
        ),
        source_name="宅基地.zip",
        source_crs="EPSG:4528",
        transform="EPSG:4528 → EPSG:4549",
        encoding="GB18030",
        feature_count=2,
        substitute=True,
    )
    return LayerData(release, frame, at(-1000, -1000, 4000, 4000))


def test_a_release_comes_back_as_it_went_in(database: Database, planner: Person) -> None:
    data, store = _rich_layer(), LayerStore(database)
    stored = store.add_release(data, [FATAL, MINOR], source=source(), person=planner)
    assert stored.release == replace(data.release, content_hash="a" * 64, status=ReleaseStatus.DRAFT)
    assert stored.coverage.equals(data.coverage)
    assert (stored.created_by, stored.published_by) == ("guihua", None)
    assert stored.issue_counts == {Severity.FATAL: 1, Severity.MINOR: 1}
    assert store.issues("homestead", "2024-01") == [FATAL, MINOR]

    features = store.features("homestead", "2024-01")
    FEATURES.require(features, WORKING)
    assert list(features.columns) == [*FEATURES.names, "geometry"]
    assert features["feature_id"].tolist() == ["乙-07", "甲-01"]
    assert features["label"].isna().tolist() == [True, False]
    assert features["label"].iloc[1] == "0702 农村宅基地 𠀀"
    for found, given in zip(features.geometry, data.features.geometry, strict=True):
        assert shapely.normalize(found).equals_exact(
            shapely.normalize(shapely.multipolygons([given]) if given.geom_type == "Polygon" else given), 0
        )

    delivered = store.features("homestead", "2024-01", attributes=True)
    assert delivered["图斑面积"].isna().tolist() == [False, True]
    assert delivered["划定日期"].tolist()[0] == "2022-09-28"
    assert delivered["户数"].tolist()[0] == 3
    assert store.load(stored).complete is False


def test_one_bad_row_stores_nothing(database: Database, planner: Person) -> None:
    bow_tie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    good = layer("homestead", {"a": at(0, 0, 5, 5), "b": at(9, 0, 5, 5)})
    with pytest.raises(GeometryInvalid, match="b"):
        add_layer(
            database,
            planner,
            replace(good, features=good.features.set_geometry([at(0, 0, 5, 5), bow_tie], crs=WORKING)),
        )
    long_ago = Issue("x", Severity.MINOR, "", "", "\x00")  # PostgreSQL holds no zero byte: fails after the features
    with pytest.raises(ContractBroken):
        add_layer(database, planner, good, issues=(MINOR, long_ago))
    assert LayerStore(database).list() == []
    with database.begin() as connection:
        assert (
            connection.exec_driver_sql(
                "SELECT (SELECT count(*) FROM landgis.layer_feature) + (SELECT count(*) FROM landgis.source_file)"
            ).scalar()
            == 0
        )


def test_heights_wrong_crs_and_repeated_ids_are_refused(database: Database, planner: Person) -> None:
    good = layer("homestead", {"a": at(0, 0, 5, 5), "b": at(9, 0, 5, 5)})
    for features, said in (
        (good.features.set_geometry(shapely.force_3d(good.features.geometry.to_numpy(), 4.0), crs=WORKING), "heights"),
        (good.features.set_crs(4550, allow_override=True), "CRS is EPSG:4550"),
        (good.features.assign(feature_id=pd.Series(["a", "a"], dtype="str")), "repeated key"),
    ):
        with pytest.raises(ContractBroken, match=said):
            add_layer(database, planner, replace(good, features=features))
    assert LayerStore(database).list() == []


def test_the_database_itself_refuses_invalid_geometry(owner: Database) -> None:
    bow_tie = "SRID=4549;MULTIPOLYGON(((0 0,1 1,1 0,0 1,0 0)))"
    with owner.begin() as connection:
        shelf = open_shelf(connection, "homestead", "2024").table
        query = f"INSERT INTO landgis.{shelf} VALUES ('homestead', '2024', 'b', '', NULL, '{{}}', '{bow_tie}')"  # noqa: S608 own names
        with pytest.raises(DBAPIError, match="geom_valid"):
            connection.exec_driver_sql(query)
        connection.rollback()


def test_publishing_supersedes_the_edition_before(database: Database, planner: Person) -> None:
    store, shapes = LayerStore(database), {"a": at(0, 0, 5, 5)}
    old = layer("homestead", shapes, in_force_from=date(2023, 1, 1), expires_on=date(2025, 12, 31))
    new = layer("homestead", shapes, in_force_from=date(2025, 1, 1))
    add_layer(database, planner, old, "2023")
    assert store.current("homestead", date(2026, 1, 1)) is None
    published = store.publish("homestead", "2023", planner)
    assert (published.release.status, published.published_by) == (ReleaseStatus.PUBLISHED, "guihua")
    assert published.published_at is not None
    add_layer(database, planner, new, "2025")
    store.publish("homestead", "2025", planner)
    assert {stored.release.name: str(stored.release.status) for stored in store.list("homestead")} == {
        "2025": "published",
        "2023": "superseded",
    }

    def speaking(day: date) -> str | None:
        found = store.current("homestead", day)
        return found and found.release.name

    assert speaking(date(2026, 1, 1)) == "2025"
    assert speaking(date(2024, 6, 1)) == "2023"
    assert speaking(date(2022, 6, 1)) is None
    assert store.current("ecological_redline", date(2026, 1, 1)) is None


def test_publishing_is_refused_twice_with_fatal_issues_and_on_assumed_coverage(
    database: Database, planner: Person
) -> None:
    store, good = LayerStore(database), layer("homestead", {"a": at(0, 0, 5, 5)})
    add_layer(database, planner, good, "bad", issues=(FATAL,))
    with pytest.raises(Conflict, match="1 fatal issues") as raised:
        store.publish("homestead", "bad", planner)
    assert "致命问题" in raised.value.zh
    with pytest.raises(Conflict, match="fatal issues"), database.begin() as connection:
        connection.exec_driver_sql("UPDATE landgis.layer_release SET status = 'published', published_at = now()")
    assumed = replace(good, release=replace(good.release, coverage_basis=CoverageBasis.ASSUMED))
    add_layer(database, planner, assumed, "assumed")
    with pytest.raises(Conflict, match="it is only assumed"):
        store.publish("homestead", "assumed", planner)
    add_layer(database, planner, good, "good")
    store.publish("homestead", "good", planner)
    with pytest.raises(Conflict, match="cannot be published again"):
        store.publish("homestead", "good", planner)
    with pytest.raises(NotFound):
        store.publish("homestead", "none", planner)


def test_incomplete_data_must_say_so_and_an_edition_has_one_name(database: Database, planner: Person) -> None:
    good = layer("homestead", {"a": at(0, 0, 5, 5)})
    with pytest.raises(ContractBroken, match="lacks features"):
        add_layer(database, planner, replace(good, complete=False))
    add_layer(database, planner, good)
    with pytest.raises(Conflict):
        add_layer(database, planner, good)
    wrong = replace(good, release=replace(good.release, content_hash="b" * 64))
    with pytest.raises(ContractBroken, match="content hash"):
        add_layer(database, planner, wrong, "2025")


def test_an_empty_layer_is_stored_and_reads_back_empty(database: Database, planner: Person) -> None:
    stored = add_layer(database, planner, layer("homestead", {}))
    features = LayerStore(database).features("homestead", stored.release.name, attributes=True)
    assert len(features) == 0
    FEATURES.require(features, WORKING)
