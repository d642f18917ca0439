"""GeoJSON (RFC 7946): WGS 84, longitude first, ten decimals; that CGCS2000 stands in for it is never left unsaid."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from landgis.crs import GeometryArray
from landgis.exchange.writing.format import Format
from landgis.exchange.writing.limits import EXACT_WHOLE, Limits
from landgis.exchange.writing.options import WritingOptions
from landgis.exchange.writing.reading_back import require_same_layer
from landgis.exchange.writing.stored import StoredLayer

LIMITS = Limits(
    layers=1, days=False, whole=EXACT_WHOLE, finite=True, mixed=True, heights=False, empty_geometry=False, crs84=True,
    step=1e-10, step_degrees=1e-10,
)  # fmt: skip
"""Heights in GeoJSON are above the WGS 84 ellipsoid, ours are not: they cannot be written. Whole numbers stop where
programs that read them as doubles would lose digits."""
_CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


def put(draft: Path, layers: Sequence[StoredLayer], _: WritingOptions, limits: Limits) -> None:
    """Write one layer, one feature to a line, and prove that it reads back."""
    [layer] = layers
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_lines(layer))
    table, shapes = _read(draft, layer)
    require_same_layer(layer, table, shapes, limits, draft.name)


GEOJSON = Format("geojson", ".geojson", "GeoJSON", "GeoJSON", LIMITS, put)


def _lines(layer: StoredLayer) -> Iterator[str]:
    head = {"type": "FeatureCollection", "name": layer.name, "crs": _CRS}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n'
    shapes = layer.shapes if layer.shapes is not None else np.array([], dtype=object)
    drawn = shapely.to_geojson(shapely.orient_polygons(shapes))
    last = len(shapes) - 1
    for number, (properties, geometry) in enumerate(zip(_properties(layer, len(shapes)), drawn, strict=True)):
        told = json.dumps(properties, ensure_ascii=False, allow_nan=False)
        yield f'{{"type": "Feature", "properties": {told}, "geometry": {geometry or "null"}}}{"," * (number < last)}\n'
    yield "]}\n"


def _properties(layer: StoredLayer, rows: int) -> list[dict[str, object]]:
    return layer.table.to_pylist() if layer.fields else [{} for _ in range(rows)]


def _read(path: Path, layer: StoredLayer) -> tuple[pa.Table, GeometryArray]:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    schema = layer.table.schema
    columns = [pa.array([one["properties"].get(field.name) for one in features], field.type) for field in schema]
    drawn = [one["geometry"] and json.dumps(one["geometry"]) for one in features]
    shapes = np.array(shapely.from_geojson(np.array(drawn, dtype=object)), dtype=object)
    return (pa.table(columns, schema=schema) if layer.fields else pa.table({})), shapes
