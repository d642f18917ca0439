"""Letting data out by command: nobody says why, nothing leaves; what leaves stands in the log with its receipt and rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

from tests.support.command import Ran, landgis
from tests.support.planned_office import planned_office

WHY = ("--why", "报市局一张图")
X, Y = 613_000.0, 3_424_400.0


@pytest.fixture(scope="module", autouse=True)
def office(planned_home: Path) -> Iterator[Path]:
    with planned_office("台账", planned_home) as home:
        yield home


def data(*arguments: object) -> Any:
    ran = landgis(*arguments, "--json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def refused(ran: Ran, said: str) -> None:
    assert ran.returncode == 2
    assert said in ran.stderr


def logged() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data("export", "log")
    return found


@pytest.mark.parametrize(
    "command",
    [
        ("package",),
        ("package", "--profile", "plain"),
        ("layer", "homestead"),
        ("txt", "--producer", "甲"),
        ("qgis",),
    ],
)
def test_without_a_reason_nothing_is_written_or_logged(command: tuple[str, ...], tmp_path: Path) -> None:
    before = len(logged())
    target = tmp_path / {"layer": "a.gpkg", "txt": "a.txt"}.get(command[0], "out")
    for blank in ((), ("--why", " ")):
        refused(landgis("export", *command, "--out", target, *blank), "没有写明导出用途")
    assert list(tmp_path.iterdir()) == []
    assert len(logged()) == before


def test_every_door_leaves_an_entry_with_rows_releases_and_hashes(tmp_path: Path) -> None:
    plan = data("export", "package", "--out", tmp_path / "计划", *WHY)
    layer = data("export", "layer", "homestead", "--out", tmp_path / "宅基地.gpkg", *WHY)
    points = data("export", "txt", "--out", tmp_path / "界址点.txt", "--producer", "甲", *WHY)
    qgis = data("export", "qgis", "--out", tmp_path / "工程", *WHY)
    direct = data("export", "qgis", "--out", tmp_path / "直连", "--direct", *WHY)
    newest = logged()[:5]
    assert [each["kind"] for each in newest] == ["qgis", "qgis", "points", "layer", "plan_files"]
    assert [each["export_id"] for each in newest[:4]] == [
        direct["export"], qgis["export"], points["export"], layer["export"],
    ]  # fmt: skip
    assert {each["why"] for each in newest} == {"报市局一张图"}
    assert {each["secrecy"] for each in newest if each["kind"] != "layer"} == {"internal"}
    assert newest[0]["rows"] == {}  # nothing was copied
    assert newest[1]["rows"] == qgis["rows"]
    assert newest[2]["rows"]["parcels"] == points["plots"]
    assert newest[3]["rows"] == {"homestead": layer["features"]}
    assert newest[3]["releases"] == {"homestead": "2026-01"}
    assert newest[4]["files"].items() >= plan["files"].items()
    assert set(newest[3]["files"]) == {"宅基地.gpkg", "宅基地.yaml"}
    assert "密级=内部使用" in (tmp_path / "界址点.txt").read_text(encoding="gbk")
    assert json.loads((tmp_path / "计划" / "manifest.json").read_text(encoding="utf-8"))["secrecy"] == "internal"
    told = landgis("export", "log", newest[4]["export_id"]).stdout
    assert "报市局一张图" in told
    assert "manifest.json" in told
    assert [each["export_id"] for each in data("export", "log", "--district", "chongming")] == [
        each["export_id"] for each in logged() if each["district"] == "both"
    ]
    assert data("export", "log", "--since", "2999-01-01") == []


def test_persons_in_a_delivered_layer_do_not_leave_unless_kept(tmp_path: Path) -> None:
    rows = {
        "BSM": ["甲", "乙"], "QLRMC": ["张三丰", "李四"], "备注": ["电话13800138000", None], "面积说明": ["约一亩", "约二亩"],
    }  # fmt: skip
    shapes = [box(X, Y, X + 20, Y + 20), box(X + 40, Y, X + 60, Y + 20)]
    gpd.GeoDataFrame(rows, geometry=shapes, crs=4549).to_file(tmp_path / "使用权.gpkg", layer="使用权宗地")
    said = (
        "--as-layer",
        "use_right_parcel",
        "--name",
        "2026-03",
        "--document-no",
        "沪府〔2026〕9号",
        "--in-force-from",
        "2026-03-01",
    )
    assert landgis("layer", "import", tmp_path / "使用权.gpkg", *said).returncode == 0
    out = tmp_path / "出.gpkg"

    def exported(*options: str) -> tuple[gpd.GeoDataFrame, Any, str]:
        ran = landgis("export", "layer", "use_right_parcel@2026-03", "--out", out, *WHY, *options, "--json")
        assert ran.returncode == 0, ran.stderr
        return gpd.read_file(out), json.loads(ran.stdout), ran.stderr

    frame, told, stderr = exported()
    assert set(told["personal"]["drop"]) == {"QLRMC", "备注"}
    assert {"QLRMC", "备注"}.isdisjoint(frame.columns)
    assert set(frame["面积说明"]) == {"约一亩", "约二亩"}
    assert "已去除：" in stderr
    frame, _, _ = exported("--personal", "mask")
    assert sorted(frame["QLRMC"]) == ["张＊＊", "李＊"]
    assert "13800138000" not in out.read_bytes().decode("utf-8", "ignore")
    frame, _, _ = exported("--personal", "keep")
    assert sorted(frame["QLRMC"]) == ["张三丰", "李四"]
    assert [each["personal"] for each in logged()[:3]] == ["keep", "mask", "drop"]


def test_more_ground_than_the_limit_stays_inside(tmp_path: Path) -> None:
    shapes = [box(X + 3000 * n, Y, X + 3000 * (n + 1), Y + 9000) for n in range(2)]
    rows = {"BSM": ["甲", "乙"], "DLBM": ["0101", "0101"]}
    gpd.GeoDataFrame(rows, geometry=shapes, crs=4549).to_file(tmp_path / "三调.gpkg", layer="DLTB")
    said = (
        "--as-layer",
        "survey_land_use",
        "--name",
        "2026-05",
        "--document-no",
        "沪府〔2026〕5号",
        "--in-force-from",
        "2026-05-01",
    )
    brought = landgis("layer", "import", tmp_path / "三调.gpkg", *said)
    assert brought.returncode == 0, brought.stderr
    before = len(logged())
    ran = landgis("export", "layer", "survey_land_use@2026-05", "--out", tmp_path / "出.gpkg", *WHY)
    refused(ran, "53.98 平方公里")
    assert "超过 25 平方公里" in ran.stderr
    assert not (tmp_path / "出.gpkg").exists()
    assert len(logged()) == before


def test_receipts_and_rejections_are_noted_and_listed(tmp_path: Path) -> None:
    data("export", "package", "--profile", "plain", "--out", tmp_path / "包", *WHY)
    newest = logged()[0]
    number, layer = newest["export_id"], next(iter(newest["rows"]))
    paper = ("--document", "沪规划资源〔2026〕12号", "--receiver", "市规划资源局", "--on", "2026-03-01")
    refused(landgis("export", "receipt", number, *paper), "没有写明是接收还是退回")
    refused(landgis("export", "receipt", number, "--accepted", *paper[:4], "--on", "2999-01-01"), "还没有到")
    back = data("export", "receipt", number, "--rejected", *paper)
    assert back["receipt"]["outcome"] == "rejected"
    why = ("--layer", layer, "--field", "parcel_id", "--says", "编号应为三位", "--code", "F0201", "--row", "SJ-001")
    kept = data("export", "rejection", number, *why, "--test", "pattern", "--value", "SJ-[0-9]{3}")
    assert (kept["profile_id"], kept["test"], kept["says"], kept["code"]) == (
        "plain",
        "pattern",
        "编号应为三位",
        "F0201",
    )
    refused(landgis("export", "rejection", number, *why, "--test", "最多字数", "--value", "多"), "不能用")
    refused(landgis("export", "rejection", "E-999999", *why, "--test", "required"), "没有导出记录")
    shown = landgis("export", "rejections", "--profile", "plain").stdout
    assert "编号应为三位" in shown
    assert "应符合格式" in shown
    ended = data("export", "rule-end", kept["rejection_id"], "--reason", "市局更正")
    assert ended["ended_why"] == "市局更正"
    assert data("export", "rejections") == []
    assert len(data("export", "rejections", "--all")) == 1
    assert data("export", "receipt", number, "--accepted", *paper)["receipt"]["outcome"] == "accepted"
    assert "已接收" in landgis("export", "log").stdout


def test_a_leader_reads_no_log_and_notes_nothing() -> None:
    assert landgis("person", "add", "kan", "领导丙", "--role", "leader").returncode == 0
    refused(landgis("export", "log", "--as", "kan"), "无权查看导出台账")
    paper = ("--document", "1", "--receiver", "市局", "--accepted")
    refused(landgis("export", "receipt", "1", *paper, "--as", "kan"), "无权登记")
