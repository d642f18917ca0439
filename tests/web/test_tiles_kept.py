"""Tiles over HTTP: authorised before they are looked up, kept apart by scope, told once while they are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from fastapi import Request

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.people import PeopleStore
from landgis.web.app import create_app
from landgis.web.entering.visitor import Visitor
from tests.support import desk_case, ground
from tests.support.mvt import layers_of

PEOPLE = {
    "planner": ("guihua", Role.DISTRICT_PLANNER),
    "leader": ("lingdao", Role.LEADER),
    "clerk": ("zhen", Role.TOWN_CLERK),
    "admin": ("xitong", Role.SYSTEM_ADMIN),
    "gone": ("likai", Role.LEADER),
}


@dataclass(frozen=True)
class ByHeader:
    """Whoever a header names."""

    people: dict[str, Person]

    def visitor(self, request: Request) -> Visitor | None:
        person = self.people.get(request.headers.get("X-Test-Person", ""))
        return Visitor(person) if person else None


def _registered(owner: Database, planner: Person) -> dict[str, Person]:
    """One of each, as the database knows them: the tiles are made for whom it lets see."""
    store, found = PeopleStore(owner), {"planner": planner}
    for name, (account, role) in PEOPLE.items():
        if name != "planner":
            town = "310117106" if role is Role.TOWN_CLERK else None
            found[name] = store.register(account, name, role, town_code=town)
    found["gone"] = replace(found["gone"], active=False)
    store.store(found["gone"])
    return found


@dataclass(frozen=True)
class Served:
    client: httpx.Client
    run_id: str
    folder: Path

    def get(self, person: str, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers={"X-Test-Person": person} | headers)

    def kept(self) -> int:
        return len(list(self.folder.glob("*/*.tile")))

    @property
    def parcels(self) -> str:
        return f"/tiles/parcels/{self.run_id}/{_place()}"


def _place(z: int = 8) -> str:
    side = 262_144 / 2**z
    return f"{z}/{int((ground.X + 210 - 500_000) // side)}/{int((3_600_000 - ground.Y - 30) // side)}"


@pytest.fixture(scope="module")
def served(cluster: PrivateCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    with desk_case.known_database(cluster) as (database, person, run_id):
        owner = desk_case.owner_of(cluster, database)
        people = _registered(owner, person)
        owner.close()
        app = create_app(desk_case.office_of(database, home), ByHeader(people))
        for address in desk_case._served(app):
            with httpx.Client(base_url=address, trust_env=False) as client:
                yield Served(client, run_id, home / "tiles")


def test_a_kept_tile_is_refused_to_whoever_may_not_see_it(served: Served) -> None:
    layer = f"/tiles/layers/permanent_basic_farmland/test/{_place()}"
    for path in (served.parcels, layer):
        assert served.get("planner", path).status_code == 200
        kept = served.kept()
        assert served.get("admin", path).status_code == 403
        assert served.get("gone", path).status_code == 403
        assert served.get("nobody", path).status_code == 401
        tag = served.get("planner", path).headers["ETag"]
        assert served.get("admin", path, **{"If-None-Match": tag}).status_code == 403
        assert served.kept() == kept


def test_persons_of_one_scope_share_a_tile_and_others_have_their_own(served: Served) -> None:
    path = served.parcels + "?verdict=clear"
    before = served.kept()
    assert served.get("planner", path).content == served.get("leader", path).content
    assert served.kept() == before + 1
    assert served.get("clerk", path).status_code == 200
    assert served.kept() == before + 2


def test_the_filter_of_the_address_is_the_one_of_the_table(served: Served) -> None:
    def inside(query: str) -> set[str]:
        content = served.get("planner", f"{served.parcels}?{query}").content
        return {row.attributes["parcel_id"] for row in layers_of(content)["parcels"] if row.attributes["inside"]}

    assert inside("") == {"SJ-001", "SJ-002", "SJ-003", "SJ-004"}
    assert inside("verdict=excluded&verdict=clear") == {"SJ-001", "SJ-002"}
    assert inside("town=310117106") == {"SJ-004"}
    before = served.kept()
    assert inside("verdict=clear&verdict=excluded&verdict=clear") == {"SJ-001", "SJ-002"}
    assert served.kept() == before  # the same filter, written otherwise


def test_an_unchanged_tile_is_not_sent_again(served: Served) -> None:
    first = served.get("planner", served.parcels)
    assert (first.headers["Content-Type"], first.headers["Cache-Control"]) == (
        "application/vnd.mapbox-vector-tile",
        "private, no-cache",
    )
    again = served.get("planner", served.parcels, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_every_grid_is_told_and_served(served: Served) -> None:
    told = served.get("planner", "/tiles/grids").json()
    assert (set(told["grids"]), told["default"], told["generalised_from_m_per_px"]) == (
        {"4549", "4550", "4490"},
        "4549",
        16.0,
    )
    assert told["grids"]["4490"]["resolutions"][1] == 0.703125
    run = f"parcels/{served.run_id}"
    assert (
        served.get("planner", f"/tiles/4549/{run}/{_place()}").content == served.get("planner", served.parcels).content
    )
    degrees = 360 / 2**14
    lon, lat = 121.2, 30.93
    place = f"14/{int((lon + 180) // degrees)}/{int((90 - lat) // degrees)}"
    assert served.get("planner", f"/tiles/4490/{run}/{place}").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tiles/4326/parcels/{run}/3/0/0", 404),
        ("/tiles/parcels/{run}/3/8/0", 400),
        ("/tiles/parcels/{run}/3/-1/0", 400),
        ("/tiles/parcels/{run}/3/１/0", 400),
        ("/tiles/parcels/{run}/3/99999999999999999999/0", 400),
        ("/tiles/parcels/{run}/3/0/0?verdict=fine", 400),
        ("/tiles/parcels/{run}/3/0/0?colour=red", 400),
        ("/tiles/parcels/R999/3/0/0", 404),
        ("/tiles/layers/homestead/1999/3/0/0", 404),
    ],
)
def test_wrong_tiles_get_a_message_in_both_languages(served: Served, path: str, status: int) -> None:
    answer = served.get("planner", path.format(run=served.run_id))
    assert answer.status_code == status
    fault = answer.json()["error"]
    assert fault["message_zh"]
    assert fault["message_en"]
