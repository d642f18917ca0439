"""A workbook's attribute table, read inside the confined child: one sheet, its heading, its cells as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from landgis.errors import LayerEmpty, UsageError
from landgis.exchange.points.sheets import Cell, Sheet, choose_sheets, read_book
from landgis.exchange.reading.detect import unreadable


def read(request: dict[str, Any], _folder: Path) -> dict[str, Any]:
    """Return heading and rows of one sheet.

    The request holds ``file`` (its copy), ``source`` (its name) and ``sheet`` (None: the only one with content).
    """
    source = str(request["source"])
    book = read_book(Path(request["file"]), None, ())
    sheet = _only(tuple(sheet for sheet in choose_sheets(book, request["sheet"]) if _filled(sheet)), source)
    heading, *rows = _filled(sheet)
    formula = next((cell for row in rows for cell in row if cell.formula), None)
    if formula is not None:
        raise unreadable(
            source,
            f"单元格 {formula.address} 是公式，请粘贴为数值",
            f"cell {formula.address} is a formula: paste it as a value",
        )
    width = max((at for at, cell in enumerate(heading, 1) if cell.text.strip()), default=0)
    return {
        "heading": [cell.text for cell in heading[:width]],
        "rows": [[cell.text for cell in row[:width]] + [""] * (width - len(row)) for row in rows],
    }


def _filled(sheet: Sheet) -> list[tuple[Cell, ...]]:
    """Rows with content, from the heading on: the first row with two cells that are not one merged title."""
    rows = [row for row in sheet.rows if any(cell.text.strip() for cell in row)]
    start = next((at for at, row in enumerate(rows) if sum(_own(cell) for cell in row) > 1), 0)
    return rows[start:]


def _own(cell: Cell) -> bool:
    return bool(cell.text.strip()) and not cell.merged


def _only(sheets: tuple[Sheet, ...], source: str) -> Sheet:
    if not sheets:
        raise LayerEmpty(
            f"工作簿 {source} 是空的", f"Workbook {source} is empty", where=source,
            next_zh="请核对交付内容", next_en="Check the delivery",
        )  # fmt: skip
    if len(sheets) > 1:
        names = "、".join(sheet.name for sheet in sheets)
        raise UsageError(
            f"{source} 有多张有内容的工作表：{names}", f"{source} has several sheets with content: {names}", where=source,
            next_zh="请只留一张，或分成几个文件", next_en="Leave one of them, or split it into several files",
        )  # fmt: skip
    return sheets[0]
