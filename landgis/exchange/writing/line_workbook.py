"""A report as a workbook: sheets of one form, each with title, notice, remark and one table that can be filtered."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from landgis.errors import ContractBroken
from landgis.exchange.writing.archive import pack
from landgis.exchange.writing.atomic import replacing
from landgis.exchange.writing.spreadsheet import put, without_clock

_HEAD = 4
_FILL = PatternFill("solid", fgColor="DCE6EE")
_THIN = Border(*(Side(style="thin", color="9AA5B1") for _ in range(4)))


@dataclass(frozen=True)
class LineSheet:
    """One sheet: its name, headings with their widths, rows, number formats by column, and a remark under the title."""

    name: str
    headings: Mapping[str, int]
    rows: Sequence[Sequence[object]]
    remark: str
    formats: Mapping[int, str]


def write_line_workbook(path: str | Path, title: str, notice: str, sheets: Sequence[LineSheet]) -> None:
    """Write the sheets of a report, replacing a file of that name; the same content gives the same bytes.

    Parameters
    ----------
    path
        Target ``.xlsx``.
    title, notice
        Heading of every sheet, and what stands in red under it (such as the name of stand-in data); may be empty.
    sheets
        In order.

    Raises
    ------
    ContractBroken
        If a text cannot stand in a workbook.
    """
    target = Path(path)
    book = Workbook()
    del book[book.sheetnames[0]]
    try:
        for sheet in sheets:
            _write(book.create_sheet(sheet.name), sheet, title, notice)
    except IllegalCharacterError as error:
        raise ContractBroken(
            f"文字含控制字符：{error}", f"A text has control characters: {error}", where=str(target)
        ) from error
    raw = io.BytesIO()
    book.save(raw)
    with replacing(target) as draft:
        pack(draft, without_clock(raw))


def _write(page: Worksheet, sheet: LineSheet, title: str, notice: str) -> None:
    put(page.cell(1, 1), f"{title} · {sheet.name}")
    page.cell(1, 1).font = Font(bold=True, size=14)
    put(page.cell(2, 1), notice)
    page.cell(2, 1).font = Font(bold=True, color="C00000")
    put(page.cell(3, 1), sheet.remark)
    page.cell(3, 1).font = Font(size=9, color="5A6672")
    for column, (heading, width) in enumerate(sheet.headings.items(), 1):
        cell = page.cell(_HEAD, column, heading)
        cell.font, cell.fill, cell.border = Font(bold=True), _FILL, _THIN
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(sheet.rows, _HEAD + 1):
        for column, value in enumerate(row, 1):
            cell = page.cell(number, column)
            put(cell, value)
            cell.border = _THIN
            cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
            cell.number_format = sheet.formats.get(column, "General")
    page.freeze_panes = f"A{_HEAD + 1}"
    page.auto_filter.ref = f"A{_HEAD}:{get_column_letter(len(sheet.headings))}{_HEAD + len(sheet.rows)}"
    page.print_title_rows = f"1:{_HEAD}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9  # 9 is A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
