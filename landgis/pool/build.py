"""Building a pool from verdicts and criteria: every parcel is in it or is told why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.area import FLOOR_M2
from landgis.domain.criteria import PoolCriteria
from landgis.domain.outcome import Outcome
from landgis.domain.pooling import MoveReason, Standing
from landgis.frames.planned_use import planned_use_codes
from landgis.frames.pooled import POOL_LEFT_OUT, POOL_MEMBERS
from landgis.overlay import LayerIndex

_TAKEN = (Standing.UNDER_WAY, Standing.SUPPLIED)
"""How members stand that are candidates no more: their ground is dealt with already."""


@dataclass(frozen=True)
class Taken:
    """What the register and the pool know of before a build.

    Attributes
    ----------
    holders
        Members that hold ground: parcel_id, standing (``domain.pooling``), and the outline that each stands for, in the
        CRS of the parcels; None: nobody yet.
    entered
        Parcels that entered the market already (已入市).
    given_up
        Parcels that a person took out of the pool, and why: no build brings them back before somebody keeps them as leads.
    """

    holders: gpd.GeoDataFrame | None = None
    entered: frozenset[str] = frozenset()
    given_up: Mapping[str, MoveReason] = field(default_factory=dict)

    @property
    def standings(self) -> dict[str, Standing]:
        """How the parcel of every holder stands."""
        if self.holders is None:
            return {}
        ids, standings = self.holders["parcel_id"], self.holders["standing"]
        return {str(key): Standing(value) for key, value in zip(ids, standings, strict=True)}


@dataclass(frozen=True)
class Pool:
    """Frames of ``frames.pooled``: members in rank order, and the left-out in id order."""

    members: pd.DataFrame
    left_out: pd.DataFrame


def build(
    parcels: gpd.GeoDataFrame,
    areas: pd.DataFrame,
    verdicts: pd.DataFrame,
    findings: pd.DataFrame,
    criteria: PoolCriteria,
    taken: Taken | None = None,
) -> Pool:
    """Decide for every parcel whether it enters the pool.

    Parameters
    ----------
    parcels
        ParcelFrame in the working CRS.
    areas, verdicts, findings
        Frames of one screening run over the same parcels.
    criteria
        What the bureau asks.
    taken
        Who stands in the pool already, and who entered the market; None: nobody.

    Returns
    -------
    Pool
        Members ranked clear before flagged, then by more ready facts, larger area, lower id. Of two candidates over
        the same ground (overlap above the signed tolerance, at least the kernel's floor) who holds it already stays, else
        the lower id enters.
    """
    taken = taken or Taken()
    table = _candidates(parcels, areas, verdicts, findings)
    table["reason"] = ""
    table["detail_zh"] = ""
    table["detail_en"] = ""
    _leave_out_by_criteria(table, criteria)
    _leave_out_taken(table, taken)
    _leave_out_overlapping(table, parcels, taken, criteria.overlap_tolerance_m2)
    members = table[table["reason"] == ""].sort_values(
        ["severity", "ready", "area_m2", "parcel_id"], ascending=[True, False, False, True], kind="stable"
    )
    members = members.assign(rank=np.arange(1, len(members) + 1))[POOL_MEMBERS.names].reset_index(drop=True)
    left_out = table.loc[table["reason"] != "", POOL_LEFT_OUT.names].sort_values("parcel_id").reset_index(drop=True)
    POOL_MEMBERS.require(members)
    POOL_LEFT_OUT.require(left_out)
    return Pool(members, left_out)


def _candidates(
    parcels: gpd.GeoDataFrame, areas: pd.DataFrame, verdicts: pd.DataFrame, findings: pd.DataFrame
) -> pd.DataFrame:
    table = pd.DataFrame(parcels.drop(columns=parcels.geometry.name))
    table = table.merge(verdicts, on="parcel_id", validate="1:1").merge(areas, on="parcel_id", validate="1:1")
    certified = table["registered_m2"].notna() & (table["registered_m2"] > 0)
    table["area_m2"] = table["registered_m2"].where(certified, table["ellipsoidal_m2"])
    table["area_basis"] = np.where(certified, "registered", "ellipsoidal")
    table["severity"] = table["verdict"].map(lambda verdict: Outcome(verdict).severity)
    ready = table[["road", "water_supply", "power", "levelled", "facilities_mature", "owner_willing"]]
    table["ready"] = ready.astype("boolean").fillna(False).sum(axis=1).astype("int64")
    for language in ("zh", "en"):
        points = _open_points(findings, language)
        table[f"open_points_{language}"] = [points.get(parcel_id, "") for parcel_id in table["parcel_id"]]
    return table.astype({"open_points_zh": "str", "open_points_en": "str", "area_basis": "str"})


def _open_points(findings: pd.DataFrame, language: str) -> dict[str, str]:
    """Parcel id → messages of the findings that are not clear, worst first, joined."""
    open_ = findings[~findings["outcome"].isin([Outcome.CLEAR, Outcome.NOT_ASKED])]
    severity = open_["outcome"].map(lambda outcome: -Outcome(outcome).severity)
    ordered = open_.assign(severity=severity).sort_values("severity", kind="stable")
    joint = "；" if language == "zh" else "; "
    joined: dict[str, str] = {}
    for parcel_id, message in zip(ordered["parcel_id"], ordered[f"message_{language}"], strict=True):
        joined[parcel_id] = f"{joined[parcel_id]}{joint}{message}" if parcel_id in joined else message
    return joined


def _leave_out_by_criteria(table: pd.DataFrame, criteria: PoolCriteria) -> None:
    """Write the first reason that applies."""
    allowed = {str(verdict) for verdict in criteria.verdicts} - {Outcome.EXCLUDED, Outcome.UNKNOWN}
    unwanted = ~table["verdict"].isin(allowed)
    for verdict in table.loc[unwanted, "verdict"].unique():
        rows = unwanted & (table["verdict"] == verdict)
        table.loc[rows, "reason"] = f"verdict_{verdict}"
        table.loc[rows, "detail_zh"] = f"{Outcome(verdict).zh}：" + table.loc[rows, "open_points_zh"]
        table.loc[rows, "detail_en"] = f"{verdict}: " + table.loc[rows, "open_points_en"]
    small = table["area_m2"] < criteria.min_area_m2
    _mark(
        table, small, "too_small", f"面积小于 {criteria.min_area_m2:g} ㎡", f"smaller than {criteria.min_area_m2:g} m²"
    )
    if criteria.towns:
        elsewhere = ~table["town_code"].isin(criteria.towns)
        _mark(table, elsewhere, "town_not_wanted", "不在所选镇（街道）", "not in a town asked for")
    if criteria.planned_uses:
        code = planned_use_codes(table).fillna("")
        other = ~code.map(lambda text: text.startswith(criteria.planned_uses)).astype(bool)
        _mark(table, other, "use_not_wanted", "规划用途不在所选范围", "planned use not asked for")


def _leave_out_taken(table: pd.DataFrame, taken: Taken) -> None:
    """Leave out what is dealt with already."""
    _mark(table, table["parcel_id"].isin(taken.entered), "entered", "登记为已入市", "on record as entered")
    for parcel_id, reason in taken.given_up.items():
        rows = table["parcel_id"] == parcel_id
        zh = f"已由人办理退出（{reason.zh}）；再入库须先登记为线索"
        _mark(
            table, rows, "given_up", zh, f"taken out by a person ({reason.en}); to enter again it must be a lead first"
        )
    standings = table["parcel_id"].map(taken.standings)
    for standing in _TAKEN:
        words = f"在库状态为“{standing.zh}”", f"stands in the pool as {standing.en}"
        _mark(table, standings == standing, str(standing), *words)


def _leave_out_overlapping(table: pd.DataFrame, parcels: gpd.GeoDataFrame, taken: Taken, tolerance_m2: float) -> None:
    """Of two candidates over the same ground, keep who holds it already, else the lower id."""
    ids, shapes, settled = _in_order_of_claim(table, parcels, taken)
    pairs = LayerIndex.build(shapes).measure(shapes).pairs
    double = (pairs.position < pairs.parcel) & (pairs.area_m2 > max(tolerance_m2, FLOOR_M2)) & (pairs.parcel >= settled)
    order = np.argsort(pairs.parcel[double], kind="stable")
    lost: dict[int, tuple[int, float]] = {}
    # In order of claim: when a parcel is looked at, the fate of every earlier one is settled.
    for later, earlier, area in zip(
        *(each[double][order] for each in (pairs.parcel, pairs.position, pairs.area_m2)), strict=True
    ):
        # A candidate may overlap the outline that it stood for itself until now.
        if ids[later] != ids[earlier] and earlier not in lost and later not in lost:
            lost[int(later)] = (int(earlier), float(area))
    for place, (member, area) in lost.items():
        rows = table["parcel_id"] == ids[place]
        zh = f"与在库地块 {ids[member]} 重叠 {area:,.6f} ㎡"
        _mark(table, rows, "overlaps_member", zh, f"overlaps member {ids[member]} by {area:,.6f} m²")


def _in_order_of_claim(
    table: pd.DataFrame, parcels: gpd.GeoDataFrame, taken: Taken
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_], int]:
    """Return numbers and outlines in the order of their claim to the ground, and how many of them are settled.

    Settled are members in a plan or beyond it that are no candidates of this build: they keep what they stand for, while
    one that is only pooled leaves with this build. Then come candidates that are members already, then the others, each by
    number.
    """
    still = set(table.loc[table["reason"] == "", "parcel_id"])
    candidates = parcels[parcels["parcel_id"].isin(still)].sort_values("parcel_id")
    known = candidates["parcel_id"].isin(taken.standings)
    ranked = [candidates[known], candidates[~known]]
    if taken.holders is not None:
        bound = ~taken.holders["parcel_id"].isin(still) & (taken.holders["standing"] != Standing.POOLED)
        ranked.insert(0, taken.holders[bound])
    ids = np.concatenate([each["parcel_id"].to_numpy(dtype=object) for each in ranked])
    shapes = np.concatenate([each.geometry.to_numpy() for each in ranked])
    return ids, shapes, len(ids) - len(candidates)


def _mark(table: pd.DataFrame, rows: pd.Series, reason: str, zh: str, en: str) -> None:
    chosen = rows & (table["reason"] == "")
    table.loc[chosen, ["reason", "detail_zh", "detail_en"]] = [reason, zh, en]
