"""Nearness to a control line: off until it is signed, a flag and never more, unknown where nothing is known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files

import jsonschema
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis.domain.outcome import Scope
from landgis.errors import ContractBroken, RulePackError
from landgis.frames.judged import FINDINGS
from landgis.rules.adjacency import Adjacency
from landgis.rules.judging.near import near_findings
from landgis.rules.measures import Evidence
from landgis.rules.reading.adjacency_table import adjacency_of
from landgis.rules.reading.folder import PackFolder
from landgis.rules.reading.load import load_pack
from landgis.rules.reading.tables import table_text
from landgis.screening.measure import measure
from landgis.services.checking.check import Candidates, check
from landgis.services.explaining.explain import explain_check
from tests.support.explain_case import PACK, catalogue
from tests.support.ground import AS_OF, at, clear_layers, layer, parcels
from tests.support.plain_pack import pack as plain_pack

FARMLAND = "permanent_basic_farmland"
SCHEMA = json.loads(files("landgis.screening").joinpath("explain.schema.json").read_text(encoding="utf-8"))
SIGNED = table_text("songjiang", "adjacency.yaml").replace("value: null", "value: 5").replace(
    "signed: null", "signed: {by: 松江区规划资源局, day: 2026-03-01, document: 松规〔2026〕1号}"
)  # fmt: skip


def read(text: str) -> tuple[Adjacency, ...]:
    return adjacency_of(PackFolder("songjiang", {"adjacency.yaml": text.encode()}))


SETTING = read(SIGNED)


def evidence(distance_m: float | None, state: str = "complete") -> Evidence:
    overlaps = pd.DataFrame(
        [("A", FARMLAND, "", 0.0, distance_m), ("A", "ecological_redline", "", 0.0, None)],
        columns=["parcel_id", "layer", "class", "union_m2", "distance_m"],
    ).astype({"distance_m": "float64"})
    coverage = pd.DataFrame(
        [("A", FARMLAND, state, "2024", 0.0), ("A", "ecological_redline", "complete", "2024", 0.0)],
        columns=["parcel_id", "layer", "state", "release", "uncovered_m2"],
    )
    facts = pd.DataFrame({"parcel_id": ["A"]}).set_index("parcel_id", drop=False)
    return Evidence(facts, pd.DataFrame(), overlaps, coverage)


def outcome(given: Evidence) -> str:
    found = near_findings(SETTING, given, AS_OF).set_index("rule_id")
    return str(found.loc["adjacency-permanent-basic-farmland", "outcome"])


@pytest.mark.parametrize("pack", ["chongming", "songjiang"])
def test_it_ships_switched_off_and_says_nothing_then(pack: str) -> None:
    (setting,) = load_pack(pack).adjacency
    assert setting.within_m is None
    assert setting.signed is None
    assert near_findings(load_pack(pack).adjacency, evidence(1.0), AS_OF).empty


def test_a_pack_without_the_setting_has_none() -> None:
    assert load_pack("national").adjacency == ()


@pytest.mark.parametrize(
    ("distance_m", "wanted"),
    [(0.0, "flagged"), (4.999, "flagged"), (5.0, "flagged"), (5.001, "clear"), (None, "clear")],
)
def test_near_is_flagged_in_both_directions_of_the_distance(distance_m: float | None, wanted: str) -> None:
    assert outcome(evidence(distance_m)) == wanted


def test_no_rule_bears_an_id_of_findings_about_nearness() -> None:
    with pytest.raises(RulePackError) as refused:
        plain_pack(("id: red-line", "id: adjacency-red-line"))
    assert "adjacency-" in refused.value.zh


def test_a_line_that_nobody_measured_is_unknown() -> None:
    given = evidence(1.0)
    assert outcome(replace(given, overlaps=given.overlaps[given.overlaps["layer"] != FARMLAND])) == "unknown"


@pytest.mark.parametrize("state", ["absent", "stale", "partial"])
def test_what_is_not_known_is_never_clear(state: str) -> None:
    assert outcome(evidence(None, state)) == "unknown"


def test_a_line_seen_near_is_a_flag_even_through_a_partial_release() -> None:
    assert outcome(evidence(2.0, "partial")) == "flagged"
    assert outcome(evidence(2.0, "stale")) == "unknown"


def test_a_layer_that_was_not_measured_is_unknown() -> None:
    bare = evidence(1.0)
    bare = replace(bare, overlaps=bare.overlaps.iloc[:0], coverage=bare.coverage.iloc[:0])
    found = near_findings(SETTING, bare, AS_OF)
    assert found["outcome"].tolist() == ["unknown", "unknown"]


def test_a_parcel_that_stands_twice_breaks_the_contract() -> None:
    once = evidence(1.0)
    with pytest.raises(ContractBroken, match="repeated key"):
        near_findings(SETTING, replace(once, facts=pd.concat([once.facts, once.facts])), AS_OF)


@given(distance_m=st.none() | st.floats(0, 100), state=st.sampled_from(["complete", "partial", "stale", "absent"]))
def test_it_never_excludes(distance_m: float | None, state: str) -> None:
    found = near_findings(SETTING, evidence(distance_m, state), AS_OF)
    assert set(found["outcome"]) <= {"clear", "flagged", "unknown"}


def test_the_day_before_the_setting_it_is_off() -> None:
    assert near_findings(SETTING, evidence(1.0), date(2023, 6, 14)).empty


def test_a_finding_carries_value_unit_threshold_and_signature() -> None:
    found = near_findings(SETTING, evidence(3.25), AS_OF)
    FINDINGS.require(found)
    assert list(found) == FINDINGS.names
    row = found.iloc[0]
    assert (row["measured"], row["unit"], row["threshold"]) == ("3.25", "m", "5.0")
    assert row["document"] == "松规〔2026〕1号"
    assert "松江区规划资源局 2026-03-01 确认" in row["quote_zh"]
    assert row["message_zh"] == "距永久基本农田 3.25 米，在 5 米以内，请核对界线"


def test_distances_come_from_the_kernel() -> None:
    subject = parcels({"A": at(0, 0, 50, 50), "B": at(200, 0, 50, 50)})
    layers = {key: layer(key, {"f": at(53, 0, 10, 10)}) for key in (FARMLAND, "ecological_redline")}
    measured = measure(subject, layers, list(layers), AS_OF)
    facts = pd.DataFrame(subject).set_index("parcel_id", drop=False)
    found = near_findings(SETTING, Evidence(facts, measured.areas, measured.overlaps, measured.coverage), AS_OF)
    assert dict(zip(found["parcel_id"], found["outcome"], strict=True)) == {"A": "flagged", "B": "clear"}
    assert float(found["measured"].iloc[0]) == pytest.approx(3.0, abs=1e-9)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "signed: {by: 松江区规划资源局, day: 2026-03-01, document: 松规〔2026〕1号}",
            "signed: null",
            "without a signature",
        ),
        ("value: 5", "value: 0", "greater than 0"),
        ("value: 5", "value: 100.5", "less than or equal to 100"),
        ("unit: m", "unit: km", "unit"),
        (", unit: m", "", "“unit” is missing"),
        ("day: 2026-03-01", "day: 今年", "no date"),
    ],
)
def test_a_setting_without_value_unit_or_signature_does_not_load(old: str, new: str, told: str) -> None:
    assert old in SIGNED
    with pytest.raises(RulePackError) as caught:
        read(SIGNED.replace(old, new))
    assert told in caught.value.en


def test_a_parcel_near_a_line_is_flagged_explained_and_never_excluded() -> None:
    """Through the whole check: verdict, record, stability, page; the outline does not touch the line."""
    pack = replace(PACK, adjacency=SETTING)
    at_hand = clear_layers() | {FARMLAND: layer(FARMLAND, {"f": at(53, 0, 10, 10)})}
    found = check(Candidates(parcels({"A": at(0, 0, 50, 50)}), (), (), ""), at_hand, pack, AS_OF, Scope.FULL)
    (parcel,) = found.record["parcels"]
    (near,) = [row for row in parcel["findings"] if row["rule_id"] == "adjacency-permanent-basic-farmland"]
    assert (parcel["verdict"], near["outcome"], near["threshold_side"]) == ("flagged", "flagged", "within")
    assert (near["measured"], near["threshold"]) == (pytest.approx(3.0), 5.0)
    (page,) = explain_check(found, pack, at_hand, catalogue()).pages
    (card,) = page.page["cards"]
    assert (card["title_zh"], card["clauses"][0]["quote_zh"][:8]) == ("邻近永久基本农田", "松江区规划资源局")


@pytest.mark.parametrize(("gap_m", "outcomes"), [(5.0, ["flagged"]), (5.25, [])])
def test_the_words_of_the_distance_hold_at_the_distance_itself(gap_m: float, outcomes: list[str]) -> None:
    at_hand = clear_layers() | {FARMLAND: layer(FARMLAND, {"f": at(50 + gap_m, 0, 10, 10)})}
    subject = Candidates(parcels({"A": at(0, 0, 50, 50)}), (), (), "")
    found = check(subject, at_hand, replace(PACK, adjacency=SETTING), AS_OF, Scope.FULL)
    (explained,) = explain_check(found, replace(PACK, adjacency=SETTING), at_hand, catalogue()).pages
    jsonschema.validate(explained.page, SCHEMA)
    cards = explained.page["cards"]
    assert [card["outcome"] for card in cards] == outcomes
    for card in cards:
        assert (card["measured"]["value"], card["threshold"]["value"], card["threshold"]["side"]) == (
            5.0,
            5.0,
            "within",
        )
        assert card["threshold"]["zh"] == "5 米以内（含）即计"
        assert card["threshold"]["en"] == "counts within 5 m (inclusive)"
