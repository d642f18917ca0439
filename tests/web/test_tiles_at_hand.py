"""What a server holds in memory is served while the database confirms it: not to who was sent out, not after a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from psycopg import sql

from landgis.access.roles import Role
from landgis.db.access_rules import write_rules
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.pulse import Pulse
from tests.conftest import admin
from tests.support import desk_case, ground
from tests.support.door_case import PASSWORD, DoorCase, door_case

SIDE = 262_144 / 2**8
PLACE = f"8/{int((ground.X + 210 - 500_000) // SIDE)}/{int((3_600_000 - ground.Y - 30) // SIDE)}"
LAYER = f"/tiles/layers/permanent_basic_farmland/test/{PLACE}"


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster) -> Iterator[DoorCase]:
    with door_case(cluster) as made:
        desk_case.known_ground(made.database, made.person("guihua"))
        yield made


@pytest.fixture(scope="module")
def parcels(case: DoorCase) -> str:
    ((run_id,),) = case.run("SELECT run_id FROM landgis.screening_run")
    return f"/tiles/parcels/{run_id}/{PLACE}"


def _at_hand(case: DoorCase, browser: httpx.Client, path: str) -> httpx.Response:
    """A tile that comes from memory: there is no file of it any more, and none is made."""
    browser.get(path)
    for file in _files(case):
        file.unlink()
    answer = browser.get(path)
    assert answer.status_code == 200
    assert _files(case) == []
    return answer


def _files(case: DoorCase) -> list[Path]:
    return list((case.home / "tiles").glob("*/*.tile"))


OUT: dict[str, Callable[[DoorCase, str, httpx.Client], object]] = {
    "deactivated": lambda case, account, _: case.register.set_active(account, active=False),
    "another role": lambda case, account, _: case.register.set_role(account, Role.LEADER),
    "another town": lambda case, account, _: case.register.set_town(account, "310117105"),
    "another password": lambda case, account, _: case.register.set_password(account, PASSWORD + "!", case.hashing),
    "left elsewhere": lambda case, _, browser: case.other_server().leave(browser.cookies["landgis"], ""),
}


@pytest.mark.parametrize("way", OUT)
def test_who_was_sent_out_gets_no_tile_from_then_on(case: DoorCase, parcels: str, way: str) -> None:
    """The clock of the server stands: nothing is asked again because it has grown old."""
    account = f"out-{list(OUT).index(way)}"
    case.new(account, Role.TOWN_CLERK)
    browser = case.inside(account)
    for path in (parcels, LAYER):
        _at_hand(case, browser, path)
    OUT[way](case, account, browser)
    for path in (parcels, LAYER, "/self"):
        assert browser.get(path, headers={"Accept": "application/json"}).status_code == 401


def test_a_tile_at_hand_is_refused_to_whoever_may_not_see_it(case: DoorCase, parcels: str) -> None:
    case.new("sees", Role.DISTRICT_PLANNER)
    case.new("clerk", Role.TOWN_CLERK)
    case.new("keeper", Role.SYSTEM_ADMIN)
    seen = _at_hand(case, case.inside("sees"), parcels)
    assert b"SJ-001" in seen.content
    keeper = case.inside("keeper")
    assert [keeper.get(path).status_code for path in (parcels, parcels, LAYER)] == [403, 403, 403]
    clerk = _at_hand(case, case.inside("clerk"), parcels)
    assert (b"SJ-004" in clerk.content, b"SJ-001" in clerk.content) == (True, False)


def test_a_change_shows_in_the_next_tile_at_hand(case: DoorCase, parcels: str) -> None:
    browser = case.inside("district_planner")
    before = _at_hand(case, browser, parcels)
    frame = ground.parcels({"SJ-009": ground.at(150, 100, 40, 40)}, village_name="东村")
    desk_case.store_parcels(case.database, case.person("guihua"), frame)
    after = browser.get(parcels)
    assert (b"SJ-009" in before.content, b"SJ-009" in after.content) == (False, True)
    assert browser.get(parcels, headers={"If-None-Match": before.headers["ETag"]}).status_code == 200


def test_a_tile_at_hand_is_of_the_rules_under_which_it_was_made(case: DoorCase, parcels: str) -> None:
    browser = case.inside("district_planner")
    before = _at_hand(case, browser, LAYER)
    assert before.content
    case.run("UPDATE landgis.access_rule SET reach = 'none' WHERE (role, action) = ('district_planner', 'read_layers')")
    assert browser.get(LAYER).status_code == 404
    with case.owner.begin() as connection:
        write_rules(connection)
    assert browser.get(LAYER).content == before.content


def test_nothing_is_served_from_memory_while_the_database_does_not_answer(
    case: DoorCase, parcels: str, cluster: PrivateCluster
) -> None:
    browser = case.inside("district_planner")
    tile = _at_hand(case, browser, parcels)
    name = str(case.database.engine.url.database)
    with admin(cluster) as connection:
        for allowed in (False, True):
            change = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
            connection.execute(change.format(sql.Identifier(name), sql.Literal(allowed)))
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            answer = browser.get(parcels)
            assert answer.status_code == (200 if allowed else 503)
    assert answer.content == tile.content


def test_the_stamps_change_with_what_they_stand_for_and_with_nothing_else(case: DoorCase) -> None:
    pulse, beats = Pulse(case.database), []
    account = case.new("stamped").os_account
    browser = case.inside(account)
    beats.append(pulse.now())
    case.run("UPDATE landgis.web_session SET last_seen = now() WHERE ended_at IS NULL")
    _write_rules(case.owner)
    assert pulse.now() == beats[0]
    browser.post("/leave")
    beats.append(pulse.now())
    case.register.set_password(account, PASSWORD + "!", case.hashing)
    beats.append(pulse.now())
    case.register.set_active(account, active=False)
    beats.append(pulse.now())
    assert len({beat.entry for beat in beats}) == 4
    assert len({(beat.map, beat.rules) for beat in beats}) == 1


def _write_rules(owner: Database) -> None:
    with owner.begin() as connection:
        write_rules(connection)
