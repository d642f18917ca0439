"""How the sheets of the plan workbook look, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from landgis.domain.district import DISTRICTS
from landgis.domain.outcome import Outcome
from landgis.exchange.writing.spreadsheet import is_formula_like

BASIS_ZH = {"registered": "证载面积", "ellipsoidal": "椭球面积"}
FIRST_ROW = 4
"""Title, notice and heading come before the first line."""
_HEAD_FILL = PatternFill("solid", fgColor="DCE6EE")
_THIN = Border(*(Side(style="thin", color="9AA5B1") for _ in range(4)))


def plan_title(meta: Mapping[str, str]) -> str:
    """Title of the plan, or the customary one."""
    return meta.get("title", "年度入市供应计划")


def put_notice(sheet: Worksheet, meta: Mapping[str, str]) -> None:
    """Print the notice, such as that of stand-in data, in red."""
    if meta.get("notice"):
        put(sheet.cell(2, 1), meta["notice"])
        sheet.cell(2, 1).font = Font(bold=True, color="C00000")


def put_head(sheet: Worksheet, meta: Mapping[str, str], headings: list[str]) -> None:
    """Title, notice and the row of headings."""
    put(sheet.cell(1, 1), f"{plan_title(meta)} {sheet.title}")
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    put_notice(sheet, meta)
    for column, heading in enumerate(headings, 1):
        cell = sheet.cell(FIRST_ROW - 1, column, heading)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD_FILL, _THIN
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def lay_out(sheet: Worksheet, total: int, widths: Mapping[str, int]) -> None:
    """Widths, borders, number formats, and an A3 page that repeats the headings."""
    for column, (name, width) in enumerate(widths.items(), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        for row in range(FIRST_ROW, total + 1):
            cell = sheet.cell(row, column)
            cell.border = _THIN
            cell.alignment = Alignment(vertical="top", wrap_text=name in ("open_points_zh", "owner_name"))
            cell.number_format = {"area_ha": "0.0000", "area_mu": "0.000"}.get(name, cell.number_format)
            if row == total:
                cell.font = Font(bold=True)
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.print_title_rows = f"1:{FIRST_ROW - 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8  # 8 is A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def shown(name: str, value: object) -> object:
    """Return what a reader sees for a value of a column."""
    if not isinstance(value, (str, int, float, Decimal)) or value != value:
        return None
    if name == "area_basis":
        return BASIS_ZH.get(str(value), value)
    if name == "verdict":
        return Outcome(str(value)).zh
    if name == "district" and str(value) in DISTRICTS:
        return DISTRICTS[str(value)].name_zh
    return value


def put(cell: Cell, value: object) -> None:
    """Set a value; text stays text even where it looks like a formula."""
    cell.value = value if isinstance(value, (str, int, float, Decimal)) else None
    if isinstance(value, str) and is_formula_like(value):
        cell.data_type = "s"
        cell.quotePrefix = True
