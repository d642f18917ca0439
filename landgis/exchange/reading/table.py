"""Reading plain tables (CSV, xlsx): every cell as text, so that no code loses its zeros."""

from __future__ import annotations

import codecs
import csv
import io
from contextlib import suppress
from pathlib import Path

import pandas as pd

from landgis.errors import EncodingUnknown, FileMissing, FileUnreadable, LayerEmpty
from landgis.exchange.reading.confine import open_room
from landgis.exchange.reading.encoding_question import encoding_unknown
from landgis.exchange.reading.fields import is_personal
from landgis.exchange.reading.limits import limits_for
from landgis.exchange.reading.original import take_in
from landgis.exchange.reading.text_evidence import CODECS, weigh_all

_PACKED = (b"PK\x03\x04", b"PK\x05\x06")
_JOB = "landgis.exchange.reading.table_rows:read"


def read_table(path: str | Path, *, sheet: str | None = None, encoding: str | None = None) -> pd.DataFrame:
    """Read a table with a heading row; empty cells are missing, fields with personal data are left out.

    Parameters
    ----------
    path
        CSV or xlsx; the content decides.
    sheet
        Which sheet of a workbook, where several have content.
    encoding
        Text encoding of a CSV as a person states it. Without it only text that proves itself is read: UTF-8 by its
        mark or by its bytes, and plain ASCII.

    Returns
    -------
    pandas.DataFrame
        Text columns, rows in file order.

    Raises
    ------
    FileMissing, FileUnreadable, LayerEmpty
        No such file; no table, or rows of uneven length; a heading without rows.
    UsageError
        If several sheets have content, or none is called so.
    EncodingUnknown
        If the text does not prove its encoding, or is not in the one stated; with candidates and a preview.
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
    with source.open("rb") as file:
        packed = file.read(4) in _PACKED
    heading, rows = _workbook(source, sheet) if packed else _csv(source, encoding)
    if not rows:
        raise LayerEmpty(
            f"表 {source.name} 没有数据行", f"Table {source.name} has no rows", where=str(source),
            next_zh="请核对交付内容", next_en="Check the delivery",
        )  # fmt: skip
    uneven = next((number for number, row in enumerate(rows, 2) if len(row) != len(heading)), None)
    if uneven is not None or len(set(heading)) < len(heading):
        zh, en = (f"第 {uneven} 行列数不符", f"row {uneven} has another number of cells") if uneven else (
            "有重名的列", "two columns have one name")  # fmt: skip
        raise _unreadable(source, zh, en)
    cells = [[cell.strip() or None for cell in row] for row in rows]
    table = pd.DataFrame(cells, columns=heading, dtype="str")
    return table[[name for name in heading if not is_personal(name)]]


def _csv(source: Path, encoding: str | None) -> tuple[list[str], list[list[str]]]:
    text = _decoded(source, encoding)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error as error:
        raise _unreadable(source, f"不是完好的 CSV（{error}）", f"not sound CSV ({error})") from error
    return ([name.strip() for name in rows[0]], rows[1:]) if rows else ([], [])


def _workbook(source: Path, sheet: str | None) -> tuple[list[str], list[list[str]]]:
    with open_room() as room:
        original = take_in(source, room.folder)
        request = {"source": source.name, "file": str(original.path), "sheet": sheet}
        limits = limits_for(original.path.stat().st_size, unpacks=True)
        told = room.run(_JOB, request, limits, needs="landgis.exchange.points.sheets")
    return [str(name).strip() for name in told["heading"]], told["rows"]


def _decoded(source: Path, encoding: str | None) -> str:
    """Return the text. A CSV says nothing of its encoding, so its bytes must prove it or a person must say it."""
    data = source.read_bytes()
    if data and not data.rstrip(b"\0").endswith((b"\n", b"\r")):  # cut within a row it reads as a shorter value
        raise FileUnreadable(
            f"无法读取 {source.name}：最后一行没有换行，可能没有复制完整",
            f"Cannot read {source.name}: the last line has no line end, the file may be cut",
            where=source.name,
            next_zh="请核对最后一行；若确实完整，在末尾加一个换行后重试",
            next_en="Check the last line; if it is whole, end it with a line break and retry",
        )
    if data.startswith(codecs.BOM_UTF8) and encoding is None:
        encoding = "utf-8-sig"
    lines = [line for line in data.splitlines() if not line.isascii()]
    if encoding is not None:
        codec = CODECS.get(encoding.strip().upper(), encoding)
        with suppress(UnicodeError, LookupError):
            return data.decode(codec)
        raise _asked(source, lines, f"文字不是指明的 {encoding}", f"its text is not {encoding}, as was stated")
    fits = weigh_all(lines)
    if not lines or (fits and fits[0].proves_itself):
        return data.decode("utf-8")
    raise _asked(source, lines, "文件没有说明编码", "nothing says the encoding")


def _asked(source: Path, lines: list[bytes], zh: str, en: str) -> EncodingUnknown:
    heading = lines[0].split(b",") if lines else []
    rows = (dict(zip(heading, line.split(b","), strict=False)) for line in lines[1:] or lines)
    return encoding_unknown(source.name, weigh_all(lines), rows, zh, en)


def _unreadable(source: Path, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        f"无法读取 {source.name}：{zh}",
        f"Cannot read {source.name}: {en}",
        where=str(source),
        next_zh="请核对原文件并重新导出",
        next_en="Check the original and export it again",
    )
