"""The atlas by command: from a screened sample to the files a bureau hands over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from tests.support.command import landgis
from tests.support.office import SAMPLE, installation

CRITERIA = SAMPLE.parent / "criteria"


@pytest.fixture(scope="module", autouse=True)
def home() -> Iterator[Path]:
    """An installation with a plan of Songjiang and one of Chongming."""
    with installation("图册") as home:
        for command in (
            ("layer", "import", SAMPLE / "layers", "--publish"),
            ("parcel", "import", SAMPLE / "parcels.gpkg", "--documents", SAMPLE / "documents.csv"),
        ):
            assert landgis(*command).returncode == 0
        for district in ("songjiang", "chongming"):
            screened = landgis("screen", "--rules", district, "--as-of", "2026-06-30")
            assert screened.returncode in (0, 3), screened.stderr
            pool = ("pool", "build", "--criteria", CRITERIA / "pool.yaml", "--district", district, "--json")
            plan = ("plan", "draft", "--targets", CRITERIA / "plan-2027.yaml", "--district", district)
            for command in (pool, plan):
                result = landgis(*command)
                assert result.returncode == 0, result.stderr
        yield home


def atlas(folder: Path, *arguments: object) -> dict:
    result = landgis("map", "atlas", "--out", folder, "--drawn-on", "2026-07-01", *arguments, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_both_districts_become_an_atlas(tmp_path: Path) -> None:
    for district in ("songjiang", "chongming"):
        told = atlas(tmp_path / district, "--district", district, "--json")
        assert sorted(told["files"]) == sorted(path.name for path in (tmp_path / district).iterdir())
        pages = pypdf.PdfReader(tmp_path / district / "图册.pdf").pages
        assert len(pages) == sum(sheet["pages"] for sheet in told["sheets"])
        text = "".join("".join(page.extract_text().split()) for page in pages)
        record = json.loads((tmp_path / district / "图册记录.json").read_text(encoding="utf-8"))["sheets"]
        lines = {sheet["lines"] for sheet in record if sheet["sheet"] in ("overview", "index", "tables")}
        assert lines == {len(set(re.findall(r"31\d{10}JB\d{5}", text)))}
        assert sum(sheet["lines"] for sheet in record if sheet["sheet"].startswith("town")) in lines
        assert text.count("替代数据，非法定成果") >= len(pages)
        assert (tmp_path / district / "图册.pdf").stat().st_size < 5_000_000


@pytest.mark.deep
def test_the_same_plan_gives_the_same_codes(tmp_path: Path) -> None:
    assert atlas(tmp_path / "1")["sheets"] == atlas(tmp_path / "2")["sheets"]


def test_one_town_as_pictures_on_a_larger_overview(tmp_path: Path) -> None:
    options = ("--format", "png", "--format", "geotiff", "--town", "新河镇", "--paper", "a2", "--dpi", "72")
    told = atlas(tmp_path, "--district", "chongming", *options)
    towns = [sheet["sheet"] for sheet in told["sheets"] if sheet["sheet"].startswith("town")]
    assert len(towns) == 1
    assert {Path(name).suffix for name in told["files"]} == {".png", ".pgw", ".prj", ".tif", ".json"}


def test_a_town_without_lines_is_refused(tmp_path: Path) -> None:
    result = landgis("map", "atlas", "--out", tmp_path / "no", "--town", "火星镇")
    assert result.returncode == 2
    assert "泖港镇" in result.stderr
    assert not (tmp_path / "no").exists()


def test_the_table_tells_pages_and_codes(tmp_path: Path) -> None:
    result = landgis("map", "atlas", "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    assert "索引图" in result.stdout
    codes = [sheet["check_code"] for sheet in json.loads((tmp_path / "图册记录.json").read_text())["sheets"]]
    assert all(code in result.stdout for code in codes)
