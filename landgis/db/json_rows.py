"""Rows of attributes as JSON texts, a column at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

_NEEDS_CARE = r'[\x00-\x1f"\\]'
_NULL = pa.scalar("null")


def json_objects(columns: Mapping[str, pa.Array], count: int) -> pa.Array:
    """Return one JSON object per row.

    Parameters
    ----------
    columns
        Arrow arrays by field name. Texts, whole and floating numbers and booleans keep their kind, ``pa.json_()`` is
        taken as it is; anything else (dates, moments) becomes its text. Numbers that JSON cannot hold (NaN, infinite)
        become null.
    count
        Number of rows, for a table without fields.

    Returns
    -------
    pyarrow.Array
        UTF-8 texts.
    """
    if not columns:
        return pa.array(["{}"] * count, pa.string())
    parts = []
    for number, (name, array) in enumerate(columns.items()):
        opening = ("{" if number == 0 else ",") + json.dumps(name, ensure_ascii=False) + ":"
        parts += [pa.scalar(opening), _values(array)]
    return pc.binary_join_element_wise(*parts, pa.scalar("}"), pa.scalar(""))


def _values(array: pa.Array) -> pa.Array:
    kind = array.type
    if pa.types.is_null(kind):
        return pa.array(["null"] * len(array), pa.string())
    if isinstance(kind, pa.JsonType):
        texts = array.storage
    elif pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        texts = array.cast(pa.string())
    elif pa.types.is_floating(kind):
        texts = pc.if_else(pc.is_finite(array), array.cast(pa.string()), None)
    else:
        texts = _quoted(array.cast(pa.string()))
    return pc.fill_null(texts, _NULL)


def _quoted(texts: pa.Array) -> pa.Array:
    """Quote texts; only those with a character that JSON escapes go the long way."""
    mark = pa.scalar('"')
    quoted = pc.binary_join_element_wise(mark, texts, mark, pa.scalar(""))
    careful = pc.fill_null(pc.match_substring_regex(texts, _NEEDS_CARE), False)
    if not pc.any(careful).as_py():
        return quoted
    escaped = [json.dumps(text, ensure_ascii=False) for text in texts.filter(careful).to_pylist()]
    return pc.replace_with_mask(quoted, careful, pa.array(escaped, pa.string()))
