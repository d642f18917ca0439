"""FileGDB: many files, each of which says in its header how long it is and how many rows it holds."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

import pyogrio

from landgis.exchange.reading.detect import FILEGDB, Part, unreadable
from landgis.exchange.reading.ogr_rows import ogr_rows
from landgis.exchange.reading.opened import Delivered, Opened

_PLAIN_NAME = re.compile(r"[\w.-]{1,120}", re.ASCII)
_TABLE_HEADER, _INDEX_HEADER, _INDEX_TRAILER, _BLOCK_ROWS = 40, 16, 16, 1024
_PAGE = 4096
_PAGED = (".atx", ".spx")


def look(delivered: Delivered) -> tuple[Part, ...]:
    """Return the layers with geometry of the geodatabases among unpacked files."""
    places: dict[PurePath, dict[str, Path]] = {}
    for name, path in delivered.unpacked.items():
        places.setdefault(name.parent, {})[name.name] = path
    parts: list[Part] = []
    for number, (_, found) in enumerate(sorted(places.items())):
        place = delivered.folder / f"base{number}.gdb"
        place.mkdir()
        for file_name, path in found.items():
            if not _PLAIN_NAME.fullmatch(file_name):
                raise unreadable(
                    delivered.source,
                    f"含不属于地理数据库的文件 {file_name}",
                    f"{file_name} is no part of a geodatabase",
                )
            path.rename(place / file_name)
        parts += _layers(place, delivered.source, delivered.path)
    return tuple(parts)


@contextmanager
def open_layer(part: Part, where: str, _: str | None) -> Iterator[Opened]:
    """Open one layer; its table's header says how many rows it holds."""
    with ogr_rows(part) as found:
        yield Opened(
            found.columns, found.batches, found.crs, part.promised, None, "UTF-8", f"{FILEGDB} is UTF-8",
            found.personal, late_issues=lambda: found.issues(where),
        )  # fmt: skip


def _layers(place: Path, source: str, archive: Path) -> list[Part]:
    tables = {path.name.lower(): path for path in place.iterdir()}
    if any(name.endswith(".cdf") for name in tables):
        raise unreadable(
            source,
            "是压缩的地理数据库（.cdf），请先在 ArcGIS 中解压",
            "it is a compressed geodatabase: uncompress it in ArcGIS",
        )
    rows = {name.removesuffix(".gdbtable"): _require_table(path, tables, source)
            for name, path in tables.items() if name.endswith(".gdbtable")}  # fmt: skip
    for name, path in tables.items():
        if name.endswith(_PAGED) and path.stat().st_size % _PAGE not in (0, 22):
            raise _short(source, path.name, "")
    numbers = _numbers(place, source)
    return [
        Part(str(name), FILEGDB, str(place), str(name), (archive,), promised=rows.get(numbers.get(str(name), "")))
        for name, kind in pyogrio.list_layers(place)
        if kind is not None
    ]


def _numbers(place: Path, source: str) -> dict[str, str]:
    """Which file holds which table, from the catalogue that is table 1."""
    meta, fids, _, fields = pyogrio.raw.read(
        place, layer="GDB_SystemCatalog", LIST_ALL_TABLES="YES", return_fids=True, read_geometry=False, columns=["Name"]
    )
    if list(meta["fields"]) != ["Name"]:
        raise unreadable(source, "目录表无法读取", "its catalogue cannot be read")
    return {str(name): f"a{int(number):08x}" for number, name in zip(fids, fields[0], strict=True)}


def _require_table(path: Path, tables: dict[str, Path], source: str) -> int:
    """Hold a table and its index of rows against their headers; return the number of rows."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_TABLE_HEADER)
    if len(head) < _TABLE_HEADER:
        raise _short(source, path.name, f"{size}")
    version, rows, _ = struct.unpack_from("<iii", head)
    (wide_rows, expected) = struct.unpack_from("<qq", head, 16)
    if size < expected:
        raise _short(source, path.name, f"{size}/{expected}")
    index = tables.get(path.name.lower().replace(".gdbtable", ".gdbtablx"))
    rows = wide_rows if version == 4 else rows
    if index is None:
        if rows:
            raise _short(source, path.name.replace(".gdbtable", ".gdbtablx"), "0")
        return int(rows)
    _require_index(index, source)
    return int(rows)


def _require_index(path: Path, source: str) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_INDEX_HEADER)
    if len(head) < _INDEX_HEADER:
        raise _short(source, path.name, f"{size}")
    _, blocks, _, width = struct.unpack("<iiii", head)
    expected = _INDEX_HEADER + _BLOCK_ROWS * width * blocks + (_INDEX_TRAILER if blocks else 0)
    if size < expected:
        raise _short(source, path.name, f"{size}/{expected}")


def _short(source: str, name: str, told: str) -> Exception:
    return unreadable(
        source,
        f"{name} 不完整（{told} 字节）；可能只复制了一半",
        f"{name} is not whole ({told} bytes): probably copied only in part",
    )
