"""The table of an adjustment as printed: what changes, and the plan before and after by use and by town."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.frames.spec import rows_of

SIGNS = {"in": "入", "out": "出", "changed": "变"}
"""Written before a number on the map and in the table: what a print without colour still says."""
WORDS = {"in": ("调入", "in"), "out": ("调出", "out"), "changed": ("变更", "changed")}
LEGEND = {
    "in": ("调入地块（注记“入”）", "Comes in (marked 入)"),
    "out": ("调出地块（注记“出”）", "Goes out (marked 出)"),
    "changed": ("变更地块（注记“变”）", "Terms change (marked 变)"),
}
_COMPARED = (
    ("planned_use_code", "planned_use_zh", "按规划用途", "By planned use"),
    ("town_code", "town_name", "按镇（街道）", "By town"),
)


def rows(changes: pd.DataFrame, colours: Mapping[str, str]) -> list[dict[str, str]]:
    """Rows of the table, numbered from 1.

    Parameters
    ----------
    changes
        ``frames.planned.CHANGE_TABLE``.
    colours
        Fill of each kind of change on the map.
    """
    return [
        {
            "no": f"{SIGNS[row['change']]}{number}",
            "id": row["parcel_id"],
            "change": WORDS[row["change"]][0],
            "en": WORDS[row["change"]][1],
            "colour": colours[row["change"]],
            "town": "未注明" if pd.isna(row["town_name"]) else row["town_name"],
            "use": row["planned_use_zh"],
            "before": _area(row["before_ha"]),
            "after": _area(row["after_ha"]),
            "off": difference(row["off_ha"]),
            "what": row["said_zh"],
            "reason": row["reason"],
        }
        for number, row in enumerate(rows_of(changes), start=1)
    ]


def closing(changes: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> list[dict[str, str]]:
    """Sums under the table: of what changes, of what is left alone, of the whole year."""
    said = frozenset(changes["parcel_id"])
    touched = [[parcel_id in said for parcel_id in lines["parcel_id"]] for lines in (before, after)]
    pairs = [
        ("调整地块合计", "Changed", before[touched[0]], after[touched[1]]),
        (
            "未调整地块",
            "Left alone",
            before[[not each for each in touched[0]]],
            after[[not each for each in touched[1]]],
        ),
        ("全年计划", "Whole plan", before, after),
    ]
    return [{"zh": zh, "en": en, **_sums(old, new)} for zh, en, old, new in pairs]


def compared(before: pd.DataFrame, after: pd.DataFrame) -> list[dict[str, Any]]:
    """Plans before and after by use and by town, each with its sum."""
    tables = []
    for code, name, zh, en in _COMPARED:
        old, new = (_grouped(lines, code, name) for lines in (before, after))
        parts = [
            [key[1] or "未注明", _sums(old.get(key, before[:0]), new.get(key, after[:0]))]
            for key in sorted({*old, *new})
        ]
        tables.append({"zh": zh, "en": en, "rows": parts, "sum": _sums(before, after)})
    return tables


def _grouped(lines: pd.DataFrame, code: str, name: str) -> dict[tuple[str, str], pd.DataFrame]:
    keys = [*zip(lines[code].fillna("").map(str), lines[name].fillna("").map(str), strict=True)]
    return {key: lines[[each == key for each in keys]] for key in set(keys)}


def difference(area_ha: Decimal) -> str:
    """Hectares more or less, with their sign; none of zero."""
    return f"{area_ha:+.4f}" if area_ha else "0.0000"


def _sums(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, str]:
    old, new = (sum(lines["area_ha"], Decimal(0)) for lines in (before, after))
    return {
        "lines": f"{len(before)} → {len(after)}",
        "before": f"{old:.4f}",
        "after": f"{new:.4f}",
        "off": difference(new - old),
    }


def _area(area_ha: Decimal | None) -> str:
    return "—" if area_ha is None else f"{area_ha:.4f}"
