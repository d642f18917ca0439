"""Drafting a year's supply plan from a stored pool, and storing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import shapely

from landgis.access.person import Person
from landgis.crs import WORKING
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.plans import PlanHead, PlanStore, StoredPlan, Version
from landgis.db.pools import PoolHead, PoolStore
from landgis.db.runs import RunStore
from landgis.domain.criteria import PlanTargets
from landgis.errors import NotReady
from landgis.plan.draft import Draft, draft, totals
from landgis.plan.inputs import LineInput
from landgis.plan.room import target_use
from landgis.services.planning.plan_grounds import grounds_of

USE = ["planned_use_code", "planned_use_zh"]
TOWN = ["town_code", "town_name"]


@dataclass(frozen=True)
class DraftedPlan:
    """A plan as stored, with the geometry of its lines and its totals.

    Attributes
    ----------
    head
        Id, year, pool.
    draft
        Lines, left-out and checks.
    changes
        What it changed as an adjustment (``frames.planned.CHANGES``).
    lines
        Lines with geometry (EPSG:4549).
    by_use, by_town
        Totals; the last row is the whole.
    target_use
        How far it keeps the year's targets (``frames.planned.TARGET_USE``).
    inputs
        What was stated of single parcels when it was drafted.
    """

    head: PlanHead
    draft: Draft
    changes: pd.DataFrame
    lines: gpd.GeoDataFrame
    by_use: pd.DataFrame
    by_town: pd.DataFrame
    target_use: pd.DataFrame
    inputs: Mapping[str, LineInput] = field(default_factory=dict)

    def basis_counts(self) -> dict[str, int]:
        """Count lines by area basis."""
        return {str(basis): int(count) for basis, count in self.draft.lines["area_basis"].value_counts().items()}


@dataclass(frozen=True)
class TriedPlan:
    """What drafting would give.

    Attributes
    ----------
    pool
        The build that lines are taken from.
    draft
        Lines, left-out and checks.
    target_use
        ``frames.planned.TARGET_USE``.
    """

    pool: PoolHead
    draft: Draft
    target_use: pd.DataFrame


def draft_plan(
    database: Database,
    person: Person,
    district: str,
    targets: PlanTargets,
    pool_id: str | None = None,
    inputs: Mapping[str, LineInput] | None = None,
    replaces: str | None = None,
) -> DraftedPlan:
    """Draft and store a plan of a district.

    Parameters
    ----------
    pool_id
        Pool to draw from; None: the newest of the district.
    inputs
        What the bureau states of single parcels.
    replaces
        The draft or returned version in whose place the new one is.

    Raises
    ------
    NotReady
        If the district has no pool.
    """
    tried = try_plan(database, district, targets, pool_id, inputs)
    plans = PlanStore(database)
    earlier = plans.head(replaces).plan_id if replaces else None
    version = Version(replaces=earlier, inputs=inputs or {})
    head = plans.save(tried.pool.pool_id, targets, tried.draft, person=person, version=version)
    return load_plan(database, head.plan_id, district)


def try_plan(
    database: Database,
    district: str,
    targets: PlanTargets,
    pool_id: str | None = None,
    inputs: Mapping[str, LineInput] | None = None,
) -> TriedPlan:
    """Draft a plan of a district and store nothing; parameters and errors as `draft_plan`."""
    pools = PoolStore(database)
    pool = pools.load(pool_id or newest_pool(pools, district).pool_id)
    members = pool.pool.members
    parcels = ParcelStore(database).current(pool.head.district)
    grounds = grounds_of(database, pool.head, members["parcel_id"].tolist(), inputs or {})
    drafted = draft(members, parcels, targets, grounds)
    return TriedPlan(pool.head, drafted, target_use(drafted.lines, targets))


def load_plan(database: Database, plan_id: str | None, district: str) -> DraftedPlan:
    """Return a stored plan; without an id the newest of the district.

    Raises
    ------
    NotFound, NotReady
        No such plan; no plan at all.
    """
    plans = PlanStore(database)
    head = plans.head(plan_id) if plan_id else plans.latest(district)
    if head is None:
        raise NotReady(
            f"{district} 还没有年度供应计划",
            f"{district} has no plan yet",
            next_zh="请先运行 landgis plan draft",
            next_en="Run landgis plan draft first",
        )
    return _with_totals(database, plans.load(head.plan_id))


def _with_totals(database: Database, stored: StoredPlan) -> DraftedPlan:
    lines = stored.draft.lines
    return DraftedPlan(
        stored.head,
        stored.draft,
        stored.changes,
        with_outlines(database, lines),
        totals(lines, USE),
        totals(lines, TOWN),
        target_use(lines, stored.head.targets),
        stored.inputs,
    )


def with_outlines(database: Database, lines: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give lines the outlines that the runs of their builds judged, whatever became of the parcels since."""
    runs, pools = RunStore(database), PoolStore(database)
    shapes: dict[str, shapely.Geometry] = {}
    for pool_id, some in lines.groupby("pool_id"):
        run = runs.versions(pools.head(str(pool_id)).run_id)
        parcels = ParcelStore(database).versions(run[run["parcel_id"].isin(some["parcel_id"])])
        shapes |= dict(zip(parcels["parcel_id"], parcels.geometry, strict=True))
    return gpd.GeoDataFrame(lines, geometry=[shapes[parcel_id] for parcel_id in lines["parcel_id"]], crs=WORKING)


def newest_pool(pools: PoolStore, district: str) -> PoolHead:
    """Return the newest pool of a district.

    Raises
    ------
    NotReady
        If it has none.
    """
    head = pools.latest(district)
    if head is None:
        raise NotReady(
            f"{district} 还没有储备项目库",
            f"{district} has no pool yet",
            next_zh="请先运行 landgis pool build",
            next_en="Run landgis pool build first",
        )
    return head


def plan_heads(database: Database, district: str | None) -> list[PlanHead]:
    """Return the versions of plans, the newest first."""
    return list(PlanStore(database).list(district))
