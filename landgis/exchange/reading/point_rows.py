"""Boundary points as a layer: the plots that the room of points reads, row by row like any other format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import shapely

from landgis.errors import LayerEmpty
from landgis.exchange.points.boundary_text import read_boundary_text
from landgis.exchange.points.point_table import read_point_table
from landgis.exchange.points.points_read import PointsRead
from landgis.exchange.reading.detect import BOUNDARY_TEXT, Part
from landgis.exchange.reading.fields import is_personal
from landgis.exchange.reading.opened import Delivered, Opened


def look(delivered: Delivered) -> tuple[Part, ...]:
    """Return the one layer; whether it holds points shows when it is opened."""
    return (Part(delivered.stem, delivered.driver, str(delivered.path), None, (delivered.path,)),)


@contextmanager
def open_layer(part: Part, where: str, encoding: str | None) -> Iterator[Opened]:
    """Open a text or table of boundary points; ``part.layer`` chooses a sheet."""
    found = _read(part, where, encoding)
    columns = [str(name) for name in found.table.columns]
    kept = [name for name in columns if not is_personal(name)]
    wkb = pa.array(shapely.to_wkb(found.geometry, flavor="iso"), pa.binary())
    arrays = [pa.array(found.table[name].astype(object).where(found.table[name].notna(), None), pa.string())
              for name in kept]  # fmt: skip
    yield Opened(
        tuple(kept), iter([(wkb, arrays)]), found.crs_label, found.promised, len(found.broken), found.encoding,
        found.encoding_evidence, tuple(name for name in columns if name not in kept), found.issues, found.broken,
    )  # fmt: skip


def _read(part: Part, where: str, encoding: str | None) -> PointsRead:
    path = Path(part.uri)
    if part.driver == BOUNDARY_TEXT:
        return read_boundary_text(path, encoding=encoding)
    try:
        return read_point_table(path, sheet=part.layer, encoding=encoding)
    except LayerEmpty as error:
        raise LayerEmpty(
            error.zh,
            error.en,
            where=where,
            next_zh="若只是属性表，请用 --facts 作为事实表；若是界址点表，标题行须有 X 坐标、Y 坐标两列",
            next_en="A table of attributes only is given with --facts; a table of points needs columns for X and Y",
        ) from error
