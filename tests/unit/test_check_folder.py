"""``landgis check FOLDER``: every file of a folder is checked or told, and which file a parcel came from stays known."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, box

from tests.support.command import Ran, landgis

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
X, Y = 613_000.0, 3_424_400.0


def square(x: float = 0.0) -> Polygon:
    return box(X + x, Y, X + x + 50, Y + 50)


def write(path: Path, numbers: list[str], at: float = 0.0, crs: int | None = 4549, **columns: object) -> Path:
    frame = gpd.GeoDataFrame({"DKBM": numbers, **columns}, geometry=[square(at + 100 * n) for n in range(len(numbers))])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")  # a file without a CRS is the point of one test
        (frame if crs is None else frame.set_crs(crs)).to_file(path, engine="pyogrio")
    return path


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = tmp_path / "镇"
    folder.mkdir()
    return folder


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """The four control lines of the sample."""
    folder = tmp_path / "layers"
    folder.mkdir()
    for key in ("development_boundary", "permanent_basic_farmland", "ecological_redline", "homestead"):
        shutil.copy(SAMPLE / "layers" / f"{key}.gpkg", folder)
    return folder


def check(town: Path, layers: Path, *arguments: object) -> Ran:
    return landgis("check", town, "--layers", layers, "--as-of", "2026-06-30", *arguments)


def told(result: Ran) -> dict[str, dict[str, Any]]:
    return {row["parcel_id"]: row for row in json.loads(result.stdout)["parcels"]}


def codes(result: Ran) -> list[str]:
    return [issue["code"] for issue in json.loads(result.stdout)["issues"]]


def test_every_file_is_checked_in_one_run_and_stays_known(town: Path, layers: Path) -> None:
    write(town / "乙.gpkg", ["310117-a", "310117-b"])
    write(town / "甲.shp", ["310117-c"], 300, XZQMC=["叶榭镇"])
    write(town / "丙.geojson", ["310117-d"], 600)
    result = check(town, layers, "--json")
    assert {key: row["source"] for key, row in told(result).items()} == {
        "310117-a": "乙.gpkg", "310117-b": "乙.gpkg", "310117-c": "甲.shp", "310117-d": "丙.geojson",
    }  # fmt: skip
    assert json.loads(result.stdout)["unread"] == []


def test_the_batch_answers_as_each_file_alone(town: Path, layers: Path) -> None:
    files = [write(town / "a.gpkg", ["310117-a"]), write(town / "b.gpkg", ["310117-b"], 700)]
    whole = told(check(town, layers, "--json"))
    for path in files:
        for key, row in told(check(path, layers, "--json")).items():
            assert {name: row[name] for name in ("verdict", "area_m2", "overlaps")} == {
                name: whole[key][name] for name in ("verdict", "area_m2", "overlaps")
            }


def test_a_file_that_cannot_be_read_is_told_and_leaves_the_run_undecidable(town: Path, layers: Path) -> None:
    write(town / "a.gpkg", ["310117-a"])
    (town / "照片.jpg").write_bytes(b"\xff\xd8\xff\xe0 jpeg")
    half = write(town / "半.gpkg", ["310117-b"])
    half.write_bytes(half.read_bytes()[:9_000])
    result = check(town, layers, "--json")
    assert result.returncode == 3
    assert [row["name"] for row in json.loads(result.stdout)["unread"]] == ["半.gpkg", "照片.jpg"]
    assert codes(result).count("file_not_checked") == 2
    assert list(told(result)) == ["310117-a"]
    human = check(town, layers)
    assert "未核对的文件 2 个：半.gpkg、照片.jpg" in human.stdout


def test_nothing_but_unreadable_files_is_undecidable_too(town: Path, layers: Path, tmp_path: Path) -> None:
    (town / "照片.jpg").write_bytes(b"\xff\xd8\xff\xe0 jpeg")
    result = check(town, layers, "--out", tmp_path / "out", "--json")
    assert (result.returncode, told(result)) == (3, {})
    assert (tmp_path / "out" / "summary.pdf").exists()


def test_the_shared_answer_goes_to_the_files_that_ask_and_to_no_other(town: Path, layers: Path) -> None:
    write(town / "有.gpkg", ["310117-a"])
    write(town / "无.shp", ["310117-b"], 300, None)
    asked = check(town, layers, "--json")
    assert asked.returncode == 3
    (unread,) = json.loads(asked.stdout)["unread"]
    assert (unread["name"], unread["code"]) == ("无.shp", "crs_missing")
    answered = check(town, layers, "--crs", "EPSG:4549", "--json")
    assert json.loads(answered.stdout)["unread"] == []
    assert set(told(answered)) == {"310117-a", "310117-b"}
    wrong = check(town, layers, "--crs", "EPSG:4528", "--json")
    assert [row["name"] for row in json.loads(wrong.stdout)["unread"]] == ["无.shp"]


def test_plain_numbers_that_files_share_are_told_apart_by_file(town: Path, layers: Path) -> None:
    write(town / "甲.gpkg", ["1", "2"], XZQDM=["310117109"] * 2)
    write(town / "乙.gpkg", ["1"], 400, XZQDM=["310117109"])
    result = check(town, layers, "--json")
    assert {key: row["source"] for key, row in told(result).items()} == {
        "1（甲.gpkg）": "甲.gpkg", "2": "甲.gpkg", "1（乙.gpkg）": "乙.gpkg",
    }  # fmt: skip
    assert all(row["area_m2"]["planar"] == pytest.approx(2500) for row in told(result).values())
    assert "number_in_several_files" in codes(result)


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        (["1", "1（乙.gpkg）"], ["1"], ["1（甲.gpkg）", "1（乙.gpkg）", "1（乙.gpkg，2）"]),
        (["1"], ["1", "1(甲.gpkg)"], ["1（乙.gpkg）", "1(甲.gpkg)", "1（甲.gpkg，2）"]),
        (["1", "1（乙.gpkg）"], ["1", "1（乙.gpkg）"],
         ["1（甲.gpkg）", "1（乙.gpkg）（甲.gpkg）", "1（乙.gpkg，2）", "1（乙.gpkg）（乙.gpkg）"]),
    ],
)  # fmt: skip
def test_no_parcel_gets_the_name_of_another(
    town: Path, layers: Path, first: list[str], second: list[str], names: list[str]
) -> None:
    """A number may already read as another one does with its file behind it, to the letter or but for the width."""
    write(town / "甲.gpkg", first, XZQDM=["310117109"] * len(first))
    write(town / "乙.gpkg", second, 400, XZQDM=["310117109"] * len(second))
    result = check(town, layers, "--json")
    assert result.returncode != 2
    assert sorted(told(result)) == sorted(names)
    assert all(row["area_m2"]["planar"] == pytest.approx(2500) for row in told(result).values())
    sources = [row["source"] for row in told(result).values()]
    assert (sources.count("甲.gpkg"), sources.count("乙.gpkg")) == (len(first), len(second))


def test_two_outlines_under_one_cadastral_number_are_both_undecidable(town: Path, layers: Path) -> None:
    number = "310117109904JB00001"
    write(town / "甲.gpkg", [number])
    write(town / "乙.gpkg", [number], 400)
    result = check(town, layers, "--json")
    assert result.returncode == 3
    assert {key: row["verdict"] for key, row in told(result).items()} == {
        f"{number}（乙.gpkg）": "unknown", f"{number}（甲.gpkg）": "unknown",
    }  # fmt: skip
    assert "乙.gpkg、甲.gpkg" in told(result)[f"{number}（甲.gpkg）"]["findings"][0]["message_zh"]


def test_a_table_of_facts_cannot_mean_two_parcels_at_once(town: Path, layers: Path) -> None:
    write(town / "甲.gpkg", ["1", "2"], XZQDM=["310117109"] * 2)
    write(town / "乙.gpkg", ["1"], 400, XZQDM=["310117109"])
    (town / "事实.csv").write_text("DKBM,权属争议\n1,否\n", encoding="utf-8")
    result = check(town, layers, "--facts", town / "事实.csv", "--json")
    assert json.loads(result.stdout)["unread"] == []
    verdicts = {key: row["verdict"] for key, row in told(result).items()}
    assert (verdicts["1（甲.gpkg）"], verdicts["1（乙.gpkg）"]) == ("unknown", "unknown")
    assert verdicts["2"] != "unknown"


def test_what_lies_about_is_named_and_not_followed(town: Path, layers: Path) -> None:
    write(town / "a.gpkg", ["310117-a"])
    (town / "子夹").mkdir()
    write(town / "子夹" / "b.gpkg", ["310117-b"])
    (town / ".DS_Store").write_bytes(b"x")
    result = check(town, layers, "--json")
    assert list(told(result)) == ["310117-a"]
    named = [row["where"] for row in json.loads(result.stdout)["issues"] if row["code"] == "not_followed"]
    assert named == [".DS_Store", "子夹"]
    assert json.loads(result.stdout)["unread"] == []


@pytest.mark.parametrize("arguments", [("--layer", "a"), ("--out", "SAME"), ("--list", "a.csv")])
def test_what_does_not_go_with_a_folder_is_refused(town: Path, layers: Path, arguments: tuple[str, str]) -> None:
    write(town / "a.gpkg", ["310117-a"])
    given = [town if value == "SAME" else value for value in arguments]
    result = check(town, layers, *given)
    assert (result.returncode, "请：" in result.stderr) == (2, True)


def test_an_empty_folder_is_told(town: Path, layers: Path) -> None:
    result = check(town, layers)
    assert result.returncode == 2
    assert "没有文件" in result.stderr
