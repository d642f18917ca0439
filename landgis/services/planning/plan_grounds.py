"""Gathering what the lines of a plan stand on: standings, the run of a build, the tables of the district, what is stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from landgis.db.connect import Database
from landgis.db.memberships import MembershipStore
from landgis.db.parcels import ParcelStore
from landgis.db.pools import PoolHead, PoolStore
from landgis.db.runs import RunStore
from landgis.plan.grounds import Grounds, inside_shares
from landgis.plan.inputs import LineInput
from landgis.plan.verdict_now import NewestVerdicts
from landgis.rules.reading.mode_tables import load_modes
from landgis.rules.reading.term_tables import load_terms
from landgis.services.register.inventory import newest_run
from landgis.services.runs.verdicts_now import require_speaking, verdicts_now


def grounds_of(
    database: Database, pool: PoolHead, parcel_ids: Sequence[str], inputs: Mapping[str, LineInput]
) -> Grounds:
    """Gather the grounds for some members of a build."""
    run = RunStore(database).part(pool.run_id, parcel_ids)
    return Grounds(
        standings=MembershipStore(database).standings(pool.district),
        versions=dict(zip(run.versions["parcel_id"], run.versions["version"], strict=True)),
        findings=run.judged.findings,
        inside=inside_shares(run.measured.overlaps, run.measured.coverage),
        modes=load_modes(pool.district),
        terms=load_terms(pool.district),
        as_of=run.head.meta.as_of,
        newest=newest_of(database, pool.district),
        inputs=inputs,
    )


def newest_of(
    database: Database, district: str, on: date | None = None, *, today: date | None = None
) -> NewestVerdicts:
    """Return what the newest final run of a district says of its parcels as they stand now.

    Parameters
    ----------
    on
        The day on which its layers must still speak; None: the run's own day.
    today
        A later day on which no other release may speak; None: not asked.

    Raises
    ------
    NotReady
        If the district was never screened.
    Conflict
        If another release of a layer speaks by now.
    """
    run = newest_run(database, district)
    require_speaking(database, run, on or run.meta.as_of, today=today)
    return NewestVerdicts(run.run_id, verdicts_now(database, run, ParcelStore(database).current(district)))


def versions_of_lines(database: Database, lines: pd.DataFrame) -> dict[str, int]:
    """Return the version of every line's parcel that the run of its build measured."""
    versions: dict[str, int] = {}
    for pool_id, some in lines.groupby("pool_id"):
        run = RunStore(database).versions(PoolStore(database).head(str(pool_id)).run_id)
        of_run = dict(zip(run["parcel_id"], run["version"], strict=True))
        versions |= {str(parcel_id): int(of_run[parcel_id]) for parcel_id in some["parcel_id"]}
    return versions
