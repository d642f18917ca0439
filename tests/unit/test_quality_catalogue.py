"""The catalogue of rules is complete, its texts can be filled, and every rule is one that something can find."""

from __future__ import annotations

import string

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from landgis.domain.issue import Severity
from landgis.errors import UsageError
from landgis.quality.catalogue import GROUPS, cheap_rules, chosen_rules, rules, tolerances
from landgis.quality.check import check_layer
from landgis.quality.report import summary, summary_issues, worst_of
from tests.support.planted_quality import layer

WORDS = {"other", "measured", "tolerance", "count", "field", "detail_zh", "detail_en"}


@pytest.mark.parametrize("code", rules())
def test_a_rule_says_everything_in_both_languages(code: str) -> None:
    rule = rules()[code]
    assert rule.code[0] in GROUPS
    assert all((rule.zh, rule.en, rule.message_zh, rule.message_en, rule.basis))
    for text in (rule.message_zh, rule.message_en):
        assert {name for _, name, _, _ in string.Formatter().parse(text) if name} <= WORDS
    assert ("{tolerance" in rule.message_zh) <= (rule.tolerance is not None)
    assert (rule.tolerance is None) or rule.unit or "{measured" not in rule.message_zh


def test_severities_and_groups_are_all_used() -> None:
    assert {rule.severity for rule in rules().values()} == set(Severity)
    assert {rule.code[0] for rule in rules().values()} == set(GROUPS)


def test_rules_are_chosen_by_code_name_or_group() -> None:
    assert chosen_rules(["T01"]) == chosen_rules(["overlap"]) == {"T01"}
    assert chosen_rules(["D"]) == {"D01", "D02"}
    assert chosen_rules(None) == frozenset(rules())
    with pytest.raises(UsageError, match="T99"):
        chosen_rules(["T99"])


def test_cheap_rules_never_compare_features() -> None:
    assert cheap_rules().isdisjoint({"T01", "T02", "T03", "D01", "D02", "A02", "L01"})
    assert {"G01", "G02", "A01", "C01", "M01"} <= cheap_rules()


def test_tolerances_are_the_shipped_ones_or_those_given() -> None:
    assert tolerances()["node_m"] == 0.01
    assert tolerances({"node_m": 0})["node_m"] == 0
    for wrong in ({"node": 1.0}, {"node_m": -1.0}, {"node_m": float("nan")}):
        with pytest.raises(UsageError):
            tolerances(wrong)


def test_progress_is_told_and_ends_at_the_whole() -> None:
    told: list[tuple[str, float]] = []
    features = layer([box(10 * n, 0, 10 * n + 10, 10) for n in range(20)])
    check_layer(features, batch=5, progress=lambda step, share: told.append((step, share)))
    assert len({step for step, _ in told}) == 4
    assert all(0 < share <= 1 for _, share in told)
    assert told[-1][1] == 1


def test_a_layer_without_features_has_no_findings() -> None:
    empty = gpd.GeoDataFrame({"feature_id": pd.Series([], dtype="str")}, geometry=[], crs=4549)
    assert check_layer(empty).empty


def findings() -> gpd.GeoDataFrame:
    return check_layer(layer([box(0, 0, 10, 10), box(9, 0, 20, 10), box(19.5, 0, 30, 10), box(40, 0, 140, 0.1)]))


def test_the_summary_counts_and_names_the_worst() -> None:
    counts = {row.rule.code: row for row in summary(findings())}
    assert (counts["T01"].count, counts["T01"].features, counts["T01"].worst) == (2, 2, pytest.approx(10))
    assert counts["G11"].worst == pytest.approx(2 * 10 / 200.2)
    assert counts["T01"].first == ("a", "b")


def test_issues_of_an_import_are_one_per_rule() -> None:
    issues = summary_issues(findings(), "农田.gpkg")
    assert [issue.code for issue in issues] == ["overlap", "sliver"]
    assert "2 处，如 a、b" in issues[0].message_zh


def test_the_worst_come_first_within_a_rule() -> None:
    worst = worst_of(findings(), 1)
    assert worst[["rule", "feature_id"]].to_numpy().tolist() == [["T01", "a"], ["G11", "d"]]
