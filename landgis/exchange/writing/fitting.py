"""Fitting frames to a format: what the file will hold, and all that is lost on the way, before a byte is written."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from pyproj import CRS

from landgis.crs import GeometryArray
from landgis.domain.loss import LossCode, LossReport
from landgis.errors import ContractBroken
from landgis.exchange.writing.fit_names import field_names, layer_names, require_apart
from landgis.exchange.writing.fit_shapes import fit_shapes
from landgis.exchange.writing.fit_values import fit_values
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.options import FieldForm, LayerForm, WritingOptions
from landgis.exchange.writing.stored import Ledger, StoredField, StoredLayer
from landgis.exchange.writing.typed_columns import typed_column

_CODECS = {"GBK": "gbk", "GB18030": "gb18030", "UTF-8": "utf-8"}


def fit(
    layers: Mapping[str, pd.DataFrame], limits: Limits, options: WritingOptions
) -> tuple[tuple[StoredLayer, ...], LossReport]:
    """Return layers as a format will hold them, and what is lost.

    Parameters
    ----------
    layers
        Layer name → frame, with geometry (x = easting or longitude) or without.
    limits
        Of the format.
    options
        Of the file.

    Raises
    ------
    ContractBroken
        If a column mixes kinds, names repeat or are reserved, or the encoding is none of the three.
    """
    codec = codec_of(options.encoding) if limits.encoded else "utf-8"
    names = layer_names(list(layers), limits)
    ledgers = []
    stored = []
    for title, frame in layers.items():
        ledger = Ledger(title, _keys(frame, options.layer(title)))
        if names[title] != title:
            ledger.of_layer(LossCode.NAME_CHANGED, title, names[title])
        stored.append(_fit_layer(frame, names[title], limits, codec, options, ledger))
        ledgers.append(ledger)
    if limits.layers is not None and len(layers) > limits.layers:
        ledgers[-1].of_layer(LossCode.LAYERS_TOO_MANY, len(layers), limits.layers)
    return tuple(stored), LossReport(tuple(chain.from_iterable(ledger.losses for ledger in ledgers)))


def codec_of(encoding: str) -> str:
    """Return the codec of an encoding.

    Raises
    ------
    ContractBroken
        For any but the three.
    """
    if encoding not in _CODECS:
        raise ContractBroken(
            f"编码 {encoding} 不可用，可选 {'、'.join(_CODECS)}",
            f"The encoding {encoding} cannot be used; there are {', '.join(_CODECS)}",
            where=encoding,
        )
    return _CODECS[encoding]


def _keys(frame: pd.DataFrame, form: LayerForm) -> list[str]:
    if form.key and form.key in frame.columns:
        return [str(key) for key in frame[form.key]]
    return [f"#{row + 1}" for row in range(len(frame))]


def _kept(form: LayerForm, limits: Limits, options: WritingOptions) -> set[str]:
    """Return the columns that a format without attributes still has a place for."""
    plots = options.plots if limits.stated_decimals else None
    named = (plots.number, plots.area_m2, plots.name, plots.use_name, plots.use_code, plots.sheet) if plots else ()
    return {column for column in (form.key, *named) if column}


def _fit_layer(
    frame: pd.DataFrame, name: str, limits: Limits, codec: str, options: WritingOptions, ledger: Ledger
) -> StoredLayer:
    title, form = ledger.layer, options.layer(ledger.layer)
    shapes, kind, crs = _geometry(frame, limits, ledger)
    whole, shapes = _rows_with_geometry(frame, shapes, limits, ledger)
    columns = _columns(whole, limits, _kept(form, limits, options), ledger)
    require_apart(columns, title)
    names = field_names(columns, form.fields, limits, codec, title)
    fields, arrays = [], []
    for column in columns:
        stated = form.fields.get(column, FieldForm())
        alias = stated.alias or (column if names[column] != column else "")
        if names[column] != column:
            ledger.of_layer(LossCode.NAME_CHANGED, column, names[column], column)
        typed = typed_column(whole[column], column, ledger)
        arrays.append(fit_values(typed, column, limits, codec, stated, ledger))
        fields.append(StoredField(column, names[column], alias, stated.length, stated.decimals))
    table = pa.table(arrays, names=[field.name for field in fields]) if arrays else pa.table({})
    if limits.stated_decimals and options.plots is not None:
        ledger.of_layer(LossCode.COORDINATES_ROUNDED, after=f"{10**-options.plots.precision}")
        _need_areas(table, options.plots.area_m2, ledger)
    if limits.rows is not None and len(whole) > limits.rows:
        ledger.of_layer(LossCode.ROWS_TOO_MANY, len(whole), limits.rows)
    if not limits.keeps_order and len(whole) > 1:
        ledger.of_layer(LossCode.ORDER_CHANGED)
    return StoredLayer(title, name, form.alias or title, tuple(fields), table, shapes, kind, crs)


def _need_areas(table: pa.Table, column: str, ledger: Ledger) -> None:
    """Tell plots without an area, which an exchange text must state."""
    if column not in table.column_names or not pa.types.is_floating(table[column].type) | pa.types.is_integer(
        table[column].type
    ):
        ledger.of_layer(LossCode.VALUE_NEEDED, column=column)
        return
    for row in np.flatnonzero(table[column].is_null().to_numpy()):
        ledger.of_cell(LossCode.VALUE_NEEDED, column, int(row), None, None)


def _columns(frame: pd.DataFrame, limits: Limits, kept: set[str], ledger: Ledger) -> list[str]:
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    columns = [str(column) for column in frame.columns if column != geometry]
    if not limits.attributes:
        for column in columns:
            if column not in kept:
                ledger.of_layer(LossCode.FIELD_LEFT_OUT, column=column)
        return [column for column in columns if column in kept]
    if limits.fields is not None and len(columns) > limits.fields:
        ledger.of_layer(LossCode.FIELDS_TOO_MANY, len(columns), limits.fields)
    return columns


def _geometry(frame: pd.DataFrame, limits: Limits, ledger: Ledger) -> tuple[GeometryArray | None, str, CRS | None]:
    if not isinstance(frame, gpd.GeoDataFrame):
        if not limits.tables:
            ledger.of_layer(LossCode.GEOMETRY_MISSING)
        return None, "", None
    if not limits.geometry:
        ledger.of_layer(LossCode.GEOMETRY_LEFT_OUT)
        return None, "", None
    if frame.crs is None:
        ledger.of_layer(LossCode.CRS_MISSING)
        return None, "", None
    return fit_shapes(np.asarray(frame.geometry.array, dtype=object), frame.crs, limits, ledger)


def _rows_with_geometry(
    frame: pd.DataFrame, shapes: GeometryArray | None, limits: Limits, ledger: Ledger
) -> tuple[pd.DataFrame, GeometryArray | None]:
    """Leave out rows without geometry where the format has no place for them."""
    if shapes is None or limits.missing_geometry:
        return frame, shapes
    there = np.array([shape is not None for shape in shapes], dtype=bool)
    for row in np.flatnonzero(~there):
        ledger.of_row(LossCode.ROW_LEFT_OUT, int(row))
    ledger.keys = [key for key, stays in zip(ledger.keys, there, strict=True) if stays]
    return frame[there], shapes[there]
