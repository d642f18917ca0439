"""Choosing a portfolio: the best there is, checked against every subset, and reasons that hold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.domain.portfolio import (
    Order,
    PortfolioScenario,
    Proof,
    QuarterBand,
    Substitutes,
    TownBand,
    UseBand,
    Weights,
    WhyNot,
)
from landgis.errors import Conflict, ContractBroken
from landgis.frames.portfolio import CANDIDATES, NOT_CHOSEN
from landgis.plan.choose import choose
from landgis.plan.choosing.compare import compare
from landgis.plan.choosing.result import Choice

TOWNS = ("310117001", "310117002")
USES = ("100101", "090101")
PLAIN = PortfolioScenario("plain", 2027)


def candidates(*rows: dict[str, object]) -> pd.DataFrame:
    """Candidates a, b, c … with what is said of each; the rest is usual."""
    usual = {
        "town_code": TOWNS[0], "planned_use_code": USES[0], "verdict": "clear", "area_ha": Decimal("1.0000"),
        "points": 50.0, "up_front_cost_yuan": 100, "earliest_quarter": 1,
    }  # fmt: skip
    facts = dict.fromkeys((name for row in rows for name in row if name in ("road", "power")), True)
    table = pd.DataFrame([{"parcel_id": chr(97 + number)} | usual | facts | row for number, row in enumerate(rows)])
    whole = dict.fromkeys(("up_front_cost_yuan", "earliest_quarter"), "Int64")
    return table.astype(whole | dict.fromkeys(facts, "boolean") | {"points": "float64"})


def ids(choice: Choice) -> list[str]:
    return choice.chosen["parcel_id"].tolist()


def told(choice: Choice) -> dict[str, dict[str, object]]:
    return {row["parcel_id"]: row for row in choice.left_out.to_dict("records")}


def ha(m2: int) -> Decimal:
    return Decimal(m2).scaleb(-4)


# A second way to the same answer: every assignment tried, every condition written out anew in plain words.


def worth(row: dict[str, object], asked: PortfolioScenario) -> Decimal:
    weights = asked.weights
    value = row["area_ha"] * (weights.per_ha + weights.per_point_ha * Decimal(repr(row["points"])))
    value += weights.per_10k_yuan * Decimal(row["up_front_cost_yuan"]) / 10_000
    return value.quantize(Decimal("0.0001"), "ROUND_HALF_UP")


def within(least: Decimal | int | None, amount: Decimal | int, most: Decimal | int | None) -> bool:
    return (least is None or amount >= least) and (most is None or amount <= most)


def keeps(rows: dict[str, dict[str, object]], quarters: dict[str, int], asked: PortfolioScenario) -> bool:
    def area(condition) -> Decimal:
        return sum((rows[each]["area_ha"] for each in quarters if condition(each)), Decimal(0))

    whole = area(lambda each: True)
    fits = within(asked.min_ha, whole, asked.max_ha)
    fits &= within(None, sum(rows[each]["up_front_cost_yuan"] for each in quarters), asked.max_cost_yuan)
    for use in asked.uses:
        fits &= within(use.min_ha, area(lambda e, u=use: rows[e]["planned_use_code"].startswith(u.use)), use.max_ha)
    for town in asked.towns:
        here = area(lambda e, t=town: rows[e]["town_code"] == t.town_code)
        count = sum(rows[each]["town_code"] == town.town_code for each in quarters)
        fits &= within(town.min_ha, here, town.max_ha) and within(town.min_parcels, count, town.max_parcels)
        fits &= town.min_share is None or here >= town.min_share * whole
    for band in asked.quarters:
        fits &= within(band.min_ha, area(lambda e, b=band: quarters[e] == b.quarter), band.max_ha)
    for order in asked.orders:
        if order.parcel_id in quarters:
            late = order.after in quarters and quarters[order.after] > quarters[order.parcel_id]
            fits &= order.after in quarters and not (order.not_before and late)
    return bool(fits) and all(len(set(group.parcel_ids) & set(quarters)) <= 1 for group in asked.substitutes)


def every_portfolio(table: pd.DataFrame, asked: PortfolioScenario):
    """Yield every portfolio that keeps the scenario, with its worth."""
    rows = {row["parcel_id"]: row for row in table.to_dict("records")}
    worths = {each: worth(row, asked) for each, row in rows.items()}
    options = [(0, *(range(row["earliest_quarter"], 5) if asked.scheduled else (1,))) for row in rows.values()]
    for pattern in product(*options):
        quarters = {each: quarter for each, quarter in zip(rows, pattern, strict=True) if quarter}
        if keeps(rows, quarters, asked):
            yield quarters, sum((worths[each] for each in quarters), Decimal(0))


m2 = st.integers(1, 12_000)
limit = st.one_of(st.none(), st.integers(2_000, 50_000).map(ha))
least_ha = st.one_of(st.none(), st.none(), st.integers(0, 12_000).map(ha))


@st.composite
def cases(draw, least: int = 3, most: int = 8, quarters: bool = False) -> tuple[pd.DataFrame, PortfolioScenario]:
    row = st.fixed_dictionaries(
        {
            "area_ha": m2.map(ha), "town_code": st.sampled_from(TOWNS), "planned_use_code": st.sampled_from(USES),
            "points": st.integers(0, 1_000).map(lambda tenths: tenths / 10),
            "up_front_cost_yuan": st.integers(0, 50_000), "earliest_quarter": st.integers(1, 4),
        }
    )  # fmt: skip
    table = candidates(*draw(st.lists(row, min_size=least, max_size=most)))
    one = st.sampled_from(table["parcel_id"].tolist())
    some = st.lists(one, unique=True, max_size=3).map(tuple)
    orders = st.lists(one, min_size=2, max_size=2, unique=True).map(lambda pair: Order(*pair, quarters))
    asked = PortfolioScenario(
        "drawn", 2027, min_ha=draw(least_ha), max_ha=draw(limit),
        max_cost_yuan=draw(st.one_of(st.none(), st.integers(0, 200_000))),
        uses=tuple(UseBand(use, draw(least_ha), draw(limit)) for use in USES if draw(st.booleans())),
        towns=draw(st.one_of(st.just(()), st.builds(
            TownBand, st.sampled_from(TOWNS), st.sampled_from([None, Decimal("0.25"), Decimal("0.5")]), st.none(), limit,
            st.none(), st.one_of(st.none(), st.integers(0, 3)),
        ).map(lambda band: (band,)))),
        orders=draw(st.lists(orders, max_size=2, unique=True).map(tuple)) if len(table) > 1 else (),
        substitutes=(Substitutes("one", draw(some)),) if draw(st.booleans()) else (),
        quarters=(QuarterBand(draw(st.integers(1, 4)), None, draw(limit)),) if quarters else (),
        weights=Weights(per_10k_yuan=draw(st.sampled_from([Decimal(0), Decimal("-0.05")]))),
    )  # fmt: skip
    return table, asked


@settings(max_examples=50, deadline=None)
@given(cases(most=7))
def test_the_choice_is_the_best_of_all_subsets_and_every_reason_holds(case) -> None:
    table, asked = case
    require_best(choose(table, asked), table, asked)


@settings(max_examples=25, deadline=None)
@given(cases(most=4, quarters=True))
def test_the_choice_is_the_best_of_all_schedules(case) -> None:
    table, asked = case
    require_best(choose(table, asked), table, asked)


@settings(max_examples=2, deadline=None)
@given(cases(least=14, most=14))
def test_fourteen_candidates(case) -> None:
    table, asked = case
    require_best(choose(table, asked), table, asked)


def require_best(choice: Choice, table: pd.DataFrame, asked: PortfolioScenario) -> None:
    everything = list(every_portfolio(table, asked))
    if not everything:
        assert choice.proof is Proof.INFEASIBLE
        require_conflict(choice, table, asked)
        return
    best = max(value for _, value in everything)
    assert (choice.proof, choice.objective, choice.bound, choice.gap_share) == (Proof.OPTIMAL, best, best, 0)
    assert sorted([*ids(choice), *choice.left_out["parcel_id"]]) == sorted(table["parcel_id"])
    assert (choice.use["slack"] >= 0).all()
    rows = {row["parcel_id"]: row for row in table.to_dict("records")}
    quarters = {row.parcel_id: 1 if pd.isna(row.quarter) else row.quarter for row in choice.chosen.itertuples()}
    assert keeps(rows, quarters, asked)
    for said in choice.left_out.to_dict("records"):
        require_true(said, quarters, rows, asked, everything, best)


def require_true(said, quarters, rows, asked, everything, best) -> None:
    """Hold what is said of one left-out parcel against all portfolios."""
    parcel_id, row = said["parcel_id"], rows[said["parcel_id"]]
    options = range(row["earliest_quarter"], 5) if asked.scheduled else (1,)
    added_fits = any(keeps(rows, quarters | {parcel_id: each}, asked) for each in options)
    with_it = [value for chosen, value in everything if parcel_id in chosen]
    match WhyNot(said["reason"]):
        case WhyNot.NO_GAIN:
            assert added_fits
            assert worth(row, asked) <= 0
        case WhyNot.DEPENDS_ON:
            assert said["other_parcel_id"] not in quarters
            assert any((each.parcel_id, each.after) == (parcel_id, said["other_parcel_id"]) for each in asked.orders)
        case WhyNot.SUBSTITUTE_CHOSEN:
            assert said["other_parcel_id"] in quarters
            assert any({parcel_id, said["other_parcel_id"]} <= set(each.parcel_ids) for each in asked.substitutes)
        case reason:
            assert not added_fits
            assert said["exceeded_by"] > 0
            require_exceeded(said, quarters, rows, asked, options)
            if reason is WhyNot.DOMINATED_BY:
                require_better(rows[said["other_parcel_id"]], row, asked)
                assert said["other_parcel_id"] in quarters
                assert with_it
    if WhyNot(said["reason"]) is not WhyNot.DEPENDS_ON or said["loss_by"]:
        assert said["loss_by"] == "resolved"
        assert said["loss_least"] == (best - max(with_it) if with_it else None)


def require_exceeded(said, quarters, rows, asked, options) -> None:
    """Raise the limit that is said to bind by what is said, and it binds no more; by 1 m² less, and it still does."""
    kind, *key, _ = said["constraint"].split(".")
    if kind not in ("total", "use") or asked.quarters or asked.orders:
        return
    for short, still in ((Decimal(0), False), (Decimal("0.0001"), True)):
        more = said["exceeded_by"] - short
        bands = tuple(replace(use, max_ha=use.max_ha + more) if [use.use] == key else use for use in asked.uses)
        alone = replace(PLAIN, uses=bands) if kind == "use" else replace(PLAIN, max_ha=asked.max_ha + more)
        alone = replace(alone, uses=tuple(use for use in alone.uses if [use.use] == key))
        assert keeps(rows, quarters | {said["parcel_id"]: options[0]}, alone) is not still


def require_better(peer, row, asked) -> None:
    assert worth(peer, asked) / peer["area_ha"] > worth(row, asked) / row["area_ha"]
    if asked.max_cost_yuan is not None:
        assert worth(peer, asked) * row["up_front_cost_yuan"] >= worth(row, asked) * peer["up_front_cost_yuan"]
    for band in (use for use in asked.uses if (use.min_ha, use.max_ha) != (None, None)):
        assert peer["planned_use_code"].startswith(band.use) == row["planned_use_code"].startswith(band.use)
    for town in (town for town in asked.towns if town != TownBand(town.town_code)):
        assert (peer["town_code"] == town.town_code) == (row["town_code"] == town.town_code)


def parts(asked: PortfolioScenario) -> dict[str, PortfolioScenario]:
    """Every constraint of a scenario on its own, under the name that a choice gives it."""
    bare = replace(
        asked, min_ha=None, max_ha=None, max_cost_yuan=None, uses=(), towns=(), orders=(), quarters=(), substitutes=()
    )
    found = {"total.min_ha": replace(bare, min_ha=asked.min_ha), "total.max_ha": replace(bare, max_ha=asked.max_ha)}
    found["cost.max_yuan"] = replace(bare, max_cost_yuan=asked.max_cost_yuan)
    for use in asked.uses:
        found[f"use.{use.use}.max_ha"] = replace(bare, uses=(UseBand(use.use, None, use.max_ha),))
        found[f"use.{use.use}.min_ha"] = replace(bare, uses=(UseBand(use.use, use.min_ha),))
    for town in asked.towns:
        for name in ("min_share", "min_ha", "max_ha", "min_parcels", "max_parcels"):
            band = TownBand(town.town_code, **{name: getattr(town, name)})
            found[f"town.{town.town_code}.{name}"] = replace(bare, towns=(band,))
    for order in asked.orders:
        found[f"order.{order.parcel_id}.{order.after}"] = replace(bare, orders=(order,))
    for band in asked.quarters:
        found[f"quarter.{band.quarter}.max_ha"] = replace(bare, quarters=(band,))
    return found | {f"substitutes.{one.name}": replace(bare, substitutes=(one,)) for one in asked.substitutes}


def require_conflict(choice: Choice, table: pd.DataFrame, asked: PortfolioScenario) -> None:
    """Nothing keeps all that is named, and something keeps all but any one of it."""
    rows = {row["parcel_id"]: row for row in table.to_dict("records")}
    named = [parts(asked)[name] for name in choice.conflict["constraint"]]
    options = [(0, *(range(row["earliest_quarter"], 5) if asked.scheduled else (1,))) for row in rows.values()]
    broken = set()
    for pattern in product(*options):
        quarters = {each: quarter for each, quarter in zip(rows, pattern, strict=True) if quarter}
        broken.add(frozenset(number for number, each in enumerate(named) if not keeps(rows, quarters, each)))
    assert frozenset() not in broken
    assert choice.conflict_irreducible
    assert {frozenset({number}) for number in range(len(named))} <= broken
    assert set(choice.left_out["reason"]) == {WhyNot.NO_PORTFOLIO}


@settings(max_examples=20, deadline=None)
@given(cases(most=8), st.integers(0, 20_000).map(ha))
def test_raising_a_quota_never_lowers_the_objective(case, more: Decimal) -> None:
    table, asked = case
    before = choose(table, asked)
    raised = replace(
        asked,
        max_ha=None if asked.max_ha is None else asked.max_ha + more,
        uses=tuple(replace(use, max_ha=None if use.max_ha is None else use.max_ha + more) for use in asked.uses),
    )
    after = choose(table, raised)
    assert before.objective is None or (after.objective is not None and after.objective >= before.objective)


@settings(max_examples=15, deadline=None)
@given(cases(most=10), st.randoms())
def test_the_same_candidates_in_whatever_order_give_the_same_answer(case, random) -> None:
    table, asked = case
    order = list(range(len(table)))
    random.shuffle(order)
    first, again = choose(table, asked), choose(table.iloc[order].reset_index(drop=True), asked)
    assert (first.objective, first.bound, first.said_zh) == (again.objective, again.bound, again.said_zh)
    for name in ("chosen", "left_out", "use", "conflict"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))


def test_a_quota_equal_to_the_sum_is_kept_to_the_last_square_metre() -> None:
    table = candidates({"area_ha": Decimal("1.2345")}, {"area_ha": Decimal("2.0001")}, {"area_ha": Decimal("0.7654")})
    full = choose(table, replace(PLAIN, max_ha=Decimal("4.0000"), min_ha=Decimal("4.0000")))
    assert ids(full) == ["a", "b", "c"]
    assert full.use["slack"].tolist() == [0, 0]
    short = choose(table, replace(PLAIN, max_ha=Decimal("3.9999")))
    assert ids(short) == ["a", "b"]
    assert told(short)["c"]["reason"] == WhyNot.DOMINATED_BY or told(short)["c"]["exceeded_by"] == Decimal("0.0001")


def test_alike_parcels_go_by_id() -> None:
    table = candidates(*({} for _ in range(9))).sample(frac=1, random_state=3)
    assert ids(choose(table, replace(PLAIN, max_ha=Decimal("3.5")))) == ["a", "b", "c"]


def test_unknown_cost_is_left_out_only_where_cost_counts() -> None:
    table = candidates({"up_front_cost_yuan": None}, {})
    assert ids(choose(table, PLAIN)) == ["a", "b"]
    budgeted = choose(table, replace(PLAIN, max_cost_yuan=1_000))
    assert ids(budgeted) == ["b"]
    assert told(budgeted)["a"]["reason"] == WhyNot.COST_UNKNOWN
    assert "前期成本不明" in told(budgeted)["a"]["detail_zh"]


@pytest.mark.parametrize(
    ("said", "asked", "reason", "words"),
    [
        ({"verdict": "unknown"}, PLAIN, WhyNot.VERDICT, "无法判定"),
        ({"road": False, "power": None}, replace(PLAIN, required_facts=("road", "power")), WhyNot.NOT_READY, "通路、通电（不明）"),
        ({"planned_use_code": None}, replace(PLAIN, uses=(UseBand("10", None, Decimal(9)),)), WhyNot.USE_UNKNOWN, "用途"),
        ({"town_code": None}, replace(PLAIN, towns=(TownBand(TOWNS[0], max_parcels=9),)), WhyNot.TOWN_UNKNOWN, "镇"),
        ({"earliest_quarter": None}, replace(PLAIN, quarters=(QuarterBand(1, None, Decimal(9)),)), WhyNot.QUARTER_UNKNOWN, "季度"),
    ],
)  # fmt: skip
def test_what_is_not_ready_or_not_known_is_not_chosen(said, asked, reason, words: str) -> None:
    choice = choose(candidates(said, {}), asked)
    assert ids(choice) == ["b"]
    assert told(choice)["a"]["reason"] == reason
    assert words in told(choice)["a"]["detail_zh"]
    assert told(choice)["a"]["detail_en"]


def test_what_rests_on_a_parcel_that_cannot_be_chosen_falls_with_it() -> None:
    table = candidates({"verdict": "excluded"}, {}, {}, {})
    asked = replace(PLAIN, orders=(Order("c", "b"), Order("b", "a"), Order("d", "z")))
    choice = choose(table, asked)
    assert {key: row["reason"] for key, row in told(choice).items()} == {
        "a": WhyNot.VERDICT, "b": WhyNot.DEPENDS_ON, "c": WhyNot.DEPENDS_ON, "d": WhyNot.DEPENDS_ON,
    }  # fmt: skip
    assert choice.unmatched == ("z",)
    assert choice.proof is Proof.OPTIMAL


def test_a_parcel_is_put_in_the_first_quarter_that_keeps_the_bands() -> None:
    bands = (QuarterBand(1, None, Decimal(1)), QuarterBand(2, Decimal(1)))
    choice = choose(candidates({}, {}, {"earliest_quarter": 3}), replace(PLAIN, quarters=bands))
    assert dict(zip(ids(choice), choice.chosen["quarter"], strict=True)) in (
        {"a": 1, "b": 2, "c": 3},
        {"a": 2, "b": 1, "c": 3},
    )


def test_constraints_that_cannot_hold_together_are_named_and_no_others() -> None:
    asked = replace(
        PLAIN, min_ha=Decimal(1), max_ha=Decimal(9), uses=(UseBand("09", Decimal("1.5")), UseBand("10", None, Decimal(2))),
        towns=(TownBand(TOWNS[1], Decimal("0.5")), TownBand(TOWNS[0], max_parcels=3)),
    )  # fmt: skip
    table = candidates({"planned_use_code": USES[1], "area_ha": Decimal("2")}, {}, {"town_code": TOWNS[1]})
    choice = choose(table, asked)
    assert choice.proof is Proof.INFEASIBLE
    assert choice.conflict["constraint"].tolist() == ["use.09.min_ha", f"town.{TOWNS[1]}.min_share"]
    assert "不能同时满足" in choice.said_zh
    assert "Let go of any one" in choice.said_en
    assert (choice.objective, len(choice.chosen), len(choice.left_out)) == (None, 0, 3)


def test_no_candidates_at_all() -> None:
    nothing = CANDIDATES.empty().astype({"up_front_cost_yuan": "Int64", "earliest_quarter": "Int64"})
    assert choose(nothing, PLAIN).proof is Proof.OPTIMAL
    wanting = choose(nothing, replace(PLAIN, min_ha=Decimal(1)))
    assert wanting.conflict["constraint"].tolist() == ["total.min_ha"]


def test_little_effort_gives_a_portfolio_a_bound_and_true_losses() -> None:
    rows = [
        {"area_ha": ha(9_000 + 977 * number % 8_101), "points": float(number * 37 % 91), "town_code": TOWNS[number % 2],
         "up_front_cost_yuan": 50_000 + number * 7_919 % 90_001, "planned_use_code": USES[number % 3 % 2]}
        for number in range(60)
    ]  # fmt: skip
    table = candidates(*rows).assign(parcel_id=[f"p{number:03d}" for number in range(60)])
    asked = replace(
        PLAIN, max_ha=Decimal("12.0001"), max_cost_yuan=900_003, towns=(TownBand(TOWNS[0], Decimal("0.4999")),),
        uses=(UseBand("10", None, Decimal("5.5003")),),
    )  # fmt: skip
    little, more = choose(table, asked, node_columns=1), choose(table, asked)
    assert little.objective <= more.objective <= more.bound <= little.bound
    bounded = little.left_out[little.left_out["loss_by"] == "bound"]
    assert len(bounded) > 10
    for row in bounded.head(4).itertuples():
        forced = replace(asked, substitutes=(), towns=asked.towns)
        # Forced in by making it alone in a use that must be supplied.
        alone = table.assign(
            planned_use_code=table["planned_use_code"].where(table["parcel_id"] != row.parcel_id, "160000")
        )
        own = table.set_index("parcel_id").loc[row.parcel_id]
        if own["planned_use_code"].startswith("10"):
            continue
        found = choose(alone, replace(forced, uses=(*asked.uses, UseBand("16", own["area_ha"]))))
        assert found.objective is None or found.objective <= little.objective - row.loss_least


def test_readiness_counts_by_the_share_of_facts_known_to_be_true() -> None:
    asked = replace(
        PLAIN, counted_facts=("road", "power"),
        weights=Weights(per_ha=Decimal(0), per_point_ha=Decimal(0), per_ready_ha=Decimal(3)),
    )  # fmt: skip
    choice = choose(candidates({"area_ha": Decimal("2"), "power": None}, {}, {"road": False, "power": False}), asked)
    assert dict(zip(ids(choice), choice.chosen["worth"], strict=True)) == {"a": Decimal("3"), "b": Decimal("3")}
    assert told(choice)["c"]["reason"] == WhyNot.NO_GAIN


def test_areas_must_be_whole_square_metres() -> None:
    with pytest.raises(ContractBroken, match="no whole number"):
        choose(candidates({"area_ha": Decimal("1.00001")}), PLAIN)
    with pytest.raises(ContractBroken, match="area_ha of candidate a"):
        choose(candidates({"area_ha": Decimal(0)}), PLAIN)
    with pytest.raises(ContractBroken, match="road"):
        choose(candidates({}), replace(PLAIN, required_facts=("road",)))


def test_scenarios_side_by_side_add_up() -> None:
    table = candidates(
        {"points": 90.0}, {"planned_use_code": USES[1]}, {"area_ha": Decimal("2.5"), "up_front_cost_yuan": None}
    )
    small, large = replace(PLAIN, name="small", max_ha=Decimal(2)), replace(PLAIN, name="large")
    beside = compare([choose(table, small), choose(table, large)])
    whole = beside.totals[beside.totals["by"] == "whole"].set_index("scenario")
    assert whole["area_ha"].to_dict() == {"small": Decimal("2.0000"), "large": Decimal("4.5000")}
    assert whole["costs_unknown"].to_dict() == {"small": 0, "large": 1}
    for by in ("town", "use"):
        parted = beside.totals[beside.totals["by"] == by].groupby("scenario")["area_ha"].sum()
        assert parted.to_dict() == whole["area_ha"].to_dict()
    times = beside.parcels.drop_duplicates("parcel_id").set_index("parcel_id")["chosen_in_scenarios"]
    assert times.to_dict() == {"a": 2, "b": 2, "c": 1}
    with pytest.raises(Conflict, match="different names"):
        compare([choose(table, small), choose(table, small)])
    with pytest.raises(Conflict, match="other candidates"):
        compare([choose(table, small), choose(table.head(2), large)])


def test_every_reason_has_a_chinese_name() -> None:
    assert all(reason.zh for reason in WhyNot)
    assert NOT_CHOSEN.key == ("parcel_id",)
