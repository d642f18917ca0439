"""``landgis run list``, the ids people write, and which run tells of a parcel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from landgis.db.numbers import as_id
from tests.support.command import landgis
from tests.support.office import installation

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
DAY = ("--as-of", "2026-06-30")


@pytest.fixture(scope="module", autouse=True)
def home(stocked_home: Path) -> Iterator[Path]:
    """An installation of its own: Chongming screened, then Songjiang, then a preview of Songjiang."""
    with installation("批次", stocked_home) as home:
        assert "没有筛查批次" in landgis("run", "list").stdout
        for options in (("--rules", "chongming"), (), ("--legal-state", "public_notice")):
            assert landgis("screen", *DAY, *options).returncode in (0, 1, 3)
        yield home


@pytest.fixture(scope="module")
def parcels() -> dict[str, str]:
    """One parcel of each district."""
    rows = pd.read_csv(SAMPLE / "planted.csv", encoding="utf-8-sig", dtype=str)
    return rows.drop_duplicates("district").set_index("district")["parcel_id"].to_dict()


def listed(*options: str) -> list[dict[str, Any]]:
    ran = landgis("run", "list", "--json", *options)
    assert ran.returncode == 0, ran.stderr
    rows: list[dict[str, Any]] = json.loads(ran.stdout)
    return rows


def test_runs_are_listed_the_newest_first_with_what_stands_on_them() -> None:
    preview, songjiang, chongming = listed()
    assert [row["run_id"] for row in (preview, songjiang, chongming)] == ["R000003", "R000002", "R000001"]
    assert [row["final"] for row in (preview, songjiang, chongming)] == [False, True, True]
    assert [row["newest"] for row in (preview, songjiang, chongming)] == [False, True, True]
    assert "预审" in preview["caution_zh"]
    assert (songjiang["district"], songjiang["as_of"], songjiang["scope"]) == ("songjiang", "2026-06-30", "full")
    assert sum(songjiang["verdicts"].values()) > 0
    assert [row["run_id"] for row in listed("--district", "崇明区")] == ["R000001"]
    shown = landgis("run", "list").stdout
    assert all(word in shown for word in ("R000002", "2026-06-30", "正式 final", "现用", "in use", "符合 clear"))


@pytest.mark.parametrize("written", ["2", "r2", "r000002", "R000002"])
def test_a_run_goes_by_every_way_of_writing_it(written: str, parcels: dict[str, str]) -> None:
    ran = landgis("explain", parcels["songjiang"], "--run", written, "--format", "json")
    assert ran.returncode == 0, ran.stderr
    (page,) = json.loads(ran.stdout)["pages"]
    assert "R000002" in json.dumps(page)


def test_a_run_that_there_is_not_points_to_the_list(parcels: dict[str, str]) -> None:
    for command in (("explain", parcels["songjiang"]), ("verify",)):
        ran = landgis(*command, "--run", "R000009")
        assert (ran.returncode, "landgis run list" in ran.stderr) == (2, True)


def test_what_is_no_number_of_ours_stays_as_it_is() -> None:
    assert [as_id(text, "R") for text in ("7", "r7", " R000007 ", "R1000000")] == ["R000007"] * 3 + ["R1000000"]
    assert [as_id(text, "R") for text in ("", "R", "D7", "R7a", "-7")] == ["", "R", "D7", "R7a", "-7"]


def test_a_parcel_is_explained_by_the_run_of_its_own_district(parcels: dict[str, str]) -> None:
    ran = landgis("explain", parcels["chongming"], parcels["songjiang"], "--format", "json")
    assert ran.returncode == 0, ran.stderr
    pages = {page["parcel_id"]: json.dumps(page) for page in json.loads(ran.stdout)["pages"]}
    assert "R000001" in pages[parcels["chongming"]]
    assert "R000002" in pages[parcels["songjiang"]]


def test_a_parcel_outside_the_inventory_points_to_check() -> None:
    ran = landgis("explain", "310117000000JB99999")
    assert (ran.returncode, "landgis check … --explain" in ran.stderr) == (2, True)


def test_a_new_home_is_founded_aloud() -> None:
    with installation("新家") as home:
        ran = landgis("run", "list", "--json")
        assert (ran.returncode, json.loads(ran.stdout)) == (0, [])
        assert f"{home} 还没有数据库，正在新建" in ran.stderr
        assert "a new one is being made" in ran.stderr
        assert landgis("run", "list").stderr == ""
        nothing = landgis("rules", "backtest")
        assert nothing.returncode == 3
        assert "landgis parcel fact set PARCEL entered_on DAY" in nothing.stdout
        assert "register_class 已入市" in nothing.stdout


def test_a_server_that_does_not_answer_is_told_in_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDGIS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/landgis")
    ran = landgis("run", "list")
    assert ran.returncode == 2
    assert ran.stderr.startswith("错误：连接不上数据库服务器")
    assert "\ufffd" not in ran.stderr
