"""Quality control of the inventory by command: releases, parcels, control lines, and repairs that a person accepts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from shapely.geometry import Polygon

from tests.support import pdf as pdf_text
from tests.support.command import landgis
from tests.support.ground import at
from tests.support.office import installation
from tests.support.planted_quality import on_ground

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
KEY = "permanent_basic_farmland"
LOOP = [(0, 0), (100, 0), (100, 100), (50, 100), (49.96, 100.04), (50, 100.04), (49.96, 100), (0, 100)]


@pytest.fixture(scope="module", autouse=True)
def home(stocked_home: Path) -> Iterator[Path]:
    """An installation with the sample's layers published and its parcels in."""
    with installation("质检", stocked_home) as home:
        yield home


def data(*arguments: object) -> dict[str, object]:
    result = landgis(*arguments, "--json")
    assert result.stdout, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def torn(tmp_path: Path) -> str:
    """A release with a small loop, a bow-tie and a sound feature; named after the test's folder."""
    bow_tie = on_ground(Polygon([(300, 0), (400, 100), (400, 0), (300, 100)]))
    shapes = [at(1000, 0, 100, 100), on_ground(Polygon(LOOP)), bow_tie]
    path, name = tmp_path / "YJJBNT.gpkg", tmp_path.name
    gpd.GeoDataFrame({"YJJBNTTBBH": ["good", "loop", "tie"]}, geometry=shapes, crs=4549).to_file(
        path, layer="YJJBNT", engine="pyogrio"
    )
    assert landgis("layer", "import", path, "--name", name, "--substitute").returncode == 0
    return f"{KEY}@{name}"


def test_the_release_that_speaks_is_checked_where_none_is_named(tmp_path: Path) -> None:
    page = tmp_path / "qc.pdf"
    report = data("layer", "qc", KEY, "--pdf", page)
    assert report["subject"]["key"].startswith(f"{KEY}@")
    assert report["subject"]["features"] > 1000
    assert report["subject"]["substitute"] is True
    text = pdf_text.text(page.read_bytes())
    assert "替代数据，非法定成果" in text
    assert "Permanentbasicfarmland·Qualitycontrolreport" in text


def test_parcels_are_checked_against_each_other(tmp_path: Path) -> None:
    report = data("parcel", "qc", "--district", "songjiang", "--out", tmp_path)
    assert report["subject"]["title_zh"] == "地块库（松江区）"
    assert {"T01", "D01", "M01", "C02", "G13"} <= set(report["rules_asked"])
    assert (tmp_path / "findings.csv").exists()


def test_control_lines_are_held_against_each_other() -> None:
    report = data("layer", "qc", "--lines")
    pairs = {(row["one"], row["other"]) for row in report["matrix"]}
    assert pairs == {
        ("development_boundary", KEY),
        ("development_boundary", "ecological_redline"),
        (KEY, "ecological_redline"),
    }
    for pair in pairs:
        curve = [row["overlap_m2"] for row in report["matrix"] if (row["one"], row["other"]) == pair]
        assert len(curve) == 6
        assert curve == sorted(curve, reverse=True)
        opened = [row["opened_m2"] for row in report["matrix"] if (row["one"], row["other"]) == pair]
        assert opened[0] == pytest.approx(curve[0], abs=1e-6)
        assert all(left <= all_ + 1e-6 for left, all_ in zip(opened, curve, strict=True))
    facts = {row[1]: row[2] for row in report["subject"]["facts"]}
    assert facts["For the keepers"] == "示例数据，无批准机关"
    said = " ".join(note["zh"] for note in report["notes"])
    assert "示例〔2026〕2号，示例数据，无批准机关，2026-01-01" in said
    assert "永久基本农田 × 生态保护红线：有 0.7980 平方公里只有其中一条线的数据，无从比较" in said
    assert "城镇开发边界 × 永久基本农田：" not in said


def test_the_report_on_control_lines_goes_to_their_keepers_as_a_workbook(tmp_path: Path) -> None:
    assert landgis("layer", "qc", "--lines", "--out", tmp_path).returncode in (0, 1)
    book = openpyxl.load_workbook(tmp_path / "lines.xlsx")
    assert book.sheetnames == ["图层版本", "容差曲线", "压占清单"]
    assert all(sheet["A2"].value == "替代数据，非法定成果 Stand-in data, no legal force" for sheet in book)
    assert [cell.value for cell in book["压占清单"][4]][-1] == "保管单位答复"
    assert book["容差曲线"].max_row == 4 + 3 * 6


def test_repairs_are_proposed_and_accepted_into_a_new_draft(torn: str) -> None:
    report = data("layer", "qc", torn, "--propose-repairs")
    assert {row["feature_id"]: row["needs_person"] for row in report["repairs"]} == {"loop": False, "tie": True}
    result = landgis("layer", "qc", torn, "--apply", "--accept", "all", "--reason", "测绘单位确认")
    assert result.returncode == 0, result.stderr
    assert f"{torn}-r1" in result.stdout.replace("\n", "")
    assert "还有 1 个修复未接受" in result.stderr
    assert data("layer", "show", f"{torn}-r1")["feature_count"] == 2
    assert data("layer", "show", torn)["feature_count"] == 1


def test_a_repair_that_moves_much_must_be_named(torn: str) -> None:
    (tie,) = [row for row in data("layer", "qc", torn, "--propose-repairs")["repairs"] if row["feature_id"] == "tie"]
    done = data("layer", "qc", torn, "--apply", "--accept", tie["repair_id"], "--reason", "实地核对")
    assert [row["feature_id"] for row in done["accepted"]] == ["tie"]
    assert done["status"] == "draft"


def test_accepting_needs_a_reason(torn: str) -> None:
    result = landgis("layer", "qc", torn, "--apply", "--accept", "all")
    assert result.returncode == 2
    assert "--reason" in result.stderr
