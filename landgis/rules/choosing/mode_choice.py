"""Looking a trading mode up.

What is not known is not guessed: every way in which the unknown could turn out is looked up. Where all of them lead to
one mode, that is the answer; else the modes they lead to are told, each with what would have to be true.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import fields
from datetime import date
from itertools import product
from typing import Any

from landgis.domain.guide_2020 import in_guide_2023
from landgis.domain.land_use import PlannedClass, Scheme, normalise, planned_class
from landgis.errors import UsageError
from landgis.rules.choosing.mode_answer import Certainty, Course, ModeAnswer
from landgis.rules.choosing.modes import Left, ModeRow, ModeTable, ModeTables, UseGroup
from landgis.rules.choosing.sale import Buyer, Project, Sale, why_barred
from landgis.rules.editions import in_force
from landgis.rules.pack import Words

_NAMES = tuple(field.name for field in fields(Sale))


def trading_mode(tables: ModeTables, use: str, scheme: Scheme, sale: Sale, as_of: date) -> ModeAnswer:
    """Return by which mode a parcel is sold.

    Parameters
    ----------
    tables
        Of the district.
    use, scheme
        Planned use; its code as delivered, and the guide it stands in.
    sale
        What else is known.
    as_of
        The day that counts.

    Raises
    ------
    UsageError
        If the scheme is none that plans are made in, or the number of intended users is negative.
    """
    if sale.intended is not None and sale.intended < 0:
        raise UsageError(
            f"意向用地者数不能是 {sale.intended}", f"{sale.intended} cannot be a number of intended users",
            where="intended", next_zh="请给出 0 或正整数", next_en="Give 0 or more",
        )  # fmt: skip
    left, table = in_force(tables.left, as_of), in_force(tables.editions, as_of)
    kind = planned_class(use, scheme)
    barred = why_barred(use, kind, None)
    if barred:
        return ModeAnswer(Certainty.MAY_NOT_ENTER, said=barred)
    if kind is PlannedClass.UNRECOGNISED:
        said = Words(
            f"规划用途代码 {use} 无法识别，请核对分类标准", f"Planned use code {use} is not in the scheme: check it"
        )
        return ModeAnswer(Certainty.UNDECIDED, unknown=("use",), left=left, said=said)
    if table is None:
        said = Words(f"{as_of} 尚无规定可依", f"There was nothing to go by on {as_of}")
        return ModeAnswer(Certainty.NOT_IN_TABLE, left=left, said=said)
    answer = _looked_up(table, normalise(str(in_guide_2023(use, scheme)), Scheme.GUIDE_2023), sale, left)
    silent = kind is PlannedClass.HOUSING and answer.certainty is Certainty.NOT_IN_TABLE
    barred = why_barred(use, kind, sale.project) if silent else None
    return ModeAnswer(Certainty.MAY_NOT_ENTER, said=barred) if barred else answer


def _looked_up(table: ModeTable, code: str, sale: Sale, left: Left | None) -> ModeAnswer:
    groups = [group for group in table.groups if code.startswith(group.codes)]
    finer = [group for group in table.groups if any(each.startswith(code) for each in group.codes)]
    if not groups and finer:
        names = {group.group_id for group in finer}
        rows = [row for row in table.rows if names & set(row.uses) and not row.beside]
        courses = tuple(Course(row, {}) for row in rows)
        return ModeAnswer(Certainty.UNDECIDED, courses, unknown=("use",), left=left)
    if not groups:
        return ModeAnswer(Certainty.NOT_IN_TABLE, left=left, said=table.silent, said_by=table.clause)
    projects = tuple(dict.fromkeys(each for group in groups for each in group.projects))
    if sale.project is not None and sale.project not in projects:
        said = Words(
            f"用途 {code} 与项目类型“{sale.project.zh}”不相合，表中无此项；可选：{'、'.join(each.zh for each in projects)}",
            f"Use {code} and a project “{sale.project.en}” do not go together; {', '.join(each.en for each in projects)}",
        )
        return ModeAnswer(Certainty.NOT_IN_TABLE, left=left, said=said)
    return _weighed(table, groups, projects, sale)


def _weighed(table: ModeTable, groups: Sequence[UseGroup], projects: Sequence[Project], sale: Sale) -> ModeAnswer:
    """Look every way up in which the unknown could turn out."""
    ways = tuple(completions(table, sale, projects))
    rows = {way: row_for(table, groups, way) for way in ways}
    modes = {(row.mode, row.force) for row in rows.values()}
    opened = {row: {way for way in ways if _applies(row, groups, way)} for row in table.rows if row.beside}
    decisive = _hanging_on(ways, sale, lambda way: (rows[way].mode, rows[way].force))
    further = _hanging_on(ways, sale, lambda way: tuple(row.row_id for row in opened if way in opened[row]))
    said = [group.premise for group in groups if group.premise and (not sale.project or sale.project in group.projects)]
    return ModeAnswer(
        Certainty.DECIDED if len(modes) == 1 else Certainty.UNDECIDED,
        tuple(_course(row, [way for way in ways if rows[way] is row], ways) for row in dict.fromkeys(rows.values())),
        tuple(_course(row, list(where), ways) for row, where in opened.items() if where),
        tuple(dict.fromkeys((*decisive, *further))),
        tuple(said),
    )


def completions(table: ModeTable, sale: Sale, projects: Sequence[Project]) -> Iterator[Sale]:
    """Yield the sale as it would be for every value of what is unknown; numbers stand for all that count alike."""
    numbers = sorted(
        {0, *(row.least for row in table.rows), *(row.most + 1 for row in table.rows if row.most is not None)}
    )
    open_: dict[str, Sequence[Any]] = {
        "project": projects, "intended": numbers, "buyer": tuple(Buyer), "character_area": (True, False),
    }  # fmt: skip
    known = {name: getattr(sale, name) for name in _NAMES}
    for values in product(*((known[name],) if known[name] is not None else open_[name] for name in _NAMES)):
        yield Sale(*values)


def row_for(table: ModeTable, groups: Sequence[UseGroup], sale: Sale) -> ModeRow:
    """Return the one row that applies to a sale of which everything is known; the loader holds that there is one."""
    return next(row for row in table.rows if not row.beside and _applies(row, groups, sale))


def _applies(row: ModeRow, groups: Sequence[UseGroup], sale: Sale) -> bool:
    return any(row.applies(group, sale) for group in groups if sale.project in group.projects)


def _hanging_on(ways: Sequence[Sale], sale: Sale, result: Callable[[Sale], Hashable]) -> list[str]:
    """Return the unknown whose value changes the result, other things equal."""
    hanging = []
    for name in (name for name in _NAMES if getattr(sale, name) is None):
        found: dict[Hashable, set[Hashable]] = {}
        for way in ways:
            others = tuple(getattr(way, other) for other in _NAMES if other != name)
            found.setdefault(others, set()).add(result(way))
        if any(len(results) > 1 for results in found.values()):
            hanging.append(name)
    return hanging


def _course(row: ModeRow, where: Sequence[Sale], ways: Sequence[Sale]) -> Course:
    """Return a row with the values of the unknown for which it applies, where not for all."""
    given = {}
    for name in _NAMES:
        mine, all_ = ({getattr(way, name): None for way in some} for some in (where, ways))
        if len(mine) < len(all_):
            given[name] = tuple(_text(name, value, list(all_)) for value in all_ if value in mine)
    return Course(row, given)


def _text(name: str, value: Any, values: Sequence[Any]) -> str:
    """Write a value; a number stands for those up to the next that counts otherwise."""
    if name != "intended":
        return str(value).lower() if isinstance(value, bool) else str(value)
    above = min((each for each in values if each > value), default=None)
    return f"{value}+" if above is None else str(value) if above == value + 1 else f"{value}-{above - 1}"
