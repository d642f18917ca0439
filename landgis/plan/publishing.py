"""What the publication of a plan changes in the pool."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from landgis.domain.outcome import Outcome
from landgis.domain.pooling import MoveReason, Standing
from landgis.frames.pooled import MOVES
from landgis.plan.draft import standing_by_parcel
from landgis.plan.verdict_now import NewestVerdicts, overtaken

_AT_WORK = (Standing.UNDER_WAY, Standing.SUPPLIED)
_ALREADY = (Standing.PLANNED, *_AT_WORK)


@dataclass(frozen=True)
class Publication:
    """``frames.pooled.MOVES`` of a publication, and the parcels whose standing does not let it happen, with why."""

    moves: pd.DataFrame
    hindered: tuple[tuple[str, str, str], ...]


def publication(
    lines: pd.DataFrame,
    adjusted: pd.DataFrame,
    standings: pd.DataFrame,
    versions: Mapping[str, int],
    newest: NewestVerdicts,
    allowed: Collection[Outcome],
) -> Publication:
    """Say which members the publication of a plan moves.

    A parcel that the newest run no longer lets onto the plan hinders it, whatever the build's run said; what is under way
    or supplied already is beyond the plan's reach, and does not.

    Parameters
    ----------
    lines
        ``frames.planned.LINES`` of the version.
    adjusted
        Those of the plan that it adjusts; empty: none.
    standings
        ``frames.pooled.STANDINGS``, now.
    versions
        Parcel of a line → version that the line was drafted from.
    newest
        What the newest final run says of the parcels as they stand now.
    allowed
        Verdicts that the year's targets let onto the plan.
    """
    stands = standing_by_parcel(standings)
    moves: list[dict[str, Any]] = []
    hindered = []
    before, after = set(adjusted["parcel_id"]), set(lines["parcel_id"])
    for parcel_id in lines["parcel_id"]:
        row = stands.get(str(parcel_id))
        doubt = None if row is None or row["standing"] in _AT_WORK else overtaken(str(parcel_id), newest, allowed)
        if doubt is not None:
            hindered.append((str(parcel_id), *doubt[1:]))
        elif row is not None and row["standing"] == Standing.POOLED:
            if row["version"] != versions[str(parcel_id)]:
                hindered.append((str(parcel_id), "在编制之后有变更", "changed after the plan was drafted"))
                continue
            moves.append(_move(row, Standing.PLANNED, MoveReason.IN_PLAN))
        elif row is None or parcel_id not in before or row["standing"] not in _ALREADY:
            hindered.append(_hindered(str(parcel_id), row))
    for parcel_id in sorted(before - after):
        row = stands.get(str(parcel_id))
        if row is not None and row["standing"] == Standing.PLANNED:
            moves.append(_move(row, Standing.POOLED, MoveReason.PLAN_ADJUSTED))
        elif row is not None and row["standing"] != Standing.POOLED:
            hindered.append(_hindered(str(parcel_id), row))
    kinds = {column.name: "int64" if column.kind == "int" else "str" for column in MOVES.columns}
    table = pd.DataFrame(moves, columns=MOVES.names).astype(kinds)
    return Publication(table, tuple(hindered))


def _hindered(parcel_id: str, row: dict[str, Any] | None) -> tuple[str, str, str]:
    if row is None:
        return parcel_id, "已不在库", "is not in the pool any more"
    standing = Standing(row["standing"])
    return parcel_id, f"在库状态为“{standing.zh}”", f"stands in the pool as {standing.en}"


def _move(row: dict[str, Any], after: Standing, reason: MoveReason) -> dict[str, Any]:
    return {
        "member_id": row["member_id"], "parcel_id": row["parcel_id"], "step": row["step"] + 1, "before": row["standing"],
        "after": str(after), "reason": str(reason), "note": "", "version": row["version"],
    }  # fmt: skip
