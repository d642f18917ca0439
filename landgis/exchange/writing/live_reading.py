"""Reading a workbook back: every text, number, formula and the value beside it must be there as written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook

from landgis.errors import FileUnreadable

Written = Mapping[str, Mapping[str, object]]
"""Sheet → cell → what was written there."""


def require_same_cells(path: Path, typed: Written, values: Written, name: str) -> None:
    """Raise unless a workbook holds what was written, and nothing else.

    Parameters
    ----------
    path
        The workbook.
    typed, values
        What a person who edits the file sees in the cells, and what a program that only reads them does: they differ
        where there are formulas.
    name
        What the file will be called.

    Raises
    ------
    FileUnreadable
        If any cell differs: a text that the format cut, a number that lost digits, a value that is not there.
    """
    for read_values, written in ((False, typed), (True, values)):
        read = load_workbook(path, data_only=read_values)
        for sheet in dict.fromkeys([*written, *read.sheetnames]):
            cells = {cell.coordinate: cell.value for row in read[sheet] for cell in row} if sheet in read else {}
            wanted = written.get(sheet, {})
            for place in dict.fromkeys([*wanted, *cells]):
                if not _same(wanted.get(place), cells.get(place)):
                    raise _differs(name, f"{sheet}!{place}", wanted.get(place), cells.get(place))


def _same(written: object, read: object) -> bool:
    if isinstance(written, (int, Decimal)) and isinstance(read, (int, float)):
        return Decimal(str(read)) == written
    return (written or None) == read


def _differs(name: str, place: str, written: object, read: object) -> FileUnreadable:
    return FileUnreadable(
        f"写出的 {name} 未能原样读回：{place} 应为 {str(written)[:60]!r}，读到 {str(read)[:60]!r}",
        f"{name} does not read back as written: {place} should be {str(written)[:60]!r} and reads {str(read)[:60]!r}",
        where=f"{name}:{place}",
        next_zh="文件未保存；请缩短或更正该处内容",
        next_en="Nothing was saved: shorten or mend what stands there",
    )
