"""In which state a decision is on a day, and which facts the measures read that decisions stand on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis.domain.decision import DUE_DAYS, OPEN, TOLD, Act, Decision, DecisionState, last_day
from landgis.domain.district import BEIJING
from landgis.domain.documents import Paper
from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.outcome import Outcome
from landgis.rules.measures import MEASURES
from landgis.rules.reading.load import load_pack, pack_names
from tests.support.rule_evidence import random_evidence

MADE_ON = date(2026, 3, 2)
DAYS = st.integers(0, 500).map(lambda days: MADE_ON + timedelta(days=days))
MAYBE = st.none() | DAYS


def act(day: date | None, hour: int = 23) -> Act | None:
    return Act("x", "某", datetime.combine(day, time(hour), BEIJING), "因") if day else None


def made(*, second_person: bool = False, expires_on: date = date(2026, 9, 30)) -> Decision:
    decided = act(MADE_ON)
    assert decided is not None
    return Decision(
        "D000001", "songjiang", "SJ-001", "r", "R000001", Outcome.EXCLUDED, Outcome.FLAGGED, Paper("decision", "1"), None,
        expires_on, second_person, decided,
    )  # fmt: skip


@given(DAYS, DAYS, st.booleans(), MAYBE, MAYBE, MAYBE, st.booleans())
def test_a_state_follows_from_facts_and_the_day(
    day: date, expires_on: date, second: bool, confirmed: date | None, withdrawn: date | None, replaced: date | None,
    moved: bool,
) -> None:  # fmt: skip
    later = act(replaced)
    decision = replace(
        made(second_person=second, expires_on=expires_on), confirmed=act(confirmed), withdrawn=act(withdrawn),
        replaced_at=later.at if later else None,
    )  # fmt: skip
    state = decision.state_on(day, moved=moved)
    assert (state is DecisionState.WITHDRAWN) == (withdrawn is not None and withdrawn <= day)
    in_force = (
        day <= expires_on
        and not moved
        and not (withdrawn and withdrawn <= day)
        and not (replaced and replaced <= day)
        and (not second or (confirmed is not None and confirmed <= day))
    )
    assert (state is DecisionState.IN_FORCE) == in_force
    if state is DecisionState.PROPOSED:
        assert second
    if state is DecisionState.REOPENED:
        assert moved
    if state is DecisionState.EXPIRED:
        assert day > expires_on
    if decision.due_on(day, moved=moved):
        assert state in TOLD


@given(DAYS, MAYBE, st.booleans())
def test_nothing_comes_back_into_force_by_time_alone(expires_on: date, withdrawn: date | None, moved: bool) -> None:
    decision = replace(made(expires_on=expires_on), withdrawn=act(withdrawn))
    days = [MADE_ON + timedelta(days=number) for number in range(0, 600, 7)]
    forces = [decision.state_on(day, moved=moved) is DecisionState.IN_FORCE for day in days]
    assert forces == sorted(forces, reverse=True)


def test_the_last_day_is_in_force_and_the_next_is_not() -> None:
    decision = made(expires_on=date(2026, 9, 30))
    assert decision.state_on(date(2026, 9, 30), moved=False) is DecisionState.IN_FORCE
    assert decision.state_on(date(2026, 10, 1), moved=False) is DecisionState.EXPIRED
    assert not decision.due_on(date(2026, 9, 30) - timedelta(days=DUE_DAYS + 1), moved=False)
    assert decision.due_on(date(2026, 9, 30) - timedelta(days=DUE_DAYS), moved=False)
    assert decision.due_on(date(2026, 4, 1), moved=True)


def test_there_is_none_before_the_day_it_was_made_by_the_calendar_of_shanghai() -> None:
    decision = replace(made(), decided=Act("x", "某", datetime.fromisoformat("2026-03-01T17:00:00+00:00")))
    assert decision.decided.on == MADE_ON
    assert [decision.made_by(MADE_ON - timedelta(days=1)), decision.made_by(MADE_ON)] == [False, True]


def test_a_decision_lasts_a_year_at_most() -> None:
    assert last_day(date(2026, 11, 22)) == date(2027, 11, 22)
    assert last_day(date(2028, 2, 29)) == date(2029, 2, 28)


def test_every_state_has_its_words() -> None:
    assert (
        len({state.zh for state in DecisionState}) == len({state.en for state in DecisionState}) == len(DecisionState)
    )
    assert set(OPEN) < set(TOLD)


@pytest.mark.parametrize("name", pack_names())
def test_red_lines_take_a_second_person_and_nothing_else_does(name: str) -> None:
    wanted = {"permanent-basic-farmland", "ecological-redline"}
    assert {rule.rule_id for rule in load_pack(name).rules if rule.second_person} == wanted


@pytest.mark.parametrize("name", pack_names())
def test_a_measure_reads_no_fact_that_it_does_not_declare(name: str) -> None:
    """A fact that is read and not declared would change under a decision without reopening it."""
    pack = load_pack(name)
    for seed in range(6):
        evidence, other = random_evidence(pack, seed, count=40), random_evidence(pack, seed + 100, count=40)
        strange = other.facts.set_axis(evidence.facts.index).assign(parcel_id=evidence.facts["parcel_id"])
        for rule in pack.rules:
            measure = MEASURES[rule.measure]
            kept = [*measure.facts, *filter(None, [rule.fact])]
            facts = strange.assign(**{fact: evidence.facts[fact] for fact in kept})
            since = rule.values[0].start
            seen, unseen = (
                measure.read(replace(each, since=since), rule.layer or rule.fact)
                for each in (evidence, replace(evidence, facts=facts))
            )
            pd.testing.assert_frame_equal(seen, unseen)


def test_facts_that_measures_declare_are_facts() -> None:
    assert {fact for measure in MEASURES.values() for fact in measure.facts} <= set(FACT_BY_NAME)
