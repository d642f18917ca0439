"""Cells of a workbook or a CSV, each with its address; merged cells and formulas are known as such."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from landgis.domain.issue import shown
from landgis.errors import UsageError
from landgis.exchange.points.points_read import Place, missing, refusal
from landgis.exchange.points.source_text import SourceText, read_source
from landgis.exchange.points.workbook_guard import require_readable

PACKED = (b"PK\x03\x04", b"PK\x05\x06")
"""How a workbook begins."""
_DAMAGED = (
    zipfile.BadZipFile, InvalidFileException, zlib.error, KeyError, ValueError, TypeError, AttributeError, IndexError,
    EOFError, RuntimeError, SyntaxError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes
    ----------
    text
        What it holds, as text; numbers with all their digits; a formula as written.
    address
        E.g. ``界址点!C12``; in a CSV ``第 3 列 C12``.
    formula, merged
        Whether it is a formula; whether it is a part of a merged range other than its first cell (the text is that of
        the first cell).
    """

    text: str
    address: str
    formula: bool = False
    merged: bool = False

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place.cell(self.address)


@dataclass(frozen=True)
class Sheet:
    """Rows of cells, which may differ in length; and whether the sheet is hidden from those who look at the book."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden: bool = False


@dataclass(frozen=True)
class Book:
    """Sheets of a file.

    Attributes
    ----------
    sheets
        In their order; a CSV is one sheet without a name.
    text
        The lines of a CSV; None for a workbook, which is whole or cannot be opened.
    encoding, evidence
        Text encoding and why.
    warned
        What the reader warned of.
    """

    name: str
    sheets: tuple[Sheet, ...]
    text: SourceText | None
    encoding: str
    evidence: str
    warned: tuple[str, ...] = ()


def read_book(path: Path, encoding: str | None, known_words: tuple[str, ...]) -> Book:
    """Read every cell of a workbook (xlsx) or a CSV; the content decides which it is.

    Raises
    ------
    FileMissing, FileUnreadable
        No such file; too large, damaged, encrypted, or no workbook; CSV rows of uneven quotes.
    EncodingUnknown
        If nothing proves the encoding of a CSV.
    """
    if not path.is_file():
        raise missing(path)
    with path.open("rb") as file:
        packed = file.read(4) in PACKED
    return _workbook(path) if packed else _csv(path, encoding, known_words)


def choose_sheets(book: Book, wanted: str | None) -> tuple[Sheet, ...]:
    """Return the sheet of that name, or all that are not hidden.

    Raises
    ------
    UsageError
        If there is no sheet of that name.
    """
    chosen = tuple(sheet for sheet in book.sheets if (sheet.name == wanted if wanted else not sheet.hidden))
    if chosen or wanted is None:
        return chosen
    names = "、".join(sheet.name for sheet in book.sheets)
    raise UsageError(
        f"{book.name} 里没有工作表“{wanted}”",
        f"{book.name} has no sheet “{wanted}”",
        where=book.name,
        next_zh=f"现有：{names}",
        next_en=f"It has: {names}",
    )


def _csv(path: Path, encoding: str | None, known_words: tuple[str, ...]) -> Book:
    source = read_source(path, encoding, known_words)
    rows: list[tuple[Cell, ...]] = []
    reader = csv.reader(io.StringIO("\n".join(source.lines), newline=""), strict=True)
    try:
        for cells in reader:
            number = reader.line_num
            rows.append(
                tuple(Cell(text.strip(), f"{get_column_letter(at)}{number}") for at, text in enumerate(cells, 1))
            )
    except csv.Error as error:
        raise refusal(
            path.name, Place.line(reader.line_num), f"不是完好的 CSV（{error}）", f"not sound CSV ({error})",
        ) from error  # fmt: skip
    return Book(path.name, (Sheet("", tuple(rows)),), source, source.encoding, source.evidence)


def _workbook(path: Path) -> Book:
    require_readable(path)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            book = openpyxl.load_workbook(path, data_only=False)
            sheets = tuple(_sheet(sheet) for sheet in book.worksheets)
            book.close()
    except _DAMAGED as error:
        raise refusal(
            path.name, None, f"不是完好的工作簿（{error}）", f"not a sound workbook ({error})",
            "请用 Excel 或 WPS 打开核对，去掉密码，另存为 .xlsx", "Open it in a spreadsheet, remove any password, save as .xlsx",
        ) from error  # fmt: skip
    warned = tuple(dict.fromkeys(str(item.message) for item in caught))
    return Book(path.name, sheets, None, "UTF-8", "a workbook is UTF-8", warned)


def _sheet(sheet: Any) -> Sheet:
    anchors = {
        (row, column): (cells.min_row, cells.min_col)
        for cells in sheet.merged_cells.ranges
        for row, column in cells.cells
    }
    rows = []
    for line in sheet.iter_rows():
        row = []
        for cell in line:
            at = (cell.row, cell.column)
            source = sheet.cell(*anchors[at]) if at in anchors else cell
            address = f"{shown(sheet.title)}!{get_column_letter(cell.column)}{cell.row}"
            row.append(Cell(_text(source.value), address, source.data_type == "f", anchors.get(at, at) != at))
        rows.append(tuple(row))
    return Sheet(sheet.title, tuple(rows), sheet.sheet_state != "visible")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return str(value).strip()
