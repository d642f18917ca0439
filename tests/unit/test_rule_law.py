"""Dates and places of the law, told apart from the packs: when each document came, and where each sentence stands."""

from __future__ import annotations

import re
from datetime import date

import pytest

from landgis.domain.clause import Clause
from landgis.domain.outcome import Outcome
from landgis.rules.pack import RulePack, Side
from landgis.rules.reading.clause_tables import load_clauses
from landgis.rules.reading.load import all_packs, load_pack, pack_names
from landgis.rules.trying.cases import run_cases, untried

ISSUED = {"songjiang": date(2023, 6, 15), "chongming": date(2023, 6, 27)}
IN_FORCE = {
    "land-law-2019": date(2020, 1, 1),
    "land-law-implementation-2021": date(2021, 9, 1),
    "flood-control-law-2016": date(2016, 7, 2),
}
"""First day of force of the statutes, as their last article says."""


def cited(pack: RulePack) -> list[tuple[str, Clause]]:
    return [
        (rule.rule_id, clause)
        for rule in pack.rules
        for value in rule.values
        for clause in (value.clause, *value.also, *(row.clause for row in value.outcomes.values()))
    ]


@pytest.mark.parametrize("name", sorted(ISSUED))
def test_a_districts_rules_start_with_its_document(name: str) -> None:
    """Neither document names another day, so each value holds from the day on which the document was issued."""
    pack, key = load_pack(name), load_clauses(name).document
    document = next(each for each in pack.documents if each.key == key)
    assert document.issued_on == ISSUED[name]
    own = [(rule.rule_id, value) for rule in pack.rules for value in rule.values if value.clause.document == document]
    assert len(own) >= 12
    assert {rule_id for rule_id, value in own if value.start != ISSUED[name]} == set()


def test_the_statutes_rules_start_with_the_statute() -> None:
    for rule in load_pack("national").rules:
        for value in rule.values:
            assert value.start == IN_FORCE[value.clause.document.key], rule.rule_id


@pytest.mark.parametrize("name", sorted(ISSUED))
def test_every_sentence_is_cited_from_where_it_stands(name: str) -> None:
    table = load_clauses(name)
    document = "".join(row.quote for row in table.rows)
    starts, at = [], 0
    for row in table.rows:
        starts.append((at, row.section))
        at += len(row.quote)
    wrong = {
        (rule_id, clause.article)
        for rule_id, clause in cited(load_pack(name))
        if clause.document.key == table.document
        for place in [document.find(re.sub(r"\s", "", clause.quote_zh))]
        if clause.article != [section for start, section in starts if start <= place][-1]
    }
    assert wrong == set()


@pytest.mark.parametrize("name", all_packs())
def test_no_document_gives_a_tolerance(name: str) -> None:
    """The law knows no number below which a conflict is none: another threshold would be a tolerance that nobody signed."""
    limits = {(value.threshold, value.side) for rule in load_pack(name).rules for value in rule.values}
    assert limits <= {(None, Side.ABOVE), (0.0, Side.ABOVE)}


@pytest.mark.parametrize("name", pack_names())
def test_nothing_that_is_missing_or_unreadable_is_ever_a_pass(name: str) -> None:
    silent = {
        "missing",
        "gap",
        "unrecognised",
        "mixed",
        "undated",
        "undetermined",
        "approved_in_part",
        "permit_missing",
        "line_open",
        "housing_unstated",
    }
    said = {
        (rule.rule_id, category): row.outcome
        for rule in load_pack(name).rules
        for value in rule.values
        for category, row in value.outcomes.items()
        if category in silent
    }
    assert len(said) >= 15
    assert {key for key, outcome in said.items() if outcome is not Outcome.UNKNOWN} == set()


def test_the_statutes_own_cases_hold() -> None:
    """Also of the rules that both districts give anew."""
    results = run_cases(load_pack("national"))
    assert [(each.name, each.wanted, each.given) for each in results if not each.passed] == []
    assert untried(load_pack("national"), results) == []


@pytest.mark.parametrize("name", all_packs())
def test_a_drawn_polygon_is_asked_for_the_four_lines_and_what_the_two_maps_show(name: str) -> None:
    """The survey is asked twice: for its classes, and whether what it shows as farmland was converted in time."""
    asked = {rule.rule_id: rule.control_lines for rule in load_pack(name).rules}
    lines = {"permanent-basic-farmland", "ecological-redline", "homestead", "development-boundary"}
    maps = {"survey-class", "farmland-conversion", "planned-use-map"}
    assert asked == {
        rule: "required" if rule in lines else "when_supplied" if rule in maps else "never" for rule in asked
    }


@pytest.mark.parametrize("name", all_packs())
def test_no_setting_ships_as_signed(name: str) -> None:
    """What the documents leave open is the bureau's to sign; a shipped pack says that nobody has."""
    settings = load_pack(name).settings.values()
    assert [each.setting_id for each in settings if each.confirmed] == []
    used = {value.setting for rule in load_pack(name).rules for value in rule.values} - {""}
    assert used == {each.setting_id for each in settings}
