"""The one balance of a year as tables of a workbook: every piece of land, and the sums over them as live formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from landgis.domain.planning import Channel, Ownership
from landgis.domain.supply_use import SupplyUse
from landgis.exchange.writing.live_workbook import (
    FIRST_ROW,
    HA,
    MU,
    Cell,
    Field,
    Live,
    Sheet,
    column_of,
    criterion,
    letter_of,
)
from landgis.frames.spec import rows_of
from landgis.plan.balance_words import row_words

PIECES_SHEET = "供地总表"
_ANSWERS = {"yes": "是", "no": "否", "unknown": "不明", "not_asked": "—"}
PIECE_FIELDS = (
    Field("channel", "供地来源\nChannel", 16),
    Field("ownership", "权属\nOwnership", 10),
    Field("supply_id", "编号\nNumber", 24),
    Field("name", "名称\nName", 24),
    Field("town", "镇（街道）\nTown", 14),
    Field("use", "供应用途类别\nClass of use", 22),
    Field("quarter", "供应季度\nQuarter", 12),
    Field("area_ha", "面积（公顷）\nArea (ha)", 12, HA),
    Field("inside_ha", "城镇开发边界内\nInside (ha)", 12, HA),
    Field("outside_ha", "边界外\nOutside (ha)", 12, HA),
    Field("boundary_unknown_ha", "内外不明\nUnknown (ha)", 12, HA),
    Field("rental", "租赁住房\nRental housing", 10),
    Field("housing_plan", "纳入住宅用地供应计划\nIn housing plan", 14),
)
BALANCE_FIELDS = (
    Field("title", "项目\nItem", 46),
    Field("pieces", "宗数\nPieces", 8),
    Field("market_entry_ha", "集体·入市（公顷）\nCollective, market", 14, HA),
    Field("acquisition_ha", "国有·成片开发征收（公顷）\nState, acquired", 16, HA),
    Field("stock_ha", "国有·存量及其他（公顷）\nState, stock", 14, HA),
    Field("area_ha", "合计（公顷）\nAll (ha)", 13, HA),
    Field("area_mu", "合计（亩）\nAll (mu)", 13, MU),
    Field("inside_ha", "边界内（公顷）\nInside", 13, HA),
    Field("outside_ha", "边界外（公顷）\nOutside", 13, HA),
    Field("boundary_unknown_ha", "内外不明（公顷）\nUnknown", 13, HA),
)
_CRITERION = {"use": "use", "town": "town", "quarter": "quarter", "housing": "housing_plan"}
"""Rows of the balance → the column of the pieces that they are grouped by."""


def pieces_sheet(pieces: pd.DataFrame, title: str) -> Sheet:
    """Return every piece of land that the year supplies (``frames.planned.SUPPLIED``)."""
    rows: list[Sequence[Cell]] = [
        (
            Channel(row["channel"]).zh, Ownership(row["ownership"]).zh, row["supply_id"], row["name_zh"],
            row_words("town", row["town"]).zh, SupplyUse(row["use"]).zh, row_words("quarter", row["quarter"]).zh,
            row["area_ha"], row["inside_ha"], row["outside_ha"], row["boundary_unknown_ha"],
            _ANSWERS[row["rental_housing"]], _ANSWERS[row["in_housing_plan"]],
        )
        for row in rows_of(pieces)
    ]  # fmt: skip
    return Sheet(PIECES_SHEET, f"{title} {PIECES_SHEET}", PIECE_FIELDS, rows)


def balance_sheet(balance: pd.DataFrame, count: int, title: str) -> Sheet:
    """Return the balance (``frames.planned.BALANCE``) over ``count`` pieces."""
    rows = [_row(row, count, number) for number, row in enumerate(rows_of(balance), FIRST_ROW)]
    return Sheet(
        "一本账", f"{title} 供地一本账", BALANCE_FIELDS, rows,
        note="国有与集体、入市与征收、开发边界内外统一平衡；同一块地只列一栏 All land of the year; no land in two columns",
    )  # fmt: skip


def _row(row: dict[str, Any], count: int, number: int) -> Sequence[Cell]:
    where = _criteria(row["by"], row["key"], count)
    counted = f"=COUNTIFS({where})" if where else f'=COUNTIFS({_of("channel", count)},"?*")'
    cells: dict[str, Cell] = {
        "title": _title(row["by"], row["key"]),
        "pieces": Live(counted, row["pieces"]),
        "area_ha": Live(_added(number), row["area_ha"]),
        "area_mu": Live(f"=ROUND({letter_of(BALANCE_FIELDS, 'area_ha')}{number}*15,4)", row["area_mu"]),
    }
    for channel in Channel:
        name = f"{channel}_ha"
        asked = ",".join(filter(None, (where, f'{_of("channel", count)},"{channel.zh}"')))
        cells[name] = Live(f"=ROUND(SUMIFS({_of('area_ha', count)},{asked}),4)", row[name])
    for name in ("inside_ha", "outside_ha", "boundary_unknown_ha"):
        summed = f"SUMIFS({_of(name, count)},{where})" if where else f"SUM({_of(name, count)})"
        cells[name] = Live(f"=ROUND({summed},4)", row[name])
    return [cells[field.name] for field in BALANCE_FIELDS]


def _title(by: str, key: str) -> str:
    words = row_words(by, key)
    return words.zh if words.en == words.zh else f"{words.zh} {words.en}"


def _criteria(by: str, key: str, count: int) -> str:
    if by == "whole":
        return ""
    value = _ANSWERS[key] if by == "housing" else row_words(by, key).zh
    told = f"{_of(_CRITERION[by], count)},{criterion(value)}"
    return f'{told},{_of("rental", count)},"是"' if by == "housing" else told


def _added(number: int) -> str:
    letters = [letter_of(BALANCE_FIELDS, f"{channel}_ha") for channel in Channel]
    return f"=ROUND({'+'.join(f'{letter}{number}' for letter in letters)},4)"


def _of(name: str, count: int) -> str:
    return column_of(PIECES_SHEET, PIECE_FIELDS, name, count)
