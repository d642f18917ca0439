"""Layers through GDAL as Arrow tables: typed, with captions, and nothing of the clock in the bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError

from landgis.crs import GeometryArray
from landgis.errors import ExternalError
from landgis.exchange.writing.crs_text import crs_text
from landgis.exchange.writing.stored import StoredField, StoredLayer

_SETTINGS = {
    "OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z",
    "OGR_SQLITE_JOURNAL": "OFF",
    "OPENFILEGDB_REPRODUCIBLE_UUID": "YES",
}
"""Fixed dates and identifiers where GDAL would write the clock and chance: the same content gives the same bytes. And
no journal: a draft that fails is thrown away, and what filled the disk is then still there to be seen."""
_SHAPE = "landgis geometry"


@contextmanager
def reproducible() -> Iterator[None]:
    """Let GDAL write without clock and chance while the block lasts."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in _SETTINGS}
    pyogrio.set_gdal_config_options(_SETTINGS)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def put_layer(path: Path, layer: StoredLayer, driver: str, options: Mapping[str, str], *, append: bool) -> None:
    """Write one layer into a file.

    Parameters
    ----------
    path
        File or folder, made with its first layer.
    layer
        Fitted.
    driver
        In GDAL's words.
    options
        Layer creation options of the driver.
    append
        Whether the file is there already.

    Raises
    ------
    ExternalError
        If GDAL stops; a full disk is named by whoever replaces the target.
    """
    table = layer.table.cast(pa.schema([_field(one, layer.table.schema.field(one.name)) for one in layer.fields]))
    geometry: dict[str, object] = {}
    if layer.shapes is not None:
        wkb = pa.array(shapely.to_wkb(layer.shapes, flavor="iso"), pa.binary())
        table = table.append_column(_SHAPE, wkb) if layer.fields else pa.table({_SHAPE: wkb})
        geometry = {"geometry_name": _SHAPE, "geometry_type": layer.kind, "crs": crs_text(layer.crs)}
    try:
        pyogrio.write_arrow(
            table, path, layer=layer.name, driver=driver, append=append, layer_options=dict(options), **geometry
        )
    except (DataSourceError, DataLayerError, FeatureError, FieldError) as error:
        raise ExternalError(
            f"{path.name} 写到图层 {layer.title} 时中断：{error}",
            f"Writing {path.name} stopped at layer {layer.title}: {error}",
            where=str(path),
            next_zh="文件未保存；请检查磁盘空间与权限",
            next_en="Nothing was saved: check disk space and permissions",
        ) from error


def read_layer(path: Path, layer: str, encoding: str | None = None) -> tuple[pa.Table, GeometryArray | None]:
    """Read fields and geometry of one layer."""
    told, table = pyogrio.read_arrow(path, layer=layer, encoding=encoding)
    if told["geometry_type"] is None:
        return table, None
    column = told["geometry_name"] or "wkb_geometry"
    shapes = np.array(shapely.from_wkb(table[column].to_numpy()), dtype=object)
    return table.drop_columns([column]), shapes


def _field(one: StoredField, field: pa.Field) -> pa.Field:
    told = {"GDAL:OGR:alternative_name": one.alias} if one.alias else {}
    if one.length is not None and pa.types.is_string(field.type):
        told["GDAL:OGR:width"] = str(one.length)
    return field.with_metadata(told)
