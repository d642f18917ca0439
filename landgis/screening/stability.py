"""Stability: how far borders would have to be doubted before a verdict changed.

At a tolerance t, a conflict that is nowhere wider than t (largest inscribed circle of the dissolved overlap) may be
noise of the border and is judged 待核 instead of 不符合. Nothing becomes 符合, and the verdict that counts is that at 0.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.domain.outcome import Outcome, Scope
from landgis.frames.layer import LayerData
from landgis.frames.slivers import DEPTHS, STABILITY
from landgis.overlay.cells import cells, polygonal, shifted
from landgis.rules.pack import Rule, RulePack
from landgis.screening.conflicts import conflicting
from landgis.screening.judge import findings_of, verdicts_of
from landgis.screening.measure import Measured
from landgis.screening.slivers.borders import Geometries
from landgis.screening.slivers.shape import deepest, mean_width_m

_SEAM_M = 0.01
TOLERANCES_M = (0.0, 0.05, 0.1, 0.5, 1.0, 2.0)


def conflict_depths(
    parcels: gpd.GeoDataFrame, layers: Mapping[str, LayerData], hits: pd.DataFrame, pack: RulePack, as_of: date
) -> pd.DataFrame:
    """Measure how deep the excluding conflicts are.

    Parameters
    ----------
    parcels, layers, hits
        As measured, in one projected CRS, metres.
    pack, as_of
        Which classes of which layers exclude.

    Returns
    -------
    pandas.DataFrame
        ``frames.slivers.DEPTHS``: per parcel and layer, overlapping features dissolved first. Depths above the largest
        tolerance are infinite: nobody asks how deep they are.
    """
    by_id = pd.Index(parcels["parcel_id"])
    shapes = np.asarray(parcels.geometry, dtype=object)
    depths = []
    for layer, found in conflicting(pack, as_of, {Outcome.EXCLUDED}).hits(hits).groupby("layer", sort=False):
        features = layers[str(layer)].features
        rows = pd.Index(features["feature_id"]).get_indexer(pd.Index(found["feature_id"]))
        mine = shapes[by_id.get_indexer(pd.Index(found["parcel_id"]))]
        pieces = _overlaps(mine, np.asarray(features.geometry, dtype=object)[rows])
        for parcel_id, of_parcel in found.groupby("parcel_id", sort=False).indices.items():
            depths.append((str(parcel_id), str(layer), _depth_m(pieces[of_parcel])))
    return pd.DataFrame(depths, columns=DEPTHS.names).astype({"parcel_id": "str", "layer": "str", "depth_m": "float64"})


def stability(
    pack: RulePack,
    facts: pd.DataFrame,
    measured: Measured,
    findings: pd.DataFrame,
    depths: pd.DataFrame,
    as_of: date,
    scope: Scope,
) -> pd.DataFrame:
    """Judge again at every tolerance. Pure: one more evaluation of the rules, however many tolerances.

    Parameters
    ----------
    pack, facts, measured, as_of, scope
        As judged.
    findings
        FindingFrame of that judgement (tolerance 0), with parcels that cannot be measured.
    depths
        From `conflict_depths`.

    Returns
    -------
    pandas.DataFrame
        ``frames.slivers.STABILITY``: one row per parcel and tolerance.
    """
    # A conflict deeper than the largest tolerance is noise at none: where all are, or there is none, nothing turns.
    shallow = set(depths.loc[depths["depth_m"] < TOLERANCES_M[-1], "layer"])
    if not shallow:
        return _stable(verdicts_of(findings))
    key = ["parcel_id", "rule_id"]
    doubted = findings_of(_doubting(pack, shallow), facts, measured, as_of, scope)
    table = findings[[*key, "outcome", "layer"]].merge(
        doubted[[*key, "outcome"]].rename(columns={"outcome": "doubted"}), on=key, how="left"
    )
    deep = table.merge(depths, on=["parcel_id", "layer"], how="left")["depth_m"].fillna(np.inf).to_numpy()
    may_turn = (table["outcome"] == Outcome.EXCLUDED).to_numpy() & table["doubted"].notna().to_numpy()
    verdicts = verdicts_of(table)
    turns = []
    for tolerance in TOLERANCES_M:
        noise = may_turn & (deep < tolerance)
        if not noise.any():  # nothing turns
            turns.append(verdicts.assign(tolerance_m=tolerance))
            continue
        outcome = table["outcome"].where(~noise, table["doubted"])
        touched = table["parcel_id"].isin(table.loc[noise, "parcel_id"])
        turned = verdicts_of(table[["parcel_id"]].assign(outcome=outcome)[touched])
        now = pd.concat([verdicts, turned]).drop_duplicates("parcel_id", keep="last")
        turns.append(now.assign(tolerance_m=tolerance))
    result = pd.concat(turns, ignore_index=True)[STABILITY.names]
    STABILITY.require(result)
    return result


def _stable(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return verdicts that are the same at every tolerance."""
    count = len(verdicts)
    result = verdicts.iloc[np.tile(np.arange(count), len(TOLERANCES_M))].reset_index(drop=True)
    result["tolerance_m"] = np.repeat(TOLERANCES_M, count)
    result = result[STABILITY.names]
    STABILITY.require(result)
    return result


def _overlaps(mine: Geometries, walls: Geometries) -> Geometries:
    """Intersect shapes pair by pair, each pair in coordinates near zero."""
    pieces = np.empty(len(mine), dtype=object)
    for members, origin in cells(mine):
        pieces[members] = shapely.intersection(shifted(mine[members], origin), shifted(walls[members], origin))
    return polygonal(pieces)


def _depth_m(pieces: Geometries) -> float:
    """Diameter of the largest circle in what walls cover of a parcel."""
    most = TOLERANCES_M[-1]
    if any(mean_width_m(piece) > most for piece in pieces if not piece.is_empty):
        return float("inf")
    whole = pieces[0] if len(pieces) == 1 else _seamless(shapely.union_all(pieces))
    return float("inf") if mean_width_m(whole) > most else deepest(whole)[0]


def _seamless(shape: BaseGeometry) -> BaseGeometry:
    """Close the hairs between neighbouring features: two narrow fields side by side are one wide conflict."""
    wider = shapely.buffer(shape, _SEAM_M / 2, join_style="mitre")
    closed = shapely.buffer(wider, -_SEAM_M / 2, join_style="mitre")
    return shapely.union(shape, closed)


def _doubting(pack: RulePack, layers: Collection[str]) -> RulePack:
    """Return the rules about some layers as if every conflict were noise of the border: 待核, never 符合."""

    def doubted(rule: Rule) -> Rule:
        values = tuple(
            replace(
                value,
                outcomes={
                    name: replace(row, outcome=Outcome.FLAGGED) if row.outcome is Outcome.EXCLUDED else row
                    for name, row in value.outcomes.items()
                },
            )
            for value in rule.values
        )
        return replace(rule, values=values)

    return replace(pack, rules=tuple(doubted(rule) for rule in pack.rules if rule.layer in layers), adjacency=())
