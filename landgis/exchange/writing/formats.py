"""Every format that landgis writes, under its name."""

from __future__ import annotations

from landgis.errors import UsageError
from landgis.exchange.writing.drawing import DXF
from landgis.exchange.writing.filegdb import FILEGDB
from landgis.exchange.writing.flatgeobuf import FLATGEOBUF
from landgis.exchange.writing.format import Format
from landgis.exchange.writing.geojson import GEOJSON
from landgis.exchange.writing.geopackage import GEOPACKAGE
from landgis.exchange.writing.parquet_layer import GEOPARQUET
from landgis.exchange.writing.plots_text import BOUNDARY_TEXT
from landgis.exchange.writing.shapefile import SHAPEFILE
from landgis.exchange.writing.workbook import XLSX

FORMATS = {
    form.key: form
    for form in (GEOPACKAGE, FILEGDB, SHAPEFILE, GEOJSON, GEOPARQUET, FLATGEOBUF, DXF, BOUNDARY_TEXT, XLSX)
}
"""Name → format."""


def format_named(key: str) -> Format:
    """Return a format.

    Raises
    ------
    UsageError
        If there is none of that name; the others are named.
    """
    if key not in FORMATS:
        listed = "、".join(FORMATS)
        raise UsageError(
            f"没有格式 {key}",
            f"There is no format {key}",
            where=key,
            next_zh=f"可选：{listed}",
            next_en=f"There are: {listed}",
        )
    return FORMATS[key]
