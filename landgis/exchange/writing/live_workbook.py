"""Workbooks of tables whose totals are live formulas, with the values that the formulas have.

openpyxl writes formulas without values: programs that only read (previews, data frames, import tools) then see empty cells.
So every formula comes with its value, computed exactly from the same rows, and both are written; a spreadsheet program
recomputes when it opens the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from landgis.errors import ContractBroken
from landgis.exchange.writing.archive import pack
from landgis.exchange.writing.atomic import replacing
from landgis.exchange.writing.spreadsheet import is_formula_like, without_clock

FIRST_ROW = 5
"""Title, notice, note and headings come before the first row."""
HA, HA_6, MU, YUAN = "0.0000", "0.000000", "0.0000", "#,##0.00"
"""Number formats: 公顷 at 4 and 6 places, 亩, 元."""
_HEAD_FILL = PatternFill("solid", fgColor="DCE6EE")
_THIN = Border(*(Side(style="thin", color="9AA5B1") for _ in range(4)))
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v ?/?>(?:</v>)?</c>', re.DOTALL)


@dataclass(frozen=True)
class Live:
    """A formula (from ``=`` on) and the value that it has."""

    formula: str
    value: Decimal | int


Cell = str | int | Decimal | Live | None


@dataclass(frozen=True)
class Field:
    """A column: name by which formulas find it, heading, width in characters, number format, whether text is wrapped."""

    name: str
    heading: str
    width: int = 14
    form: str = "General"
    wrap: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table on a sheet of its own.

    Attributes
    ----------
    name, title, note
        Name of the sheet; title above the table; what is to be known of it, below the title.
    fields, rows
        Columns, and rows of as many cells.
    total
        Whether the last row is one of totals.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    total: bool = False


def letter_of(fields: Sequence[Field], name: str) -> str:
    """Return the letter of a column."""
    return str(get_column_letter([field.name for field in fields].index(name) + 1))


def column_of(sheet: str, fields: Sequence[Field], name: str, count: int) -> str:
    """Return the range of a column's rows, absolute, for formulas on any sheet."""
    letter = letter_of(fields, name)
    return f"'{sheet}'!${letter}${FIRST_ROW}:${letter}${FIRST_ROW + max(count, 1) - 1}"


def write_live_workbook(path: str | Path, sheets: Sequence[Sheet], notice: str = "") -> None:
    """Write tables as a workbook, replacing a file of that name; the same content gives the same bytes.

    Parameters
    ----------
    path
        Target ``.xlsx``.
    sheets
        In order.
    notice
        Printed in red on every sheet, such as that of stand-in data.

    Raises
    ------
    ContractBroken
        If a text cannot stand in a workbook.
    """
    target, book = Path(path), Workbook()
    values: dict[str, Mapping[str, Decimal | int]] = {}
    for number, sheet in enumerate(sheets, 1):
        page = book.active if number == 1 else book.create_sheet()
        if not isinstance(page, Worksheet):
            raise ContractBroken("无法新建工作表", "No sheet can be made", where=str(target))
        try:
            values[f"xl/worksheets/sheet{number}.xml"] = _fill(page, sheet, notice)
        except IllegalCharacterError as error:
            raise ContractBroken(
                f"文字含控制字符：{error}", f"A text has control characters: {error}", where=str(target)
            ) from error
    book.calculation.fullCalcOnLoad = True
    raw = io.BytesIO()
    book.save(raw)
    entries = without_clock(raw)
    for name, known in values.items():
        entries[name] = with_values(entries[name], known)
    with replacing(target) as draft:
        pack(draft, entries)


def _fill(page: Worksheet, sheet: Sheet, notice: str) -> dict[str, Decimal | int]:
    page.title = sheet.name
    for row, text, font in (
        (1, sheet.title, Font(bold=True, size=14)),
        (2, notice, Font(bold=True, color="C00000")),
        (3, sheet.note, Font(color="555555")),
    ):
        if text:
            _put(page.cell(row, 1), text)
            page.cell(row, 1).font = font
    for column, field in enumerate(sheet.fields, 1):
        head = page.cell(FIRST_ROW - 1, column, field.heading)
        head.font, head.fill, head.border = Font(bold=True), _HEAD_FILL, _THIN
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(column)].width = field.width
    values: dict[str, Decimal | int] = {}
    last = FIRST_ROW + len(sheet.rows) - 1
    for row, cells in enumerate(sheet.rows, FIRST_ROW):
        for column, (field, value) in enumerate(zip(sheet.fields, cells, strict=True), 1):
            cell = page.cell(row, column)
            if isinstance(value, Live):
                values[cell.coordinate] = value.value
            _put(cell, value)
            cell.border = _THIN
            cell.alignment = Alignment(vertical="top", wrap_text=field.wrap)
            cell.number_format = field.form
            if sheet.total and row == last:
                cell.font = Font(bold=True)
    _set_up_page(page)
    return values


def _set_up_page(page: Worksheet) -> None:
    """Freeze the headings, repeat them on every page, and fit the columns on A3."""
    page.freeze_panes = f"A{FIRST_ROW}"
    page.print_title_rows = f"1:{FIRST_ROW - 1}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 8  # 8 is A3
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _put(cell: SheetCell, value: Cell) -> None:
    """Set a value; text stays text even where it looks like a formula."""
    cell.value = value.formula if isinstance(value, Live) else value
    if isinstance(value, str) and is_formula_like(value):
        cell.data_type = "s"
        cell.quotePrefix = True


def with_values(xml: bytes, values: Mapping[str, Decimal | int]) -> bytes:
    """Put the values of formulas, by cell, beside them in the XML of a sheet.

    Raises
    ------
    ContractBroken
        If a formula has no value, or a value no formula.
    """

    def filled(found: re.Match[bytes]) -> bytes:
        place, style, formula = found[1], found[2], found[3]
        value = str(values.get(place.decode(), "")).encode()
        return b'<c r="%b"%b><f>%b</f><v>%b</v></c>' % (place, style, formula, value)

    done, count = _FORMULA.subn(filled, xml)
    if count != len(values):
        raise ContractBroken(
            f"{len(values)} 个公式中只写入 {count} 个值",
            f"Values were written beside {count} of {len(values)} formulas",
        )
    return done
