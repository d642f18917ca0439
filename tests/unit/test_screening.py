"""Measuring and judging together: coverage, staleness, scopes, and that unknown never becomes clear."""

from __future__ import annotations

import dataclasses
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from landgis.domain.layer import Coverage, Release
from landgis.domain.outcome import Outcome, Scope, worst
from landgis.errors import ContractBroken
from landgis.frames.layer import LayerData
from landgis.frames.measures import CELLS, COVERAGE, OVERLAPS
from landgis.rules.measures import MEASURES, Evidence
from landgis.rules.reading.load import load_pack
from landgis.screening.judge import Rejected, judge, unmeasurable, verdicts_of
from landgis.screening.measure import measure
from landgis.screening.record import RunFacts, exit_code, record
from tests.support.ground import AS_OF, X, Y, at, clear_layers, layer, parcels

SONGJIANG = load_pack("songjiang")
FULL = SONGJIANG.layers(Scope.FULL)


def run(shapes: dict[str, Polygon], layers: dict[str, LayerData], scope: Scope = Scope.FULL, **facts: object):
    frame = parcels(shapes, **facts)
    wanted = FULL if scope is Scope.FULL else SONGJIANG.layers(scope)
    measured = measure(frame, layers, wanted, AS_OF)
    judged = judge(SONGJIANG, frame, measured, AS_OF, scope)
    return measured, judged


def verdict(judged: object, parcel_id: str) -> str:
    return dict(zip(judged.verdicts["parcel_id"], judged.verdicts["verdict"], strict=True))[parcel_id]


def outcome(judged: object, parcel_id: str, rule_id: str) -> str:
    rows = judged.findings
    return rows[(rows["parcel_id"] == parcel_id) & (rows["rule_id"] == rule_id)]["outcome"].item()


def test_a_clear_parcel_lists_every_layer_with_its_hits() -> None:
    measured, judged = run({"a": at(0, 0, 50, 40)}, clear_layers())
    assert verdict(judged, "a") == "clear"
    whole = measured.overlaps[measured.overlaps["class"] == ""].set_index("layer")
    assert set(whole.index) == set(FULL)
    assert whole.loc["permanent_basic_farmland", "hits"] == 0
    assert whole.loc["survey_land_use", "union_m2"] == pytest.approx(2000)


def test_a_real_conflict_is_measured_and_excludes() -> None:
    layers = clear_layers() | {"permanent_basic_farmland": layer("permanent_basic_farmland", {"f": at(40, 0, 30, 40)})}
    measured, judged = run({"a": at(0, 0, 50, 40)}, layers)
    assert verdict(judged, "a") == "excluded"
    row = judged.findings[judged.findings["rule_id"] == "permanent-basic-farmland"].iloc[0]
    assert float(row["measured"]) == pytest.approx(400)
    assert "400.00" in row["message_zh"]
    assert row["document"] == "沪松府〔2023〕84号"
    assert measured.hits[measured.hits["layer"] == "permanent_basic_farmland"]["feature_id"].tolist() == ["f"]


def test_a_millimetre_overlap_is_still_a_conflict_and_never_prints_as_zero() -> None:
    layers = clear_layers() | {"homestead": layer("homestead", {"h": at(49.9999, 0, 10, 40)})}
    _, judged = run({"a": at(0, 0, 50, 40)}, layers)
    row = judged.findings[judged.findings["rule_id"] == "homestead"].iloc[0]
    assert row["outcome"] == "excluded"
    assert "0.00 ㎡" not in row["message_zh"]


@pytest.mark.parametrize("missing", FULL)
def test_without_a_layer_nothing_is_clear_and_an_exclusion_stays(missing: str) -> None:
    layers = clear_layers() | {"ecological_redline": layer("ecological_redline", {"r": at(200, 0, 50, 40)})}
    del layers[missing]
    _, judged = run({"a": at(0, 0, 50, 40), "b": at(210, 0, 20, 20)}, layers)
    assert verdict(judged, "a") == "unknown"
    assert verdict(judged, "b") == ("unknown" if missing == "ecological_redline" else "excluded")
    assert exit_code(judged.verdicts) == 3


def test_an_empty_layer_counts_as_missing() -> None:
    layers = clear_layers() | {"homestead": layer("homestead", {})}
    _, judged = run({"a": at(0, 0, 50, 40)}, layers)
    assert outcome(judged, "a", "homestead") == "unknown"


def test_an_expired_release_decides_nothing() -> None:
    stale = layer("homestead", {"h": at(0, 0, 10, 10)}, expires_on=date(2026, 6, 29))
    measured, judged = run({"a": at(0, 0, 50, 40)}, clear_layers() | {"homestead": stale})
    assert outcome(judged, "a", "homestead") == "unknown"
    assert set(measured.coverage[measured.coverage["layer"] == "homestead"]["state"]) == {"stale"}
    last_day = layer("homestead", {"h": at(500, 0, 10, 10)}, expires_on=AS_OF)
    _, judged = run({"a": at(0, 0, 50, 40)}, clear_layers() | {"homestead": last_day})
    assert outcome(judged, "a", "homestead") == "clear"


def test_a_release_not_yet_in_force_is_missing() -> None:
    early = layer("homestead", {"h": at(500, 0, 10, 10)}, in_force_from=date(2026, 7, 1))
    _, judged = run({"a": at(0, 0, 50, 40)}, clear_layers() | {"homestead": early})
    assert outcome(judged, "a", "homestead") == "unknown"


def test_ground_that_a_release_does_not_cover_is_named_in_square_metres() -> None:
    partial = layer("ecological_redline", {"r": at(500, 0, 10, 10)}, coverage=at(-100, -100, 140, 400))
    measured, judged = run({"a": at(0, 0, 50, 40)}, clear_layers() | {"ecological_redline": partial})
    assert outcome(judged, "a", "ecological-redline") == "unknown"
    row = measured.coverage[measured.coverage["layer"] == "ecological_redline"].iloc[0]
    assert row["uncovered_m2"] == pytest.approx(400)
    assert "400.00" in judged.findings[judged.findings["rule_id"] == "ecological-redline"]["message_zh"].item()


def test_a_layer_with_unreadable_features_cannot_clear() -> None:
    torn = dataclasses.replace(layer("homestead", {"h": at(500, 0, 10, 10)}), complete=False)
    _, judged = run({"a": at(0, 0, 50, 40)}, clear_layers() | {"homestead": torn})
    assert outcome(judged, "a", "homestead") == "unknown"


def test_a_finding_of_no_parcel_breaks_the_contract_and_counts_for_no_other() -> None:
    findings = pd.DataFrame({"parcel_id": ["a", None], "outcome": ["clear", "excluded"]})
    with pytest.raises(ContractBroken, match="empty values in parcel_id"):
        verdicts_of(findings)


def test_a_finding_without_an_outcome_has_no_verdict() -> None:
    with pytest.raises(ValueError, match="not a valid Outcome"):
        verdicts_of(pd.DataFrame({"parcel_id": ["a", "b"], "outcome": ["clear", None]}))


def test_control_lines_ask_no_facts() -> None:
    layers = {key: value for key, value in clear_layers().items() if "land_use" not in key}
    _, judged = run({"a": at(0, 0, 50, 40)}, layers, Scope.CONTROL_LINES, dispute=pd.NA, planned_use_code=pd.NA)
    assert verdict(judged, "a") == "clear"
    outcomes = judged.findings.set_index("rule_id")["outcome"]
    assert (outcomes[["dispute", "registration", "planned-use", "survey-class"]] == "not_asked").all()


def test_an_unmeasurable_parcel_is_unknown_with_its_reason() -> None:
    findings = unmeasurable([Rejected("bow", "自相交[1 2]", "Self-intersection[1 2]")])
    assert verdicts_of(findings)["verdict"].tolist() == ["unknown"]
    assert "自相交" in findings["message_zh"].item()


def test_the_record_has_the_promised_form() -> None:
    layers = clear_layers() | {"permanent_basic_farmland": layer("permanent_basic_farmland", {"f": at(40, 0, 30, 40)})}
    measured, judged = run({"a": at(0, 0, 50, 40)}, layers)
    facts = RunFacts(
        SONGJIANG, AS_OF, Scope.FULL, "EPSG:4549", {key: data.release for key, data in layers.items()}, FULL
    )
    data = record(facts, measured, judged.findings, judged.verdicts)
    assert data["as_of"] == "2026-06-30"
    assert data["pack"]["id"] == "songjiang"
    assert {row["coverage"] for row in data["layers"]} == {"complete"}
    parcel = data["parcels"][0]
    assert parcel["verdict"] == "excluded"
    assert parcel["area_m2"]["planar"] == pytest.approx(2000)
    assert parcel["area_m2"]["ellipsoidal"] < 2000
    farmland = next(row for row in parcel["overlaps"] if row["layer"] == "permanent_basic_farmland")
    assert farmland["union_m2"]["planar"] == pytest.approx(400)
    assert farmland["union_m2"]["ellipsoidal"] == pytest.approx(400 * parcel["area_m2"]["ellipsoidal"] / 2000, rel=1e-9)
    assert farmland["hits"][0]["feature_id"] == "f"
    finding = next(row for row in parcel["findings"] if row["rule_id"] == "permanent-basic-farmland")
    assert finding["measured"] == pytest.approx(400)
    assert finding["threshold"] == 0
    assert finding["clause"]["article"] == "三（三）"
    assert finding["release"] == "test"


outcomes = st.lists(st.sampled_from(list(Outcome)), max_size=8)


@given(outcomes)
def test_the_worst_outcome_wins_and_nothing_asked_is_unknown(values: list[Outcome]) -> None:
    result = worst(values)
    asked = [value for value in values if value is not Outcome.NOT_ASKED]
    assert result is (max(asked, key=lambda value: value.severity) if asked else Outcome.UNKNOWN)
    assert worst([*values, Outcome.NOT_ASKED]) is result
    if Outcome.UNKNOWN in values:
        assert result is not Outcome.CLEAR


STATES = st.sampled_from(["complete", "absent", "stale", "partial", "torn"])


@settings(max_examples=9, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(FULL, STATES)))
def test_no_broken_layer_or_missing_fact_ever_ends_clear(states: dict[str, str]) -> None:
    """Whatever is known of a dispute: each of the three answers on a parcel of its own."""
    layers = clear_layers()
    for key, state in states.items():
        data = layers[key]
        if state == "absent":
            del layers[key]
        elif state == "stale":
            release = dataclasses.replace(data.release, expires_on=date(2026, 1, 1))
            layers[key] = dataclasses.replace(data, release=release)
        elif state == "partial":
            layers[key] = dataclasses.replace(data, coverage=box(X + 25, Y - 500, X + 900, Y + 900))
        elif state == "torn":
            layers[key] = dataclasses.replace(data, complete=False)
    shapes = {f"{dispute}": at(0, 100 * n, 50, 40) for n, dispute in enumerate((True, False, None))}
    frame = parcels(shapes).assign(dispute=pd.array([True, False, pd.NA], dtype="boolean"))
    judged = judge(SONGJIANG, frame, measure(frame, layers, FULL, AS_OF), AS_OF, Scope.FULL)
    whole = all(state == "complete" for state in states.values())
    assert (verdict(judged, "False") == "clear") == whole
    assert verdict(judged, "None") != "clear"
    assert verdict(judged, "True") == "excluded"


def test_no_parcels_give_no_verdicts() -> None:
    frame = parcels({"a": at(0, 0, 50, 40)}).iloc[:0]
    measured = measure(gpd.GeoDataFrame(frame, crs=4549), clear_layers(), FULL, AS_OF)
    judged = judge(SONGJIANG, frame, measured, AS_OF, Scope.FULL)
    assert judged.verdicts.empty


def test_state_on_a_day() -> None:
    release = Release(
        "homestead", "a", "宅基地", feature_count=1, in_force_from=date(2026, 1, 1), expires_on=date(2026, 12, 31)
    )
    assert release.state_on(date(2026, 12, 31)) is Coverage.COMPLETE
    assert release.state_on(date(2027, 1, 1)) is Coverage.STALE
    assert release.state_on(date(2025, 12, 31)) is Coverage.ABSENT


def test_a_land_use_layer_that_was_supplied_but_is_unreadable_stops_a_pass() -> None:
    frame = parcels({"a": at(0, 0, 50, 40)})
    layers = clear_layers() | {"survey_land_use": layer("survey_land_use", {})}
    measured = measure(frame, layers, (*SONGJIANG.layers(Scope.CONTROL_LINES), "survey_land_use"), AS_OF)
    judged = judge(SONGJIANG, frame, measured, AS_OF, Scope.CONTROL_LINES)
    assert verdict(judged, "a") == "unknown"


def test_flagged_alone_exits_one() -> None:
    layers = clear_layers() | {"development_boundary": layer("development_boundary", {"d": at(-10, -10, 70, 70)})}
    _, judged = run({"a": at(0, 0, 50, 40)}, layers)
    assert verdict(judged, "a") == "flagged"
    assert exit_code(judged.verdicts) == 1


def test_first_days_count() -> None:
    first = {"homestead": layer("homestead", {"h": at(500, 0, 10, 10)}, in_force_from=AS_OF)}
    _, judged = run({"a": at(0, 0, 50, 40)}, clear_layers() | first)
    assert outcome(judged, "a", "homestead") == "clear"
    rule = SONGJIANG.rules[0]
    assert rule.in_force(rule.values[0].start) is rule.values[0]


def test_a_setting_switched_off_leaves_its_rule_undecided() -> None:
    chongming = load_pack("chongming")
    setting = chongming.settings["urban-boundary-synonym"]
    off = dataclasses.replace(chongming, settings={setting.setting_id: dataclasses.replace(setting, value=False)})
    frame = parcels({"a": at(0, 0, 50, 40)})
    measured = measure(frame, clear_layers(), FULL, AS_OF)
    judged = judge(off, frame, measured, AS_OF, Scope.FULL)
    assert outcome(judged, "a", "development-boundary") == "unknown"
    assert "待确认" in judge(chongming, frame, measured, AS_OF, Scope.FULL).findings["message_zh"].str.cat()


def test_a_run_tells_the_worst_coverage_any_parcel_saw_and_both_shares() -> None:
    partial = layer("homestead", {"h": at(40, 0, 20, 40)}, coverage=at(-100, -100, 140, 400))
    layers = clear_layers() | {"homestead": partial}
    measured, judged = run({"a": at(0, 0, 50, 40), "b": at(-60, 0, 50, 40)}, layers)
    releases = {key: data.release for key, data in layers.items()}
    data = record(
        RunFacts(SONGJIANG, AS_OF, Scope.FULL, "EPSG:4549", releases, FULL), measured, judged.findings, judged.verdicts
    )
    assert next(row for row in data["layers"] if row["layer"] == "homestead")["coverage"] == "partial"
    hit = measured.hits[measured.hits["layer"] == "homestead"].iloc[0]
    assert hit["share_of_parcel"] == pytest.approx(0.2)
    assert hit["share_of_feature"] == pytest.approx(0.5)


def test_a_parcel_without_a_row_is_a_gap_not_a_pass() -> None:
    areas = pd.DataFrame({"parcel_id": ["a"], "planar_m2": [500.0], "ellipsoidal_m2": [500.0], "registered_m2": [None]})
    facts = parcels({"a": at(0, 0, 25, 20)}).set_index("parcel_id", drop=False)
    evidence = Evidence(facts, areas, OVERLAPS.empty(), COVERAGE.empty(), CELLS.empty())
    read = MEASURES["survey_class_area"].read(evidence, "survey_land_use")
    assert read[["parcel_id", "category", "amount"]].to_numpy().tolist() == [["a", "gap", 500.0]]
