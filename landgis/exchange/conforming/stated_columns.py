"""Columns that a person says the meaning of: read under the name that we know, and said so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from landgis.domain.catalogue import plain_name
from landgis.domain.issue import Issue, Severity, shown
from landgis.errors import UsageError
from landgis.exchange.reading.raw_layer import RawLayer

STATED = "columns_stated"
"""Code of the issue that says so."""


def as_stated(raw: RawLayer, columns: Mapping[str, str] | None) -> RawLayer:
    """Return a layer with columns under the names that a person says they stand for.

    Parameters
    ----------
    columns
        Column as delivered → name that is known, such as ``{"图斑号": "parcel_id"}``; None or empty: nothing was said.

    Raises
    ------
    UsageError
        If there is no such column, two are said to be the same, or the file has a column of that name already.
    """
    if not columns:
        return raw
    present = [str(name) for name in raw.frame.columns if name != raw.frame.geometry.name]
    missing = [name for name in columns if name not in present]
    if missing:
        listed = "、".join(shown(name) for name in missing)
        raise _wrong(raw, f"文件没有列 {listed}", f"The file has no column {listed}")
    after = [plain_name(columns.get(name, name)) for name in present]
    double = [known for name, known in columns.items() if after.count(plain_name(known)) > 1]
    if double:
        listed = "、".join(dict.fromkeys(map(shown, double)))
        raise _wrong(raw, f"不止一列读作 {listed}", f"More than one column would be read as {listed}")
    pairs = [(shown(name), shown(known)) for name, known in columns.items()]
    issue = Issue(
        STATED, Severity.MINOR, raw.where, "按指明读取列：" + "、".join(f"{name} 读作 {known}" for name, known in pairs),
        "Columns read as stated: " + ", ".join(f"{name} as {known}" for name, known in pairs),
    )  # fmt: skip
    return replace(raw, frame=raw.frame.rename(columns=dict(columns)), issues=(*raw.issues, issue))


def as_answer(columns: Mapping[str, str] | None) -> str:
    """Return what was said of columns as it is kept with a release; empty: nothing was."""
    return json.dumps(columns, ensure_ascii=False, sort_keys=True) if columns else ""


def from_answer(text: str) -> dict[str, str]:
    """Return what was said of columns from where it is kept."""
    said: dict[str, str] = json.loads(text) if text else {}
    return said


def _wrong(raw: RawLayer, zh: str, en: str) -> UsageError:
    return UsageError(
        zh, en, where=raw.where, next_zh="请核对各列的含义", next_en="Look at what each column is said to mean"
    )
