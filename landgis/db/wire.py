"""PostgreSQL's binary COPY format, written column by column instead of row by row.

A row on the wire is the number of its fields, and for each field its length and its bytes (PostgreSQL documentation,
COPY, section Binary Format). So a column becomes two columns of bytes, lengths and values, and joining all columns
element by element gives the rows, without a step per row in Python.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Cells: TypeAlias = Any
"""A sequence of plain Python values, or an Arrow array (Arrow publishes no types)."""
HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
_SLICE_BYTES = 32 << 20
_EPOCH = date(2000, 1, 1)
_EPOCH_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_FIXED = {
    "smallint": ">i2",
    "integer": ">i4",
    "bigint": ">i8",
    "double precision": ">f8",
    "boolean": ">i1",
    "date": ">i4",
    "timestamp with time zone": ">i8",
}


def rows_on_the_wire(columns: Mapping[str, Cells], kinds: Mapping[str, str]) -> Iterator[memoryview]:
    """Yield the rows of a COPY BINARY, without header and trailer, some megabytes at a time.

    Parameters
    ----------
    columns
        Values per column, all of one length: plain Python values or an Arrow array; None or null for NULL. Geometry as
        EWKB bytes. ``jsonb`` takes values to encode, or an Arrow array of JSON texts.
    kinds
        PostgreSQL's name of each column's type.

    Raises
    ------
    KeyError
        For a type that has no rule here.
    ValueError
        If the columns differ in length.
    """
    encoded = [_encoded(cells, kinds[name]) for name, cells in columns.items()]
    lengths = {len(array) for array in encoded}
    if len(lengths) > 1:
        raise ValueError(f"columns of different lengths: {sorted(lengths)}")
    count = lengths.pop() if lengths else 0
    fields = pa.scalar(len(encoded).to_bytes(2, "big"), pa.binary())
    for start, stop in _slices(encoded, count):
        parts = [part for array in encoded for part in _field(array.slice(start, stop - start))]
        rows = pc.binary_join_element_wise(fields, *parts, pa.scalar(b"", pa.binary()))
        yield _bytes_of(rows)


def _slices(encoded: Sequence[pa.Array], count: int) -> Iterator[tuple[int, int]]:
    """Cut the rows so that no slice grows far beyond `_SLICE_BYTES`."""
    sizes = np.zeros(count, dtype=np.int64)
    for array in encoded:
        sizes += pc.fill_null(pc.binary_length(array), 0).to_numpy(zero_copy_only=False)
    ends = np.cumsum(sizes + 4 * len(encoded))
    start = 0
    while start < count:
        reached = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, reached + _SLICE_BYTES, side="right")))
        yield start, stop
        start = stop


def _field(array: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return lengths (−1 for NULL) and bytes of a column."""
    lengths = pc.fill_null(pc.binary_length(array), -1).to_numpy(zero_copy_only=False)
    return _fixed(lengths.astype(">i4")), pc.fill_null(array, b"")


def _encoded(cells: Cells, kind: str) -> pa.Array:
    """Return a column as the bytes of its values."""
    if kind in _FIXED:
        return _fixed_width(cells, kind)
    if kind == "bytea":
        return cells.cast(pa.binary()) if isinstance(cells, pa.Array) else pa.array(list(cells), pa.binary())
    if kind == "jsonb":
        return pc.binary_join_element_wise(pa.scalar(b"\x01"), _json(cells), pa.scalar(b"")).cast(pa.binary())
    if kind == "text":
        return (cells if isinstance(cells, pa.Array) else pa.array(list(cells), pa.string())).cast(pa.binary())
    raise KeyError(kind)


def _json(cells: Cells) -> pa.Array:
    if isinstance(cells, pa.Array):
        return cells.cast(pa.binary())
    texts = [None if cell is None else json.dumps(cell, ensure_ascii=False, allow_nan=False).encode() for cell in cells]
    return pa.array(texts, pa.binary())


def _fixed_width(cells: Cells, kind: str) -> pa.Array:
    values = cells.to_pylist() if isinstance(cells, pa.Array) else list(cells)
    missing = np.fromiter((value is None for value in values), dtype=bool, count=len(values))
    numbers = [0 if value is None else _number(value, kind) for value in values]
    return _fixed(np.array(numbers, dtype=_FIXED[kind]), missing)


def _number(value: Any, kind: str) -> Any:
    if kind == "date":
        return (value - _EPOCH).days
    if kind == "timestamp with time zone":
        return (value - _EPOCH_MOMENT) // timedelta(microseconds=1)
    return value


def _fixed(values: NDArray[Any], missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return numbers in network order as an Arrow column of bytes."""
    width = values.dtype.itemsize
    plain = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(values), [None, pa.py_buffer(values.tobytes())])
    array = plain.cast(pa.binary())
    return array if missing is None or not missing.any() else pc.if_else(pa.array(missing), None, array)


def _bytes_of(rows: pa.Array) -> memoryview:
    """Return the bytes of a column one after the other, as they lie in its buffer."""
    _, offsets, data = rows.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32, count=len(rows) + rows.offset + 1)
    return memoryview(data)[int(ends[rows.offset]) : int(ends[rows.offset + len(rows)])]
