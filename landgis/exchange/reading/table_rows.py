"""A table of attributes, read inside the confined child: a CSV or one sheet, its heading, its cells as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from landgis.errors import LayerEmpty, UsageError
from landgis.exchange.points.sheets import PACKED, Cell, Sheet, choose_sheets, read_book
from landgis.exchange.reading.csv_rows import read_csv
from landgis.exchange.reading.detect import unreadable
from landgis.exchange.reading.heading import require_heading


def read(request: dict[str, Any], _folder: Path) -> dict[str, Any]:
    """Return heading and rows of a CSV, or of one sheet of a workbook; the content decides which it is.

    The request holds ``file`` (its copy), ``source`` (its name), ``sheet`` (None: the only one with content) and
    ``encoding`` (stated).
    """
    path, source = Path(request["file"]), str(request["source"])
    with path.open("rb") as file:
        packed = file.read(4) in PACKED
    heading, rows = _sheet(path, source, request["sheet"]) if packed else _csv(path, source, request["encoding"])
    if not rows:
        raise LayerEmpty(
            f"表 {source} 没有数据行", f"Table {source} has no rows", where=source,
            next_zh="请核对交付内容；第一行须是标题行", next_en="Check the delivery; the first row is the heading row",
        )  # fmt: skip
    uneven = next((number for number, row in enumerate(rows, 2) if len(row) != len(heading)), None)
    if uneven is not None:
        raise unreadable(source, f"第 {uneven} 行列数不符", f"row {uneven} has another number of cells")
    require_heading(heading, source)
    if len(set(heading)) < len(heading):
        raise unreadable(source, "有重名的列", "two columns have one name")
    return {"heading": heading, "rows": [[cell.strip() or None for cell in row] for row in rows]}


def _csv(path: Path, source: str, encoding: str | None) -> tuple[list[str], list[list[str]]]:
    heading, *rows = read_csv(path, source, encoding) or [[]]
    return heading, rows


def _sheet(path: Path, source: str, name: str | None) -> tuple[list[str], list[list[str]]]:
    book = read_book(path, None, ())
    sheet = _only(tuple(sheet for sheet in choose_sheets(book, name) if _filled(sheet)), source)
    heading, *rows = _filled(sheet)
    formula = next((cell for row in rows for cell in row if cell.formula), None)
    if formula is not None:
        raise unreadable(
            source,
            f"单元格 {formula.address} 是公式，请粘贴为数值",
            f"cell {formula.address} is a formula: paste it as a value",
        )
    width = max((at for at, cell in enumerate(heading, 1) if cell.text.strip()), default=0)
    return (
        [cell.text.strip() for cell in heading[:width]],
        [[cell.text for cell in row[:width]] + [""] * (width - len(row)) for row in rows],
    )


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
