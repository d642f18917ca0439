"""The exchange text of boundary points as one of the formats: geometry, number and what else its block line names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from landgis.crs import name_of
from landgis.errors import ContractBroken
from landgis.exchange.points.source_text import MOST_BYTES
from landgis.exchange.writing.boundary_plots import BoundaryPlot
from landgis.exchange.writing.boundary_text import put_boundary_text
from landgis.exchange.writing.format import Format
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.options import PlotForm, WritingOptions
from landgis.exchange.writing.stored import StoredLayer

_MARKS_BYTES, _HEADING_BYTES = 8, 64
"""J, three commas, two decimal points and the line's end; what a plot's line has beside its texts."""

LIMITS = Limits(
    layers=1, file_bytes=MOST_BYTES, attributes=False, encoded=True, forbidden="\x00\r\n\t,，@＠", trims=True, heights=False,
    stated_decimals=True, missing_geometry=False, empty_geometry=False, geometry=frozenset({"MultiPolygon"}),
)  # fmt: skip


def put(draft: Path, layers: Sequence[StoredLayer], options: WritingOptions, _: Limits) -> None:
    """Write the plots of one layer; they are read back before the text counts as written."""
    [layer] = layers
    form = options.plots
    if form is None or name_of(form.header.crs) != name_of(layer.crs or form.header.crs):
        raise ContractBroken(
            "界址点文件须有表头，其坐标系与图形一致",
            "A boundary text needs a header in the CRS of its geometry",
            where=draft.name,
            next_zh="请给出 plots，坐标系与图层相同",
            next_en="Give `plots` with the CRS of the layer",
        )
    put_boundary_text(draft, _plots(layer, form), form.header, options.encoding, form.precision)


def size(layer: StoredLayer, options: WritingOptions) -> int:
    """Return at most how many bytes a text has; beyond the limit our own reader, like others, takes it for none."""
    if layer.shapes is None or options.plots is None or not len(layer.shapes):
        return 0
    points = shapely.get_num_coordinates(layer.shapes)
    numbers = np.char.str_len(points.astype(str))  # no number has more digits than the last
    parts, plot = shapely.get_parts(layer.shapes, return_index=True)
    rings = len(f"{np.bincount(plot, 1 + shapely.get_num_interior_rings(parts)).max():.0f}")
    east, north = (len(f"{edge:.0f}") for edge in shapely.total_bounds(layer.shapes)[2:])
    line = _MARKS_BYTES + rings + east + north + 2 * options.plots.precision
    texts = sum(pc.sum(pc.binary_length(column.cast(pa.string()))).as_py() or 0 for column in layer.table.columns)
    return int((points * (line + numbers)).sum()) + len(points) * _HEADING_BYTES + 2 * texts


BOUNDARY_TEXT = Format("txt", ".txt", "界址点文件", "Boundary points text", LIMITS, put, size)


def _plots(layer: StoredLayer, form: PlotForm) -> list[BoundaryPlot]:
    columns = [_texts(layer, column) for column in (form.number, form.name, form.use_name, form.use_code, form.sheet)]
    shapes = layer.shapes if layer.shapes is not None else ()
    areas = layer.table[layer.names[form.area_m2]].cast(pa.float64()).to_pylist()
    return [
        BoundaryPlot(number, name, shape, float(area), use_name, use_code, sheet)
        for number, name, use_name, use_code, sheet, shape, area in zip(*columns, shapes, areas, strict=True)
    ]


def _texts(layer: StoredLayer, column: str) -> list[str]:
    if column not in layer.names:
        return [""] * layer.table.num_rows
    return ["" if value is None else str(value) for value in layer.table[layer.names[column]].to_pylist()]
