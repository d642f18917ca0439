"""A CSV's rows, read inside the confined child: within limits, in an encoding that its bytes prove or a person states."""

from __future__ import annotations

import codecs
import csv
import io
from contextlib import suppress
from pathlib import Path

from landgis.errors import EncodingUnknown, FileUnreadable
from landgis.exchange.reading.detect import unreadable
from landgis.exchange.reading.encoding_question import encoding_unknown
from landgis.exchange.reading.text_evidence import CODECS, weigh_all

MOST_BYTES = 64 * 1024**2
MOST_ROWS = 1_000_000
LONGEST_CELL = 131_072


def read_csv(path: Path, source: str, encoding: str | None) -> list[list[str]]:
    """Return the rows of a CSV that are not empty, every cell as text, blanks around it left out.

    Parameters
    ----------
    path, source
        The file, and its name in messages.
    encoding
        As a person states it; without it only text that proves itself is read: UTF-8 by its mark or by its bytes, and
        plain ASCII.

    Raises
    ------
    FileUnreadable
        If it is too large, cut within its last row, or its quotes do not match.
    EncodingUnknown
        If the text does not prove its encoding, or is not in the one stated; with candidates and a preview.
    """
    _require_size(path, source)
    text = _decoded(path.read_bytes(), source, encoding)
    csv.field_size_limit(LONGEST_CELL)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            if row:
                rows.append([cell.strip() for cell in row])
            if len(rows) > MOST_ROWS:
                raise _too_large(source, f"超过 {MOST_ROWS} 行", f"more than {MOST_ROWS} rows")
    except csv.Error as error:
        raise unreadable(source, f"不是完好的 CSV（{error}）", f"not sound CSV ({error})") from error
    return rows


def _require_size(path: Path, source: str) -> None:
    size, most = path.stat().st_size / 1024**2, MOST_BYTES // 1024**2
    if size > most:
        raise _too_large(source, f"有 {size:.0f} MB，超过上限 {most} MB", f"{size:.0f} MB, over the limit of {most} MB")


def _too_large(source: str, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        f"无法读取 {source}：{zh}",
        f"Cannot read {source}: {en}",
        where=source,
        next_zh="请拆成几个文件",
        next_en="Split it into several files",
    )


def _decoded(data: bytes, source: str, encoding: str | None) -> str:
    """Return the text. A CSV says nothing of its encoding, so its bytes must prove it or a person must say it."""
    if data and not data.rstrip(b"\0").endswith((b"\n", b"\r")):  # cut within a row it reads as a shorter value
        raise FileUnreadable(
            f"无法读取 {source}：最后一行没有换行，可能没有复制完整",
            f"Cannot read {source}: the last line has no line end, the file may be cut",
            where=source,
            next_zh="请核对最后一行；若确实完整，在末尾加一个换行后重试",
            next_en="Check the last line; if it is whole, end it with a line break and retry",
        )
    if data.startswith(codecs.BOM_UTF8) and encoding is None:
        encoding = "utf-8-sig"
    lines = [line for line in data.splitlines() if not line.isascii()]
    if encoding is not None:
        codec = CODECS.get(encoding.strip().upper(), encoding)
        with suppress(UnicodeError):
            return data.decode(codec)
        raise _asked(source, lines, f"文字不是指明的 {encoding}", f"its text is not {encoding}, as was stated")
    fits = weigh_all(lines)
    if not lines or (fits and fits[0].proves_itself):
        return data.decode("utf-8")
    raise _asked(source, lines, "文件没有说明编码", "nothing says the encoding")


def _asked(source: str, lines: list[bytes], zh: str, en: str) -> EncodingUnknown:
    heading = lines[0].split(b",") if lines else []
    rows = (dict(zip(heading, line.split(b","), strict=False)) for line in lines[1:] or lines)
    return encoding_unknown(source, weigh_all(lines), rows, zh, en)
