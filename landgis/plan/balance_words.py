"""What rows of the balance are called."""

from __future__ import annotations

from landgis.domain.supply_use import SupplyUse
from landgis.rules.pack import Words

_WHOLE = Words("合计", "all")
_QUARTER_UNKNOWN = Words("季度未定", "quarter not stated")
_HOUSING = {
    "yes": Words("租赁住房：已纳入住宅用地供应计划", "rental housing in the housing plan"),
    "no": Words("租赁住房：未纳入住宅用地供应计划", "rental housing not in the housing plan"),
    "unknown": Words("租赁住房：是否纳入住宅计划不明", "rental housing, not known whether in the housing plan"),
}


def row_words(by: str, key: str) -> Words:
    """Return what a row of ``frames.planned.BALANCE`` is called."""
    if by == "whole":
        return _WHOLE
    if by == "use":
        return Words(SupplyUse(key).zh, SupplyUse(key).en)
    if by == "quarter":
        return _QUARTER_UNKNOWN if key == "unknown" else Words(f"第{'一二三四'[int(key) - 1]}季度", f"quarter {key}")
    if by == "housing":
        return _HOUSING[key]
    return Words("镇（街道）不明", "town unknown") if key == "unknown" else Words(key, key)
