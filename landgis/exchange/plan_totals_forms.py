"""The totals of a plan as tables of a workbook, the same that its printed sheets carry: by planned use, and by town."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.errors import ContractBroken
from landgis.exchange.plan_line_sheet import LINE_FIELDS, LINES_SHEET, text_of, total_row, town_of
from landgis.exchange.writing.live_workbook import HA, MU, Cell, Field, Live, Sheet, column_of, criterion
from landgis.frames.spec import rows_of

_FIGURES = (
    Field("lines", "宗数\nParcels", 12),
    Field("area_ha", "面积（公顷）\nArea (ha)", 18, HA),
    Field("area_mu", "面积（亩）\nArea (mu)", 18, MU),
)
_SUMMED = tuple(field.name for field in _FIGURES)
Words = tuple[str, str]


def use_totals_sheet(totals: pd.DataFrame, lines: pd.DataFrame, title: str) -> Sheet:
    """Return the totals by planned use.

    Parameters
    ----------
    totals
        ``planned_use_code``, ``planned_use_zh``, ``lines``, ``area_ha``, ``area_mu``; the last row is the whole.
    lines
        ``frames.planned.LINES``.

    Raises
    ------
    ContractBroken
        If a total is not the sum of its lines.
    """
    fields = (Field("code", "规划用途代码\nUse code", 20), Field("use", "规划用途\nPlanned use", 40))
    return _sheet("按用途汇总", fields, totals, lines, _use, title)


def town_totals_sheet(totals: pd.DataFrame, lines: pd.DataFrame, title: str) -> Sheet:
    """Return the totals by town (``town_code``, ``town_name``), else as ``use_totals_sheet``."""
    fields = (Field("town_code", "镇（街道）代码\nTown code", 20), Field("town", "镇（街道）\nTown", 40))
    return _sheet("按镇汇总", fields, totals, lines, _town, title)


def _use(row: dict[str, Any]) -> Words:
    return text_of(row["planned_use_code"]), text_of(row["planned_use_zh"])


def _town(row: dict[str, Any]) -> Words:
    return text_of(row["town_code"]), town_of(row)


def _sheet(
    name: str, naming: tuple[Field, ...], totals: pd.DataFrame, lines: pd.DataFrame, words: Any, title: str
) -> Sheet:
    fields, count = (*naming, *_FIGURES), len(lines)
    rows: list[Sequence[Cell]] = []
    for group in rows_of(totals.iloc[:-1]):
        said = words(group)
        _require_sum(name, group, [line for line in rows_of(lines) if words(line) == said])
        asked = ",".join(
            f"{column_of(LINES_SHEET, LINE_FIELDS, field.name, count)},{criterion(word)}"
            for field, word in zip(naming, said, strict=True)
        )
        sums = [
            Live(f"=ROUND(SUMIFS({column_of(LINES_SHEET, LINE_FIELDS, unit, count)},{asked}),4)", group[unit])
            for unit in ("area_ha", "area_mu")
        ]
        rows.append((*said, Live(f"=COUNTIFS({asked})", group["lines"]), *sums))
    return Sheet(
        name, f"{title} {name}", fields, [*rows, total_row(fields, rows, _SUMMED)], total=True,
        note="与计划图、图册所附汇总表一致 The same totals as on the sheets and in the atlas",
    )  # fmt: skip


def _require_sum(name: str, group: dict[str, Any], lines: Sequence[dict[str, Any]]) -> None:
    wanted = (len(lines), *(sum((line[unit] for line in lines), Decimal(0)) for unit in ("area_ha", "area_mu")))
    found = (group["lines"], group["area_ha"], group["area_mu"])
    if found != wanted:
        raise ContractBroken(
            f"{name}与明细之和不符：{found} ≠ {wanted}",
            f"The totals {name} are not the sums of the lines: {found} ≠ {wanted}",
            where=name,
        )
