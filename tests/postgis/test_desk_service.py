"""The desk's read models and its answers over HTTP, against a real database."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from landgis import errors
from landgis.access.person import Person
from landgis.area import GEODESIC, SCALED, SCALED_WITHIN
from landgis.cli.serving import listen
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.domain.outcome import Outcome, Scope
from landgis.domain.parcel_filter import ParcelFilter
from landgis.errors import LandgisError, NotFound, ToolMissing, UsageError
from landgis.maps.style import verdict_symbol
from landgis.rules.reading.load import load_pack
from landgis.rules.signature import Signature
from landgis.services.checking.check import Candidates, check
from landgis.services.desk.desk import Desk
from landgis.services.layers.speaking import published_layers
from landgis.services.screening.screen import screen
from landgis.web.app import STATIC, create_app
from landgis.web.errors import STATUS
from landgis.web.words import WORDS
from tests.support import desk_case, ground
from tests.support.alone import Alone
from tests.support.desk_case import AS_OF, EVIL


@pytest.fixture(scope="module")
def ground_database(cluster: PrivateCluster) -> Iterator[tuple[Database, str]]:
    with desk_case.known_database(cluster) as (database, _person, run):
        yield database, run


@pytest.fixture
def run(ground_database: tuple[Database, str]) -> str:
    return ground_database[1]


@pytest.fixture
def desk(ground_database: tuple[Database, str]) -> Desk:
    return Desk(ground_database[0], desk_case.catalogue())


@pytest.fixture(scope="module")
def client(ground_database: tuple[Database, str]) -> Iterator[httpx.Client]:
    with desk_case.served(ground_database[0]) as address, httpx.Client(base_url=address, trust_env=False) as client:
        yield client


def test_a_page_counts_the_whole_filter_and_never_only_itself(desk: Desk, run: str) -> None:
    page = desk.parcels_page(run, ParcelFilter(), page=2, size=3)
    assert [row["parcel_id"] for row in page.rows] == ["SJ-004"]
    assert (page.first, page.last, page.total.count, page.pages) == (4, 4, 4, 2)
    assert page.verdicts == {"clear": 1, "flagged": 1, "unknown": 1, "excluded": 1}
    # 4 × 4,800 m² in the plane; the ellipsoid is 0.03 % smaller at 121.2°E.
    assert page.total.area_m2 == pytest.approx(19_200 * 0.99968, rel=1e-4)
    assert page.total.area_mu == 15 * page.total.area_ha


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ParcelFilter(verdicts=(Outcome.EXCLUDED,)), ["SJ-002"]),
        (ParcelFilter(towns=("310117106",)), ["SJ-004"]),
        (ParcelFilter(text="sj００3"), ["SJ-003"]),
        (ParcelFilter(text="东村"), ["SJ-001", "SJ-003", "SJ-004"]),
        (ParcelFilter(verdicts=(Outcome.CLEAR,), text="SJ-004"), []),
        (ParcelFilter(text="%"), []),
    ],
)
def test_table_totals_and_map_follow_one_filter(desk: Desk, run: str, wanted: ParcelFilter, found: list[str]) -> None:
    page = desk.parcels_page(run, wanted)
    assert [row["parcel_id"] for row in page.rows] == found
    assert desk.parcel_ids(run, wanted) == found
    assert page.total.count == len(found)
    assert (page.extent is None) == (not found)


def test_the_page_of_a_chosen_parcel_is_found_in_any_order(desk: Desk, run: str) -> None:
    page = desk.parcels_page(run, ParcelFilter(), size=1, sort="verdict", descending=True, around="SJ-003")
    assert (page.number, page.rows[0]["parcel_id"], page.holds) == (2, "SJ-003", True)
    assert desk.parcels_page(run, ParcelFilter(verdicts=(Outcome.CLEAR,)), around="SJ-003").holds is False


def test_a_card_says_rule_clause_measure_and_release(desk: Desk, run: str) -> None:
    card = desk.card(run, "SJ-002")
    finding = card["findings"][0]
    assert (card["verdict"], finding["rule_id"], finding["outcome"]) == (
        "excluded",
        "permanent-basic-farmland",
        "excluded",
    )
    # Two strips: 2 m × 60 m on the west side, 20 m × 8 m in the east; the second reaches 12 m beyond the parcel.
    assert finding["measured"] == pytest.approx(280.0, abs=1e-6)
    assert finding["clause"] == {
        "document": "沪松府〔2023〕84号",
        "article": "三（三）",
        "quote_zh": "在控制建设用地总量、不占用永久基本农田的前提下，积极盘活农村存量建设用地空间资源",
    }
    assert (finding["release"], finding["layer_details"]["substitute"]) == ("test", True)
    assert "280.00 ㎡" in finding["message_zh"]
    assert "280.00 m²" in finding["message_en"]
    overlap = next(row for row in card["overlaps"] if row["layer"] == "permanent_basic_farmland")
    assert [hit["feature_id"] for hit in overlap["hits"]] == ["田-1", "田-2"]
    assert card["village_name"] == EVIL
    assert card["area_basis"] == "ellipsoidal"
    assert [row["outcome"] for row in card["findings"][1:]] == ["clear"] * (len(load_pack("songjiang").rules) - 1)


def test_a_card_gives_the_numbers_of_a_check(desk: Desk, run: str, ground_database: tuple[Database, str]) -> None:
    """The same parcels through ``check`` and through the stored run: equal, field by field.

    But for the areas on the ellipsoid: a run has those of the register, a check finds them, and both say so.
    """

    database, _ = ground_database
    pack = load_pack("songjiang")
    parcels = ParcelStore(database).current("songjiang")
    layers = published_layers(database, pack.layers(Scope.FULL), AS_OF)
    checked = check(Candidates(parcels, (), (), ""), layers, pack, AS_OF, Scope.FULL).record
    stored = desk.record(run)
    by_id = {row["parcel_id"]: row for row in checked["parcels"]}
    assert stored["layers"] == checked["layers"]
    for row in stored["parcels"]:
        same = by_id[row["parcel_id"]]
        assert (row["verdict"], row["ellipsoidal_by"], same["ellipsoidal_by"]) == (same["verdict"], GEODESIC, SCALED)
        assert row["area_m2"].pop("ellipsoidal") == pytest.approx(same["area_m2"].pop("ellipsoidal"), rel=SCALED_WITHIN)
        assert row["area_m2"] == same["area_m2"]
        assert sorted(row["findings"], key=str) == sorted(same["findings"], key=str)
        for one, other in zip(*(sorted(each["overlaps"], key=_layer_and_class) for each in (row, same)), strict=True):
            assert one.pop("union_m2") == pytest.approx(other.pop("union_m2"), rel=SCALED_WITHIN)
            assert one == other


def _layer_and_class(overlap: dict[str, Any]) -> tuple[str, str]:
    return overlap["layer"], overlap["class"]


def test_nearness_is_told_as_it_is_compared(database: Database, planner: Person) -> None:
    """Farmland lies 10 m east of SJ-001, and 10 m is what was signed: near, in words that hold at 10 m itself."""
    desk_case.known_ground(database, planner)
    pack = load_pack("songjiang")
    (off,) = pack.adjacency
    signed = Signature("松江区规划资源局", date(2026, 3, 1), "松规〔2026〕1号")
    near = replace(pack, adjacency=(replace(off, within_m=10.0, signed=signed),))
    run = screen(database, planner, near, AS_OF).run_id
    with desk_case.served(database) as address, httpx.Client(base_url=address, trust_env=False) as client:
        pages = [client.get(f"/card?run={run}&parcel=SJ-001&lang={lang}").text for lang in ("zh", "en")]
    assert "10 米以内（含）即计" in pages[0]
    assert "counts within 10 m (inclusive)" in pages[1]


def test_what_changed_since_the_run_is_said(database: Database, planner: Person) -> None:
    run = desk_case.known_ground(database, planner)
    desk = Desk(database, desk_case.catalogue())
    assert desk.overview(run).outdated_count == 0
    desk_case.store_parcels(
        database, planner, ground.parcels({"SJ-001": ground.at(100, 0, 81, 60)}, village_name="东村")
    )
    assert desk.overview(run).outdated_count == 1
    card = desk.card(run, "SJ-001")
    assert card["outdated"]
    assert card["area_m2"]["planar"] == 4800.0


def test_the_overview_lists_releases_and_marks_stand_in_data(desk: Desk, run: str) -> None:
    overview = desk.overview(run)
    judged = {layer.key: layer for layer in overview.layers if layer.judged}
    assert set(judged) == set(load_pack("songjiang").layers(Scope.FULL))
    assert all(layer.release is not None and layer.release.name == "test" for layer in judged.values())
    assert overview.substitute
    assert overview.choices.towns == [("310117106", "佘山镇", 1), ("310117109", "叶榭镇", 3)]
    assert {entry.key: entry.symbol for entry in desk.legend()} == {
        str(verdict): verdict_symbol(verdict) for verdict in map(Outcome, ("clear", "flagged", "unknown", "excluded"))
    }


def test_a_layer_that_was_missing_is_shown_as_missing(database: Database, planner: Person) -> None:
    run = desk_case.known_ground(database, planner, without="ecological_redline")
    with desk_case.served(database) as address:
        page, card, chart = (
            httpx.get(f"{address}{path}?run={run}&parcel=SJ-001", trust_env=False)
            for path in ("/", "/card", "/data/map")
        )
    assert (page.status_code, card.status_code) == (200, 200)
    assert "缺图层，相关规则无法判定" in page.text
    assert "无可用版本" in card.text
    assert 'class="verdict unknown">无法判定' in card.text
    assert "ecological_redline" not in [layer["key"] for layer in chart.json()["layers"]]


def test_an_unknown_run_or_parcel_is_not_found(desk: Desk, run: str) -> None:
    with pytest.raises(NotFound):
        desk.overview("R999")
    with pytest.raises(NotFound, match="SJ-999"):
        desk.card(run, "SJ-999")


def test_before_the_first_run_the_page_says_what_to_do(database: Database, planner: Person) -> None:
    with desk_case.served(database, planner) as address:
        answers = {lang: httpx.get(f"{address}/?lang={lang}", trust_env=False) for lang in ("zh", "en")}
    for lang, words in (("zh", "还没有筛查结果"), ("en", "Nothing screened yet")):
        assert answers[lang].status_code == 200
        assert words in answers[lang].text
        assert "landgis screen --rules songjiang" in answers[lang].text


def test_every_answer_is_guarded_and_nothing_inline_is_allowed(client: httpx.Client, run: str) -> None:
    pages = [
        "/",
        f"/parcels?run={run}",
        f"/card?run={run}&parcel=SJ-002",
        "/nowhere",
        "/static/desk/main.js",
        f"/data/run?run={run}",
    ]
    for path in pages:
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        wanted = "private, no-cache" if path.startswith("/static") else "no-store"
        assert answer.headers["Cache-Control"] == wanted
        if "html" in answer.headers["Content-Type"]:
            assert " style=" not in answer.text
            assert " onclick" not in answer.text
            assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8765", "localhost.", "localhost@evil.example"]
)
def test_strange_host_names_are_refused(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost", "LOCALHOST:1", "[::1]:8765"])
def test_names_of_this_machine_are_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_hostile_text_is_escaped(client: httpx.Client, run: str) -> None:
    for path in (
        f"/?run={run}",
        f"/parcels?run={run}&q={EVIL}",
        f"/card?run={run}&parcel=SJ-002",
        f"/card?run={run}&parcel={EVIL}",
    ):
        text = client.get(path, headers={"HX-Request": "true"}).text
        assert "<img" not in text
        assert "&lt;img" in text


def test_a_tile_is_kept_only_while_it_is_the_same(client: httpx.Client, run: str) -> None:
    side = 262_144 / 2**9
    path = (
        f"/tiles/parcels/{run}/9/{int((ground.X + 110 - 500_000) // side)}/{int((3_600_000 - ground.Y - 30) // side)}"
    )
    first = client.get(path)
    assert (first.status_code, first.headers["Content-Type"]) == (200, "application/vnd.mapbox-vector-tile")
    assert b"SJ-001" in first.content
    assert b"excluded" in first.content
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/tiles/parcels/{run}/3/99/0").status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/data/parcel?run={run}&parcel=SJ-999", 404),
        ("/data/parcels?run=R999", 404),
        ("/data/parcels?run={run}&verdict=fine", 400),
        ("/data/parcels?run={run}&page=0", 400),
        ("/data/parcels", 400),
        ("/tiles/layers/homestead/test/x/0/0", 400),
        ("/data/nothing", 404),
    ],
)
def test_wrong_requests_get_a_message_in_both_languages(client: httpx.Client, run: str, path: str, status: int) -> None:
    answer = client.get(path.format(run=run))
    assert answer.status_code == status
    fault = answer.json()["error"]
    assert fault["message_zh"]
    assert fault["message_en"]


def test_a_database_that_is_down_is_said(cluster: PrivateCluster) -> None:
    with desk_case.fresh_database(cluster) as (database, person):
        run = desk_case.known_ground(database, person)
    with desk_case.served(database, person) as address:
        page, data = (httpx.get(f"{address}{path}?run={run}", trust_env=False) for path in ("/", "/data/run"))
    assert (page.status_code, data.status_code) == (503, 503)
    assert "无法显示" in page.text
    assert data.json()["error"]["code"] == "database"


def test_the_data_are_the_record(client: httpx.Client, desk: Desk, run: str) -> None:
    assert client.get(f"/data/run?run={run}").json() == desk.record(run)
    assert client.get(f"/data/parcel?run={run}&parcel=SJ-002").json() == desk.card(run, "SJ-002")
    page = client.get(f"/data/parcels?run={run}&verdict=excluded").json()
    assert (
        [row["parcel_id"] for row in page["rows"]]
        == client.get(f"/data/ids?run={run}&verdict=excluded").json()
        == ["SJ-002"]
    )


def test_a_missing_library_names_make_setup(database: Database, planner: Person, tmp_path: Path) -> None:
    with pytest.raises(ToolMissing) as caught:
        create_app(desk_case.office_of(database, tmp_path), Alone(planner), static=tmp_path)
    assert "make setup" in caught.value.next_zh
    assert STATIC.is_dir()


def test_a_taken_port_is_told_and_all_addresses_are_refused() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(UsageError, match=f"127.0.0.1:{port}"):
            listen("127.0.0.1", port)
    with pytest.raises(UsageError, match="all addresses"):
        listen("0.0.0.0", port)


def test_every_error_class_has_its_http_state() -> None:
    family = {cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, LandgisError)}
    assert set(STATUS) == family
    assert all(400 <= status < 600 for status in STATUS.values())


BUILT = (
    "area_", "board_legend_", "by_", "check_scope_", "check_way_", "done_", "entry_", "found_", "group_", "intake_", "key_", "page_",
    "password_", "receiving_", "record_", "severity_", "state_", "tab_", "threshold_", "why_",
)  # fmt: skip
"""What keys begin with that templates and scripts put together."""


def test_every_word_is_there_in_both_languages_and_used() -> None:
    templates = "".join(path.read_text(encoding="utf-8") for path in (STATIC.parent / "templates").iterdir())
    scripts = "".join(path.read_text(encoding="utf-8") for path in STATIC.rglob("*.js") if "vendor" not in path.parts)
    for key, (zh, en) in WORDS.items():
        assert zh, key
        assert en, key
        spelled = f"'{key}'" in templates or f'"{key}"' in scripts
        assert spelled or any(key.startswith(begin) for begin in BUILT), key
