"""The tables of a plan's hand-out: by town, by use, and every line, with the digits of sheet and workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from typing import Any

import pandas as pd

from landgis.frames.spec import rows_of
from landgis.rules.choosing.mode_answer import mode_words

_FIGURES = (("宗数", "Parcels"), ("公顷", "ha"), ("亩", "mu"))
_LINE_HEADS = (
    ("序号", "No."), ("地块编号", "Parcel"), ("镇（街道）", "Town"), ("规划用途", "Planned use"), ("公顷", "ha"), ("亩", "mu"),
    ("季度", "Quarter"), ("交易方式", "Mode"), ("年限", "Years"),
)  # fmt: skip
NOT_SAID, UNDECIDED = "未注明", "未定"
Figures = tuple[int, Decimal, Decimal]


def plan_tables(lines: pd.DataFrame, by_use: pd.DataFrame, by_town: pd.DataFrame) -> str:
    """Return the tables as HTML, every value escaped.

    Parameters
    ----------
    lines
        ``frames.planned.LINES`` in the order of their numbers; rows are told apart by position.
    by_use, by_town
        Naming columns, ``lines``, ``area_ha``, ``area_mu``; the last row is the whole.
    """
    return (
        '<aside tabindex="0" aria-label="图例与计划表 Legend and tables of the plan"><div id="legend"></div>'
        f'<div class="totals">{_totals("town", "按镇（街道）", "By town", by_town)}'
        f"{_totals('use', '按规划用途', 'By planned use', by_use)}</div>{_lines(lines)}</aside>"
    )


def printed(area: Decimal) -> str:
    """Return an area as sheets, atlas and workbook print it."""
    return f"{area:.4f}"


def sums(table: pd.DataFrame, counted: str = "") -> Figures:
    """Return how many, hectares and 亩: sums of the printed rows, exactly; ``counted`` names a column that counts."""
    area_ha, area_mu = (sum(table[unit], Decimal(0)) for unit in ("area_ha", "area_mu"))
    return int(table[counted].sum()) if counted else len(table), area_ha, area_mu


def said(value: Any, otherwise: str) -> str:
    """Return a value in words, or what stands where there is none."""
    return otherwise if value is None or value is pd.NA or value != value or value == "" else str(value)


def _totals(name: str, zh: str, en: str, totals: pd.DataFrame) -> str:
    naming = [str(column) for column in totals.columns if column not in ("lines", "area_ha", "area_mu")][-1]
    rows = rows_of(totals)
    body = [_row([(said(row[naming], NOT_SAID), ""), *_figures(row)]) for row in rows[:-1]]
    foot = _row([("合计 Total", ""), *_figures(rows[-1])])
    return _table(name, (zh, en), [(zh.removeprefix("按"), en.removeprefix("By ").capitalize()), *_FIGURES], body, foot)


def _figures(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(row["lines"]), "n"), (printed(row["area_ha"]), "n"), (printed(row["area_mu"]), "n")]


def _lines(lines: pd.DataFrame) -> str:
    count, area_ha, area_mu = sums(lines)
    foot = _row([("合计 Total", ""), (f"{count} 宗", ""), ("", ""), ("", ""), (printed(area_ha), "n"),
                 (printed(area_mu), "n"), ("", ""), ("", ""), ("", "")])  # fmt: skip
    body = [_line(position, row) for position, row in enumerate(rows_of(lines))]
    return _table("lines", ("地块一览表", "Every parcel"), _LINE_HEADS, body, foot)


def _line(position: int, row: dict[str, Any]) -> str:
    mode = mode_words(row["trade_mode"], row["mode_certainty"])
    button = f'<button type="button" tabindex="{-1 if position else 0}" title="在图上显示 Show on the map">{row["line_no"]}</button>'
    cells = [
        (row["parcel_id"], "id"), (said(row["town_name"], NOT_SAID), ""), (row["planned_use_zh"], ""),
        (printed(row["area_ha"]), "n"), (printed(row["area_mu"]), "n"), (said(row["quarter"], UNDECIDED), "c"),
        (mode.zh, ""), (said(row["term_years"], UNDECIDED), "c"),
    ]  # fmt: skip
    return f'<tr data-n="{position}"><td class="c">{button}</td>{_cells(cells)}</tr>'


def _table(name: str, words: tuple[str, str], heads: Iterable[tuple[str, str]], body: Sequence[str], foot: str) -> str:
    head = "".join(f'<th scope="col">{escape(zh)}<small>{escape(en)}</small></th>' for zh, en in heads)
    return (
        f'<section><h2>{escape(words[0])} <small>{escape(words[1])}</small></h2><table id="table-{name}">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody><tfoot>{foot}</tfoot></table></section>"
    )


def _row(cells: Iterable[tuple[str, str]]) -> str:
    return f"<tr>{_cells(cells)}</tr>"


def _cells(cells: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f'<td class="{kind}">{escape(text)}</td>' if kind else f"<td>{escape(text)}</td>" for text, kind in cells
    )
