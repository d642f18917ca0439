"""The packs that ship: their cases, their citations, and what a broken pack is told."""

from __future__ import annotations

import re
from functools import cache

import pytest

from landgis.domain.clause import Clause
from landgis.domain.outcome import Outcome, Scope
from landgis.errors import NotFound, RulePackError
from landgis.rules.pack import Effort
from landgis.rules.reading.clause_tables import load_clauses
from landgis.rules.reading.load import all_packs, load_pack, pack_names, parse_pack
from landgis.rules.trying.cases import CaseResult
from landgis.rules.trying.cases import run_cases as run_pack_cases

PACKS = ("chongming", "songjiang")


@cache
def run_cases(pack_id: str) -> list[CaseResult]:
    return run_pack_cases(load_pack(pack_id))


def test_the_two_district_packs_ship_on_the_national_one() -> None:
    assert tuple(pack_names()) == PACKS
    assert set(all_packs()) == {*PACKS, "national"}
    assert [load_pack(name).base for name in PACKS] == ["national", "national"]
    assert load_pack("songjiang").version == f"{own_version('songjiang')} (national {own_version('national')})"


def own_version(name: str) -> str:
    return load_pack(name).changes[0].version


@pytest.mark.parametrize("name", PACKS)
def test_every_case_of_the_pack_holds(name: str) -> None:
    results = run_cases(name)
    failed = [(result.name, result.wanted, result.given) for result in results if not result.passed]
    assert len(results) >= 50
    assert failed == []


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_and_every_outcome_but_clear_has_a_case(name: str) -> None:
    pack = load_pack(name)
    tried = {(rule, outcome) for result in run_cases(name) for rule, outcome in result.wanted.items()}
    for rule in pack.rules:
        declared = {row.outcome for value in rule.values for row in value.outcomes.values()} | {Outcome.CLEAR}
        untried = {str(outcome) for outcome in declared} - {
            outcome for tried_rule, outcome in tried if tried_rule == rule.rule_id
        }
        assert not untried, rule.rule_id


def clauses(name: str) -> list[Clause]:
    values = [value for rule in load_pack(name).rules for value in rule.values]
    return [
        clause
        for value in values
        for clause in (value.clause, *value.also, *(row.clause for row in value.outcomes.values()))
    ]


@pytest.mark.parametrize("name", all_packs())
def test_every_value_cites_a_clause_of_a_listed_document(name: str) -> None:
    for clause in clauses(name):
        assert clause.document in load_pack(name).documents
        assert clause.article
        assert len(clause.quote_zh) > 5
        assert not clause.quote_is_summary


@pytest.mark.parametrize("name", PACKS)
def test_every_quotation_of_the_document_stands_in_it_word_for_word(name: str) -> None:
    table = load_clauses(name)
    document = "".join(row.quote for row in table.rows)
    cited = [clause for clause in clauses(name) if clause.document.key == table.document]
    assert cited
    for clause in cited:
        assert re.sub(r"\s", "", clause.quote_zh) in document, clause.quote_zh


@pytest.mark.parametrize("name", all_packs())
def test_whatever_is_unknown_somebody_can_supply_and_whatever_is_in_the_way_may_have_a_cure(name: str) -> None:
    for rule in load_pack(name).rules:
        assert bool(rule.supply) == bool(rule.layer), rule.rule_id
        for value in rule.values:
            for category, row in value.outcomes.items():
                if row.outcome is Outcome.UNKNOWN:
                    assert row.supply is not None, (rule.rule_id, category)
                    assert row.cure is not None, (rule.rule_id, category)
                if row.outcome is Outcome.EXCLUDED:  # what cannot be cured says so
                    assert row.cure is not None, (rule.rule_id, category)


def test_cures_go_from_a_document_to_none() -> None:
    assert sorted(Effort, key=lambda effort: effort.rank) == [Effort.DOCUMENT, Effort.EDGE, Effort.PLAN, Effort.NONE]
    assert len({effort.zh for effort in Effort}) == len(Effort)


def test_a_rule_is_found_by_its_id_and_a_wrong_id_is_told_which_there_are() -> None:
    pack = load_pack("songjiang")
    assert [pack.rule(name) for name in pack.order] == list(pack.rules)
    with pytest.raises(NotFound) as caught:
        pack.rule("farmland")
    assert "permanent-basic-farmland" in caught.value.next_zh


def test_the_development_boundary_never_excludes() -> None:
    for name in PACKS:
        rule = next(rule for rule in load_pack(name).rules if rule.rule_id == "development-boundary")
        assert {row.outcome for value in rule.values for row in value.outcomes.values()} == {Outcome.FLAGGED}


def test_chongmings_urban_boundary_reads_as_a_setting_still_to_confirm() -> None:
    setting = load_pack("chongming").settings["urban-boundary-synonym"]
    assert setting.value
    assert not setting.confirmed


def test_control_lines_are_always_needed_and_land_use_when_given() -> None:
    pack = load_pack("songjiang")
    assert set(pack.layers(Scope.CONTROL_LINES)) == {
        "permanent_basic_farmland",
        "ecological_redline",
        "homestead",
        "development_boundary",
    }
    assert set(pack.optional_layers(Scope.CONTROL_LINES)) == {
        "survey_land_use",
        "planned_land_use",
        "approved_unbuilt",
    }
    assert set(pack.optional_layers(Scope.FULL)) == {"approved_unbuilt", "river_blue_line"}
    assert set(pack.layers(Scope.FULL)) > set(pack.layers(Scope.CONTROL_LINES))


def test_an_unknown_pack_is_told_which_packs_there_are() -> None:
    with pytest.raises(NotFound) as caught:
        load_pack("pudong")
    assert "songjiang" in caught.value.next_zh


_RULE = """
id: trial
version: "1"
title: {zh: 试, en: trial}
district: "310117"
documents: [{key: doc, title: 文件, issued_on: 2023-01-01}]
rules:
  - id: farmland
    title: {zh: 农田, en: farmland}
    measure: {name: overlap_area, layer: permanent_basic_farmland}
    control_lines: required
    values:
      - from: 2023-01-01
        threshold: {value: 0, unit: m2}
        clause: {document: doc, article: 一, quote: 不占用}
        outcomes: {overlap: {outcome: excluded, zh: 压占, en: overlaps}}
        clear: {zh: 无, en: none}
"""


def test_a_sound_pack_loads() -> None:
    assert parse_pack(_RULE, "trial").rules[0].rule_id == "farmland"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("        clause: {document: doc, article: 一, quote: 不占用}\n", "", "clause"),
        ("threshold: {value: 0, unit: m2}", "threshold: {value: 0}", "unit"),
        ("threshold: {value: 0, unit: m2}", "threshold: {value: 0, unit: mu}", "unit mu"),
        ("      - from: 2023-01-01\n        threshold", "      - threshold", "from"),
        ("name: overlap_area", "name: guess", "unknown measure"),
        ("document: doc", "document: other", "unknown document"),
        ("{overlap: {outcome: excluded", "{inside: {outcome: excluded", "exactly"),
        ("outcome: excluded", "outcome: maybe", "outcome"),
        (", layer: permanent_basic_farmland", "", "layer"),
    ],
)
def test_a_number_without_unit_date_or_clause_does_not_load(old: str, new: str, told: str) -> None:
    assert old in _RULE
    with pytest.raises(RulePackError) as caught:
        parse_pack(_RULE.replace(old, new, 1), "trial.yaml")
    assert told in str(caught.value)
    assert "trial" in caught.value.where
