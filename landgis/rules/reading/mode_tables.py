"""Reading tables of trading modes: YAML in, `ModeTables` out; a table with an empty or a double cell does not load."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import Any

from pydantic import Field

from landgis.domain.land_use import Scheme
from landgis.rules.choosing.mode_answer import ModeAnswer
from landgis.rules.choosing.mode_choice import completions, trading_mode
from landgis.rules.choosing.modes import Left, ModeRow, ModeTable, ModeTables, UseGroup
from landgis.rules.choosing.sale import Buyer, Force, Mode, Project, Sale
from landgis.rules.reading.build import words_of
from landgis.rules.reading.schema import ClauseYaml, Day, Strict, Text, WordsYaml
from landgis.rules.reading.tables import NATIONAL, Sheet, TableCase, TableYaml, read_table, table_text

_FILE = "modes.yaml"


class _Group(WordsYaml):
    id: Text
    codes: tuple[str, ...] = Field(min_length=1)
    projects: tuple[Project, ...] = Field(min_length=1)
    premise: WordsYaml | None = None


class _Row(WordsYaml):
    id: Text
    uses: tuple[str, ...] = Field(min_length=1)
    projects: tuple[Project, ...] = ()
    buyers: tuple[Buyer, ...] = ()
    intended_from: int = Field(default=0, ge=0)
    intended_to: int | None = Field(default=None, ge=0)
    character_area: bool | None = None
    mode: Mode
    force: Force
    beside: bool = False
    clause: ClauseYaml


class _Edition(Strict):
    start: Day = Field(alias="from")
    uses: tuple[_Group, ...] = ()
    rows: tuple[_Row, ...] = ()
    silent: WordsYaml
    clause: ClauseYaml


class _Left(Strict):
    start: Day = Field(alias="from")
    modes: tuple[Mode, ...] = Field(min_length=1)
    clause: ClauseYaml


class _Given(Strict):
    use: str
    scheme: Scheme = Scheme.GUIDE_2023
    project: Project | None = None
    intended: int | None = None
    buyer: Buyer | None = None
    character_area: bool | None = None


class _Case(Strict):
    name: Text
    as_of: Day
    given: _Given
    expect: dict[str, Any]


class ModesStatuteYaml(TableYaml):
    left: tuple[_Left, ...] = Field(min_length=1)


class ModesYaml(TableYaml):
    editions: tuple[_Edition, ...] = Field(min_length=1)
    cases: tuple[_Case, ...] = Field(min_length=1)


@cache
def load_modes(pack: str) -> ModeTables:
    """Load the tables of a district's pack, with what the statute leaves.

    Raises
    ------
    RulePackError
        If a table does not keep the schema, or a cell has no row or two.
    """
    return parse_modes(table_text(pack, _FILE), pack, f"{pack}/{_FILE}")


def parse_modes(text: str, pack: str, where: str) -> ModeTables:
    """Parse the text of a district's table; ``where`` names its file."""
    raw, sheet = read_table(text, where, ModesYaml, pack)
    editions = tuple(_edition(edition, pack, sheet, place) for place, edition in enumerate(raw.editions))
    for place, edition in enumerate(editions):
        _require_apart(edition, sheet, place)
        _require_whole(edition, sheet, place)
    return ModeTables(pack, editions, _left())


def run_mode_cases(pack: str) -> list[TableCase]:
    """Run the cases that ship beside a pack's table."""
    tables = load_modes(pack)
    raw, _ = read_table(table_text(pack, _FILE), f"{pack}/{_FILE}", ModesYaml, pack)
    results = []
    for case in raw.cases:
        given = case.given
        sale = Sale(given.project, given.intended, given.buyer, given.character_area)
        answer = trading_mode(tables, given.use, given.scheme, sale, case.as_of)
        results.append(TableCase(case.name, case.expect, _told(answer)))
    return results


def _told(answer: ModeAnswer) -> dict[str, Any]:
    """Return what a case may ask of an answer."""
    return {
        "certainty": str(answer.certainty),
        "mode": str(answer.mode) if answer.mode else None,
        "force": str(answer.courses[0].row.force) if answer.mode and answer.courses else None,
        "rows": [course.row.row_id for course in answer.courses],
        "beside": [course.row.row_id for course in answer.beside],
        "unknown": list(answer.unknown),
        "left": [str(mode) for mode in answer.left.modes] if answer.left else [],
    }


@cache
def _left() -> tuple[Left, ...]:
    raw, sheet = read_table(table_text(NATIONAL, _FILE), f"{NATIONAL}/{_FILE}", ModesStatuteYaml, NATIONAL)
    return tuple(
        Left(each.start, each.modes, sheet.clause(each.clause, "left", place, "clause"))
        for place, each in enumerate(raw.left)
    )


def _edition(raw: _Edition, pack: str, sheet: Sheet, place: int) -> ModeTable:
    path = ("editions", place)
    sheet.require_once([row.id for row in raw.rows], *path, "rows")
    sheet.require_once([group.id for group in raw.uses], *path, "uses")
    known = {group.id for group in raw.uses}
    for number, row in enumerate(raw.rows):
        if not set(row.uses) <= known:
            odd = "、".join(sorted(set(row.uses) - known))
            sheet.refuse((*path, "rows", number, "uses"), f"没有用途“{odd}”", f"there is no use “{odd}”")
    return ModeTable(
        pack,
        raw.start,
        tuple(
            UseGroup(
                group.id,
                words_of(group),
                group.codes,
                group.projects,
                words_of(group.premise) if group.premise else None,
            )
            for group in raw.uses
        ),
        tuple(_row(row, sheet, place, number) for number, row in enumerate(raw.rows)),
        words_of(raw.silent),
        sheet.clause(raw.clause, *path, "clause"),
    )


def _row(raw: _Row, sheet: Sheet, place: int, number: int) -> ModeRow:
    path = ("editions", place, "rows", number)
    if raw.intended_to is not None and raw.intended_to < raw.intended_from:
        sheet.refuse((*path, "intended_to"), "intended_to 小于 intended_from", "intended_to is below intended_from")
    return ModeRow(
        row_id=raw.id, uses=raw.uses, projects=raw.projects, buyers=raw.buyers, least=raw.intended_from,
        most=raw.intended_to, character_area=raw.character_area, mode=raw.mode, force=raw.force, beside=raw.beside,
        why=words_of(raw), clause=sheet.clause(raw.clause, *path, "clause"),
    )  # fmt: skip


def _require_apart(table: ModeTable, sheet: Sheet, place: int) -> None:
    """Refuse two groups that share codes and a kind of project: one sale would stand in two cells."""
    for (_, one), (number, other) in combinations(enumerate(table.groups), 2):
        shared = any(mine.startswith(theirs) or theirs.startswith(mine) for mine in one.codes for theirs in other.codes)
        if shared and set(one.projects) & set(other.projects):
            zh = f"“{one.group_id}”和“{other.group_id}”的代码与项目类型都重复"
            en = f"“{other.group_id}” shares codes and a kind of project with “{one.group_id}”"
            sheet.refuse(("editions", place, "uses", number), zh, en)


def _require_whole(table: ModeTable, sheet: Sheet, place: int) -> None:
    """Refuse a table of which a cell (use, project, number, buyer, area) has no row, or more than one."""
    for number, group in enumerate(table.groups):
        for way in completions(table, Sale(), group.projects):
            rows = [row.row_id for row in table.rows if not row.beside and row.applies(group, way)]
            if len(rows) != 1:
                listed = ", ".join(rows) or "—"
                zh = f"“{group.group_id}”的一格（{_cell(way)}）有 {len(rows)} 行：{listed}，应恰有一行"
                en = f"a cell of “{group.group_id}” ({_cell(way)}) has {len(rows)} rows: {listed}; it must have one"
                sheet.refuse(("editions", place, "uses", number), zh, en)


def _cell(way: Sale) -> str:
    return ", ".join(f"{name} {value}" for name, value in vars(way).items())
