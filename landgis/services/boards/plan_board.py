"""The year's plan as a board: what would be planned, what is left out and why, and how the quotas stand, before it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.area import mu
from landgis.db.connect import Database
from landgis.db.plans import PlanHead
from landgis.db.pools import PoolStore
from landgis.db.runs import RunStore
from landgis.domain.criteria import PlanTargets
from landgis.domain.planning import PlanStatus
from landgis.domain.rival import Rival
from landgis.errors import Conflict, Overtaken
from landgis.frames.spec import rows_of
from landgis.plan.inputs import NOTHING, LineChange, LineInput
from landgis.plan.room import target_use
from landgis.services.planning.draft_plan import DraftedPlan, draft_plan, load_plan, plan_heads, try_plan
from landgis.services.planning.plan_forms import substitute
from landgis.services.planning.revise_plan import Adjustment, revise_plan, try_revision

HELD_BACK = "held_back"
"""Why a member was left out: the bureau holds it back."""
Row = dict[str, Any]


@dataclass(frozen=True)
class PlanBoard:
    """What the board shows.

    Attributes
    ----------
    plan
        The version that it began from; None: none yet.
    pool_id
        The build that lines are taken from.
    year
        Calendar year.
    lines
        Lines: parcel_id, town_name, planned_use_code, planned_use_zh, area_ha, area_mu, quarter, verdict, change ('' or
        what an adjustment does with it).
    left_out
        Members left out: parcel_id, reason, detail_zh, detail_en, held (whether the bureau holds it back).
    quotas
        ``frames.planned.TARGET_USE`` as rows.
    area_ha, area_mu
        Of all lines.
    inputs
        What is stated of single parcels, by parcel.
    substitute
        Whether the run behind the build stands on stand-in data.
    """

    plan: PlanHead | None
    pool_id: str
    year: int
    lines: list[Row]
    left_out: list[Row]
    quotas: list[Row]
    area_ha: Decimal
    area_mu: Decimal
    inputs: Mapping[str, LineInput]
    substitute: bool


def plan_board(database: Database, person: Person, plan_id: str | None, district: str) -> PlanBoard:
    """Open a stored version as a board; without an id the newest of the district.

    Raises
    ------
    NotAllowed, NotFound, NotReady
        By policy; no such plan; no plan at all.
    """
    person.require(Action.READ_PLANS)
    stored = load_plan(database, plan_id, district)
    rows = dict(zip(stored.changes["parcel_id"], stored.changes["change"], strict=True))
    return _board(
        database,
        stored.head,
        stored.head.pool_id,
        stored.head.targets,
        stored.draft.lines,
        stored.draft.left_out,
        rows,
        stored.inputs,
    )


def try_board(
    database: Database,
    person: Person,
    district: str,
    targets: PlanTargets,
    inputs: Mapping[str, LineInput],
    plan_id: str | None = None,
) -> PlanBoard:
    """Say what a plan would be with these targets and this stated of its parcels; nothing is stored.

    Raises
    ------
    NotAllowed, NotReady, Conflict
        By policy; no pool yet; another release of a layer speaks by now.
    """
    person.require(Action.DRAFT_PLAN)
    tried = try_plan(database, district, targets, inputs=inputs)
    head = load_plan(database, plan_id, district).head if plan_id else None
    return _board(database, head, tried.pool.pool_id, targets, tried.draft.lines, tried.draft.left_out, {}, inputs)


def save_board(
    database: Database,
    person: Person,
    district: str,
    targets: PlanTargets,
    inputs: Mapping[str, LineInput],
    began_from: str | None,
) -> DraftedPlan:
    """Store the board as a new version in the place of the one that it began from.

    Raises
    ------
    Overtaken
        If that version has been replaced or moved on meanwhile; it carries both sides parcel by parcel.
    NotAllowed, NotReady, Conflict
        As `draft_plan`.
    """
    person.require(Action.DRAFT_PLAN)
    if began_from is None:
        return draft_plan(database, person, district, targets, inputs=inputs)
    _require_newest(database, began_from, inputs)
    try:
        return draft_plan(database, person, district, targets, inputs=inputs, replaces=began_from)
    except Conflict:
        # Two versions in the place of one, in one moment: the database takes one of them.
        _require_newest(database, began_from, inputs)
        raise


def try_adjustment(database: Database, person: Person, plan_id: str, changes: Sequence[LineChange]) -> PlanBoard:
    """Say what an adjustment would make of a published plan; nothing is stored."""
    person.require(Action.DRAFT_PLAN)
    tried = try_revision(database, plan_id, changes)
    said = {change.parcel_id: change.change for change in changes}
    stated = {change.parcel_id: change.line for change in changes}
    lines, gone = tried.revised.draft.lines, tried.lines_before
    board = _board(
        database,
        tried.before,
        tried.pool.pool_id,
        tried.before.targets,
        lines,
        tried.revised.draft.left_out,
        said,
        stated,
    )
    out = [_line(row, "out") for row in rows_of(gone) if said.get(str(row["parcel_id"])) == "out"]
    return replace(board, lines=[*board.lines, *out])


def save_adjustment(
    database: Database, person: Person, plan_id: str, changes: Sequence[LineChange], purpose: str
) -> Adjustment:
    """Store an adjustment as a version that goes the whole way again; see `revise_plan`."""
    person.require(Action.DRAFT_PLAN)
    return revise_plan(database, person, plan_id, changes, purpose=purpose)


def _require_newest(database: Database, began_from: str, inputs: Mapping[str, LineInput]) -> None:
    """Refuse to build on a version in whose place another one stands, and put both side by side."""
    before = load_plan(database, began_from, "")
    heir = next((head for head in plan_heads(database, before.head.district) if head.replaces == began_from), None)
    status = PlanStatus(before.head.status)
    if heir is None and status in (PlanStatus.DRAFTING, PlanStatus.RETURNED):
        return
    theirs = load_plan(database, heir.plan_id, "") if heir else before
    by = heir.created_by if heir else before.head.created_by
    what_zh = f"已由{by}另存为 {heir.plan_id}" if heir else f"现处“{status.zh}”，不能再改"
    what_en = f"was replaced by {heir.plan_id} of {by}" if heir else f"is {status.en} and cannot be changed any more"
    raise Overtaken(
        f"计划 {began_from} {what_zh}，您的调整未保存",
        f"Plan {began_from} {what_en}; yours was not saved",
        rivals=tuple(_rivals(before.inputs, inputs, theirs.inputs)) if heir else (),
        where=began_from,
        next_zh="请对照后在新版本上重做需要的调整" if heir else "须修改的，请先退回该计划",
        next_en="Compare, and do again on the new version what is wanted"
        if heir
        else "Return the plan first to change it",
    )


def _rivals(
    seen: Mapping[str, LineInput], yours: Mapping[str, LineInput], theirs: Mapping[str, LineInput]
) -> list[Rival]:
    found = []
    for parcel_id in sorted({*seen, *yours, *theirs}):
        before, mine, other = (side.get(parcel_id, NOTHING).stated() for side in (seen, yours, theirs))
        for name in sorted({*before, *mine, *other}):
            values = [str(side.get(name, "")) for side in (before, mine, other)]
            if values[1] != values[2]:
                zh, en = _FIELDS[name]
                found.append(Rival(f"{parcel_id}.{name}", f"{parcel_id} {zh}", f"{parcel_id} {en}", *values))
    return found


_FIELDS = {
    "quarter": ("供应季度", "quarter"),
    "term_years": ("使用年限", "term in years"),
    "cost_yuan": ("前期成本（元）", "up-front cost (yuan)"),
    "project": ("项目类型", "project"),
    "intended": ("意向用地者数", "investors interested"),
    "buyer": ("受让人类型", "buyer"),
    "character_area": ("有风貌管控要求", "character controls"),
    "market_zh": ("市场情况", "market"),
    "investor_zh": ("招商情况", "investors"),
    "in_housing_plan": ("纳入住宅用地供应计划", "in the housing supply plan"),
    "hold_back": ("暂缓列入理由", "held back because"),
}


def _board(
    database: Database,
    plan: PlanHead | None,
    pool_id: str,
    targets: PlanTargets,
    lines: pd.DataFrame,
    left_out: pd.DataFrame,
    changes: Mapping[str, str],
    inputs: Mapping[str, LineInput],
) -> PlanBoard:
    area_ha = sum(lines["area_ha"], Decimal(0))
    stand_in = substitute(database, RunStore(database).head(PoolStore(database).head(pool_id).run_id))
    return PlanBoard(
        plan, pool_id, targets.year, [_line(row, changes.get(str(row["parcel_id"]), "")) for row in rows_of(lines)],
        [row | {"held": row["reason"] == HELD_BACK} for row in rows_of(left_out)], rows_of(target_use(lines, targets)),
        area_ha, mu(area_ha), inputs, stand_in,
    )  # fmt: skip


_SHOWN = (
    "parcel_id", "town_code", "town_name", "planned_use_code", "planned_use_zh", "area_ha", "area_mu", "quarter", "verdict",
    "open_points_zh",
)  # fmt: skip


def _line(row: Row, change: str) -> Row:
    return {name: row[name] for name in _SHOWN} | {"change": change}
