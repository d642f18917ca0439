"""What a draft stands on, for parcels that a build just let into the pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd

from landgis.domain.criteria import PoolCriteria
from landgis.domain.outcome import Outcome, Scope
from landgis.frames.pooled import STANDINGS
from landgis.plan.grounds import Grounds, inside_shares
from landgis.plan.inputs import LineInput
from landgis.plan.verdict_now import NewestVerdicts
from landgis.pool.build import Pool, build
from landgis.rules.reading.load import load_pack
from landgis.rules.reading.mode_tables import load_modes
from landgis.rules.reading.term_tables import load_terms
from landgis.screening.judge import judge
from landgis.screening.measure import measure
from tests.support.ground import AS_OF, clear_layers


def standings(members: pd.DataFrame, **others: str) -> pd.DataFrame:
    """Members as they stand after a build; ``others`` names those that stand otherwise."""
    rows = [
        (
            f"M{number:06d}", parcel_id, "project", others.get(parcel_id, "pooled"), 1, 1, "criteria_met", "", None, None,
            None, "guihua", datetime(2026, 7, 1, tzinfo=UTC),
        )
        for number, parcel_id in enumerate(members["parcel_id"], 1)
    ]  # fmt: skip
    kinds = STANDINGS.empty().dtypes.to_dict()
    return pd.DataFrame(rows, columns=STANDINGS.names).astype(kinds)


def pooled(
    frame: gpd.GeoDataFrame, inputs: Mapping[str, LineInput] | None = None, layers: object = None,
    criteria: PoolCriteria | None = None, district: str = "songjiang", **others: str,
) -> tuple[Pool, Grounds]:  # fmt: skip
    """Screen parcels, build a pool of them, and return it with what a draft stands on."""
    pack = load_pack(district)
    measured = measure(frame, layers or clear_layers(), pack.layers(Scope.FULL), AS_OF)
    judged = judge(pack, frame, measured, AS_OF, Scope.FULL)
    pool = build(frame, measured.areas, judged.verdicts, judged.findings, criteria or PoolCriteria())
    return pool, Grounds(
        standings(pool.members, **others),
        dict.fromkeys(frame["parcel_id"], 1),
        judged.findings,
        inside_shares(measured.overlaps, measured.coverage),
        load_modes(district),
        load_terms(district),
        AS_OF,
        NewestVerdicts("run-newest", told(judged.verdicts)),
        inputs or {},
    )


def told(verdicts: pd.DataFrame) -> dict[str, Outcome]:
    """What a run says, by parcel."""
    return {key: Outcome(verdict) for key, verdict in zip(verdicts["parcel_id"], verdicts["verdict"], strict=True)}


def knowing(grounds: Grounds, **inputs: LineInput) -> Grounds:
    """The same grounds with other statements."""
    return replace(grounds, inputs=inputs)
