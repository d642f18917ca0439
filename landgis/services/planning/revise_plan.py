"""Adjusting the published plan of a year: a change set becomes a version of its own, which goes the whole way again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.plans import PlanHead, PlanStore, Version
from landgis.db.pools import PoolHead, PoolStore
from landgis.domain.planning import PlanStatus
from landgis.errors import Conflict, UsageError
from landgis.plan.before_after import change_table, sides_of_change
from landgis.plan.inputs import LineChange
from landgis.plan.revise import Published, Revised, revise
from landgis.services.planning.draft_plan import DraftedPlan, load_plan, newest_pool
from landgis.services.planning.plan_grounds import grounds_of


@dataclass(frozen=True)
class Adjustment:
    """An adjustment as stored.

    Attributes
    ----------
    plan, before
        The new version, and the plan that it adjusts.
    table
        ``frames.planned.CHANGE_TABLE``: before and after, parcel by parcel.
    sides
        Lines before and after with ``change`` and ``muted``, for two maps side by side (EPSG:4549).
    """

    plan: DraftedPlan
    before: DraftedPlan
    table: pd.DataFrame
    sides: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]


@dataclass(frozen=True)
class TriedRevision:
    """What an adjustment would give.

    Attributes
    ----------
    pool
        The build that comes in is taken from.
    before, lines_before
        The published plan and its lines (``frames.planned.LINES``).
    revised
        The new version and its change set.
    """

    pool: PoolHead
    before: PlanHead
    lines_before: pd.DataFrame
    revised: Revised


def revise_plan(
    database: Database,
    person: Person,
    plan_id: str,
    changes: Sequence[LineChange],
    *,
    purpose: str = "",
    replaces: str | None = None,
    pool_id: str | None = None,
) -> Adjustment:
    """Adjust a published plan and store the adjustment as a version that is being drafted.

    Parameters
    ----------
    plan_id
        The published plan.
    changes
        What comes in, goes out and changes, each with its reason.
    purpose
        What the adjustment is for.
    replaces
        An adjustment that was returned, in whose place this one is.
    pool_id
        Build that what comes in is taken from; None: the newest of the district.

    Raises
    ------
    UsageError
        If there is no change.
    Conflict, NotFound
        If the plan is not published; what `plan.revise.revise` does not take.
    """
    tried = try_revision(database, plan_id, changes, pool_id=pool_id)
    plans = PlanStore(database)
    earlier = plans.head(replaces).plan_id if replaces else None
    stated = {change.parcel_id: change.line for change in changes}
    version = Version(earlier, tried.before.plan_id, purpose, tried.revised.changes, stated)
    targets = tried.before.targets
    stored = plans.save(tried.pool.pool_id, targets, tried.revised.draft, person=person, version=version)
    return load_adjustment(database, stored.plan_id)


def try_revision(
    database: Database, plan_id: str, changes: Sequence[LineChange], *, pool_id: str | None = None
) -> TriedRevision:
    """Adjust a published plan and store nothing; parameters and errors as `revise_plan`."""
    plans, pools = PlanStore(database), PoolStore(database)
    published = plans.load(plan_id)
    head = published.head
    if not changes:
        raise UsageError(
            "没有任何调整", "There is no change", next_zh="请在文件中列出调整", next_en="List changes in the file"
        )
    if head.status != PlanStatus.PUBLISHED:
        raise Conflict(
            f"计划 {head.plan_id} 现处“{PlanStatus(head.status).zh}”，只有已公布的计划可以调整",
            f"Plan {head.plan_id} is {PlanStatus(head.status).en}: only what is published is adjusted",
            where=head.plan_id,
            next_zh="未公布的计划请退回后重新编制：landgis plan draft --replaces",
            next_en="What is not published is returned and drafted anew: landgis plan draft --replaces",
        )
    pool = pools.load(pool_id or newest_pool(pools, head.district).pool_id)
    members = pool.pool.members
    wanted = sorted({*members["parcel_id"], *published.draft.lines["parcel_id"]})
    revised = revise(
        Published(head.plan_id, published.draft.lines, published.draft.checks, head.targets.verdicts),
        changes,
        members,
        ParcelStore(database).current(head.district),
        grounds_of(database, pool.head, wanted, {}),
    )
    return TriedRevision(pool.head, head, published.draft.lines, revised)


def load_adjustment(database: Database, plan_id: str) -> Adjustment:
    """Return a stored adjustment beside the plan that it adjusts.

    Raises
    ------
    NotFound, UsageError
        No such plan; a plan that adjusts none.
    """
    plan = load_plan(database, plan_id, "")
    if plan.head.adjusts is None:
        raise UsageError(
            f"计划 {plan.head.plan_id} 不是年中调整",
            f"Plan {plan.head.plan_id} adjusts no other",
            where=plan.head.plan_id,
        )
    before = load_plan(database, plan.head.adjusts, "")
    table = change_table(before.draft.lines, plan.draft.lines, plan.changes)
    return Adjustment(plan, before, table, sides_of_change(before.lines, plan.lines, plan.changes))
