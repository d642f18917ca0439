"""Reading tables of terms: YAML in, `TermTables` out, with their cases."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import Field

from landgis.domain.land_use import Scheme
from landgis.rules.choosing.sale import Project
from landgis.rules.choosing.term_limit import TermAnswer, term_limit
from landgis.rules.choosing.terms import Limit, Limits, Practice, Stated, TermTables
from landgis.rules.reading.build import words_of
from landgis.rules.reading.schema import ClauseYaml, Day, Strict, Text, WordsYaml
from landgis.rules.reading.tables import NATIONAL, Sheet, TableCase, TableYaml, read_table, table_text

_FILE = "terms.yaml"


class _Limit(WordsYaml):
    id: Text
    codes: tuple[str, ...] = ()
    max_years: int = Field(gt=0)
    clause: ClauseYaml


class _Edition(Strict):
    start: Day = Field(alias="from")
    limits: tuple[_Limit, ...] = Field(min_length=1)
    also: ClauseYaml


class TermsStatuteYaml(TableYaml):
    editions: tuple[_Edition, ...] = Field(min_length=1)


class _Stated(WordsYaml):
    id: Text
    start: Day = Field(alias="from")
    clause: ClauseYaml


class _Practice(WordsYaml):
    id: Text
    codes: tuple[str, ...] = Field(min_length=1)
    projects: tuple[Project, ...] = ()
    usual_years: int = Field(gt=0)
    start: Day = Field(alias="from")
    end: Day = Field(alias="to")
    document: Text
    confirmed: bool


class _Given(Strict):
    use: str
    scheme: Scheme = Scheme.GUIDE_2023
    years: int | None = None
    project: Project | None = None


class _Case(Strict):
    name: Text
    as_of: Day
    given: _Given
    expect: dict[str, Any]


class TermsYaml(TableYaml):
    stated: _Stated
    practice: tuple[_Practice, ...] = ()
    cases: tuple[_Case, ...] = Field(min_length=1)


@cache
def load_terms(pack: str) -> TermTables:
    """Load the table of a district's pack, with the statute's limits.

    Raises
    ------
    RulePackError
        If a table does not keep the schema, or the statute's does not say what holds for every other use.
    """
    return parse_terms(table_text(pack, _FILE), table_text(NATIONAL, _FILE), pack)


def parse_terms(text: str, statute: str, pack: str) -> TermTables:
    """Parse the text of a district's table, and that of the statute's."""
    raw, sheet = read_table(text, f"{pack}/{_FILE}", TermsYaml, pack)
    sheet.require_once([each.id for each in raw.practice], "practice")
    clause = sheet.clause(raw.stated.clause, "stated", "clause")
    stated = Stated(raw.stated.id, raw.stated.start, words_of(raw.stated), clause)
    practice = tuple(_practice(each, sheet, place) for place, each in enumerate(raw.practice))
    return TermTables(pack, _limits(statute), stated, practice)


def run_term_cases(pack: str) -> list[TableCase]:
    """Run the cases that ship beside a pack's table."""
    tables = load_terms(pack)
    raw, _ = read_table(table_text(pack, _FILE), f"{pack}/{_FILE}", TermsYaml, pack)
    results = []
    for case in raw.cases:
        given = case.given
        answer = term_limit(tables, given.use, given.scheme, given.years, given.project, case.as_of)
        results.append(TableCase(case.name, case.expect, _told(answer)))
    return results


def _told(answer: TermAnswer) -> dict[str, Any]:
    """Return what a case may ask of an answer."""
    return {
        "state": str(answer.state),
        "limits": [limit.limit_id for limit in answer.limits],
        "max_years": sorted({limit.max_years for limit in answer.limits}),
        "notices": len(answer.notices),
    }


def _limits(text: str) -> tuple[Limits, ...]:
    raw, sheet = read_table(text, f"{NATIONAL}/{_FILE}", TermsStatuteYaml, NATIONAL)
    return tuple(_edition(edition, sheet, place) for place, edition in enumerate(raw.editions))


def _edition(raw: _Edition, sheet: Sheet, place: int) -> Limits:
    path = ("editions", place, "limits")
    sheet.require_once([row.id for row in raw.limits], *path)
    if sum(not row.codes for row in raw.limits) != 1:
        zh = "须恰有一行不写 codes：它管其他各行都没有列出的用途"
        sheet.refuse(path, zh, "exactly one row has no codes: it holds for every use that no other row names")
    rows = tuple(
        Limit(row.id, words_of(row), row.codes, row.max_years, sheet.clause(row.clause, *path, number, "clause"))
        for number, row in enumerate(raw.limits)
    )
    return Limits(raw.start, rows, sheet.clause(raw.also, "editions", place, "also"))


def _practice(raw: _Practice, sheet: Sheet, place: int) -> Practice:
    if raw.document not in sheet.documents:
        zh, en = f"没有代号为“{raw.document}”的文件", f"there is no document “{raw.document}”"
        sheet.refuse(("practice", place, "document"), zh, en)
    return Practice(
        raw.id, words_of(raw), raw.codes, raw.projects, raw.usual_years, raw.start, raw.end,
        sheet.documents[raw.document], raw.confirmed,
    )  # fmt: skip
