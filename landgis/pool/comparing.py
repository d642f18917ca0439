"""The pool on two days beside each other: who came in, who went out, who stands otherwise, and why."""

from __future__ import annotations

from typing import Any

import pandas as pd

from landgis.domain.pooling import MoveReason, Standing
from landgis.frames.pooled import STANDING_CHANGES, STANDINGS

_GONE = str(Standing.WITHDRAWN)


def compare(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Compare the pool of two moments.

    Parameters
    ----------
    before, after
        ``frames.pooled.STANDINGS`` of one district, of the earlier and the later moment.

    Returns
    -------
    pandas.DataFrame
        ``frames.pooled.STANDING_CHANGES``: a row per parcel that stood in the pool at one of them and not at the other
        (``in``, ``out``), stands otherwise (``moved``), or stands for another version of its outline (``renewed``);
        with the reason of its last move.
    """
    STANDINGS.require(before)
    STANDINGS.require(after)
    was, is_ = (each[each["standing"] != _GONE].set_index("parcel_id") for each in (before, after))
    last = after.sort_values("since", kind="stable").drop_duplicates("parcel_id", keep="last").set_index("parcel_id")
    rows = []
    for parcel_id in sorted({*was.index, *is_.index}):
        one, other = (each.loc[parcel_id] if parcel_id in each.index else None for each in (was, is_))
        change = _change(one, other)
        if change:
            told = last.loc[parcel_id]
            rows.append(
                {
                    "parcel_id": parcel_id,
                    "change": change,
                    "before": "" if one is None else one["standing"],
                    "after": "" if other is None else other["standing"],
                    "reason": told["reason"],
                    "note": told["note"],
                    "by": told["by"],
                    "since": told["since"],
                }
            )
    return pd.DataFrame(rows, columns=STANDING_CHANGES.names).astype(
        {column.name: "str" for column in STANDING_CHANGES.columns if column.kind == "text"}
    )


def told(row: dict[str, Any]) -> tuple[str, str]:
    """Say a change in a sentence, Chinese and English."""
    reason = MoveReason(row["reason"])
    before, after = (Standing(row[side]) if row[side] else None for side in ("before", "after"))
    zh = f"{before.zh if before else '未入库'} → {after.zh if after else '退出'}：{reason.zh}"
    en = f"{before.en if before else 'not in the pool'} → {after.en if after else 'withdrawn'}: {reason.en}"
    note = str(row["note"])
    return (f"{zh}（{note}）", f"{en} ({note})") if note else (zh, en)


def _change(one: pd.Series | None, other: pd.Series | None) -> str:
    if one is None or other is None:
        return "in" if one is None else "out"
    if one["standing"] != other["standing"]:
        return "moved"
    return "renewed" if one["version"] != other["version"] else ""
