"""How a table of a workbook looks on screen and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from unicodedata import east_asian_width

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_BODY, _HEADINGS = "宋体", "黑体"
_HEAD_FILL, _TOTAL_FILL = PatternFill("solid", fgColor="DCE6EE"), PatternFill("solid", fgColor="F2F5F7")
_THIN = Border(*(Side(style="thin", color="9AA5B1") for _ in range(4)))
_ABOVE = (
    (Font(_HEADINGS, 14, bold=True), 26),
    (Font(_HEADINGS, 10, bold=True, color="C00000"), 16),
    (Font(_BODY, 9, color="555555"), 15),
)
"""Font and height of title, notice and note."""
_LINE_PT = 13.5
_A4, _A3 = 9, 8
_ON_A4, _ON_A3 = 190.0, 290.0
"""Widths in characters that a landscape page takes before its letters get too small to read (about 7 points)."""
_MARGINS_INCH = {"left": 0.5, "right": 0.5, "top": 0.55, "bottom": 0.65, "header": 0.3, "footer": 0.3}


def dress_above(cells: Sequence[Cell]) -> None:
    """Dress title, notice and note, which stand in the first column of the first rows."""
    for cell, (font, height) in zip(cells, _ABOVE, strict=True):
        cell.font, cell.alignment = font, Alignment(vertical="center")
        cell.parent.row_dimensions[cell.row].height = height


def dress_heading(cell: Cell) -> None:
    """Dress the heading of a column."""
    cell.font, cell.fill, cell.border = Font(_HEADINGS, 10), _HEAD_FILL, _THIN
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def dress(cell: Cell, width: int, form: str, *, prose: bool, total: bool) -> None:
    """Dress a cell of the table: prose and whatever is wider than its column is wrapped, so nothing is cut in print."""
    cell.font = Font(_BODY, 10, bold=total)
    cell.border, cell.number_format = _THIN, form
    wrapped = isinstance(cell.value, str) and (prose or columns_of(cell.value) > width - 1)
    counted = isinstance(cell.value, int) and not isinstance(cell.value, bool)
    cell.alignment = Alignment(horizontal="center" if counted else None, vertical="center", wrap_text=wrapped)
    if total:
        cell.fill = _TOTAL_FILL


def set_heights(page: Worksheet, first: int, widths: Sequence[int]) -> None:
    """Give every row from the headings on the height of its longest cell: not every reader finds it by itself."""
    for row in page.iter_rows(min_row=first):
        lines = max(_lines(cell.value, width) for cell, width in zip(row, widths, strict=True))
        page.row_dimensions[row[0].row].height = _LINE_PT * lines + 4


def set_up_print(page: Worksheet, first: int, widths: Sequence[int], notice: str) -> None:
    """Freeze and repeat the headings; choose the paper, and as many pages side by side as keep the letters legible.

    Parameters
    ----------
    page
        The sheet, filled.
    first
        First row of the table below its headings.
    widths
        Of the columns, in characters; on further pages side by side the first two columns are repeated.
    notice
        Printed at the foot of every page beside its number.
    """
    wide, last = float(sum(widths)), get_column_letter(len(widths))
    small = wide <= _ON_A4
    across = 1 if wide <= _ON_A3 else ceil((wide - sum(widths[:2])) / (_ON_A3 - sum(widths[:2])))
    page.freeze_panes = f"C{first}" if across > 1 else f"A{first}"
    page.print_area = f"A1:{last}{page.max_row}"
    page.print_title_rows = f"1:{first - 1}"
    if across > 1:
        page.print_title_cols = "A:B"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4 if small else _A3
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = across, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_options.horizontalCentered = True
    for side, inch in _MARGINS_INCH.items():
        setattr(page.page_margins, side, inch)
    foot = page.oddFooter
    foot.left.text, foot.center.text = notice.replace("&", "&&"), "第 &P 页，共 &N 页 Page &P of &N"
    foot.left.color, foot.right.text = "C00000", "&A"


def columns_of(text: str) -> int:
    """Width of the longest line of a text in characters; Chinese characters take two."""
    return max(sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in line) for line in text.split("\n"))


def _lines(value: object, width: int) -> int:
    if not isinstance(value, str) or value.startswith("="):
        return 1
    return sum(max(1, ceil(columns_of(line) * 1.05 / max(width - 1, 1))) for line in value.split("\n"))
