"""Rows as the confined child left them: Arrow, mapped into memory, made into frames some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyarrow import ipc

from landgis.crs import GeometryArray

_NULLABLE = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


@dataclass(frozen=True)
class Chunk:
    """Some rows.

    Attributes
    ----------
    first
        Row (0-based) of the first of them.
    geometry
        Shapely geometries; None where there is none or it cannot be built.
    fields
        The columns, index 0…n-1.
    broken
        Row (0-based, in the whole layer) → why its geometry cannot be built.
    """

    first: int
    geometry: GeometryArray
    fields: pd.DataFrame
    broken: dict[int, str]


def read_chunks(path: Path, columns: Sequence[str], empty_cells: Sequence[int], rows: int) -> Iterator[Chunk]:
    """Read the child's file, at most ``rows`` rows at a time.

    Parameters
    ----------
    path
        Arrow file: geometry as WKB first, then the columns.
    columns
        Their names.
    empty_cells
        How many cells of each column are empty in the whole layer, so that every chunk gives it one type.
    rows
        Most rows in one chunk.
    """
    first = 0
    with pa.memory_map(str(path)) as source:
        reader = ipc.open_file(source)
        batches = (reader.get_batch(number) for number in range(reader.num_record_batches))
        for table in _resized(batches, rows):
            yield _chunk(table, columns, empty_cells, first)
            first += table.num_rows


def _resized(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Cut and join batches to the size wanted."""
    waiting: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        while held + batch.num_rows >= rows:
            part = batch.slice(0, rows - held)
            batch = batch.slice(rows - held)
            yield pa.Table.from_batches([*waiting, part])
            waiting, held = [], 0
        if batch.num_rows:
            waiting.append(batch)
            held += batch.num_rows
    if waiting:
        yield pa.Table.from_batches(waiting)


def _chunk(table: pa.Table, columns: Sequence[str], empty_cells: Sequence[int], first: int) -> Chunk:
    table.validate(full=True)
    geometry, broken = _built(table.column(0), first)
    data = {
        name: _series(table.column(number), empty)
        for number, (name, empty) in enumerate(zip(columns, empty_cells, strict=True), 1)
    }
    return Chunk(first, geometry, pd.DataFrame(data, index=range(table.num_rows)), broken)


def _series(column: pa.ChunkedArray, empty: int) -> pd.Series:
    kind = column.type
    if kind == pa.string():
        return pd.Series(column.to_numpy(), dtype="str")
    if kind in _NULLABLE and empty:
        return pd.Series(column.to_pandas(types_mapper=_NULLABLE.get))
    return pd.Series(column.to_numpy())


def _built(column: pa.ChunkedArray, first: int) -> tuple[GeometryArray, dict[int, str]]:
    """Build geometry from WKB; what cannot be built is missing, with the reason."""
    wkb = column.to_numpy()
    try:
        with np.errstate(invalid="ignore"):  # coordinates that are no numbers are for the quality check to find
            geometry = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    except NotImplementedError:  # a kind that shapely has no class for, somewhere among them
        geometry = np.array([_one(value) for value in wkb], dtype=object)
    lost = [int(row) for row in np.flatnonzero(shapely.is_missing(geometry)) if wkb[row] is not None]
    return geometry, {first + row: _reason(wkb[row]) for row in lost}


def _one(wkb: bytes | None) -> shapely.Geometry | None:
    try:
        return None if wkb is None else shapely.from_wkb(wkb)
    except (NotImplementedError, shapely.errors.GEOSException):
        return None


def _reason(wkb: bytes) -> str:
    try:
        shapely.from_wkb(wkb)
    except (NotImplementedError, shapely.errors.GEOSException) as error:
        return str(error)
    return ""
