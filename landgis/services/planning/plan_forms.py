"""The forms of a plan as one workbook: what is printed of a version is the same whenever it is printed again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.plan_steps import PlanWay
from landgis.db.runs import RunHead, RunStore
from landgis.domain.district import BEIJING, DISTRICTS
from landgis.domain.layer import SUBSTITUTE_ZH
from landgis.domain.plan_named import PlanNamed
from landgis.exchange.plan_balance_forms import balance_sheet, pieces_sheet
from landgis.exchange.plan_database_forms import plan_sheet, plots_sheet
from landgis.exchange.plan_forms import (
    changes_sheet,
    checks_sheet,
    notes_sheet,
    parcel_sheet,
    town_sheet,
)
from landgis.exchange.plan_line_sheet import lines_sheet
from landgis.exchange.plan_totals_forms import town_totals_sheet, use_totals_sheet
from landgis.exchange.writing.live_workbook import Sheet, write_live_workbook
from landgis.services.planning.balance_year import balance_year
from landgis.services.planning.draft_plan import DraftedPlan
from landgis.services.planning.revise_plan import load_adjustment


@dataclass(frozen=True)
class WrittenForms:
    """A workbook as written: of which plan, its sheets in order, its hash."""

    plan_id: str
    sheets: tuple[str, ...]
    sha256: str


def write_forms(database: Database, plan: DraftedPlan, out: Path) -> WrittenForms:
    """Write the forms of a plan.

    Raises
    ------
    Conflict, ContractBroken
        If land stands in two columns of the balance; if land for housing for sale is on a line, or a total of the plan is
        not the sum of its lines.
    FileUnreadable
        If the workbook does not read back as written; it is not left behind then.
    """
    run = RunStore(database).head(plan.head.run_id)
    sheets = _sheets(database, plan, run)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_live_workbook(out, sheets, SUBSTITUTE_ZH if substitute(database, run) else "")
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    return WrittenForms(plan.head.plan_id, tuple(sheet.name for sheet in sheets), digest)


def _sheets(database: Database, plan: DraftedPlan, run: RunHead) -> list[Sheet]:
    head, lines, checks = plan.head, plan.draft.lines, plan.draft.checks
    published = PlanWay(database).published_at(head.plan_id)
    day = published.astimezone(BEIJING).date() if published else None
    named = PlanNamed(head.plan_id, head.district, head.year, day)
    title = named.title
    year = balance_year(database, head.district, head.year, head.plan_id, as_published=True)
    sheets = [
        plan_sheet(lines, named),
        plots_sheet(lines, named),
        town_sheet(lines, title),
        use_totals_sheet(plan.by_use, lines, title),
        town_totals_sheet(plan.by_town, lines, title),
        parcel_sheet(lines, checks, title, head.year),
        lines_sheet(lines, checks, title),
        checks_sheet(lines, checks, title),
        balance_sheet(year.table, len(year.pieces), f"{DISTRICTS[head.district].name_zh}{head.year}年度"),
        pieces_sheet(year.pieces, f"{DISTRICTS[head.district].name_zh}{head.year}年度"),
    ]
    if head.adjusts:
        sheets.append(changes_sheet(load_adjustment(database, head.plan_id).table, title, head.adjusts))
    return [*sheets, notes_sheet(_notes(plan, run), title)]


def _notes(plan: DraftedPlan, run: RunHead) -> dict[str, str]:
    head, basis = plan.head, {"registered": 0, "ellipsoidal": 0} | plan.basis_counts()
    costs = int(plan.draft.lines["cost_yuan"].notna().sum())
    adjusts = f"（调整 {head.adjusts}：{head.purpose}）" if head.adjusts else ""
    return {
        "计划编号 Plan": head.plan_id + adjusts,
        "储备项目库 Pool": head.pool_id,
        "筛查批次 Screening run": f"{run.run_id}，规则包 {run.meta.pack_id} {run.meta.pack_version}，截至 {run.meta.as_of}\n"
        f"{run.run_id}, rules {run.meta.pack_id} {run.meta.pack_version}, as of {run.meta.as_of}",
        "坐标系 CRS": f"CGCS2000 3 度带，中央经线 120°E（{run.meta.crs}）\nCGCS2000, 3-degree zone, central meridian 120°E",
        "面积依据 Areas": f"登记面积 {basis['registered']} 宗，椭球面积 {basis['ellipsoidal']} 宗；1 公顷 = 15 亩\n"
        f"{basis['registered']} as registered, {basis['ellipsoidal']} ellipsoidal; 1 ha = 15 mu",
        "前期成本 Up-front cost": f"已填报 {costs} 宗，共 {len(plan.draft.lines)} 宗；合计只含已填报的\n"
        f"Stated for {costs} of {len(plan.draft.lines)} parcels; the total holds only these",
        "城镇开发边界 Development boundary": "边界内面积按筛查批次实测占比乘以计划面积；图层未覆盖的列为内外不明\n"
        "The measured share inside times the area of the plan; unknown where the layer does not cover the land",
        "用途归类 Classes of use": "TDGY_GYJH 各栏按 2023 年分类指南一级类归集，归集关系和住宅栏层级为本系统理解，待市局确认\n"
        "Gathered by the first level of the 2023 guide as this system understands it; for the bureau to confirm",
        "公式 Formulas": "合计为可重算公式，同时写入计算值，直接读取与重算结果一致\n"
        "Totals are live formulas with their values beside them; both say the same",
    }


def substitute(database: Database, run: RunHead) -> bool:
    """Tell whether a run stands on stand-in data."""
    store = LayerStore(database)
    return any(store.get(layer, name).release.substitute for layer, name in run.meta.releases.items() if name)
