"""The inventory by command: releases and parcels in, bad input leaves nothing behind, every door tells the same."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import geopandas as gpd
import nbformat
import pypdf
import pytest
from nbclient import NotebookClient
from shapely.geometry import Polygon, box

import landgis as package
from tests.support.command import landgis
from tests.support.office import installation
from tests.support.places import passable_folder

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
X, Y = 613_000.0, 3_424_400.0


@pytest.fixture(scope="module", autouse=True)
def home() -> Iterator[Path]:
    """An installation of its own, with the sample's layers published and its parcels in."""
    with installation("底数") as home:
        assert landgis("layer", "import", SAMPLE / "layers", "--publish").returncode == 0
        result = landgis("parcel", "import", SAMPLE / "parcels.gpkg", "--documents", SAMPLE / "documents.csv")
        assert result.returncode == 0, result.stderr
        yield home


def data(*arguments: object) -> object:
    result = landgis(*arguments, "--json")
    assert result.returncode in (0, 1, 3), result.stderr
    return json.loads(result.stdout)


def parcels(path: Path, ids: list[str], shapes: list[Polygon] | None = None) -> Path:
    shapes = shapes or [box(X + 100 * n, Y, X + 100 * n + 50, Y + 50) for n in range(len(ids))]
    gpd.GeoDataFrame({"DKBM": ids}, geometry=shapes, crs=4549).to_file(path, engine="pyogrio")
    return path


def test_releases_are_published_with_document_dates_and_hash() -> None:
    rows = {row["layer"]: row for row in data("layer", "list")}
    farmland = rows["permanent_basic_farmland"]
    assert farmland["status"] == "published"
    assert farmland["document_no"].startswith("示例")
    assert farmland["expires_on"] == "2027-12-31"
    assert len(farmland["content_hash"]) == 64
    assert farmland["substitute"] is True
    shown = data("layer", "show", "permanent_basic_farmland", farmland["name"])
    assert shown["feature_count"] == farmland["feature_count"] > 1000


def test_a_release_without_coverage_stays_a_draft(tmp_path: Path) -> None:
    path = tmp_path / "宅基地.gpkg"
    gpd.GeoDataFrame({"ZJDBM": ["a"]}, geometry=[box(X, Y, X + 9, Y + 9)], crs=4549).to_file(path, engine="pyogrio")
    assert data("layer", "import", path, "--name", "no-coverage")[0]["status"] == "draft"
    result = landgis("layer", "publish", "homestead", "no-coverage")
    assert result.returncode == 2
    assert "覆盖" in result.stderr


def test_a_release_with_invalid_features_is_kept_as_a_draft_that_cannot_be_published(tmp_path: Path) -> None:
    bow = Polygon([(X, Y), (X + 50, Y + 50), (X + 50, Y), (X, Y + 50)])
    path = tmp_path / "homestead.gpkg"
    frame = gpd.GeoDataFrame({"ZJDBM": ["bow", "good"]}, geometry=[bow, box(X, Y, X + 9, Y + 9)], crs=4549)
    frame.to_file(path, engine="pyogrio")
    cover = tmp_path / "cover.gpkg"
    gpd.GeoDataFrame(geometry=[box(X - 99, Y - 99, X + 999, Y + 999)], crs=4549).to_file(cover, engine="pyogrio")
    (stored,) = data("layer", "import", path, "--name", "torn", "--coverage", cover)
    assert stored["issue_counts"]["fatal"] >= 1
    result = landgis("layer", "publish", "homestead", "torn")
    assert result.returncode == 2
    assert "致命" in result.stderr
    current = {row["name"]: row["status"] for row in data("layer", "list", "homestead")}
    assert current["2026-01"] == "published"


@pytest.mark.parametrize("shape", ["repeated", "no-id", "invalid"])
def test_a_bad_delivery_leaves_nothing_behind(tmp_path: Path, shape: str) -> None:
    before = data("parcel", "list")
    path = tmp_path / "p.gpkg"
    if shape == "repeated":
        parcels(path, ["310117000001", "310117000001"])
    elif shape == "no-id":
        gpd.GeoDataFrame({"名称": ["甲"]}, geometry=[box(X, Y, X + 9, Y + 9)], crs=4549).to_file(path, engine="pyogrio")
    else:
        parcels(path, ["310117000001"], [Polygon([(X, Y), (X + 50, Y + 50), (X + 50, Y), (X, Y + 50)])])
    result = landgis("parcel", "import", path)
    assert result.returncode == 2
    assert "错误：" in result.stderr
    assert data("parcel", "list") == before


def test_importing_the_same_parcels_again_changes_nothing() -> None:
    result = data("parcel", "import", SAMPLE / "parcels.gpkg")
    assert (result["created"], result["changed"]) == (0, 0)
    assert result["unchanged"] == 370


def test_a_parcel_shows_facts_three_areas_and_documents() -> None:
    row = next(row for row in data("parcel", "list", "--district", "songjiang") if row["registered_area_m2"])
    sheet = data("parcel", "show", row["parcel_id"])
    areas = {area["basis"]: area["area_m2"] for area in sheet["areas"]}
    assert set(areas) == {"registered", "ellipsoidal", "planar"}
    assert areas["ellipsoidal"] < areas["planar"]
    assert len(sheet["documents"]) >= 1
    assert landgis("parcel", "show", row["parcel_id"]).returncode == 0
    assert landgis("parcel", "show", "nobody").returncode == 2


def test_pool_before_screening_says_what_comes_first() -> None:
    result = landgis("pool", "build", "--district", "chongming")
    assert result.returncode == 2
    assert "landgis screen" in result.stderr


def test_command_and_notebook_give_the_same_answer(tmp_path: Path) -> None:
    path = parcels(tmp_path / "p.gpkg", ["310117000001", "310117000002"])
    by_command = data("check", path, "--as-of", "2026-06-30")
    by_folder = data("check", path, "--layers", SAMPLE / "layers", "--as-of", "2026-06-30")
    session = package.connect()
    by_notebook = session.check(path, SAMPLE / "layers", as_of=date(2026, 6, 30)).record
    session.close()
    assert json.loads(json.dumps(by_notebook)) == by_folder
    for parcel, other in zip(by_command["parcels"], by_folder["parcels"], strict=True):
        assert parcel["verdict"] == other["verdict"]
        measured = {(row["layer"], row["class"]): row["union_m2"]["planar"] for row in parcel["overlaps"]}
        again = {(row["layer"], row["class"]): row["union_m2"]["planar"] for row in other["overlaps"]}
        assert measured == pytest.approx(again)


def test_screen_pool_plan_sheet_handout_package(tmp_path: Path) -> None:
    run = landgis("screen", "--rules", "songjiang", "--as-of", "2026-06-30", "--json")
    assert run.returncode == 3  # the sample has undecidable parcels
    pool = data("pool", "build", "--criteria", ROOT / "data" / "criteria" / "pool.yaml")
    shown = data("pool", "show", pool["pool_id"])
    assert len(shown["members"]) == pool["members"]
    assert all(row["detail_zh"] for row in shown["left_out"])
    plan = data("plan", "draft", "--targets", ROOT / "data" / "criteria" / "plan-2027.yaml")
    assert plan["lines"] == data("plan", "show")["lines"]
    for command in (
        ("pool", "list"),
        ("pool", "show", pool["pool_id"]),
        ("plan", "show"),
        ("layer", "list"),
        ("parcel", "list"),
    ):
        assert landgis(*command).returncode == 0
    sheet = data("map", "sheet", "--out", tmp_path / "plan.pdf", "--drawn-on", "2026-07-01")
    assert (tmp_path / "plan.pdf").read_bytes()[:5] == b"%PDF-"
    assert sheet["scale"] in (10_000, 15_000, 20_000, 25_000)
    assert landgis("map", "handout", "--out", tmp_path / "h.html", "--pool", pool["pool_id"]).returncode == 0
    assert "manifest.json" in data("export", "package", "--out", tmp_path / "package", "--why", "试")["manifest"]


def test_criteria_that_would_let_the_excluded_in_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "pool.yaml"
    path.write_text("verdicts: [clear, excluded]\n", encoding="utf-8")
    result = landgis("pool", "build", "--criteria", path)
    assert result.returncode == 2
    assert "never enter" in result.stderr
    path.write_text("min_area: 3\n", encoding="utf-8")
    assert "min_area" in landgis("pool", "build", "--criteria", path).stderr


def test_a_leader_may_not_screen() -> None:
    result = landgis("screen", "--as", "nobody-of-that-name")
    assert result.returncode == 2
    assert "登记" in result.stderr


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb")))
def test_the_notebooks_run(name: str) -> None:
    notebook = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT / "notebooks")}})
    with passable_folder("notebook") as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANDGIS_HOME", str(home))
        client.execute(env=dict(os.environ))
        assert landgis("db", "stop").returncode == 0
    outputs = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]
    assert len(outputs) >= 5


def test_importing_the_same_folder_again_stores_nothing_twice() -> None:
    before = data("layer", "list")
    again = data("layer", "import", SAMPLE / "layers", "--publish")
    assert {row["status"] for row in again} == {"published"}
    assert data("layer", "list") == before


def test_an_edition_of_the_same_name_that_says_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "homestead.gpkg"
    gpd.GeoDataFrame({"ZJDBM": ["x"]}, geometry=[box(X, Y, X + 9, Y + 9)], crs=4549).to_file(path, engine="pyogrio")
    result = landgis("layer", "import", path, "--name", "2026-01")
    assert result.returncode == 2
    assert "--name" in result.stderr


def test_dates_that_contradict_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "homestead.gpkg"
    gpd.GeoDataFrame({"ZJDBM": ["y"]}, geometry=[box(X, Y, X + 9, Y + 9)], crs=4549).to_file(path, engine="pyogrio")
    result = landgis("layer", "import", path, "--in-force-from", "2027-01-01", "--expires-on", "2026-01-01")
    assert result.returncode == 2
    assert "早于" in result.stderr


def test_an_edition_is_named_either_way() -> None:
    assert data("layer", "show", "homestead@2026-01") == data("layer", "show", "homestead", "2026-01")
    assert landgis("layer", "show", "homestead").returncode == 2


def test_a_sheet_names_the_releases_its_run_was_judged_on(tmp_path: Path) -> None:
    assert landgis("screen", "--as-of", "2026-06-30").returncode == 3
    data("pool", "build")
    data("plan", "draft", "--year", "2027")
    path, cover = tmp_path / "homestead.gpkg", tmp_path / "cover.gpkg"
    gpd.GeoDataFrame({"ZJDBM": ["z"]}, geometry=[box(X, Y, X + 9, Y + 9)], crs=4549).to_file(path, engine="pyogrio")
    gpd.GeoDataFrame(geometry=[box(X - 99, Y - 99, X + 999, Y + 999)], crs=4549).to_file(cover, engine="pyogrio")
    data(
        "layer",
        "import",
        path,
        "--name",
        "later-edition",
        "--coverage",
        cover,
        "--in-force-from",
        "2026-01-02",
        "--no-document-reason",
        "批文待编号",
        "--publish",
    )
    assert landgis("map", "sheet", "--out", tmp_path / "plan.pdf").returncode == 0
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "plan.pdf").pages)
    assert "later-edition" not in text
    assert landgis("map", "handout", "--out", tmp_path / "plan.pdf").returncode == 2
