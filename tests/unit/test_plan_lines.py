"""Lines of the plan: terms, mode with its clause, what lies inside the boundary; checks in which unknown is never clear."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.domain.criteria import PlanTargets, QuarterQuota, TownQuota, UseQuota
from landgis.domain.outcome import Outcome
from landgis.domain.plan_clauses import CHECK_RULES, CLAUSES
from landgis.domain.planning import PlanCheck
from landgis.domain.supply_use import SupplyUse, supply_use
from landgis.plan.draft import Draft, draft
from landgis.plan.grounds import inside_shares
from landgis.plan.inputs import LineInput
from landgis.plan.lines import inside_ha
from landgis.plan.room import target_use
from landgis.rules.choosing.sale import Project
from landgis.rules.reading.load import load_pack
from tests.support.ground import at, clear_layers, layer, parcels
from tests.support.plan_grounds import pooled

TARGETS = PlanTargets(2027)


def planned(
    inputs: dict[str, LineInput] | None = None, targets: PlanTargets = TARGETS, count: int = 1, layers: object = None,
    standing: dict[str, str] | None = None, district: str = "songjiang", **facts: object,
) -> Draft:  # fmt: skip
    frame = parcels({f"p{n}": at(100 * n, 0, 50, 40) for n in range(1, count + 1)}, district=district, **facts)
    pool, grounds = pooled(frame, inputs, layers, district=district, **(standing or {}))
    return draft(pool.members, frame, targets, grounds)


def left(made: Draft) -> dict[str, str]:
    return dict(zip(made.left_out["parcel_id"], made.left_out["reason"], strict=True))


def check(made: Draft, asked: PlanCheck, line_no: int = 1) -> tuple[str, str]:
    rows = made.checks[(made.checks["line_no"] == line_no) & (made.checks["check_id"] == asked)]
    return str(rows["outcome"].iloc[0]), str(rows["said_zh"].iloc[0])


def test_what_is_stated_stands_on_the_line_and_what_is_not_stays_unknown() -> None:
    said = LineInput(2, 40, Decimal("12.50"), Project.OPERATING, 2, market_zh="稳定", investor_zh="甲公司")
    made = planned({"p1": said}, count=2)
    first, second = made.lines.to_dict("records")
    assert (first["quarter"], first["term_years"], first["cost_yuan"]) == (2, 40, Decimal("12.50"))
    assert (first["market_zh"], first["investor_zh"], first["member_id"]) == ("稳定", "甲公司", "M000001")
    assert (second["quarter"], second["term_years"], second["cost_yuan"]) == (None, None, None)
    assert made.lines["in_housing_plan"].isna().all()


def test_the_mode_is_looked_up_and_cites_its_clause() -> None:
    workshop = LineInput(project=Project.STANDARD_WORKSHOP)
    made = planned({"p1": workshop}, planned_use_code="100101")
    row = made.lines.iloc[0]
    assert (row["trade_mode"], row["mode_certainty"]) == ("open_bidding", "decided")
    assert "沪松府〔2023〕84号 三（六）1" in row["mode_said_zh"]
    row = planned(planned_use_code="100101").lines.iloc[0]
    assert (row["mode_certainty"], row["trade_mode"] is None or pd.isna(row["trade_mode"])) == ("undecided", True)
    assert "项目类型" in row["mode_said_zh"]
    assert "kind of project" in row["mode_said_en"]
    row = planned(planned_use_code="1101").lines.iloc[0]
    assert row["mode_certainty"] == "not_in_table"
    assert "法规留下的方式" in row["mode_said_zh"]


def test_a_term_beyond_the_statute_is_not_planned_and_is_told() -> None:
    made = planned({"p1": LineInput(term_years=41), "p2": LineInput(term_years=40)}, count=2)
    assert made.lines["parcel_id"].tolist() == ["p2"]
    assert left(made) == {"p1": "term_exceeds"}
    assert "40 年" in made.left_out["detail_zh"].iloc[0]


def test_only_who_stands_as_pooled_with_this_outline_is_taken() -> None:
    made = planned(count=4, standing={"p1": "planned", "p2": "withdrawn", "p3": "under_way"})
    assert made.lines["parcel_id"].tolist() == ["p4"]
    assert left(made) == {"p1": "standing_planned", "p2": "not_pooled", "p3": "standing_under_way"}
    frame = parcels({"p1": at(0, 0, 50, 40)})
    pool, grounds = pooled(frame)
    made = draft(pool.members, frame, TARGETS, replace(grounds, versions={"p1": 2}))
    assert left(made) == {"p1": "land_changed"}


def test_a_substitute_of_the_reserve_is_planned_by_an_adjustment_alone() -> None:
    frame = parcels({"p1": at(0, 0, 50, 40)})
    pool, grounds = pooled(frame)
    reserve = replace(grounds, standings=grounds.standings.assign(tier="intent"))
    assert left(draft(pool.members, frame, TARGETS, reserve)) == {"p1": "in_reserve"}


def test_what_is_stated_of_a_stranger_is_told() -> None:
    assert left(planned({"p9": LineInput(quarter=1)})) == {"p9": "not_in_pool"}


def test_the_boundary_is_measured_and_ground_without_data_is_unknown() -> None:
    boundary = {"development_boundary": layer("development_boundary", {"b": at(100, 0, 12.5, 40)})}
    row = planned(layers=clear_layers() | boundary).lines.iloc[0]
    assert (row["inside_ha"], row["area_ha"]) == (Decimal("0.0500"), Decimal("0.1999"))
    assert planned().lines["inside_ha"].iloc[0] == Decimal("0.0000")
    half = layer("development_boundary", {"b": at(300, 0, 10, 10)}, coverage=at(-500, -500, 620, 2000))
    frame = parcels({"p1": at(100, 0, 50, 40)})
    _, grounds = pooled(frame, layers=clear_layers() | {"development_boundary": half})
    assert grounds.inside == {}  # half of it was never looked at
    empty = pd.DataFrame(columns=["parcel_id", "layer", "class", "share_of_parcel", "state"])
    assert inside_shares(empty, empty) == {}
    assert inside_ha(Decimal("1.0000"), None) is None


@given(st.decimals("0.0001", "500", places=4), st.floats(0, 1))
def test_inside_is_never_more_than_the_area(area_ha: Decimal, share: float) -> None:
    inside = inside_ha(area_ha, share)
    assert inside is not None
    assert 0 <= inside <= area_ha
    assert abs(inside - area_ha * Decimal(repr(share))) <= Decimal("0.00005")


def test_quotas_by_town_and_quarter_close_and_shortfalls_are_told() -> None:
    targets = PlanTargets(
        2027, min_ha=Decimal(9), quotas=(UseQuota("09", min_ha=Decimal("0.3")),),
        town_quotas=(TownQuota("310117109", Decimal("0.45")),),
        quarter_quotas=(QuarterQuota(1, Decimal("0.2")), QuarterQuota(2, Decimal(1), Decimal(1))),
    )  # fmt: skip
    inputs = {f"p{n}": LineInput(quarter=q) for n, q in ((1, 1), (2, 1), (3, 2), (4, 2))}
    made = planned(inputs, targets, count=5)
    assert made.lines["parcel_id"].tolist() == ["p1", "p3"]
    assert left(made) == {"p2": "quarter_full", "p4": "town_full", "p5": "quarter_unknown"}
    table = target_use(made.lines, targets).set_index(["target", "key", "side"])
    assert table.loc[("whole", "", "least"), ["used_ha", "off_ha", "met"]].tolist() == [
        Decimal("0.3998"), Decimal("-8.6002"), False,
    ]  # fmt: skip
    assert not table.loc[("quarter", "2", "least"), "met"]
    assert table.loc[("use", "09", "least"), "met"]


def test_checks_cite_the_plan_of_the_district() -> None:
    made = planned({"p1": LineInput(market_zh="稳定", intended=0)}, owner_willing=True)
    assert check(made, PlanCheck.OWNER_WILLING) == ("clear", "所有权人有入市意愿（三（五）1）")
    assert check(made, PlanCheck.MARKET_KNOWN)[0] == "clear"
    assert check(made, PlanCheck.INVESTOR_FOUND) == ("not_asked", "本区方案未作要求")
    assert check(made, PlanCheck.SITE_READY)[0] == "clear"
    assert check(made, PlanCheck.HOUSING_PLAN) == ("not_asked", "非租赁住宅用地（二（二））")
    facts = {"town_code": "310151103", "town_name": "新河镇"}
    made = planned({"p1": LineInput(intended=0)}, district="chongming", **facts)
    assert check(made, PlanCheck.INVESTOR_FOUND) == ("flagged", "尚无意向用地者（四（五））")


@pytest.mark.parametrize(("listed", "outcome"), [(True, "clear"), (False, "flagged"), (None, "unknown")])
def test_rental_housing_must_be_in_the_housing_plan(listed: bool | None, outcome: str) -> None:
    made = planned({"p1": LineInput(in_housing_plan=listed)}, planned_use_code="070102", rental_only=True)
    assert made.lines["rental_housing"].tolist() == [True]
    assert check(made, PlanCheck.HOUSING_PLAN)[0] == outcome
    assert made.lines["trade_mode"].tolist() == ["as_state_land"]  # the fact says which kind of project


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([True, False, pd.NA]), st.sampled_from(["", "稳定"]), st.sampled_from([None, 0, 1]),
    st.sampled_from(["", "甲公司"]), st.sampled_from(["songjiang", "chongming"]),
)  # fmt: skip
def test_what_nobody_stated_is_never_clear(
    willing: object, market: str, intended: int | None, investor: str, district: str
) -> None:
    facts = {"town_code": None, "owner_willing": willing}
    said = LineInput(market_zh=market, intended=intended, investor_zh=investor)
    made = planned({"p1": said}, district=district, **facts)
    assert len(made.lines) == 1
    outcome = {each: check(made, each)[0] for each in PlanCheck}
    assert outcome[PlanCheck.OWNER_WILLING] == ("unknown" if willing is pd.NA else "clear" if willing else "flagged")
    assert (outcome[PlanCheck.MARKET_KNOWN] == "clear") == bool(market)
    if district == "chongming":
        known = "flagged" if intended == 0 else "clear" if investor or intended else "unknown"
        assert outcome[PlanCheck.INVESTOR_FOUND] == known


def test_a_run_that_did_not_look_leaves_its_checks_unknown() -> None:
    frame = parcels({"p1": at(0, 0, 50, 40)})
    pool, grounds = pooled(frame)
    made = draft(pool.members, frame, TARGETS, replace(grounds, findings=grounds.findings.iloc[:0]))
    assert {check(made, each)[0] for each in CHECK_RULES} == {str(Outcome.UNKNOWN)}


def test_every_check_names_rules_of_the_packs_and_every_use_a_field() -> None:
    for district, clauses in CLAUSES.items():
        known = {rule.rule_id for rule in load_pack(district).rules}
        assert all(any(rule in known for rule in CHECK_RULES[each]) for each in clauses if each in CHECK_RULES)
    assert {
        supply_use(code) for code in ("09", "1001", "1101", "0802", "1301", "1207", "1701", "1505", "16", "0701")
    } == set(SupplyUse)
