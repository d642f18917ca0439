"""A workbook is measured before it is parsed: what could not be read in the time allowed is refused at once.

A few hundred kilobytes can unfold into hundreds of megabytes of rows, and one cell far out or one merged range makes
the library build every cell before it.
"""

from __future__ import annotations

import re
import resource
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from landgis.errors import FileUnreadable
from landgis.exchange.points.points_read import refusal
from landgis.exchange.points.source_text import MOST_BYTES

_MOST_SECONDS = 900
"""Where no processor time is set (outside the confined child), as for the largest file there."""
_BYTES_A_SECOND, _MARKS_A_SECOND, _CELLS_A_SECOND = 2_500_000, 200_000, 45_000
"""What the library parses in a second of processor time, at best."""
_MOST_UNPACKED = 256 * 1024**2
_MOST_CELLS = 1_500_000
"""What fits into the memory that the confined child has."""
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"'](\d{1,9})[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Za-z]{1,4})(\d{1,9})[\"']")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,9}):([A-Z]{1,3})(\d{1,9})[\"']")


def require_readable(path: Path) -> None:
    """Refuse a workbook that unfolds too far.

    Raises
    ------
    FileUnreadable
        If it is no sound archive, or its sheets and texts are larger than can be read in the time allowed.
    """
    seconds = _seconds()
    try:
        with zipfile.ZipFile(path) as archive:
            _require_size(path, [entry.file_size for entry in archive.infolist()], seconds)
            marks = 0
            for entry in archive.infolist():
                if _is_parsed(entry.filename):
                    data = archive.read(entry)
                    marks += data.count(b"<")
                    _require_marks(path, marks, seconds)
                    _require_near(path, data, min(_MOST_CELLS, _CELLS_A_SECOND * seconds))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise refusal(path.name, None, f"工作簿已损坏（{error}）", f"the workbook is damaged ({error})") from error


def _seconds() -> int:
    allowed = resource.getrlimit(resource.RLIMIT_CPU)[0]
    return _MOST_SECONDS if allowed == resource.RLIM_INFINITY else min(allowed, _MOST_SECONDS)


def _is_parsed(name: str) -> bool:
    """Sheets and shared texts: what grows with the rows."""
    place = PurePosixPath(name)
    return place.suffix.lower() == ".xml" and ("worksheets" in place.parts or place.stem.lower() == "sharedstrings")


def _require_size(path: Path, sizes: list[int], seconds: int) -> None:
    unpacked = sum(sizes)
    if path.stat().st_size > MOST_BYTES or unpacked > min(_MOST_UNPACKED, _BYTES_A_SECOND * seconds):
        size = unpacked / 1024**2
        raise _too_large(path, f"解开后有 {size:.0f} MB", f"unpacked it has {size:.0f} MB")


def _require_marks(path: Path, marks: int, seconds: int) -> None:
    if marks > _MARKS_A_SECOND * seconds:
        raise _too_large(path, "单元格和文字过多", "it has too many cells and texts")


def _require_near(path: Path, data: bytes, most: int) -> None:
    """Refuse too many cells, or one or a merged range so far out that everything before it would have to be built."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:64]:
        raise refusal(path.name, None, "工作表不是 UTF-8", "a sheet is not UTF-8")
    cells = sum(1 for _ in _ANY_CELL.finditer(data))
    if cells > most:
        raise _too_large(path, f"有 {cells} 个单元格", f"it has {cells} cells")
    rows = max((int(number) for number in _ROW.findall(data)), default=1)
    columns = 1
    for letters, number in set(_CELL.findall(data)):
        rows, columns = max(rows, int(number)), max(columns, _column(letters))
    if rows * columns > most:
        raise _too_large(path, f"用到第 {rows} 行、第 {columns} 列", f"it reaches to row {rows} and column {columns}")
    merged = sum(
        (_column(right) - _column(left) + 1) * (int(last) - int(first) + 1)
        for left, first, right, last in _MERGED.findall(data)
    )
    if merged > most:
        raise _too_large(path, f"合并了 {merged} 个单元格", f"{merged} cells are merged")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_large(path: Path, zh: str, en: str) -> FileUnreadable:
    return refusal(
        path.name, None, f"{zh}，超过上限", f"{en}, over the limit",
        "请删去空白行列和多余的工作表，或拆成几个文件", "Delete empty rows, columns and further sheets, or split it",
    )  # fmt: skip
