"""Totals of a plan, by town, by use and in all: the same to the last printed digit wherever they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import text

from landgis.bootstrap import build
from tests.support import pdf
from tests.support.command import landgis
from tests.support.formulas import Book
from tests.support.office import installation
from tests.support.web_tables import WebTables

CRITERIA = Path(__file__).resolve().parents[2] / "data" / "criteria"
LINES = {"songjiang": CRITERIA / "plan-lines-2027.yaml", "chongming": CRITERIA / "plan-lines-2027-chongming.yaml"}
SCENARIOS = {
    "lines": ("--targets", CRITERIA / "plan-2027.yaml", "--lines"),
    "balanced": ("--portfolio", CRITERIA / "portfolio-balanced.yaml", "--lines"),
    "industry-first": ("--portfolio", CRITERIA / "portfolio-industry-first.yaml", "--lines"),
    "low-budget": ("--portfolio", CRITERIA / "portfolio-low-budget.yaml", "--lines"),
}
"""How a plan comes about: arguments of `plan draft`, which the district's file follows."""
PLANS = [("songjiang", "lines"), ("songjiang", "balanced"), ("chongming", "low-budget")]
FURTHER = [(district, scenario) for district in LINES for scenario in SCENARIOS if (district, scenario) not in PLANS]
Figures = tuple[str, str, str]
"""How many, hectares, 亩, as printed."""
Totals = dict[str, Figures]


@dataclass(frozen=True)
class StoredPlan:
    """A plan of the installation, and a folder for what is printed of it."""

    plan_id: str
    district: str
    folder: Path

    def printed(self, *command: object, name: str) -> Path:
        """Have a file printed by a command."""
        out = self.folder / name
        result = landgis(*command, "--district", self.district, "--out", out)
        assert result.returncode == 0, result.stderr
        return out

    @cached_property
    def page(self) -> Path:
        return self.printed("map", "handout", "--plan", self.plan_id, name="分发页.html")

    @cached_property
    def book(self) -> Book:
        return Book.of(self.printed("plan", "forms", self.plan_id, name="表.xlsx"))


class Plans(dict[tuple[str, str], StoredPlan]):
    """Plans by district and scenario, drafted when they are asked for."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        super().__init__()
        self._folders = folders

    def __missing__(self, asked: tuple[str, str]) -> StoredPlan:
        self[asked] = _drafted(*asked, self._folders)
        return self[asked]


@pytest.fixture(scope="module")
def plans(stocked_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plans]:
    """Both districts pooled in one installation."""
    with installation("总数", like=stocked_home):
        for district in LINES:
            assert landgis("screen", "--rules", district, "--as-of", "2026-06-30").returncode in (0, 1, 3)
            assert landgis("pool", "build", "--district", district).returncode == 0
        yield Plans(tmp_path_factory)


def _drafted(district: str, scenario: str, folders: pytest.TempPathFactory) -> StoredPlan:
    result = landgis("plan", "draft", *SCENARIOS[scenario], LINES[district], "--district", district, "--json")
    assert result.returncode == 0, result.stderr
    return StoredPlan(json.loads(result.stdout)["plan_id"], district, folders.mktemp(f"{district}-{scenario}"))


def in_database(plan: StoredPlan, by: str) -> Totals:
    """Sum the stored lines in the database itself."""
    summed = "count(*)::text, sum(area_ha)::numeric(20,4)::text, sum(area_mu)::numeric(20,4)::text"
    where = "FROM landgis.plan_line WHERE plan_id = :plan"
    app = build()
    try:
        with app.database.begin() as connection:
            rows = connection.execute(
                text(f"SELECT {by}, {summed} {where} GROUP BY {by}"), {"plan": plan.plan_id}
            ).all()
            whole = connection.execute(text(f"SELECT {summed} {where}"), {"plan": plan.plan_id}).one()
    finally:
        app.close()
    return {name: tuple(figures) for name, *figures in rows} | {"合计": tuple(whole)}


def in_workbook(book: Book, sheet: str) -> Totals:
    """Read the values that stand beside the formulas of a sheet of totals."""
    cells, found = book.cached[sheet], {}
    for row in range(5, max(int(place[1:]) for place in cells) + 1):
        name = cells[f"A{row}"] if cells[f"A{row}"] == "合计" else cells[f"B{row}"]
        found[str(name)] = _printed(*(cells[f"{letter}{row}"] for letter in "CDE"))
    return found


def from_lines(book: Book, heading: str) -> Totals:
    """Add up the cells of the lines."""
    cells = book.cached["计划明细"]
    at = {str(cells[place]).split("\n")[0]: place.removesuffix("4") for place in cells if place.endswith("4") and
          place.rstrip("4").isalpha() and cells[place]}  # fmt: skip
    groups: dict[str, list[tuple[Decimal, Decimal]]] = {}
    row = 5
    while cells[f"A{row}"] != "合计":
        areas = tuple(Decimal(str(cells[f"{at[unit]}{row}"])) for unit in ("面积（公顷）", "面积（亩）"))
        for name in (str(cells[f"{at[heading]}{row}"]), "合计"):
            groups.setdefault(name, []).append((areas[0], areas[1]))
        row += 1
    return {
        name: _printed(len(areas), sum(ha for ha, _ in areas), sum(mu for _, mu in areas))
        for name, areas in groups.items()
    }


def on_web(tables: WebTables, name: str) -> Totals:
    """Read a table of totals off the hand-out."""
    found = {row[0]: (row[1], row[2], row[3]) for row in tables.rows(name)}
    return found | {"合计": tuple(tables.rows(name, "tfoot")[0][1:])}  # type: ignore[dict-item]  # three cells


def _printed(count: object, area_ha: object, area_mu: object) -> Figures:
    return str(count), f"{Decimal(str(area_ha)):.4f}", f"{Decimal(str(area_mu)):.4f}"


@pytest.mark.parametrize(
    ("district", "scenario"), [*PLANS, *(pytest.param(*plan, marks=pytest.mark.deep) for plan in FURTHER)]
)
def test_totals_are_equal_to_the_last_digit(plans: Plans, district: str, scenario: str) -> None:
    plan = plans[district, scenario]
    by_use, by_town = in_database(plan, "planned_use_zh"), in_database(plan, "town_name")
    assert by_use["合计"] == by_town["合计"]
    assert int(by_use["合计"][0]) > 0
    require_workbook(plan.book, by_use, by_town)
    require_web(WebTables(plan.page.read_text(encoding="utf-8")), by_use, by_town)
    require_pdf(plan.printed("map", "sheet", "--plan", plan.plan_id, name="图.pdf"), by_use, by_town)
    atlas = plan.printed("map", "atlas", "--plan", plan.plan_id, name="图册")
    require_pdf(atlas / "图册.pdf", by_use, by_town)


def require_workbook(book: Book, by_use: Totals, by_town: Totals) -> None:
    """Hold the workbook to the database: values beside formulas, formulas recomputed, and its cells added up."""
    assert in_workbook(book, "按用途汇总") == from_lines(book, "规划用途") == by_use
    assert in_workbook(book, "按镇汇总") == from_lines(book, "镇（街道）") == by_town
    for sheet, place, formula in book.formulas():
        assert book.value(sheet, place) == Decimal(str(book.cached[sheet][place])), (sheet, place, formula)
    count, area_ha, _ = by_use["合计"]
    last = max(int(place[1:]) for place in book.cached["表1 分镇分用途"] if place[0] == "A")
    assert _printed(*(book.cached["表1 分镇分用途"][f"{letter}{last}"] for letter in "BC"), 0)[:2] == (count, area_ha)
    assert f"{Decimal(str(book.cached['TDGY_GYJH']['H5'])):.4f}" == area_ha
    assert f"{Decimal(str(book.cached['一本账']['C5'])):.4f}" == area_ha


def require_web(tables: WebTables, by_use: Totals, by_town: Totals) -> None:
    """Hold the tables of the hand-out to the database, and its lines to their own totals."""
    assert on_web(tables, "use") == by_use
    assert on_web(tables, "town") == by_town
    lines = tables.rows("lines")
    summed = _printed(len(lines), *(sum((Decimal(row[column]) for row in lines), Decimal(0)) for column in (4, 5)))
    closing = tables.rows("lines", "tfoot")[0]
    assert summed == (closing[1].removesuffix(" 宗"), closing[4], closing[5]) == by_use["合计"]


def require_pdf(path: Path, by_use: Totals, by_town: Totals) -> None:
    """Find every row of both totals on the printed pages, digits side by side."""
    printed = pdf.text(path.read_bytes())
    for totals in (by_use, by_town):
        for name, (count, area_ha, area_mu) in totals.items():
            wanted = "合计Total" if name == "合计" else name
            assert any(f"{wanted}{count}{unit}{area_ha}{area_mu}" in printed for unit in ("", "宗")), (name, path.name)


def test_the_browser_shows_the_same(plans: Plans) -> None:
    plan = plans["songjiang", "lines"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(plan.page.as_uri())
        page.wait_for_selector("html[data-ready=true]")
        script = "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText))"
        for name, by in (("use", "planned_use_zh"), ("town", "town_name")):
            shown = page.locator(f"#table-{name} tr").evaluate_all(script)[1:]
            assert {row[0].removesuffix(" Total"): tuple(row[1:]) for row in shown} == in_database(plan, by)
        browser.close()
