"""Names as a format takes them: short enough, in ASCII where it must be, apart without regard to case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from landgis.errors import ContractBroken
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.options import FieldForm


def require_apart(columns: Sequence[str], where: str) -> None:
    """Raise where two columns differ in case only, or not at all.

    Raises
    ------
    ContractBroken
        With the names.
    """
    folded = [column.casefold() for column in columns]
    taken = sorted({name for name in folded if folded.count(name) > 1})
    if taken:
        raise _unwritable(where, "列名重复（不分大小写）", "columns that repeat (without regard to case)", taken)


def field_names(
    columns: Sequence[str], forms: Mapping[str, FieldForm], limits: Limits, codec: str, where: str
) -> dict[str, str]:
    """Return column → field name.

    A stated short name is taken as it stands; a name that fits stays; where names go in ASCII, others become
    ``F01``, ``F02`` by place; elsewhere they are cut on a character border.

    Raises
    ------
    ContractBroken
        If a stated short name does not fit, or a name is one that the format keeps for itself.
    """
    if limits.name_bytes is None:
        kept = sorted(limits.reserved.intersection(column.casefold() for column in columns))
        if kept:
            raise _unwritable(where, "列名为格式保留", "columns that are reserved", kept)
        return {column: column for column in columns}
    stated = {column: forms[column].short for column in columns if column in forms and forms[column].short}
    wrong = [short for short in stated.values() if not _fits(short, limits, codec)]
    if wrong:
        raise _unwritable(
            where,
            f"短名不合格式（至多 {limits.name_bytes} 字节）",
            f"short names that do not fit ({limits.name_bytes} bytes)",
            wrong,
        )
    require_apart(list(stated.values()), where)
    if not limits.ascii_names:
        return short_names(columns, codec, limits.name_bytes, stated)
    return _ascii_names(columns, stated, limits, codec)


def layer_names(titles: Sequence[str], limits: Limits) -> dict[str, str]:
    """Return layer → its name in the file."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for number, title in enumerate(titles, 1):
        plain = "".join("_" if mark in limits.layer_forbidden else mark for mark in title)[: limits.layer_chars]
        wanted = plain if plain and (_is_plain(plain) or not limits.ascii_names) else f"LAYER_{number:02d}"
        names[title] = _apart(wanted, taken)
    return names


def short_names(
    columns: Sequence[str], codec: str, size: int = 10, stated: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Shorten names to bytes of the encoding, on a character border, and keep them apart without regard to case.

    Returns
    -------
    dict
        Column name → field name, in the order given.
    """
    names = dict(stated or {})
    taken = {name.casefold() for name in names.values()}
    for column in columns:
        if column in names:
            continue
        short = _cut(column, codec, size)
        number = 1
        while short.casefold() in taken or not short:
            ending = f"_{number}"
            short = _cut(column, codec, size - len(ending)) + ending
            number += 1
        taken.add(short.casefold())
        names[column] = short
    return {column: names[column] for column in columns}


def _ascii_names(columns: Sequence[str], stated: Mapping[str, str], limits: Limits, codec: str) -> dict[str, str]:
    names = dict(stated)
    taken = {name.casefold() for name in names.values()}
    for column in columns:
        if column not in names and _fits(column, limits, codec) and column.casefold() not in taken:
            names[column] = column
            taken.add(column.casefold())
    for number, column in enumerate(columns, 1):
        if column not in names:
            names[column] = _apart(f"F{number:02d}", taken)
    return {column: names[column] for column in columns}


def _apart(name: str, taken: set[str]) -> str:
    """Return a made name that is not taken yet, and take it."""
    made, number = name, 1
    while made.casefold() in taken:
        number += 1
        made = f"{name}_{number}"
    taken.add(made.casefold())
    return made


def _fits(name: str, limits: Limits, codec: str) -> bool:
    size = len(name.encode(codec, errors="replace"))
    plain = not limits.ascii_names or _is_plain(name)
    return plain and 0 < size <= (limits.name_bytes or size) and name.casefold() not in limits.reserved


def _is_plain(name: str) -> bool:
    return name.isascii() and name.isidentifier()


def _cut(text: str, codec: str, size: int) -> str:
    return text.encode(codec, errors="ignore")[:size].decode(codec, errors="ignore")


def _unwritable(where: str, zh: str, en: str, names: Sequence[str]) -> ContractBroken:
    listed = "、".join(names)
    return ContractBroken(
        f"图层 {where} 的{zh}：{listed}",
        f"Layer {where} has {en}: {listed}",
        where=where,
        next_zh="请改列名",
        next_en="Rename them",
    )
