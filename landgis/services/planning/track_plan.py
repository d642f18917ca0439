"""Plan against actual: noting milestones, and holding the published plan of a year against them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.memberships import MembershipStore
from landgis.db.milestones import MilestoneStore
from landgis.db.plan_steps import PlanWay
from landgis.db.plans import PlanHead, PlanStore
from landgis.domain.district import BEIJING
from landgis.domain.planning import Milestone
from landgis.domain.pooling import Standing
from landgis.errors import NotReady
from landgis.plan.draft import standing_by_parcel
from landgis.plan.durations import Durations
from landgis.plan.progress import progress_of
from landgis.plan.quarterly import quarterly


@dataclass(frozen=True)
class PlanProgress:
    """A published plan on a day.

    Attributes
    ----------
    plan, as_of
        Which, and the day that counts.
    lines
        ``frames.planned.PROGRESS``.
    quarters
        Sums for the quarterly report; see ``plan.quarterly``.
    caution
        What must be said beside the forecasts; None: nothing.
    """

    plan: PlanHead
    as_of: date
    lines: pd.DataFrame
    quarters: list[dict[str, Any]]
    caution: tuple[str, str] | None


def state_milestone(
    database: Database, person: Person, parcel_id: str, milestone: Milestone, state: str, on_date: date, note: str = ""
) -> str:
    """Note a milestone of a planned parcel; return the membership that it is noted of."""
    return MilestoneStore(database).state(parcel_id, milestone, state, on_date, person=person, note=note)


def plan_progress(database: Database, district: str, year: int, durations: Durations, as_of: date) -> PlanProgress:
    """Hold the published plan of a year against what was done.

    Raises
    ------
    NotReady
        If no plan of the year is published.
    """
    plans = PlanStore(database)
    head = plans.published(district, year)
    if head is None:
        raise NotReady(
            f"{district} {year} 年度计划尚未公布",
            f"No plan of {year} is published for {district}",
            next_zh="请先公布：landgis plan publish",
            next_en="Publish it first: landgis plan publish",
        )
    lines = plans.load(head.plan_id).draft.lines
    stands = standing_by_parcel(MembershipStore(database).standings(head.district))
    table = progress_of(
        lines,
        MilestoneStore(database).of(lines["parcel_id"].tolist()),
        {parcel_id: Standing(row["standing"]) for parcel_id, row in stands.items()},
        durations,
        year,
        _start(database, plans, head),
        as_of,
    )
    return PlanProgress(head, as_of, table, quarterly(table), durations.caution)


def _start(database: Database, plans: PlanStore, head: PlanHead) -> date:
    """Return the day on which the first version of the plan was published: an adjustment does not begin anew."""
    while head.adjusts:
        head = plans.head(head.adjusts)
    published = PlanWay(database).published_at(head.plan_id)
    if published is None:
        raise NotReady(f"计划 {head.plan_id} 尚未公布", f"Plan {head.plan_id} is not published", where=head.plan_id)
    return max(published.astimezone(BEIJING).date(), date(head.year, 1, 1))
