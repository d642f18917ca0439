"""``landgis codes``, ``landgis export txt`` and ``landgis check --txt``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from landgis.exchange.points.boundary_text import read_boundary_text
from landgis.exchange.points.point_table import read_point_table
from tests.support.boundary import HOLE, OUTER, block, text, write
from tests.support.command import landgis
from tests.support.foreign import bow_tie, frame, gpkg, square


def test_codes_explain_asks_for_the_scheme_of_a_code_that_collides() -> None:
    ran = landgis("codes", "explain", "0601", "--json")
    assert ran.returncode == 3
    found = json.loads(ran.stdout)
    assert not found["unambiguous"]
    names = {row["scheme"]: row["name_zh"] for row in found["meanings"]}
    assert names == {"guide2023": "农村道路", "guide2020": "乡村道路用地", "survey": "工业用地", "gb21010": "工业用地"}
    assert "--scheme" in landgis("codes", "explain", "0601").stderr


def test_codes_explain_in_a_scheme() -> None:
    ran = landgis("codes", "explain", "090000", "--scheme", "guide2023", "--json")
    assert ran.returncode == 0
    meaning = json.loads(ran.stdout)["meanings"][0]
    assert (meaning["code"], meaning["class"], meaning["version"]) == ("09", "permitted", "2023")
    old = json.loads(landgis("codes", "explain", "0602", "--scheme", "guide2020", "--json").stdout)["meanings"][0]
    assert (old["in_2023"], old["relation"]) == (["060201"], "exact")
    shown = landgis("codes", "explain", "05H1")
    assert shown.returncode == 0
    assert "三调工作分类" in shown.stdout
    assert landgis("codes", "explain", "9999").returncode == 2
    assert landgis("codes", "explain", "0601", "--scheme", "rules").returncode == 2


def test_codes_explain_a_parcel() -> None:
    ran = landgis("codes", "explain", "310117109001JC00012W00000000", "--json")
    assert ran.returncode == 0
    found = json.loads(ran.stdout)
    assert (found["kind"], found["valid"], found["screening"]["effect"]) == ("unit", True, "homestead")
    shown = landgis("codes", "explain", "310117109001GC00012")
    assert shown.returncode == 2
    assert "letters_do_not_go_together" in shown.stderr
    assert "国有土地" in shown.stdout


@pytest.mark.parametrize("name", ["guide2023", "guide2020", "survey", "gb21010", "towns", "parcel-features"])
def test_codes_list(name: str) -> None:
    rows = json.loads(landgis("codes", "list", name, "--json").stdout)["codes"]
    assert len(rows) > 20
    assert all(row["confidence"] for row in rows)
    assert landgis("codes", "list", name).returncode == 0


def test_codes_list_alone_lists_the_schemes() -> None:
    rows = json.loads(landgis("codes", "list", "--json").stdout)["codes"]
    assert [row["scheme"] for row in rows] == ["guide2023", "guide2020", "survey", "gb21010"]
    assert landgis("codes", "list", "nothing").returncode == 2


def test_a_file_becomes_an_exchange_text(tmp_path: Path) -> None:
    shapes = [square(), square(200).difference(square(220, 20, 20))]
    rows = {"DKBM": ["A1", "A2"], "地块名称": ["甲地块", "乙地块"], "DLBM": ["05H1", "0601"]}
    source = gpkg(tmp_path / "地块.gpkg", {"地块": frame(rows, shapes)})
    out = tmp_path / "界址点.txt"
    ran = landgis(
        "export", "txt", source, "--out", out, "--producer", "示例测绘单位", "--produced-on", "2026-01-15", "--json"
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert (told["plots"], told["points"], told["crs"], told["area_basis"]) == (2, 12, "EPSG:4528", "CGCS2000 椭球面积")
    assert "EPSG:4549 → EPSG:4528" in told["transform"]
    found = read_boundary_text(out)
    assert found.crs_label == "EPSG:4528"
    assert found.encoding == "GB18030"
    assert found.header["地块数"] == "2"
    assert found.header["面积口径"] == "CGCS2000 椭球面积"
    assert found.table["地块编号"].tolist() == ["A1", "A2"]
    assert found.table["地类编码"].tolist() == ["05H1", "0601"]
    assert shapely.area(found.geometry) == pytest.approx([10_000, 9_600], abs=0.01)
    assert {issue.code for issue in found.issues} == {"land_use_scheme_undeclared"}


def test_an_exchange_text_goes_through_unchanged(tmp_path: Path) -> None:
    source, out = write(tmp_path / "甲.txt", text(block(code=""))), tmp_path / "乙.txt"
    arguments = ("--producer", "示例测绘单位", "--produced-on", "2026-01-15", "--plain", "--encoding", "UTF-8")
    ran = landgis("export", "txt", source, "--out", out, *arguments)
    assert ran.returncode == 0, ran.stderr
    assert out.read_bytes().decode() == text(block(code="")).replace("\n", "\r\n")


def test_nothing_is_left_out_of_an_export(tmp_path: Path) -> None:
    out = tmp_path / "a.txt"
    tie = gpkg(tmp_path / "a.gpkg", {"地块": frame({"DKBM": ["A1", "A2"]}, [square(), bow_tie()])})
    nameless = gpkg(tmp_path / "b.gpkg", {"地块": frame({"甲": ["A1"]}, [square()])})
    comma = gpkg(tmp_path / "c.gpkg", {"地块": frame({"DKBM": ["A1"], "地块名称": ["甲,乙"]}, [square()])})
    for source, says in ((tie, "第 2 行"), (nameless, "没有地块编号"), (comma, "甲,乙")):
        ran = landgis("export", "txt", source, "--out", out, "--producer", "甲")
        assert ran.returncode == 2
        assert says in ran.stderr
        assert not out.exists()
    good = gpkg(tmp_path / "d.gpkg", {"地块": frame({"DKBM": ["A1"]}, [square()])})
    assert landgis("export", "txt", good, "--out", tmp_path / "a.csv", "--producer", "甲").returncode == 2


def test_a_file_becomes_a_table_of_points(tmp_path: Path) -> None:
    source = gpkg(tmp_path / "地块.gpkg", {"地块": frame({"DKBM": ["A1", "A2"]}, [square(), square(200)])})
    out = tmp_path / "界址点.xlsx"
    ran = landgis(
        "export", "points", source, "--out", out, "--producer", "示例测绘单位", "--crs", "EPSG:4549", "--json"
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["points"] == 8
    found = read_point_table(out)
    assert found.crs_label == "EPSG:4549"
    assert [shape.equals(each) for shape, each in zip(found.geometry, [square(), square(200)], strict=True)] == [
        True,
        True,
    ]


def layers(folder: Path) -> Path:
    """Every control line, far from the plot, declared complete."""
    away = frame({"BSM": ["1"]}, [square(5_000, 5_000)])
    names = ("permanent_basic_farmland", "ecological_redline", "development_boundary", "homestead")
    folder.mkdir()
    for name in names:
        gpkg(folder / f"{name}.gpkg", {name: away})
    return folder


def test_check_takes_an_exchange_text(tmp_path: Path) -> None:
    path = write(tmp_path / "界址点.txt", text(), "gbk", "\r\n")
    folder = layers(tmp_path / "layers")
    arguments = ("--layers", folder, "--rules", "songjiang", "--as-of", "2026-01-15", "--json")
    ran = landgis("check", "--txt", path, *arguments)
    assert ran.stdout, ran.stderr
    record = json.loads(ran.stdout)
    parcel = record["parcels"][0]
    assert parcel["parcel_id"] == "SJ-DEMO-001"
    assert parcel["area_m2"]["ellipsoidal"] == pytest.approx(8427.415, abs=0.01)
    assert {issue["code"] for issue in record["issues"]} >= {"completeness_undeclared"}
    assert json.loads(landgis("check", path, *arguments).stdout) == record


def test_check_refuses_what_is_no_text_and_two_sources(tmp_path: Path) -> None:
    other = gpkg(tmp_path / "a.gpkg", {"地块": frame({"DKBM": ["A1"]}, [square()])})
    ran = landgis("check", "--txt", other, "--layers", tmp_path)
    assert ran.returncode == 2
    assert "地块坐标" in ran.stderr
    assert landgis("check", other, "--txt", other).returncode == 2
    assert landgis("check").returncode == 2


def test_a_cut_text_is_no_verdict(tmp_path: Path) -> None:
    whole = text(block((OUTER, HOLE))).encode("gbk")
    path = tmp_path / "界址点.txt"
    path.write_bytes(whole[: int(len(whole) * 0.9)])
    ran = landgis("check", "--txt", path, "--layers", layers(tmp_path / "layers"))
    assert ran.returncode == 2
    assert "界址点.txt" in ran.stderr


def test_exchanged_axes_are_a_question_and_its_answer_reads_them(tmp_path: Path) -> None:
    swapped = tuple((y, x) for x, y in OUTER)
    path = write(tmp_path / "界址点.txt", text(block((swapped,), area="0.8829")))
    arguments = ("--layers", layers(tmp_path / "layers"), "--rules", "songjiang", "--json")
    asked = landgis("check", "--txt", path, *arguments)
    assert asked.returncode != 0
    assert "north-east" in asked.stdout + asked.stderr
    answered = json.loads(landgis("check", "--txt", path, "--crs", "EPSG:4528,north-east", *arguments).stdout)
    assert answered["parcels"][0]["area_m2"]["planar"] == pytest.approx(8829.51, abs=0.01)
