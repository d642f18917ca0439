"""A mid-year adjustment as a sheet to sign: the plan before and after it side by side, read back for faults."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from landgis.db.connect import Database
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.domain.planning import PlanStatus
from landgis.maps.checking import adjustment_faults
from landgis.maps.sheet.adjustment import AdjustmentSheet, PlanAdjustment, adjustment_sheet
from landgis.services.planning.draft_plan import DraftedPlan
from landgis.services.planning.draw import sheet_request
from landgis.services.planning.revise_plan import Adjustment
from landgis.services.planning.self_check import Checked


def draw_adjustment(
    database: Database,
    catalogue: Catalogue,
    made: Adjustment,
    drawn_on: date,
    prepared_by: str = "",
    *,
    drawn_by: str = "",
) -> Checked[AdjustmentSheet]:
    """Draw an adjustment (A3, PDF, true to scale) beside the plan that it adjusts, and read it back for faults.

    Parameters
    ----------
    made
        As ``revise_plan.load_adjustment`` returns it.
    drawn_by
        Name of the person who draws; it stands on every page.

    Raises
    ------
    InputError
        If either plan has no lines.
    ContractBroken
        If the stored table of changes does not tell the two versions apart.
    """
    sheet = adjustment_sheet(_request(database, catalogue, made, drawn_on, (prepared_by, drawn_by)))
    return Checked(sheet, adjustment_faults(sheet))


def _request(
    database: Database, catalogue: Catalogue, made: Adjustment, drawn_on: date, hands: tuple[str, str]
) -> PlanAdjustment:
    """Gather what the sheet shows: both versions upon the layers that the later one was judged on."""
    head, old = made.plan.head, made.before.head
    before, after = made.sides
    district = DISTRICTS[head.district]
    prepared_by, drawn_by = hands
    shared = sheet_request(
        database, catalogue, made.plan, drawn_on, prepared_by, head.plan_id, also=before.geometry, drawn_by=drawn_by
    )
    purpose = f" · {head.purpose}" if head.purpose else ""
    shared = replace(
        shared,
        title_zh=f"{district.name_zh}{head.year}年度农村集体经营性建设用地入市供应计划年中调整对照图",
        title_en=f"{district.name_en} {head.year}: mid-year adjustment",
        subtitle_zh=f"计划 {old.plan_id} → {head.plan_id}{purpose} · 储备项目库 {head.pool_id} · 筛查批次 {head.run_id}",
        lines=after,
    )
    adjusted = replace(shared, lines=before, totals_by_use=made.before.by_use, totals_by_town=made.before.by_town)
    return PlanAdjustment(adjusted, shared, made.table, _standing(made.before), _standing(made.plan))


def _standing(plan: DraftedPlan) -> str:
    """Number of a version, its day and where it stands."""
    head = plan.head
    return f"计划 {head.plan_id}（{head.created_at:%Y-%m-%d} 编制，现处“{PlanStatus(head.status).zh}”）"
