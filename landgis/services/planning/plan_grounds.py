"""Gathering what the lines of a plan stand on: standings, the run of a build, the tables of the district, what is stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from landgis.db.connect import Database
from landgis.db.memberships import MembershipStore
from landgis.db.pools import PoolHead, PoolStore
from landgis.db.runs import RunStore
from landgis.plan.grounds import Grounds, inside_shares
from landgis.plan.inputs import LineInput
from landgis.rules.reading.mode_tables import load_modes
from landgis.rules.reading.term_tables import load_terms


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
        inputs=inputs,
    )


def versions_of_lines(database: Database, lines: pd.DataFrame) -> dict[str, int]:
    """Return the version of every line's parcel that the run of its build measured."""
    versions: dict[str, int] = {}
    for pool_id, some in lines.groupby("pool_id"):
        run = RunStore(database).versions(PoolStore(database).head(str(pool_id)).run_id)
        of_run = dict(zip(run["parcel_id"], run["version"], strict=True))
        versions |= {str(parcel_id): int(of_run[parcel_id]) for parcel_id in some["parcel_id"]}
    return versions
