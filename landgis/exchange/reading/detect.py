"""What a foreign file is, by its content and never by its name, and which layers it holds.

GDAL chooses a driver by content: a file called ``.geojson`` may hold a virtual dataset that reads other files. So only
allow-listed drivers are ever asked, the first bytes must agree, and GeoJSON is opened with its driver forced.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

import fiona
import pyogrio
from fiona.errors import FionaError

from landgis.errors import FileMissing, FileUnreadable, FormatUnknown
from landgis.exchange.reading.archive import unpack
from landgis.exchange.reading.shapefile import SHAPE_MAGIC, ShapefileParts

GEOPACKAGE, SHAPEFILE, GEOJSON = "GPKG", "ESRI Shapefile", "GeoJSON"
ALLOWED_DRIVERS = [GEOPACKAGE, SHAPEFILE, GEOJSON]
SUFFIXES = (".gpkg", ".zip", ".shp", ".geojson", ".json")
"""File names worth looking into; the content decides."""
SUPPORTED_ZH = "GeoPackage（.gpkg）、打包的 shapefile（.zip）、shapefile（.shp）、GeoJSON"
SUPPORTED_EN = "GeoPackage (.gpkg), zipped shapefile (.zip), shapefile (.shp), GeoJSON"
_ZIP = "zip"
_SHAPE_SUFFIXES = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True)
class Part:
    """One layer inside a file, and how to open it.

    Attributes
    ----------
    name
        Layer name as delivered.
    driver
        One of `ALLOWED_DRIVERS`.
    uri, layer
        What the reader opens.
    files
        The files as delivered whose bytes carry the layer.
    shapefile
        Its parts, for a shapefile.
    """

    name: str
    driver: str
    uri: str
    layer: str | None
    files: tuple[Path, ...]
    shapefile: ShapefileParts | None = None


@contextmanager
def open_parts(path: str | Path) -> Iterator[tuple[Part, ...]]:
    """Look into a file; what a zip holds is unpacked for as long as the block lasts.

    Raises
    ------
    FileMissing
        If there is no such file.
    FormatUnknown
        If the content is none of the supported formats.
    FileUnreadable
        If it is one of them and damaged, or a shapefile lacks a part.
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
    driver = sniff(source)
    if driver != _ZIP:
        yield _plain_parts(source, driver)
        return
    with tempfile.TemporaryDirectory(prefix="landgis-") as folder:
        yield _zip_parts(source, Path(folder))


def sniff(source: Path) -> str:
    """Return the driver that the first bytes call for, or ``zip``.

    Raises
    ------
    FileUnreadable
        For a file without content.
    FormatUnknown
        For content of any other kind, whatever the file is called.
    """
    with source.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise unreadable(source.name, "文件是空的（0 字节）", "the file is empty (0 bytes)")
    if head.startswith(b"SQLite format 3\0"):
        return GEOPACKAGE
    if head.startswith(SHAPE_MAGIC):
        return SHAPEFILE
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _ZIP
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") and b"<OGRVRT" not in head:
        return GEOJSON
    raise FormatUnknown(
        f"{source.name} 的内容不是支持的格式",
        f"The content of {source.name} is of no supported format",
        where=str(source),
        next_zh=f"支持：{SUPPORTED_ZH}",
        next_en=f"Supported: {SUPPORTED_EN}",
    )


def unreadable(where: str, zh: str, en: str) -> FileUnreadable:
    """Make the error for a file that is damaged."""
    return FileUnreadable(
        f"无法读取 {where}：{zh}",
        f"Cannot read {where}: {en}",
        where=where,
        next_zh="请核对原文件，重新复制或重新导出",
        next_en="Check the original, and copy or export it again",
    )


def _plain_parts(source: Path, driver: str) -> tuple[Part, ...]:
    if driver == SHAPEFILE:
        siblings = {PurePath(path.name): path for path in _siblings(source)}
        return (_shape_part(source.stem, _group(siblings)[PurePath(source.stem)], source.name, None),)
    _confirm(source, driver)
    uri = f"GeoJSON:{source}" if driver == GEOJSON else str(source)
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(uri) if kind is not None]
    except (pyogrio.errors.DataSourceError, UnicodeDecodeError) as error:
        raise unreadable(source.name, f"文件已损坏（{error}）", f"the file is damaged ({error})") from error
    return tuple(Part(name, driver, uri, name, (source,)) for name in layers)


def _zip_parts(source: Path, folder: Path) -> tuple[Part, ...]:
    groups = _group({PurePath(name): path for name, path in unpack(source, folder, _SHAPE_SUFFIXES).items()})
    shapes = {stem: found for stem, found in groups.items() if ".shp" in found}
    if not shapes:
        raise FormatUnknown(
            f"压缩包 {source.name} 里没有 shapefile",
            f"There is no shapefile in {source.name}",
            where=str(source),
            next_zh=f"支持：{SUPPORTED_ZH}",
            next_en=f"Supported: {SUPPORTED_EN}",
        )
    parts = []
    for number, (stem, found) in enumerate(sorted(shapes.items())):
        together = {suffix: path.rename(folder / f"shape{number}{suffix}") for suffix, path in found.items()}
        parts.append(_shape_part(stem.name, together, f"{source.name}/{stem}", source))
    return tuple(parts)


def _group(found: dict[PurePath, Path]) -> dict[PurePath, dict[str, Path]]:
    groups: dict[PurePath, dict[str, Path]] = {}
    for name, path in found.items():
        groups.setdefault(name.with_suffix(""), {})[name.suffix.lower()] = path
    return groups


def _siblings(source: Path) -> list[Path]:
    return sorted(
        path
        for path in source.parent.iterdir()
        if path.stem == source.stem and path.suffix.lower() in _SHAPE_SUFFIXES and path.is_file()
    )


def _shape_part(name: str, found: dict[str, Path], where: str, archive: Path | None) -> Part:
    missing = [suffix for suffix in (".shp", ".shx", ".dbf") if suffix not in found]
    if missing:
        raise unreadable(where, f"缺少 {'、'.join(missing)}", f"{', '.join(missing)} missing")
    others = (found[".prj"],) if ".prj" in found else ()
    parts = ShapefileParts(name, found[".shp"], found[".shx"], found[".dbf"], found.get(".cpg"), others)
    files = (archive,) if archive else parts.files
    return Part(name, SHAPEFILE, str(parts.shp), None, files, parts)


def _confirm(source: Path, driver: str) -> None:
    """Let the allow-listed driver detection agree with the first bytes."""
    try:
        with fiona.open(source, allowed_drivers=ALLOWED_DRIVERS) as opened:
            found = opened.driver
    except (FionaError, UnicodeDecodeError, ValueError) as error:
        raise unreadable(source.name, f"不是完好的 {driver}（{error}）", f"not a sound {driver} ({error})") from error
    if found != driver:
        raise unreadable(source.name, f"内容不明（{driver} / {found}）", f"ambiguous content ({driver} / {found})")
