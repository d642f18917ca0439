"""Two clerks at one parcel at the same moment: the second waits, then adds to what the first wrote, or is refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.parcel_delivery import ImportMeta
from landgis.db.parcel_facts import FactStore, Statement, write_facts
from landgis.db.parcels import ParcelStore
from landgis.db.people import PeopleStore
from landgis.domain.facts import FactState
from landgis.domain.place import Place
from landgis.domain.register import Answer, Wish
from landgis.errors import Conflict
from landgis.services.register.parcel_acts import Decision, retire_parcels
from landgis.services.register.parcel_history import parcel_history
from landgis.services.register.state_facts import record_wish, state_fact, state_owners, state_place
from tests.conftest import admin
from tests.postgis.support import add_parcels, row_of_parcels, source
from tests.support.ground import at, parcels

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
ID = "SJ-001"
Work = Callable[[Database, Person], object]


@pytest.fixture
def clerk(owner: Database) -> Person:
    """A second person, who works at the same time."""
    return PeopleStore(owner).register("zhen", "填报员乙", Role.DISTRICT_PLANNER)


@pytest.fixture
def meanwhile(
    cluster: PrivateCluster, database: Database, database_name: str, planner: Person, clerk: Person
) -> Callable[[str, Work], list[BaseException]]:
    """Let the planner write, the clerk begin while that is not committed yet, and then the planner commit."""

    def run(first: str, second: Work) -> list[BaseException]:
        failures: list[BaseException] = []

        def work() -> None:
            try:
                second(database, clerk)
            except BaseException as error:
                failures.append(error)

        thread = threading.Thread(target=work)
        with database.begin(planner, "先") as connection:
            connection.exec_driver_sql(first)
            thread.start()
            _until_somebody_waits(cluster, database_name)
        thread.join(30)
        assert not thread.is_alive()
        return failures

    return run


def _until_somebody_waits(cluster: PrivateCluster, name: str) -> None:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    end = time.monotonic() + 30
    with admin(cluster) as connection:
        while connection.execute(query, [name]).fetchone() == (0,):
            assert time.monotonic() < end, "the second writer did not wait for the first"
            time.sleep(0.02)


RETIRE = (
    "INSERT INTO landgis.parcel_act (act, acted_on, document, reason, tolerance_m2, difference_m2, overlap_m2, created_by)"
    " SELECT 'retire', '2026-06-01', '', '先', 0, 0, 0, min(person_id) FROM landgis.person;"
    "INSERT INTO landgis.parcel_part SELECT max(act_no), 'SJ-001', 'ends' FROM landgis.parcel_act"
)
ROAD = (
    "INSERT INTO landgis.parcel_fact (parcel_id, fact, valid_from, state, value)"
    " VALUES ('SJ-001', 'road', '2026-05-01', 'known', 'true')"
)
ASKED = (
    "INSERT INTO landgis.parcel_intention (parcel_id, asked, asked_on, wish)"
    " VALUES ('SJ-001', '甲村', '2026-05-01', 'unwilling')"
)


def test_two_statements_of_one_fact_are_both_known_for_ever(
    database: Database, planner: Person, meanwhile: Callable[[str, Work], list[BaseException]]
) -> None:
    add_parcels(database, planner, row_of_parcels(1), road=None)
    state = partial(state_fact, parcel_id=ID, name="road", text="否", valid_from=MAY, reason="后")
    assert meanwhile(ROAD, state) == []
    assert FactStore(database).held(ID, as_of=MAY)["road"].value is False
    told = [row.words.zh for row in parcel_history(database, ID) if "通路" in row.words.zh]
    assert told[0].startswith("“通路”由“待补”变更为“是”，自 2026-05-01 起；理由：先")
    assert told[1].startswith("“通路”由“是”更正为“否”，自 2026-05-01 起；理由：后")
    with database.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT value, known_by, known_why, lower(known) < upper(known) OR upper(known) IS NULL"
                " FROM landgis.parcel_fact_ever WHERE fact = 'road' AND valid_from = '2026-05-01' ORDER BY known"
            )
        ).all()
    assert [tuple(row) for row in rows] == [(True, "guihua", "先", True), (False, "zhen", "后", True)]


@pytest.mark.parametrize(
    "second",
    [
        lambda db, who: state_fact(db, who, ID, "road", "是", valid_from=JULY, reason="后"),
        lambda db, who: state_owners(db, who, ID, ["甲村=village=1"], valid_from=JULY, reason="后"),
        lambda db, who: state_place(db, who, ID, Place.TOWN, "车墩镇", valid_from=JULY, reason="后"),
        lambda db, who: record_wish(db, who, ID, Answer("甲村", JULY, Wish.WILLING)),
        lambda db, who: add_parcels(db, who, {ID: at(100, 0, 70, 60)}),
        lambda db, who: retire_parcels(db, who, [ID], Decision(JULY, "后")),
    ],
    ids=["fact", "owners", "place", "wish", "outline", "end"],
)  # fmt: skip
def test_whoever_speaks_of_a_parcel_that_is_being_ended_is_refused(
    database: Database, planner: Person, meanwhile: Callable[[str, Work], list[BaseException]], second: Work
) -> None:
    add_parcels(database, planner, row_of_parcels(2))
    (failure,) = meanwhile(RETIRE, second)
    assert isinstance(failure, Conflict)
    assert "终止" in failure.zh
    assert "ended" in failure.en
    assert ParcelStore(database).current()["parcel_id"].tolist() == ["SJ-002"]
    with database.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM landgis.parcel_version WHERE current")) == 1
        assert connection.scalar(text("SELECT count(*) FROM landgis.parcel_fact WHERE valid_from = '2026-07-01'")) == 0


def test_two_answers_at_once_are_both_weighed(
    database: Database, planner: Person, meanwhile: Callable[[str, Work], list[BaseException]]
) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    answer = partial(record_wish, parcel_id=ID, answer=Answer("乙村", JULY, Wish.WILLING))
    assert meanwhile(ASKED, answer) == []
    held = FactStore(database).held(ID)["owner_willing"]
    assert (held.state, held.value) == (FactState.KNOWN, False)


def test_two_places_at_once_are_two_versions(
    database: Database, planner: Person, meanwhile: Callable[[str, Work], list[BaseException]]
) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    first = (
        "SELECT pg_advisory_xact_lock(4549003); INSERT INTO landgis.parcel_version (parcel_id, version, district, town_name,"
        " village_name, geom, reason, created_by, planar_m2, ellipsoidal_m2) SELECT parcel_id, 2, district, town_name, '乙村',"
        " geom, '先', created_by, planar_m2, ellipsoidal_m2 FROM landgis.parcel_version"
    )
    state = partial(state_place, parcel_id=ID, place=Place.TOWN, text="车墩镇", valid_from=MAY, reason="后")
    assert meanwhile(first, state) == []
    row = ParcelStore(database).one(ID).iloc[0]
    assert (row["version"], row["town_name"], row["village_name"]) == (3, "车墩镇", "乙村")


def test_many_clerks_and_nothing_is_lost(database: Database, planner: Person) -> None:
    """Every statement that was accepted is in the history, with the moments in one unbroken row."""
    add_parcels(database, planner, row_of_parcels(1))
    statement = Statement(ID, "intended_buyer", "", valid_from=MAY)

    def work(name: str) -> None:
        for number in range(8):
            with database.begin(planner, name) as connection:
                write_facts(connection, [replace(statement, value=f"{name}{number}")])

    threads = [threading.Thread(target=work, args=(name,)) for name in ("甲", "乙", "丙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT value #>> '{}', lag(upper(known)) OVER (ORDER BY known) IS NOT DISTINCT FROM lower(known)"
                " FROM landgis.parcel_fact_ever WHERE fact = 'intended_buyer' AND valid_from = '2026-05-01' ORDER BY known"
            )
        ).all()
    assert sorted(row[0] for row in rows) == sorted(f"{name}{number}" for name in "甲乙丙" for number in range(8))
    assert all(row[1] for row in rows[1:])


def test_places_of_several_days_stay_apart(database: Database, planner: Person) -> None:
    """A place stated from a day on goes along with later outlines that only carried the old one."""
    add_parcels(database, planner, {ID: at(0, 0, 80, 60)})
    store = ParcelStore(database)
    redrawn = parcels({ID: at(0, 0, 90, 60)})
    store.add_import(redrawn, [], source=source(), meta=ImportMeta("EPSG:4549", "", "", JULY), person=planner)
    state_place(database, planner, ID, Place.TOWN, "310117104", valid_from=JUNE, reason="区划调整")
    seen = [store.one(ID, as_of=day).iloc[0] for day in (MAY, JUNE, JULY, None)]
    assert [row["town_name"] for row in seen] == ["叶榭镇", "车墩镇", "车墩镇", "车墩镇"]
    assert [row.geometry.area for row in seen] == pytest.approx([4800, 4800, 5400, 5400])
