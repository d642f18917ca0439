"""Taking a plan on its way: to the towns, to the district government, approved, published; or back to its author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.memberships import MembershipStore
from landgis.db.plan_steps import PlanStep, PlanWay
from landgis.db.plans import PlanHead, PlanStore
from landgis.domain.planning import NEXT, PlanStatus
from landgis.errors import Conflict
from landgis.plan.publishing import publication
from landgis.services.planning.plan_grounds import newest_of, versions_of_lines

_SUBMITTING = (PlanStatus.TOWN_CONSULTATION, PlanStatus.GOVERNMENT_REVIEW)


@dataclass(frozen=True)
class MovedPlan:
    """A plan after a step, its whole way, and how many members of the pool moved with it."""

    head: PlanHead
    steps: Sequence[PlanStep]
    moved: int = 0


def submit_plan(database: Database, person: Person, plan_id: str, note: str = "") -> MovedPlan:
    """Take a draft to the towns, and what was with the towns before the district government.

    Raises
    ------
    NotFound, NotAllowed
        No such plan; by policy.
    Conflict
        If it stands elsewhere.
    """
    head = PlanStore(database).head(plan_id)
    onward = next((to for to in NEXT[PlanStatus(head.status)] if to in _SUBMITTING), None)
    if onward is None:
        raise Conflict(
            f"计划 {head.plan_id} 现处“{PlanStatus(head.status).zh}”，不在送审环节",
            f"Plan {head.plan_id} is {PlanStatus(head.status).en}: there is nothing to submit",
            where=head.plan_id,
            next_zh=f"请用 landgis plan show {head.plan_id} 查看所处环节",
            next_en=f"See where it stands with landgis plan show {head.plan_id}",
        )
    return _take(database, person, head, onward, note=note)


def return_plan(database: Database, person: Person, plan_id: str, note: str) -> MovedPlan:
    """Send a plan back, saying why; it is drafted anew as another version."""
    return _take(database, person, PlanStore(database).head(plan_id), PlanStatus.RETURNED, note=note)


def approve_plan(database: Database, person: Person, plan_id: str, document: str, note: str = "") -> MovedPlan:
    """Note that the district government considered a plan, and report it; by a reviewer who did not draft it."""
    head = PlanStore(database).head(plan_id)
    return _take(database, person, head, PlanStatus.REPORTED, document=document, note=note)


def publish_plan(
    database: Database, person: Person, plan_id: str, document: str, note: str = "", *, on: date, today: date
) -> MovedPlan:
    """Publish a plan, or the adjustment of one, and move its parcels in the pool with it, all or nothing.

    Parameters
    ----------
    on
        The day of publication: the layers that the newest run judged by must still speak on it.
    today
        The day on which this is done: no other release of those layers may speak by then, whatever ``on`` says.

    Raises
    ------
    Conflict
        If a parcel does not stand where it must, or the newest run does not let it onto the plan any more; if a layer
        changed since that run; if a plan of the year is published that this one does not adjust; if land is in the list of
        other supply too.
    """
    plans = PlanStore(database)
    head = plans.head(plan_id)
    lines = plans.load(head.plan_id).draft.lines
    adjusted = plans.load(head.adjusts).draft.lines if head.adjusts else lines.iloc[:0]
    standings = MembershipStore(database).standings(head.district)
    newest = newest_of(database, head.district, on, today=today)
    moves = publication(lines, adjusted, standings, versions_of_lines(database, lines), newest, head.targets.verdicts)
    _require_unhindered(head, moves.hindered)
    return _take(database, person, head, PlanStatus.PUBLISHED, document=document, note=note, moves=moves.moves)


def plan_way(database: Database, plan_id: str) -> Sequence[PlanStep]:
    """Return the steps that a plan took."""
    return PlanWay(database).steps(PlanStore(database).head(plan_id).plan_id)


def _take(
    database: Database, person: Person, head: PlanHead, to: PlanStatus, *, document: str = "", note: str = "",
    moves: pd.DataFrame | None = None,
) -> MovedPlan:  # fmt: skip
    way = PlanWay(database)
    way.take(head, to, person=person, document=document, note=note, moves=moves)
    moved = 0 if moves is None else len(moves)
    return MovedPlan(PlanStore(database).head(head.plan_id), way.steps(head.plan_id), moved)


def _require_unhindered(head: PlanHead, hindered: Sequence[tuple[str, str, str]]) -> None:
    if not hindered:
        return
    parcel_id, zh, en = hindered[0]
    more = len(hindered) - 1
    raise Conflict(
        f"计划 {head.plan_id} 的地块 {parcel_id} {zh}，不能公布{f'；另有 {more} 宗' if more else ''}",
        f"Parcel {parcel_id} of plan {head.plan_id} {en}: it cannot be published{f'; and {more} more' if more else ''}",
        where=parcel_id,
        next_zh=f"请退回后重新编制：landgis plan return {head.plan_id} --reason …，landgis plan draft --replaces {head.plan_id}",
        next_en=f"Return and draft anew: landgis plan return {head.plan_id} --reason …, then plan draft --replaces {head.plan_id}",
    )
