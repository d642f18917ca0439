"""What a foreign file is, by its first bytes and never by its name.

GDAL chooses a driver by content: a file called ``.geojson`` may hold a virtual dataset that reads other files. So the
first bytes must be those of an allowed format before anything is opened, and then only that format's reader opens it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landgis.domain.issue import shown
from landgis.errors import FileUnreadable, UsageError
from landgis.exchange.points.boundary_text import looks_like_boundary_text
from landgis.exchange.reading.refused import refuse
from landgis.exchange.reading.shapefile import SHAPE_MAGIC, ShapefileParts

GEOPACKAGE, SHAPEFILE, GEOJSON, FILEGDB = "GPKG", "ESRI Shapefile", "GeoJSON", "OpenFileGDB"
FLATGEOBUF, GEOPARQUET, KML, DXF = "FlatGeobuf", "Parquet", "KML", "DXF"
BOUNDARY_TEXT, WORKBOOK, CSV, GEOTIFF = "TXT", "XLSX", "CSV", "GTiff"
ZIP = "zip"
SUFFIXES = (".gpkg", ".zip", ".shp", ".geojson", ".json", ".fgb", ".parquet", ".geoparquet", ".kml", ".dxf", ".gdb")
"""Names of files (and of .gdb folders) worth looking into for a layer; the content decides."""
RASTER_SUFFIXES = (".tif", ".tiff")
_TABLES = (".xlsx", ".csv", ".txt", ".dwg", *RASTER_SUFFIXES)
_NAMED = 20
"""Names of a folder's files that a message lists."""
_HEAD_BYTES = 4_096
_MAGICS = (
    (b"SQLite format 3\0", GEOPACKAGE),
    (SHAPE_MAGIC, SHAPEFILE),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"fgb\x03fgb", FLATGEOBUF),
    (b"PAR1", GEOPARQUET),
    (b"AutoCAD Binary DXF\r\n\x1a\x00", DXF),
    (b"II*\0", GEOTIFF),
    (b"MM\0*", GEOTIFF),
    (b"II+\0", GEOTIFF),
    (b"MM\0+", GEOTIFF),
)
_DXF_TEXT = re.compile(rb"\s*(?:999\r?\n[^\r\n]*\r?\n\s*)*0\r?\n\s*SECTION\r?\n", re.IGNORECASE)
_MARKS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""Byte order marks, UTF-16's zeros and blanks that may stand before the first character."""
_KML_ROOT = re.compile(rb"<(?:[\w.-]+:)?kml[\s>]")
_PLAIN = ("name", "driver", "uri", "layer", "promised", "nothing", "inner_crs")
_TEXT_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Part:
    """One layer inside a file, and how to open it.

    Attributes
    ----------
    name
        Layer name as delivered.
    driver
        The format, one of the names above.
    uri, layer
        What the reader opens.
    files
        The files whose bytes carry the layer, under the names they came with.
    shapefile
        Its parts, for a shapefile.
    promised, nothing
        Rows, and rows without geometry, that the file itself declares; None where only opening the layer tells.
    inner_crs
        Whether features of a GeoJSON name their CRS again.
    """

    name: str
    driver: str
    uri: str
    layer: str | None
    files: tuple[Path, ...]
    shapefile: ShapefileParts | None = None
    promised: int | None = None
    nothing: int | None = None
    inner_crs: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON can say."""
        shape = self.shapefile
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "files": [str(path) for path in self.files],
            "shapefile": None if shape is None else {"name": shape.name, "files": [str(path) for path in shape.files]},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Part:
        """Rebuild a layer from `as_dict`."""
        shape = data["shapefile"]
        plain = {name: data[name] for name in _PLAIN}
        files = tuple(Path(path) for path in data["files"])
        return cls(
            **plain, files=files, shapefile=shape and ShapefileParts.of(shape["name"], map(Path, shape["files"]))
        )


def sniff(source: Path) -> str:
    """Return the format that the first bytes call for, or ``zip``; a folder can only be a FileGDB.

    Raises
    ------
    FileUnreadable
        For a file without content.
    FormatUnknown
        For content of any other kind, whatever the file is called.
    UsageError
        For a folder of files, asking which one.
    """
    if source.is_dir():
        if any(source.glob("*.gdbtable")):
            return FILEGDB
        _require_no_choice(source)
        raise refuse(b"", source.name, str(source))
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise unreadable(source.name, "文件是空的（0 字节）", "the file is empty (0 bytes)")
    found = next((driver for magic, driver in _MAGICS if head.startswith(magic)), None) or _text_format(head)
    if found is None:
        raise refuse(head, source.name, str(source))
    return found


def _require_no_choice(folder: Path) -> None:
    """Ask which file of a folder is meant, where some look like layers."""
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in (*SUFFIXES, *_TABLES))
    if not names:
        return
    listed = [shown(name) for name in names[:_NAMED]]
    more = len(names) - len(listed)
    raise UsageError(
        f"{folder.name} 是文件夹；要读哪一个：{'、'.join(listed)}{f'，另有 {more} 个' if more else ''}？",
        f"{folder.name} is a folder; which one of it: {', '.join(listed)}{f' and {more} more' if more else ''}?",
        where=str(folder),
        next_zh=f"请给出其中一个文件，例如 {folder.name}/{listed[0]}",
        next_en=f"Give one of its files, for example {folder.name}/{listed[0]}",
    )


def _text_format(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return GEOJSON if b"<OGRVRT" not in head else None
    if head.lstrip(_MARKS).startswith(b"<"):
        return KML if _KML_ROOT.search(head.replace(b"\0", b"")) else None
    if _DXF_TEXT.match(text):
        return DXF
    return _point_format(head)


def _point_format(head: bytes) -> str | None:
    """Text of boundary points, or a table: what has bytes that no text has is neither."""
    if looks_like_boundary_text(head):
        return BOUNDARY_TEXT
    first = head.splitlines()[0] if head.splitlines() else b""
    if first.lstrip().startswith(b"["):  # JSON
        return None
    return CSV if not _TEXT_BYTES.search(head) and (b"," in first or "，".encode() in first) else None


def unreadable(where: str, zh: str, en: str) -> FileUnreadable:
    """Make the error for a file that is damaged."""
    return FileUnreadable(
        f"无法读取 {where}：{zh}",
        f"Cannot read {where}: {en}",
        where=where,
        next_zh="请核对原文件，重新复制或重新导出",
        next_en="Check the original, and copy or export it again",
    )
