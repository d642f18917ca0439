"""What a build changes in the pool: who enters, who is brought up to date, who leaves, and whom only a plan can let go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from landgis.domain.pooling import MoveReason, Standing
from landgis.frames.pooled import MOVES, STANDINGS
from landgis.frames.spec import rows_of
from landgis.pool.build import Pool

_LEFT_OUT = {"overlaps_member": MoveReason.OVERLAPS_MEMBER, "entered": MoveReason.ENTERED}
"""Why a parcel was left out of a build → why it leaves the pool; a verdict: verdict_changed, else criteria_changed."""


@dataclass(frozen=True)
class Moved:
    """What a build changes.

    Attributes
    ----------
    moves
        ``frames.pooled.MOVES``, by parcel.
    bound
        Parcels that the build leaves out and that stand in a plan: ``parcel_id`` and ``reason``. They stay until the plan
        is adjusted.
    """

    moves: pd.DataFrame
    bound: pd.DataFrame


def moves_of(pool: Pool, standings: pd.DataFrame, versions: Mapping[str, int]) -> Moved:
    """Say what a build changes.

    Parameters
    ----------
    pool
        The build.
    standings
        ``frames.pooled.STANDINGS`` of the district, now.
    versions
        Version of every parcel that the build's run measured; what is not among them was split, merged or struck off.
    """
    STANDINGS.require(standings)
    alive = {row["parcel_id"]: row for row in rows_of(standings[standings["standing"] != Standing.WITHDRAWN])}
    left_out = dict(zip(pool.left_out["parcel_id"], pool.left_out["reason"], strict=True))
    moves, bound = [], []
    for parcel_id in pool.members["parcel_id"]:
        moves += _entering(parcel_id, alive.pop(parcel_id, None), versions[parcel_id])
    for parcel_id, row in alive.items():
        reason = left_out.get(parcel_id, "land_changed")
        if row["standing"] == Standing.POOLED:
            moves.append(_move(row, Standing.WITHDRAWN, _why(reason), row["version"]))
        elif row["standing"] == Standing.PLANNED:
            bound.append({"parcel_id": parcel_id, "reason": reason})
    kinds = {column.name: "int64" if column.kind == "int" else "str" for column in MOVES.columns}
    table = pd.DataFrame(moves, columns=MOVES.names).astype(kinds).sort_values("parcel_id", ignore_index=True)
    return Moved(table, pd.DataFrame(bound, columns=["parcel_id", "reason"]).astype("str"))


def given_up(standings: pd.DataFrame) -> dict[str, MoveReason]:
    """Return the parcels whose last membership a person ended, no build, and why.

    Parameters
    ----------
    standings
        ``frames.pooled.STANDINGS`` of the district, now.
    """
    last = standings.sort_values("since", kind="stable").drop_duplicates("parcel_id", keep="last")
    by_person = last[(last["standing"] == Standing.WITHDRAWN) & last["pool_id"].isna()]
    return {row["parcel_id"]: MoveReason(row["reason"]) for row in rows_of(by_person)}


def _entering(parcel_id: str, row: dict[str, Any] | None, version: int) -> list[dict[str, Any]]:
    """Return the move of a parcel that the build lets in, if it needs one."""
    if row is None:
        new: dict[str, Any] = {"member_id": "", "parcel_id": parcel_id, "step": 0, "standing": ""}
        return [_move(new, Standing.POOLED, MoveReason.CRITERIA_MET, version)]
    if row["standing"] == Standing.LEAD:
        return [_move(row, Standing.POOLED, MoveReason.CRITERIA_MET, version)]
    if row["version"] != version:
        return [_move(row, Standing(row["standing"]), MoveReason.RENEWED, version)]
    return []


def _why(reason: str) -> MoveReason:
    if reason == "land_changed":
        return MoveReason.LAND_CHANGED
    if reason.startswith("verdict_"):
        return MoveReason.VERDICT_CHANGED
    return _LEFT_OUT.get(reason, MoveReason.CRITERIA_CHANGED)


def _move(row: dict[str, Any], after: Standing, reason: MoveReason, version: int) -> dict[str, Any]:
    return {
        "member_id": row["member_id"], "parcel_id": row["parcel_id"], "step": row["step"] + 1, "before": row["standing"],
        "after": str(after), "reason": str(reason), "note": "", "version": version,
    }  # fmt: skip
