"""What parcels held before the register: facts inside versions become dated rows, and go back."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.migrate import downgrade, upgrade
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunStore
from landgis.domain.place import Place
from landgis.domain.register import Act
from landgis.services.register.parcel_acts import Decision, merge_parcels, retire_parcels
from landgis.services.register.state_facts import state_place
from tests.postgis.support import add_parcels, row_of_parcels

MARCH, MAY = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
OLD = """
INSERT INTO landgis.source_file (content_hash, name, byte_size, received_by) SELECT repeat('a', 64), 'a', 1, person_id
    FROM landgis.person;
INSERT INTO landgis.parcel_import (content_hash, source_name, source_crs, transform, encoding, created_count,
    changed_count, unchanged_count, created_by, created_at)
    SELECT repeat('a', 64), 'a', '', '', '', 1, 0, 0, person_id, moment
    FROM landgis.person, unnest(ARRAY['2026-03-01T00:00Z', '2026-05-01T00:00Z']::timestamptz[]) moment;
INSERT INTO landgis.parcel VALUES ('SJ-001', 'songjiang', '2026-03-01T00:00Z');
INSERT INTO landgis.parcel_version (parcel_id, version, district, facts, geom, content_hash, import_no, created_by,
    created_at, current)
    SELECT 'SJ-001', n, 'songjiang', facts::jsonb, ST_Multi(ST_MakeEnvelope(615000, 3424000, 615080 + n, 3424060, 4549)),
        '', import_no, i.created_by, i.created_at, n = 2
    FROM (VALUES (1, '{"dispute": true, "owner_name": "甲村"}'), (2, '{"dispute": false, "road": true}')) v (n, facts)
    JOIN landgis.parcel_import i ON i.import_no = n;
INSERT INTO landgis.parcel_document VALUES (1, 'SJ-001', 'boundary_survey', '1', '报告', '2026-01-01');
INSERT INTO landgis.screening_run (run_id, pack_id, pack_version, as_of, scope, district, crs, code_version, releases,
    seconds, created_by) SELECT 'R000001', 'songjiang', '1', '2026-03-02', 'full', 'songjiang', 'EPSG:4549', '1', '[]', 1,
    person_id FROM landgis.person;
INSERT INTO landgis.run_parcel (run_id, parcel_id, version, verdict, planar_m2, ellipsoidal_m2)
    VALUES ('R000001', 'SJ-001', 1, 'excluded', 1, 1);
"""


def test_facts_leave_the_versions_with_their_history_and_go_back(
    owner: Database, database: Database, planner: Person
) -> None:
    downgrade(owner, "0003")
    with owner.begin() as connection:
        connection.exec_driver_sql(OLD)
    upgrade(owner)
    store = ParcelStore(database)
    now, then = store.one("SJ-001"), store.one("SJ-001", known_at=MARCH)
    assert (now["dispute"].tolist(), now["road"].tolist(), now["owner_name"].isna().all()) == ([False], [True], True)
    assert (then["dispute"].tolist(), then["owner_name"].tolist(), then["version"].tolist()) == ([True], ["甲村"], [1])
    assert store.one("SJ-001", as_of=MARCH.date())["dispute"].tolist() == [False]
    judged = RunStore(database).load("R000001").versions
    assert (judged["dispute"].tolist(), judged["owner_name"].tolist()) == ([True], ["甲村"])
    assert store.areas()["planar_m2"].tolist() == [82 * 60]
    assert store.documents("SJ-001")["number"].tolist() == ["1"]
    downgrade(owner, "0003")
    with owner.begin() as connection:
        facts = connection.execute(text("SELECT version, facts FROM landgis.parcel_version ORDER BY 1")).all()
        hashes = connection.scalars(text("SELECT length(content_hash) FROM landgis.parcel_version")).all()
    assert [tuple(row) for row in facts] == [
        (1, {"dispute": True, "owner_name": "甲村"}),
        (2, {"dispute": False, "road": True}),
    ]
    assert hashes == [64, 64]


def test_parcels_born_by_acts_survive_the_way_down(owner: Database, database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(3))
    act = merge_parcels(
        database, planner, ["SJ-001", "SJ-002"], "SJ-100", Decision(MAY.date(), "整合", apart_reason="一并供应")
    )
    assert act.meta.act is Act.MERGE
    state_place(database, planner, "SJ-100", Place.TOWN, "车墩镇", valid_from=None, reason="更正")
    retire_parcels(database, planner, ["SJ-003"], Decision(MAY.date(), "征收"))
    downgrade(owner, "0003")
    with owner.begin() as connection:
        rows = connection.execute(
            text("SELECT parcel_id, import_no, facts ->> 'dispute' FROM landgis.parcel_version WHERE current")
        ).all()
    assert [tuple(row) for row in rows] == [("SJ-100", 1, "false")]  # the place stated goes with its parcel's origin
    upgrade(owner)
    assert ParcelStore(database).current()["parcel_id"].tolist() == ["SJ-100"]
