"""GeoParquet: one layer for archives and analysis; holds everything, with a checksum on every page."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import shapely

from landgis.errors import ContractBroken
from landgis.exchange.writing.crs_text import told_crs
from landgis.exchange.writing.format import Format
from landgis.exchange.writing.geoparquet import GeoParquetDraft
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.options import WritingOptions
from landgis.exchange.writing.reading_back import require_same_layer
from landgis.exchange.writing.stored import StoredLayer

LIMITS = Limits(layers=1, reserved=frozenset({"geometry", "bbox"}), forbidden="", mixed=True)
_GROUP = 65_536


def put(draft: Path, layers: Sequence[StoredLayer], _: WritingOptions, limits: Limits) -> None:
    """Write one layer in groups of rows, and prove that it reads back."""
    [layer] = layers
    if layer.shapes is None or layer.crs is None:
        raise ContractBroken("GeoParquet 须有图形", "GeoParquet needs geometry", where=layer.title)
    kinds = sorted({shape.geom_type + " Z" * shape.has_z for shape in layer.shapes if shape is not None})
    with closing(GeoParquetDraft(draft, told_crs(layer.crs), substitute=False, kinds=kinds)) as out:
        for start in range(0, max(len(layer.shapes), 1), _GROUP):
            part, shapes = layer.table.slice(start, _GROUP), layer.shapes[start : start + _GROUP]
            out.add({name: part[name].combine_chunks() for name in part.column_names}, shapes)
    read = pq.ParquetFile(draft, page_checksum_verification=True).read(use_threads=False)
    there = np.array(shapely.from_wkb(read["geometry"].to_numpy()), dtype=object)
    require_same_layer(layer, read.drop_columns(["geometry", "bbox"]), there, limits, draft.name)


GEOPARQUET = Format("geoparquet", ".parquet", "GeoParquet", "GeoParquet", LIMITS, put)
