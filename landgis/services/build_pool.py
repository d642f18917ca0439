"""Building a candidate pool from a stored run, and storing it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.pools import PoolHead, PoolStore
from landgis.db.runs import RunStore
from landgis.domain.criteria import PoolCriteria
from landgis.errors import Conflict
from landgis.pool.build import Pool, build
from landgis.services.inventory import newest_run


@dataclass(frozen=True)
class BuiltPool:
    """A pool as stored."""

    head: PoolHead
    pool: Pool

    def reasons(self) -> dict[str, int]:
        """Count the left-out by reason."""
        return {str(reason): int(count) for reason, count in self.pool.left_out["reason"].value_counts().items()}


def build_pool(
    database: Database, person: Person, district: str, criteria: PoolCriteria, run_id: str | None = None
) -> BuiltPool:
    """Build and store a pool of a district.

    Parameters
    ----------
    district
        ``songjiang`` or ``chongming``.
    run_id
        Run to build from; None: the newest of the district.

    Raises
    ------
    NotReady
        If the district was never screened.
    Conflict
        If parcels changed since the run.
    """
    runs = RunStore(database)
    run = runs.load(run_id or newest_run(database, district).run_id)
    parcels = ParcelStore(database).current(run.head.meta.district)
    _require_unchanged(parcels, run.versions, run.head.run_id)
    judged = run.judged
    pool = build(parcels, run.measured.areas, judged.verdicts, judged.findings, criteria)
    head = PoolStore(database).save(run.head.run_id, criteria, pool, person=person)
    return BuiltPool(head, pool)


def _require_unchanged(parcels: pd.DataFrame, versions: pd.DataFrame, run_id: str) -> None:
    """A pool stands on verdicts about parcels as they are, not as they were."""
    now = parcels[["parcel_id", "version"]].merge(versions, on="parcel_id", how="outer", suffixes=("_now", "_run"))
    changed = now[now["version_now"].ne(now["version_run"])]
    if len(changed):
        raise Conflict(
            f"筛查批次 {run_id} 之后有 {len(changed)} 宗地块新增或变更，如 {changed['parcel_id'].iloc[0]}",
            f"{len(changed)} parcels were added or changed since run {run_id}, e.g. {changed['parcel_id'].iloc[0]}",
            where=run_id,
            next_zh="请重新运行 landgis screen 再建库",
            next_en="Run landgis screen again, then build the pool",
        )
