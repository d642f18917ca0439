"""A kept tile is found only while nothing has changed that it shows, and by those alone who are shown the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Action, Role
from landgis.db.connect import Database
from landgis.db.memberships import MembershipStore
from landgis.db.people import PeopleStore
from landgis.db.pools import PoolStore
from landgis.db.pulse import Pulse
from landgis.domain.criteria import PoolCriteria
from landgis.domain.parcel_filter import ParcelFilter
from landgis.engines.tile_cache import TileCache
from landgis.errors import NotFound
from landgis.services.desk.desk_tiles import DeskTiles, scope_of, tile_of
from tests.postgis.support import add_parcels, add_run, row_of_parcels
from tests.postgis.test_memberships import moves, pool_of
from tests.support.ground import X, Y
from tests.support.mvt import layers_of

SIDE = 262_144 / 2**7
HERE = tile_of(4549, 7, int((X + 150 - 500_000) // SIDE), int((3_600_000 - Y - 30) // SIDE))


@pytest.fixture
def run_id(database: Database, planner: Person) -> str:
    add_parcels(database, planner, row_of_parcels(2))
    return add_run(database, planner).run_id


@pytest.fixture
def tiles(database: Database, tmp_path: Path) -> DeskTiles:
    return DeskTiles(database, TileCache(tmp_path / "tiles", 1 << 20))


def _pool(database: Database, planner: Person, run_id: str, parcel_id: str) -> None:
    new = moves(("", parcel_id, 1, "", "pooled", "criteria_met"))
    PoolStore(database).save(run_id, PoolCriteria(), pool_of(parcel_id), new, person=planner)


def _inside(tiles: DeskTiles, database: Database, run_id: str, wanted: ParcelFilter) -> set[str]:
    content = tiles.parcels(database, run_id, wanted, HERE, tiles.beat()).get().content
    return {row.attributes["parcel_id"] for row in layers_of(content)["parcels"] if row.attributes["inside"]}


def test_a_moved_membership_shows_in_the_next_tile(
    tiles: DeskTiles, database: Database, planner: Person, run_id: str
) -> None:
    pooled, seen = ParcelFilter(pool_states=("pooled",)), database.seen_by(planner)
    assert _inside(tiles, seen, run_id, pooled) == set()
    _pool(database, planner, run_id, "SJ-001")
    assert _inside(tiles, seen, run_id, pooled) == {"SJ-001"}
    MembershipStore(database).move(
        "songjiang",
        moves(("M000001", "SJ-001", 2, "pooled", "withdrawn", "owner_declined"), note="村委来函"),
        person=planner,
    )
    assert _inside(tiles, seen, run_id, pooled) == set()


def test_a_parcel_that_came_since_shows_in_the_next_tile(
    tiles: DeskTiles, database: Database, planner: Person, run_id: str
) -> None:
    seen = database.seen_by(planner)
    assert b"SJ-003" not in tiles.parcels(seen, run_id, ParcelFilter(), HERE, tiles.beat()).get().content
    add_parcels(database, planner, row_of_parcels(3))
    assert b"SJ-003" in tiles.parcels(seen, run_id, ParcelFilter(), HERE, tiles.beat()).get().content


def test_an_unchanged_map_keeps_its_stamp_and_its_tiles(
    tiles: DeskTiles, database: Database, planner: Person, run_id: str, tmp_path: Path
) -> None:
    stamp, seen = Pulse(database), database.seen_by(planner)
    first = tiles.parcels(seen, run_id, ParcelFilter(), HERE, tiles.beat()).get()
    before = stamp.now().map
    (kept,) = (tmp_path / "tiles").glob("*/*.tile")
    PeopleStore(database).list()
    assert stamp.now().map == before
    assert tiles.parcels(seen, run_id, ParcelFilter(), HERE, tiles.beat()).get() == first
    assert list((tmp_path / "tiles").glob("*/*.tile")) == [kept]


def test_the_stamp_changes_with_the_commit_and_once(database: Database, planner: Person) -> None:
    stamp = Pulse(database)
    before = stamp.now().map
    add_parcels(database, planner, row_of_parcels(1))
    with database.begin(planner) as connection:
        connection.execute(text("SELECT 1"))
    after = stamp.now().map
    assert before != after
    with database.begin(planner) as connection:
        _draw(connection)
        assert stamp.now().map == after  # not before it is seen
        connection.rollback()
    assert stamp.now().map == after
    with database.begin(planner) as connection:
        _draw(connection)
    assert stamp.now().map != after
    with database.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM landgis.map_change")) == 0


def _draw(connection: object) -> None:
    connection.execute(  # type: ignore[attr-defined]
        text(
            "UPDATE landgis.parcel_outline SET geom = ST_Translate(geom, 5, 0), reason = '重测' WHERE parcel_id = 'SJ-001'"
        )
    )


def test_two_that_change_the_map_do_not_wait_for_each_other(
    database: Database, owner: Database, planner: Person
) -> None:
    add_parcels(database, planner, row_of_parcels(1))
    stamp = Pulse(database)
    with database.begin(planner) as slow:
        _draw(slow)
        before = stamp.now().map
        with owner.begin() as quick:
            quick.execute(text("SET LOCAL lock_timeout = '5s'"))
            quick.execute(
                text("UPDATE landgis.plan_line SET parcel_id = parcel_id")
            )  # the statement counts, not its rows
        between = stamp.now().map
    assert len({before, between, stamp.now().map}) == 3


def test_a_lost_connection_is_made_anew(database: Database) -> None:
    stamp = Pulse(database)
    before = stamp.now().map
    with database.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database() AND usename = current_user"
            )
        )
    assert stamp.now().map == before


def test_what_is_not_there_is_not_found(tiles: DeskTiles, database: Database, planner: Person) -> None:
    seen = database.seen_by(planner)
    with pytest.raises(NotFound, match="R999"):
        tiles.parcels(seen, "R999", ParcelFilter(), HERE, tiles.beat()).get()
    with pytest.raises(NotFound, match="homestead"):
        tiles.layer(seen, "homestead", "1999", HERE, tiles.beat()).get()


def test_only_those_of_one_scope_share_tiles() -> None:
    def scope(role: Role, town_code: str | None = None) -> str:
        person = Person(1, "x", "甲", role, town_code=town_code)
        return scope_of(person, Action.READ_VERDICTS, Action.READ_PARCELS)

    assert scope(Role.DISTRICT_PLANNER) == scope(Role.LEADER) == scope(Role.DISTRICT_REVIEWER, "310117106") == "all"
    towns = {scope(Role.TOWN_CLERK, town) for town in ("310117106", "310117109", None)}
    assert len(towns) == 3
    assert "all" not in towns
    assert scope_of(Person(1, "x", "甲", Role.TOWN_CLERK, town_code="310117106"), Action.READ_LAYERS) == "all"
    assert scope(Role.SYSTEM_ADMIN) == scope(Role.TOWN_CLERK) == "nothing"
    assert scope_of(None, Action.READ_LAYERS) == "nobody"
