"""What flipped verdicts leave to be done: for members of the pool, and for lines of the plans that count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from landgis.domain.outcome import Outcome
from landgis.domain.planning import PlanStatus
from landgis.domain.pooling import Standing
from landgis.domain.tasks import TaskKind, Todo
from landgis.frames.paired import PLANNED
from landgis.frames.pooled import STANDINGS
from landgis.frames.spec import rows_of

Words = tuple[str, str]
_FITS = (Outcome.CLEAR, Outcome.FLAGGED)
_FINDING: dict[Standing, Words] = {
    Standing.LEAD: ("线索仍不能入库", "the lead cannot enter yet"),
    Standing.POOLED: ("下次建库将退出", "the next build withdraws it"),
    Standing.PLANNED: ("须先调整计划，方能退出", "it leaves only after the plan is adjusted"),
    Standing.UNDER_WAY: ("正在办理入市，须立即复核", "its procedure is under way: look at it at once"),
    Standing.SUPPLIED: ("已供地，须复核备查", "it is supplied already: look into it for the record"),
}
"""What follows where the verdict no longer lets a member in."""


@dataclass(frozen=True)
class Flipped:
    """A parcel whose verdict is another, or that is screened no more (``after`` None); told in a sentence."""

    parcel_id: str
    after: Outcome | None
    zh: str
    en: str


def gone(parcel_id: str) -> Flipped:
    """Return a parcel that is screened no more."""
    return Flipped(
        parcel_id, None, f"地块 {parcel_id} 不再筛查（分割、合并、注销或移出本区）",
        f"Parcel {parcel_id} is screened no more (split, merged, struck off, or of another district)",
    )  # fmt: skip


def todos(standings: pd.DataFrame, planned: pd.DataFrame, flipped: Iterable[Flipped]) -> list[Todo]:
    """Say what is to be looked at anew.

    Parameters
    ----------
    standings
        ``frames.pooled.STANDINGS`` of the district, now.
    planned
        ``frames.paired.PLANNED``: lines of the plans that count.
    flipped
        Parcels whose verdict is another.

    Returns
    -------
    list of Todo
        By parcel: its member first, then its lines; parcels that nobody holds and no plan names leave nothing to do.
    """
    STANDINGS.require(standings)
    PLANNED.require(planned)
    alive = {row["parcel_id"]: row for row in rows_of(standings[standings["standing"] != Standing.WITHDRAWN])}
    lines: dict[str, list[dict[str, object]]] = {}
    for row in rows_of(planned):
        lines.setdefault(row["parcel_id"], []).append(row)
    found = []
    for one in sorted(flipped, key=lambda one: one.parcel_id):
        member = alive.get(one.parcel_id)
        if member is not None:
            zh, en = _for_member(Standing(member["standing"]), one.after)
            found.append(_todo(TaskKind.MEMBER, one, member["member_id"], None, (zh, en)))
        for line in lines.get(one.parcel_id, ()):
            told = _for_line(str(line["plan_id"]), PlanStatus(str(line["status"])), one.after)
            found.append(
                _todo(TaskKind.PLAN_LINE, one, member["member_id"] if member else None, str(line["plan_id"]), told)
            )
    return found


def _todo(kind: TaskKind, one: Flipped, member_id: str | None, plan_id: str | None, follows: Words) -> Todo:
    return Todo(kind, one.parcel_id, member_id, plan_id, f"{one.zh}。{follows[0]}", f"{one.en}. {follows[1]}")


def _for_member(standing: Standing, after: Outcome | None) -> Words:
    if after not in _FITS:
        zh, en = _FINDING[standing]
    elif standing is Standing.LEAD:
        zh, en = "下次建库可以入库", "the next build may let it in"
    else:
        zh, en = "按入库条件仍可在库，复核待办事项", "it may stay as far as the verdict goes: look at its open points"
    return f"在库状态“{standing.zh}”：{zh}", f"Stands as {standing.en}: {en}"


def _for_line(plan_id: str, status: PlanStatus, after: Outcome | None) -> Words:
    if after in _FITS:
        follows = "仍可列入，复核该行说明", "it may stay on the plan: look at its line"
    elif status is PlanStatus.PUBLISHED:
        follows = "须编制年中调整", "the plan is to be adjusted"
    else:
        follows = "须退回重编", "the plan is to be returned and drafted anew"
    return f"计划 {plan_id}（{status.zh}）：{follows[0]}", f"Plan {plan_id} ({status.en}): {follows[1]}"
