"""The annual supply plan as a workbook: lines, totals that add up by themselves, and what the areas stand on."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from landgis.domain.district import DISTRICTS
from landgis.domain.outcome import Outcome
from landgis.errors import ContractBroken
from landgis.exchange.archive_writer import pack
from landgis.exchange.atomic import replacing
from landgis.exchange.spreadsheet import is_formula_like
from landgis.frames.pooled import PLAN_LINES

LINES_SHEET, USE_SHEET, TOWN_SHEET, NOTES_SHEET = "计划明细", "按用途汇总", "按街镇汇总", "说明"
BASIS_ZH = {"registered": "证载面积", "ellipsoidal": "椭球面积"}
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
_FIRST_ROW = 4
"""Title, notice and heading come before the first line."""
_FIXED_DATE = "2000-01-01T00:00:00Z"
_HEAD_FILL = PatternFill("solid", fgColor="DCE6EE")
_THIN = Border(*(Side(style="thin", color="9AA5B1") for _ in range(4)))


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
        _write_lines(sheet, lines, meta)
        _write_totals(book.create_sheet(USE_SHEET), totals_by_use, lines, meta)
        _write_totals(book.create_sheet(TOWN_SHEET), totals_by_town, lines, meta)
        _write_notes(book.create_sheet(NOTES_SHEET), lines, meta)
    except IllegalCharacterError as error:
        raise ContractBroken(
            f"文字含控制字符：{error}", f"A text has control characters: {error}", where=str(target)
        ) from error
    book.calculation.fullCalcOnLoad = True
    raw = io.BytesIO()
    book.save(raw)
    with replacing(target) as draft:
        pack(draft, _without_clock(raw))


def _write_lines(sheet: Worksheet, lines: pd.DataFrame, meta: Mapping[str, str]) -> None:
    sheet.title = LINES_SHEET
    _head(sheet, meta, [heading for heading, _ in _HEADINGS.values()])
    for row, line in enumerate(lines[list(_HEADINGS)].to_dict("records"), _FIRST_ROW):
        for column, (name, value) in enumerate(line.items(), 1):
            _put(sheet.cell(row, column), _shown(str(name), value))
    span = _Range(_FIRST_ROW, _FIRST_ROW + len(lines) - 1)
    total = _FIRST_ROW + len(lines)
    _put(sheet.cell(total, 1), "合计")
    for name in ("area_ha", "area_mu"):
        column = list(_HEADINGS).index(name) + 1
        letter = get_column_letter(column)
        sheet.cell(total, column).value = f"=SUM({letter}{span.first}:{letter}{span.last})" if len(lines) else "=0"
    _format(sheet, total, {name: width for name, (_, width) in _HEADINGS.items()})


def _write_totals(sheet: Worksheet, totals: pd.DataFrame, lines: pd.DataFrame, meta: Mapping[str, str]) -> None:
    by = [str(name) for name in totals.columns if name not in ("lines", "area_ha", "area_mu")]
    groups = totals[totals[by[0]].astype("str") != "合计"]
    _require_sums(groups, lines, by, sheet.title)
    headings = [*(_TOTAL_HEADINGS.get(name, name) for name in by), "宗数", "面积（公顷）", "面积（亩）"]
    _head(sheet, meta, headings)
    span = _Range(_FIRST_ROW, _FIRST_ROW + len(lines) - 1)
    for row, group in enumerate(groups[by].to_dict("records"), _FIRST_ROW):
        for column, name in enumerate(by, 1):
            _put(sheet.cell(row, column), _shown(name, group[name]))
        same = "*".join(f"({span.of(name)}={get_column_letter(place)}{row})" for place, name in enumerate(by, 1))
        sheet.cell(row, len(by) + 1).value = f"=SUMPRODUCT({same}*1)"
        for offset, name in ((2, "area_ha"), (3, "area_mu")):
            sheet.cell(row, len(by) + offset).value = f"=SUMPRODUCT({same}*{span.of(name)})"
    total = _FIRST_ROW + len(groups)
    _put(sheet.cell(total, 1), "合计")
    for column in range(len(by) + 1, len(by) + 4):
        letter = get_column_letter(column)
        sheet.cell(total, column).value = f"=SUM({letter}{_FIRST_ROW}:{letter}{total - 1})" if len(groups) else "=0"
    _format(sheet, total, {**dict.fromkeys(by, 18), "lines": 8, "area_ha": 14, "area_mu": 14})


def _write_notes(sheet: Worksheet, lines: pd.DataFrame, meta: Mapping[str, str]) -> None:
    counts = Counter(str(name) for name in lines["area_basis"])
    basis = "；".join(f"{BASIS_ZH.get(name, name)} {count} 宗" for name, count in sorted(counts.items()))
    notes = {
        "面积口径": (basis or "无地块") + "。有不动产权证的按证载面积，其余按 CGCS2000 椭球面积",
        "面积单位": "公顷保留 4 位小数（四舍五入）；1 公顷 = 15 亩；合计为表列各行之和",
        **{name: text for name, text in meta.items() if name not in ("title", "notice")},
    }
    _put(sheet.cell(1, 1), _title(meta))
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    _notice(sheet, meta)
    for row, (name, text) in enumerate(notes.items(), 3):
        _put(sheet.cell(row, 1), name)
        _put(sheet.cell(row, 2), text)
        sheet.cell(row, 1).font = Font(bold=True)
        sheet.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 90


def _head(sheet: Worksheet, meta: Mapping[str, str], headings: list[str]) -> None:
    _put(sheet.cell(1, 1), f"{_title(meta)} {sheet.title}")
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    _notice(sheet, meta)
    for column, heading in enumerate(headings, 1):
        cell = sheet.cell(_FIRST_ROW - 1, column, heading)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD_FILL, _THIN
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _format(sheet: Worksheet, total: int, widths: Mapping[str, int]) -> None:
    for column, (name, width) in enumerate(widths.items(), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        for row in range(_FIRST_ROW, total + 1):
            cell = sheet.cell(row, column)
            cell.border = _THIN
            cell.alignment = Alignment(vertical="top", wrap_text=name in ("open_points_zh", "owner_name"))
            cell.number_format = {"area_ha": "0.0000", "area_mu": "0.000"}.get(name, cell.number_format)
            if row == total:
                cell.font = Font(bold=True)
    sheet.freeze_panes = f"A{_FIRST_ROW}"
    sheet.print_title_rows = f"1:{_FIRST_ROW - 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8  # 8 is A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _require_sums(groups: pd.DataFrame, lines: pd.DataFrame, by: list[str], where: str) -> None:
    for name in ("area_ha", "area_mu"):
        of_lines = [sum(group[name], Decimal(0)) for _, group in lines.groupby(by, dropna=False)]
        if sorted(of_lines) != sorted(Decimal(str(area)) for area in groups[name]):
            raise ContractBroken(
                f"{where}的 {name} 与明细之和不符", f"{name} of {where} is not the sum of the lines", where=where
            )


def _title(meta: Mapping[str, str]) -> str:
    return meta.get("title", "年度入市供应计划")


def _notice(sheet: Worksheet, meta: Mapping[str, str]) -> None:
    if meta.get("notice"):
        _put(sheet.cell(2, 1), meta["notice"])
        sheet.cell(2, 1).font = Font(bold=True, color="C00000")


def _shown(name: str, value: object) -> object:
    if not isinstance(value, (str, int, float, Decimal)) or value != value:
        return None
    if name == "area_basis":
        return BASIS_ZH.get(str(value), value)
    if name == "verdict":
        return Outcome(str(value)).zh
    if name == "district" and str(value) in DISTRICTS:
        return DISTRICTS[str(value)].name_zh
    return value


def _put(cell: Cell, value: object) -> None:
    """Set a value; text stays text even where it looks like a formula."""
    cell.value = value if isinstance(value, (str, int, float, Decimal)) else None
    if isinstance(value, str) and is_formula_like(value):
        cell.data_type = "s"
        cell.quotePrefix = True


def _without_clock(raw: io.BytesIO) -> dict[str, bytes]:
    with zipfile.ZipFile(raw) as archive:
        entries = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    core = "docProps/core.xml"
    stamp = rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*"
    entries[core] = re.sub(stamp, rb"\g<1>" + _FIXED_DATE.encode(), entries[core])
    return entries
