"""Checking now over HTTP: questions and answers, uploads that leave nothing, one answer in every form, who may and who not."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import geopandas as gpd
import httpx
import pandas as pd
import pytest
import shapely

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.bootstrap import App
from landgis.cli.check_run import Asked, Law, run_check
from landgis.cli.subjects import Subject
from landgis.crs import WORKING
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.domain.outcome import Scope
from landgis.errors import NotAllowed, NotFound
from landgis.rules.reading.load import load_pack
from landgis.services.checking.batch import Batch
from landgis.services.checking.by_law import UnderLaw, by_law
from landgis.services.checking.check import candidate_from_wkt
from landgis.services.checking.joint import AtHand, check_jointly
from landgis.services.desk.check_now import Breadth, CheckNow
from landgis.services.desk.check_subject import Answers, drawn
from landgis.services.desk.check_uploads import KEPT_S, MOST_BYTES, MOST_KEPT, Uploads
from landgis.services.layers.speaking import published_layers
from landgis.settings import DatabaseSettings, House, Paths
from landgis.web.entering.visitor import Visitor
from tests.support import desk_case, ground
from tests.support.desk_case import AS_OF, catalogue

_DAY = AS_OF.isoformat()
CONFLICT = ground.at(190, 0, 90, 60)
"""On both pieces of farmland: 720 m² and 160 m²."""
FREE = ground.at(100, 100, 50, 50)
Row = dict[str, Any]


@dataclass(frozen=True)
class Bureau:
    """A desk with its home, its planner and its run."""

    database: Database
    home: Path
    run: str
    planner: Person

    @contextmanager
    def door(self, person: Person | None = None) -> Iterator[httpx.Client]:
        with (
            desk_case.served(self.database, person or self.planner, home=self.home) as address,
            httpx.Client(base_url=address, timeout=60, headers={"Origin": address}) as client,
        ):
            yield client

    def kept(self) -> list[str]:
        """What lies in the folder of uploads."""
        folder = self.home / "uploads"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


@pytest.fixture(scope="module")
def bureau(cluster: PrivateCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    with desk_case.known_database(cluster) as (database, person, run):
        halves = {"310117109": ground.at(-900, -900, 1285, 3800), "310117106": ground.at(385, -900, 1200, 3800)}
        towns = ground.layer("town", halves)
        named = gpd.GeoDataFrame(towns.features.assign(label=pd.Series(["叶榭镇", "佘山镇"], dtype="str")))
        desk_case.store_layers(database, person, [replace(towns, features=named)])
        yield Bureau(database, tmp_path_factory.mktemp("home"), run, person)


@pytest.fixture(scope="module")
def client(bureau: Bureau) -> Iterator[httpx.Client]:
    with bureau.door() as door:
        yield door


@pytest.fixture(autouse=True)
def nothing_left(bureau: Bureau) -> Iterator[None]:
    """Every test lets go of what it kept."""
    yield
    left = bureau.kept()
    for name in left:
        shutil.rmtree(bureau.home / "uploads" / name)
    assert left == []


def _geometry(shape: shapely.Geometry) -> Row:
    found: Row = json.loads(shapely.to_geojson(shape))
    return found


def _checked(client: httpx.Client, **asked: Any) -> Row:
    answer = client.post("/data/check", json={"as_of": _DAY, **asked})
    assert answer.status_code == 200, answer.text
    found: Row = answer.json()
    return found


def _refused(client: httpx.Client, state: int, **asked: Any) -> Row:
    answer = client.post("/data/check", json={"as_of": _DAY, **asked})
    assert answer.status_code == state, answer.text
    error: Row = answer.json()["error"]
    return error


def _uploaded(client: httpx.Client, *paths: Path) -> str:
    upload = ""
    for path in paths:
        more = {"upload": upload} if upload else {}
        answer = client.post("/data/check/file", params={"name": path.name, **more}, content=path.read_bytes())
        assert answer.status_code == 200, answer.text
        upload = answer.json()["upload"]
    return upload


def _drop(client: httpx.Client, token: str) -> None:
    assert client.post("/data/check/discard", params={"token": token}).status_code == 200


def test_one_answer_in_web_command_and_service(bureau: Bureau, client: httpx.Client) -> None:
    web = _checked(client, text=CONFLICT.wkt, answers={"crs": "EPSG:4549"})

    def at_hand(group: UnderLaw) -> AtHand:
        wanted = {*group.pack.layers(Scope.CONTROL_LINES), *group.pack.optional_layers(Scope.CONTROL_LINES)}
        return AtHand(published_layers(bureau.database, wanted, AS_OF, district=group.district))

    batch = Batch.of_one(candidate_from_wkt(CONFLICT.wkt, WORKING), "")
    own = check_jointly(batch, by_law(batch.candidates, None, load_pack), at_hand, AS_OF, Scope.CONTROL_LINES)
    assert web["record"] == _as_printed(own.record)
    assert web["record"] == _as_printed(_by_command(bureau))
    drawn = _checked(client, geometry=_geometry(CONFLICT))
    assert drawn["record"] == web["record"]
    assert drawn["exit_code"] == web["exit_code"] == own.exit_code == 1


def _by_command(bureau: Bureau) -> Row:
    """What ``landgis check --wkt … --json`` prints."""
    app = App(Paths(home=bureau.home), DatabaseSettings())
    house = House(bureau.home, bureau.home, None)
    app.__dict__.update(database=bureau.database, catalogue=catalogue(), house=house)
    subject = Subject(None, None, CONFLICT.wkt, None, None, "EPSG:4549", None, None)
    asked = Asked(subject, None, Law.of(app, None), Scope.CONTROL_LINES, AS_OF, None, None, None, None)
    return run_check(app, asked, lambda _step: None).record


def _as_printed(record: Row) -> Row:
    told: Row = json.loads(json.dumps(record, ensure_ascii=False, default=str, allow_nan=False))
    return told


def test_a_drawn_conflict_comes_with_its_ground_and_leaves_nothing(client: httpx.Client) -> None:
    found = _checked(client, geometry=_geometry(CONFLICT))
    (parcel,) = found["record"]["parcels"]
    assert parcel["verdict"] == "excluded"
    pieces = {each["properties"]["feature_id"]: shapely.from_geojson(json.dumps(each["geometry"])).area
              for each in found["conflicts"]["features"]}  # fmt: skip
    assert pieces == pytest.approx({"田-1": 720.0, "田-2": 160.0})
    assert found["conflicts"]["left_out"] == 0
    assert found["substitute"] is True
    assert [step["what"] for step in found["steps"]] == ["crs", "transform"]
    assert found["titles"]["permanent-basic-farmland"][0] == "永久基本农田"
    assert "token" not in found


def test_a_proposal_is_cut_and_checked_again(client: httpx.Client) -> None:
    found = _checked(client, geometry=_geometry(CONFLICT), cut_back={"buffer_m": 1.0})
    (proposal,) = found["cut_back"]["proposals"]
    (piece,) = found["cut_back"]["shapes"]["pieces"]["features"]
    shape = shapely.from_geojson(json.dumps(piece["geometry"]))
    farmland = shapely.union_all([ground.at(190, 0, 12, 60), ground.at(272, 40, 20, 20)])
    assert shape.distance(farmland) >= 1.0
    assert proposal["remaining_m2"]["planar"] == pytest.approx(shape.area)
    assert piece["properties"]["verdict"] != "excluded"
    assert "替代数据" in found["cut_back"]["note_zh"]


def test_a_ring_left_open_is_closed_and_told(client: httpx.Client) -> None:
    ring = [list(point) for point in FREE.exterior.coords[:-1]]
    found = _checked(client, geometry={"type": "Polygon", "coordinates": [ring]})
    assert "ring_closed" in [step["what"] for step in found["steps"]]
    assert found["record"]["parcels"][0]["area_m2"]["planar"] == pytest.approx(2500)


def test_a_bow_tie_asks_and_is_repaired_only_when_a_person_says_so(client: httpx.Client) -> None:
    x, y = ground.X + 100, ground.Y + 100
    tie = {"type": "Polygon", "coordinates": [[[x, y], [x + 40, y + 40], [x + 40, y], [x, y + 40], [x, y]]]}
    asked = _checked(client, geometry=tie)
    assert asked["record"]["parcels"][0]["verdict"] == "unknown"
    (question,) = asked["questions"]
    assert question["code"] == "repair"
    assert "800.00" in question["candidates"][0]["evidence_zh"]
    left = _checked(client, geometry=tie, answers={"repair": "no"})
    assert (left["questions"], left["record"]["parcels"][0]["verdict"]) == ([], "unknown")
    mended = _checked(client, geometry=tie, answers={"repair": "yes"})
    assert mended["record"]["parcels"][0]["area_m2"]["planar"] == pytest.approx(800)
    (step,) = [step for step in mended["steps"] if step["what"] == "repaired"]
    assert "→ 800.00 ㎡" in step["zh"]


@pytest.mark.parametrize(
    "geometry",
    [{}, {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]},
     {"type": "Polygon", "coordinates": [[["x", 2], [3, 4], [5, 6]]]}, {"type": "Polygon", "coordinates": "no"},
     {"type": "Polygon", "coordinates": [[[1e400, 2], [3, 4], [5, 6]]]}, {"type": "MultiPolygon", "coordinates": []}],
)  # fmt: skip
def test_what_is_no_polygon_is_refused_in_words(client: httpx.Client, geometry: Row) -> None:
    body = json.dumps({"as_of": _DAY, "geometry": geometry})
    answer = client.post("/data/check", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["message_zh"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"x": 1}', b"{}", b'{"text": "a", "upload": "b"}'])
def test_a_wrong_request_is_refused_in_words(client: httpx.Client, body: bytes) -> None:
    assert client.post("/data/check", content=body).status_code == 400


def test_wkt_without_a_crs_is_asked_about(client: httpx.Client) -> None:
    asked = _checked(client, text=CONFLICT.wkt)
    assert "record" not in asked
    (question,) = asked["questions"]
    assert (question["code"], question["candidates"][0]["value"]) == ("crs", "EPSG:4549")
    said = _checked(client, text=f"SRID=4549;{CONFLICT.wkt}")
    assert said["record"]["parcels"][0]["verdict"] == "excluded"
    north = shapely.transform(CONFLICT, lambda points: points[:, ::-1])
    swapped = _checked(client, text=north.wkt, answers={"crs": "EPSG:4549,north-east"})
    assert swapped["record"]["parcels"][0]["area_m2"] == said["record"]["parcels"][0]["area_m2"]


def _exchange(shape: shapely.Polygon) -> str:
    points = "\n".join(f"J{at},1,{y:.3f},{40_000_000 + x:.3f}" for at, (x, y) in enumerate(shape.exterior.coords, 1))
    points = points.rsplit("\n", 1)[0] + "\nJ1,1," + points.split("\n")[0].split(",", 2)[2]
    head = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=40\n精度=0.001\n"
    return f"{head}[地块坐标]\n5,{shape.area / 1e4:.4f},SJ-T1,新地块,面,,,,@\n{points}"


def test_pasted_boundary_points_are_read_like_a_file(client: httpx.Client) -> None:
    found = _checked(client, text=_exchange(CONFLICT))
    (parcel,) = found["record"]["parcels"]
    assert (parcel["parcel_id"], parcel["verdict"]) == ("SJ-T1", "excluded")
    assert parcel["area_m2"]["planar"] == pytest.approx(5400)
    told = {step["what"]: step for step in found["steps"]}
    assert "4528" in told["crs"]["zh"] or "4549" in told["crs"]["zh"]
    assert "UTF-8" in told["encoding"]["zh"]


def test_a_table_from_a_spreadsheet_may_be_pasted(client: httpx.Client) -> None:
    rows = [("地块编号", "点号", "X坐标", "Y坐标")]
    rows += [("SJ-T2", f"J{at}", f"{y:.3f}", f"{x:.3f}") for at, (x, y) in enumerate(FREE.exterior.coords, 1)]
    text = "\n".join("\t".join(row) for row in rows)
    asked = _checked(client, text=text)
    assert [question["code"] for question in asked["questions"]] == ["crs"]
    found = _checked(client, text=text, answers={"crs": asked["questions"][0]["candidates"][0]["value"]})
    assert found["record"]["parcels"][0]["area_m2"]["planar"] == pytest.approx(2500)


def test_text_that_is_neither_is_refused(client: httpx.Client) -> None:
    assert _refused(client, 400, text="   ")["next_zh"]
    assert _refused(client, 415, text="今天天气很好")["message_zh"]
    assert _refused(client, 400, text="POLYGON ((1 2, 3")["message_zh"]


def _shapefile(folder: Path, *, prj: bool) -> list[Path]:
    """A shapefile in GBK without ``.cpg``, with ``.prj`` or without."""
    frame = gpd.GeoDataFrame({"DKBM": ["SJ-F1"], "村名": ["叶榭村东队"]}, geometry=[CONFLICT], crs=4549)
    frame.to_file(folder / "地块.shp", encoding="GBK", engine="pyogrio")
    (folder / "地块.cpg").unlink()
    if not prj:
        (folder / "地块.prj").unlink()
    return sorted(folder.glob("地块.*"))


def test_a_shapefile_without_encoding_and_crs_asks_both_at_once(client: httpx.Client, tmp_path: Path) -> None:
    upload = _uploaded(client, *_shapefile(tmp_path, prj=False))
    asked = _checked(client, upload=upload)
    questions = {question["code"]: question for question in asked["questions"]}
    assert set(questions) == {"encoding", "crs"}
    assert any("叶榭村" in row for row in questions["encoding"]["candidates"][0]["preview"])
    said = {code: question["candidates"][0]["value"] for code, question in questions.items()}
    answer = client.post("/data/check/answers", json={"upload": upload, "as_of": _DAY, "answers": said})
    found = answer.json()
    assert found["record"]["parcels"][0]["parcel_id"] == "SJ-F1"
    assert found["record"]["parcels"][0]["verdict"] == "excluded"
    told = {step["what"]: step["zh"] for step in found["steps"]}
    assert "GB" in told["encoding"]
    assert "人工指明" in told["crs"]
    assert found["token"] == upload
    _drop(client, upload)


def test_a_zip_is_one_upload(client: httpx.Client, tmp_path: Path) -> None:
    parts = _shapefile(tmp_path, prj=True)
    pack = tmp_path / "上报.zip"
    with zipfile.ZipFile(pack, "w") as out:
        for part in parts:
            out.write(part, part.name)
    upload = _uploaded(client, pack)
    asked = _checked(client, upload=upload)
    assert [question["code"] for question in asked["questions"]] == ["encoding"]
    found = _checked(client, upload=upload, answers={"encoding": "GBK"})
    assert found["record"]["parcels"][0]["verdict"] == "excluded"
    card = client.get(f"/data/check/{upload}/card.pdf")
    assert (card.status_code, card.content[:5]) == (200, b"%PDF-")
    _drop(client, upload)
    assert client.get(f"/data/check/{upload}/card.pdf").status_code == 404


def test_several_layers_are_asked_about(client: httpx.Client, tmp_path: Path) -> None:
    path = tmp_path / "两层.gpkg"
    for name, shape in (("甲", CONFLICT), ("乙", FREE)):
        gpd.GeoDataFrame({"DKBM": [f"SJ-{name}"]}, geometry=[shape], crs=4549).to_file(path, layer=name, driver="GPKG")
    upload = _uploaded(client, path)
    (question,) = _checked(client, upload=upload)["questions"]
    assert [candidate["value"] for candidate in question["candidates"]] == ["甲", "乙"]
    found = _checked(client, upload=upload, answers={"layer": "乙"})
    assert found["record"]["parcels"][0]["parcel_id"] == "SJ-乙"
    _drop(client, upload)


def test_a_virtual_dataset_in_disguise_is_refused(client: httpx.Client, tmp_path: Path) -> None:
    path = tmp_path / "parcels.geojson"
    path.write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    )
    upload = _uploaded(client, path)
    assert "VRT" in _refused(client, 415, upload=upload)["message_en"]
    _drop(client, upload)


def test_too_much_is_refused_before_it_is_read(bureau: Bureau, client: httpx.Client) -> None:
    wire = HTTPConnection("127.0.0.1", client.base_url.port or 0, timeout=20)
    wire.putrequest("POST", "/data/check/file?name=big.zip")
    wire.putheader("Content-Length", str(MOST_BYTES + 1))
    wire.putheader("Origin", str(client.base_url).rstrip("/"))
    wire.endheaders()  # not a byte of the body follows
    answer = wire.getresponse()
    assert answer.status == 413
    assert "200 MB" in json.loads(answer.read())["error"]["message_zh"]
    wire.close()
    assert bureau.kept() == []


def test_what_grows_beyond_what_it_said_is_given_up(
    bureau: Bureau, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("landgis.services.desk.check_uploads.MOST_BYTES", 1000)
    answer = client.post("/data/check/file", params={"name": "大.zip"}, content=(b"x" * 600 for _ in range(3)))
    assert answer.status_code == 413
    assert bureau.kept() == []


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd\x00", "a" * 300])
def test_a_name_never_leads_anywhere(bureau: Bureau, client: httpx.Client, name: str) -> None:
    answer = client.post("/data/check/file", params={"name": name}, content=b"x")
    assert answer.status_code == 400
    assert bureau.kept() == []


def test_a_path_in_a_name_is_left_out(bureau: Bureau, client: httpx.Client) -> None:
    answer = client.post("/data/check/file", params={"name": "C:\\地块\\../a.txt"}, content=b"x")
    assert answer.json()["files"] == ["a.txt"]
    _drop(client, answer.json()["upload"])


def test_an_upload_belongs_to_one_person_and_to_half_an_hour(
    bureau: Bureau, client: httpx.Client, tmp_path: Path
) -> None:
    uploads = Uploads.of(bureau.home)
    kept = uploads.keep(bureau.planner, {})
    other = replace(bureau.planner, person_id=bureau.planner.person_id + 1, os_account="bie")
    with pytest.raises(NotFound, match="is over"):
        uploads.find(other, kept.token)
    with pytest.raises(NotFound):
        uploads.find(bureau.planner, "不是 ASCII")  # refused like any other, not a failure of the comparison
    with bureau.door(other) as door:
        assert door.post("/data/check", json={"upload": kept.token}).status_code == 404
    note = json.loads((kept.folder / "about.json").read_text(encoding="utf-8"))
    (kept.folder / "about.json").write_text(json.dumps(note | {"at": note["at"] - KEPT_S - 1}), encoding="utf-8")
    assert client.post("/data/check", json={"upload": kept.token}).status_code == 404
    tokens = [uploads.keep(bureau.planner, {}).token for _ in range(MOST_KEPT + 2)]
    assert bureau.kept() == sorted(tokens[2:])
    assert oct((bureau.home / "uploads").stat().st_mode & 0o777) == "0o700" or os.name == "nt"
    for token in tokens[2:]:
        uploads.drop(uploads.find(bureau.planner, token))


def _clerk(bureau: Bureau, town: str | None) -> Person:
    return replace(bureau.planner, role=Role.TOWN_CLERK, town_code=town)


def test_a_town_clerk_checks_in_the_own_town_alone(bureau: Bureau) -> None:
    with bureau.door(_clerk(bureau, "310117109")) as door:
        assert _checked(door, geometry=_geometry(CONFLICT))["record"]["parcels"][0]["verdict"] == "excluded"
        assert "佘山镇" in _refused(door, 403, geometry=_geometry(ground.at(400, 0, 40, 40)))["message_zh"]
        assert _refused(door, 409, geometry=_geometry(ground.at(1600, 0, 40, 40)))["next_zh"]
    with bureau.door(_clerk(bureau, None)) as door:
        assert _refused(door, 403, geometry=_geometry(CONFLICT))["message_zh"]


def test_twenty_who_check_at_once_get_their_own_answers(bureau: Bureau, client: httpx.Client) -> None:
    shapes = [ground.at(150 + 20 * number, 5 * (number % 4), 40 + number, 45) for number in range(16)]
    asked: list[Row] = [
        {"as_of": day, "geometry": _geometry(shape)}
        for number, shape in enumerate(shapes)
        for day in [_DAY if number % 3 else "2026-03-01"]
    ]
    asked += [
        {"as_of": _DAY, "geometry": _geometry(ground.at(-500_000, 0, 40, 40))},  # far from here
        {"as_of": _DAY, "geometry": {"type": "Point", "coordinates": [1, 2]}},
        {"as_of": _DAY, "text": CONFLICT.wkt, "answers": {"crs": "EPSG:4549"}},
        {"as_of": _DAY, "geometry": _geometry(CONFLICT), "scope": "full"},
    ]

    def ask(each: Row) -> tuple[int, Any]:
        answer = client.post("/data/check", json=each)
        return answer.status_code, answer.json()

    alone = [ask(each) for each in asked]
    with ThreadPoolExecutor(len(asked)) as persons:
        together = list(persons.map(ask, asked))
    assert together == alone
    assert [state for state, _ in alone[16:]] == [422, 400, 200, 200]
    assert len({json.dumps(told["record"]["parcels"]) for state, told in alone if state == 200}) > 10


def test_a_clerk_in_the_company_of_a_planner_has_his_own_rights(bureau: Bureau, tmp_path: Path) -> None:
    office = desk_case.office_of(bureau.database, tmp_path)
    planner, clerk = bureau.planner, _clerk(bureau, "310117109")
    here, there = CONFLICT, ground.at(400, 0, 40, 40)

    def ask(person: Person, shape: shapely.Geometry) -> list[str] | str:
        seen = office.as_seen_by(Visitor(person))
        now = CheckNow(seen, person, office.catalogue, office.layers, finding=office.sitting.find)
        try:
            checked = now.check(drawn(_geometry(shape), Answers()), Breadth(AS_OF))
        except NotAllowed as refused:
            return refused.zh
        return [parcel["verdict"] for parcel in checked.record["parcels"]]

    questions = [(person, shape) for person in (planner, clerk) for shape in (here, there)] * 3
    with ThreadPoolExecutor(len(questions)) as persons:
        answers = list(persons.map(lambda question: ask(*question), questions))
    of_planner_here, of_planner_there, of_clerk_here, of_clerk_there = answers[:4]
    assert answers == answers[:4] * 3
    assert of_planner_here == of_clerk_here == ["excluded"]
    assert of_planner_there == ["flagged"]
    assert "佘山镇" in of_clerk_there


@pytest.mark.parametrize("role", [Role.LEADER, Role.CONSULTED, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_who_may_not_check_is_refused(bureau: Bureau, role: Role) -> None:
    with bureau.door(replace(bureau.planner, role=role)) as door:
        assert _refused(door, 403, geometry=_geometry(FREE))["message_zh"]
        assert door.post("/data/check/file", params={"name": "a.txt"}, content=b"x").status_code == 403


def _saved(client: httpx.Client, token: str, **said: Any) -> Any:
    stated = {"reason": "村集体提出", "document": "勘〔2026〕9号", "document_kind": "boundary_survey", **said}
    return client.post("/data/check/save", json={"token": token, **stated})


def test_a_drawing_is_kept_as_parcel_and_lead_with_reason_and_paper(bureau: Bureau, client: httpx.Client) -> None:
    token = _checked(client, geometry=_geometry(FREE), keep=True)["token"]
    assert _saved(client, token, number="SJ-K1", reason=" ").status_code == 400
    assert _saved(client, token, number="").status_code == 400
    assert _saved(client, token, number="SJ-001").status_code == 409
    answer = _saved(client, token, number="SJ-K1", lead=True)
    assert answer.status_code == 200, answer.text
    assert answer.json()["parcels"] == ["SJ-K1"]
    assert len(answer.json()["leads"]) == 1
    store = ParcelStore(bureau.database)
    row = store.one("SJ-K1").iloc[0]
    assert (row["district"], row["town_code"]) == ("songjiang", "310117109")
    assert row.geometry.equals(shapely.MultiPolygon([FREE]))
    assert store.documents("SJ-K1")[["kind", "number"]].to_numpy().tolist() == [["boundary_survey", "勘〔2026〕9号"]]
    assert _saved(client, token, number="SJ-K2").status_code == 404


def test_a_file_is_kept_as_it_came(bureau: Bureau, client: httpx.Client) -> None:
    token = _checked(client, text=_exchange(ground.at(600, 600, 30, 30)).replace("SJ-T1", "SJ-K3"), keep=True)["token"]
    answer = _saved(client, token)
    assert (answer.status_code, answer.json().get("parcels")) == (200, ["SJ-K3"]), answer.text
    assert ParcelStore(bureau.database).one("SJ-K3").geometry.iloc[0].area == pytest.approx(900)


def test_who_may_check_need_not_be_allowed_to_keep(bureau: Bureau) -> None:
    with bureau.door(replace(bureau.planner, role=Role.DISTRICT_REVIEWER)) as door:
        token = _checked(door, geometry=_geometry(FREE), keep=True)["token"]
        answer = _saved(door, token, number="SJ-K9")
        assert answer.status_code == 403
        assert answer.json()["error"]["next_zh"]
        assert "您的角色可以核查" in door.get("/check/panel").text
        _drop(door, token)


def test_the_panel_speaks_both_languages(client: httpx.Client) -> None:
    assert "即时核查" not in client.get("/check/panel?lang=en").text.split("data-words")[0]
    assert "在地图上画" in client.get("/check/panel").text
