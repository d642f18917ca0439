"""What is told beside a verdict: why the small conflicts are there, and how far the verdict can be doubted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from landgis.domain.outcome import Outcome, Scope
from landgis.domain.sliver import Cause
from landgis.frames.layer import LayerData
from landgis.frames.spec import rows_of
from landgis.rules.pack import RulePack
from landgis.screening.conflicts import conflicting
from landgis.screening.measure import Measured
from landgis.screening.slivers import LIMITS, Interest, causes, evidence, of_interest
from landgis.screening.stability import conflict_depths, stability

_TELLING = (Outcome.EXCLUDED, Outcome.UNKNOWN, Outcome.FLAGGED)
MOST_HITS = 5_000
"""A check of whole towns explains the smallest slivers only, and says how many it left: each takes some 5 ms."""
MOST_CONFLICTS = 20_000
"""So many parcels with conflicts are told how steady their verdict is, those with the least overlap first."""
_NAMED = ("parcel_id", "layer", "feature_id", "x", "y", "geometry")


@dataclass(frozen=True)
class Doubts:
    """What was found.

    Attributes
    ----------
    slivers, causes, depths, stability
        Frames of ``frames.slivers``: evidence, causes, depths of conflicts, verdicts at tolerances.
    unexplained
        Number of small or narrow hits that were not looked at, because there are more than `MOST_HITS`.
    unsounded
        Number of parcels whose verdict is told at tolerance 0 only: more than `MOST_CONFLICTS` have conflicts.
    """

    slivers: gpd.GeoDataFrame
    causes: pd.DataFrame
    depths: pd.DataFrame
    stability: pd.DataFrame
    unexplained: int
    unsounded: int


def doubts_about(
    parcels: gpd.GeoDataFrame,
    layers: Mapping[str, LayerData],
    measured: Measured,
    findings: pd.DataFrame,
    pack: RulePack,
    as_of: date,
    scope: Scope,
    interest: Interest | None = None,
) -> Doubts:
    """Say what may be doubted in a judgement, and why. No verdict changes.

    Parameters
    ----------
    parcels, layers, measured
        What was measured, in the working CRS.
    findings
        What was judged, with parcels that cannot be measured.
    pack, as_of, scope
        As judged.
    interest
        Which hits count as slivers; only hits of classes that are not simply clear are looked at, and of a great many
        only the smallest.
    """
    wanted = interest or Interest()
    slivers = of_interest(parcels, layers, conflicting(pack, as_of, _TELLING).hits(measured.hits), wanted)
    looked_at = slivers.nsmallest(MOST_HITS, "area_m2").sort_index()
    found = evidence(parcels, layers, looked_at, wanted)
    left = _deepest_left(conflicting(pack, as_of, {Outcome.EXCLUDED}).hits(measured.hits))
    sounded = measured.hits[~measured.hits["parcel_id"].isin(left)]
    depths = conflict_depths(parcels, layers, sounded, pack, as_of)
    verdicts = stability(pack, pd.DataFrame(parcels), measured, findings, depths, as_of, scope)
    told = verdicts[(verdicts["tolerance_m"] == 0) | ~verdicts["parcel_id"].isin(left)]
    return Doubts(found, causes(found), depths, told, len(slivers) - len(looked_at), len(left))


def _deepest_left(conflicts: pd.DataFrame) -> pd.Index:
    """Parcels beyond `MOST_CONFLICTS`: those with the most overlap, where a tolerance is the least likely to matter."""
    overlap = conflicts.groupby("parcel_id")["area_m2"].sum().sort_values(kind="stable")
    return overlap.index[MOST_CONFLICTS:]


def add_to(record: dict[str, Any], doubts: Doubts) -> None:
    """Put ``slivers`` and ``stability`` into the parcels of a record."""
    slivers = _by_parcel(doubts)
    verdicts: dict[str, list[tuple[float, str]]] = {}
    for row in rows_of(doubts.stability):
        verdicts.setdefault(str(row["parcel_id"]), []).append((float(row["tolerance_m"]), str(row["verdict"])))
    depths: dict[str, dict[str, Any]] = {}
    for row in rows_of(doubts.depths):
        depths.setdefault(str(row["parcel_id"]), {})[str(row["layer"])] = _plain(row["depth_m"])
    record["sliver_limits_since"] = LIMITS.since.isoformat()
    for parcel in record["parcels"]:
        parcel_id = parcel["parcel_id"]
        parcel["slivers"] = slivers.get(parcel_id, [])
        parcel["stability"] = _steadiness(sorted(verdicts[parcel_id]), depths.get(parcel_id, {}))


def _by_parcel(doubts: Doubts) -> dict[str, list[dict[str, Any]]]:
    table: dict[str, list[dict[str, Any]]] = {}
    for row, said in zip(rows_of(doubts.slivers), rows_of(doubts.causes), strict=True):
        entry = {
            "layer": row["layer"],
            "feature_id": row["feature_id"],
            "cause": said["cause"],
            "cause_zh": Cause(said["cause"]).zh,
            "place": [row["x"], row["y"]],
            "evidence": {name: _plain(value) for name, value in row.items() if name not in _NAMED},
            **{name: said[name] for name in ("message_zh", "message_en", "remedy_zh", "remedy_en")},
        }
        table.setdefault(str(row["parcel_id"]), []).append(entry)
    return table


def _steadiness(verdicts: list[tuple[float, str]], depths: dict[str, Any]) -> dict[str, Any]:
    """Verdicts by tolerance, the last tolerance before the first change, and the first that changes (None: none)."""
    tolerances, said = [list(column) for column in zip(*verdicts, strict=True)]
    change = next((at for at, verdict in enumerate(said) if verdict != said[0]), None)
    return {
        "verdicts": [
            {"tolerance_m": tolerance, "verdict": verdict} for tolerance, verdict in zip(tolerances, said, strict=True)
        ],
        "unchanged_up_to_m": tolerances[-1 if change is None else change - 1],
        "changes_at_m": None if change is None else tolerances[change],
        "depth_m": depths,
    }


def _plain(value: Any) -> Any:
    """Return a value that JSON knows; a number that is none, or beyond what was asked, is null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
