"""Curable or not: the shortest list of what would cure a parcel, and the ranking of near misses."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon

from landgis.domain.outcome import Scope
from landgis.frames.layer import LayerData
from landgis.rules.pack import RulePack
from landgis.screening.basis import Basis
from landgis.screening.cures import curable, rank
from landgis.screening.cut_back import Terms, cut_back
from landgis.screening.edge_cuts import edge_cuts
from landgis.screening.judge import Rejected
from landgis.services.checking.check import Candidates, check
from tests.support.explain_case import FARMLAND, PACK
from tests.support.ground import AS_OF, at, clear_layers, layer, parcels

HOME = "homestead"


def basis(
    shapes: dict[str, Polygon], at_hand: dict[str, LayerData], *rejected: Rejected, pack: RulePack = PACK, **facts: Any
) -> Basis:
    found = check(Candidates(parcels(shapes, **facts), rejected, (), ""), at_hand, pack, AS_OF, Scope.FULL)
    return Basis(
        found.parcels,
        found.layers,
        found.measured,
        found.findings,
        found.verdicts,
        found.doubts,
        pack,
        AS_OF,
        Scope.FULL,
    )


def with_layer(key: str, **shapes: Polygon) -> dict[str, LayerData]:
    return clear_layers() | {key: layer(key, shapes)}


def without_cure(rule_id: str) -> RulePack:
    """The pack without any word of cure for a rule."""

    def bare(rule: Any) -> Any:
        values = tuple(
            replace(value, outcomes={name: replace(row, cure=None) for name, row in value.outcomes.items()})
            for value in rule.values
        )
        return replace(rule, values=values) if rule.rule_id == rule_id else rule

    return replace(PACK, rules=tuple(bare(rule) for rule in PACK.rules))


def test_a_clear_parcel_needs_nothing() -> None:
    assert curable(basis({"p": at(0, 0, 50, 40)}, clear_layers())) == {}


def test_an_edge_is_told_with_depth_and_ground() -> None:
    told = curable(basis({"p": at(0, 0, 50, 40)}, with_layer(FARMLAND, f=at(0, 39.7, 50, 30))))["p"]
    (cure,) = told["cures"]
    assert told["curable"]
    assert cure["effort"] == "edge"
    assert cure["rules"] == ["permanent-basic-farmland"]
    assert cure["depth_m"][FARMLAND] == pytest.approx(0.3, rel=0.02)
    assert cure["given_up"]["m2"] == pytest.approx(15.0, abs=0.1)
    assert cure["remaining"]["m2"] + cure["given_up"]["m2"] == pytest.approx(2_000.0)
    assert "最深 0.3" in cure["zh"]
    assert cure["edits"][0]["feature_id"] == "f"
    assert told["effort"] == {"count": 1, "worst": "edge", "m2": cure["given_up"]["m2"]}


def test_what_is_left_after_the_cut_is_free_of_the_conflict() -> None:
    shapes = {"p": at(0, 0, 50, 40)}
    at_hand = with_layer(FARMLAND, f=at(0, 39.7, 50, 30), g=at(45, -10, 20, 100))
    cut = edge_cuts(basis(shapes, at_hand), {"p": {FARMLAND: frozenset({""})}})["p"]
    proposal = cut_back(shapes["p"], at_hand[FARMLAND].features.geometry.to_numpy(), None, Terms())
    assert cut.remaining_m2 == pytest.approx(sum(piece.area for piece in proposal.pieces))
    pieces = {f"p-{number}": piece for number, piece in enumerate(proposal.pieces)}
    assert curable(basis(pieces, at_hand)) == {}


def test_nothing_useful_left_is_no_cure() -> None:
    told = curable(basis({"p": at(0, 0, 50, 40)}, with_layer(FARMLAND, f=at(-10, -10, 80, 80))))["p"]
    assert not told["curable"]
    assert told["cures"] == []
    assert "没有可用部分" in told["incurable"][0]["zh"]


def test_a_pack_without_words_of_cure_means_incurable() -> None:
    at_hand = with_layer(HOME, h=at(0, 39.9, 50, 30))
    told = curable(basis({"p": at(0, 0, 50, 40)}, at_hand, pack=without_cure("homestead"), dispute=None))["p"]
    assert not told["curable"]
    assert [row["rule_id"] for row in told["incurable"]] == ["homestead"]
    assert [cure["rules"] for cure in told["cures"]] == [["dispute"]]


def test_two_lines_are_cut_at_once() -> None:
    at_hand = with_layer(FARMLAND, f=at(0, 39, 50, 30)) | {HOME: layer(HOME, {"h": at(49, 0, 30, 50)})}
    (cure,) = curable(basis({"p": at(0, 0, 50, 40)}, at_hand))["p"]["cures"]
    assert set(cure["rules"]) == {"permanent-basic-farmland", "homestead"}
    assert cure["given_up"]["m2"] == pytest.approx(89.0, abs=0.2)
    assert set(cure["depth_m"]) == {FARMLAND, HOME}


def test_what_is_missing_is_a_document_and_stands_before_the_edge() -> None:
    at_hand = with_layer(FARMLAND, f=at(0, 39.7, 50, 30))
    del at_hand["ecological_redline"]
    told = curable(basis({"p": at(0, 0, 50, 40)}, at_hand, dispute=None))["p"]
    assert [cure["effort"] for cure in told["cures"]] == ["document", "document", "edge"]
    supply = PACK.rule("ecological-redline").supply
    assert supply is not None
    assert told["cures"][0]["zh"] == f"补充核对“生态保护红线”所需的图层：{supply.zh}"
    assert (told["curable"], told["effort"]["count"], told["effort"]["worst"]) == (True, 3, "edge")


def test_a_cut_does_not_cure_what_a_partial_release_leaves_open() -> None:
    at_hand = with_layer(FARMLAND, f=at(0, 39, 50, 30))
    at_hand[FARMLAND] = replace(at_hand[FARMLAND], coverage=at(10, -100, 500, 500))
    told = curable(basis({"p": at(0, 0, 50, 40)}, at_hand))["p"]
    assert [cure["effort"] for cure in told["cures"]] == ["document", "edge"]
    assert told["cures"][0]["zh"].startswith("补充核对“永久基本农田”所需的图层")
    assert basis({"p": at(0, 0, 50, 38.9)}, at_hand).verdicts["verdict"].tolist() == ["unknown"]


@pytest.mark.parametrize(("width", "seam"), [(0.0001, True), (0.5, False)])
def test_a_hair_between_two_features_is_told_as_a_seam(width: float, seam: bool) -> None:
    halves = {"west": at(-900, -900, 920, 3800), "east": at(20 + width, -900, 900, 3800)}
    at_hand = clear_layers() | {"survey_land_use": layer("survey_land_use", halves, "construction")}
    cures = curable(basis({"p": at(0, 0, 50, 40)}, at_hand))["p"]["cures"]
    (wanted,) = (cure for cure in cures if cure["rules"] == ["survey-class"])
    assert wanted["zh"].startswith("补充国土调查图斑")
    assert ("接缝" in wanted["zh"], "0.004000 ㎡" in wanted["zh"]) == (seam, seam)


@pytest.mark.parametrize(("approved_on", "wanted"), [("2025-01-01", False), (None, True)])
def test_a_conversion_after_the_day_of_the_plan_is_not_cured_by_telling_its_day(
    approved_on: str | None, wanted: bool
) -> None:
    everywhere = layer("survey_land_use", {"all": at(-900, -900, 3800, 3800)}, "cultivated")
    papers = {"conversion_document": "沪府土〔2025〕1号", "conversion_approved_on": approved_on}
    found = basis({"p": at(0, 0, 50, 40)}, clear_layers() | {"survey_land_use": everywhere}, **papers)
    told = curable(found)["p"]
    assert told["curable"] is wanted
    assert {rule for cure in told["cures"] for rule in cure["rules"]} == ({"farmland-conversion"} if wanted else set())
    (reason,) = found.reasons["farmland-conversion"]["p"]
    assert (reason.category, reason.of) == ("undated" if wanted else "converted_after", None)


def test_ground_outside_is_not_the_ground_inside_though_both_are_as_large() -> None:
    half = layer("ownership_parcel", {"own": at(0, 0, 80, 30)})
    found = basis({"p": at(0, 0, 80, 60)}, clear_layers() | {"ownership_parcel": half})
    (reason,) = found.reasons["ownership-cover"]["p"]
    assert (reason.amount, reason.of) == (2_400.0, None)
    (cure,) = curable(found)["p"]["cures"]
    assert (cure["rules"], cure["given_up"]) == (["ownership-cover"], None)
    assert curable(found)["p"]["effort"] == {"count": 1, "worst": "edge", "m2": pytest.approx(2400.0)}


def test_a_parcel_that_cannot_be_measured_asks_for_its_outline() -> None:
    told = curable(basis({"p": at(0, 0, 9, 9)}, clear_layers(), Rejected("broken", "图形自相交", "self-crossing")))
    assert list(told) == ["broken"]
    assert "图形自相交" in told["broken"]["cures"][0]["zh"]


def test_a_deep_conflict_says_so_instead_of_a_number() -> None:
    told = curable(basis({"p": at(0, 0, 50, 40)}, with_layer(FARMLAND, f=at(0, 30, 50, 30))))["p"]
    assert "大于 2 米" in told["cures"][0]["zh"]
    assert told["cures"][0]["depth_m"] == {FARMLAND: None}


def test_near_misses_are_ranked_by_number_and_kind_of_cures_then_by_ground() -> None:
    shapes = {name: at(100 * place, 0, 50, 40) for place, name in enumerate("abcde")}
    fields = {
        "a": at(0, 20, 50, 30), "b": at(100, 39.5, 50, 30), "c": at(200, -5, 50, 60), "d": at(300, 39.9, 50, 30),
    }  # fmt: skip
    found = basis(shapes, with_layer(FARMLAND, **fields))
    facts = found.parcels.assign(dispute=[False, False, False, None, None]).astype({"dispute": "boolean"})
    again = check(Candidates(facts, (), (), ""), with_layer(FARMLAND, **fields), PACK, AS_OF, Scope.FULL)
    told = curable(
        Basis(
            facts, again.layers, again.measured, again.findings, again.verdicts, again.doubts, PACK, AS_OF, Scope.FULL
        )
    )
    assert rank(told) == ["e", "b", "a", "d", "c"]


@given(st.randoms(use_true_random=False))
def test_the_ranking_depends_on_nothing_but_the_cures(rng: random.Random) -> None:
    kinds = ("document", "edge", "plan")
    told = {
        f"p{number}": {
            "curable": number % 5 > 0,
            "effort": {"count": 1 + number % 3, "worst": kinds[number % 3], "m2": float(number % 4)},
        }
        for number in range(30)
    }
    keys = list(told)
    rng.shuffle(keys)
    assert rank({key: told[key] for key in keys}) == rank(told)
    assert [told[key]["curable"] for key in rank(told)] == sorted(
        (row["curable"] for row in told.values()), reverse=True
    )
