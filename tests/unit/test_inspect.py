"""``landgis inspect``: the published JSON, the exit codes, questions that answers settle, and no error for any file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import rasterio
import shapely

from landgis.crs import to_crs, vertices
from landgis.exchange.reading.shift import SYSTEMS, shifted
from landgis.services.inspecting.inspect_file import Answers, inspect_file
from tests.support.command import landgis
from tests.support.foreign import bow_tie, degree_square, frame, geojson, gpkg, shapefile, square, zipped
from tests.support.local_crs import crs_file, leaks

DATA = Path(__file__).parents[2] / "data"
REAL = DATA / "real" / "dk_standin_4528_gbk.zip"
ROWS = {
    "DKBM": ["00123", "00124", "00125", "00126"],
    "村名": ["泖港镇曹家浜村", "叶榭镇团结村", "石湖荡镇东夏村", "新浜镇胡家埭村"],
}
GOOD = [square(), square(200), square(400), square(600)]


def inspected(*arguments: object) -> tuple[int, dict[str, Any]]:
    ran = landgis("inspect", *arguments, "--json")
    return ran.returncode, json.loads(ran.stdout)


def codes(found: dict[str, Any]) -> list[str]:
    return [issue["code"] for issue in found["issues"]]


def unlabelled(folder: Path, content: gpd.GeoDataFrame, encoding: str = "UTF-8") -> Path:
    """A shapefile without a .prj."""
    path = shapefile(folder, "地块", content, encoding)
    path.with_suffix(".prj").unlink(missing_ok=True)
    return path


def moved(content: gpd.GeoDataFrame, move: Callable[[Any], Any]) -> gpd.GeoDataFrame:
    return content.set_geometry(gpd.GeoSeries(shapely.transform(content.geometry.to_numpy(), move), crs=content.crs))


@pytest.fixture
def gbk_without_labels(tmp_path: Path) -> Path:
    """The real pack's shapefile without its .cpg, language byte 0."""
    with zipfile.ZipFile(REAL) as archive:
        archive.extractall(tmp_path / "real")
    shp = next((tmp_path / "real").glob("*.shp"))
    shp.with_suffix(".cpg").unlink()
    content = bytearray(shp.with_suffix(".dbf").read_bytes())
    content[29] = 0
    shp.with_suffix(".dbf").write_bytes(content)
    return shp


def test_the_real_pack_without_labels_needs_one_answer(gbk_without_labels: Path, tmp_path: Path) -> None:
    for path in (gbk_without_labels, zipped(tmp_path / "包.zip", gbk_without_labels)):
        code, found = inspected(path)
        (question,) = found["questions"]
        assert (code, found["accepted"], question["option"]) == (3, False, "--encoding")
        best = question["candidates"][0]
        assert best["value"] == "GBK"
        assert len(best["preview"]) == 5
        assert "泖港镇" in best["preview"][0]
        assert found["layers"][0]["encoding"] is None
        code, answered = inspected(path, question["option"], best["value"])
        assert (code, answered["accepted"], answered["questions"]) == (0, True, [])
        assert answered["layers"][0]["count"] == 6512
        assert answered["layers"][0]["encoding"] == "GBK"
        assert "encoding_stated" in codes(answered)


def test_the_published_form() -> None:
    code, found = inspected(REAL)
    assert code == 0
    assert {"accepted", "format", "layers", "questions", "issues"} <= found.keys()
    (layer,) = found["layers"]
    wanted = {"name", "count", "geometry_types", "crs", "encoding", "null_geometries", "empty", "invalid", "extent"}
    assert wanted <= layer.keys()
    assert (layer["crs"], layer["zone"], layer["axis_order"]) == ("EPSG:4528", 40, "east-north")
    assert layer["geometry_types"] == {"Polygon": 6512}
    assert layer["completeness"] == {"declared": 6512, "read": 6512, "undeclared_null": 0}
    assert layer["districts"] == {
        "songjiang": pytest.approx(0.875, abs=0.01),
        "chongming": pytest.approx(0.125, abs=0.01),
    }
    assert layer["extent"][0] > 40_000_000
    assert 121 < layer["extent_degrees"][0] < layer["extent_degrees"][2] < 122
    assert len(layer["preview"]) == 5
    assert {"DKBM", "MJ"} <= {field["name"] for field in layer["fields"]}
    assert len(found["content_hash"]) == 64
    assert "集体建设用地.dbf" in found["members"]
    for issue in found["issues"]:
        assert {"code", "severity", "where", "message_zh", "message_en"} <= issue.keys()
    assert codes(found) == ["beyond_zone_edge", "shift_not_excluded"], "east of 121.5°E is a notice, not a refusal"


def test_gaps_faults_and_doubles_are_counted_with_their_places(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg", {"地块": frame(ROWS, [square(), None, bow_tie(), square()])})
    code, found = inspected(path)
    (layer,) = found["layers"]
    assert (code, found["accepted"]) == (0, True), "bad rows are issues of a draft"
    assert (layer["null_geometries"], layer["empty"], layer["invalid"], layer["duplicates"]) == (1, 0, 1, 1)
    places = layer["first_places"]
    assert [places[kind][0]["row"] for kind in ("null", "invalid", "duplicates")] == [2, 3, 4]
    assert "Self-intersection" in places["invalid"][0]["reason_en"]
    assert {"geometry_missing", "geometry_invalid", "geometry_repeated"} <= set(codes(found))
    (issue,) = [issue for issue in found["issues"] if issue["code"] == "geometry_invalid"]
    assert (issue["severity"], "第 3 行（自相交" in issue["message_zh"]) == ("fatal", True)


def test_only_five_places_are_named_and_all_are_counted(tmp_path: Path) -> None:
    shapes = [square(200 * n) for n in range(3)] + [bow_tie()] * 7
    path = gpkg(tmp_path / "a.gpkg", {"a": frame({"n": range(10)}, shapes)})
    layer = inspected(path)[1]["layers"][0]
    assert (layer["invalid"], [place["row"] for place in layer["first_places"]["invalid"]]) == (7, [4, 5, 6, 7, 8])


@pytest.mark.parametrize(
    ("epsg", "answer"),
    [(4490, "EPSG:4490"), (4528, "EPSG:4528"), (4549, "EPSG:4549"), (4550, "EPSG:4550"), (4499, "EPSG:4499")],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_missing_crs_is_a_question_that_its_first_candidate_settles(
    tmp_path: Path, epsg: int, answer: str, swapped: bool
) -> None:
    content = frame(ROWS, GOOD).to_crs(epsg)
    path = unlabelled(tmp_path, moved(content, lambda points: points[:, ::-1]) if swapped else content)
    code, found = inspected(path)
    (question,) = found["questions"]
    best = question["candidates"][0]["value"]
    assert (code, question["option"], best) == (3, "--crs", answer + (",north-east" if swapped else ""))
    assert found["layers"][0]["crs"] is None
    code, answered = inspected(path, "--crs", best)
    assert code == 0, answered
    assert answered["layers"][0]["axis_order"] == ("north-east" if swapped else "east-north")
    assert answered["layers"][0]["districts"]["songjiang"] == 1
    assert "crs_stated" in codes(answered)


@pytest.mark.parametrize(
    ("truth", "label"), [(4490, 4549), (4549, 4490), (4549, 4528), (4528, 4549), (4549, 4550), (3857, 4549)]
)
def test_a_wrong_label_is_refused_and_the_likely_answer_named(tmp_path: Path, truth: int, label: int) -> None:
    content = frame(ROWS, GOOD).to_crs(truth).set_crs(label, allow_override=True)
    path = gpkg(tmp_path / "a.gpkg", {"a": content})
    code, found = inspected(path)
    assert (code, found["accepted"], codes(found)[0]) == (2, False, "outside_area")
    refusal = found["issues"][0]
    assert refusal["next_zh"]
    assert ("CGCS2000 原成果" if truth == 3857 else f"--crs EPSG:{truth}") in refusal["next_zh"]
    if truth != 3857:
        code, answered = inspected(path, "--crs", f"EPSG:{truth}")
        assert (code, "crs_overridden" in codes(answered)) == (0, True)


def test_swapped_axes_under_a_right_label_are_refused_with_the_answer(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg", {"a": moved(frame(ROWS, GOOD), lambda points: points[:, ::-1])})
    code, found = inspected(path)
    assert (code, codes(found)[0]) == (2, "outside_area")
    assert "--crs EPSG:4549,north-east" in found["issues"][0]["next_zh"]
    code, answered = inspected(path, "--crs", "EPSG:4549,north-east")
    assert (code, "axes_stated" in codes(answered)) == (0, True)


@pytest.mark.parametrize(
    ("epsg", "word"), [(2384, "1980 西安坐标系"), (2437, "1954 北京坐标系"), (3857, "网络地图"), (32651, "不是本区")]
)
def test_labels_of_other_systems_are_refused_with_the_reason(tmp_path: Path, epsg: int, word: str) -> None:
    path = gpkg(tmp_path / "a.gpkg", {"a": frame(ROWS, GOOD).set_crs(epsg, allow_override=True)})
    code, found = inspected(path)
    assert (code, codes(found)[0]) == (2, "crs_unsuitable")
    assert word in found["issues"][0]["message_zh"]


def test_overriding_an_older_datum_says_what_that_means(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg", {"a": frame(ROWS, GOOD).set_crs(2385, allow_override=True)})
    code, found = inspected(path, "--crs", "EPSG:4549")
    (issue,) = [issue for issue in found["issues"] if issue["code"] == "crs_overridden"]
    assert (code, issue["severity"]) == (0, "serious")
    assert "百米" in issue["message_zh"]


def test_web_map_numbers_without_a_label_are_refused(tmp_path: Path) -> None:
    code, found = inspected(unlabelled(tmp_path, frame(ROWS, GOOD).to_crs(3857)))
    assert (code, codes(found)[0]) == (2, "crs_unsuitable")
    assert found["layers"][0]["count"] == 4, "the rest is told all the same"


def test_local_numbers_are_asked_for_and_answered_by_the_deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANDGIS_CRS_FILE", str(crs_file(tmp_path)))
    from landgis.bootstrap import build
    from landgis.crs import parse

    build()
    shapes, _ = to_crs(frame(ROWS, GOOD).geometry.to_numpy(), parse(4549), parse("local"))
    path = unlabelled(tmp_path / "in", frame(ROWS, list(shapes)))
    for arguments, code in (((), 3), (("--crs", "local"), 0), (("--crs", "EPSG:4549"), 2)):
        for form in ((), ("--json",)):
            ran = landgis("inspect", path, *arguments, *form)
            assert ran.returncode == code
            assert leaks(ran.stdout + ran.stderr) == []
    layer = inspected(path, "--crs", "local")[1]["layers"][0]
    assert (layer["crs"], layer["extent_degrees"], layer["districts"]["songjiang"]) == ("local", None, 1)
    monkeypatch.delenv("LANDGIS_CRS_FILE")
    code, found = inspected(path)
    assert (code, found["questions"][0]["candidates"]) == (3, [])


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_web_maps_shift_is_recognised_against_a_reference_and_by_name(tmp_path: Path, system: str) -> None:
    homestead = DATA / "sample" / "layers" / "homestead.gpkg"
    true = pyogrio.read_dataframe(homestead).to_crs(4490)[["geometry"]].head(200)
    copy = moved(true, lambda points: shifted(points, system))
    path = gpkg(tmp_path / "copy.gpkg", {"a": copy})
    code, found = inspected(path, "--against", homestead)
    assert (code, found["layers"][0]["shift"], codes(found)[0]) == (2, system, "crs_unsuitable")
    assert system in found["issues"][0]["message_zh"]
    code, found = inspected(gpkg(tmp_path / "true.gpkg", {"a": true}), "--against", homestead)
    assert (code, found["layers"][0]["shift"]) == (0, "excluded")
    code, found = inspected(path)
    assert (code, found["layers"][0]["shift"]) == (0, "not_excluded")
    (issue,) = [issue for issue in found["issues"] if issue["code"] == "shift_not_excluded"]
    assert issue["severity"] == "minor"
    named = gpkg(tmp_path / f"导出_{system}.gpkg", {"a": copy})
    assert inspected(named)[0] == 2


def test_a_reference_is_a_file_or_a_layer_of_the_catalogue(tmp_path: Path) -> None:
    ran = landgis("inspect", gpkg(tmp_path / "a.gpkg", {"a": frame(ROWS, GOOD)}), "--against", "没有这个图层")
    assert ran.returncode == 2
    assert "--against" in ran.stderr


def test_every_layer_is_looked_at_or_the_one_asked_for(tmp_path: Path) -> None:
    layers = {"甲": frame(ROWS, GOOD), "乙": frame(ROWS, GOOD).set_crs(4550, allow_override=True)}
    path = gpkg(tmp_path / "a.gpkg", layers)
    code, found = inspected(path)
    assert (code, [(layer["name"], layer["accepted"]) for layer in found["layers"]]) == (
        2,
        [("甲", True), ("乙", False)],
    )
    assert inspected(path, "--layer", "甲")[0] == 0
    code, found = inspected(path, "--layer", "丙")
    assert (code, codes(found)) == (2, ["not_found"])


def test_tables_without_coordinates_are_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("DKBM,权属争议,联系电话\n00123,否,021\n00124,,\n", encoding="utf-8")
    (tmp_path / "gbk.csv").write_bytes("DKBM,权属争议,村名\n00123,否,叶榭镇团结村\n".encode("gbk"))
    book = openpyxl.Workbook()
    for row in (["附件 1 事实表"], ["DKBM", "权属争议"], ["00123", "否"], ["00124", None]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    for name in ("a.csv", "a.xlsx"):
        code, found = inspected(tmp_path / name)
        (layer,) = found["layers"]
        assert (code, layer["attributes_only"], layer["count"]) == (0, True, 2), found
        assert [field["name"] for field in layer["fields"]] == ["DKBM", "权属争议"]
    code, found = inspected(tmp_path / "gbk.csv")
    assert (code, found["questions"][0]["candidates"][0]["value"]) == (3, "GBK")
    assert inspected(tmp_path / "gbk.csv", "--encoding", "GBK")[0] == 0


def raster(path: Path, crs: str | None, west: float, north: float) -> Path:
    transform = rasterio.Affine(2, 0, west, 0, -2, north)
    size = {"width": 50, "height": 40, "count": 1, "dtype": "float32", "nodata": -9999}
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=transform, **size) as out:
        out.write(np.ones((1, 40, 50), "float32"))
    return path


def test_a_raster_is_looked_at_and_its_place_judged(tmp_path: Path) -> None:
    code, found = inspected(raster(tmp_path / "dem.tif", "EPSG:4549", 600_000, 3_430_000))
    assert (code, found["format"], found["layers"]) == (0, "GTiff", [])
    facts = found["raster"]
    assert (facts["width"], facts["height"], facts["crs"]) == (50, 40, "EPSG:4549")
    assert facts["extent"] == [600_000, 3_429_920, 600_100, 3_430_000]
    silent = raster(tmp_path / "none.tif", None, 600_000, 3_430_000)
    code, found = inspected(silent)
    assert (code, found["questions"][0]["candidates"][0]["value"]) == (3, "EPSG:4549")
    assert inspected(silent, "--crs", "EPSG:4549")[0] == 0
    assert inspected(raster(tmp_path / "web.tif", "EPSG:3857", 13_475_000, 3_631_000))[0] == 2
    assert inspected(raster(tmp_path / "wrong.tif", "EPSG:4550", 600_000, 3_430_000))[0] == 2


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.shp", b"", "file_unreadable"),
        ("a.dwg", b"AC1032 drawing", "format_unknown"),
        ("a.geojson", b"<OGRVRTDataSource/>", "format_unknown"),
        ("a.gpkg", b"SQLite format 3\0" + bytes(50), "file_unreadable"),
        ("a.zip", b"PK\x03\x04 nothing", "file_unreadable"),
        ("a.json", b'{"type": "FeatureCollection", "features": [', "file_unreadable"),
        ("a.bin", bytes(range(256)) * 20, "format_unknown"),
    ],
)
def test_a_bad_file_is_an_answer_never_an_error(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    exit_code, found = inspected(tmp_path / name)
    assert (exit_code, found["accepted"], codes(found)) == (2, False, [code])
    issue = found["issues"][0]
    assert all(issue[key] for key in ("where", "message_zh", "message_en", "next_zh", "next_en"))


def test_what_is_not_there_is_an_answer_too(tmp_path: Path) -> None:
    assert codes(inspected(tmp_path / "none.shp")[1]) == ["file_missing"]
    (tmp_path / "folder").mkdir()
    assert inspected(tmp_path / "folder")[0] == 2
    empty = gpkg(tmp_path / "a.gpkg", {"a": frame({"n": []}, [])})
    assert codes(inspected(empty)[1]) == ["layer_empty"]


def test_a_wrong_answer_is_a_wrong_call(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg", {"a": frame(ROWS, GOOD)})
    ran = landgis("inspect", path, "--crs", "EPSG:nonsense")
    assert (ran.returncode, "EPSG:4549" in ran.stderr) == (2, True)


def test_both_questions_of_a_file_are_asked_at_once(tmp_path: Path) -> None:
    path = unlabelled(tmp_path, frame(ROWS, GOOD), "GBK")
    path.with_suffix(".cpg").unlink()
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    content[29] = 0
    path.with_suffix(".dbf").write_bytes(content)
    code, found = inspected(path)
    assert (code, [question["code"] for question in found["questions"]]) == (3, ["encoding", "crs"])
    assert not {"crs_stated", "encoding_stated"} & set(codes(found)), "what is supposed is not recorded as said"
    assert inspected(path, "--encoding", "GBK")[0] == 3
    assert inspected(path, "--encoding", "GBK", "--crs", "EPSG:4549")[0] == 0


def test_the_report_fits_eighty_columns_and_says_what_to_type(
    gbk_without_labels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", "80")
    gbk_without_labels.with_suffix(".prj").unlink()
    ran = landgis("inspect", gbk_without_labels)
    assert ran.returncode == 3
    assert "--encoding GBK" in ran.stdout
    assert "--crs EPSG:4528" in ran.stdout
    assert max(cell_len(line) for line in ran.stdout.splitlines()) <= 80
    accepted = landgis("inspect", REAL)
    assert "✓ 可以导入 Accepted" in accepted.stdout
    assert max(cell_len(line) for line in accepted.stdout.splitlines()) <= 80


def test_names_in_a_file_cannot_move_the_cursor(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [degree_square()], [{"\x1b[2Jname": "\x1b]0;title\x07value\u202e"}])
    ran = landgis("inspect", path)
    assert not {"\x1b", "\x07", "\u202e"} & set(ran.stdout)


def test_check_prints_the_candidates_of_its_question(gbk_without_labels: Path) -> None:
    ran = landgis("check", gbk_without_labels, "--layers", DATA / "sample" / "layers")
    assert ran.returncode == 3
    assert "1. --encoding GBK" in ran.stderr
    assert "泖港镇" in ran.stderr
    told = json.loads(landgis("check", gbk_without_labels, "--layers", DATA / "sample" / "layers", "--json").stdout)
    assert told["error"]["questions"][0]["candidates"][0]["value"] == "GBK"


def test_sampling_does_not_depend_on_batches(tmp_path: Path) -> None:
    content = frame({"n": range(300)}, [square(200 * n) for n in range(300)])
    found = inspect_file(gpkg(tmp_path / "a.gpkg", {"a": content}), Answers())
    assert len(found.layers[0].tally.sample) == len(vertices(content.geometry.to_numpy()))
