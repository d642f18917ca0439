"""Roles × ways × what is shown: every way into the desk is tried by every role, and nobody is shown another town.

The ways are those that the app lists, with the actions that they declare: a new route is tried without a word written
here. One that shows rows of towns says in `SHOWS` how, or its test says that it has to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from landgis.access import roles
from landgis.access.roles import Action, Reach, Role
from landgis.db.cluster import PrivateCluster
from landgis.db.configuration import PORT
from landgis.db.exports import ExportStore
from landgis.db.originals import Originals
from landgis.domain.jobs import JobKind
from tests.support import ground
from tests.support.channel_case import ALL, CLERK, NEIGHBOUR, OF_TOWN, PLACE, Bureau, bureau, parcels_in, shown
from tests.support.command import landgis
from tests.support.matrix_case import frozen_policy
from tests.support.places import passable_folder
from tests.support.ways import Way

POLICY = frozen_policy()
NOWHERE = {
    "run": "R999999", "run_id": "R999999", "plan": "L999999", "parcel": "SJ-999", "before": "R999999", "district": "nowhere",
    "release": "none", "name": "none",
}  # fmt: skip
"""What is not there: whoever is let in is told so at once, and nothing is drawn for him."""
SHOWS = {
    "/": "list", "/parcels": "list", "/statistics": "numbers", "/card": "one", "/card.txt": "one", "/card.pdf": "one",
    "/card/picture.svg": "one", "/card/more": "one", "/export/parcels.{form}": "list",
    "/data/map": "numbers", "/data/identify": "one", "/data/runs": "numbers", "/data/changes/run": "list",
    "/data/run": "list", "/data/parcel": "one", "/data/parcels": "list", "/data/ids": "list", "/data/search": "list",
    "/data/statistics": "numbers", "/data/geometry": "one",
    "/tiles/parcels/{run_id}/{z}/{x}/{y}": "list", "/tiles/{epsg:int}/parcels/{run_id}/{z}/{x}/{y}": "list",
    "/boards/pool": "numbers", "/boards/plan": "numbers", "/data/boards/pool": "list", "/data/boards/pairs": "list",
    "/data/boards/plans": "numbers", "/data/boards/plan": "list", "/data/boards/plan/map": "list",
    "/check/panel": "numbers", "/data/check/{token}/card.pdf": "own",
    "/intake/parcels": "numbers", "/data/intake/parcels/{upload}/refused.csv": "own",
    "/data/print/papers": "numbers", "/data/print/count": "numbers", "/data/print/view.{form}": "elsewhere",
}  # fmt: skip
"""What a way shows of towns: ``list``, parcels by number, each to whom the policy shows it; ``one``, the parcel that is asked
for; ``numbers``, no parcel by number (what it counts is compared further down); ``own``, what the visitor himself brought; ``elsewhere``,
the tests of that room ask as two clerks of two towns."""
JOBS = {
    JobKind.IMPORT_LAYER: ("import_layer", "import_layer"),
    JobKind.IMPORT_PARCELS: ("import_parcels", "import_parcels"),
    JobKind.SCREEN: ("screen", "screen"),
    JobKind.ATLAS: ("export_internal", "read_exports"),
    JobKind.PACKAGE: ("export", "read_exports"),
}
"""Which action a kind of job takes, and which shows everybody's, where it reaches everywhere."""
COMMANDS = {
    ("pool", "pair", "--json"): "read_pool",
    ("export", "log", "--json"): "read_exports",
    ("job", "ask", "screen", "as_of=2026-06-30", "--json"): "screen",
    ("export", "qgis", "--why", "试", "--out", "{out}"): "export_internal",
    ("export", "package", "--profile", "plain", "--why", "试", "--out", "{out}"): "export_internal",
    ("export", "layer", "homestead", "--why", "试", "--out", "{out}.gpkg"): "export_internal",
    ("map", "sheet", "--out", "{out}.pdf"): "export_internal",
    ("map", "atlas", "--out", "{out}"): "export_internal",
    ("map", "handout", "--out", "{out}.html"): "export_internal",
}
"""Commands that act for a person, or make what is taken away, and the action that each takes."""
WRITE_BY_READING = {
    "POST /data/measure": "computes, and keeps nothing",
    "POST /bookmarks": "one's own views",
    "DELETE /bookmarks/{bookmark_no}": "one's own views",
    "POST /jobs": "what is asked for decides which action it takes",
    "POST /jobs/{job_no}/cancel": "the same",
    "POST /jobs/{job_no}/again": "the same",
    "POST /password": "one's own",
}
"""Ways that send something and take no action but reading, and why."""


@pytest.fixture(scope="module")
def desk(cluster: PrivateCluster) -> Iterator[Bureau]:
    with bureau(cluster) as made:
        yield made


def lets_in(way: Way, role: Role) -> bool:
    """What the policy read in review says of a way."""
    return all(POLICY[role, action] is not Reach.NONE for action in way.actions)


def guarded(desk: Bureau) -> list[Way]:
    return [way for way in desk.ways if not way.open]


def test_every_way_opens_to_whom_the_policy_lets_in_and_a_refused_one_writes_nothing(desk: Bureau) -> None:
    refused = [(way, role) for way, role in product(guarded(desk), Role) if not lets_in(way, role)]
    before = desk.written()
    wrong = [
        f"{way} {role}: {status}"
        for way, role in refused
        if (status := desk.go(role, way, **NOWHERE).status_code) != 403
    ]
    wrong += [f"{way} nobody: {status}" for way in guarded(desk) if (status := desk.go("", way).status_code) != 401]
    assert wrong == []
    assert desk.written() == before
    assert len(refused) > 300


def test_who_is_let_in_gets_beyond_the_door(desk: Bureau) -> None:
    wrong = []
    for way, role in product(guarded(desk), Role):
        if lets_in(way, role):
            answer = desk.go(role, way, **NOWHERE)
            if answer.status_code in (401, 403) or answer.status_code >= 500:
                wrong.append(f"{way} {role}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []


def test_a_way_that_shows_rows_of_towns_says_how(desk: Bureau) -> None:
    of_towns = {action for (role, action), to in POLICY.items() if to is Reach.OWN_TOWN}
    asked = {way.path for way in guarded(desk) if not way.writes and of_towns & set(way.actions)}
    assert asked - SHOWS.keys() == set(), "say in SHOWS what these show of towns"
    assert SHOWS.keys() - {way.path for way in guarded(desk)} == set(), "no such way any more"


def test_what_writes_takes_more_than_reading(desk: Bureau) -> None:
    """A way that lost the action by which it writes would open to whoever reads."""
    weak = {
        str(way)
        for way in guarded(desk)
        if way.writes and all(action is Action.READ or action.startswith("read_") for action in way.actions)
    }
    assert weak == WRITE_BY_READING.keys()


def test_who_sees_no_town_is_let_into_nothing_that_shows_one(desk: Bureau) -> None:
    wrong = [
        f"{way} {role}"
        for way in guarded(desk)
        if way.path in SHOWS
        for role in (Role.CONSULTED, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
        if desk.go(role, way, **NOWHERE).status_code != 403
    ]
    assert wrong == []


@pytest.mark.parametrize("path", [path for path, how in SHOWS.items() if how == "list"])
def test_a_list_names_the_parcels_that_the_policy_shows(desk: Bureau, path: str) -> None:
    (way,) = (way for way in desk.ways if way.path == path)
    sees_all = next(role for role in (Role.LEADER, Role.DISTRICT_PLANNER) if lets_in(way, role))
    every = desk.go(sees_all, way)
    assert every.status_code == 200, every.text
    everywhere = parcels_in(every)
    for clerk, own in OF_TOWN.items():
        assert everywhere & set(own), f"nothing of {clerk} is planted in {path}"
        answer = desk.go(clerk, way)
        if not lets_in(way, Role.TOWN_CLERK):
            assert answer.status_code == 403
        else:
            assert (answer.status_code, parcels_in(answer)) == (200, everywhere & set(own)), path


@pytest.mark.parametrize("path", [path for path, how in SHOWS.items() if how == "one"])
def test_a_parcel_of_another_town_is_one_that_does_not_exist(desk: Bureau, path: str) -> None:
    (way,) = (way for way in desk.ways if way.path == path)
    mine, theirs = OF_TOWN[CLERK][0], OF_TOWN[NEIGHBOUR][0]
    for clerk, own, other in ((CLERK, mine, theirs), (NEIGHBOUR, theirs, mine)):
        assert desk.go(clerk, way, parcel=own).status_code == 200
        hidden, missing = desk.go(clerk, way, parcel=other), desk.go(clerk, way, parcel="SJ-999")
        assert hidden.status_code == missing.status_code
        if hidden.status_code == 200:  # asked by a place
            assert parcels_in(hidden) == set()
            assert parcels_in(desk.go(clerk, way, parcel=own)) == {own}
        else:
            assert hidden.status_code == 404
            assert hidden.text.replace(other, "") == missing.text.replace("SJ-999", "")


def test_whatever_else_is_read_names_no_parcel_of_another_town(desk: Bureau) -> None:
    for way, (clerk, own) in product(guarded(desk), OF_TOWN.items()):
        if not way.writes and SHOWS.get(way.path) not in ("list", "one") and lets_in(way, Role.TOWN_CLERK):
            assert parcels_in(desk.go(clerk, way)) <= set(own), way


def test_numbers_are_those_of_the_own_town(desk: Bureau) -> None:
    def told(who: str, path: str) -> Any:
        answer = desk.ask(who, path.format(run=desk.run, plan=desk.plan))
        assert answer.status_code == 200, answer.text
        return answer.json()

    for who, parcels in {Role.LEADER: ALL, **OF_TOWN}.items():
        by_town = told(who, "/data/statistics?run={run}")["town"]
        assert sum(line["count"] for line in by_town) == len(parcels)
        assert told(who, "/data/parcels?run={run}")["total"]["count"] == len(parcels)
        columns = told(who, "/data/boards/pool?district=songjiang")["columns"]
        assert sum(column["count"] for column in columns) == len({"SJ-001", "SJ-004"} & set(parcels))
    extents = {who: tuple(told(who, "/data/map?run={run}")["extent"]) for who in (Role.LEADER, CLERK, NEIGHBOUR)}
    assert len(set(extents.values())) == 3
    pages = {who: desk.ask(who, f"/statistics?run={desk.run}").text for who in (CLERK, NEIGHBOUR)}
    assert "佘山镇" in pages[CLERK]
    assert "佘山镇" not in pages[NEIGHBOUR]
    runs = {who: told(who, "/data/runs?district=songjiang") for who in (Role.LEADER, CLERK, NEIGHBOUR)}
    for who, parcels in {Role.LEADER: ALL, **OF_TOWN}.items():
        assert {run["count"] for run in runs[who] if run["name"] == desk.run} == {len(parcels)}


def test_a_kept_tile_goes_to_its_own_scope_alone(desk: Bureau) -> None:
    (way,) = (way for way in desk.ways if way.path == "/tiles/parcels/{run_id}/{z}/{x}/{y}")
    path = way.address(run_id=desk.run, **PLACE)
    expected = {Role.LEADER: set(ALL), CLERK: set(OF_TOWN[CLERK]), NEIGHBOUR: set(OF_TOWN[NEIGHBOUR])}
    tags = {}
    for _ in range(2):  # made, and then taken from where it is kept
        for who, parcels in expected.items():
            answer = desk.ask(who, path)
            assert parcels_in(answer) == parcels
            tags[who] = answer.headers["ETag"]
    assert len(set(tags.values())) == 3
    for who, other in product(expected, expected):
        answer = desk.ask(who, path, headers={"If-None-Match": tags[other]})
        assert answer.status_code == (304 if who == other else 200)


def test_a_permalink_shows_its_reader_his_own_rows(desk: Bureau) -> None:
    theirs = OF_TOWN[NEIGHBOUR]
    link = f"?run={desk.run}&village=东村&parcel={theirs[0]}#x=1"
    made = desk.ask(NEIGHBOUR, "/bookmarks", "POST", json={"name": "本镇", "state": link, "shared": True})
    hidden = desk.ask(NEIGHBOUR, "/bookmarks", "POST", json={"name": "私", "state": "?run=R1", "shared": False})
    assert (made.status_code, hidden.status_code) == (201, 201)
    (kept,) = desk.ask(CLERK, "/bookmarks").json()
    assert (kept["state"], kept["own"]) == (link, False)
    opened = desk.ask(CLERK, f"/{link}")
    assert opened.status_code == 200
    said = shown(opened).replace(theirs[0], "")  # the address itself, which the reader had
    assert [name for name in theirs if name in said] == []
    assert desk.ask(CLERK, f"/bookmarks/{kept['no']}", "DELETE").status_code == 404
    assert desk.ask(CLERK, f"/card?run={desk.run}&parcel={theirs[0]}").status_code == 404


def test_what_somebody_brought_to_be_checked_is_his(desk: Bureau) -> None:
    drawn = {"text": f"POLYGON(({_ring()}))", "answers": {"crs": "EPSG:4549"}, "keep": True}
    told = desk.ask(CLERK, "/data/check", "POST", json=drawn)
    assert told.status_code == 200, told.text
    token = told.json()["token"]
    assert parcels_in(told) == set()
    assert desk.ask(NEIGHBOUR, "/data/check", "POST", json=drawn).status_code == 403, "it lies in another town"
    for path, method in (("/data/check/{}/card.pdf", "GET"), ("/data/check/discard?token={}", "POST")):
        assert desk.ask(NEIGHBOUR, path.format(token), method).status_code == 404
    before = desk.written()
    for who in (NEIGHBOUR, Role.LEADER, Role.SYSTEM_ADMIN):
        sent = {"token": token, "reason": "试"}
        assert desk.ask(who, "/data/check/save", "POST", json=sent).status_code in (403, 404)
    assert desk.written() == before
    assert desk.ask(CLERK, f"/data/check/{token}/card.pdf").status_code == 200
    assert desk.ask(CLERK, f"/data/check/discard?token={token}", "POST").status_code == 200


def _ring() -> str:
    east, north = ground.X + 700, ground.Y
    corners = [(0, 0), (60, 0), (60, 40), (0, 40), (0, 0)]
    return ", ".join(f"{east + x} {north + y}" for x, y in corners)


def test_jobs_are_asked_seen_and_cancelled_as_the_policy_has_it(desk: Bureau) -> None:
    assert set(JOBS) == set(JobKind), "say of a new kind of job which action it takes, and who sees everybody's"
    kept = Originals(desk.home).keep(Path(__file__))
    file = {"file": {"content_hash": kept.content_hash, "name": "a.geojson"}}
    asked: dict[JobKind, dict[str, Any]] = {
        JobKind.IMPORT_LAYER: file, JobKind.IMPORT_PARCELS: file, JobKind.SCREEN: {"as_of": "2026-06-30"},
        JobKind.ATLAS: {"drawn_on": "2026-06-30"},
        JobKind.PACKAGE: {"profile": "plain", "as_of": "2026-06-30", "why": "试"},
    }  # fmt: skip
    wrong, before = [], desk.written()
    allowed = {(kind, role): POLICY[role, Action(JOBS[kind][0])] is not Reach.NONE for kind in JOBS for role in Role}
    for (kind, role), may in sorted(allowed.items(), key=lambda cell: cell[1]):
        if may and before:
            assert desk.written() == before, "who was refused has written"
            before = {}
        answer = desk.ask(role, "/jobs", "POST", json={"kind": str(kind), "arguments": asked[kind]})
        if answer.status_code != (202 if may else 403):
            wrong.append(f"{role} asks for {kind}: {answer.status_code} {answer.text[:200]}")
        elif may:
            wrong += _wrongly_shown(desk, kind, role, answer.json()["job"]["job_no"])
    assert wrong == []


def _wrongly_shown(desk: Bureau, kind: JobKind, role: Role, number: int) -> list[str]:
    """Have everybody look at a job of somebody, and cancel it; return what goes against the policy."""
    wrong = []
    for other in (*Role, NEIGHBOUR):
        looks = Role.TOWN_CLERK if other == NEIGHBOUR else Role(other)
        shows = other == role or POLICY[looks, Action(JOBS[kind][1])] is Reach.ALL
        reads = POLICY[looks, Action.READ] is not Reach.NONE
        status = desk.ask(other, f"/data/jobs/{number}").status_code
        if status != (200 if shows and reads else 404 if reads else 403):
            wrong.append(f"{other} looks at the {kind} of {role}: {status}")
        if reads and not shows:
            for path, method in ((f"/jobs/{number}/file", "GET"), (f"/jobs/{number}/cancel", "POST")):
                if desk.ask(other, path, method).status_code != 404:
                    wrong.append(f"{other}: {method} {path}, a {kind} of {role}")
    if desk.ask(role, f"/jobs/{number}/cancel", "POST").status_code != 200:
        wrong.append(f"{role} cannot cancel his {kind}")
    return wrong


def test_the_open_services_know_no_cookie_and_show_the_own_town(desk: Bureau) -> None:
    path = "/ogc/collections/parcels/items?limit=100"
    for who in (*Role, NEIGHBOUR):
        assert desk.ask(who, path).status_code == 401, "a cookie is no token"
        answer = desk.ask("", path, headers=desk.token(who))
        role = Role.TOWN_CLERK if who == NEIGHBOUR else Role(who)
        assert answer.status_code == (200 if POLICY[role, Action.READ] is not Reach.NONE else 403)
        inside = POLICY[role, Action.EXPORT_INTERNAL] is not Reach.NONE
        assert parcels_in(answer) == (set(ALL) if inside else set())


@pytest.fixture
def terminal(desk: Bureau, cluster: PrivateCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands of this process work on the desk's database."""
    name = desk.database.engine.url.database
    monkeypatch.setenv("LANDGIS_DATABASE_URL", f"postgresql://landgis_app@/{name}?host={cluster.host()}&port={PORT}")
    with passable_folder("命令") as home:
        monkeypatch.setenv("LANDGIS_HOME", str(home))
        yield


@pytest.mark.usefixtures("terminal")
def test_commands_refuse_whom_the_policy_does_not_let(desk: Bureau, tmp_path: Path) -> None:
    before = desk.written()
    for (arguments, action), role in product(COMMANDS.items(), Role):
        if POLICY[role, Action(action)] is Reach.NONE:
            ran = landgis(*(one.format(out=tmp_path / "x") for one in arguments), "--as", role)
            assert ran.returncode == 2, (arguments, role, ran.stdout, ran.stderr)
            assert "无权" in ran.stderr or "只能导出公开资料" in ran.stderr, (arguments, role, ran.stderr)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert desk.written() == before
    for number, arguments in enumerate(COMMANDS):
        ran = landgis(*(one.format(out=tmp_path / str(number)) for one in arguments), "--as", Role.DISTRICT_PLANNER)
        assert ran.returncode == 0, (arguments, ran.stderr)


def test_a_cell_that_changes_moves_a_door(desk: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flip every cell by which some way opens or shuts, as a new release would: that way answers otherwise."""
    tried, unmoved = 0, []
    for (role, action), to in POLICY.items():
        ways = [
            way
            for way in guarded(desk)
            if action in way.actions
            and all(POLICY[role, one] is not Reach.NONE for one in way.actions if one is not action)
        ]
        if not ways:
            continue  # another cell keeps each of them shut; the tables of rows move, and the policy's own comparison
        shut, spare = to is Reach.NONE, Role.SYSTEM_ADMIN if role is Role.AUDIT_ADMIN else Role.AUDIT_ADMIN
        with monkeypatch.context() as patch, _ruled(desk, role, action, Reach.ALL if shut else Reach.NONE) as told:
            patch.setitem(roles._POLICY[spare], action, Reach.ALL)  # a refusal names who may: somebody has to
            patch.setitem(roles._POLICY[role], action, told)
            status = desk.go(role, ways[0], **NOWHERE).status_code
        tried += 1
        if (status != 403) is not shut:
            unmoved.append(f"{role} {action}: {ways[0]} answers {status}")
    assert unmoved == []
    assert tried > 120


@contextmanager
def _ruled(desk: Bureau, role: Role, action: Action, to: Reach) -> Iterator[Reach]:
    """Have the database's copy of the policy say so while the context lasts."""
    say = text("UPDATE landgis.access_rule SET reach = :reach WHERE role = :role AND action = :action")
    for_cell = {"role": str(role), "action": str(action)}
    with desk.owner.begin() as connection:
        connection.execute(say, for_cell | {"reach": str(to)})
    try:
        yield to
    finally:
        with desk.owner.begin() as connection:
            connection.execute(say, for_cell | {"reach": str(POLICY[role, action])})


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_a_list_that_is_taken_away_is_logged_with_who_why_and_filter(desk: Bureau, form: str) -> None:
    path = f"/export/parcels.{form}?run={desk.run}&verdict=clear"
    taken = desk.ask(Role.DISTRICT_REVIEWER, path, "POST", data={"why": f"报送 {form}"})
    assert (taken.status_code, parcels_in(taken)) == (200, {"SJ-001"})
    newest = ExportStore(desk.database).list(most=1)[0]
    leaving = newest.leaving
    assert (newest.account, leaving.why, leaving.run_id) == ("district_reviewer", f"报送 {form}", desk.run)
    assert (leaving.format, leaving.rows) == (form, {"parcels": 1})
    assert "通过" in leaving.asked or "符合" in leaving.asked
    assert desk.ask(Role.DISTRICT_REVIEWER, path, "POST", data={"why": " "}).status_code == 400
    assert ExportStore(desk.database).list(most=1)[0].export_id == newest.export_id
