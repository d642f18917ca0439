"""Rows that stayed out of an import and what was noticed of the others, as one table to hand back to the supplier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from landgis.domain.issue import Issue
from landgis.exchange.conforming.parcels import RejectedParcel

_COLUMNS = ("入库", "行", "地块编号", "代码", "严重程度", "位置", "原因", "reason")


def row_table(refused: Sequence[RejectedParcel], issues: Iterable[Issue]) -> pd.DataFrame:
    """Return refused rows first, then issues; a refused row says 否 under 入库.

    Parameters
    ----------
    refused
        Rows kept out, each with its number from 1 and its code.
    issues
        Everything that was noticed; what repeats a refused row is left out.
    """
    told = {row.code for row in refused}
    rows: list[tuple[object, ...]] = [
        ("否", row.row, row.parcel_id, row.code, "致命", "", row.reason_zh, row.reason_en) for row in refused
    ]
    rows += [
        ("", None, "", issue.code, issue.severity.zh, issue.where, issue.message_zh, issue.message_en)
        for issue in issues
        if issue.code not in told
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return table.astype({"行": "Int64"}).astype(dict.fromkeys((name for name in _COLUMNS if name != "行"), "str"))
