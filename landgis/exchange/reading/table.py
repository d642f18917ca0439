"""Reading plain tables (CSV): every cell as text, so that no code loses its zeros."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from landgis.errors import FileMissing, FileUnreadable, LayerEmpty
from landgis.exchange.reading.fields import is_personal


def read_table(path: str | Path, *, encoding: str | None = None) -> pd.DataFrame:
    """Read a CSV with a heading row; empty cells are missing, fields with personal data are left out.

    Parameters
    ----------
    path
        CSV file.
    encoding
        Text encoding; without it strict UTF-8 (with or without its mark) is tried, then GB18030.

    Returns
    -------
    pandas.DataFrame
        Text columns, rows in file order.

    Raises
    ------
    FileMissing, FileUnreadable, LayerEmpty
        No such file; not CSV text, or rows of uneven length; a heading without rows.
    """
    source = Path(path)
    if not source.is_file():
        raise FileMissing(
            f"没有文件 {source}",
            f"There is no file {source}",
            where=str(source),
            next_zh="请核对路径",
            next_en="Check the path",
        )
    text = _decoded(source, encoding)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error as error:
        raise _unreadable(source, f"不是完好的 CSV（{error}）", f"not sound CSV ({error})") from error
    if len(rows) < 2:
        raise LayerEmpty(
            f"表 {source.name} 没有数据行", f"Table {source.name} has no rows", where=str(source),
            next_zh="请核对交付内容", next_en="Check the delivery",
        )  # fmt: skip
    heading = [name.strip() for name in rows[0]]
    uneven = next((number for number, row in enumerate(rows[1:], 2) if len(row) != len(heading)), None)
    if uneven is not None or len(set(heading)) < len(heading):
        zh, en = (f"第 {uneven} 行列数不符", f"row {uneven} has another number of cells") if uneven else (
            "有重名的列", "two columns have one name")  # fmt: skip
        raise _unreadable(source, zh, en)
    cells = [[cell.strip() or None for cell in row] for row in rows[1:]]
    table = pd.DataFrame(cells, columns=heading, dtype="str")
    return table[[name for name in heading if not is_personal(name)]]


def _decoded(source: Path, encoding: str | None) -> str:
    data = source.read_bytes()
    for name in (encoding,) if encoding else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    tried = encoding or "UTF-8 / GB18030"
    raise _unreadable(source, f"文字不是 {tried}", f"its text is not {tried}")


def _unreadable(source: Path, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        f"无法读取 {source.name}：{zh}",
        f"Cannot read {source.name}: {en}",
        where=str(source),
        next_zh="请核对原文件并重新导出为 CSV",
        next_en="Check the original and export it as CSV again",
    )
