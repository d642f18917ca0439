"""Reading cell values: codes as text, yes and no, numbers. What cannot be read is NA and is said."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from landgis.exchange.reading.fields import find_fields

_TRUE = {"是", "有", "y", "yes", "true", "t", "1", "1.0", "真", "已", "√"}
_FALSE = {"否", "无", "n", "no", "false", "f", "0", "0.0", "假", "未", "×"}
_EMPTY = {"", "空", "null", "none", "nan", "na", "n/a", "-", "—", "/", "<na>", "nat"}
_SHEET_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#DIV/0!"}
_BLANK = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\x00"
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
"""Commas between thousands; anywhere else a comma may be a decimal point and the number is not read."""
_EXACT = 2.0**53
"""Whole numbers from here on lose digits in a float: such an identifier cannot be trusted."""


def as_text(values: pd.Series) -> pd.Series:
    """Read a column as text: blanks trimmed, whole numbers without ``.0``, empty cells NA.

    Whole numbers that came as floats beyond 2**53 have lost digits and become NA.
    """
    if values.dtype == "str":  # nearly every column, and a million cells at a time
        trimmed = values.str.strip(_BLANK)
        return trimmed.where(trimmed != "")
    return pd.Series([_text(value) for value in values], index=values.index, dtype="str")


def first_filled(frame: pd.DataFrame, wanted: Sequence[str]) -> pd.Series:
    """Return, per row, the text of the first wanted field that holds any; NA where none does."""
    text = pd.Series(None, index=range(len(frame)), dtype="str")
    for column in find_fields(frame.columns, wanted):
        text = text.fillna(as_text(frame[column]).reset_index(drop=True))
    return text


def as_bool(values: pd.Series) -> tuple[pd.Series, list[tuple[int, str]]]:
    """Read a column as yes, no or missing.

    Returns
    -------
    tuple
        Nullable booleans, and (position, text) of every cell that is neither.
    """
    read: list[bool | None] = []
    unread: list[tuple[int, str]] = []
    for position, text in enumerate(as_text(values)):
        plain = "" if _missing(text) else str(text).casefold()
        if plain in _TRUE or plain in _FALSE:
            read.append(plain in _TRUE)
            continue
        read.append(None)
        if plain not in _EMPTY:
            unread.append((position, str(text)))
    return pd.Series(read, index=values.index, dtype="boolean"), unread


def as_number(values: pd.Series) -> tuple[pd.Series, list[tuple[int, str]]]:
    """Read a column as numbers.

    Returns
    -------
    tuple
        float64 with NaN for missing, and (position, text) of every cell that is no finite number.
    """
    read: list[float] = []
    unread: list[tuple[int, str]] = []
    for position, text in enumerate(as_text(values)):
        plain = "" if _missing(text) else str(text).casefold()
        number = math.nan if plain in _EMPTY else _number(plain)
        read.append(math.nan if number is None else number)
        if number is None:
            unread.append((position, str(text)))
    return pd.Series(read, index=values.index, dtype="float64"), unread


def as_day(values: pd.Series) -> tuple[pd.Series, list[tuple[int, str]]]:
    """Read a column as days.

    Returns
    -------
    tuple
        ISO text (2026-06-30) with NA for missing, and (position, text) of every cell that is no day.
    """
    read: list[str | None] = []
    unread: list[tuple[int, str]] = []
    for position, text in enumerate(as_text(values)):
        plain = "" if _missing(text) else str(text).casefold()
        day = None if plain in _EMPTY else _day(plain)
        read.append(day)
        if day is None and plain not in _EMPTY:
            unread.append((position, str(text)))
    return pd.Series(read, index=values.index, dtype="str"), unread


def is_word_for_nothing(text: str) -> bool:
    """Tell whether a cell's text only says that there is nothing: ``NULL``, ``#N/A``, a dash."""
    return text.casefold() in _EMPTY or text.upper() in _SHEET_ERRORS


def plain_value(value: object) -> object:
    """Return a cell as a JSON-able value: text, number, bool or None."""
    if _missing(value):
        return None
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def _text(value: object) -> str | None:
    if _missing(value):
        return None
    if isinstance(value, (bool, np.bool_)):
        return "1" if value else "0"
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value)) if abs(float(value)) < _EXACT else None
    return str(value).strip(_BLANK) or None


def _day(text: str) -> str | None:
    """Read 2026-06-30, 2026/6/30, 2026年6月30日 or 20260630, with or without a time of day after it."""
    parts = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[t ].*)?", text)
    try:
        return date(*map(int, parts.groups())).isoformat() if parts else None
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "") if _GROUPED.fullmatch(text) else text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
