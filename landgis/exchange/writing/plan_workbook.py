"""The annual supply plan as a workbook: lines, totals that add up by themselves, and what the areas stand on."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from landgis.errors import ContractBroken
from landgis.exchange.writing.archive import pack
from landgis.exchange.writing.atomic import replacing
from landgis.exchange.writing.live_workbook import with_values
from landgis.exchange.writing.plan_cells import (
    BASIS_ZH,
    FIRST_ROW,
    lay_out,
    plan_title,
    put,
    put_head,
    put_notice,
    shown,
)
from landgis.exchange.writing.spreadsheet import without_clock
from landgis.frames.pooled import PLAN_LINES

LINES_SHEET, USE_SHEET, TOWN_SHEET, NOTES_SHEET = "计划明细", "按用途汇总", "按街镇汇总", "说明"
_HEADINGS = {
    "line_no": ("序号", 6),
    "parcel_id": ("地块编号", 22),
    "district": ("区", 9),
    "town_code": ("街镇代码", 12),
    "town_name": ("街镇", 12),
    "village_name": ("村", 14),
    "owner_name": ("权属单位", 24),
    "planned_use_code": ("规划用途代码", 14),
    "planned_use_zh": ("规划用途", 18),
    "area_ha": ("面积（公顷）", 13),
    "area_mu": ("面积（亩）", 12),
    "area_basis": ("面积口径", 11),
    "verdict": ("核对结论", 10),
    "open_points_zh": ("待办事项", 40),
}
_TOTAL_HEADINGS = {
    "planned_use_code": "规划用途代码",
    "planned_use_zh": "规划用途",
    "town_code": "街镇代码",
    "town_name": "街镇",
    "district": "区",
}


Values = dict[str, Decimal | int]


@dataclass(frozen=True)
class _Range:
    """The lines' rows on their sheet, and where a column stands."""

    first: int
    last: int

    def of(self, column: str) -> str:
        letter = get_column_letter(list(_HEADINGS).index(column) + 1)
        return f"'{LINES_SHEET}'!${letter}${self.first}:${letter}${self.last}"


def write_plan_xlsx(
    path: str | Path,
    lines: pd.DataFrame,
    totals_by_use: pd.DataFrame,
    totals_by_town: pd.DataFrame,
    meta: Mapping[str, str],
) -> None:
    """Write a plan as a workbook of four sheets, replacing a file of that name; the same content gives the same bytes.

    Parameters
    ----------
    path
        Target ``.xlsx``.
    lines
        ``frames.pooled.PLAN_LINES``; areas are Decimal 公顷 and 亩.
    totals_by_use, totals_by_town
        Grouping columns (such as ``planned_use_code``, ``planned_use_zh``), then ``lines``, ``area_ha``, ``area_mu``; a last row
        of 合计 is left out. The sheets carry formulas over the lines; the frames must agree with them.
    meta
        Heading → text for the sheet 说明. ``title`` is the title, ``notice`` is printed in red under it.

    Raises
    ------
    ContractBroken
        If the lines are not a PlanFrame, a total is not the sum of its lines, or a text cannot stand in a workbook.
    """
    target = Path(path)
    PLAN_LINES.require(lines)
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise ContractBroken("无法新建工作表", "No sheet can be made", where=str(target))
    try:
        values = (
            _write_lines(sheet, lines, meta),
            _write_totals(book.create_sheet(USE_SHEET), totals_by_use, lines, meta),
            _write_totals(book.create_sheet(TOWN_SHEET), totals_by_town, lines, meta),
        )
        _write_notes(book.create_sheet(NOTES_SHEET), lines, meta)
    except IllegalCharacterError as error:
        raise ContractBroken(
            f"文字含控制字符：{error}", f"A text has control characters: {error}", where=str(target)
        ) from error
    book.calculation.fullCalcOnLoad = True
    raw = io.BytesIO()
    book.save(raw)
    entries = without_clock(raw)
    for number, known in enumerate(values, 1):
        name = f"xl/worksheets/sheet{number}.xml"
        entries[name] = with_values(entries[name], known)
    with replacing(target) as draft:
        pack(draft, entries)


def _write_lines(sheet: Worksheet, lines: pd.DataFrame, meta: Mapping[str, str]) -> Values:
    """Write the lines; return the values of the formulas by cell."""
    sheet.title = LINES_SHEET
    put_head(sheet, meta, [heading for heading, _ in _HEADINGS.values()])
    for row, line in enumerate(lines[list(_HEADINGS)].to_dict("records"), FIRST_ROW):
        for column, (name, value) in enumerate(line.items(), 1):
            put(sheet.cell(row, column), shown(str(name), value))
    span = _Range(FIRST_ROW, FIRST_ROW + len(lines) - 1)
    total = FIRST_ROW + len(lines)
    put(sheet.cell(total, 1), "合计")
    values: Values = {}
    for name in ("area_ha", "area_mu"):
        column = list(_HEADINGS).index(name) + 1
        letter = get_column_letter(column)
        sheet.cell(total, column).value = f"=SUM({letter}{span.first}:{letter}{span.last})" if len(lines) else "=0"
        values[f"{letter}{total}"] = sum(lines[name], Decimal(0))
    lay_out(sheet, total, {name: width for name, (_, width) in _HEADINGS.items()})
    return values


def _write_totals(sheet: Worksheet, totals: pd.DataFrame, lines: pd.DataFrame, meta: Mapping[str, str]) -> Values:
    """Write the totals; return the values of the formulas by cell."""
    by = [str(name) for name in totals.columns if name not in ("lines", "area_ha", "area_mu")]
    groups = totals[totals[by[0]].astype("str") != "合计"]
    _require_sums(groups, lines, by, sheet.title)
    headings = [*(_TOTAL_HEADINGS.get(name, name) for name in by), "宗数", "面积（公顷）", "面积（亩）"]
    put_head(sheet, meta, headings)
    span = _Range(FIRST_ROW, FIRST_ROW + len(lines) - 1)
    values: Values = {}
    for row, group in enumerate(groups.to_dict("records"), FIRST_ROW):
        for column, name in enumerate(by, 1):
            put(sheet.cell(row, column), shown(name, group[name]))
        same = "*".join(f"({span.of(name)}={get_column_letter(place)}{row})" for place, name in enumerate(by, 1))
        sheet.cell(row, len(by) + 1).value = f"=SUMPRODUCT({same}*1)"
        for offset, name in ((2, "area_ha"), (3, "area_mu")):
            sheet.cell(row, len(by) + offset).value = f"=SUMPRODUCT({same}*{span.of(name)})"
        for offset, name in enumerate(("lines", "area_ha", "area_mu"), 1):
            values[f"{get_column_letter(len(by) + offset)}{row}"] = group[name]
    total = FIRST_ROW + len(groups)
    put(sheet.cell(total, 1), "合计")
    for column in range(len(by) + 1, len(by) + 4):
        letter = get_column_letter(column)
        sheet.cell(total, column).value = f"=SUM({letter}{FIRST_ROW}:{letter}{total - 1})" if len(groups) else "=0"
        values[f"{letter}{total}"] = sum((values[f"{letter}{row}"] for row in range(FIRST_ROW, total)), Decimal(0))
    lay_out(sheet, total, {**dict.fromkeys(by, 18), "lines": 8, "area_ha": 14, "area_mu": 14})
    return values


def _write_notes(sheet: Worksheet, lines: pd.DataFrame, meta: Mapping[str, str]) -> None:
    counts = Counter(str(name) for name in lines["area_basis"])
    basis = "；".join(f"{BASIS_ZH.get(name, name)} {count} 宗" for name, count in sorted(counts.items()))
    notes = {
        "面积口径": (basis or "无地块") + "。有不动产权证的按证载面积，其余按 CGCS2000 椭球面积",
        "面积单位": "公顷保留 4 位小数（四舍五入）；1 公顷 = 15 亩；合计为表列各行之和",
        **{name: text for name, text in meta.items() if name not in ("title", "notice")},
    }
    put(sheet.cell(1, 1), plan_title(meta))
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    put_notice(sheet, meta)
    for row, (name, text) in enumerate(notes.items(), 3):
        put(sheet.cell(row, 1), name)
        put(sheet.cell(row, 2), text)
        sheet.cell(row, 1).font = Font(bold=True)
        sheet.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 90


def _require_sums(groups: pd.DataFrame, lines: pd.DataFrame, by: list[str], where: str) -> None:
    for name in ("area_ha", "area_mu"):
        of_lines = [sum(group[name], Decimal(0)) for _, group in lines.groupby(by, dropna=False)]
        if sorted(of_lines) != sorted(Decimal(str(area)) for area in groups[name]):
            raise ContractBroken(
                f"{where}的 {name} 与明细之和不符", f"{name} of {where} is not the sum of the lines", where=where
            )
