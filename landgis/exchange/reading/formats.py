"""Which module reads which format, and what each of them offers."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from typing import Protocol

from landgis.exchange.reading.detect import (
    BOUNDARY_TEXT,
    CSV,
    DXF,
    FILEGDB,
    FLATGEOBUF,
    GEOJSON,
    GEOPACKAGE,
    GEOPARQUET,
    KML,
    SHAPEFILE,
    WORKBOOK,
    Part,
)  # fmt: skip
from landgis.exchange.reading.opened import Delivered, Opened

_ROOM = "landgis.exchange.reading"
_MODULES = {
    GEOPACKAGE: f"{_ROOM}.geopackage",
    SHAPEFILE: f"{_ROOM}.shapefile_rows",
    GEOJSON: f"{_ROOM}.geojson",
    FILEGDB: f"{_ROOM}.filegdb",
    FLATGEOBUF: f"{_ROOM}.flatgeobuf",
    GEOPARQUET: f"{_ROOM}.geoparquet",
    KML: f"{_ROOM}.kml",
    DXF: f"{_ROOM}.dxf",
    BOUNDARY_TEXT: f"{_ROOM}.point_rows",
    WORKBOOK: f"{_ROOM}.point_rows",
    CSV: f"{_ROOM}.point_rows",
}


class Format(Protocol):
    """What the module of a format offers."""

    def look(self, delivered: Delivered, /) -> tuple[Part, ...]:
        """Return the layers, after proving what can be proven of the file as a whole."""
        ...

    def open_layer(self, part: Part, where: str, encoding: str | None, /) -> AbstractContextManager[Opened]:
        """Open one of them."""
        ...


def module_of(driver: str) -> str:
    """Return the name of the module that reads a format; empty for an archive, which says what it is when opened."""
    return _MODULES.get(driver, "")


def format_of(driver: str) -> Format:
    """Return the module that reads a format; the heavy ones are imported when first needed."""
    found: Format = importlib.import_module(_MODULES[driver])
    return found
