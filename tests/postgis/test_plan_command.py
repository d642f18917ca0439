"""A year's plan by command: drafted, on its way, published, adjusted, reprinted, balanced, printed as forms, tracked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from landgis.bootstrap import build
from landgis.domain.planning import Milestone
from tests.support.command import landgis
from tests.support.formulas import Book
from tests.support.office import installation

ROOT = Path(__file__).resolve().parents[2]
CRITERIA = ROOT / "data" / "criteria"
OUT, CHANGED, IN = "310117109901JB00008", "310117109901JB00007", "310117109903JB00024"
PAPER = ("--document", "沪松府〔2027〕1号")


def data(*arguments: object) -> Any:
    result = landgis(*arguments, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def refused(*arguments: object) -> str:
    result = landgis(*arguments)
    assert result.returncode == 2, result.stdout
    return result.stderr


def way(plan: str) -> None:
    """Take a drafted plan to the reviewer's desk and through it."""
    data("plan", "submit", plan)
    data("plan", "submit", plan)
    data("plan", "approve", plan, *PAPER, "--as", "shenhe")


def asked(query: str, **keys: object) -> list[Any]:
    """Ask the database itself."""
    app = build()
    try:
        with app.database.begin() as connection:
            return [tuple(row) for row in connection.execute(text(query), keys)]
    finally:
        app.close()


@pytest.fixture(scope="module")
def office(stocked_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Songjiang screened and pooled; a plan published as L000002 after a first draft was returned; its first print."""
    prints = tmp_path_factory.mktemp("prints")
    with installation("计划", like=stocked_home):
        assert landgis("person", "add", "shenhe", "审核员乙", "--role", "district_reviewer").returncode == 0
        assert landgis("screen", "--rules", "songjiang", "--as-of", "2026-06-30").returncode in (0, 1, 3)
        assert landgis("pool", "build").returncode == 0
        data("plan", "draft", "--year", 2027)
        data("plan", "submit", "L1")
        data("plan", "return", "L1", "--reason", "未定季度", "--as", "shenhe")
        drafted = data(
            "plan", "draft", "--targets", CRITERIA / "plan-2027-quotas.yaml", "--lines", CRITERIA / "plan-lines-2027.yaml",
            "--replaces", "L1",
        )  # fmt: skip
        assert (drafted["plan_id"], drafted["replaces"], drafted["status"]) == ("L000002", "L000001", "draft")
        data("plan", "supply", "import", CRITERIA / "other-supply-2027.csv", "--year", 2027)
        way("L2")
        data("plan", "publish", "L2", *PAPER, "--on", "2026-06-30")
        data("plan", "forms", "L2", "--out", prints / "一.xlsx")
        yield prints


def test_the_way_is_kept_and_nobody_jumps_it(office: Path) -> None:
    shown = data("plan", "show", "L2")
    assert shown["status"] == "published"
    assert [(step["before"], step["after"]) for step in shown["steps"]] == [
        ("draft", "town_consultation"), ("town_consultation", "government_review"), ("government_review", "reported"),
        ("reported", "published"),
    ]  # fmt: skip
    assert [step["by"] for step in shown["steps"]].count("审核员乙") == 1
    assert "不在送审环节" in refused("plan", "submit", "L2")
    assert "无权审定供应计划" in refused("plan", "approve", "L2", *PAPER)
    assert "不能由" in refused("plan", "return", "L2", "--reason", "x")
    assert "only its adjustment takes its place" in refused(
        "plan", "publish", _reported_rival(), *PAPER, "--on", "2026-06-30"
    )
    listed = {row["plan_id"]: row["status"] for row in data("plan", "list")}
    assert (listed["L000001"], listed["L000002"]) == ("returned", "published")
    assert "区政府审议" in landgis("plan", "show", "L2").stdout


def _reported_rival() -> str:
    """Another plan of the year, of other parcels, as far as it gets."""
    plan = str(data("plan", "draft", "--targets", CRITERIA / "plan-2027.yaml")["plan_id"])
    way(plan)
    return plan


def test_lines_stand_as_planned_and_no_other_draft_takes_them(office: Path) -> None:
    lines = {row["parcel_id"] for row in data("plan", "show", "L2")["lines"]}
    standing = dict(asked("SELECT parcel_id, standing FROM landgis.membership_standing"))
    assert {parcel_id for parcel_id, each in standing.items() if each == "planned"} == lines
    other = data("plan", "draft", "--year", 2028)
    assert not lines & {row["parcel_id"] for row in other["lines"]}
    assert {row["reason"] for row in other["left_out"] if row["parcel_id"] in lines} == {"standing_planned"}


def test_checks_and_targets_are_stored_with_the_version(office: Path) -> None:
    shown = data("plan", "show", "L2")
    assert len(shown["checks"]) == 8 * len(shown["lines"])
    stored = asked(
        "SELECT check_id, outcome, count(*) FROM landgis.plan_line_check WHERE plan_id = 'L000002' GROUP BY 1, 2"
    )
    assert sum(row[2] for row in stored) == len(shown["checks"])
    assert ("market_known", "unknown", 1) in stored
    assert ("housing_plan", "clear", 1) in stored
    unmet = [(row["target"], row["side"]) for row in shown["targets"] if not row["met"]]
    assert unmet == [("whole", "least"), ("quarter", "least")]
    said = landgis("plan", "show", "L2", "--checks").stdout
    assert "未说明市场情况（三（五）1）" in said
    assert "in the housing supply plan: clear" in said


def test_the_forms_recompute_and_agree_with_the_database(office: Path) -> None:
    book = Book.of(office / "一.xlsx")
    formulas = book.formulas()
    assert len(formulas) > 150
    for sheet, place, formula in formulas:
        assert book.value(sheet, place) == Decimal(str(book.cached[sheet][place])), (sheet, place, formula)
    ((count, area, mu, inside, cost),) = asked(
        "SELECT count(*), sum(area_ha), sum(area_mu), sum(inside_ha), sum(cost_yuan) FROM landgis.plan_line"
        " WHERE plan_id = 'L000002'"
    )
    last = 5 + count
    assert [book.value("计划明细", f"{letter}{last}") for letter in "JKMT"] == [area, mu, inside, cost]
    assert book.value("表2 宗地", f"D{last}") == book.value("TDGY_GYJH", "H5") == area
    assert [book.value("TDGY_GYJH", f"{letter}5") for letter in ("T", "U", "V")] == [0, 0, 0]
    by_town = asked("SELECT town_name, sum(area_ha) FROM landgis.plan_line WHERE plan_id = 'L000002' GROUP BY 1")
    assert [(book.value("表1 分镇分用途", "A5"), book.value("表1 分镇分用途", "C5"))] == by_town
    by_channel = dict(asked("SELECT channel, sum(area_ha) FROM landgis.other_supply GROUP BY 1"))
    assert [book.value("一本账", f"{letter}5") for letter in "CDE"] == [
        area,
        by_channel["acquisition"],
        by_channel["stock"],
    ]
    assert "替代数据，非法定成果" in {book.typed[sheet].get("A2") for sheet in book.typed}


def test_one_balance_tells_the_same_everywhere(office: Path) -> None:
    made = data("plan", "balance", 2027)
    whole = made["balance"][0]
    book = Book.of(office / "一.xlsx")
    assert made["plan_id"] == asked("SELECT plan_id FROM landgis.plan WHERE status = 'published'")[0][0]
    assert [book.value("一本账", f"{letter}5") for letter in "FGHIJ"] == [
        Decimal(whole[name]) for name in ("area_ha", "area_mu", "inside_ha", "outside_ha", "boundary_unknown_ha")
    ]
    housing = {row["key"]: row["area_ha"] for row in made["balance"] if row["by"] == "housing"}
    assert (Decimal(housing["yes"]), Decimal(housing["no"])) == (Decimal("1.4759"), Decimal(0))
    assert "边界内 inside" in landgis("plan", "balance", 2027).stdout


def test_no_land_stands_in_two_columns(office: Path, tmp_path: Path) -> None:
    heading = "编号,供地来源,镇街代码,规划用途代码,面积（公顷）,地块编号\n"
    (tmp_path / "a.csv").write_text(f"{heading}Z1,征收,310117109,1001,0.5,{OUT}\n", encoding="utf-8")
    said = refused("plan", "supply", "import", tmp_path / "a.csv", "--year", 2027)
    assert OUT in said
    assert "入市计划" in said
    draft = data("plan", "draft", "--year", 2029)
    taken = draft["lines"][0]["parcel_id"]
    (tmp_path / "b.csv").write_text(f"{heading}Z1,征收,310117109,1001,0.5,{taken}\n", encoding="utf-8")
    data("plan", "supply", "import", tmp_path / "b.csv", "--year", 2029)
    said = refused("plan", "balance", 2029)
    assert taken in said
    assert "同时列入其他供地清单" in said


def test_milestones_and_progress(office: Path) -> None:
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(days=2)
    assert "还没有到" in refused("plan", "milestone", CHANGED, "surveyed", "--done", tomorrow.isoformat())
    assert "in no published plan" in refused(
        "plan", "milestone", "310117109901JB00001", "surveyed", "--done", "2026-11-01"
    )
    assert "--done 或 --expected" in refused("plan", "milestone", CHANGED, "surveyed")
    data("plan", "milestone", CHANGED, "surveyed", "--expected", "2027-03-01")
    data("plan", "milestone", CHANGED, "surveyed", "--done", today.isoformat(), "--note", "已验收")
    data("plan", "milestone", CHANGED, "contracted", "--expected", "2028-02-01")
    made = data("plan", "progress", "--year", 2027, "--as-of", "2027-05-01")
    assert made["durations_signed"] is False
    line = next(row for row in made["lines"] if row["parcel_id"] == CHANGED)
    assert (line["done"], line["next"], line["light"], line["misses_year"]) == ("surveyed", "land_opinion", "red", True)
    assert line["reason_en"] == "supply on 2028-02-01, after 2027"
    whole = made["quarterly"][-1]
    assert (whole["quarter"], whole["lines"]) == ("all", len(made["lines"]))
    assert Decimal(whole["planned_ha"]) == sum(Decimal(row["area_ha"]) for row in made["lines"])
    shown = landgis("plan", "progress", "--year", 2027, "--as-of", "2027-05-01")
    assert "未经单位签发" in shown.stderr
    assert Milestone.LAND_OPINION.zh[:4] in shown.stdout
    assert "尚未公布" in refused("plan", "progress", "--year", 2031)


def test_a_mid_year_adjustment_takes_the_place_and_the_past_is_reprinted(office: Path, tmp_path: Path) -> None:
    (tmp_path / "none.yaml").write_text("changes: []\n", encoding="utf-8")
    assert "没有任何调整" in refused("plan", "revise", "L2", "--changes", tmp_path / "none.yaml")
    assert "只有已公布的计划可以调整" in refused(
        "plan", "revise", "L1", "--changes", CRITERIA / "plan-changes-2027.yaml"
    )
    made = data("plan", "revise", "L2", "--changes", CRITERIA / "plan-changes-2027.yaml", "--purpose", "年中调整")
    plan = made["plan_id"]
    assert made["adjusts"] == "L000002"
    assert [(row["parcel_id"], row["change"]) for row in made["changes"]] == [
        (CHANGED, "changed"),
        (OUT, "out"),
        (IN, "in"),
    ]
    difference = sum(Decimal(str(row["off_ha"])) for row in made["changes"])
    assert Decimal(made["after_ha"]) - Decimal(made["before_ha"]) == difference == Decimal("-0.0564")
    way(plan)
    assert data("plan", "publish", plan, *PAPER, "--on", "2026-06-30")["moved"] == 2
    standing = dict(asked("SELECT parcel_id, standing FROM landgis.membership_standing"))
    assert (standing[OUT], standing[IN], standing[CHANGED]) == ("pooled", "planned", "planned")
    listed = {row["plan_id"]: row["status"] for row in data("plan", "list", "--district", "松江")}
    assert (listed["L000002"], listed[plan]) == ("superseded", "published")
    data("plan", "supply", "import", CRITERIA / "other-supply-2027.csv", "--year", 2027)  # a newer list speaks now
    data("plan", "forms", "L2", "--out", tmp_path / "二.xlsx")
    assert (tmp_path / "二.xlsx").read_bytes() == (office / "一.xlsx").read_bytes()
    data("plan", "forms", plan, "--out", tmp_path / "三.xlsx")
    book = Book.of(tmp_path / "三.xlsx")
    assert [book.value("调整对照", f"{letter}8") for letter in "AG"] == ["合计", difference]
    assert all(book.value(sheet, at) == Decimal(str(book.cached[sheet][at])) for sheet, at, _ in book.formulas())
    assert "合计：3.7838 → 3.7274 公顷（11 → 11 宗）" in landgis("plan", "changes", plan).stdout
    assert "不是年中调整" in refused("plan", "changes", "L2")
    assert data("plan", "progress", "--year", 2027, "--as-of", "2027-05-01")["plan_id"] == plan
