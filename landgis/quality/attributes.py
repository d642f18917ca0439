"""Rules on attributes: empty, repeated, damaged, left over from a spreadsheet, personal, impossible."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landgis.domain.personal import PERSONAL_LIKE, personal_number
from landgis.quality.fields import Fields, holds_codes
from landgis.quality.found import Bools, Found, Ints

_EMPTY = {"", "null", "<null>", "none", "nan", "<na>", "nat", "-", "—", "/", "空", "无"}
_DAMAGED = "\ufffd|锟斤拷|烫烫烫|屯屯屯|ï¿½|Ã[\u0080-\u00bf]|[\ue000-\uf8ff]|\\?{3,}"
_LEFT_OVER = r"^#(REF!|N/A|DIV/0!|VALUE!|NAME\?|NULL!|NUM!)|^[0-9](\.[0-9]+)?[Ee]\+[0-9]{1,2}$|^'[0-9]"
_YEARS = (1949, 2100)
_LONGEST = 24


def attribute_findings(rows: pd.DataFrame, fields: Fields) -> Iterator[Found]:
    """Yield what the rules on attributes find in a batch; repeated identifiers need the whole layer."""
    for name in fields.required:
        yield Found("A01", _at(_empty_cells(rows[name])), field=name)
    for name in fields.texts:
        if pd.api.types.is_string_dtype(rows[name]) or rows[name].dtype == object:
            yield from _texts(rows[name].reset_index(drop=True), name)
    for name in fields.dates:
        yield _values("A05", rows[name], name, lambda value: not _is_empty(value) and not _possible(value))
    for area in fields.areas:
        numbers = np.asarray(pd.to_numeric(rows[area.name], errors="coerce"), dtype=np.float64)
        wrong = _at(numbers <= 0)
        yield Found("A06", wrong, measured=numbers[wrong], field=area.name)


def repeated_identifiers(frame: pd.DataFrame, fields: Fields) -> Iterator[Found]:
    """Yield the rows whose identifier another row has too."""
    for name in fields.identifiers:
        values = frame[name].astype("str").reset_index(drop=True)
        filled = ~frame[name].isna().to_numpy() & (values != "").to_numpy()
        times = np.asarray(values.map(values[filled].value_counts()).fillna(0), dtype=np.float64)
        rows = _at(filled & (times > 1))
        yield Found("A02", rows, measured=times[rows], field=name, detail_zh=[_short(values[row]) for row in rows])


def _at(mask: Bools) -> Ints:
    return np.flatnonzero(mask).astype(np.int64)


def _empty_cells(column: pd.Series) -> Bools:
    if column.dtype == "str":
        plain = column.str.strip().str.casefold()
        return np.asarray(column.isna() | plain.isin(_EMPTY), dtype=bool)
    return column.map(_is_empty, na_action=None).to_numpy(dtype=bool)


def _is_empty(value: object) -> bool:
    return value is None or value is pd.NA or value != value or str(value).strip().casefold() in _EMPTY


def _texts(column: pd.Series, name: str) -> Iterator[Found]:
    """Search a column of text once with one expression, and look closely only at what that finds."""
    plain = column if column.dtype == "str" else [value if isinstance(value, str) else None for value in column]
    text = pa.array(plain, type=pa.string())
    doubtful = "|".join(f"({pattern})" for pattern in (_DAMAGED, _LEFT_OVER, PERSONAL_LIKE))
    hit = pc.fill_null(pc.match_substring_regex(text, doubtful), False).to_numpy(zero_copy_only=False)
    rows = _at(hit)
    found = [str(column[row]) for row in rows]
    for rule, pattern in (("A04", _DAMAGED), ("A07", _LEFT_OVER)):
        kept = [place for place, value in enumerate(found) if re.search(pattern, value)]
        yield Found(rule, rows[kept], field=name, detail_zh=[_short(found[place]) for place in kept])
    if not holds_codes(name):
        told = [(place, kind) for place, value in enumerate(found) if (kind := personal_number(value)) is not None]
        yield Found(
            "A03", rows[[place for place, _ in told]], field=name,
            detail_zh=[kind.zh for _, kind in told], detail_en=[kind.en for _, kind in told],
        )  # fmt: skip


def _values(rule: str, column: pd.Series, name: str, wrong: Callable[[object], bool]) -> Found:
    """Judge each different value once."""
    codes, values = pd.factorize(column, use_na_sentinel=True)
    bad = np.array([wrong(value) for value in values], dtype=bool)
    rows = _at((codes >= 0) & np.append(bad, False)[codes])
    return Found(rule, rows, field=name, detail_zh=[_short(values[codes[row]]) for row in rows])


def _possible(value: object) -> bool:
    """Tell whether a value is a day between the first and last year thinkable."""
    if isinstance(value, date):
        return _YEARS[0] <= value.year <= _YEARS[1]
    text = str(value).strip().removesuffix(".0")
    match = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(?:(\d{1,2})日?)?(?:[T ].*)?", text)
    if match is None:
        return False
    try:
        day = date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return False
    return _YEARS[0] <= day.year <= _YEARS[1]


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
