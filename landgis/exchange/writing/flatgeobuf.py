"""FlatGeobuf: one layer, indexed so that a reader can prove it whole; rows stand in the order of the index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from landgis.exchange.writing.format import Format
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.ogr_layers import put_layer, read_layer, reproducible
from landgis.exchange.writing.options import WritingOptions
from landgis.exchange.writing.reading_back import require_same_layer
from landgis.exchange.writing.stored import StoredLayer

LIMITS = Limits(
    layers=1, fields=65_535, days=False, mixed=True, missing_geometry=False, empty_geometry=False, keeps_order=False
)


def put(draft: Path, layers: Sequence[StoredLayer], _: WritingOptions, limits: Limits) -> None:
    """Write one layer and prove that it reads back, rows compared whatever their order."""
    [layer] = layers
    with reproducible():
        put_layer(draft, layer, "FlatGeobuf", {"SPATIAL_INDEX": "YES"}, append=False)
    table, shapes = read_layer(draft, layer.name)
    require_same_layer(layer, table, shapes, limits, draft.name)


FLATGEOBUF = Format("flatgeobuf", ".fgb", "FlatGeobuf", "FlatGeobuf", LIMITS, put)
