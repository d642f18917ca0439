"""A shapefile that keeps every Chinese value: short names made by us, with a table that explains them.

The format allows 10 bytes for a field name and 254 for a text, has no yes/no and no missing text. Nothing is cut in
silence: names are shortened on a character border and listed in 字段对照表.csv, and a value that does not fit stops the
export unless that is accepted.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from landgis.domain.file_limits import DBF_NAME_BYTES, DBF_TEXT_BYTES
from landgis.errors import FileUnreadable
from landgis.exchange.writing.archive import pack
from landgis.exchange.writing.dbf import NUMBER_WIDTH, WHOLE_WIDTH, dbf_bytes, dbf_fields, dbf_size
from landgis.exchange.writing.fit_names import short_names
from landgis.exchange.writing.fitting import codec_of
from landgis.exchange.writing.format import Format
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.ogr_layers import put_layer, read_layer, reproducible
from landgis.exchange.writing.options import WritingOptions
from landgis.exchange.writing.plain_frame import plain_frame
from landgis.exchange.writing.reading_back import require_same_layer
from landgis.exchange.writing.stored import StoredLayer

MAPPING_FILE = "字段对照表.csv"
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_HEAD_BYTES, _RECORD_BYTES, _RING_BYTES, _VERTEX_BYTES = 100, 52, 4, 16
_SAID = frozenset({"empty_as_missing", "number_rounded"})
"""What ``write_shapefile_zip`` says of itself, and so may do."""

LIMITS = Limits(
    layers=1, fields=255, file_bytes=2**31 - 1, name_bytes=DBF_NAME_BYTES, ascii_names=True, encoded=True,
    text_bytes=DBF_TEXT_BYTES, trims=True, empty_text=False, nulls=False, flags=False, whole=10 ** (WHOLE_WIDTH - 1) - 1,
    number_width=NUMBER_WIDTH, finite=True, empty_geometry=False,
)  # fmt: skip


def put(draft: Path, layers: Sequence[StoredLayer], options: WritingOptions, limits: Limits) -> None:
    """Write one layer as a shapefile, prove that it reads back, and pack its parts with the table of names."""
    [layer] = layers
    codec = codec_of(options.encoding)
    base = draft.with_name("layer.shp")
    rows = len(layer.shapes) if layer.shapes is not None else 0
    with reproducible():
        put_layer(
            base,
            replace(layer, name="layer", fields=(), table=layer.table.select([])),
            "ESRI Shapefile",
            {},
            append=False,
        )
    with base.with_suffix(".dbf").open("wb") as table:
        table.writelines(dbf_bytes(layer, rows, options.encoding, codec))
    base.with_suffix(".cpg").write_bytes(options.encoding.encode())
    read, shapes = read_layer(base, "layer", options.encoding)
    require_same_layer(layer, read, shapes, limits, draft.name)
    parts = {f"{layer.title}{suffix}": base.with_suffix(suffix).read_bytes() for suffix in _PARTS}
    pack(draft, {**parts, MAPPING_FILE: _mapping_csv(layer, codec)})
    _require_sound(draft, layer.title)


def size(layer: StoredLayer, options: WritingOptions) -> int:
    """Return the bytes of the larger of the two files that grow: vertices, and the table."""
    shapes = layer.shapes if layer.shapes is not None else np.array([], dtype=object)
    vertices = int(shapely.get_num_coordinates(shapes).sum()) * (_VERTEX_BYTES + 8 * layer.kind.endswith("Z"))
    rings = int(shapely.get_num_geometries(shapes).sum()) + int(
        shapely.get_num_interior_rings(shapely.get_parts(shapes)).sum()
    )
    drawn = _HEAD_BYTES + len(shapes) * (_RECORD_BYTES + 16) + rings * _RING_BYTES + vertices
    return max(drawn, dbf_size(dbf_fields(layer, codec_of(options.encoding)), len(shapes)))


SHAPEFILE = Format("shapefile", ".zip", "Shapefile（压缩包）", "Shapefile (zip)", LIMITS, put, size)
_OWN_NAMES = replace(SHAPEFILE, limits=replace(LIMITS, ascii_names=False))


def write_shapefile_zip(path: str | Path, name: str, frame: gpd.GeoDataFrame, encoding: str = "GBK") -> dict[str, str]:
    """Write a frame as a zipped shapefile with Chinese field names, replacing a file of that name.

    Parameters
    ----------
    path
        Target, a ``.zip``.
    name
        Name of the shapefile inside; may be Chinese.
    frame
        Polygons or multipolygons (or one other kind) with a CRS. Yes/no becomes 是/否, dates ISO text; missing text and
        empty text become the same; numbers keep what 24 characters hold.
    encoding
        ``GBK``, ``GB18030`` or ``UTF-8``.

    Returns
    -------
    dict
        Column name → field name in the shapefile; also inside the zip as 字段对照表.csv.

    Raises
    ------
    LossesNotAccepted
        If a value has characters the encoding lacks, or more than 254 bytes, or there is no CRS: with the row.
    ContractBroken
        If a column cannot be written, or the encoding is none of the three.
    FileUnreadable
        If it does not read back as written; nothing is left behind then.
    """
    plain = gpd.GeoDataFrame(plain_frame(frame, name), geometry=frame.geometry.to_numpy(), crs=frame.crs)
    _OWN_NAMES.write(path, {name: plain}, WritingOptions(accept=_SAID, encoding=encoding))
    columns = [str(column) for column in plain.columns if column != plain.geometry.name]
    return short_names(columns, codec_of(encoding), DBF_NAME_BYTES)


def _require_sound(archive_path: Path, name: str) -> None:
    with zipfile.ZipFile(archive_path) as archive:
        damaged = archive.testzip()
    if damaged is not None:
        raise FileUnreadable(
            f"{name} 的压缩包写坏了：{damaged}", f"The archive of {name} is damaged: {damaged}", where=name
        )


_KIND_ZH = {"C": "文字", "N": "数值", "D": "日期"}


def _mapping_csv(layer: StoredLayer, codec: str) -> bytes:
    rows = ["字段名,原列名,类型"]
    for one, field in zip(layer.fields, dbf_fields(layer, codec), strict=True):
        quoted = (one.alias or one.column).replace('"', '""')
        rows.append(f'{one.name},"{quoted}",{_KIND_ZH[field.letter]}')
    return ("\r\n".join(rows) + "\r\n").encode("utf-8-sig")
