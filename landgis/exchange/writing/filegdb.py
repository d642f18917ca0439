"""FileGDB in a zip: ASCII names with Chinese captions, which every version of the bureaus' software reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from landgis.exchange.writing.archive import pack
from landgis.exchange.writing.format import Format
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.ogr_layers import put_layer, read_layer, reproducible
from landgis.exchange.writing.options import WritingOptions
from landgis.exchange.writing.reading_back import require_same_layer
from landgis.exchange.writing.stored import StoredLayer

LIMITS = Limits(
    fields=65_534, name_bytes=64, ascii_names=True,
    reserved=frozenset(
        {"objectid", "shape", "shape_length", "shape_area", "fid", "oid", "add", "alter", "and", "between", "by", "column",
         "create", "delete", "drop", "exists", "for", "from", "group", "in", "insert", "into", "is", "like", "not", "null",
         "or", "order", "select", "set", "table", "update", "values", "where"}
    ),
    flags=False, narrow_whole=2**31 - 1, finite=True, empty_geometry=False, tables=True, step=1e-4, step_degrees=1e-9,
)  # fmt: skip
"""Whole numbers have 32 bits and dates are midnights, as software before 2023 expects; coordinates lie on a grid of
0.1 mm, the usual one of that software."""
_MOMENT = pa.timestamp("ms")
_PLANE = {"XORIGIN": "-20037700", "YORIGIN": "-30241100"}
"""Where the grid of a plane begins: the usual place, said because GDAL takes a plane that it does not know for degrees."""


def put(draft: Path, layers: Sequence[StoredLayer], _: WritingOptions, limits: Limits) -> None:
    """Write layers as a geodatabase, prove that they read back, and pack its folder."""
    place = draft.with_name(f"{draft.name.removesuffix('.zip').removesuffix('.gdb')}.gdb")
    with reproducible():
        for number, layer in enumerate(layers):
            put_layer(place, _with_moments(layer), "OpenFileGDB", _options(layer, limits), append=number > 0)
    for layer in layers:
        table, shapes = read_layer(place, layer.name)
        step = _step(layer, limits)
        require_same_layer(layer, table, shapes, limits, f"{draft.name}:{layer.name}", step / 10)
    pack(draft, {f"{place.name}/{path.name}": path.read_bytes() for path in sorted(place.iterdir())})


FILEGDB = Format("filegdb", ".gdb.zip", "FileGDB（压缩包）", "FileGDB (zip)", LIMITS, put)


def _step(layer: StoredLayer, limits: Limits) -> float:
    return limits.step_degrees if layer.crs is not None and layer.crs.is_geographic else limits.step


def _options(layer: StoredLayer, limits: Limits) -> dict[str, str]:
    options = {"LAYER_ALIAS": layer.alias, "TIME_IN_UTC": "NO"}
    if layer.shapes is not None:
        options["XYSCALE"] = f"{1 / _step(layer, limits):.0f}"
        options["ZSCALE"] = f"{1 / limits.step:.0f}"
        if layer.crs is not None and not layer.crs.is_geographic:
            options |= _PLANE
    return options


def _with_moments(layer: StoredLayer) -> StoredLayer:
    """Store dates as midnights, the only date type of older geodatabases."""
    schema = pa.schema(
        [field.with_type(_MOMENT) if pa.types.is_date(field.type) else field for field in layer.table.schema]
    )
    return replace(layer, table=layer.table.cast(schema))
