"""What the map asks over HTTP: measures, what lies at a point, what two states do not share, bookmarks, 天地图."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.area import hectares, mu
from landgis.db.bookmarks import BookmarkStore
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.people import PeopleStore
from landgis.db.tables.bookmarks import BOOKMARK_END
from landgis.errors import ConfigError, Conflict, GeometryInvalid, NotFound, UsageError
from landgis.services.desk.bookmarks import give_up, keep, kept
from landgis.services.desk.measuring import measured
from landgis.settings import PROJECT, Tianditu
from landgis.web.app import create_app
from tests.support import desk_case, ground
from tests.support.alone import Alone
from tests.support.open_case import served_app

FARMLAND = "permanent_basic_farmland"
KEY = "key-of-the-bureau"


@dataclass(frozen=True)
class Served:
    """A known ground, screened on two editions of farmland, over HTTP."""

    client: httpx.Client
    database: Database
    earlier: str
    run: str

    def ask(self, path: str, **values: Any) -> Any:
        answer = self.client.get(path, params=values)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def served(cluster: PrivateCluster) -> Iterator[Served]:
    with desk_case.known_database(cluster) as (database, person, earlier):
        data = ground.layer(FARMLAND, {"田-2": ground.at(272, 40, 20, 20), "新": ground.at(110, 0, 10, 60)})
        later = replace(data, release=replace(data.release, name="2026-06", state_of_data_on=date(2026, 5, 31)))
        desk_case.store_layers(database, person, [later])
        run = desk_case.run_of(database, person)
        with (
            desk_case.served(database) as address,
            httpx.Client(base_url=address, trust_env=False, headers={"Origin": address}) as client,
        ):
            yield Served(client, database, earlier, run)


def test_a_square_is_measured_in_the_plane_and_on_the_ellipsoid() -> None:
    east, north = 614_700.0, 3_430_000.0  # about 121.2° E
    corners = [(east, north), (east + 1000, north), (east + 1000, north + 1000), (east, north + 1000)]
    area = measured(corners, "area")
    assert area.planar == 1_000_000
    assert 999_665 < area.ellipsoidal < 999_685
    assert measured(corners[::-1], "area") == area
    told = area.as_dict()
    assert (told["planar_ha"], told["planar_mu"]) == ("100.0000", "1500.0000")
    assert told["ellipsoidal_mu"] == str(mu(hectares(area.ellipsoidal)))
    line = measured(corners[:2], "length")
    assert line.planar == 1000
    assert 999.83 < line.ellipsoidal < 999.845


@pytest.mark.parametrize(
    ("points", "kind", "error"),
    [
        ([(0.0, 0.0), (1.0, 1.0)], "area", UsageError),
        ([(0.0, 0.0)], "length", UsageError),
        ([(0.0, 0.0), (float("nan"), 1.0)], "length", UsageError),
        ([(0.0, 0.0), (1e9, 1.0)], "length", UsageError),
        ([(0.0, 0.0), (9.0, 9.0), (9.0, 0.0), (0.0, 9.0)], "area", GeometryInvalid),
    ],
)
def test_what_has_no_measure_is_refused(points: list[tuple[float, float]], kind: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        measured(points, kind)


def test_a_bad_drawing_is_told_over_http(served: Served) -> None:
    answers = [
        served.client.post("/data/measure", json={"kind": "volume", "points": [[0, 0], [1, 1]]}),
        served.client.post("/data/measure", json={"kind": "area", "points": [[0, 0], [1, 1]]}),
        served.client.post("/data/measure", content=b"{"),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert all(answer.json()["error"]["message_zh"] for answer in answers)


def test_everything_at_a_point_is_listed_with_release_and_day(served: Served) -> None:
    x, y = ground.X + 275, ground.Y + 50  # in SJ-002 and in 田-2
    at = {
        "run": served.earlier,
        "east": x,
        "north": y,
        "layer": [f"{FARMLAND}@test", "development_boundary@test"],
    }
    found = served.ask("/data/identify", **at)
    editions = served.ask("/data/editions", layer=FARMLAND, district="songjiang")
    assert [group["key"] for group in found] == ["parcels", FARMLAND]
    assert [item["id"] for item in found[0]["items"]] == ["SJ-002"]
    assert (found[0]["items"][0]["verdict"], found[0]["items"][0]["distance_m"]) == ("excluded", 0)
    assert [item["id"] for item in found[1]["items"]] == ["田-2"]
    assert found[1]["release"] == "test"
    assert found[1]["substitute"] is True
    assert found[1]["currency"] == next(row["day"] for row in editions if row["name"] == "test")
    wide = served.ask("/data/identify", **(at | {"tolerance": 100}))
    assert [item["id"] for item in wide[0]["items"]] == ["SJ-002", "SJ-003", "SJ-001", "SJ-004"][
        : len(wide[0]["items"])
    ]
    assert {item["id"] for item in wide[1]["items"]} == {"田-1", "田-2"}
    distances = [item["distance_m"] for item in wide[0]["items"]]
    assert distances == sorted(distances)
    assert served.ask("/data/identify", run=served.run, east=0, north=0) == []


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"layer": "permanent_basic_farmland"}, 400),
        ({"layer": "permanent_basic_farmland@1999"}, 404),
        ({"layer": "nowhere@test"}, 404),
        ({"east": "nan"}, 400),
        ({"tolerance": 1e6}, 400),
    ],
)
def test_a_wrong_question_is_refused_in_words(served: Served, values: dict[str, Any], status: int) -> None:
    asked = {"run": served.run, "east": ground.X, "north": ground.Y} | values
    answer = served.client.get("/data/identify", params=asked)
    assert answer.status_code == status
    assert answer.json()["error"]["message_en"]


def test_what_two_releases_and_two_runs_do_not_share(served: Served) -> None:
    editions = served.ask("/data/editions", layer=FARMLAND, district="songjiang")
    assert [(row["name"], row["status"]) for row in editions] == [("2026-06", "published"), ("test", "superseded")]
    changes = served.ask("/data/changes/layer", layer=FARMLAND, before="test", after="2026-06")
    assert {(row["id"], row["change"]) for row in changes} == {("新", "added"), ("田-1", "removed"), ("远", "removed")}
    new = next(row for row in changes if row["id"] == "新")
    assert new["extent"] == [ground.X + 110, ground.Y, ground.X + 120, ground.Y + 60]
    assert (new["area_before_m2"], round(new["area_after_m2"], 3)) == (None, 600.0)

    runs = served.ask("/data/runs", district="songjiang")
    assert [(row["name"], row["count"]) for row in runs] == [(served.run, 4), (served.earlier, 4)]
    judged = served.ask("/data/changes/run", before=served.earlier, after=served.run)
    assert [(row["id"], row["change"], row["text_zh"]) for row in judged] == [("SJ-001", "verdict", "符合 → 不符合")]
    assert served.ask("/data/changes/run", before=served.run, after=served.run) == []
    assert served.client.get("/data/changes/run", params={"before": "R999", "after": served.run}).status_code == 404


def test_bookmarks_are_ones_own_or_shared_and_given_up_by_their_owner(
    database: Database, owner: Database, planner: Person
) -> None:
    other = PeopleStore(owner).register("zhen", "镇填报员乙", Role.TOWN_CLERK)
    mine = keep(database, planner, " 北浜村 ", "?run=R000001#at=1,2,3", shared=False)
    shared = keep(database, planner, "总图", "?run=R000001", shared=True)
    assert [row["no"] for row in kept(database, planner)] == [shared, mine]
    assert kept(database, planner)[1]["name"] == "北浜村"
    assert [(row["no"], row["own"], row["by"]) for row in kept(database, other)] == [(shared, False, planner.name_zh)]
    with pytest.raises(NotFound):
        give_up(database, other, shared)
    with pytest.raises(NotFound):
        give_up(database, other, mine)
    with pytest.raises(Conflict, match="whoever keeps it"), database.begin(other) as connection:
        connection.execute(insert(BOOKMARK_END).values(bookmark_no=shared, created_by=other.person_id))
    give_up(database, planner, shared)
    assert [row["no"] for row in kept(database, planner)] == [mine]
    assert kept(database, other) == []
    with pytest.raises(NotFound):
        give_up(database, planner, shared)
    admin = PeopleStore(owner).register("xitong", "系统管理员", Role.SYSTEM_ADMIN)
    with pytest.raises(Conflict):
        BookmarkStore(database).add("x", "?", shared=True, person=admin)


@pytest.mark.parametrize(
    ("name", "state"),
    [("", "?a=1"), ("x" * 101, "?a=1"), ("x", "https://evil.example/"), ("x", "?" + "a" * 8000), ("x", "?\n")],
)
def test_a_bookmark_without_a_name_or_of_another_site_is_refused(served: Served, name: str, state: str) -> None:
    answer = served.client.post("/bookmarks", json={"name": name, "state": state})
    assert answer.status_code == 400
    assert answer.json()["error"]["next_zh"]
    assert served.client.delete("/bookmarks/999").status_code == 404


@contextmanager
def _stand_in() -> Iterator[tuple[str, list[str], dict[str, Any]]]:
    """A server that stands in for 天地图; what it was asked, and how it is to answer."""
    asked: list[str] = []
    answer: dict[str, Any] = {"status": 200, "type": "image/png", "body": b"\x89PNG"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(answer["status"])
            self.send_header("Content-Type", answer["type"])
            if answer["status"] == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            self.wfile.write(answer["body"])

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked, answer
    finally:
        server.shutdown()
        server.server_close()


def test_tianditu_comes_through_this_server_and_its_key_goes_nowhere_else(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    person = PeopleStore(served.database).list()[0]
    with _stand_in() as (address, asked, answer):
        settings = Tianditu(tianditu_key_file=file, tianditu_url=address)
        app = create_app(desk_case.office_of(served.database, tmp_path), Alone(person), tianditu=settings)
        with served_app(app) as own, httpx.Client(base_url=own, trust_env=False, headers={"Origin": own}) as client:
            assert client.get("/data/map", params={"run": served.run}).json()["tianditu"] is True
            tile = client.get("/basemap/tianditu/vec/12/3427/671")
            assert (tile.status_code, tile.headers["Content-Type"], tile.content) == (200, "image/png", b"\x89PNG")
            assert asked[0].startswith("/vec_c/wmts?")
            assert f"tk={KEY}" in asked[0]
            assert "TILEMATRIX=12&TILEROW=671&TILECOL=3427" in asked[0]
            told = [
                tile.text,
                str(tile.headers),
                client.get("/").text,
                client.get("/data/map", params={"run": served.run}).text,
            ]
            for wrong in ({"status": 403}, {"status": 302}, {"status": 200, "type": "text/html", "body": KEY.encode()}):
                answer |= wrong
                refused = client.get("/basemap/tianditu/vec/12/3427/671")
                assert refused.status_code == 502
                told.append(refused.text)
            assert not any(KEY in text or address in text for text in told)
            for path in (
                "/basemap/tianditu/secret/12/1/1",
                "/basemap/tianditu/vec/19/1/1",
                "/basemap/tianditu/vec/0/0/0",
            ):
                assert client.get(path).status_code == 400
    assert served.client.get("/basemap/tianditu/vec/12/1/1").status_code == 404
    assert served.ask("/data/map", run=served.run)["tianditu"] is False


def test_a_key_inside_the_project_is_refused() -> None:

    with pytest.raises(ConfigError):
        Tianditu(tianditu_key_file=PROJECT / "README.md").key()
    assert Tianditu(tianditu_key_file=None).key() == ""
