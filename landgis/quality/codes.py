"""Rules on codes: land use in its scheme, parcel codes, towns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from landgis.domain.district import town_names
from landgis.domain.issue import Severity
from landgis.domain.land_use import Scheme, look_up
from landgis.domain.parcel_code import CodeKind, explain_parcel_code
from landgis.quality.fields import Fields
from landgis.quality.found import Found

Told = tuple[str, str]
"""Chinese and English; empty where there is nothing to say."""
_TOWN = 9
"""Digits of a town's code; village codes and unit codes begin with it."""


def code_findings(rows: pd.DataFrame, fields: Fields) -> Iterator[Found]:
    """Yield what the rules on codes find in a batch."""
    for name, scheme in fields.codes:
        yield _each("C01", rows[name], name, partial(_no_code, scheme))
    for name in fields.parcel_codes:
        yield _each("C02", rows[name], name, _no_parcel_code)
    for name in fields.towns:
        yield _each("C03", rows[name], name, _no_town)


def _each(rule: str, column: pd.Series, name: str, wrong: Callable[[str], Told]) -> Found:
    """Judge each different code once; ``wrong`` says what is wrong with it in both languages, or nothing."""
    codes, values = pd.factorize(column, use_na_sentinel=True)
    told = [wrong(str(value).strip()) for value in values]
    rows = np.flatnonzero((codes >= 0) & np.array([*(bool(zh) for zh, _ in told), False], dtype=bool)[codes])
    return Found(
        rule, rows, field=name,
        detail_zh=[told[codes[row]][0] for row in rows], detail_en=[told[codes[row]][1] for row in rows],
    )  # fmt: skip


def _no_code(scheme: Scheme, code: str) -> Told:
    if not code or look_up(code, scheme):
        return "", ""
    return code, code


def _no_parcel_code(code: str) -> Told:
    """Codes of 28 or 19 characters only; what is merely old is not wrong."""
    if not code:
        return "", ""
    explained = explain_parcel_code(code)
    if explained.kind not in (CodeKind.UNIT, CodeKind.PARCEL, CodeKind.UNKNOWN):
        return f"{code} 不是宗地代码，而是{explained.kind.zh}", f"{code} is no parcel code but a {explained.kind.value}"
    wrong = [issue for issue in explained.issues if issue.severity is not Severity.MINOR]
    return "；".join(issue.message_zh for issue in wrong), "; ".join(issue.message_en for issue in wrong)


def _no_town(code: str) -> Told:
    """Codes of a county alone say nothing of a town."""
    unknown = len(code) >= _TOWN and code[:_TOWN] not in town_names()
    return (code, code) if unknown else ("", "")
