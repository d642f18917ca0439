"""Rows by GDAL, as Arrow: fields and WKB in batches, with what GDAL would change in silence counted and said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
from pyogrio import errors as pyogrio_errors

from landgis.domain.issue import Issue, Severity
from landgis.exchange.reading.detect import Part
from landgis.exchange.reading.fields import is_personal
from landgis.exchange.reading.opened import Rows
from landgis.exchange.reading.shapefile_text import Encoding

GIVES_UP = (
    *(kind for kind in vars(pyogrio_errors).values() if isinstance(kind, type) and issubclass(kind, Exception)),
    UnicodeDecodeError,
    pa.ArrowException,
)
_BATCH_ROWS = 20_000
_CURVES = np.arange(8, 13)
"""WKB codes of circular strings, compound curves, curve polygons, multi-curves and multi-surfaces."""


@dataclass
class OgrRows:
    """A layer as GDAL gives it.

    Attributes
    ----------
    columns, personal
        Fields read, and fields left out.
    crs
        CRS as GDAL found it.
    batches
        The rows.
    bent, measured
        Rows so far whose arcs were replaced by chords, and whose measures (M) were left out.
    """

    columns: tuple[str, ...]
    personal: tuple[str, ...]
    crs: str | None
    batches: Iterator[Rows]
    bent: int = 0
    measured: int = 0

    def issues(self, where: str) -> tuple[Issue, ...]:
        """Say, after the last row, what was changed."""
        issues = []
        if self.bent:
            issues.append(
                Issue(
                    "curves_linearised",
                    Severity.SERIOUS,
                    where,
                    f"{self.bent} 个图形含圆弧，已每 0.5° 以弦代弧，面积略有变化",
                    f"{self.bent} geometries hold arcs, replaced by chords every 0.5°: areas change slightly",
                )
            )
        if self.measured:
            issues.append(
                Issue(
                    "measure_not_used",
                    Severity.MINOR,
                    where,
                    f"{self.measured} 个图形带 M 值，未读入",
                    f"{self.measured} geometries carry measures (M), which were not read",
                )
            )
        return tuple(issues)


@contextmanager
def ogr_rows(
    part: Part, encoding: Encoding | None = None, *, leave_out: frozenset[str] = frozenset()
) -> Iterator[OgrRows]:
    """Open a layer with GDAL; rows can be taken while the block lasts.

    Parameters
    ----------
    part
        The layer.
    encoding
        Text encoding, for a shapefile.
    leave_out
        Fields that hold no attribute.
    """
    codec = encoding.reading_codec if encoding else None
    cut = encoding if encoding and encoding.has_cut_text else None
    info = pyogrio.read_info(part.uri, layer=part.layer, encoding=codec)
    found = [str(name) for name in info["fields"] if name not in leave_out]
    names = {name: cut.decode_cut(name) if cut else name for name in found}
    kept = [name for name in found if not is_personal(names[name])]
    with pyogrio.raw.open_arrow(
        part.uri,
        layer=part.layer,
        encoding=codec,
        columns=kept,
        return_fids=True,
        datetime_as_string=True,
        use_pyarrow=True,
        batch_size=_BATCH_ROWS,
    ) as (meta, reader):
        order = [str(name) for name in meta["fields"]]
        personal = tuple(names[name] for name in found if name not in kept)
        rows = OgrRows(tuple(names[name] for name in order), personal, meta["crs"], iter(()))
        rows.batches = _batches(rows, part, reader, meta, order, cut)
        yield rows


def _batches(
    rows: OgrRows, part: Part, reader: Any, meta: dict[str, Any], order: list[str], cut: Encoding | None
) -> Iterator[Rows]:
    shape, number = meta["geometry_name"] or "wkb_geometry", meta["fid_column"] or "OGC_FID"
    for batch in reader:
        columns = [batch.column(name) for name in order]
        if cut:
            columns = [_decode_cut(column, cut) for column in columns]
        wkb = batch.column(shape)
        kinds = wkb_kinds(wkb)
        bent, measured = np.isin(kinds % 1000, _CURVES), kinds >= 2000
        if bent.any() or measured.any():
            rows.bent += int(bent.sum())
            rows.measured += int(measured.sum())
            wkb = _straightened(part, wkb, batch.column(number), np.flatnonzero(bent | measured))
        yield wkb, columns


def wkb_kinds(wkb: pa.Array) -> npt.NDArray[np.uint32]:
    """Return the ISO geometry code of every row: 3 polygon, 1003 with height, 2003 with measure; 0 for null."""
    offsets = np.frombuffer(wkb.buffers()[1], np.int32, len(wkb) + 1, 4 * wkb.offset)[:-1]
    kinds = np.zeros(len(wkb), np.uint32)
    there = np.asarray(wkb.is_valid())
    if not there.any():
        return kinds
    data = np.frombuffer(wkb.buffers()[2], np.uint8)
    starts = offsets[there].astype(np.int64) + 1
    codes = np.ascontiguousarray(data[starts[:, None] + np.arange(4)]).view("<u4").ravel()
    high = (codes & 0x80000000) != 0
    kinds[there] = (codes & 0x0FFFFFFF) + np.where(high, 1000, 0)
    return kinds


def _straightened(part: Part, wkb: pa.Array, fids: pa.Array, rows: npt.NDArray[np.intp]) -> pa.Array:
    """Read some rows again, by the reader that replaces arcs by chords and leaves measures out."""
    wanted = fids.take(pa.array(rows)).to_pylist()
    _, _, again, _ = pyogrio.raw.read(part.uri, layer=part.layer, columns=[], fids=wanted)
    shapes = wkb.to_pylist()
    for row, shape in zip(rows, again, strict=True):
        shapes[row] = shape
    return pa.array(shapes, pa.binary())


def _decode_cut(column: pa.Array, cut: Encoding) -> pa.Array:
    if column.type != pa.string():
        return column
    found = pc.unique(column).to_pylist()
    decoded = {text: None if text is None else cut.decode_cut(text) for text in found}
    return pa.array([decoded[text] for text in column.to_pylist()], pa.string())
