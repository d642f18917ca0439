"""``landgis layer qc --file`` as a planner runs it: table, JSON, PDF page and places; the file is never changed."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely.geometry import Polygon

from tests.support import pdf as pdf_text
from tests.support.command import landgis
from tests.support.ground import at
from tests.support.planted_quality import on_ground

BOW_TIE = on_ground(Polygon([(300, 0), (400, 100), (400, 0), (300, 100)]))
SHAPES = [at(0, 0, 100, 100), at(90, 0, 100, 100), at(500, 0, 100, 100), BOW_TIE]


def delivery(path: Path, shapes: list[shapely.Geometry] = SHAPES) -> Path:
    columns = {
        "BSM": [f"31011720000000000{number}" for number in range(len(shapes))],
        "DLBM": ["0101", "9999", "0101", "0101"][: len(shapes)],
        "TBMJ": [10_000.0, 10_000.0, 15.0, 5000.0][: len(shapes)],
    }
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4549).to_file(path, layer="DLTB", engine="pyogrio")
    return path


def sound(path: Path) -> Path:
    columns = {"BSM": ["310117200000000001"], "DLBM": ["0101"], "TBMJ": [10_000.0]}
    gpd.GeoDataFrame(columns, geometry=SHAPES[:1], crs=4549).to_file(path, layer="DLTB", engine="pyogrio")
    return path


def test_the_table_counts_by_rule_and_names_the_first_features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = landgis("layer", "qc", "--file", delivery(tmp_path / "DLTB.gpkg"))
    assert result.returncode == 2
    for words in (
        "图形无效",
        "图形相互重叠",
        "地类代码无法识别",
        "面积单位疑似有误",
        "310117200000000003",
        "致命 1",
        "不可用",
    ):
        assert words in result.stdout
    assert max(map(len, result.stdout.splitlines()[:20])) <= 80
    assert "1 个无效图形以修复副本参与相互比较" in result.stderr


@pytest.mark.parametrize(
    ("shapes", "code"), [(SHAPES[:1], 0), (SHAPES[:2], 1), (SHAPES, 2)], ids=["sound", "serious", "fatal"]
)
def test_exit_codes(tmp_path: Path, shapes: list[Polygon], code: int) -> None:
    assert landgis("layer", "qc", "--file", delivery(tmp_path / "DLTB.gpkg", shapes)).returncode == code


def test_json_carries_every_finding_with_tolerances_person_and_hash(tmp_path: Path) -> None:
    path = delivery(tmp_path / "DLTB.gpkg")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    result = landgis("layer", "qc", "--file", path, "--tolerance", "overlap_m2=5", "--as-of", "2026-06-30", "--json")
    report = json.loads(result.stdout)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert report["checked_on"] == "2026-06-30"
    assert report["checked_by"]
    assert report["tolerances"]["overlap_m2"] == 5
    assert ["内容指纹", "SHA-256", before] in report["subject"]["facts"]
    (overlap,) = (row for row in report["findings"] if row["rule"] == "T01")
    assert (overlap["measured"], overlap["tolerance"], overlap["unit"]) == (pytest.approx(1000), 5, "m²")
    assert shapely.from_wkt(overlap["place_wkt"]).area == pytest.approx(1000)
    assert "Overlaps" in overlap["message_en"]


def test_rules_can_be_chosen_and_the_rest_is_not_asked(tmp_path: Path) -> None:
    path = delivery(tmp_path / "DLTB.gpkg")
    report = json.loads(landgis("layer", "qc", "--file", path, "--rule", "C", "--rule", "overlap", "--json").stdout)
    assert report["rules_asked"] == ["C01", "C02", "C03", "T01"]
    assert {row["rule"] for row in report["findings"]} == {"C01", "T01"}


def test_the_pages_say_what_was_checked_with_what_and_by_whom(tmp_path: Path) -> None:
    page = tmp_path / "质检.pdf"
    path = delivery(tmp_path / "DLTB.gpkg")
    result = landgis(
        "layer", "qc", "--file", path, "--tolerance", "node_m=0.005", "--as-of", "2026-06-30", "--pdf", page
    )
    assert f"已写出 written: {page}" in result.stdout
    text = pdf_text.text(page.read_bytes())
    for words in (
        "质量检查报告", "DLTB.gpkg", hashlib.sha256(path.read_bytes()).hexdigest(), "不可用：有致命问题", "2026年6月30日",
        "自相交", "图形相互重叠", "0.005*", "所用容差", "EPSG:4549", "GEOS", "310117200000000003", "校核Reviewed",
    ):  # fmt: skip
        assert words in text, words


def test_stand_in_data_are_marked(tmp_path: Path) -> None:
    page = tmp_path / "qc.pdf"
    result = landgis("layer", "qc", "--file", sound(tmp_path / "DLTB.gpkg"), "--substitute", "--pdf", page)
    assert "替代数据，非法定成果" in result.stderr
    assert "替代数据，非法定成果" in pdf_text.text(page.read_bytes())


def test_a_sound_file_has_a_page_too(tmp_path: Path) -> None:
    page = tmp_path / "qc.pdf"
    assert landgis("layer", "qc", "--file", sound(tmp_path / "DLTB.gpkg"), "--pdf", page).returncode == 0
    text = pdf_text.text(page.read_bytes())
    assert "没有发现问题" in text
    assert "替代数据" not in text


def test_places_are_layers_that_other_programs_read(tmp_path: Path) -> None:
    out = tmp_path / "结果"
    landgis("layer", "qc", "--file", delivery(tmp_path / "DLTB.gpkg"), "--out", out)
    layers = {
        name: pyogrio.read_dataframe(out / "places.gpkg", layer=name)
        for name, _ in pyogrio.list_layers(out / "places.gpkg")
    }
    assert set(layers) == {"qc_points", "qc_areas"}
    assert layers["qc_points"]["rule"].tolist() == ["G02"]
    assert layers["qc_points"].crs.to_epsg() == 4549
    (place,) = layers["qc_areas"].query("rule == 'T01'").geometry
    assert place.symmetric_difference(at(90, 0, 10, 100)).area < 1e-6
    assert sorted(path.name for path in out.iterdir()) == ["findings.csv", "places.gpkg", "quality.json"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("permanent_basic_farmland", "--lines"),
        ("--file", "DLTB.gpkg", "--rule", "Q99"),
        ("--file", "DLTB.gpkg", "--tolerance", "node_m"),
        ("--file", "DLTB.gpkg", "--tolerance", "node=1"),
        ("--file", "DLTB.gpkg", "--tolerance", "node_m=-1"),
        ("--file", "DLTB.gpkg", "--tolerance", "node_m=nan"),
        ("--file", "没有.gpkg"),
    ],
)
def test_wrong_use_is_told_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    delivery(tmp_path / "DLTB.gpkg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANDGIS_LAYERS", str(Path(__file__).resolve().parents[2] / "layers"))
    result = landgis("layer", "qc", *arguments)
    assert result.returncode == 2
    assert "错误：" in result.stderr
    assert "Error:" in result.stderr
    assert "Traceback" not in result.stderr


def test_no_number_of_the_page_has_an_exponent(tmp_path: Path) -> None:
    page = tmp_path / "qc.pdf"
    shown = landgis("layer", "qc", "--file", sound(tmp_path / "DLTB.gpkg"), "--pdf", page)
    text = pdf_text.text(page.read_bytes())
    assert "0.000001㎡" in text
    assert not re.search(r"\de-\d", text + shown.stdout)
