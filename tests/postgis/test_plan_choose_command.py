"""The year's portfolio by command: scenarios side by side, everybody told, and the plan that one of them makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from landgis.domain.portfolio import WhyNot
from tests.support.command import landgis
from tests.support.formulas import Book
from tests.support.office import installation

CRITERIA = Path(__file__).resolve().parents[2] / "data" / "criteria"
SCENARIOS = [CRITERIA / f"portfolio-{name}.yaml" for name in ("balanced", "industry-first", "low-budget")]
STATED = ("--lines", CRITERIA / "plan-lines-2027.yaml")


def data(*arguments: object) -> Any:
    result = landgis(*arguments, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def office(stocked_home: Path) -> Iterator[None]:
    """Songjiang screened and pooled."""
    with installation("组合", like=stocked_home):
        assert landgis("screen", "--rules", "songjiang", "--as-of", "2026-06-30").returncode in (0, 1, 3)
        assert landgis("pool", "build").returncode == 0
        yield


@pytest.fixture(scope="module")
def chosen(office: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    out = tmp_path_factory.mktemp("组合") / "对比.xlsx"
    return data("plan", "choose", *SCENARIOS, *STATED, "--out", out), out


def test_every_member_is_chosen_or_told_why_not_in_every_scenario(chosen: tuple[Any, Path]) -> None:
    made, _ = chosen
    members = {row["parcel_id"] for row in data("pool", "show")["members"]}
    outside = {row["parcel_id"] for row in made["no_candidates"]}
    for scenario in made["scenarios"]:
        taken = [row["parcel_id"] for row in scenario["chosen"]]
        left = {row["parcel_id"]: row for row in scenario["left_out"]}
        assert sorted([*taken, *left, *outside]) == sorted(members)
        assert all(row["reason"] in set(WhyNot) and row["detail_zh"] and row["detail_en"] for row in left.values())
        assert scenario["proof"] == "optimal"
        assert taken


def test_limits_hold_in_the_figures_of_the_answer(chosen: tuple[Any, Path]) -> None:
    balanced, industry, budget = (scenario["chosen"] for scenario in chosen[0]["scenarios"])

    def ha(rows: list[dict[str, Any]], use: str = "") -> Decimal:
        return sum((Decimal(row["area_ha"]) for row in rows if row["planned_use_code"].startswith(use)), Decimal(0))

    assert 4 <= ha(balanced) <= 12
    assert ha(balanced, "10") <= 6
    assert ha(balanced, "09") >= Decimal("0.5")
    assert ha(industry, "10") >= 3
    assert ha(industry, "09") <= 1
    assert sum(row["up_front_cost_yuan"] for row in budget) <= 30_000_000
    told = {row["reason"] for row in chosen[0]["scenarios"][2]["left_out"]}
    assert "cost_unknown" in told


def test_the_same_answer_twice(chosen: tuple[Any, Path]) -> None:
    again = data("plan", "choose", *SCENARIOS, *STATED)
    assert again == chosen[0]


def test_totals_of_the_workbook_are_those_of_the_answer(chosen: tuple[Any, Path]) -> None:
    made, path = chosen
    book = Book.of(path)
    whole = {row["scenario"]: row for row in made["totals"] if row["by"] == "whole"}
    for number, scenario in enumerate(made["scenarios"], 5):
        row = whole[scenario["scenario"]]
        assert book.value("方案对比", f"C{number}") == row["parcels"]
        for column, name in (("D", "area_ha"), ("E", "area_mu"), ("I", "up_front_cost_yuan")):
            assert book.value("方案对比", f"{column}{number}") == Decimal(row[name]), name
    for sheet, place, _ in book.formulas():
        assert Decimal(str(book.cached[sheet][place])) == book.value(sheet, place), (sheet, place)
    assert any("替代数据" in str(cell) for cell in book.typed["方案对比"].values())


def test_the_terminal_shows_them_side_by_side(office: None) -> None:
    shown = landgis("plan", "choose", *SCENARIOS, *STATED)
    assert shown.returncode == 0
    for word in ("均衡方案", "工业优先方案", "低预算方案", "已证明最优", "前期成本不明"):
        assert word in shown.stdout
    assert "未经单位签字确认" in shown.stderr


def test_scenarios_of_two_years_are_not_compared(office: None, tmp_path: Path) -> None:
    other = tmp_path / "2028.yaml"
    other.write_text("scenario: later\nyear: 2028\n", encoding="utf-8")
    result = landgis("plan", "choose", SCENARIOS[0], other)
    assert result.returncode == 2
    assert "各方案须为同一年度" in result.stderr


def test_the_plan_is_what_the_scenario_chose(chosen: tuple[Any, Path]) -> None:
    taken = chosen[0]["scenarios"][0]["chosen"]
    plan = data("plan", "draft", "--portfolio", SCENARIOS[0], *STATED)
    assert [row["parcel_id"] for row in plan["lines"]] == sorted(row["parcel_id"] for row in taken)
    assert sum(Decimal(row["area_ha"]) for row in plan["lines"]) == sum(Decimal(row["area_ha"]) for row in taken)
    left = {row["parcel_id"]: row["reason"] for row in plan["left_out"]}
    assert left == {row["parcel_id"]: row["reason"] for row in chosen[0]["scenarios"][0]["left_out"]}
    assert "均衡方案" in landgis("plan", "show", plan["plan_id"]).stdout


def test_what_cannot_hold_together_makes_no_plan(office: None, tmp_path: Path) -> None:
    asked = tmp_path / "impossible.yaml"
    asked.write_text("scenario: impossible\nyear: 2027\nmin_ha: 5\nmax_ha: 4\n", encoding="utf-8")
    before = data("plan", "list")
    result = landgis("plan", "draft", "--portfolio", asked)
    assert result.returncode == 2
    assert "不能同时满足" in result.stderr
    assert "不多于" in result.stderr or "上限" in result.stderr
    assert data("plan", "list") == before
    shown = data("plan", "choose", asked)["scenarios"][0]
    assert shown["proof"] == "infeasible"
    assert {row["constraint"] for row in shown["conflict"]}
    assert not shown["chosen"]


def test_one_way_to_say_what_the_year_asks(office: None) -> None:
    result = landgis("plan", "draft", "--year", 2027, "--portfolio", SCENARIOS[0])
    assert result.returncode == 2
    assert "--portfolio" in result.stderr
