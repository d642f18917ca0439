"""What must hold of the rules whatever a pack says: two engines agree, less evidence is never better, thresholds cut sharp.

Everything here is made from the packs themselves: a rule that is added is covered at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from math import inf, nextafter
from random import Random

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon

from landgis.domain.facts import FACTS, Fact
from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome, Scope, worst
from landgis.domain.raster import UNRECOGNISED
from landgis.errors import ContractBroken
from landgis.frames.judged import FINDINGS
from landgis.rules.judging.asking import Asking
from landgis.rules.judging.evaluate import evaluate, evaluate_in_blocks
from landgis.rules.judging.finding import Ground, judged
from landgis.rules.measures import MEASURES, Evidence
from landgis.rules.pack import DatedValue, Rule, RulePack, Side
from landgis.rules.reading.load import load_pack, pack_names
from landgis.screening.judge import judge, verdicts_of
from landgis.screening.measure import measure
from tests.support import raster_pack
from tests.support.ground import AS_OF, at, clear_layers, layer, parcels
from tests.support.row_by_row import evaluate_by_rows
from tests.support.rule_evidence import layers_of, missing, random_evidence

SHIPPED = {name: load_pack(name) for name in pack_names()}
PACKS = SHIPPED | {"rasters": raster_pack.pack()}
ANY_PACK = st.sampled_from(sorted(PACKS))
SEED = st.integers(0, 2**32 - 1)
DAYS = st.sampled_from([date(2019, 1, 1), date(2023, 6, 14), date(2023, 6, 15), date(2023, 6, 26), AS_OF])
TRIES = settings(max_examples=6, deadline=None)
MANY = 40


def rows(findings: pd.DataFrame) -> list[tuple[str | None, ...]]:
    plain = findings[FINDINGS.names].astype(object)
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in plain.itertuples(index=False)]


def outcomes(pack: RulePack, evidence: Evidence, as_of: date = AS_OF) -> dict[tuple[str, str], Outcome]:
    found = evaluate(pack, evidence, as_of, Scope.FULL)
    keys = zip(found["parcel_id"], found["rule_id"], strict=True)
    return dict(zip(keys, map(Outcome, found["outcome"]), strict=True))


# Two engines


@TRIES
@given(ANY_PACK, SEED, DAYS, st.sampled_from(Scope))
def test_all_at_once_says_what_row_by_row_says(name: str, seed: int, as_of: date, scope: Scope) -> None:
    evidence = random_evidence(PACKS[name], seed, MANY)
    assert rows(evaluate(PACKS[name], evidence, as_of, scope)) == rows(
        evaluate_by_rows(PACKS[name], evidence, as_of, scope)
    )


@TRIES
@given(ANY_PACK, SEED, st.integers(1, 50))
def test_blocks_say_what_the_whole_says(name: str, seed: int, at_once: int) -> None:
    evidence = random_evidence(PACKS[name], seed, MANY)
    blocks = list(evaluate_in_blocks(PACKS[name], evidence, AS_OF, Scope.CONTROL_LINES, at_once))
    assert [block["parcel_id"].nunique() for block in blocks[:-1]] == [at_once] * (len(blocks) - 1)
    assert rows(pd.concat(blocks)) == rows(evaluate(PACKS[name], evidence, AS_OF, Scope.CONTROL_LINES))


@TRIES
@given(ANY_PACK, SEED, SEED)
@example(name="songjiang", seed=4971, order=0)  # approvals that sum up to the whole parcel: rounding must not decide
def test_the_order_of_rules_parcels_and_rows_changes_nothing(name: str, seed: int, order: int) -> None:
    pack, evidence, random = PACKS[name], random_evidence(PACKS[name], seed, MANY), Random(order)
    shuffled = dataclasses.replace(
        evidence,
        **{
            field: frame.sample(frac=1, random_state=random.randrange(2**32))
            for field in ("facts", "areas", "coverage")
            for frame in [getattr(evidence, field)]
        },
    )
    turned = dataclasses.replace(pack, rules=tuple(random.sample(pack.rules, len(pack.rules))))
    found, again = evaluate(pack, evidence, AS_OF, Scope.FULL), evaluate(turned, shuffled, AS_OF, Scope.FULL)
    assert sorted(rows(found), key=str) == sorted(rows(again), key=str)
    assert sorted(verdicts_of(found).itertuples(index=False)) == sorted(verdicts_of(again).itertuples(index=False))


@TRIES
@given(ANY_PACK, SEED, DAYS, st.sampled_from(Scope))
def test_the_verdict_is_the_worst_of_what_was_asked(name: str, seed: int, as_of: date, scope: Scope) -> None:
    found = evaluate(PACKS[name], random_evidence(PACKS[name], seed, MANY), as_of, scope)
    wanted = {parcel: str(worst(map(Outcome, of_it))) for parcel, of_it in found.groupby("parcel_id")["outcome"]}
    verdicts = verdicts_of(found)
    assert dict(zip(verdicts["parcel_id"], verdicts["verdict"], strict=True)) == wanted
    assert verdicts["parcel_id"].tolist() == list(dict.fromkeys(found["parcel_id"]))


# Less evidence is never better


def without_fact(evidence: Evidence, fact: Fact) -> Evidence:
    column = evidence.facts[fact.name]
    lost = pd.Series([missing(fact)] * len(column), index=column.index, dtype=column.dtype)
    return dataclasses.replace(evidence, facts=evidence.facts.assign(**{fact.name: lost}))


def in_state(evidence: Evidence, key: str, state: Coverage) -> Evidence:
    """The layer seen less well: what is there stays measured, but for an absent layer."""
    coverage = evidence.coverage.copy()
    of_it = coverage["layer"] == key
    was_absent = coverage["state"] == Coverage.ABSENT
    coverage.loc[of_it & ~was_absent, "state"] = str(state)
    if state is Coverage.PARTIAL:
        coverage.loc[of_it & ~was_absent, "uncovered_m2"] = 10.0
    if state is not Coverage.ABSENT:
        return dataclasses.replace(evidence, coverage=coverage)
    return without_rows(dataclasses.replace(evidence, coverage=coverage), key, 1)


def without_rows(evidence: Evidence, key: str, share: float = 0.5) -> Evidence:
    """Nothing measured on the layer for the first of the parcels."""
    lost = evidence.facts.index[: int(len(evidence.facts) * share)]
    keep = {name: getattr(evidence, name) for name in ("overlaps", "cells")}
    return dataclasses.replace(
        evidence,
        **{name: each[(each["layer"] != key) | ~each["parcel_id"].isin(lost)] for name, each in keep.items()},
    )


def without_coverage(evidence: Evidence, key: str) -> Evidence:
    return dataclasses.replace(evidence, coverage=evidence.coverage[evidence.coverage["layer"] != key])


def losses(pack: RulePack) -> list[tuple[str, Callable[[Evidence], Evidence]]]:
    """Every way of knowing less: no fact, no row, no coverage, a layer seen in part, too late or not at all."""
    ways: list[tuple[str, Callable[[Evidence], Evidence]]] = [
        (fact.name, partial(without_fact, fact=fact)) for fact in FACTS
    ]
    for key in layers_of(pack):
        ways += [(f"{key} not measured", partial(without_rows, key=key))]
        ways += [(f"{key} without coverage", partial(without_coverage, key=key))]
        ways += [
            (f"{key} {state}", partial(in_state, key=key, state=state))
            for state in Coverage if state is not Coverage.COMPLETE
        ]  # fmt: skip
    return ways


WITNESSES = {
    ("homestead-title", "right_type"),
    ("contract-use", "contract_use_code"),
    ("water-crossing", "river_blue_line without coverage"),
}
"""Rule and evidence that speaks beside another: without it the other is believed, by the law of the pack.

The letters of a parcel's number say what its title is where no right is on record; who has signed no contract has no use
in it; the management line of rivers counts beside the water where somebody supplied it.
"""


def no_better(before: Outcome, after: Outcome) -> bool:
    return after.severity >= min(before.severity, Outcome.UNKNOWN.severity)


@settings(max_examples=20, deadline=None)
@given(ANY_PACK, SEED, st.integers(0, 10_000))
def test_less_evidence_never_makes_a_rule_better(name: str, seed: int, loss: int) -> None:
    """Not by one outcome either: what was excluded or unknown is at least unknown, what was flagged is not clear."""
    pack, evidence = PACKS[name], random_evidence(PACKS[name], seed, MANY, known=0.95, whole=0.95)
    what, lose = losses(pack)[loss % len(losses(pack))]
    before, after = outcomes(pack, evidence), outcomes(pack, lose(evidence))
    better = {
        key: (before[key], after[key])
        for key in before
        if (key[1], what) not in WITNESSES and not no_better(before[key], after[key])
    }
    assert not better, what


@TRIES
@given(ANY_PACK, SEED, st.lists(st.integers(0, 10_000), min_size=2, max_size=5))
def test_unknown_becomes_clear_by_no_combination_of_losses(name: str, seed: int, several: list[int]) -> None:
    pack, evidence = PACKS[name], random_evidence(PACKS[name], seed, MANY, known=0.95, whole=0.9)
    before, less = outcomes(pack, evidence), evidence
    chosen = [losses(pack)[loss % len(losses(pack))] for loss in several]
    for _, lose in chosen:
        less = lose(less)
    after = outcomes(pack, less)
    beside = {rule for rule, what in WITNESSES if what in [name for name, _ in chosen]}
    passed = {key for key in after if after[key] is Outcome.CLEAR and before[key] is not Outcome.CLEAR}
    assert not {key for key in passed if key[1] not in beside}


@pytest.mark.parametrize("name", sorted(PACKS))
def test_a_layer_without_a_row_was_not_looked_at(name: str) -> None:
    pack, evidence = PACKS[name], random_evidence(PACKS[name], 3, known=1, whole=1)
    nothing = dataclasses.replace(evidence, overlaps=evidence.overlaps.iloc[:0])
    found = outcomes(pack, nothing)
    reading = {rule.rule_id for rule in pack.rules if rule.layer and not MEASURES[rule.measure].reads_cells}
    assert {found[key] for key in found if key[1] in reading} <= {Outcome.UNKNOWN}


# More of a red line is never better


RED = {name: [rule for rule in pack.rules if rule.measure == "overlap_area"] for name, pack in SHIPPED.items()}


@TRIES
@given(st.sampled_from(sorted(SHIPPED)), SEED, st.floats(0, 1), st.floats(0, 1))
def test_a_larger_overlap_is_never_judged_better(name: str, seed: int, one: float, other: float) -> None:
    pack, evidence = SHIPPED[name], random_evidence(SHIPPED[name], seed, MANY)
    lines = {rule.layer for rule in RED[name]}
    assert {"permanent_basic_farmland", "ecological_redline", "homestead"} <= lines
    overlaps = evidence.overlaps
    planar = overlaps["parcel_id"].map(evidence.areas.set_index("parcel_id")["planar_m2"])

    def covered_by(share: float) -> dict[tuple[str, str], Outcome]:
        area = (planar * share).where(overlaps["layer"].isin(lines), overlaps["union_m2"])
        return outcomes(pack, dataclasses.replace(evidence, overlaps=overlaps.assign(union_m2=area)))

    less, more = covered_by(min(one, other)), covered_by(max(one, other))
    of_lines = {rule.rule_id for rule in RED[name]}
    assert not [key for key in less if key[1] in of_lines and more[key].severity < less[key].severity]


BOXES = st.lists(
    st.tuples(st.integers(-60, 60), st.integers(-60, 60), st.floats(1e-4, 80), st.floats(1e-4, 80)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=6, deadline=None)
@given(
    st.sampled_from(["permanent_basic_farmland", "ecological_redline", "homestead"]), BOXES, BOXES, st.floats(1e-6, 30)
)
def test_growing_a_red_line_never_turns_a_conflict_into_a_pass(
    key: str, first: list[tuple[float, ...]], added: list[tuple[float, ...]], by_m: float
) -> None:
    """By more features and by more area, through the kernel; features that overlap each other too."""
    pack, frame = SHIPPED["songjiang"], parcels({"a": at(0, 0, 50, 40), "b": at(50, 0, 0.02, 40)})

    def judged_by(shapes: list[Polygon]) -> dict[tuple[str, str], int]:
        line = layer(key, {f"f{place}": shape for place, shape in enumerate(shapes)})
        measured = measure(frame, clear_layers() | {key: line}, pack.layers(Scope.FULL), AS_OF)
        found = judge(pack, frame, measured, AS_OF, Scope.FULL)
        severities = found.findings["outcome"].map(lambda said: Outcome(said).severity)
        pairs = zip(found.findings["parcel_id"], found.findings["rule_id"], strict=True)
        verdicts = {(row.parcel_id, "verdict"): Outcome(row.verdict).severity for row in found.verdicts.itertuples()}
        return dict(zip(pairs, severities, strict=True)) | verdicts

    before = [at(*box) for box in first]
    small = judged_by(before)
    for grown in (
        [*before, *(at(*box) for box in added)],
        [shape.buffer(by_m, join_style="mitre") for shape in before],
    ):
        large = judged_by(grown)
        assert not [pair for pair in small if large[pair] < small[pair]]


# Thresholds


THRESHOLDS = [
    (name, rule, value)
    for name, pack in PACKS.items()
    for rule in pack.rules
    for value in rule.values
    if value.threshold is not None
]


def _id(of: object) -> str | None:
    return getattr(of, "rule_id", str(getattr(of, "start", of)))


def reading(category: str, amount: float, off: float = 0.0) -> dict[str, object]:
    """One reading, its bounds ``off`` to both sides."""
    return {
        "category": category,
        "amount": amount,
        "least": amount - off,
        "most": amount + off,
        "value": "",
        "value_en": "",
    }


def said(rule: Rule, value: DatedValue, cases: list[list[dict[str, object]]]) -> list[dict[str, str | None]]:
    """What is said of parcels of 1000 m² that the layer covers wholly; one list of readings per parcel."""
    ids = [f"p{number}" for number in range(len(cases))]
    whole = {"state": "complete", "release": "2026.1", "uncovered_m2": 0.0}
    coverage = pd.DataFrame([{"parcel_id": each, "layer": rule.layer} | whole for each in ids])
    looked = pd.DataFrame({"parcel_id": ids, "layer": rule.layer})
    areas = pd.DataFrame({"parcel_id": ids, "planar_m2": 1000.0})
    ground = Ground.of(Evidence(pd.DataFrame(index=ids), areas, looked, coverage))
    readings = [{"parcel_id": each} | row for each, of_it in zip(ids, cases, strict=True) for row in of_it]
    columns = judged(Asking(rule, value), pd.DataFrame(readings), ground)
    return [
        {name: text if isinstance(text, str | None) else text[place] for name, text in columns.items()}
        for place in range(len(ids))
    ]


def meant(value: DatedValue) -> list[str]:
    """Categories that the threshold is about: below it lie all classes, so only those that the pack wants more of."""
    return [
        name
        for name, row in value.outcomes.items()
        if value.side is Side.ABOVE or (row.outcome is not Outcome.CLEAR and name != UNRECOGNISED)
    ]


@pytest.mark.parametrize(("name", "rule", "value"), THRESHOLDS, ids=_id)
def test_every_threshold_cuts_sharp(name: str, rule: Rule, value: DatedValue) -> None:
    """A float step beyond it counts, the threshold itself and a step before it do not; in both directions."""
    limit = value.threshold
    assert limit is not None
    beyond, before = (inf, -inf) if value.side is Side.ABOVE else (-inf, inf)
    amounts = {nextafter(limit, before): False, limit: False, nextafter(limit, beyond): True}
    cases = [(category, amount) for category in meant(value) for amount in amounts]
    told = said(rule, value, [[reading(*case)] for case in cases])
    for (category, amount), found in zip(cases, told, strict=True):
        row = value.outcomes[category]
        assert found["outcome"] == (row.outcome if amounts[amount] else Outcome.CLEAR), (category, amount)
        assert found["threshold"] == repr(limit)
        assert found["unit"] == value.unit
        if amounts[amount]:
            assert found["measured"] == repr(amount)
            assert (found["article"], found["quote_zh"]) == (row.clause.article, row.clause.quote_zh)


@pytest.mark.parametrize(("name", "rule", "value"), THRESHOLDS, ids=_id)
def test_bounds_around_a_threshold_leave_it_open(name: str, rule: Rule, value: DatedValue) -> None:
    """Unless another category excludes; and a category that is clear leaves nothing open."""
    limit, step = value.threshold, 1e-3 if value.unit == "share" else 1.0
    assert limit is not None
    beyond = limit + step if value.side is Side.ABOVE else limit - step
    for category in meant(value):
        open_ = reading(category, limit, step)
        outcome = value.outcomes[category].outcome
        wanted = Outcome.CLEAR if outcome is Outcome.CLEAR else Outcome.UNKNOWN
        others = [each for each in meant(value) if each != category]
        found = said(rule, value, [[open_], *([open_, reading(other, beyond)] for other in others)])
        assert found[0]["outcome"] == wanted, category
        for other, told in zip(others, found[1:], strict=True):
            worse = max(wanted, value.outcomes[other].outcome, key=lambda each: each.severity)
            assert told["outcome"] == worse, (category, other)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_worst_category_decides_and_of_that_the_largest_amount(name: str) -> None:
    pairs = 0
    for _, rule, value in (each for each in THRESHOLDS if each[0] == name):
        for one, other in combinations(value.outcomes, 2):
            rows_ = value.outcomes[one].outcome, value.outcomes[other].outcome
            amounts = {one: 3.0 + (value.threshold or 0), other: 2.0 + (value.threshold or 0)}
            (told,) = said(rule, value, [[reading(*item) for item in amounts.items()]])
            assert told["outcome"] == max(rows_, key=lambda each: each.severity)
            if rows_[0].severity != rows_[1].severity:
                decides = one if rows_[0].severity > rows_[1].severity else other
                assert told["measured"] == repr(amounts[decides])
            else:
                assert told["measured"] == repr(max(amounts.values()))
            pairs += 1
    assert pairs > 10


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_rule_starts_with_its_day(name: str) -> None:
    """On its first day a value speaks, the day before the one before it does, or nobody."""
    pack = SHIPPED[name]
    for rule in pack.rules:
        for before, value in zip((None, *rule.values[:-1]), rule.values, strict=True):
            assert rule.in_force(value.start) is value
            assert rule.in_force(value.start - timedelta(days=1)) is before


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_before_its_first_day_a_rule_is_unknown(name: str) -> None:
    pack = SHIPPED[name]
    evidence = random_evidence(pack, 2, whole=1, known=1)
    for day in sorted({rule.values[0].start for rule in pack.rules}):
        early = evaluate(pack, evidence, day - timedelta(days=1), Scope.FULL)
        silent = {rule.rule_id for rule in pack.rules if rule.values[0].start >= day}
        of_them = early[early["rule_id"].isin(silent)]
        assert set(of_them["outcome"]) == {"unknown"}
        assert of_them["measured"].isna().all()
        assert of_them["message_zh"].str.contains("无规定可依").all()


# Contracts


def test_a_parcel_twice_and_a_category_nobody_declared_are_refused() -> None:
    evidence = random_evidence(SHIPPED["songjiang"], 1)
    twice = dataclasses.replace(evidence, facts=pd.concat([evidence.facts, evidence.facts.iloc[:1]]))
    with pytest.raises(ContractBroken, match="twice"):
        evaluate(SHIPPED["songjiang"], twice, AS_OF, Scope.FULL)
    _, rule, value = THRESHOLDS[0]
    with pytest.raises(ContractBroken, match="categories"):
        said(rule, value, [[reading("nonsense", 1.0)]])
