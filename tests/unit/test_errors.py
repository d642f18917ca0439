"""Errors: what happened, where, what next, and what some of them carry beside."""

from __future__ import annotations

from typing import Any

import pytest

from landgis.domain.fault import Fault
from landgis.domain.issue import Issue, Severity
from landgis.domain.question import Candidate, Question, error_from_dict
from landgis.domain.sheet_fault import SheetFault
from landgis.errors import CrsMissing, LandgisError, NeedsAnswer, NotFound, NumbersRepeated, RulePackError, SheetFaulty

TOLD = {"where": "a.gpkg", "next_zh": "请改", "next_en": "Mend it"}
QUESTION = Question("crs", "a.gpkg", "问", "asked", "--crs", (Candidate("EPSG:4549", "像", "alike"),))
ISSUE = Issue("number_repeated", Severity.FATAL, "1", "重复", "repeated")
FAULT = Fault("a.yaml", 3, "red-line", "不对", "wrong")
CARRYING: list[tuple[type[LandgisError], str, Any]] = [
    (NeedsAnswer, "questions", QUESTION),
    (CrsMissing, "questions", QUESTION),
    (NumbersRepeated, "issues", ISSUE),
    (RulePackError, "faults", FAULT),
    (SheetFaulty, "faults", SheetFault("page-empty", 3, "3", "空页", "empty")),
]


@pytest.mark.parametrize(("kind", "name", "row"), CARRYING)
def test_an_error_says_all_it_was_told_and_what_it_carries(kind: type[LandgisError], name: str, row: Any) -> None:
    error = kind("错", "wrong", **{name: (row,)}, **TOLD)
    assert str(error) == "wrong"
    assert getattr(error, name) == (row,)
    said = {"code": kind.code, "where": "a.gpkg", "message_zh": "错", "message_en": "wrong"}
    assert error.as_dict() == said | {"next_zh": "请改", "next_en": "Mend it", name: [row.as_dict()]}


@pytest.mark.parametrize(("kind", "name", "row"), CARRYING)
def test_it_may_say_less_and_nothing_that_it_does_not_know(kind: type[LandgisError], name: str, row: Any) -> None:
    bare = kind("错", "wrong")
    assert (getattr(bare, name), bare.where, bare.next_zh, bare.next_en) == ((), "", "", "")
    with pytest.raises(TypeError):
        kind("错", "wrong", next=row)


@pytest.mark.parametrize(
    "error", [NotFound("无", "none", **TOLD), CrsMissing("问", "asked", questions=(QUESTION,), **TOLD)]
)
def test_an_error_comes_home_from_its_plain_fields(error: LandgisError) -> None:
    home = error_from_dict(error.as_dict())
    assert (type(home), home.as_dict()) == (type(error), error.as_dict())
