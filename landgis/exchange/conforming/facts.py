"""The facts of parcels: from the layer's own fields and from a table beside it. A doubt is missing, never false."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.domain.facts import FACTS, Fact, OwnerLevel
from landgis.domain.issue import Issue, Severity
from landgis.domain.land_use import Scheme
from landgis.domain.register import REGISTER_FACTS, RegisterClass
from landgis.domain.title import RightType
from landgis.errors import ContractBroken
from landgis.exchange.conforming.values import as_bool, as_day, as_number, as_text
from landgis.exchange.reading.fields import find_fields, first_five
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.frames.parcels import Stated, fact_column
from landgis.frames.spec import FrameSpec

_READABLE = tuple(fact for fact in REGISTER_FACTS if fact.kind != "shares")
"""Facts that a column can state; shares are stated one by one."""
_EMPTY = FrameSpec("facts", tuple(fact_column(fact) for fact in _READABLE)).empty()
_ALWAYS = [fact.name for fact in FACTS]
_CHOICE_WORDS = {
    "owner_level": {level.zh: level.value for level in OwnerLevel}
    | {"镇级": "town", "镇集体": "town", "乡镇集体": "town", "村级": "village", "组集体": "group", "联合": "joint"}
    | {"33": "town", "32": "village", "31": "group"},
    "planned_use_scheme": {scheme.zh: scheme.value for scheme in Scheme if scheme.is_plan},
    "current_use_scheme": {scheme.zh: scheme.value for scheme in Scheme if not scheme.is_plan},
    "contract_use_scheme": {scheme.zh: scheme.value for scheme in Scheme if scheme.is_plan},
    "right_type": {right.zh: right.value for right in RightType}
    | {str(number): RightType.OTHER.value for number in range(10, 24)},
    "register_class": {kind.zh: kind.value for kind in RegisterClass} | {"后备": "reserve"},
}
"""Words for the choices; 31–33 are the survey's 权属性质 codes of collective owners; 10–23 are further kinds of right."""


def join_facts(
    raw: RawLayer, ids: pd.Series, table: pd.DataFrame | None, id_fields: Sequence[str]
) -> tuple[pd.DataFrame, Stated, list[Issue]]:
    """Collect every declared fact of every row.

    Parameters
    ----------
    raw
        Layer whose fields may state facts.
    ids
        Parcel identifier of each of its rows.
    table
        Facts by parcel identifier, or None.
    id_fields
        Field names of the identifier in ``table``.

    Returns
    -------
    tuple
        One column per fact of the ParcelFrame and per further fact delivered, one row per row of the layer; what was
        said and what is doubtful; and what was wrong.
    """
    own, own_doubt, issues = _read_facts(pd.DataFrame(raw.frame.drop(columns=raw.frame.geometry.name)), ids, raw.where)
    fields = [str(name) for name in raw.frame.columns if name != raw.frame.geometry.name]
    said = _said(fields, np.ones(len(ids), dtype=bool))
    if table is None:
        return _delivered(own, said), Stated(said, own_doubt), issues
    beside, beside_doubt, beside_issues = _facts_of_table(table, ids, id_fields, raw.where)
    merged, contradicted, conflicts = _merge(own, beside, own_doubt | beside_doubt, ids, raw.where)
    key = find_fields(table.columns, id_fields)[0]
    said |= _said([str(name) for name in table.columns if name != key], ids.isin(as_text(table[key])).to_numpy())
    return _delivered(merged, said), Stated(said, contradicted), [*issues, *beside_issues, *conflicts]


def _said(columns: Sequence[str], rows: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Tell which facts the columns state, for the rows that they speak of."""
    named = {fact.name: rows & bool(find_fields(columns, _names(fact))) for fact in _READABLE}
    return pd.DataFrame(named, index=range(len(rows)))


def _delivered(facts: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """Keep the facts of the ParcelFrame, and of the further ones those that were delivered."""
    return facts[[name for name in facts.columns if name in _ALWAYS or said[name].any()]]


def _facts_of_table(
    table: pd.DataFrame, ids: pd.Series, id_fields: Sequence[str], where: str
) -> tuple[pd.DataFrame, pd.DataFrame, list[Issue]]:
    """Facts of a table beside the layer, and the cells it leaves in doubt: whatever the layer says there is missing."""
    found = find_fields(table.columns, id_fields)
    if not found:
        listed = "、".join(str(column) for column in table.columns)
        raise ContractBroken(
            f"事实表没有地块编号字段；现有字段：{listed}",
            f"The table of facts has no parcel identifier; it has: {listed}",
            where=where,
            next_zh=f"编号字段应为其中之一：{'、'.join(id_fields)}",
            next_en=f"The identifier is one of: {', '.join(id_fields)}",
        )
    keys = as_text(table[found[0]]).reset_index(drop=True)
    stated = table.drop(columns=found[0]).reset_index(drop=True)
    read, doubt, issues = _read_facts(stated, keys, f"{where} + facts")
    known = fact_fields([str(name) for name in stated.columns])
    issues += _count_issue("fact_column_unrecognised", [name for name in stated.columns if name not in known], where,
                           "列不是已知的事实，未采用", "columns are no known facts and were not used")  # fmt: skip
    repeated = keys.notna() & keys.duplicated(keep=False)
    issues += _count_issue("facts_repeated", keys[repeated].unique(), where, "在事实表中重复，均不采用", "repeated in the "
                           "table of facts: none of their rows is used")  # fmt: skip
    usable = keys.notna() & ~repeated
    orphans = keys[usable & ~keys.isin(ids)]
    issues += _count_issue("facts_without_parcel", orphans, where, "在事实表中而不在图层中", "in the table of facts and "
                           "not in the layer")  # fmt: skip
    issues += _count_issue("facts_missing_key", np.flatnonzero(keys.isna()) + 1, where, "行事实没有地块编号", "rows of the "
                           "table of facts without an identifier")  # fmt: skip
    bare = ids[ids.notna() & ~ids.isin(keys[usable])]
    issues += _count_issue("parcel_without_facts", bare, where, "没有对应的事实", "without facts in the table")
    indexed = read[usable].set_axis(keys[usable], axis=0).reindex(ids).set_axis(ids.index, axis=0)
    stated_facts = [fact.name for fact in _READABLE if find_fields(stated.columns, _names(fact))]
    doubtful = doubt[usable].set_axis(keys[usable], axis=0).reindex(ids, fill_value=False).set_axis(ids.index, axis=0)
    doubtful.loc[ids.isin(keys[repeated]), stated_facts] = True
    return indexed, doubtful, issues


def fact_fields(columns: Sequence[str]) -> set[str]:
    """Return the columns that state a fact: of several names for one fact, the best alone is read."""
    return {name for fact in _READABLE for name in find_fields(columns, _names(fact))[:1]}


def known_facts() -> list[tuple[Fact, tuple[str, ...]]]:
    """Return every fact that a column can state, with the names by which such a column is known, best first."""
    return [(fact, _names(fact)) for fact in _READABLE]


def _names(fact: Fact) -> tuple[str, ...]:
    return (fact.name, fact.zh, *fact.aliases)


def _read_facts(table: pd.DataFrame, ids: pd.Series, where: str) -> tuple[pd.DataFrame, pd.DataFrame, list[Issue]]:
    """Facts, the cells that say something unreadable, and the issues."""
    columns, issues = {}, []
    doubt = pd.DataFrame(False, index=range(len(ids)), columns=[fact.name for fact in _READABLE])
    for fact in _READABLE:
        found = find_fields(table.columns, _names(fact))
        if not found:
            columns[fact.name] = pd.Series(None, index=range(len(ids)), dtype=_EMPTY[fact.name].dtype)
            continue
        values, unread = _read_fact(fact, table[found[0]].reset_index(drop=True))
        columns[fact.name] = values.astype(_EMPTY[fact.name].dtype)
        if unread:
            doubt.loc[[row for row, _ in unread], fact.name] = True
            cells = (f"{ids[row] if isinstance(ids[row], str) else f'#{row + 1}'}={text}" for row, text in unread)
            issues.append(_unread_issue(fact, found[0], len(unread), first_five(cells), where))
    return pd.DataFrame(columns), doubt, issues


def _read_fact(fact: Fact, values: pd.Series) -> tuple[pd.Series, list[tuple[int, str]]]:
    if fact.kind == "bool":
        return as_bool(values)
    if fact.kind == "area_m2":
        numbers, unread = as_number(values)
        bad = [(int(row), str(numbers[row])) for row in np.flatnonzero(numbers <= 0)]
        return numbers.where(numbers > 0), sorted([*unread, *bad])
    text = as_text(values)
    if fact.kind == "text":
        return text, []
    if fact.kind == "date":
        return as_day(values)
    words = _CHOICE_WORDS.get(fact.name, {}) | {str(choice): str(choice) for choice in fact.choices}
    known = {word.casefold(): value for word, value in words.items()}
    read = pd.Series([known.get(str(cell).casefold()) for cell in text], dtype="str")
    return read, [(int(row), str(text[row])) for row in np.flatnonzero(text.notna() & read.isna())]


def _merge(
    own: pd.DataFrame, beside: pd.DataFrame, doubt: pd.DataFrame, ids: pd.Series, where: str
) -> tuple[pd.DataFrame, pd.DataFrame, list[Issue]]:
    """Fill one from the other; where both speak and differ, or either is in doubt, the fact is missing and in doubt."""
    merged, contradicted, issues = {}, doubt.copy(), []
    called = {fact.name: fact for fact in _READABLE}
    for name in own.columns:
        both = own[name].notna() & beside[name].notna()
        differ = both & (own[name] != beside[name]).fillna(False).astype(bool)
        merged[name] = own[name].fillna(beside[name]).mask(differ | doubt[name])
        contradicted[name] |= differ
        zh = f"地块的{called[name].zh}在图层与事实表中所载不一，按缺失处理"
        en = f"{called[name].en}: the layer and the table of facts disagree; taken as missing"
        issues += _count_issue("facts_disagree", ids[differ].fillna("#"), where, zh, en)
    return pd.DataFrame(merged), contradicted, issues


def _count_issue(code: str, found: Iterable[object], where: str, zh: str, en: str) -> list[Issue]:
    listed = list(found)
    if not listed:
        return []
    some = first_five(listed)
    return [Issue(code, Severity.SERIOUS, where, f"{len(listed)} 个{zh}：{some}", f"{len(listed)} {en}: {some}")]


def _unread_issue(fact: Fact, column: str, count: int, cells: str, where: str) -> Issue:
    return Issue(
        "fact_unreadable",
        Severity.SERIOUS,
        f"{where} {column}",
        f"{fact.zh}有 {count} 个值无法识别，按缺失处理：{cells}",
        f"{count} values of {fact.en} cannot be read and are taken as missing: {cells}",
    )
