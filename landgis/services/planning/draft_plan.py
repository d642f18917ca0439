"""Drafting a year's supply plan from a stored pool, and storing it."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.plans import PlanHead, PlanStore
from landgis.db.pools import PoolHead, PoolStore
from landgis.db.runs import RunStore
from landgis.domain.criteria import PlanTargets
from landgis.errors import NotReady
from landgis.plan.draft import Draft, draft, totals

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
        Lines and left-out.
    lines
        Lines with geometry (EPSG:4549).
    by_use, by_town
        Totals; the last row is the whole.
    """

    head: PlanHead
    draft: Draft
    lines: gpd.GeoDataFrame
    by_use: pd.DataFrame
    by_town: pd.DataFrame

    def basis_counts(self) -> dict[str, int]:
        """Count lines by area basis."""
        return {str(basis): int(count) for basis, count in self.draft.lines["area_basis"].value_counts().items()}


def draft_plan(
    database: Database, person: Person, district: str, targets: PlanTargets, pool_id: str | None = None
) -> DraftedPlan:
    """Draft and store a plan of a district.

    Parameters
    ----------
    pool_id
        Pool to draw from; None: the newest of the district.

    Raises
    ------
    NotReady
        If the district has no pool.
    """
    pools = PoolStore(database)
    pool = pools.load(pool_id or _newest(pools, district).pool_id)
    parcels = ParcelStore(database).current(pool.head.district)
    drafted = draft(pool.pool.members, parcels, targets)
    head = PlanStore(database).save(pool.head.pool_id, targets, drafted, person=person)
    return _with_totals(database, head, drafted)


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
    stored = plans.load(head.plan_id)
    return _with_totals(database, stored.head, stored.draft)


def _with_totals(database: Database, head: PlanHead, drafted: Draft) -> DraftedPlan:
    """Lines get the outlines that the plan's run judged, whatever became of the parcels since."""
    parcels = ParcelStore(database).versions(RunStore(database).versions(head.run_id))
    shapes = dict(zip(parcels["parcel_id"], parcels.geometry, strict=True))
    lines = gpd.GeoDataFrame(
        drafted.lines, geometry=[shapes[parcel_id] for parcel_id in drafted.lines["parcel_id"]], crs=parcels.crs
    )
    return DraftedPlan(head, drafted, lines, totals(drafted.lines, USE), totals(drafted.lines, TOWN))


def _newest(pools: PoolStore, district: str) -> PoolHead:
    head = pools.latest(district)
    if head is None:
        raise NotReady(
            f"{district} 还没有储备项目库",
            f"{district} has no pool yet",
            next_zh="请先运行 landgis pool build",
            next_en="Run landgis pool build first",
        )
    return head
