"""Shapefiles written byte by byte, so that any of them can be wrong."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from pyproj import CRS

Ring = Sequence[tuple[float, float]]
POLYGON, POLYLINE, POINT, MULTIPATCH = 5, 3, 1, 31


def polygon(*rings: Ring, shape: int = POLYGON) -> bytes:
    """Content of one polygon (or line) record."""
    points = [point for ring in rings for point in ring]
    starts, place = [], 0
    for ring in rings:
        starts.append(place)
        place += len(ring)
    xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    box = struct.pack("<4d", min(xs), min(ys), max(xs), max(ys))
    head = struct.pack("<i", shape) + box + struct.pack("<2i", len(rings), len(points))
    return head + struct.pack(f"<{len(starts)}i", *starts) + b"".join(struct.pack("<2d", x, y) for x, y in points)


def ring(
    east: float = 0.0, size: float = 100.0, *, x: float = 600_000.0, y: float = 3_430_000.0
) -> list[tuple[float, float]]:
    """A closed clockwise square, metres from the place."""
    west, south = x + east, y
    return [
        (west, south),
        (west, south + size),
        (west + size, south + size),
        (west + size, south),
        (west, south),
    ]


def write_shapes(stem: Path, contents: Sequence[bytes], *, shape: int = POLYGON) -> Path:
    """Write ``.shp`` and ``.shx`` from record contents."""
    records, index, place = b"", b"", 50
    for number, content in enumerate(contents, 1):
        words = len(content) // 2
        index += struct.pack(">2i", place, words)
        records += struct.pack(">2i", number, words) + content
        place += 4 + words
    bounds = struct.pack("<8d", 599_000, 3_429_000, 602_000, 3_432_000, 0, 0, 0, 0)

    def head(size: int) -> bytes:
        return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, size // 2) + struct.pack("<2i", 1000, shape) + bounds

    path = stem.with_suffix(".shp")
    path.write_bytes(head(100 + len(records)) + records)
    stem.with_suffix(".shx").write_bytes(head(100 + len(index)) + index)
    return path


def write_table(
    path: Path, fields: Sequence[tuple[bytes, str, int]], rows: Sequence[Sequence[bytes]], *, ldid: int = 0
) -> None:
    """Write a ``.dbf`` from the bytes of its cells, with any language byte."""
    width = 1 + sum(size for _, _, size in fields)
    head = struct.pack("<B3BIHH20x", 3, 126, 6, 30, len(rows), 33 + 32 * len(fields), width)
    head = head[:29] + bytes([ldid]) + head[30:]
    columns = b"".join(
        name[:11].ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([size, 0]) + bytes(14)
        for name, kind, size in fields
    )
    body = b"".join(
        b" " + b"".join(cell[:size].ljust(size) for cell, (_, _, size) in zip(row, fields, strict=True)) for row in rows
    )
    path.write_bytes(head + columns + b"\r" + body + b"\x1a")


def write_prj(stem: Path, epsg: int = 4549) -> None:
    """Write the ``.prj`` of a CRS as GIS programs leave it."""
    stem.with_suffix(".prj").write_text(CRS.from_epsg(epsg).to_wkt("WKT1_ESRI"), encoding="ascii")


def shapefile(
    folder: Path,
    contents: Sequence[bytes],
    *,
    cells: Sequence[bytes] = (),
    field: bytes = b"ZJDBM",
    size: int = 60,
    ldid: int = 0,
    cpg: bytes | None = None,
    epsg: int | None = 4549,
    shape: int = POLYGON,
) -> Path:
    """Write a whole shapefile with one text field."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / "宅基地"
    path = write_shapes(stem, contents, shape=shape)
    values = cells or [b"h%d" % number for number in range(1, len(contents) + 1)]
    write_table(stem.with_suffix(".dbf"), [(field, "C", size)], [[value] for value in values], ldid=ldid)
    if cpg is not None:
        stem.with_suffix(".cpg").write_bytes(cpg)
    if epsg is not None:
        write_prj(stem, epsg)
    return path
