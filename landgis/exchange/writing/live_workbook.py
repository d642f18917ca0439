"""Workbooks of tables whose totals are live formulas, with the values that the formulas have.

openpyxl writes formulas without values: programs that only read (previews, data frames, import tools) then see empty cells.
So every formula comes with its value, computed exactly from the same rows, and both are written; a spreadsheet program
recomputes when it opens the file.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from landgis.errors import ContractBroken
from landgis.exchange.writing.archive import pack
from landgis.exchange.writing.atomic import replacing
from landgis.exchange.writing.formula_values import with_values
from landgis.exchange.writing.live_page import dress, dress_above, dress_heading, set_heights, set_up_print
from landgis.exchange.writing.live_reading import require_same_cells
from landgis.exchange.writing.spreadsheet import put, without_clock

FIRST_ROW = 5
"""Title, notice, note and headings come before the first row."""
HA, HA_6, MU, YUAN = "0.0000", "0.000000", "0.0000", "#,##0.00"
"""Number formats: 公顷 at 4 and 6 places, 亩, 元."""


@dataclass(frozen=True)
class Live:
    """A formula (from ``=`` on) and the value that it has."""

    formula: str
    value: Decimal | int


Cell = str | int | Decimal | Live | None


@dataclass(frozen=True)
class Field:
    """A column: name by which formulas find it, heading, width in characters, number format, whether it holds prose."""

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


def criterion(text: str) -> str:
    """Return a text as a criterion of SUMIFS and COUNTIFS that nothing but itself fulfils: no wildcards, quotes doubled."""
    for mark in "~*?":
        text = text.replace(mark, f"~{mark}")
    return '"' + text.replace('"', '""') + '"'


def write_live_workbook(path: str | Path, sheets: Sequence[Sheet], notice: str = "") -> None:
    """Write tables as a workbook, replacing a file of that name; the same content gives the same bytes.

    Parameters
    ----------
    path
        Target ``.xlsx``.
    sheets
        In order.
    notice
        Printed in red on every sheet and at the foot of every page, such as that of stand-in data.

    Raises
    ------
    ContractBroken
        If a text cannot stand in a workbook.
    FileUnreadable
        If any cell does not read back as written; nothing is left behind then.
    """
    target, book = Path(path), Workbook()
    del book[book.sheetnames[0]]
    known = {sheet.name: _cells(sheet, notice) for sheet in sheets}
    try:
        for sheet in sheets:
            page = book.create_sheet(sheet.name)
            _fill(page, known[sheet.name])
            _dress(page, sheet, notice)
    except IllegalCharacterError as error:
        raise ContractBroken(
            f"文字含控制字符：{error}", f"A text has control characters: {error}", where=str(target)
        ) from error
    book.calculation.fullCalcOnLoad = True
    raw = io.BytesIO()
    book.save(raw)
    entries = without_clock(raw)
    for number, cells in enumerate(known.values(), 1):
        name = f"xl/worksheets/sheet{number}.xml"
        live = {place: cell.value for place, cell in cells.items() if isinstance(cell, Live)}
        entries[name] = with_values(entries[name], live)
    with replacing(target) as draft:
        pack(draft, entries)
        _require_written(draft, known, target.name)


def _cells(sheet: Sheet, notice: str) -> dict[str, Cell]:
    """Everything that a sheet says, by cell."""
    letters = [get_column_letter(column) for column in range(1, len(sheet.fields) + 1)]
    said: dict[str, Cell] = {"A1": sheet.title, "A2": notice, "A3": sheet.note}
    said |= {f"{letter}{FIRST_ROW - 1}": field.heading for letter, field in zip(letters, sheet.fields, strict=True)}
    for number, row in enumerate(sheet.rows, FIRST_ROW):
        said |= {f"{letter}{number}": cell for letter, cell in zip(letters, row, strict=True)}
    return said


def _fill(page: Worksheet, cells: Mapping[str, Cell]) -> None:
    """Put what a sheet says into its cells; only formulas of our own run."""
    for place, cell in cells.items():
        if isinstance(cell, Live):
            page[place].value = cell.formula
        else:
            put(page[place], cell)


def _dress(page: Worksheet, sheet: Sheet, notice: str) -> None:
    widths = [field.width for field in sheet.fields]
    dress_above([page.cell(row, 1) for row in range(1, FIRST_ROW - 1)])
    for column, field in enumerate(sheet.fields, 1):
        dress_heading(page.cell(FIRST_ROW - 1, column))
        page.column_dimensions[get_column_letter(column)].width = field.width
        for row in range(FIRST_ROW, FIRST_ROW + len(sheet.rows)):
            total = sheet.total and row == FIRST_ROW + len(sheet.rows) - 1
            dress(page.cell(row, column), field.width, field.form, prose=field.wrap, total=total)
    set_heights(page, FIRST_ROW - 1, widths)
    set_up_print(page, FIRST_ROW, widths, notice)


def _require_written(path: Path, known: Mapping[str, Mapping[str, Cell]], name: str) -> None:
    typed = {
        sheet: {place: cell.formula if isinstance(cell, Live) else cell for place, cell in cells.items()}
        for sheet, cells in known.items()
    }
    values = {
        sheet: {place: cell.value if isinstance(cell, Live) else cell for place, cell in cells.items()}
        for sheet, cells in known.items()
    }
    require_same_cells(path, typed, values, name)
