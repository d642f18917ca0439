"""Outlines redrawn from another client: a new version with who and why, under the register's rules."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.area import ellipsoidal_m2
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.people import PeopleStore
from landgis.errors import Conflict, NotAllowed
from tests.postgis.support import add_parcels, row_of_parcels
from tests.support.ground import at

DRAW = "UPDATE landgis.parcel_outline SET geom = ST_Multi(ST_GeomFromText(:wkt, 4549)), reason = :why WHERE parcel_id = :id"


@pytest.fixture(autouse=True)
def stocked(database: Database, planner: Person) -> None:
    add_parcels(database, planner, row_of_parcels(2))


def draw(database: Database, person: Person | None, wkt: str, why: str = "实地复核", parcel: str = "SJ-001") -> None:
    with database.begin(person) as connection:
        connection.execute(text(DRAW), {"wkt": wkt, "why": why, "id": parcel})


def test_a_redrawn_outline_is_a_new_version_and_the_old_one_stays(database: Database, planner: Person) -> None:
    wider = at(100, 0, 81.5, 60)
    draw(database, planner, wider.wkt)
    with database.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT version, current, reason, created_by, planar_m2, ellipsoidal_m2 FROM landgis.parcel_version"
                " WHERE parcel_id = 'SJ-001' ORDER BY version"
            )
        ).all()
    assert [row[:4] for row in rows] == [(1, False, "", planner.person_id), (2, True, "实地复核", planner.person_id)]
    assert rows[1].planar_m2 == pytest.approx(81.5 * 60, abs=1e-6)
    now = ParcelStore(database).current("songjiang").set_index("parcel_id").geometry
    assert now["SJ-001"].equals(wider)
    assert rows[1].ellipsoidal_m2 == pytest.approx(ellipsoidal_m2(now.to_numpy())[0], rel=1e-9)
    story = ParcelStore(database).current("songjiang", known_at=rows_made(database)).set_index("parcel_id").geometry
    assert story["SJ-001"].equals(at(100, 0, 80, 60))


def rows_made(database: Database) -> object:
    """The moment at which only the first versions were known."""
    with database.begin() as connection:
        return connection.scalar(text("SELECT created_at FROM landgis.parcel_version WHERE parcel_id = 'SJ-002'"))


@pytest.mark.parametrize(
    ("wkt", "why", "said"),
    [
        (at(100, 0, 81, 60).wkt, " ", "say in the column"),
        ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", "x", "the outline is invalid"),
        ("POLYGON EMPTY", "x", "the outline is invalid"),
    ],
)
def test_what_the_register_does_not_take_is_refused(
    database: Database, planner: Person, wkt: str, why: str, said: str
) -> None:
    with pytest.raises(Conflict, match=said):
        draw(database, planner, wkt, why)
    assert ParcelStore(database).current("songjiang")["version"].tolist() == [1, 1]


def test_nobody_draws_unnamed_or_without_the_right(database: Database, owner: Database) -> None:
    leader = PeopleStore(owner).register("lingdao", "领导", Role.LEADER)
    for person, account in ((None, "landgis_app"), (leader, "lingdao")):
        with pytest.raises(Conflict, match=f"The account “{account}” is not registered, has left, or may not"):
            draw(database, person, at(100, 0, 81, 60).wkt)
    clerk = PeopleStore(owner).register("zhen", "镇填报员", Role.TOWN_CLERK, town_code="310117109")
    draw(database, clerk, at(100, 0, 81, 60).wkt)
    assert sorted(ParcelStore(database).current("songjiang")["version"]) == [1, 2]


def test_nothing_but_the_outline_is_edited_and_no_parcel_comes_or_goes(database: Database, planner: Person) -> None:
    for statement in (
        "UPDATE landgis.parcel_outline SET district = 'chongming'",
        "DELETE FROM landgis.parcel_outline",
        "INSERT INTO landgis.parcel_outline (parcel_id) VALUES ('SJ-009')",
    ):
        with pytest.raises(NotAllowed), database.begin(planner) as connection:
            connection.exec_driver_sql(statement)


def test_the_second_of_two_who_drew_at_once_is_told(database: Database, planner: Person) -> None:
    """QGIS holds rows that it read; the view is asked for the version again when it writes."""
    stale = "UPDATE landgis.parcel_outline SET geom = ST_Translate(geom, 1, 0), reason = 'x' WHERE parcel_id = 'SJ-001' AND version = 1"
    draw(database, planner, at(100, 0, 81, 60).wkt)
    with database.begin(planner) as connection:
        assert connection.exec_driver_sql(stale).rowcount == 0
    assert sorted(ParcelStore(database).current("songjiang")["version"]) == [1, 2]


def test_a_reason_without_a_change_is_no_news(database: Database, planner: Person) -> None:
    draw(database, planner, at(100, 0, 80, 60).wkt)
    assert ParcelStore(database).current("songjiang")["version"].tolist() == [1, 1]
