"""Pairing: a parcel fits when every part does, unknown never does, and the order is the same whoever lists the parcels."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from landgis.domain.intents import Intent, Wanted
from landgis.domain.outcome import Outcome
from landgis.domain.pooling import Standing, Tier
from landgis.pool.candidates import Candidate
from landgis.pool.fall_out import fall_out
from landgis.pool.pairing import OPEN_TO_INTENTS, Answer, fit, pair
from landgis.pool.substitutes import Line, substitutes

TODAY = date(2026, 6, 30)
TOWNS, USES = ("310117109", "310117111", ""), ("0901", "0902", "1001", "")
areas = st.decimals("0.0001", "4", places=4)
days = st.none() | st.dates(TODAY - timedelta(400), TODAY + timedelta(400))
answers = st.sampled_from([True, False, None])


@st.composite
def candidates(draw: st.DrawFn, most: int = 9) -> list[Candidate]:
    count = draw(st.integers(0, most))
    return [
        Candidate(
            f"M{number}", f"P{number:02d}", draw(st.sampled_from(Tier)), draw(st.sampled_from(Standing)),
            draw(st.sampled_from(TOWNS)), "某镇", draw(st.sampled_from(USES)), draw(areas),
            draw(st.none() | st.sampled_from(Outcome)), {"power": draw(answers), "road": draw(answers)}, draw(days),
        )
        for number in range(count)
    ]  # fmt: skip


@st.composite
def intents(draw: st.DrawFn) -> Intent:
    low, high = sorted(draw(st.tuples(st.floats(1, 40_000), st.floats(1, 40_000))))
    wanted = Wanted(
        "songjiang", "某公司", tuple(draw(st.lists(st.sampled_from(["09", "0901", "10"]), min_size=1, unique=True))),
        draw(st.sampled_from([None, low])), draw(st.sampled_from([None, high])),
        tuple(draw(st.lists(st.sampled_from(TOWNS[:2]), unique=True))), draw(days),
        tuple(draw(st.lists(st.sampled_from(["power", "road"]), unique=True))),
    )  # fmt: skip
    return Intent("I1", wanted, "guihua", datetime(2026, 1, 1, tzinfo=UTC))


def known_to_fit(wanted: Wanted, one: Candidate) -> bool:
    """What is asked for, said once more in plain words."""
    area_m2 = float(one.area_ha) * 10_000
    return (
        any(one.use_code.startswith(use) for use in wanted.uses)
        and (not wanted.towns or one.town_code in wanted.towns)
        and (wanted.min_area_m2 is None or Decimal(wanted.min_area_m2) <= one.area_ha * 10_000)
        and (wanted.max_area_m2 is None or Decimal(wanted.max_area_m2) >= one.area_ha * 10_000)
        and area_m2 > 0
        and one.verdict in (Outcome.CLEAR, Outcome.FLAGGED)
        and (
            wanted.wanted_by is None or (one.available_on is not None and TODAY <= wanted.wanted_by >= one.available_on)
        )
        and all(one.facts.get(name) is True for name in wanted.required_facts)
    )


@given(intents(), candidates(), st.randoms(use_true_random=False))
def test_a_fit_is_what_every_part_says_and_the_order_does_not_depend_on_the_list(
    intent: Intent, free: list[Candidate], chance: random.Random
) -> None:
    found = pair([intent], free, TODAY)["I1"]
    sure = {one.candidate.parcel_id for one in found if one.answer is Answer.YES}
    wanted = {one.parcel_id for one in free if one.standing in OPEN_TO_INTENTS and known_to_fit(intent.wanted, one)}
    assert sure == wanted
    assert all(one.answer is not Answer.NO for one in found)
    assert all(one.open_parts for one in found if one.answer is Answer.UNKNOWN)
    assert [one.answer for one in found] == sorted(
        (one.answer for one in found), key=[Answer.YES, Answer.UNKNOWN].index
    )
    mixed = list(free)
    chance.shuffle(mixed)
    assert pair([intent], mixed, TODAY)["I1"] == found


@given(intents(), candidates())
def test_what_is_passed_over_fails_in_a_part_that_is_told(intent: Intent, free: list[Candidate]) -> None:
    shown = {one.candidate.parcel_id for one in pair([intent], free, TODAY)["I1"]}
    for one in free:
        if one.standing in OPEN_TO_INTENTS and one.parcel_id not in shown:
            assert any(part.answer is Answer.NO and part.zh and part.en for part in fit(intent, one, TODAY).parts)


@given(candidates(12), st.lists(st.tuples(st.sampled_from(TOWNS), st.sampled_from(USES), areas), max_size=4))
def test_a_substitute_never_fits_worse_than_stated(free: list[Candidate], told: list[tuple[str, str, Decimal]]) -> None:
    lines = [Line(f"L{number}", town, "某镇", use, area) for number, (town, use, area) in enumerate(told)]
    found = substitutes(lines, free)
    for line in lines:
        ranked = found[line.parcel_id]
        wanted = {
            one.parcel_id for one in free
            if one.standing is Standing.POOLED and one.verdict in (Outcome.CLEAR, Outcome.FLAGGED)
            and line.town_code and line.use_code and one.town_code == line.town_code
            and one.use_code[:2] == line.use_code[:2] and line.area_ha / 2 <= one.area_ha <= line.area_ha * 2
        }  # fmt: skip
        assert {one.candidate.parcel_id for one in ranked} == wanted
        assert [one.rank for one in ranked] == list(range(1, len(ranked) + 1))
        assert all(one.same_use == (one.candidate.use_code == line.use_code) for one in ranked)
        assert all(Decimal("0.49") <= one.ratio <= Decimal("2.01") for one in ranked)
        same = [one.same_use for one in ranked]
        assert same == sorted(same, reverse=True)
    assert substitutes(lines, free[::-1]) == found


@given(candidates(6), st.lists(st.tuples(st.sampled_from(TOWNS[:1]), areas), min_size=1, max_size=4), st.data())
def test_no_arrangement_regains_more_and_nobody_stands_in_twice(
    free: list[Candidate], told: list[tuple[str, Decimal]], data: st.DataObject
) -> None:
    alike = [
        Candidate(
            one.member_id, one.parcel_id, one.tier, Standing.POOLED, TOWNS[0], "某镇", "0901", one.area_ha, Outcome.CLEAR,
            {}, None,
        )
        for one in free
    ]  # fmt: skip
    lines = [Line(f"L{number}", town, "某镇", "0901", area) for number, (town, area) in enumerate(told)]
    fallen = data.draw(st.sets(st.sampled_from([line.parcel_id for line in lines])))
    ranked = substitutes(lines, alike)
    aim = data.draw(st.none() | st.decimals("0.1", "100", places=2))
    found = fall_out(lines, fallen, ranked, aim)
    used = [one.candidate.parcel_id for one in found.replaced]
    assert len(used) == len(set(used))
    assert {one.line.parcel_id for one in found.replaced} | {line.parcel_id for line in found.unreplaced} == fallen
    assert all(one in ranked[one.line.parcel_id] for one in found.replaced)
    assert found.regained_mu == 15 * best(sorted(fallen), ranked, alike)
    assert found.planned_mu == sum((line.area_ha for line in lines), Decimal(0)) * 15
    assert found.reached_mu == found.planned_mu - found.lost_mu + found.regained_mu
    assert (found.short_mu > 0) == (aim is not None and found.reached_mu < aim)
    if found.short_mu:
        assert aim is not None
        assert found.reached_mu + found.short_mu == aim


def best(fallen: list[str], ranked: dict, free: list[Candidate]) -> Decimal:
    """Try every arrangement."""
    places = [*free, *(None for _ in fallen)]
    most = Decimal(0)
    for order in set(permutations(range(len(places)), len(fallen))):
        chosen = [places[number] for number in order]
        pairs = [(line, one) for line, one in zip(fallen, chosen, strict=True) if one is not None]
        if all(one in [each.candidate for each in ranked[line]] for line, one in pairs):
            most = max(most, sum((one.area_ha for _, one in pairs), Decimal(0)))
    return most


def parcel(parcel_id: str, area_ha: str, **changes: object) -> Candidate:
    given = {
        "member_id": f"M{parcel_id}", "parcel_id": parcel_id, "tier": Tier.PROJECT, "standing": Standing.POOLED,
        "town_code": TOWNS[0], "town_name": "叶榭镇", "use_code": "0901", "area_ha": Decimal(area_ha),
        "verdict": Outcome.CLEAR, "facts": {"power": True}, "available_on": None,
    }  # fmt: skip
    return Candidate(**{**given, **changes})  # type: ignore[arg-type]  # a test's own changes


def test_the_reserve_goes_before_the_project_pool_and_the_reasons_are_told() -> None:
    line = Line("A", TOWNS[0], "叶榭镇", "0901", Decimal("1.0000"))
    free = [
        parcel("B", "1.0000"),
        parcel("C", "1.5000", tier=Tier.INTENT),
        parcel("D", "1.0000", use_code="0902"),
        parcel("E", "1.1000", verdict=Outcome.FLAGGED),
        parcel("F", "2.0001"),
        parcel("G", "1.0000", standing=Standing.LEAD),
        parcel("H", "1.0000", verdict=None),
    ]
    ranked = substitutes([line], free)["A"]
    assert [one.candidate.parcel_id for one in ranked] == ["C", "B", "E", "D"]
    assert ranked[0].reasons == (
        "同镇，同为 0901，面积为其 1.50 倍，意向储备库，符合",
        "same town, same use 0901, 1.50 times its area, reserve of substitutes, clear",
    )
    assert ranked[3].reasons[0] == "同镇，同类用途（0902），面积为其 1.00 倍，项目库，符合"


def test_where_two_lines_want_the_same_substitute_the_earlier_one_moves_on() -> None:
    lines = [Line("A", TOWNS[0], "", "0901", Decimal("1.0000")), Line("B", TOWNS[0], "", "0901", Decimal("3.0000"))]
    free = [parcel("C", "2.0000"), parcel("D", "0.6000")]
    found = fall_out(lines, {"A", "B"}, substitutes(lines, free), Decimal("50"))
    assert [(one.line.parcel_id, one.candidate.parcel_id) for one in found.replaced] == [("A", "D"), ("B", "C")]
    assert (found.planned_mu, found.reached_mu, found.short_mu) == (Decimal(60), Decimal(39), Decimal(11))
