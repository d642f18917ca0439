"""The two jobs of the confined child: look into a delivery, and read one of its layers."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from landgis.domain.issue import Issue, Severity, shown
from landgis.errors import LayerEmpty
from landgis.exchange.reading import archive
from landgis.exchange.reading.detect import (
    DXF,
    FILEGDB,
    FLATGEOBUF,
    GEOPACKAGE,
    GEOTIFF,
    KML,
    SHAPEFILE,
    WORKBOOK,
    ZIP,
    Part,
    unreadable,
)  # fmt: skip
from landgis.exchange.reading.fields import personal_issue
from landgis.exchange.reading.formats import format_of
from landgis.exchange.reading.found_crs import label_in_file
from landgis.exchange.reading.ogr_rows import GIVES_UP
from landgis.exchange.reading.opened import Delivered, Opened
from landgis.exchange.reading.original import SHAPE_SUFFIXES
from landgis.exchange.reading.refused import Refused, format_unknown
from landgis.exchange.reading.rows_out import Tally, write_rows

_NO_LAYER = Refused(
    "压缩包，其中没有 shapefile 或 FileGDB", "an archive with no shapefile or file geodatabase in it",
    "其他格式请解压后直接提交", "Unpack other formats and deliver the file itself",
)  # fmt: skip
_RASTER = Refused(
    "栅格影像", "a raster",
    "栅格不是图层；可用 landgis inspect 查看", "A raster is no layer; look at it with landgis inspect",
)  # fmt: skip


def look(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Look into a delivery: its format, the names inside an archive, its layers.

    The request holds ``source`` (its name), ``file`` (its copy), ``driver`` (by content) and ``encoding`` (stated).
    """
    delivered = _delivered(request, folder)
    with _stopping(delivered.source, folder):
        parts = format_of(delivered.driver).look(delivered)
    names = [str(name) for name in delivered.unpacked]
    return {"driver": delivered.driver, "members": names, "parts": [part.as_dict() for part in parts]}


def read(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Read one layer into the room's Arrow file, and say everything else of it.

    The request holds ``where`` (file and layer), ``part`` (from `look`) and ``encoding`` (stated).
    """
    where, part = str(request["where"]), Part.from_dict(request["part"])
    with warnings.catch_warnings(record=True) as caught, _stopping(where, folder):
        warnings.simplefilter("always")
        with format_of(part.driver).open_layer(part, where, request["encoding"]) as opened:
            label, rule = label_in_file(part, opened.crs, opened.crs_rule)
            tally = write_rows(opened, folder, where)
            issues = [*opened.issues, *opened.late_issues()]
    if tally.rows == 0:
        raise LayerEmpty(
            f"图层 {where} 没有要素", f"Layer {where} has no features", where=where,
            next_zh="空图层不能证明没有冲突，请核对交付内容", next_en="An empty layer proves nothing: check the delivery",
        )  # fmt: skip
    said = dict.fromkeys(_plain(item.message, folder) for item in caught)
    told = [*(_warning_issue(where, text) for text in said), *_undecodable_issue(where, tally.undecodable)]
    issues = [*(personal_issue(column, where) for column in opened.personal), *told, *issues]
    return _told(opened, tally, issues) | {"crs": label, "crs_rule": rule}


def _told(opened: Opened, tally: Tally, issues: list[Issue]) -> dict[str, Any]:
    return {
        "columns": list(opened.columns),
        "count": tally.rows,
        "promised": opened.promised,
        "empty_cells": tally.empty_cells,
        "encoding": opened.encoding,
        "encoding_evidence": opened.encoding_evidence,
        "issues": [issue.as_dict() for issue in issues],
        "broken": {str(row): reason for row, reason in opened.broken.items()},
    }


def _delivered(request: dict[str, Any], folder: Path) -> Delivered:
    source, driver, path = str(request["source"]), str(request["driver"]), Path(request["file"])
    unpacked: Mapping[PurePosixPath, Path] = {}
    if driver == GEOTIFF:
        raise format_unknown(source, source, _RASTER)
    if driver in (SHAPEFILE, FILEGDB, ZIP):
        driver, unpacked = _unpacked(path, folder, source)
    plain = _plain_name(path, folder, driver)
    return Delivered(source, path, plain, folder, driver, request["encoding"], unpacked)


def _plain_name(path: Path, folder: Path, driver: str) -> Path:
    """Give the file a second name: foreign names can hold what a library takes for an instruction."""
    ending = {GEOPACKAGE: ".gpkg", FLATGEOBUF: ".fgb", KML: ".kml", DXF: ".dxf"}.get(driver, "")
    plain = folder / f"source{ending}"
    os.link(path, plain)
    return plain


def _unpacked(path: Path, folder: Path, source: str) -> tuple[str, Mapping[PurePosixPath, Path]]:
    """Tell what an archive is by the names in it, and unpack what belongs to that."""
    names = archive.members(path, source)
    if any(str(name) == "xl/workbook.xml" for name in names):
        return WORKBOOK, {}
    base = any(name.suffix.lower() == ".gdbtable" for name in names)
    shape = any(name.suffix.lower() == ".shp" for name in names)
    if not base and not shape:
        raise format_unknown(source, source, _NO_LAYER)

    def wanted(name: PurePath) -> bool:
        in_base = name.parent.suffix.lower() == ".gdb" or name.suffix.lower() == ".gdbtable"
        return in_base if base else name.suffix.lower() in SHAPE_SUFFIXES

    return (FILEGDB if base else SHAPEFILE), archive.unpack(path, folder, wanted, source)


@contextmanager
def _stopping(where: str, folder: Path) -> Iterator[None]:
    """Turn a library's surrender into the error of a damaged file."""
    try:
        yield
    except GIVES_UP as error:
        told = _plain(error, folder)
        raise unreadable(where, f"读取中断（{told}）", f"reading stopped ({told})") from error


def _plain(said: object, folder: Path) -> str:
    """Return what a library said: its first words, without the names of our own folders."""
    text = str(said).replace(f"{folder}/delivered/", "").replace(f"{folder}/", "").replace(str(folder), "")
    return shown(text, 160)


def _undecodable_issue(where: str, cells: int) -> Iterator[Issue]:
    if cells:
        zh, en = f"{cells} 个文字值的字节不成文字，以 \ufffd 代替", f"{cells} text values are no text; shown as \ufffd"
        yield Issue("text_undecodable", Severity.SERIOUS, where, zh, en)


def _warning_issue(where: str, text: str) -> Issue:
    return Issue("reader_warning", Severity.SERIOUS, where, f"读取时提示：{text}", f"The reader says: {text}")
