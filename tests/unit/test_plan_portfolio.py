"""From the pool to a portfolio and back: candidates are the lines of a draft without limits, lines are what was chosen."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from landgis.domain.criteria import PlanTargets
from landgis.domain.outcome import Outcome
from landgis.domain.portfolio import PortfolioScenario, QuarterBand, TownBand, UseBand, WhyNot
from landgis.plan.choose import choose
from landgis.plan.draft import Draft, draft
from landgis.plan.grounds import Grounds
from landgis.plan.inputs import LineInput
from landgis.plan.portfolio import candidates_of, lines_of_choice, targets_of_scenario
from landgis.plan.room import target_use
from tests.support.ground import at, parcels
from tests.support.plan_grounds import pooled

FRAME = parcels({f"p{n}": at(100 * n, 0, 50, 40 + n) for n in range(1, 7)}, owner_willing=True, road=True)
INPUTS = {
    "p1": LineInput(1, 40, cost_yuan=Decimal("100.01")),
    "p2": LineInput(2, cost_yuan=Decimal("200")),
    "p3": LineInput(3),
}
POINTS = dict.fromkeys(FRAME["parcel_id"], 50.0)


@pytest.fixture(scope="module")
def office() -> tuple[Grounds, Draft]:
    """Six members; p6 stands on another plan already."""
    pool, grounds = pooled(FRAME, INPUTS, p6="planned")
    return grounds, draft(pool.members, FRAME, PlanTargets(2027), grounds)


def candidates(unlimited: Draft, frame: pd.DataFrame = FRAME) -> pd.DataFrame:
    return candidates_of(unlimited.lines, frame, POINTS)


def test_candidates_are_what_could_be_on_a_line(office: tuple[Grounds, Draft]) -> None:
    _, unlimited = office
    table = candidates(unlimited).set_index("parcel_id")
    assert list(table.index) == ["p1", "p2", "p3", "p4", "p5"]
    assert unlimited.left_out["reason"].tolist() == ["standing_planned"]
    assert table["area_ha"].tolist() == unlimited.lines["area_ha"].tolist()
    assert table["road"].tolist() == [True] * 5


def test_cost_counts_in_whole_yuan_and_never_too_little_and_unknown_stays_unknown(
    office: tuple[Grounds, Draft],
) -> None:
    table = candidates(office[1]).set_index("parcel_id")
    assert table.loc["p1", "up_front_cost_yuan"] == 101
    assert table.loc["p2", "up_front_cost_yuan"] == 200
    assert table.loc["p3":"p5", "up_front_cost_yuan"].isna().all()
    assert table.loc["p3", "earliest_quarter"] == 3
    assert table.loc["p4":"p5", "earliest_quarter"].isna().all()


def test_an_unknown_fact_is_no_candidate_for_who_requires_it(office: tuple[Grounds, Draft]) -> None:
    frame = FRAME.copy()
    frame["road"] = frame["road"].astype("boolean")
    frame.loc[frame["parcel_id"] == "p2", "road"] = pd.NA
    choice = choose(candidates(office[1], frame), PortfolioScenario("road", 2027, required_facts=("road",)))
    left = {row.parcel_id: (row.reason, row.detail_zh) for row in choice.left_out.itertuples()}
    assert left == {"p2": (str(WhyNot.NOT_READY), "尚缺：通路（不明）")}


def test_lines_are_what_was_chosen_in_its_quarter_and_everybody_else_is_told(office: tuple[Grounds, Draft]) -> None:
    grounds, unlimited = office
    wanted = PortfolioScenario(
        "late", 2027, quarters=(QuarterBand(4, min_ha=Decimal("0.2")), QuarterBand(1, max_ha=Decimal(0)))
    )
    choice = choose(candidates(unlimited), wanted)
    made = lines_of_choice(unlimited, choice, FRAME, grounds)
    assert made.lines["parcel_id"].tolist() == choice.chosen["parcel_id"].tolist() == ["p1", "p2", "p3"]
    assert made.lines["line_no"].tolist() == [1, 2, 3]
    assert made.lines["quarter"].tolist() == choice.chosen["quarter"].tolist()
    assert 1 not in set(made.lines["quarter"])
    assert set(made.left_out["parcel_id"]) == {"p4", "p5", "p6"}
    assert set(made.checks["line_no"]) == {1, 2, 3}
    assert made.left_out["detail_zh"].str.len().gt(0).all()


def test_without_quarters_the_stated_one_stays(office: tuple[Grounds, Draft]) -> None:
    grounds, unlimited = office
    choice = choose(candidates(unlimited), PortfolioScenario("all", 2027))
    made = lines_of_choice(unlimited, choice, FRAME, grounds)
    assert made.lines["quarter"].tolist() == [1, 2, 3, None, None]
    pd.testing.assert_frame_equal(made.lines, unlimited.lines)


def test_the_scenario_stands_on_the_plan_as_its_targets(office: tuple[Grounds, Draft]) -> None:
    grounds, unlimited = office
    town, use = unlimited.lines["town_code"].iloc[0], str(unlimited.lines["planned_use_code"].iloc[0])[:2]
    scenario = PortfolioScenario(
        "two", 2027, verdicts=(Outcome.CLEAR,), min_ha=Decimal("0.1"), max_ha=Decimal("0.5"),
        uses=(UseBand(use, max_ha=Decimal("0.45")),),
        towns=(TownBand(town, min_share=Decimal("0.5")), TownBand("310117999", max_ha=Decimal("1"))),
    )  # fmt: skip
    targets = targets_of_scenario(scenario)
    made = lines_of_choice(unlimited, choose(candidates(unlimited), scenario), FRAME, grounds)
    use_of = target_use(made.lines, targets)
    assert use_of["met"].all()
    assert sorted(zip(use_of["target"], use_of["side"], strict=True)) == [
        ("town", "most"), ("use", "most"), ("whole", "least"), ("whole", "most"),
    ]  # fmt: skip
