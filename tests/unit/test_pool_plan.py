"""Pool and plan: everyone is in or is told why not, and printed rows add up."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.domain.criteria import PlanTargets, PoolCriteria, UseQuota
from landgis.domain.outcome import Outcome, Scope
from landgis.plan.draft import Draft, draft, totals
from landgis.pool.build import build
from landgis.rules.reading.load import load_pack
from landgis.screening.judge import judge
from landgis.screening.measure import measure
from tests.support.ground import AS_OF, at, clear_layers, layer, parcels
from tests.support.plan_grounds import pooled

PACK = load_pack("songjiang")
READY = {"road": True, "water_supply": True, "power": True, "levelled": True}


def pool_of(frame, criteria: PoolCriteria | None = None, layers=None):
    measured = measure(frame, layers or clear_layers(), PACK.layers(Scope.FULL), AS_OF)
    judged = judge(PACK, frame, measured, AS_OF, Scope.FULL)
    return build(frame, measured.areas, judged.verdicts, judged.findings, criteria or PoolCriteria())


def planned(frame, targets: PlanTargets, layers=None) -> Draft:
    pool, grounds = pooled(frame, layers=layers)
    return draft(pool.members, frame, targets, grounds)


def reasons(table: pd.DataFrame) -> dict[str, str]:
    return dict(zip(table["parcel_id"], table["reason"], strict=True))


def test_everyone_is_in_or_told_why_not() -> None:
    frame = parcels({"a": at(0, 0, 50, 40), "b": at(100, 0, 50, 40), "c": at(200, 0, 50, 40), "d": at(300, 0, 5, 5)})
    frame.loc[frame["parcel_id"] == "b", "dispute"] = True
    frame.loc[frame["parcel_id"] == "c", "dispute"] = pd.NA
    pool = pool_of(frame, PoolCriteria(min_area_m2=100))
    assert pool.members["parcel_id"].tolist() == ["a"]
    assert reasons(pool.left_out) == {"b": "verdict_excluded", "c": "verdict_unknown", "d": "too_small"}
    told = pool.left_out.set_index("parcel_id")["detail_zh"]
    assert "权属争议" in told["b"]
    assert "缺少权属争议情况" in told["c"]


def test_unknown_and_excluded_never_enter_whatever_the_criteria_say() -> None:
    frame = parcels({"a": at(0, 0, 50, 40), "b": at(100, 0, 50, 40)})
    frame.loc[0, "dispute"] = True
    frame.loc[1, "dispute"] = pd.NA
    pool = pool_of(frame, PoolCriteria(verdicts=tuple(Outcome)))
    assert pool.members.empty
    assert set(reasons(pool.left_out).values()) == {"verdict_excluded", "verdict_unknown"}


def test_of_two_over_the_same_ground_the_lower_id_enters() -> None:
    frame = parcels({"b": at(0, 0, 50, 40), "a": at(49, 0, 50, 40), "c": at(98, 0, 50, 40)})
    pool = pool_of(frame)
    # Both neighbours overlap a, the lowest id.
    assert reasons(pool.left_out) == {"b": "overlaps_member", "c": "overlaps_member"}
    assert "40.000000" in pool.left_out["detail_zh"].iloc[0]
    touching = parcels({"a": at(0, 0, 50, 40), "b": at(50, 0, 50, 40)})
    assert pool_of(touching).left_out.empty


def test_a_chain_of_overlaps_keeps_every_second() -> None:
    frame = parcels({"a": at(0, 0, 50, 40), "b": at(49, 0, 50, 40), "c": at(98, 0, 50, 40)})
    assert pool_of(frame).members["parcel_id"].tolist() == ["a", "c"]


def test_clear_comes_before_flagged_and_open_points_travel_along() -> None:
    layers = clear_layers() | {"development_boundary": layer("development_boundary", {"d": at(-10, -10, 70, 70)})}
    frame = parcels({"a": at(0, 0, 50, 40), "b": at(100, 0, 50, 40)})
    members = pool_of(frame, layers=layers).members
    assert members["parcel_id"].tolist() == ["b", "a"]
    assert "城镇开发边界内" in members["open_points_zh"].iloc[1]


def test_a_certificate_gives_the_area_else_the_ellipsoid() -> None:
    frame = parcels({"a": at(0, 0, 50, 40), "b": at(100, 0, 50, 40)})
    frame.loc[0, "registered_area_m2"] = 1990.0
    members = pool_of(frame).members.set_index("parcel_id")
    assert members.loc["a", ["area_m2", "area_basis"]].tolist() == [1990.0, "registered"]
    assert members.loc["b", "area_basis"] == "ellipsoidal"
    assert 1999 < members.loc["b", "area_m2"] < 2000


def test_the_plan_leaves_out_what_is_not_ready_and_says_what_is_lacking() -> None:
    frame = parcels({"a": at(0, 0, 50, 40), "b": at(100, 0, 50, 40)}, **READY)
    frame.loc[1, "power"] = False
    plan = planned(frame, PlanTargets(2027, required_facts=tuple(READY)))
    assert plan.lines["parcel_id"].tolist() == ["a"]
    assert plan.left_out["detail_zh"].tolist() == ["尚缺：通电"]


def test_quotas_close_and_say_what_is_left() -> None:
    frame = parcels({"a": at(0, 0, 100, 100), "b": at(200, 0, 100, 100), "c": at(400, 0, 100, 100)})
    frame.loc[2, "planned_use_code"] = "1001"
    targets = PlanTargets(2027, quotas=(UseQuota("09", Decimal("1.5")),))
    plan = planned(frame, targets)
    assert plan.lines["parcel_id"].tolist() == ["a", "c"]
    assert reasons(plan.left_out) == {"b": "use_full"}
    capped = planned(frame, PlanTargets(2027, max_ha=Decimal("1.0")))
    assert len(capped.lines) == 1
    assert set(reasons(capped.left_out).values()) == {"total_full"}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(1, 90_000), min_size=1, max_size=12))
def test_printed_rows_add_up_to_the_printed_totals(areas: list[float]) -> None:
    frame = parcels({f"p{number:02d}": at(number * 60, 0, 50, 40) for number in range(len(areas))})
    frame["registered_area_m2"] = areas
    frame["planned_use_code"] = "0901"
    frame["town_name"] = [("泖港镇", "叶榭镇")[number % 2] for number in range(len(areas))]
    lines = planned(frame, PlanTargets(2027)).lines
    by_town = totals(lines, ["town_name"])
    assert by_town["area_ha"].iloc[-1] == sum(lines["area_ha"]) == sum(by_town["area_ha"].iloc[:-1])
    assert by_town["area_mu"].iloc[-1] == by_town["area_ha"].iloc[-1] * 15
    assert by_town["lines"].iloc[-1] == len(lines) == len(areas)


def test_an_empty_plan_is_a_plan() -> None:
    frame = parcels({"a": at(0, 0, 50, 40)})
    plan = planned(frame, PlanTargets(2027, max_ha=Decimal(0)))
    assert plan.lines.empty
    assert totals(plan.lines, ["town_name"])["area_ha"].tolist() == [Decimal(0)]


@pytest.mark.parametrize("quota", ["0", "0.1"])
def test_a_plan_never_exceeds_its_total(quota: str) -> None:
    frame = parcels({f"p{n}": at(n * 60, 0, 50, 40) for n in range(5)})
    lines = planned(frame, PlanTargets(2027, max_ha=Decimal(quota))).lines
    assert sum(lines["area_ha"], Decimal(0)) <= Decimal(quota)


def test_a_plan_for_clear_parcels_leaves_the_flagged_out() -> None:
    layers = clear_layers() | {"development_boundary": layer("development_boundary", {"d": at(-10, -10, 70, 70)})}
    frame = parcels({"a": at(0, 0, 50, 40), "b": at(100, 0, 50, 40)})
    plan = planned(frame, PlanTargets(2027, verdicts=(Outcome.CLEAR,)), layers)
    assert plan.lines["parcel_id"].tolist() == ["b"]
    assert reasons(plan.left_out) == {"a": "verdict_flagged"}
