"""Building a candidate pool from a stored run, and storing it."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.memberships import MembershipStore
from landgis.db.parcels import ParcelStore
from landgis.db.pools import PoolHead, PoolStore
from landgis.db.runs import RunHead, RunStore, StoredRun
from landgis.domain.criteria import PoolCriteria
from landgis.errors import Conflict
from landgis.pool.build import Pool, Taken, build
from landgis.pool.moving import Moved, given_up, moves_of
from landgis.services.law.entered import entered
from landgis.services.register.inventory import newest_run
from landgis.services.runs.since_run import changed_since
from landgis.services.runs.verdicts_now import require_speaking


@dataclass(frozen=True)
class BuiltPool:
    """A build as stored, the run that it rests on, and what it changed in the pool."""

    head: PoolHead
    run: RunHead
    pool: Pool
    moved: Moved

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
        If parcels or releases changed since the run, or the run is a preview or looks back; or somebody else changed the
        pool meanwhile.
    """
    runs = RunStore(database)
    run = runs.load(run_id or newest_run(database, district).run_id)
    _require_final(run)
    parcels = ParcelStore(database).current(run.head.meta.district)
    _require_unchanged(parcels, run)
    require_speaking(database, run.head, run.head.meta.as_of)
    pool, moved = proposed(database, run, parcels, criteria)
    head = PoolStore(database).save(run.head.run_id, criteria, pool, moved.moves, person=person)
    return BuiltPool(head, run.head, pool, moved)


def proposed(
    database: Database, run: StoredRun, parcels: gpd.GeoDataFrame, criteria: PoolCriteria
) -> tuple[Pool, Moved]:
    """Say what a build from a run would hold, and what it would change in the pool as it stands now; nothing is stored.

    Parameters
    ----------
    parcels
        ParcelFrame of the parcels that the run judged, as it judged them.
    """
    members, district, judged = MembershipStore(database), run.head.meta.district, run.judged
    standings = members.standings(district)
    taken = Taken(members.holders(district), entered(database).all, given_up(standings))
    pool = build(parcels, run.measured.areas, judged.verdicts, judged.findings, criteria, taken)
    versions = dict(zip(run.versions["parcel_id"], run.versions["version"], strict=True))
    return pool, moves_of(pool, standings, versions)


def _require_final(run: StoredRun) -> None:
    """A pool stands on what is in force, as it is known now; the database holds this for every client."""
    meta = run.head.meta
    if not meta.final:
        raise Conflict(
            f"筛查批次 {run.head.run_id} 不能据此建库：{meta.caution[0]}",
            f"No pool can be built from run {run.head.run_id}: {meta.caution[1]}",
            where=run.head.run_id,
            next_zh="请以生效图层重新运行 landgis screen",
            next_en="Run landgis screen on what is in force",
        )


def _require_unchanged(parcels: pd.DataFrame, run: StoredRun) -> None:
    """A pool stands on verdicts about parcels as they are, not as they were."""
    changed = changed_since(parcels, run.versions)
    if changed:
        run_id, as_of = run.head.run_id, run.head.meta.as_of
        raise Conflict(
            f"筛查批次 {run_id}（截至 {as_of}）之后有 {len(changed)} 宗地块新增、变更或终止，如 {changed[0]}",
            f"{len(changed)} parcels were added, changed or ended since run {run_id} (as of {as_of}), e.g. {changed[0]}",
            where=run_id,
            next_zh="请以不早于变更生效日的日期重新运行 landgis screen 再建库",
            next_en="Run landgis screen again, as of a day not before the change, then build the pool",
        )
