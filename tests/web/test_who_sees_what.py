"""Two towns at one desk: what is another town's is not there, in no answer and in no number."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from starlette.requests import Request

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.people import PeopleStore
from landgis.web.app import create_app
from landgis.web.entering.visitor import Visitor
from tests.support.desk_case import known_database, office_of
from tests.support.matrix_case import OTHER, OWN
from tests.support.open_case import Answer, Client, served_app, static_files

MINE, THEIRS, NONE = "SJ-004", "SJ-001", "SJ-999"
"""A parcel in the clerk's town, one in the other, a number that was never given."""


class ByName:
    """An entrance that believes what it is told."""

    def __init__(self, people: dict[str, Person]) -> None:
        self._people = people

    def visitor(self, request: Request) -> Visitor | None:
        person = self._people.get(request.headers.get("X-Who", ""))
        return None if person is None else Visitor(person)


@dataclass(frozen=True)
class Desk:
    """A served desk: ask it as somebody."""

    address: str
    run: str

    def ask(self, who: str, path: str) -> Answer:
        return Client(self.address, {"X-Who": who}).get(path.format(run=self.run))


@pytest.fixture(scope="module")
def desk(cluster: PrivateCluster) -> Iterator[Desk]:
    with (
        known_database(cluster) as (database, _planner, run),
        tempfile.TemporaryDirectory() as home,
        static_files() as static,
    ):
        people = _people(cluster, database)
        guard = create_app(office_of(database, Path(home)), ByName(people), static=static)
        with served_app(guard) as address:
            yield Desk(address, run)


def _people(cluster: PrivateCluster, database: Database) -> dict[str, Person]:
    owner = open_database(cluster, role="landgis_owner", name=database.engine.url.database or "", pooled=False)
    store = PeopleStore(owner)
    towns = {Role.TOWN_CLERK: OTHER}
    people = {str(role): store.register(role.value, role.zh, role, town_code=towns.get(role)) for role in Role}
    people["homeless"] = store.register("homeless", "无镇", Role.TOWN_CLERK)
    people["neighbour"] = store.register("neighbour", "邻镇", Role.TOWN_CLERK, town_code=OWN)
    people["left"] = replace(people["leader"], active=False)
    people["forged"] = replace(people["leader"], os_account="nobody")  # a session of somebody who is not registered
    return people


@pytest.mark.parametrize(
    "path", ["/data/parcel?run={run}&parcel=%s", "/data/geometry?run={run}&parcel=%s", "/card?run={run}&parcel=%s"]
)
def test_another_towns_parcel_is_a_parcel_that_does_not_exist(desk: Desk, path: str) -> None:
    assert desk.ask("town_clerk", path % MINE).status == 200
    hidden, missing = (desk.ask("town_clerk", path % name) for name in (THEIRS, NONE))
    assert (hidden.status, missing.status) == (404, 404)
    assert hidden.text.replace(THEIRS, "") == missing.text.replace(NONE, "")
    assert desk.ask("leader", path % THEIRS).status == 200


def test_numbers_extents_and_labels_speak_of_the_own_town_alone(desk: Desk) -> None:
    page = desk.ask("town_clerk", "/data/parcels?run={run}").document
    assert [row["parcel_id"] for row in page["rows"]] == [MINE]
    assert page["total"]["count"] == 1
    assert desk.ask("leader", "/data/parcels?run={run}").document["total"]["count"] == 4
    assert desk.ask("town_clerk", "/data/ids?run={run}").document == [MINE]
    for path in ("/", "/parcels?run={run}", "/data/run?run={run}", "/data/map?run={run}", "/data/parcels?run={run}"):
        clerks, leaders = desk.ask("town_clerk", path), desk.ask("leader", path)
        assert (clerks.status, leaders.status) == (200, 200), path
        for name in ("SJ-001", "SJ-002", "SJ-003"):
            assert name not in clerks.text, (path, name)
    mine, all_ = (desk.ask(who, "/data/map?run={run}").document["extent"] for who in ("town_clerk", "leader"))
    assert mine[0] > all_[0]
    record = json.dumps(desk.ask("town_clerk", "/data/run?run={run}").document)
    assert MINE in record


def test_a_tile_shows_the_own_town_alone(desk: Desk) -> None:
    told = desk.ask("leader", "/data/map?run={run}").document
    side = told["grid"]["size_m"]
    zoom = 0
    while side > 2000:
        side, zoom = side / 2, zoom + 1
    west, south, east, north = told["extent"]
    left, top = told["grid"]["origin"]
    tiles = [
        f"/tiles/parcels/{{run}}/{zoom}/{x}/{y}"
        for x in range(int((west - left) // side), int((east - left) // side) + 1)
        for y in range(int((top - north) // side), int((top - south) // side) + 1)
    ]
    shown = {who: "".join(desk.ask(who, path).text for path in tiles) for who in ("leader", "town_clerk", "homeless")}
    numbers = {
        who: {name for name in (MINE, THEIRS, "SJ-002", "SJ-003") if name in text} for who, text in shown.items()
    }
    assert numbers == {"leader": {MINE, THEIRS, "SJ-002", "SJ-003"}, "town_clerk": {MINE}, "homeless": set()}


def test_who_has_no_town_or_is_nobody_sees_no_rows(desk: Desk) -> None:
    for who in ("homeless", "forged"):
        assert desk.ask(who, f"/data/parcel?run={{run}}&parcel={MINE}").status == 404
        ids = desk.ask(who, "/data/ids?run={run}")
        assert ids.status == 404 or ids.document == []


def test_clerks_of_two_towns_share_nothing(desk: Desk) -> None:
    found = {who: desk.ask(who, "/data/ids?run={run}").document for who in ("town_clerk", "neighbour")}
    assert found == {"town_clerk": [MINE], "neighbour": [THEIRS, "SJ-002", "SJ-003"]}
    record = desk.ask("town_clerk", "/data/run?run={run}").document
    assert "frames" not in json.dumps(record)  # they count the rows of the whole district
