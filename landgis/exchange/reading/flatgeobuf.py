"""FlatGeobuf: walked from the first byte to the last, because a cut or unfinished file reads as fewer rows, or none."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from landgis.exchange.reading.detect import FLATGEOBUF, Part, unreadable
from landgis.exchange.reading.ogr_rows import ogr_rows
from landgis.exchange.reading.opened import Delivered, Opened

_MAGIC_BYTES, _NODE_BYTES, _FIRST_SIZE = 8, 40, 12
_NAME, _COUNT, _NODE_SIZE = 0, 8, 9
"""Places of three fields in the header's table."""
_USUAL_NODE_SIZE = 16


@dataclass(frozen=True)
class Header:
    """What the header declares: layer name, number of features (0: not known) and items per index node (0: no index)."""

    name: str
    features: int
    node_size: int
    ends: int

    @property
    def index_bytes(self) -> int:
        """Size of the packed tree that lies between header and features."""
        if self.node_size < 2 or self.features == 0:
            return 0
        level, nodes = self.features, self.features
        while level > 1:
            level = -(-level // self.node_size)
            nodes += level
        return nodes * _NODE_BYTES


def look(delivered: Delivered) -> tuple[Part, ...]:
    """Return the one layer, after walking over every feature.

    Raises
    ------
    FileUnreadable
        If the features do not end where the file ends, are not as many as declared, or no number is declared.
    """
    path, source = delivered.plain, delivered.source
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            header = read_header(data)
            found, end = _walk(data, header.ends + header.index_bytes)
        except (struct.error, IndexError, ValueError, UnicodeDecodeError) as error:
            raise unreadable(source, "文件头已损坏", "its header is damaged") from error
        size = len(data)
    if end != size or (header.features and found != header.features):
        raise unreadable(
            source,
            f"声明 {header.features} 个要素，读到第 {found} 个后中断；可能只复制了一半",
            f"{header.features} features declared, it breaks off after {found}: probably copied only in part",
        )
    if header.features == 0 and found:
        raise unreadable(
            source,
            "没有声明要素个数，无法证明完整；请导出时带空间索引",
            "it declares no number of features, so nothing proves it whole: export it with a spatial index",
        )
    name = header.name or delivered.stem
    return (Part(name, FLATGEOBUF, str(path), None, (delivered.path,), promised=header.features),)


@contextmanager
def open_layer(part: Part, where: str, _: str | None) -> Iterator[Opened]:
    """Open the layer; its features were counted on the walk."""
    with ogr_rows(part) as found:
        yield Opened(
            found.columns, found.batches, found.crs, part.promised, None, "UTF-8", f"{FLATGEOBUF} is UTF-8",
            found.personal, late_issues=lambda: found.issues(where),
        )  # fmt: skip


def read_header(data: mmap.mmap | bytes) -> Header:
    """Read what is needed of the header, a flatbuffer table.

    Raises
    ------
    struct.error, IndexError, ValueError
        If it leads outside the file.
    """
    (size,) = struct.unpack_from("<I", data, _MAGIC_BYTES)
    end = _FIRST_SIZE + size
    if size < 8 or end > len(data):
        raise ValueError("header beyond the end")
    head = bytes(data[_FIRST_SIZE:end])
    (table,) = struct.unpack_from("<I", head, 0)
    fields = table - struct.unpack_from("<i", head, table)[0]
    if fields < 0:
        raise ValueError("table outside")
    (fields_bytes,) = struct.unpack_from("<H", head, fields)

    def place(number: int) -> int:
        slot = 4 + 2 * number
        offset = struct.unpack_from("<H", head, fields + slot)[0] if slot < fields_bytes else 0
        return table + offset if offset else 0

    name, count, node = place(_NAME), place(_COUNT), place(_NODE_SIZE)
    features = struct.unpack_from("<Q", head, count)[0] if count else 0
    node_size = struct.unpack_from("<H", head, node)[0] if node else _USUAL_NODE_SIZE
    return Header(_text(head, name) if name else "", features, node_size, end)


def _text(head: bytes, at: int) -> str:
    start = at + struct.unpack_from("<I", head, at)[0]
    (length,) = struct.unpack_from("<I", head, start)
    return head[start + 4 : start + 4 + length].decode("utf-8")


def _walk(data: mmap.mmap, at: int) -> tuple[int, int]:
    """Step from feature to feature: how many are whole, and where the last one ends."""
    read, size, found = struct.Struct("<I").unpack_from, len(data), 0
    while at + 4 <= size:
        length = read(data, at)[0]
        if length < 4 or at + 4 + length > size:
            break
        at += 4 + length
        found += 1
    return found, at
