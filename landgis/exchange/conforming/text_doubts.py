"""Text that is not what it looks like: invisible characters, formulas, markup, endless cells. Kept as delivered, and said.

Values are bound in SQL and escaped wherever they are shown; a spreadsheet or another program that takes them over may
not be so careful, and an invisible character keeps two equal names apart for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from landgis.domain.issue import Issue, Severity, shown
from landgis.exchange.reading.fields import first_five

LONGEST = 4_000
"""Characters of the longest text a map, table or card can take."""
_LONGEST_NAME = 100
_HIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]"
_FORMULA = r"^(?!\s*[+-]?[\d.,]+(?:[eE][+-]?\d+)?[%°]?\s*$)\s*(?:[=@]|[+-][^\s\-—])"
"""What a spreadsheet takes for a formula; signed numbers and dashes are none."""
_MARKUP = r"<[A-Za-z/!?]|javascript:|&#"


@dataclass(frozen=True)
class _Doubt:
    """One thing a text may be, and how to say it."""

    code: str
    severity: Severity
    pattern: re.Pattern[str]
    zh: str
    en: str


_DOUBTS = (
    _Doubt("text_hidden", Severity.SERIOUS, re.compile(_HIDDEN), "含不可见字符", "hold invisible characters"),
    _Doubt("text_formula", Severity.MINOR, re.compile(_FORMULA, re.MULTILINE), "像电子表格公式", "look like formulas"),
    _Doubt("text_markup", Severity.MINOR, re.compile(_MARKUP, re.IGNORECASE), "含网页标记", "hold markup of web pages"),
    _Doubt(
        "text_long",
        Severity.SERIOUS,
        re.compile(rf"(?s).{{{LONGEST + 1}}}"),
        f"超过 {LONGEST} 字",
        f"are longer than {LONGEST} characters",
    ),
)
_FIELD_NAME = re.compile(rf"[^\W_][\w\s.,:;#%°²()（）/\-—、：·〔〕]{{0,{_LONGEST_NAME - 1}}}|_\w*")


def text_issues(table: pd.DataFrame, where: str) -> list[Issue]:
    """Report the doubtful texts of a table, one issue per column and kind.

    Parameters
    ----------
    table
        Fields as delivered, without geometry.
    where
        File and layer, for messages.
    """
    issues = _name_issues([str(name) for name in table.columns], where)
    for name in table.columns:
        values = table[name]
        if isinstance(values, pd.Series) and (values.dtype == object or pd.api.types.is_string_dtype(values)):
            there = pd.unique(values.dropna().to_numpy(dtype=object))
            texts = [value for value in there if isinstance(value, str)]
            issues += _column_issues(texts, f"{where} {shown(name)}")
    return issues


def _column_issues(texts: list[str], where: str) -> Iterator[Issue]:
    together = "\n".join(texts)  # one search tells that there is nothing to look for, as in nearly every column
    longest = max(map(len, texts), default=0)
    for doubt in _DOUBTS:
        if longest <= LONGEST if doubt.code == "text_long" else not doubt.pattern.search(together):
            continue
        found = [text for text in texts if doubt.pattern.search(text)]
        if found:
            listed = first_five(found)
            zh, en = f"{len(found)} 个值{doubt.zh}：{listed}", f"{len(found)} values {doubt.en}: {listed}"
            yield Issue(doubt.code, doubt.severity, where, f"{zh}；按原样保留", f"{en}; kept as delivered")


def _name_issues(names: list[str], where: str) -> list[Issue]:
    odd = [name for name in names if not _FIELD_NAME.fullmatch(name)]
    if not odd:
        return []
    listed = first_five(odd)
    zh = f"{len(odd)} 个字段名过长，或含不应有的字符：{listed}；请更名后重新导出"
    en = f"{len(odd)} field names are too long or hold characters that do not belong there: {listed}; rename them"
    return [Issue("field_name_odd", Severity.SERIOUS, where, zh, en)]
