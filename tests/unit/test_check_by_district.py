"""Each parcel of a check is judged by the pack of the district it lies in; by no other, and by none where it lies in none."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely.affinity import translate

from landgis.notebook import connect
from landgis.rules.reading.load import load_pack
from landgis.services.checking.by_law import by_law
from landgis.services.checking.check import Candidates
from landgis.services.checking.trial_pack import trial_pack
from tests.support import ground, pdf
from tests.support.command import Ran, landgis
from tests.support.ground import at

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
PLANTED = pd.read_csv(SAMPLE / "planted.csv", dtype="str", encoding="utf-8-sig")
SOUTH, NORTH = "310117109901JB00002", "310151103906JB00020"
"""Clear in Songjiang; and clear by Songjiang's rules, but excluded by those of Chongming, where it lies."""
CODES = ["district", "XZQDM", "XZQMC", "CJMC"]
FIRST, *LATER = sorted(set(PLANTED["as_of"]))


def check(path: Path, *options: object) -> Ran:
    day = () if "--as-of" in options else ("--as-of", "2026-06-30")
    return landgis("check", path, "--layers", SAMPLE / "layers", *day, "--scope", "full", *options)


def parcels_of(result: Ran) -> dict[str, dict[str, Any]]:
    return {row["parcel_id"]: row for row in json.loads(result.stdout)["parcels"]}


def sample(numbers: Sequence[str]) -> gpd.GeoDataFrame:
    frame = gpd.read_file(SAMPLE / "parcels.gpkg")
    return gpd.GeoDataFrame(frame[frame["DKBM"].isin(list(numbers))].reset_index(drop=True))


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A parcel of each district, one of neither, and one whose number and place name different ones."""
    both, lone = sample([SOUTH, NORTH]), sample([SOUTH])
    elsewhere = lone.assign(DKBM="某地块", geometry=[translate(lone.geometry[0], 0, 33_000)])
    elsewhere[CODES] = None
    contrary = lone.assign(DKBM="310151103906JB09999")
    contrary[CODES] = None
    frames = [frame.astype(both.dtypes.to_dict()) for frame in (both, elsewhere, contrary)]
    path = tmp_path / "两区.gpkg"
    gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=both.crs).to_file(path, engine="pyogrio")
    return path


@pytest.mark.parametrize("day", [FIRST, *(pytest.param(day, marks=pytest.mark.deep) for day in LATER)])
def test_every_planted_case_of_both_districts_holds_in_the_mixed_file(day: str) -> None:
    result = check(SAMPLE / "parcels.gpkg", "--as-of", day, "--json")
    data, told = json.loads(result.stdout), parcels_of(result)
    wrong = [
        (case["parcel_id"], case["expected_verdict"], told[case["parcel_id"]]["verdict"])
        for case in PLANTED[PLANTED["as_of"] == day].to_dict("records")
        if (told[case["parcel_id"]]["verdict"], told[case["parcel_id"]]["pack"]["id"])
        != (case["expected_verdict"], case["district"])
    ]
    assert wrong == []
    assert [(pack["id"], pack["parcels"]) for pack in data["packs"]] == [("songjiang", 185), ("chongming", 185)]
    assert data["pack"]["id"] == "songjiang+chongming"
    assert "district_differs" not in {issue["code"] for issue in data["issues"]}
    assert {tuple(row["districts"]) for row in data["layers"]} == {("songjiang", "chongming")}
    assert sum(data["summary"].values()) == len(data["parcels"]) == len(told)


def test_codes_that_are_silent_leave_it_to_the_ground(tmp_path: Path) -> None:
    frame = sample([SOUTH, NORTH]).assign(DKBM=["南", "北"])
    frame[CODES] = None
    frame.to_file(tmp_path / "无代码.gpkg", engine="pyogrio")
    told = parcels_of(check(tmp_path / "无代码.gpkg", "--json"))
    assert {key: (row["verdict"], row["pack"]["id"]) for key, row in told.items()} == {
        "南": ("clear", "songjiang"), "北": ("excluded", "chongming"),
    }  # fmt: skip


def test_a_parcel_in_no_district_or_in_two_is_undecidable_in_words(mixed: Path) -> None:
    told = parcels_of(check(mixed, "--json"))
    assert {key: (row["verdict"], row["pack"] and row["pack"]["id"]) for key, row in told.items()} == {
        SOUTH: ("clear", "songjiang"),
        NORTH: ("excluded", "chongming"),
        "某地块": ("unknown", None),
        "310151103906JB09999": ("unknown", None),
    }
    nowhere, contrary = (told[key]["findings"] for key in ("某地块", "310151103906JB09999"))
    assert [row["rule_id"] for row in (*nowhere, *contrary)] == ["parcel-district"] * 2
    assert "不在任何试点区" in nowhere[0]["message_zh"]
    assert "属崇明区，图形却在松江区范围" in contrary[0]["message_zh"]
    assert "Check the CRS" in contrary[0]["message_en"]


def test_rules_by_hand_pass_no_parcel_of_the_other_district(mixed: Path) -> None:
    result = check(mixed, "--rules", "songjiang", "--json")
    told = parcels_of(result)
    assert {key: row["verdict"] for key, row in told.items()} == {
        SOUTH: "clear", NORTH: "unknown", "某地块": "unknown", "310151103906JB09999": "unknown",
    }  # fmt: skip
    (finding,) = told[NORTH]["findings"]
    assert finding["rule_id"] == "parcel-district"
    assert "地块在崇明区" in finding["message_zh"]
    assert "--rules chongming" in finding["message_zh"]
    assert "--rules chongming" in finding["message_en"]
    data = json.loads(result.stdout)
    assert data["pack"]["id"] == "songjiang"
    assert "pack_of_other_district" in {issue["code"] for issue in data["issues"]}


def test_every_page_and_table_names_the_law(mixed: Path, tmp_path: Path) -> None:
    result = check(mixed, "--out", tmp_path / "out", "--explain", tmp_path / "pages")
    assert "按地块所在区选用规则包" in result.stderr
    assert f"│ {NORTH} │" in result.stdout
    assert "│ chongming " in result.stdout
    assert "无适用规则包" in result.stdout
    pages = json.loads((tmp_path / "pages" / "explain.json").read_text(encoding="utf-8"))["pages"]
    assert [(page["parcel_id"], page["pack"]["id"]) for page in pages] == [
        (NORTH, "chongming"), ("310151103906JB09999", ""), ("某地块", ""), (SOUTH, "songjiang"),
    ]  # fmt: skip
    assert {card["rule_id"] for card in pages[1]["cards"]} == {"parcel-district"}
    sheet = openpyxl.load_workbook(tmp_path / "out" / "summary.xlsx")["地块 Parcels"]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    named = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [str(row["规则包 Pack"]).split()[0] for row in named] == [
        "chongming",
        "未选用规则包",
        "未选用规则包",
        "songjiang",
    ]
    text = pdf.text((tmp_path / "out" / "summary.pdf").read_bytes())
    assert "松江区、崇明区地块核查汇总表" in text
    assert "规则包chongming" in text
    findings = pd.read_csv(tmp_path / "out" / "findings.csv", dtype="str", keep_default_na=False)
    packs = findings.groupby("parcel_id")["pack"].agg(set)
    assert {key.split(" ")[0] for key in packs[NORTH]} == {"chongming"}
    assert packs["某地块"] == {""}


def test_a_folder_of_both_districts(tmp_path: Path) -> None:
    folder = tmp_path / "两镇"
    folder.mkdir()
    for name, number in (("甲", SOUTH), ("乙", NORTH)):
        sample([number]).to_file(folder / f"{name}.gpkg", engine="pyogrio")
    told = parcels_of(check(folder, "--json"))
    assert {key: (row["verdict"], row["pack"]["id"], row["source"]) for key, row in told.items()} == {
        SOUTH: ("clear", "songjiang", "甲.gpkg"), NORTH: ("excluded", "chongming", "乙.gpkg"),
    }  # fmt: skip


def test_a_file_of_chongming_alone_has_one_pack_and_no_doubt_about_it(tmp_path: Path) -> None:
    sample([NORTH]).to_file(tmp_path / "崇明.gpkg", engine="pyogrio")
    data = json.loads(check(tmp_path / "崇明.gpkg", "--json").stdout)
    assert (data["pack"]["id"], [pack["id"] for pack in data["packs"]]) == ("chongming", ["chongming"])
    assert "district_differs" not in {issue["code"] for issue in data["issues"]}


def test_cutting_back_keeps_each_district_to_its_own_law(tmp_path: Path) -> None:
    on_farmland = PLANTED[
        (PLANTED["layer"] == "permanent_basic_farmland") & (PLANTED["expected_verdict"] == "excluded")
    ]
    excluded = on_farmland.drop_duplicates("district")["parcel_id"].tolist()
    assert len(excluded) == 2
    sample(excluded).to_file(tmp_path / "两区.gpkg", engine="pyogrio")
    result = check(tmp_path / "两区.gpkg", "--cut-back", "--out", tmp_path / "cut", "--json")
    cut = json.loads(result.stdout)["cut_back"]
    assert sorted(row["parcel_id"] for row in cut["proposals"]) == sorted(excluded)
    pieces = {piece["number"]: piece["verdict"] for row in cut["proposals"] for piece in row["pieces"]}
    assert pieces
    assert "excluded" not in pieces.values()
    assert sum(cut["rechecked"]["summary"].values()) == len(pieces)


@pytest.mark.deep
def test_the_notebook_says_the_same(mixed: Path) -> None:
    session = connect()
    result = session.check(mixed, SAMPLE / "layers", as_of=date(2026, 6, 30), scope="full")
    by_hand = session.check(mixed, SAMPLE / "layers", rules="songjiang", as_of=date(2026, 6, 30), scope="full")
    for here, there in ((result, check(mixed, "--json")), (by_hand, check(mixed, "--rules", "songjiang", "--json"))):
        told = {key: (row["verdict"], row["pack"]) for key, row in parcels_of(there).items()}
        assert {row["parcel_id"]: (row["verdict"], row["pack"]) for row in here.record["parcels"]} == told
    assert len(result.verdicts) == 4
    assert "songjiang+chongming" in repr(result)


def test_a_pack_in_a_folder_is_tried_out_like_one_in_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "chongming"
    shutil.copytree(ROOT / "landgis" / "rulepacks" / "chongming", folder)
    pack, notice = trial_pack(folder)
    assert (pack.pack_id, notice.code) == ("chongming", "pack_on_trial")
    sample([SOUTH, NORTH]).to_file(tmp_path / "两区.gpkg", engine="pyogrio")
    told = parcels_of(check(tmp_path / "两区.gpkg", "--rules", folder, "--json"))
    assert {key: row["verdict"] for key, row in told.items()} == {SOUTH: "unknown", NORTH: "excluded"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--rules", ROOT / "landgis" / "rulepacks" / "chongming"), "landgis check --rules"),
        (("--top", "3"), "--preference"),
    ],
)
def test_what_a_screening_cannot_use_is_refused(options: tuple[object, ...], said: str) -> None:
    result = landgis("screen", *options)
    assert result.returncode == 2
    assert said in result.stderr


def test_the_national_pack_judges_no_parcel() -> None:
    result = check(SAMPLE / "parcels.gpkg", "--rules", "national")
    assert result.returncode == 2
    assert "songjiang" in result.stderr


@pytest.mark.parametrize("option", ["--explain", "--out"])
def test_a_folder_that_takes_no_files_is_refused_before_anything_is_read(tmp_path: Path, option: str) -> None:
    (tmp_path / "是文件").write_text("")
    result = check(tmp_path / "没有.gpkg", option, tmp_path / "是文件" / "下级")
    assert result.returncode == 2
    assert "结果文件夹" in result.stderr
    assert "没有.gpkg" not in result.stderr


def test_what_is_kept_out_goes_with_the_law_of_its_number() -> None:
    found = Candidates(ground.parcels({"SJ-1": at(0, 0, 80, 60)}), (), (), "")
    (only,) = by_law(found, None, load_pack)
    assert (only.district, only.pack.pack_id) == ("songjiang", "songjiang")
    none = Candidates(gpd.GeoDataFrame(found.parcels.iloc[:0]), (), (), "")
    (empty,) = by_law(none, None, load_pack)
    assert (empty.district, empty.pack.rules) == ("", ())
