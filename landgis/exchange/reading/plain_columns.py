"""Columns as they cross the border: text, whole numbers, numbers, yes/no and bytes. Everything else becomes text."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_KEPT = (pa.string(), pa.int32(), pa.int64(), pa.float32(), pa.float64(), pa.bool_(), pa.binary())


def plain_type(kind: pa.DataType) -> pa.DataType:
    """Return the type that a column crosses in."""
    if pa.types.is_dictionary(kind):
        return plain_type(kind.value_type)
    if kind in _KEPT:
        return kind
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return pa.int64()
    if pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.binary()
    return pa.float32() if kind == pa.float16() else pa.string()


def plain(column: pa.Array) -> pa.Array:
    """Return a column in its plain type: dates and times as ISO text, lists and structures as JSON text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain(column.dictionary_decode())
    if kind == pa.string():
        return _plain_times(_readable(column))
    if kind in _KEPT:
        return column
    if pa.types.is_timestamp(kind):
        return _plain_times(pc.replace_substring(column.cast(pa.string()), " ", "T", max_replacements=1))
    if pa.types.is_nested(kind):
        return pa.array([_as_json(value) for value in column.to_pylist()], pa.string())
    return column.cast(plain_type(kind))


def undecodable(column: pa.Array) -> int:
    """Count the cells of a text column that are not the UTF-8 they should be."""
    if column.type != pa.string() or _is_utf8(column):
        return 0
    return sum(not _decodes(cell) for cell in _as_bytes(column) if cell is not None)


def _readable(column: pa.Array) -> pa.Array:
    """Show bytes that are no text as replacement characters."""
    if _is_utf8(column):
        return column
    cells = [None if cell is None else cell.decode("utf-8", errors="replace") for cell in _as_bytes(column)]
    return pa.array(cells, pa.string())


def _is_utf8(column: pa.Array) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _as_bytes(column: pa.Array) -> list[bytes | None]:
    cells: list[bytes | None] = column.view(pa.binary()).to_pylist()
    return cells


def _decodes(cell: bytes) -> bool:
    try:
        cell.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _plain_times(column: pa.Array) -> pa.Array:
    """Leave out milliseconds that are zero, which one of the readers always writes."""
    return pc.replace_substring_regex(column, r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.0+($|Z$|[+-]\d\d)", r"\1\2")


def _as_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)
