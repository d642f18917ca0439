"""The main job from files to a package, by the command itself, on a private cluster of its own."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pypdf
import pytest

from landgis.bootstrap import demo_app
from landgis.db.cluster import PrivateCluster
from landgis.db.install import ensure_running
from landgis.services.sample.demo import MARK
from landgis.settings import Paths
from tests.support.command import landgis
from tests.support.places import passable_folder

ROOT = Path(__file__).resolve().parents[2]
DISTRICTS = {"songjiang": "松江区", "chongming": "崇明区"}


@pytest.fixture(scope="module")
def left_over() -> Iterator[tuple[Path, PrivateCluster, int]]:
    """Folder and server of a demo whose terminal went away while it served the page."""
    with passable_folder("演示") as out:
        (out / MARK).write_text("", encoding="utf-8")
        server = demo_app(out / "home", Paths()).server
        ensure_running(server)
        pid = server.status().pid
        assert pid is not None
        yield out, server, pid


@pytest.fixture(scope="module")
def demo(left_over: tuple[Path, PrivateCluster, int]) -> tuple[Path, dict]:
    out, _, _ = left_over
    result = landgis("demo", "--no-serve", "--out", out, "--json")
    assert result.returncode == 0, result.stderr
    return out, json.loads(result.stdout)


@pytest.fixture(scope="module")
def real() -> Iterator[tuple[Path, dict]]:
    with passable_folder("real") as out:
        result = landgis("demo", "--real", "--no-serve", "--out", out, "--json")
        assert result.returncode == 0, result.stderr
        yield out, json.loads(result.stdout)


def text_of(pdf: Path) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages))


def test_both_districts_get_verdicts_pool_and_plan(demo: tuple[Path, dict]) -> None:
    _, story = demo
    assert [row["district"] for row in story["districts"]] == list(DISTRICTS)
    for row in story["districts"]:
        assert all(count > 0 for count in row["counts"].values())
        assert row["members"] > row["lines"] > 0
        assert row["members"] + sum(row["left_out"].values()) == sum(row["counts"].values())


def test_everything_linked_is_there(demo: tuple[Path, dict]) -> None:
    out, story = demo
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "替代数据，非法定成果" in page
    for row in story["districts"]:
        assert len(row["files"]) >= 7
        for _, path in row["files"]:
            assert (out / path).stat().st_size > 0


@pytest.mark.parametrize("district", DISTRICTS)
def test_sheet_workbook_and_geopackage_agree_to_the_last_digit(demo: tuple[Path, dict], district: str) -> None:
    out, story = demo
    row = next(row for row in story["districts"] if row["district"] == district)
    stem = out / district / "package" / f"{DISTRICTS[district]}2027年度入市供应计划"
    lines = gpd.read_file(f"{stem}.gpkg", layer="计划地块")
    assert len(lines) == row["lines"]
    assert sum(Decimal(str(value)) for value in lines["area_ha"]) == Decimal(row["area_ha"])
    assert Decimal(row["area_mu"]) == Decimal(row["area_ha"]) * 15
    text = text_of(out / district / "plan.pdf")
    assert row["area_ha"] in text
    assert row["area_mu"] in text
    assert "替代数据，非法定成果" in text
    for parcel_id in lines["parcel_id"]:
        assert parcel_id in text
    book = openpyxl.load_workbook(f"{stem}.xlsx", data_only=True)
    cells = [cell.value for line in book["计划明细"].iter_rows() for cell in line]
    assert set(lines["parcel_id"]) <= set(cells)
    closing = [cell.value for cell in book["按用途汇总"][book["按用途汇总"].max_row]]
    assert [Decimal(str(value)) for value in closing[2:]] == [
        row["lines"], Decimal(row["area_ha"]), Decimal(row["area_mu"])
    ]  # fmt: skip
    page = (out / "index.html").read_text(encoding="utf-8")
    assert all(name in page for name in book.sheetnames)


@pytest.mark.parametrize("district", DISTRICTS)
def test_the_shapefile_reads_back_with_every_chinese_value(demo: tuple[Path, dict], district: str) -> None:
    out, _ = demo
    stem = out / district / "package" / f"{DISTRICTS[district]}2027年度入市供应计划"
    lines = gpd.read_file(f"{stem}.gpkg", layer="计划地块").set_index("parcel_id")
    shape = gpd.read_file(f"{stem}.zip").set_index("地块编号")
    with zipfile.ZipFile(f"{stem}.zip") as archive:
        assert any(name.endswith(".cpg") for name in archive.namelist())
        assert "字段对照表.csv" in archive.namelist()
    assert shape.crs.to_epsg(min_confidence=60) == 4549
    assert (shape["权属单位"] == lines["owner_name"].reindex(shape.index)).all()
    assert (shape["用途名称"] == lines["planned_use_zh"].reindex(shape.index)).all()
    assert shape.geometry.area.sum() == pytest.approx(lines.geometry.area.sum())


def test_the_manifest_names_releases_hashes_and_basis(demo: tuple[Path, dict]) -> None:
    out, _ = demo
    manifest = json.loads((out / "songjiang" / "package" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["notice"] == "替代数据，非法定成果"
    assert {row["layer"] for row in manifest["releases"]} >= {
        "permanent_basic_farmland",
        "homestead",
        "survey_land_use",
    }
    assert all(row["content_hash"] for row in manifest["releases"])
    assert sum(manifest["area_basis"].values()) == manifest["plan"]["lines"]


def test_the_handout_asks_nobody(demo: tuple[Path, dict]) -> None:
    out, _ = demo
    for name in ("handout.html", "plan-handout.html"):
        page = (out / "songjiang" / name).read_text(encoding="utf-8")
        assert not re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", page)
        assert "替代数据，非法定成果" in page


def test_a_demo_whose_terminal_was_closed_can_be_run_again(
    left_over: tuple[Path, PrivateCluster, int], demo: tuple[Path, dict]
) -> None:
    _, server, before = left_over
    assert demo[1]["districts"]
    assert server.status().state == "stopped"
    assert not Path(f"/proc/{before}").exists()


def test_the_demo_leaves_foreign_folders_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    result = landgis("demo", "--no-serve", "--out", tmp_path)
    assert result.returncode == 2
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"


@pytest.mark.deep
def test_the_real_pack_ends_with_plan_sheet_and_package(real: tuple[Path, dict]) -> None:
    out, story = real
    total = pd.DataFrame([row["counts"] for row in story["districts"]]).sum()
    assert (total > 0).all()
    assert total.sum() == 6512
    songjiang = story["districts"][0]
    assert songjiang["lines"] >= 100
    assert (out / "songjiang" / "plan.pdf").stat().st_size > 0
    step = next(row for row in story["steps"] if "parcels" in row["step"])
    assert "EPSG:4528 → EPSG:4549" in step["result"]
    manifest = json.loads((out / "songjiang" / "package" / "manifest.json").read_text(encoding="utf-8"))
    assert all(row["source_crs"] == "EPSG:4490" for row in manifest["releases"])
