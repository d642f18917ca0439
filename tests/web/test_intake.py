"""Bringing files in over HTTP, with a real worker: every main format to a stored release, and what must not come in."""

from __future__ import annotations

import csv
import io
import os
import signal
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import httpx
import openpyxl
import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.crs import WORKING
from landgis.db.cluster import PrivateCluster
from landgis.db.layers import LayerStore
from landgis.db.parcels import ParcelStore
from landgis.db.people import PeopleStore
from landgis.domain.jobs import JobState
from landgis.services.quality.repair_layer import proposed_repairs
from tests.conftest import admin
from tests.support import desk_case, formats, ground
from tests.support.desk_case import catalogue, fresh_database, known_ground, served_at
from tests.support.foreign import bow_tie, gpkg, shapefile, square, zipped
from tests.support.jobs_case import Office, children_of, job_office, until
from tests.support.places import passable_folder

Row = dict[str, Any]
FARMLAND = "permanent_basic_farmland"
SAYS = {"district": "songjiang", "state_of_data_on": "2026-05-31", "issuing_body": "区局", "secrecy": "internal"}


@dataclass(frozen=True)
class Case:
    """An office with a worker, and persons who may and may not."""

    office: Office
    people: dict[str, Person]

    @contextmanager
    def door(self, who: str = "planner") -> Iterator[httpx.Client]:
        with (
            served_at(self.office.database, self.office.home, self.people[who]) as address,
            httpx.Client(base_url=address, timeout=60, headers={"Origin": address}, trust_env=False) as client,
        ):
            yield client

    @property
    def held(self) -> list[str]:
        folder = self.office.home / "uploads"
        return [path.name for path in folder.iterdir()] if folder.is_dir() else []

    @property
    def originals(self) -> set[str]:
        folder = self.office.home / "originals"
        return {path.name for path in folder.iterdir()} if folder.is_dir() else set()

    def drafts(self, layer: str = FARMLAND) -> dict[str, Any]:
        return {row.release.name: row.release for row in LayerStore(self.office.database).list(layer)}


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster) -> Iterator[Case]:
    with fresh_database(cluster) as (database, planner), passable_folder("收件") as home:
        known_ground(database, planner)
        owner = desk_case.owner_of(cluster, database)
        try:
            people = PeopleStore(owner)
            made = {
                "planner": planner,
                "clerk": people.register("yexie", "叶榭填报", Role.TOWN_CLERK, town_code="310117109"),
                "other": people.register("sheshan", "佘山填报", Role.TOWN_CLERK, town_code="310117106"),
                "leader": people.register("lingdao", "领导", Role.LEADER),
                "reviewer": people.register("shenhe", "审核员", Role.DISTRICT_REVIEWER),
            }
        finally:
            owner.close()
        with job_office(cluster, database, planner, home) as office:
            office.worker()
            yield Case(office, made)


@pytest.fixture(scope="module")
def client(case: Case) -> Iterator[httpx.Client]:
    with case.door() as client:
        yield client


@pytest.fixture(autouse=True)
def nothing_held(case: Case) -> Iterator[None]:
    """Every test starts what it uploaded, or lets go of it."""
    yield
    assert case.held == []


def _upload(client: httpx.Client, kind: str, path: Path) -> str:
    answer = client.post(f"/data/intake/{kind}/file", params={"name": path.name}, content=path.read_bytes())
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["upload"]
    return token


def _look(client: httpx.Client, kind: str, token: str, **answers: str) -> Row:
    answer = client.post(f"/data/intake/{kind}/look", json={"upload": token, "answers": answers})
    assert answer.status_code == 200, answer.text
    found: Row = answer.json()
    return found


def _start(client: httpx.Client, kind: str, status: int = 202, **sent: Any) -> Row:
    answer = client.post(f"/data/intake/{kind}/start", json=sent)
    assert answer.status_code == status, answer.text
    told: Row = answer.json()
    return told


def _discard(client: httpx.Client, kind: str, *tokens: str) -> None:
    assert client.post(f"/data/intake/{kind}/discard", json={"uploads": tokens}).json() == {"discarded": len(tokens)}


def _layer(client: httpx.Client, path: Path, name: str, as_layer: str = FARMLAND, **answers: str) -> Row:
    token = _upload(client, "layer", path)
    assert _look(client, "layer", token, **answers)["ready"]
    return _start(client, "layer", upload=token, answers=answers, as_layer=as_layer, says={**SAYS, "name": name})


# --- layers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile", "GeoJSON", "DXF", "TXT"])
def test_every_main_format_becomes_a_draft_with_its_page(
    case: Case, client: httpx.Client, tmp_path: Path, driver: str
) -> None:
    path = formats.FORMATS[driver](tmp_path)
    token = _upload(client, "layer", path)
    before = case.originals
    found = _look(client, "layer", token)
    answers: Row = {}
    if driver in formats.WITHOUT_CRS:
        assert ([question["code"] for question in found["questions"]], found["ready"]) == (["crs"], False)
        answers = {"crs": "EPSG:4549"}
        found = _look(client, "layer", token, **answers)
    assert (found["format"], found["layers"][0]["count"], found["ready"]) == (driver, formats.ROWS, True)
    assert case.originals == before  # nobody has started anything
    name = f"格式-{driver}"
    begun = _start(client, "layer", upload=token, answers=answers, as_layer=FARMLAND, says={**SAYS, "name": name})
    assert {kept["content_hash"] for kept in begun["kept"]} <= case.originals
    job = case.office.ended(begun["job"]["job_no"])
    assert job.state is JobState.DONE, job.error
    release = case.drafts()[name]
    assert (release.feature_count, str(release.state_of_data_on), str(release.secrecy)) == (
        20,
        "2026-05-31",
        "internal",
    )
    assert client.get(f"/releases/{FARMLAND}/{name}").status_code == 200


def test_a_dbf_in_gbk_without_a_word_on_encoding_or_crs_is_asked_about(
    case: Case, client: httpx.Client, tmp_path: Path
) -> None:
    shapes = [square(0), square(200), bow_tie()]
    frame = gpd.GeoDataFrame(
        {"YJJBNTTBBH": ["田1", "田2", "结"], "CMC": ["曹家浜村", "東村", "马桥村"]}, geometry=shapes, crs=4549
    )
    path = shapefile(tmp_path / "in", "YJJBNT", frame)
    packed = zipped(tmp_path / "永农.zip", path, leave_out=(".cpg", ".prj"))
    token = _upload(client, "layer", packed)
    asks = _look(client, "layer", token)
    assert {question["code"] for question in asks["questions"]} <= {"crs", "encoding"}
    assert "crs" in {question["code"] for question in asks["questions"]}
    assert (asks["suggested"], asks["layers"][0]["invalid"], asks["ready"]) == (FARMLAND, 1, False)
    refused = _start(client, "layer", 409, upload=token, as_layer=FARMLAND, says=SAYS)
    assert "查看" in refused["error"]["message_zh"]
    answers = {"crs": "EPSG:4549", "encoding": "GBK"}
    assert _look(client, "layer", token, **answers)["ready"]
    other = _start(client, "layer", 409, upload=token, answers={"crs": "EPSG:4550"}, as_layer=FARMLAND, says=SAYS)
    assert other["error"]["code"] == "conflict"  # nobody has seen it so
    begun = _start(client, "layer", upload=token, answers=answers, as_layer=FARMLAND, says={**SAYS, "name": "GBK"})
    job = case.office.ended(begun["job"]["job_no"])
    assert job.state is JobState.DONE, job.error
    release = case.drafts()["GBK"]
    assert release.feature_count == 2  # the ring that crosses itself stays out, and the release says so
    assert {answer.question for answer in release.answers} >= {"crs"}
    issues = LayerStore(case.office.database).issues(FARMLAND, "GBK")
    assert "geometry_invalid" in {issue.code for issue in issues}
    repairs = proposed_repairs(case.office.database, case.office.originals, catalogue(), FARMLAND, "GBK")
    assert list(repairs["feature_id"]) == ["结"]


def test_of_several_layers_one_is_chosen(case: Case, client: httpx.Client, tmp_path: Path) -> None:
    path = gpkg(tmp_path / "两层.gpkg", {"甲": formats.parcels(3), "永久基本农田": formats.parcels(5)})
    token = _upload(client, "layer", path)
    found = _look(client, "layer", token)
    assert ([layer["name"] for layer in found["layers"]], found["ready"]) == (["甲", "永久基本农田"], False)
    _start(client, "layer", 409, upload=token, as_layer=FARMLAND, says=SAYS)
    chosen = _look(client, "layer", token, layer="永久基本农田")
    assert (chosen["ready"], chosen["suggested"]) == (True, FARMLAND)
    sent = {
        "upload": token,
        "answers": {"layer": "永久基本农田"},
        "as_layer": FARMLAND,
        "says": {**SAYS, "name": "两层"},
    }
    job = case.office.ended(_start(client, "layer", **sent)["job"]["job_no"])
    assert (job.state, case.drafts()["两层"].feature_count) == (JobState.DONE, 5)


def test_a_column_that_nobody_knows_is_said_and_remembered(case: Case, client: httpx.Client, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"现状": ["0101", "0102"], "DLMC": ["水田", "旱地"]}, geometry=[square(0), square(200)], crs=4549
    )
    path = gpkg(tmp_path / "现状.gpkg", {"现状": frame})
    token = _upload(client, "layer", path)
    assert _look(client, "layer", token)["ready"]
    asked = {"as_layer": "survey_land_use", "columns": ["现状", "DLMC"]}
    told = client.post("/data/intake/layer/columns", json=asked).json()
    assert set(told["known"]) == {"DLMC"}
    code = next(each["read_as"] for each in told["meanings"] if each["zh"] == "地类代码")
    says = {**SAYS, "name": "列", "code_scheme": "survey", "columns": {"现状": code}}
    job = case.office.ended(
        _start(client, "layer", upload=token, as_layer="survey_land_use", says=says)["job"]["job_no"]
    )
    assert job.state is JobState.DONE, job.error
    release = case.drafts("survey_land_use")["列"]
    assert [answer.question for answer in release.answers] == ["columns"]
    # Read again for repairs, as at the import.
    assert proposed_repairs(case.office.database, case.office.originals, catalogue(), "survey_land_use", "列").empty


def test_what_cannot_come_in_is_refused_in_words(case: Case, client: httpx.Client, tmp_path: Path) -> None:
    before = case.originals
    bomb = tmp_path / "炸弹.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in (".shp", ".shx", ".dbf"):
            archive.writestr(f"地块{suffix}", bytes(300 << 20) if suffix == ".shp" else b"x")
    wrong = tmp_path / "图层.gpkg"
    wrong.write_bytes(b"MZ" + os.urandom(500))
    empty = tmp_path / "空.zip"
    empty.write_bytes(b"")
    for path in (bomb, wrong, empty):
        token = _upload(client, "layer", path)
        found = _look(client, "layer", token)
        refusals = [issue for issue in found["issues"] if issue.get("refused")]
        assert refusals, path.name
        assert refusals[0]["message_zh"]
        assert refusals[0]["next_zh"]
        assert str(case.office.home) not in str(found)  # where it lies is nobody's business
        assert not found["ready"]
        _start(client, "layer", 409, upload=token, as_layer=FARMLAND, says=SAYS)
        _discard(client, "layer", token)
    assert case.originals == before


def test_too_large_is_refused_whether_it_says_so_or_not(
    case: Case, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("landgis.web.intake.MOST_BYTES", 1000)
    for content in (b"x" * 1200, (b"x" * 600 for _ in range(2))):
        answer = client.post("/data/intake/layer/file", params={"name": "大.zip"}, content=content)
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
        assert "没有接收" in answer.json()["error"]["message_zh"]
    assert case.held == []


def test_classified_data_and_files_of_the_server_are_refused(client: httpx.Client, tmp_path: Path) -> None:
    token = _upload(client, "layer", formats.geopackage(tmp_path))
    assert _look(client, "layer", token)["ready"]
    for says in ({"secrecy": "机密"}, {"file": "/etc/passwd"}, {"coverage": "/etc/passwd"}):
        answer = client.post(
            "/data/intake/layer/start",
            json={"upload": token, "as_layer": FARMLAND, "says": {**SAYS, "name": "密", **says}},
        )
        assert answer.status_code in (400, 422), says
        assert answer.json()["error"]["message_zh"]
    _discard(client, "layer", token)


def test_what_is_let_go_leaves_nothing(case: Case, client: httpx.Client, tmp_path: Path) -> None:
    before = case.originals
    token = _upload(client, "layer", formats.geopackage(tmp_path))
    assert case.held == [token]
    _discard(client, "layer", token)
    assert (case.held, case.originals) == ([], before)
    assert client.post("/data/intake/layer/look", json={"upload": token}).status_code == 404


# --- cancelled and killed -----------------------------------------------------------------------------------------


@contextmanager
def _half_stored(case: Case) -> Iterator[None]:
    """No import gets further than the middle of storing its release while the context lasts."""
    with (
        admin(case.office.cluster, str(case.office.database.engine.url.database)) as connection,
        connection.transaction(),
    ):
        connection.execute("LOCK TABLE landgis.layer_issue IN SHARE MODE")
        yield


def _waits(case: Case) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'landgis.layer_issue'::regclass"

    def stands() -> int:
        with case.office.database.begin() as connection:
            return connection.scalar(text(waiting)) or 0

    until(stands, lambda count: count == 1, 60)


def test_a_cancelled_and_a_killed_import_leave_no_half(case: Case, client: httpx.Client, tmp_path: Path) -> None:
    path = formats.geopackage(tmp_path)
    with _half_stored(case):
        cancelled = _layer(client, path, "取消")["job"]["job_no"]
        _waits(case)
        assert client.post(f"/jobs/{cancelled}/cancel").status_code == 200
        assert case.office.ended(cancelled).state is JobState.CANCELLED
    with _half_stored(case):
        killed = _layer(client, path, "杀死")["job"]["job_no"]
        _waits(case)
        for child in children_of(case.office.worker().pid):
            os.kill(child, signal.SIGKILL)
        job = case.office.ended(killed)
        assert (job.state, "没有留下一半" in job.told[0]) == (JobState.FAILED, True)
    assert not {"取消", "杀死"} & set(case.drafts())
    done = case.office.ended(client.post(f"/jobs/{killed}/again").json()["job"]["job_no"])
    assert (done.state, "杀死" in case.drafts()) == (JobState.DONE, True)


# --- parcels ------------------------------------------------------------------------------------------------------


def _parcels(folder: Path, town: str = "310117109", number: str = "DKBM") -> Path:
    """Three parcels of a town: a good one, one whose ring crosses itself, one without a number."""
    tie = gpd.GeoSeries([bow_tie()]).translate(15_300, -6_000)[0]
    rows = {number: ["SJ-901", "SJ-902", None], "XZQDM": [town] * 3, "CMC": ["曹家浜村"] * 3}
    frame = gpd.GeoDataFrame(
        rows, geometry=[ground.at(600, 500, 50, 50), tie, ground.at(800, 500, 50, 50)], crs=WORKING
    )
    return gpkg(folder / f"地块-{town}.gpkg", {"地块": frame})


def test_good_rows_come_in_and_the_others_are_listed_with_their_codes(
    case: Case, client: httpx.Client, tmp_path: Path
) -> None:
    token = _upload(client, "parcels", _parcels(tmp_path))
    assert _look(client, "parcels", token)["ready"]
    assert client.get(f"/data/intake/parcels/{token}/refused.csv").status_code == 404
    tried = client.post("/data/intake/parcels/rows", json={"upload": token}).json()
    codes = {"geometry_invalid", "parcel_id_missing"}
    assert (tried["good"], {row["code"] for row in tried["refused"]}, tried["blocked"]) == (1, codes, None)
    listed = client.get(f"/data/intake/parcels/{token}/refused.csv")
    rows = list(csv.DictReader(io.StringIO(listed.content.decode("utf-8-sig"))))
    assert {row["代码"] for row in rows if row["入库"] == "否"} == codes
    begun = _start(client, "parcels", upload=token, valid_from="2026-06-01")
    job = case.office.ended(begun["job"]["job_no"])
    assert (job.state, job.result["created"], job.result["rejected"]) == (JobState.DONE, 1, 2), job.error
    assert "SJ-901" in ParcelStore(case.office.database).districts(["SJ-901"])
    taken = client.get(f"/jobs/{job.job_no}/file").content.decode("utf-8-sig")
    assert {row["代码"] for row in csv.DictReader(io.StringIO(taken)) if row["入库"] == "否"} == codes


def test_parcels_in_a_workbook_of_points_come_in(case: Case, client: httpx.Client, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["地块编号", "点号", "圈号", "X坐标", "Y坐标"])
    for place, (east, north) in enumerate(list(ground.at(600, 700, 40, 40).exterior.coords)[:-1], 1):
        sheet.append(["31011710990001", f"J{place}", 1, round(north, 3), round(east, 3)])
    path = tmp_path / "界址点.xlsx"
    book.save(path)
    token = _upload(client, "parcels", path)
    asks = _look(client, "parcels", token)
    assert [question["code"] for question in asks["questions"]] == ["crs"]
    answers = {"crs": "EPSG:4549"}
    assert _look(client, "parcels", token, **answers)["ready"]
    sent = {"upload": token, "answers": answers, "district": "songjiang"}
    tried = client.post("/data/intake/parcels/rows", json=sent).json()
    assert (tried["good"], tried["refused_count"]) == (1, 0), tried
    job = case.office.ended(_start(client, "parcels", **sent)["job"]["job_no"])
    assert (job.state, job.result["created"]) == (JobState.DONE, 1), job.error


def test_a_number_under_a_name_of_ones_own_is_said(case: Case, client: httpx.Client, tmp_path: Path) -> None:
    path = _parcels(tmp_path, number="自编号")
    token = _upload(client, "parcels", path)
    assert _look(client, "parcels", token)["ready"]
    untold = client.post("/data/intake/parcels/rows", json={"upload": token})
    assert (untold.status_code, untold.json()["blocked"]["code"]) == (200, "contract_broken")
    told = client.post("/data/intake/parcels/columns", json={"columns": ["自编号", "XZQDM", "CMC"]}).json()
    assert set(told["known"]) == {"XZQDM", "CMC"}
    said = {"upload": token, "columns": {"自编号": "parcel_id"}}
    assert client.post("/data/intake/parcels/rows", json=said).json()["good"] == 1
    wrong = client.post("/data/intake/parcels/rows", json={"upload": token, "columns": {"自编号": "XZQDM"}})
    assert (wrong.json()["good"], wrong.json()["blocked"]["code"]) == (0, "usage")
    job = case.office.ended(_start(client, "parcels", **said)["job"]["job_no"])
    assert (job.state, job.result["created"] + job.result["unchanged"] + job.result["changed"]) == (JobState.DONE, 1)


# --- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["leader", "reviewer"])
def test_who_only_reads_brings_nothing_in(case: Case, who: str) -> None:
    with case.door(who) as client:
        for kind in ("layer", "parcels"):
            assert client.get(f"/intake/{kind}").status_code == 403
            assert client.post(f"/data/intake/{kind}/file", params={"name": "a.txt"}, content=b"x").status_code == 403
            assert client.post(f"/data/intake/{kind}/start", json={"upload": "x", "as_layer": "x"}).status_code == 403
        assert "/intake/" not in client.get("/releases").text


def test_a_clerk_brings_in_parcels_of_his_own_town_alone(case: Case, tmp_path: Path) -> None:
    path = _parcels(tmp_path)
    with case.door("clerk") as client:
        page = client.get("/releases").text
        assert ("/intake/parcels" in page, "/intake/layer" in page) == (True, False)
        assert client.get("/intake/layer").status_code == 403
        token = _upload(client, "parcels", path)
        assert _look(client, "parcels", token)["ready"]
        assert client.post("/data/intake/parcels/rows", json={"upload": token}).json()["good"] == 1
        with case.door("other") as stranger:
            assert stranger.post("/data/intake/parcels/look", json={"upload": token}).status_code == 404
        _discard(client, "parcels", token)
    with case.door("other") as client:
        token = _upload(client, "parcels", _parcels(tmp_path / ".", town="310117109"))
        assert _look(client, "parcels", token)["ready"]
        refused = client.post("/data/intake/parcels/rows", json={"upload": token})
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
        begun = _start(client, "parcels", upload=token)  # whoever skips the trial is refused by the job
        job = case.office.ended(begun["job"]["job_no"])
        assert (job.state, job.error["code"]) == (JobState.FAILED, "not_allowed")


def test_a_file_name_goes_nowhere_else(client: httpx.Client) -> None:
    answer = client.post("/data/intake/layer/file", params={"name": "..\\..\\a/../b.txt"}, content=struct.pack("<I", 1))
    assert answer.json()["name"] == "b.txt"
    _discard(client, "layer", answer.json()["upload"])
    assert client.post("/data/intake/layer/file", params={"name": ".."}, content=b"x").status_code == 400
