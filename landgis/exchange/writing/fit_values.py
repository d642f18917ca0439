"""Values as a format takes them; every change is a loss with the value before and after."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landgis.domain.loss import LossCode
from landgis.exchange.writing.fit_texts import fit_texts
from landgis.exchange.writing.limits import EXACT_WHOLE, Limits
from landgis.exchange.writing.options import FieldForm
from landgis.exchange.writing.stored import Ledger
from landgis.exchange.writing.typed_columns import with_cells

YES, NO = "是", "否"
_INT64 = 2**63 - 1
_DECIMAL_DIGITS = 28
"""Of the decimal module; a number with more of them before and after its point has no decimals to round."""


def fit_values(values: pa.Array, column: str, limits: Limits, codec: str, form: FieldForm, ledger: Ledger) -> pa.Array:
    """Return a typed column as the format will hold it."""
    if pa.types.is_boolean(values.type) and not limits.flags:
        ledger.of_layer(LossCode.FLAG_AS_TEXT, column=column)
        values = pc.if_else(values, YES, NO)
    if pa.types.is_date(values.type) and not limits.days:
        ledger.of_layer(LossCode.DAY_AS_TEXT, column=column)
        values = pa.array([None if day is None else day.isoformat() for day in values.to_pylist()], pa.string())
    if pa.types.is_string(values.type):
        values = fit_texts(values, column, limits, codec, form.length, ledger)
    elif pa.types.is_int64(values.type):
        values = _fit_wholes(values, column, limits, ledger)
    elif pa.types.is_float64(values.type):
        values = _fit_numbers(values, column, limits, form.decimals, ledger)
    if not limits.nulls and values.null_count:
        ledger.of_layer(LossCode.MISSING_AS_BLANK, values.null_count, column=column)
    return values


def number_decimals(values: pa.Array, decimals: int | None, width: int) -> int:
    """Return the decimals that a fixed column of numbers gets: those declared, else those its values have room for."""
    if decimals is not None:
        return decimals
    finite = [Decimal(repr(value)) for value in values.drop_null().to_pylist() if np.isfinite(value)]
    whole = max((len(f"{abs(value):.0f}") for value in finite if _whole_digits(value) < width), default=1)
    wanted = max((-int(value.as_tuple().exponent) for value in finite), default=1)
    return max(1, min(wanted, width - 2 - whole))


def _whole_digits(value: Decimal) -> int:
    return max(1, value.adjusted() + 1) + value.is_signed()


def _fit_wholes(values: pa.Array, column: str, limits: Limits, ledger: Ledger) -> pa.Array:
    narrow = limits.narrow_whole
    wide = narrow is not None and bool(pc.any(_beyond(values, narrow)).as_py())
    far = np.flatnonzero(_beyond(values, min(limits.whole, EXACT_WHOLE) if wide else limits.whole))
    for row in far.tolist():
        ledger.of_cell(LossCode.NUMBER_OUT_OF_RANGE, column, row, values[row], None)
    fitted = with_cells(values, dict.fromkeys(far.tolist())) if len(far) else values
    if wide:
        ledger.of_layer(LossCode.WHOLE_AS_DECIMAL, column=column)
        return fitted.cast(pa.float64())
    return fitted if limits.narrow_whole is None else fitted.cast(pa.int32())


def _beyond(values: pa.Array, most: int) -> pa.Array:
    """Tell numbers beyond plus or minus the largest; of 64 bits none is, the lowest of them neither."""
    least = -most - 1 if most == _INT64 else -most
    return pc.fill_null(pc.or_(pc.greater(values, most), pc.less(values, least)), False)


def _fit_numbers(values: pa.Array, column: str, limits: Limits, decimals: int | None, ledger: Ledger) -> pa.Array:
    if limits.finite:
        values = _finite(values, column, ledger)
    if decimals is not None or limits.number_width:
        places = number_decimals(values, decimals, limits.number_width)
        values = _changed(values, column, lambda number: _fixed(number, places, limits.number_width), ledger)
    if (digits := limits.digits) is not None:
        values = _changed(values, column, lambda number: _significant(number, digits), ledger)
    return values


def _changed(values: pa.Array, column: str, written: Callable[[float], str | None], ledger: Ledger) -> pa.Array:
    """Return numbers as they read back from their spelling; None is one that cannot be spelled."""
    changed: dict[int, object] = {}
    for row, number in enumerate(values.to_pylist()):
        spelled = None if number is None else written(number)
        if number is None or (spelled is not None and float(spelled) == number):
            continue
        code = LossCode.NUMBER_OUT_OF_RANGE if spelled is None else LossCode.NUMBER_ROUNDED
        ledger.of_cell(code, column, row, repr(number), spelled)
        changed[row] = None if spelled is None else float(spelled)
    return with_cells(values, changed) if changed else values


def _significant(number: float, digits: int) -> str | None:
    """Return a number with so many digits; None where rounding takes it beyond the largest double."""
    spelled = f"{number:.{digits}g}"
    return None if np.isinf(float(spelled)) and not np.isinf(number) else spelled


def _fixed(number: float, places: int, width: int) -> str | None:
    """Return a number with so many decimals, rounded half up; None where it does not fit the width."""
    exact = Decimal(repr(number))
    if not exact.is_finite() or exact.adjusted() + places >= _DECIMAL_DIGITS:
        return repr(number) if not width else None
    spelled = f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return spelled if not width or len(spelled) <= width else None


def _finite(values: pa.Array, column: str, ledger: Ledger) -> pa.Array:
    infinite = pc.fill_null(pc.is_inf(values), False)
    rows = np.flatnonzero(infinite.to_numpy(zero_copy_only=False))
    for row in rows:
        ledger.of_cell(LossCode.NUMBER_OUT_OF_RANGE, column, int(row), values[int(row)], None)
    return with_cells(values, dict.fromkeys(map(int, rows))) if len(rows) else values
