"""The year in the demo: scenarios of a portfolio, the plan and its way, an adjustment in mid-year, atlas and maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.domain.catalogue import Catalogue
from landgis.exchange.plan_inputs import read_line_changes, read_line_inputs
from landgis.exchange.portfolio import read_scenario
from landgis.services.planning.choose_portfolio import (
    Portfolios,
    choose_portfolios,
    draft_portfolio,
    write_portfolios,
)
from landgis.services.planning.draft_plan import DraftedPlan, load_plan
from landgis.services.planning.draw_adjustment import draw_adjustment
from landgis.services.planning.draw_atlas import draw_atlas, write_atlas
from landgis.services.planning.draw_sheet import write_sheet
from landgis.services.planning.move_plan import approve_plan, publish_plan, submit_plan
from landgis.services.planning.revise_plan import Adjustment, load_adjustment, revise_plan
from landgis.services.sample.demo_steps import Clock

_PAPER = "示例〔2027〕{number}号"


@dataclass(frozen=True)
class YearInput:
    """Files of a district's year.

    Attributes
    ----------
    scenarios
        Portfolio scenarios to compare; the plan is drafted from the first.
    stated
        What is stated of single parcels; None: nothing.
    changes
        What changes in mid-year; None: nothing.
    """

    scenarios: Sequence[Path]
    stated: Path | None = None
    changes: Path | None = None


@dataclass(frozen=True)
class Office:
    """Where the year happens, and who acts: a planner drafts, a reviewer approves."""

    database: Database
    originals: Originals
    catalogue: Catalogue
    planner: Person
    reviewer: Person


def compare_scenarios(office: Office, district: str, files: YearInput, out: Path, clock: Clock) -> Portfolios:
    """Choose under every scenario, and write them side by side."""
    with clock.step("组合优选 portfolio") as result:
        stated = read_line_inputs(files.stated) if files.stated else {}
        scenarios = [read_scenario(path) for path in files.scenarios]
        made = choose_portfolios(office.database, district, scenarios, inputs=stated, originals=office.originals)
        write_portfolios(office.database, made, out / "portfolio.xlsx")
        result.text = "；".join(
            f"{choice.scenario.name_zh} {len(choice.chosen)} 宗 {choice.proof.zh}" for choice in made.choices
        )
    return made


def publish_year(office: Office, district: str, files: YearInput, on: date, clock: Clock) -> DraftedPlan:
    """Draft the plan that the first scenario makes, and take it its whole way."""
    with clock.step("年度计划 plan") as result:
        stated = read_line_inputs(files.stated) if files.stated else {}
        scenario = read_scenario(files.scenarios[0])
        plan = draft_portfolio(
            office.database, office.planner, district, scenario, inputs=stated, originals=office.originals
        )
        whole = plan.by_town.iloc[-1]
        result.text = f"{len(plan.lines)} 宗，{whole['area_ha']} 公顷（{whole['area_mu']} 亩）"
    with clock.step("会商、审议、公布 way") as result:
        moved = _whole_way(office, plan.head.plan_id, on, number=1)
        result.text = f"{plan.head.plan_id} 已公布，{moved} 宗转为“计划”"
    return load_plan(office.database, plan.head.plan_id, district)


def adjust_year(
    office: Office, plan: DraftedPlan, changes: Path, drawn_on: date, out: Path, clock: Clock
) -> Adjustment:
    """Adjust the published plan, take the adjustment its way, and draw it before and after."""
    with clock.step("年中调整 adjustment") as result:
        made = revise_plan(
            office.database, office.planner, plan.head.plan_id, read_line_changes(changes), purpose="年中调整（示例）"
        )
        _whole_way(office, made.plan.head.plan_id, drawn_on, number=2)
        made = load_adjustment(office.database, made.plan.head.plan_id)
        before, after = (sum(each.draft.lines["area_ha"]) for each in (made.before, made.plan))
        drawn = draw_adjustment(office.database, office.catalogue, made, drawn_on, drawn_by=office.planner.name_zh)
        write_sheet(drawn, out / "adjustment.pdf")
        result.text = f"{plan.head.plan_id} → {made.plan.head.plan_id}，{len(made.table)} 项，{before} → {after} 公顷"
    return made


def draw_year(office: Office, plan: DraftedPlan, drawn_on: date, out: Path, clock: Clock) -> None:
    """Draw the atlas of the plan."""
    with clock.step("图册 atlas") as result:
        drawn = draw_atlas(office.database, office.catalogue, plan, drawn_on, drawn_by=office.planner.name_zh)
        written = write_atlas(drawn, out / "atlas")
        result.text = f"{len(written.atlas.facts)} 图，自检通过"


def _whole_way(office: Office, plan_id: str, on: date, number: int) -> int:
    """Take a draft through consultation and review to publication; return how many parcels moved in the pool."""
    submit_plan(office.database, office.planner, plan_id)
    submit_plan(office.database, office.planner, plan_id)
    paper = _PAPER.format(number=number)
    approve_plan(office.database, office.reviewer, plan_id, paper)
    return publish_plan(office.database, office.planner, plan_id, paper, on=on, today=on).moved
