"""``landgis check --list``: a town's list of numbers, the parcels as the inventory holds them on the day."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.originals import SourceFile
from landgis.db.parcel_delivery import ImportMeta
from landgis.db.parcels import ParcelStore
from landgis.errors import ContractBroken
from landgis.services.checking.list_batch import batch_of_list
from tests.support import ground, pdf
from tests.support.command import Ran, landgis
from tests.support.desk_case import META, store_parcels
from tests.support.ground import AS_OF, at
from tests.support.office import installation

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
HOMESTEAD, CLEAR = "310117109901JB00001", "310117109901JB00007"
UNREADY = "310151103906JB00020"
"""Clear by the rules of Songjiang, and not by those of Chongming, where it lies."""


def listed(path: Path, numbers: Sequence[str], heading: str = "地块编号") -> Path:
    path.write_text("\n".join([f"序号,{heading}", *(f"{at},{number}" for at, number in enumerate(numbers, 1))]) + "\n")
    return path


@pytest.fixture
def inventory(database: Database, planner: Person) -> Database:
    store_parcels(database, planner, ground.parcels({f"SJ-00{at_}": at(100 * at_, 0, 80, 60) for at_ in (1, 2, 3)}))
    return database


def test_only_the_parcels_listed_are_taken_with_the_facts_on_record(inventory: Database, tmp_path: Path) -> None:
    batch = batch_of_list(inventory, listed(tmp_path / "镇.csv", ["SJ-003", "SJ-001"]), AS_OF)
    parcels = batch.candidates.parcels
    assert parcels["parcel_id"].tolist() == ["SJ-001", "SJ-003"]
    assert parcels["right_type"].tolist() == ["7", "7"]
    assert (batch.candidates.rejected, batch.candidates.issues, batch.sources) == ((), (), {})


def test_a_number_listed_twice_is_taken_once_and_told(inventory: Database, tmp_path: Path) -> None:
    batch = batch_of_list(inventory, listed(tmp_path / "镇.csv", ["SJ-001", "SJ-002", "SJ-001"]), AS_OF)
    assert batch.candidates.parcels["parcel_id"].tolist() == ["SJ-001", "SJ-002"]
    (issue,) = batch.candidates.issues
    assert issue.code == "number_listed_twice"
    assert "第 1、3 条" in issue.message_zh


def test_a_number_that_is_spelled_in_two_ways_is_found_by_the_one_on_record(
    inventory: Database, tmp_path: Path
) -> None:
    batch = batch_of_list(inventory, listed(tmp_path / "镇.csv", ["SJ-001", "sj-001", "ＳＪ-４", "sj-4"]), AS_OF)
    assert batch.candidates.parcels["parcel_id"].tolist() == ["SJ-001"]
    assert batch.absent == {"ＳＪ-４"}


def test_the_column_that_was_taken_is_told_where_there_are_two(inventory: Database, tmp_path: Path) -> None:
    path = tmp_path / "镇.csv"
    path.write_text("DKBM,地块编号\nSJ-001,SJ-002\n")
    (issue,) = batch_of_list(inventory, path, AS_OF).candidates.issues
    assert issue.code == "id_field_chosen"


def test_a_number_that_is_not_on_record_stays_and_is_undecidable(inventory: Database, tmp_path: Path) -> None:
    batch = batch_of_list(inventory, listed(tmp_path / "镇.csv", ["SJ-404", "SJ-001"]), AS_OF)
    assert [row.parcel_id for row in batch.candidates.rejected] == ["SJ-404"]
    assert batch.absent == {"SJ-404"}
    assert [issue.code for issue in batch.candidates.issues] == ["parcel_not_in_inventory"]


def test_the_day_decides_what_is_on_record(database: Database, planner: Person, tmp_path: Path) -> None:
    later = ImportMeta(META.source_crs, META.transform, META.encoding, date(2026, 1, 1))
    frame = ground.parcels({"SJ-001": at(0, 0, 80, 60)})
    ParcelStore(database).add_import(frame, (), source=SourceFile("a" * 64, "a.gpkg", 1), meta=later, person=planner)
    path = listed(tmp_path / "镇.csv", ["SJ-001"])
    assert batch_of_list(database, path, date(2025, 12, 31)).absent == {"SJ-001"}
    assert batch_of_list(database, path, date(2026, 1, 1)).absent == frozenset()


def test_a_row_without_a_number_is_told(inventory: Database, tmp_path: Path) -> None:
    batch = batch_of_list(inventory, listed(tmp_path / "镇.csv", ["SJ-001", "", "SJ-002"]), AS_OF)
    (issue,) = batch.candidates.issues
    assert (issue.code, "第 2 条" in issue.message_zh) == ("list_row_empty", True)


def test_a_list_without_a_column_of_numbers_says_which_columns_it_has(inventory: Database, tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match="序号、宗数") as error:
        batch_of_list(inventory, listed(tmp_path / "镇.csv", ["5"], "宗数"), AS_OF)
    assert "ZDDM" in error.value.next_zh


def test_a_sheet_of_numbers_alone_will_do(inventory: Database, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["宗地代码"], ["SJ-001"], ["SJ-002"]):
        sheet.append(row)
    book.save(tmp_path / "镇.xlsx")
    batch = batch_of_list(inventory, tmp_path / "镇.xlsx", AS_OF)
    assert batch.candidates.parcels["parcel_id"].tolist() == ["SJ-001", "SJ-002"]


@pytest.fixture(scope="module")
def home(stocked_home: Path) -> Iterator[Path]:
    """An installation with the sample's layers published and its parcels in."""
    with installation("清单", stocked_home) as home:
        yield home


def check(path: Path, *arguments: object) -> Ran:
    return landgis("check", "--list", path, "--as-of", "2026-06-30", *arguments)


def test_a_towns_list_gives_both_summaries_worst_first(home: Path, tmp_path: Path) -> None:
    path = listed(tmp_path / "镇.csv", [CLEAR, "310117109901JB99999", HOMESTEAD])
    result = check(path, "--scope", "full", "--out", tmp_path / "out", "--json")
    assert result.returncode == 3, result.stderr
    data = json.loads(result.stdout)
    assert {row["parcel_id"]: (row["verdict"], row["absent"]) for row in data["parcels"]} == {
        CLEAR: ("clear", False),
        HOMESTEAD: ("excluded", False),
        "310117109901JB99999": ("unknown", True),
    }
    sheet = openpyxl.load_workbook(tmp_path / "out" / "summary.xlsx")["地块 Parcels"]
    rows = [row[:9] for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert [(row[1], row[8]) for row in rows] == [
        (HOMESTEAD, "不符合"),
        ("310117109901JB99999", "无法判定（未入库）"),
        (CLEAR, "符合"),
    ]
    text = pdf.text((tmp_path / "out" / "summary.pdf").read_bytes())
    assert text.index(HOMESTEAD) < text.index("310117109901JB99999") < text.index(CLEAR)
    assert "未入库" in text
    assert "地块库theinventory" in text


def test_the_list_answers_as_the_file_does(home: Path, tmp_path: Path) -> None:
    ids = [HOMESTEAD, CLEAR]
    mine = json.loads(check(listed(tmp_path / "镇.csv", ids), "--scope", "full", "--json").stdout)
    whole = json.loads(
        landgis("check", SAMPLE / "parcels.gpkg", "--as-of", "2026-06-30", "--scope", "full", "--json").stdout
    )
    theirs = {row["parcel_id"]: row["findings"] for row in whole["parcels"]}
    assert {row["parcel_id"]: row["findings"] for row in mine["parcels"]} == {key: theirs[key] for key in ids}


def test_a_list_of_both_districts_is_judged_by_both_packs(home: Path, tmp_path: Path) -> None:
    path = listed(tmp_path / "两区.csv", [UNREADY, CLEAR, "310151103906JB77777"])
    data = json.loads(check(path, "--scope", "full", "--json").stdout)
    told = {row["parcel_id"]: (row["verdict"], row["pack"]["id"]) for row in data["parcels"]}
    assert told == {
        UNREADY: ("excluded", "chongming"), CLEAR: ("clear", "songjiang"), "310151103906JB77777": ("unknown", "chongming"),
    }  # fmt: skip
    by_hand = json.loads(check(path, "--scope", "full", "--rules", "songjiang", "--json").stdout)
    (other,) = [row for row in by_hand["parcels"] if row["parcel_id"] == UNREADY]
    assert (other["verdict"], [row["rule_id"] for row in other["findings"]]) == ("unknown", ["parcel-district"])


@pytest.mark.parametrize("given", [("--crs", "EPSG:4549"), ("--facts", "a.csv"), ("--layer", "a")])
def test_answers_that_belong_to_files_are_refused(tmp_path: Path, given: tuple[str, str]) -> None:
    result = check(listed(tmp_path / "镇.csv", [CLEAR]), *given)
    assert result.returncode == 2
    assert given[0] in result.stderr
