"""An adjustment set against the plan that it adjusts: a table, and the two sides of a map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from landgis.frames.planned import CHANGE_TABLE, framed
from landgis.frames.spec import rows_of


def change_table(before: pd.DataFrame, after: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Set an adjustment against the plan that it adjusts, parcel by parcel (before/after).

    Returns
    -------
    pandas.DataFrame
        ``frames.planned.CHANGE_TABLE``.
    """
    old, new = ({str(row["parcel_id"]): row for row in rows_of(lines)} for lines in (before, after))
    rows = []
    for row in rows_of(changes):
        one, other = old.get(row["parcel_id"]), new.get(row["parcel_id"])
        shown = other or one or {}
        areas = [None if line is None else line["area_ha"] for line in (one, other)]
        zh, en = _what_changed(one, other)
        rows.append(row | {
            "town_name": shown.get("town_name"), "planned_use_zh": shown.get("planned_use_zh", ""),
            "before_ha": areas[0], "after_ha": areas[1], "off_ha": (areas[1] or 0) - (areas[0] or 0),
            "said_zh": zh, "said_en": en,
        })  # fmt: skip
    return framed(rows, CHANGE_TABLE)


def sides_of_change(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, changes: pd.DataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the lines before and after an adjustment for two maps side by side.

    Returns
    -------
    tuple
        Both frames with ``change`` (in, out, changed or '') and ``muted``: yes for what the adjustment leaves alone.
    """
    said = dict(zip(changes["parcel_id"], changes["change"], strict=True))

    def marked(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        change = lines["parcel_id"].map(lambda parcel_id: said.get(parcel_id, "")).astype("str")
        return lines.assign(change=change, muted=change == "")

    return marked(before), marked(after)


_SHOWN = {
    "quarter": ("季度", "quarter"),
    "term_years": ("使用年限", "term"),
    "trade_mode": ("交易方式", "trading mode"),
    "mode_certainty": ("交易方式确定程度", "certainty of the mode"),
    "cost_yuan": ("前期成本", "up-front cost"),
    "in_housing_plan": ("纳入住宅计划", "in the housing plan"),
    "market_zh": ("市场情况", "market"),
    "investor_zh": ("招商情况", "investor"),
}


def _what_changed(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> tuple[str, str]:
    if one is None or other is None:
        return ("调入", "comes in") if one is None else ("调出", "goes out")
    pairs = {name: (_plain(one[name]), _plain(other[name])) for name in _SHOWN}
    differ = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    zh = "；".join(f"{_SHOWN[name][0]}：{old} → {new}" for name, (old, new) in differ.items())
    en = "; ".join(f"{_SHOWN[name][1]}: {old} → {new}" for name, (old, new) in differ.items())
    return zh or "无实质变化", en or "no change of substance"


def _plain(value: object) -> str:
    return "—" if value is None or value is pd.NA or value != value or value == "" else str(value)
