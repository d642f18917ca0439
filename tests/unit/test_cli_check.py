"""``landgis check`` and ``landgis overlay`` as a planner runs them: real command, real files, exit codes, messages."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Polygon, box

from landgis.cli.check_tables import one_line_each
from landgis.domain.issue import Issue, Severity
from tests.support.command import Ran, landgis

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
AS_OF = ("--as-of", "2026-06-30")
X, Y = 613_000.0, 3_424_400.0


def write(path: Path, shapes: list[object], crs: object = 4549, **columns: list[object]) -> Path:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")  # a file without a CRS is the point of one test
        gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path, engine="pyogrio")
    return path


def square(x: float = 0.0, y: float = 0.0, side: float = 50.0) -> Polygon:
    return box(X + x, Y + y, X + x + side, Y + y + side)


def control_lines(folder: Path) -> Path:
    """The four control lines of the sample, nothing else."""
    folder.mkdir()
    for key in ("development_boundary", "permanent_basic_farmland", "ecological_redline", "homestead"):
        shutil.copy(SAMPLE / "layers" / f"{key}.gpkg", folder)
    return folder


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """The control lines, so that tests can break them."""
    return control_lines(tmp_path / "layers")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a check of the sample says while nobody has broken the control lines."""
    lines = control_lines(tmp_path_factory.mktemp("whole") / "layers")
    found: dict[str, Any] = json.loads(
        landgis("check", SAMPLE / "parcels.gpkg", "--layers", lines, *AS_OF, "--json").stdout
    )
    return found


def told(result: Ran, code: int = 2) -> str:
    """What the user was told, after checking that it is one message in both languages with a way on."""
    assert result.returncode == code, result.stdout + result.stderr
    assert "错误：" in result.stderr
    assert "Error:" in result.stderr
    assert "请：" in result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr


def test_the_sample_gets_all_four_verdicts_and_exit_code_three() -> None:
    result = landgis(
        "check", SAMPLE / "parcels.gpkg", "--layers", SAMPLE / "layers", *AS_OF, "--scope", "full", "--json"
    )
    assert result.returncode == 3, result.stderr
    data = json.loads(result.stdout)
    assert all(count > 0 for count in data["summary"].values())
    assert {row["coverage"] for row in data["layers"]} <= {"complete", "partial"}
    assert len(data["parcels"]) == sum(data["summary"].values())


def test_without_layers_yaml_coverage_is_assumed_and_said(layers: Path, whole: dict[str, Any]) -> None:
    rows = whole["layers"]
    assert "coverage_assumed" in {issue["code"] for issue in whole["issues"]}
    assert {row["layer"] for row in rows} == {
        "development_boundary",
        "permanent_basic_farmland",
        "ecological_redline",
        "homestead",
    }
    assert {row["coverage_basis"] for row in rows} == {"assumed"}
    human = landgis("check", SAMPLE / "parcels.gpkg", "--layers", layers, *AS_OF)
    assert "外接矩形推定" in human.stderr


@pytest.mark.parametrize(
    "missing", ["permanent_basic_farmland", "ecological_redline", "homestead", "development_boundary"]
)
def test_a_missing_layer_leaves_nobody_clear(layers: Path, whole: dict[str, Any], missing: str) -> None:
    excluded_by_others = {
        row["parcel_id"]
        for row in whole["parcels"]
        if any(found["outcome"] == "excluded" and found["layer"] != missing for found in row["findings"])
    }
    (layers / f"{missing}.gpkg").unlink()
    result = landgis("check", SAMPLE / "parcels.gpkg", "--layers", layers, *AS_OF, "--json")
    assert result.returncode == 3
    data = json.loads(result.stdout)
    assert data["summary"]["clear"] == 0
    assert data["summary"]["flagged"] == 0
    assert {row["parcel_id"] for row in data["parcels"] if row["verdict"] == "excluded"} == excluded_by_others
    state = {row["layer"]: row["coverage"] for row in data["layers"]}
    assert state[missing] == "absent"


def test_an_unreadable_layer_is_unknown_and_said(layers: Path) -> None:
    path = layers / "homestead.gpkg"
    path.write_bytes(path.read_bytes()[:50_000])
    result = landgis("check", SAMPLE / "parcels.gpkg", "--layers", layers, *AS_OF, "--json")
    assert result.returncode == 3
    data = json.loads(result.stdout)
    assert data["summary"]["clear"] == 0
    assert any("宅基地" in issue["message_zh"] for issue in data["issues"])


def test_an_empty_layer_is_no_evidence(layers: Path) -> None:
    empty = gpd.read_file(layers / "homestead.gpkg").iloc[:0]
    (layers / "homestead.gpkg").unlink()
    empty.to_file(layers / "homestead.gpkg", engine="pyogrio")
    result = landgis("check", SAMPLE / "parcels.gpkg", "--layers", layers, *AS_OF, "--json")
    assert result.returncode == 3
    assert json.loads(result.stdout)["summary"]["clear"] == 0


def test_a_clear_polygon_exits_zero_and_lists_what_was_checked(layers: Path, whole: dict[str, Any]) -> None:
    clear = next(row for row in whole["parcels"] if row["verdict"] == "clear" and row["parcel_id"].startswith("310117"))
    frame = gpd.read_file(SAMPLE / "parcels.gpkg")
    shape = frame[frame["DKBM"] == clear["parcel_id"]].geometry.iloc[0]
    result = landgis("check", "--wkt", shape.wkt, "--crs", "EPSG:4549", "--layers", layers, *AS_OF, "--json")
    assert result.returncode == 0, result.stderr
    parcel = json.loads(result.stdout)["parcels"][0]
    assert {row["layer"] for row in parcel["overlaps"]} >= {
        "permanent_basic_farmland",
        "ecological_redline",
        "homestead",
    }
    assert all(row["hits"] == [] for row in parcel["overlaps"])


def test_results_can_be_kept_as_files(layers: Path, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    landgis("check", SAMPLE / "parcels.gpkg", "--layers", layers, *AS_OF, "--out", out)
    judged = gpd.read_file(out / "parcels.gpkg", layer="parcels")
    record = json.loads((out / "check.json").read_text(encoding="utf-8"))
    assert judged["verdict"].value_counts().to_dict() == {
        key: count for key, count in record["summary"].items() if count
    }
    assert (out / "findings.csv").read_text(encoding="utf-8-sig").startswith("parcel_id,rule_id")


def test_the_installed_command_tells_a_missing_file() -> None:
    command = [str(Path(sys.executable).parent / "landgis"), "check", "没有.gpkg", "--layers", str(SAMPLE / "layers")]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert result.returncode == 2
    assert "错误：" in result.stderr


def test_a_missing_file() -> None:
    message = told(landgis("check", "没有.gpkg", "--layers", SAMPLE / "layers", *AS_OF))
    assert "没有.gpkg" in message


def test_a_missing_folder_of_layers() -> None:
    told(landgis("check", SAMPLE / "parcels.gpkg", "--layers", "no-such-folder", *AS_OF))


def test_an_unknown_format(layers: Path, tmp_path: Path) -> None:
    path = tmp_path / "parcels.dwg"
    path.write_bytes(b"AC1032 not a map")
    told(landgis("check", path, "--layers", layers, *AS_OF))


def test_no_crs_is_a_question_and_the_answer_is_taken(layers: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "p.gpkg", [square()], crs=None, DKBM=["310117001"])
    assert "--crs" in told(landgis("check", path, "--layers", layers, *AS_OF), 3)
    answered = landgis("check", path, "--crs", "EPSG:4549", "--layers", layers, *AS_OF, "--json")
    assert answered.returncode in (0, 1, 3), answered.stderr


@pytest.mark.parametrize("crs", [4547, 3857])
def test_a_crs_from_elsewhere(layers: Path, tmp_path: Path, crs: int) -> None:
    path = write(tmp_path / "p.gpkg", [square()], crs=crs, DKBM=["310117001"])
    assert f"EPSG:{crs}" in told(landgis("check", path, "--layers", layers, *AS_OF))


def test_coordinates_elsewhere(layers: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "p.gpkg", [box(334_400, 3_425_000, 334_450, 3_425_050)], DKBM=["310117001"])
    assert "°E" in told(landgis("check", path, "--layers", layers, *AS_OF))


def test_no_parcels_at_all(layers: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    gpd.GeoDataFrame({"DKBM": pd.Series([], dtype="str")}, geometry=[], crs=4549).to_file(path, engine="pyogrio")
    told(landgis("check", path, "--layers", layers, *AS_OF))


def test_no_parcel_number_field(layers: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "p.gpkg", [square()], 名称=["甲"])
    assert "名称" in told(landgis("check", path, "--layers", layers, *AS_OF))


def test_an_invalid_parcel_is_unknown_and_the_others_are_judged(layers: Path, tmp_path: Path) -> None:
    bow = Polygon([(X, Y), (X + 50, Y + 50), (X + 50, Y), (X, Y + 50)])
    path = write(tmp_path / "p.gpkg", [bow, square(500)], DKBM=["310117-bow", "310117-good"])
    result = landgis("check", path, "--layers", layers, *AS_OF, "--json")
    assert result.returncode == 3
    verdicts = {row["parcel_id"]: row for row in json.loads(result.stdout)["parcels"]}
    assert verdicts["310117-bow"]["verdict"] == "unknown"
    assert "图形" in verdicts["310117-bow"]["findings"][0]["message_zh"]
    assert verdicts["310117-good"]["area_m2"]["planar"] == pytest.approx(2500)


def test_a_repeated_parcel_number_is_unknown(layers: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "p.gpkg", [square(), square(500)], DKBM=["310117-a", "310117-a"])
    result = landgis("check", path, "--layers", layers, *AS_OF, "--json")
    assert result.returncode == 3
    assert {row["verdict"] for row in json.loads(result.stdout)["parcels"]} == {"unknown"}


def test_wkt_without_crs() -> None:
    assert "--crs" in told(landgis("check", "--wkt", square().wkt, "--layers", SAMPLE / "layers", *AS_OF))


def test_wkt_that_is_no_polygon() -> None:
    told(landgis("check", "--wkt", "POINT (1 2)", "--crs", "EPSG:4549", "--layers", SAMPLE / "layers", *AS_OF))
    asked = ("--crs", "EPSG:4549", "--layers", SAMPLE / "layers", *AS_OF)
    assert "文字没有写完" in told(landgis("check", "--wkt", "POLYGON ((1 2", *asked))
    assert "不认识的图形类型“QUAD”" in told(landgis("check", "--wkt", "QUAD ((1 2))", *asked))


def test_an_invalid_drawn_polygon_is_undecidable(layers: Path) -> None:
    bow = Polygon([(X, Y), (X + 50, Y + 50), (X + 50, Y), (X, Y + 50)])
    result = landgis("check", "--wkt", bow.wkt, "--crs", "EPSG:4549", "--layers", layers, *AS_OF, "--json")
    assert result.returncode == 3
    (parcel,) = json.loads(result.stdout)["parcels"]
    assert parcel["verdict"] == "unknown"
    assert "自相交" in parcel["findings"][0]["message_zh"]


def test_neither_file_nor_polygon() -> None:
    told(landgis("check", "--layers", SAMPLE / "layers"))


def test_an_unknown_pack_and_an_unknown_scope() -> None:
    assert "songjiang" in told(
        landgis("check", SAMPLE / "parcels.gpkg", "--layers", SAMPLE / "layers", "--rules", "pudong")
    )
    told(landgis("check", SAMPLE / "parcels.gpkg", "--layers", SAMPLE / "layers", "--scope", "some"))


def test_an_error_is_json_too() -> None:
    result = landgis("check", "没有.gpkg", "--layers", SAMPLE / "layers", "--json")
    assert result.returncode == 2
    assert json.loads(result.stdout)["error"]["code"] == "file_missing"


def test_parcels_of_the_other_district_are_pointed_out() -> None:
    result = landgis(
        "check", SAMPLE / "parcels.gpkg", "--layers", SAMPLE / "layers", *AS_OF, "--rules", "chongming", "--json"
    )
    assert "pack_of_other_district" in {issue["code"] for issue in json.loads(result.stdout)["issues"]}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_overlay_measures_two_files(tmp_path: Path) -> None:
    parcels = write(tmp_path / "p.gpkg", [square(), square(1000)], id=["0001", "0002"])
    layer = write(tmp_path / "l.gpkg", [square(40), square(45, side=10)], code=["a", "b"])
    out = tmp_path / "out"
    result = landgis("overlay", parcels, layer, "--parcel-id", "id", "--feature-id", "code", "--out", out)
    assert result.returncode == 0, result.stderr
    pairs, summary = rows(out / "pairs.csv"), rows(out / "parcels.csv")
    assert list(pairs[0]) == ["parcel_id", "feature_id", "area_m2", "share_of_parcel", "share_of_feature"]
    assert [(row["parcel_id"], row["feature_id"]) for row in pairs] == [("0001", "a"), ("0001", "b")]
    assert float(pairs[0]["area_m2"]) == pytest.approx(500)
    assert float(pairs[1]["share_of_feature"]) == pytest.approx(0.5)
    assert float(summary[0]["union_m2"]) == pytest.approx(500)
    assert [row["hits"] for row in summary] == ["2", "0"]
    assert summary[1]["distance_m"] == ""


def test_overlay_repairs_copies_aloud(tmp_path: Path) -> None:
    bow = Polygon([(X, Y), (X + 50, Y + 50), (X + 50, Y), (X, Y + 50)])
    parcels = write(tmp_path / "p.gpkg", [bow, square(200)], id=["bow", "good"])
    layer = write(tmp_path / "l.gpkg", [square()], code=["a"])
    result = landgis("overlay", parcels, layer, "--parcel-id", "id", "--feature-id", "code", "--out", tmp_path / "out")
    assert result.returncode == 0
    assert "修复副本" in result.stderr
    issues = rows(tmp_path / "out" / "issues.csv")
    assert [row["code"] for row in issues] == ["geometry_repaired"]
    assert float(rows(tmp_path / "out" / "parcels.csv")[0]["union_m2"]) == pytest.approx(1250)


def test_overlay_refuses_what_cannot_name_rows(tmp_path: Path) -> None:
    parcels = write(tmp_path / "p.gpkg", [square(), square(200)], id=["a", "a"])
    layer = write(tmp_path / "l.gpkg", [square()], code=["a"])
    assert "重复" in told(landgis("overlay", parcels, layer, "--parcel-id", "id", "--out", tmp_path / "out"))
    assert "现有字段" in told(landgis("overlay", parcels, layer, "--parcel-id", "no", "--out", tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_overlay_refuses_degrees_and_feet(tmp_path: Path) -> None:
    parcels = write(tmp_path / "p.gpkg", [square()], id=["a"])
    for crs in ("EPSG:4490", "EPSG:2263"):
        told(landgis("overlay", parcels, parcels, "--crs", crs, "--out", tmp_path / "out"))


def test_overlay_works_anywhere_in_the_world(tmp_path: Path) -> None:
    shape = box(500_000, 5_500_000, 500_100, 5_500_100)
    parcels = write(tmp_path / "p.gpkg", [shape], crs=32633, id=["a"])
    layer = write(tmp_path / "l.geojson", list(gpd.GeoSeries([shape], crs=32633).to_crs(4326)), crs=4326, code=["x"])
    out = tmp_path / "out"
    result = landgis(
        "overlay", parcels, layer, "--parcel-id", "id", "--feature-id", "code", "--crs", "EPSG:32633", "--out", out
    )
    assert result.returncode == 0, result.stderr
    assert float(rows(out / "parcels.csv")[0]["union_m2"]) == pytest.approx(10_000, abs=0.5)


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv=['landgis','--help']\n"
        "from landgis.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = {'geopandas','pandas','numpy','shapely','pyproj','sqlalchemy','fastapi','folium','rich.console'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    commands = "demo check screen overlay layer parcel pool plan map rules sample db serve export"
    for command in commands.split():
        assert f"\n  {command} " in result.stdout


@pytest.mark.parametrize("arguments", [("check", "--bogus"), ("bogus",), ("check", "--scope")])
def test_a_wrong_command_line_is_told_in_both_languages(arguments: tuple[str, ...]) -> None:
    assert "--help" in told(landgis(*arguments))


def test_a_group_without_a_command_shows_its_help() -> None:
    result = landgis("layer")
    assert result.returncode == 2
    assert "publish" in result.stdout


def test_a_polygon_in_chongming_is_judged_by_chongmings_pack(layers: Path) -> None:
    shape = box(641_500, 3_500_500, 641_550, 3_500_550)
    result = landgis("check", "--wkt", shape.wkt, "--crs", "EPSG:4549", "--layers", layers, *AS_OF, "--json")
    data = json.loads(result.stdout)
    assert data["pack"]["id"] == "chongming"
    assert "pack_of_other_district" not in {issue["code"] for issue in data["issues"]}


def test_people_are_told_what_was_not_asked_and_that_data_are_stand_ins() -> None:
    result = landgis("check", SAMPLE / "parcels.gpkg", "--layers", SAMPLE / "layers", *AS_OF)
    assert "未列入本次检查" in result.stderr
    assert "dispute" in result.stderr
    assert "替代数据，非法定成果" in result.stderr


def test_a_release_not_yet_in_force_is_told_as_such() -> None:
    result = landgis("check", SAMPLE / "parcels.gpkg", "--layers", SAMPLE / "layers", "--as-of", "2025-06-30", "--json")
    data = json.loads(result.stdout)
    assert data["summary"]["clear"] == 0
    assert any("尚未生效" in row["message_zh"] for row in data["parcels"][0]["findings"])


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00", b"DKBM,QSZY\n", b"DKBM,QSZY\n1,2,3\n", b"PK\x03\x04"],
    ids=["bytes", "empty", "uneven", "xlsx"],
)
def test_a_broken_table_of_facts_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "facts.csv"
    path.write_bytes(content)
    told(landgis("check", SAMPLE / "parcels.gpkg", "--layers", SAMPLE / "layers", "--facts", path, *AS_OF))


def test_a_gbk_table_of_facts_is_read(tmp_path: Path) -> None:
    parcel_id = gpd.read_file(SAMPLE / "parcels.gpkg")["DKBM"].iloc[0]
    path = tmp_path / "facts.csv"
    path.write_bytes(f"DKBM,权属争议\n{parcel_id},有争议！\n".encode("gbk"))
    asked = landgis("check", SAMPLE / "parcels.gpkg", "--layers", SAMPLE / "layers", "--facts", path, *AS_OF)
    assert asked.returncode == 3
    assert "1. --encoding GBK" in asked.stderr
    result = landgis(
        "check",
        SAMPLE / "parcels.gpkg",
        "--layers",
        SAMPLE / "layers",
        "--facts",
        path,
        "--encoding",
        "GBK",
        "--scope",
        "full",
        *AS_OF,
        "--json",
    )
    findings = next(row for row in json.loads(result.stdout)["parcels"] if row["parcel_id"] == parcel_id)["findings"]
    assert next(row for row in findings if row["rule_id"] == "dispute")["outcome"] == "unknown"


def test_an_output_folder_that_is_a_file_is_told(layers: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    told(landgis("check", SAMPLE / "parcels.gpkg", "--layers", layers, *AS_OF, "--out", tmp_path / "out"))


def test_overlay_says_when_the_crs_is_far_from_home(tmp_path: Path) -> None:
    shape = gpd.GeoSeries([box(14.40, 50.10, 14.41, 50.11)], crs=4326).to_crs(4549)
    parcels = write(tmp_path / "p.gpkg", list(shape), id=["a"])
    result = landgis("overlay", parcels, parcels, "--parcel-id", "id", "--feature-id", "id", "--out", tmp_path / "out")
    assert [row["code"] for row in rows(tmp_path / "out" / "issues.csv")] == ["far_from_crs"]
    assert "--crs" in result.stderr


def test_what_several_files_have_in_common_is_said_once() -> None:
    issues = [Issue("beyond_zone_edge", Severity.MINOR, f"文件{number}", "越过边界", "Beyond") for number in range(5)]
    alone = Issue("other", Severity.MINOR, "文件0", "另一件", "Another")
    grouped = one_line_each([*issues, alone, alone])
    assert [issue.where for issue in grouped] == ["文件0、文件1、文件2 等 5 处", "文件0（共 2 次）"]
