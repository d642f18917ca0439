"""A town clerk at the desk: what is of the own town is written, in bulk too; what is another's is as if it were not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.connect import Database
from landgis.db.parcel_facts import FactStore, Statement
from landgis.db.parcels import ParcelStore
from landgis.db.people import PeopleStore
from landgis.domain.pooling import MoveReason
from landgis.errors import LandgisError, NotAllowed, NotFound
from landgis.services.pooling.move_members import add_leads
from tests.postgis.support import META, add_parcels, row_of_parcels, source
from tests.support.desk_case import desk_of
from tests.support.ground import at, parcels

HERE, THERE = "310117109", "310117106"


@pytest.fixture
def clerk(owner: Database, database: Database, planner: Person) -> Person:
    """Of a town with SJ-001; SJ-002 lies in another."""
    frame = parcels(row_of_parcels(2))
    frame["town_code"] = [HERE, THERE]
    ParcelStore(database).add_import(frame, [], source=source(), meta=META, person=planner)
    return PeopleStore(owner).register("zhen", "镇填报员", Role.TOWN_CLERK, town_code=HERE)


@pytest.fixture
def desk(database: Database, clerk: Person) -> Database:
    return desk_of(database).seen_by(clerk)


def _fact(parcel_id: str) -> Statement:
    return Statement(parcel_id, "road", True, valid_from=date(2026, 1, 1), source="test")


def _refusal(work: Callable[[], object]) -> LandgisError:
    with pytest.raises((NotAllowed, NotFound)) as raised:
        work()
    return raised.value


def test_own_land_is_written_and_read(desk: Database, clerk: Person) -> None:
    FactStore(desk).state([_fact("SJ-001")], person=clerk, reason="核实")
    assert FactStore(desk).held("SJ-001")["road"].value is True
    (lead,) = add_leads(desk, clerk, ["SJ-001"], MoveReason.TOWN_REPORT)
    assert lead.parcel_id == "SJ-001"
    done = add_parcels(desk, clerk, {"SJ-001": at(100, 0, 82, 60), "SJ-003": at(300, 0, 80, 60)})
    assert (done.created_count, done.changed_count) == (1, 1)
    assert ParcelStore(desk).current()["parcel_id"].tolist() == ["SJ-001", "SJ-003"]


def test_land_of_others_is_answered_as_land_that_is_not_there(desk: Database, clerk: Person) -> None:
    def told(number: str) -> list[str]:
        works: tuple[Callable[[], object], ...] = (
            lambda: FactStore(desk).state([_fact(number)], person=clerk, reason="核实"),
            lambda: add_leads(desk, clerk, [number], MoveReason.TOWN_REPORT),
            lambda: ParcelStore(desk).one(number),
        )
        return [str(_refusal(work)).replace(number, "") for work in works]

    assert told("SJ-002") == told("SJ-999")


def test_an_import_that_touches_another_town_is_refused_as_a_whole(
    desk: Database, database: Database, clerk: Person
) -> None:
    frame = parcels({"SJ-003": at(300, 0, 80, 60), "SJ-004": at(400, 0, 80, 60)})
    frame["town_code"] = [HERE, THERE]
    for seen in (desk, database):
        with pytest.raises(NotAllowed, match=f"own town \\({HERE}\\) alone, not in {THERE}"):
            ParcelStore(seen).add_import(frame, [], source=source(), meta=META, person=clerk)
        with pytest.raises(LandgisError):  # its number, said to lie here
            add_parcels(seen, clerk, {"SJ-002": at(200, 0, 70, 60), "SJ-003": at(300, 0, 80, 60)})
    assert ParcelStore(database).current()["parcel_id"].tolist() == ["SJ-001", "SJ-002"]
    with pytest.raises(NotAllowed, match="own town"):
        FactStore(database).state([_fact("SJ-002")], person=clerk, reason="核实")


FORGED = {
    "another's name": "INSERT INTO landgis.parcel_version (parcel_id, version, district, town_code, geom, planar_m2,"
    " ellipsoidal_m2, reason, created_by, current) SELECT parcel_id, 2, district, town_code, geom, planar_m2,"
    " ellipsoidal_m2, 'x', 1, true FROM landgis.parcel_version",
    "own land given to another town": "INSERT INTO landgis.parcel_version (parcel_id, version, district, town_code, geom,"
    " planar_m2, ellipsoidal_m2, reason, created_by, current) SELECT parcel_id, 2, district, '310117106', geom, planar_m2,"
    " ellipsoidal_m2, 'x', landgis.viewer_id(), true FROM landgis.parcel_version",
    "land of others taken": "INSERT INTO landgis.parcel_version (parcel_id, version, district, town_code, geom, planar_m2,"
    " ellipsoidal_m2, reason, created_by, current) SELECT 'SJ-002', 2, district, town_code, geom, planar_m2,"
    " ellipsoidal_m2, 'x', landgis.viewer_id(), true FROM landgis.parcel_version",
}


@pytest.mark.parametrize("what", FORGED)
def test_the_database_itself_refuses(desk: Database, what: str) -> None:
    with pytest.raises(NotAllowed, match="not yours to change"), desk.begin() as connection:
        connection.exec_driver_sql(FORGED[what])


def test_nothing_is_deleted_and_the_policy_is_not_changed(desk: Database) -> None:
    for statement in ("DELETE FROM landgis.parcel_fact", "UPDATE landgis.access_rule SET reach = 'all'",
                      "UPDATE landgis.person SET town_code = '310117106'"):  # fmt: skip
        with pytest.raises(NotAllowed), desk.begin() as connection:
            connection.execute(text(statement))
