"""Columns of a frame as one of five types: text, whole number, double, yes/no, date."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa

from landgis.domain.loss import LossCode
from landgis.errors import ContractBroken
from landgis.exchange.conforming.values import plain_value
from landgis.exchange.writing.stored import Ledger

MISSING_SIGN = "〓"
"""Stands where a character could not be written: the printers' sign for a missing type."""


def typed_column(values: pd.Series, column: str, ledger: Ledger) -> pa.Array:
    """Return a column as text, whole number, double, yes/no or date, and note what is lost by that.

    Decimal becomes a double where that keeps its digits, a moment ISO text, a list or dict JSON text.

    Raises
    ------
    ContractBroken
        If the column mixes kinds or holds something else.
    """
    known = _of_dtype(values)
    if known is not None:
        return known
    cells = list(_plain_cells(values, column, ledger))
    kinds = {type(cell) for cell in cells if cell is not None}
    found = pa.string() if not kinds else next((kind for allowed, kind in _TYPES if kinds <= allowed), None)
    if found is None:
        listed = "、".join(sorted(kind.__name__ for kind in kinds))
        where = f"{ledger.layer} {column}"
        raise ContractBroken(
            f"{where} 无法写出：列内类型不一：{listed}",
            f"{where} cannot be written: the column mixes {listed}",
            where=where,
        )
    return pa.array(_writable(cells, column, ledger) if found == pa.string() else cells, found)


def with_cells(values: pa.Array, changed: Mapping[int, object]) -> pa.Array:
    """Return a column with some of its cells changed."""
    cells = values.to_pylist()
    for row, after in changed.items():
        cells[row] = after
    return pa.array(cells, values.type)


_TYPES: tuple[tuple[set[type], pa.DataType], ...] = (
    ({str}, pa.string()),
    ({bool}, pa.bool_()),
    ({int}, pa.int64()),
    ({int, float}, pa.float64()),
    ({date}, pa.date32()),
)


def _of_dtype(values: pd.Series) -> pa.Array | None:
    """Return a column whose dtype says it all, without a look at its cells."""
    if values.dtype == object or isinstance(values.dtype, pd.CategoricalDtype):
        return None
    if pd.api.types.is_bool_dtype(values.dtype):
        return pa.array(values, pa.bool_(), from_pandas=True)
    if pd.api.types.is_integer_dtype(values.dtype):
        return pa.array(values, pa.int64(), from_pandas=True)
    if pd.api.types.is_float_dtype(values.dtype):
        return pa.array(values, pa.float64(), from_pandas=True)
    if pd.api.types.is_string_dtype(values.dtype):
        try:
            return pa.array(values, pa.string(), from_pandas=True)
        except UnicodeEncodeError:  # a half of a character: told cell by cell
            return None
    return None


def _plain_cells(values: pd.Series, column: str, ledger: Ledger) -> Iterator[object]:
    for row, value in enumerate(values.astype(object)):
        if isinstance(value, (dict, list, tuple)):
            yield json.dumps(value, ensure_ascii=False, default=str)
        elif isinstance(value, Decimal):
            number = float(value)
            if value.is_finite() and Decimal(repr(number)) != value:
                ledger.of_cell(LossCode.NUMBER_ROUNDED, column, row, value, repr(number))
            yield None if np.isnan(number) else number
        elif value is not pd.NaT and isinstance(value, datetime):
            yield value.isoformat()
        elif value is not pd.NaT and isinstance(value, date):
            yield value
        else:
            plain = plain_value(value)
            yield str(plain) if isinstance(plain, str) else plain


def _writable(cells: list[object], column: str, ledger: Ledger) -> list[object]:
    """Replace halves of characters, which no encoding has."""
    for row, text in enumerate(cells):
        if isinstance(text, str) and not text.isascii() and any("\ud800" <= mark <= "\udfff" for mark in text):
            after = "".join(MISSING_SIGN if "\ud800" <= mark <= "\udfff" else mark for mark in text)
            ledger.of_cell(LossCode.TEXT_CHARACTERS, column, row, ascii(text), after)
            cells[row] = after
    return cells
