"""Plan against actual: forecasts go forward, nothing unknown is green, what misses the year is red."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis.domain.planning import Milestone
from landgis.domain.pooling import Standing
from landgis.errors import ConfigError, FileMissing
from landgis.exchange.plan_durations import read_durations
from landgis.frames.planned import MILESTONES, framed
from landgis.plan.progress import ORDER, course_of, progress_of, quarter_end
from landgis.plan.quarterly import quarterly
from tests.support import planned

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "criteria" / "plan-durations.yaml"
DURATIONS = read_durations(EXAMPLE)
START = date(2027, 1, 10)
_DAY = st.dates(date(2026, 6, 1), date(2028, 6, 1))


def stated(*rows: tuple[str, Milestone, str, date]) -> pd.DataFrame:
    return framed([dict(zip(MILESTONES.names, (*row, ""), strict=True)) for row in rows], MILESTONES)


def progress(
    lines: pd.DataFrame, *rows: tuple[str, Milestone, str, date], as_of: date, **standings: Standing
) -> pd.DataFrame:
    return progress_of(lines, stated(*rows), standings, DURATIONS, 2027, START, as_of)


@given(
    st.dictionaries(st.sampled_from(Milestone), st.tuples(st.sampled_from(["done", "expected"]), _DAY), max_size=10),
    _DAY,
)
def test_forecasts_go_forward_and_never_lie_behind_the_day_that_counts(
    said: dict[Milestone, tuple[str, date]], as_of: date
) -> None:
    course = course_of(said, DURATIONS, START, as_of)
    assert list(course.dates) == sorted(course.dates, key=list(course.dates).index)
    assert set(course.dates) == set(Milestone)
    done = [each for each, (state, on) in said.items() if state == "done" and on <= as_of]
    last = max((ORDER.index(each) for each in done), default=-1)
    ahead = [course.dates[each] for each in ORDER[last + 1 :]]
    assert ahead == sorted(ahead)
    assert all(day >= as_of for day in ahead)
    assert all(course.dates[each] == said[each][1] for each in done)
    assert course.done == (ORDER[last] if done else None)
    assert course.next == (ORDER[last + 1] if last + 1 < len(ORDER) else None)


def test_standard_durations_carry_a_forecast_and_a_stated_day_overrides_them() -> None:
    usual = course_of({}, DURATIONS, START, START)
    days = sum(DURATIONS.days[each] for each in ORDER[: ORDER.index(Milestone.CONTRACTED) + 1])
    assert usual.dates[Milestone.CONTRACTED] == START + timedelta(days=days)
    later = course_of({Milestone.RESOLVED: ("expected", date(2027, 9, 1))}, DURATIONS, START, START)
    assert later.dates[Milestone.RESOLVED] == date(2027, 9, 1)
    assert later.dates[Milestone.APPRAISED] == date(2027, 9, 21)
    assert not later.overdue
    assert course_of({Milestone.SURVEYED: ("expected", date(2027, 2, 1))}, DURATIONS, START, date(2027, 2, 2)).overdue


def test_a_milestone_that_was_passed_is_dated_by_the_next_one_done() -> None:
    said = {Milestone.CONSULTED: ("done", date(2027, 4, 1)), Milestone.SURVEYED: ("done", date(2027, 2, 1))}
    course = course_of(said, DURATIONS, START, date(2027, 5, 1))
    assert course.dates[Milestone.LAND_OPINION] == date(2027, 4, 1)
    assert course.done is Milestone.CONSULTED


def test_red_amber_and_green_have_their_reasons() -> None:
    lines = planned.lines(
        {"quarter": 4}, {"quarter": 2}, {"quarter": None}, {"quarter": 4}, {"quarter": 1}, {"quarter": 4}
    )
    contracted = Milestone.CONTRACTED
    table = progress(
        lines, ("p4", contracted, "expected", date(2028, 1, 5)), ("p5", contracted, "done", date(2027, 3, 20)),
        ("p6", Milestone.SURVEYED, "expected", date(2027, 1, 5)), as_of=date(2027, 4, 1),
    )  # fmt: skip
    assert table["light"].tolist() == ["green", "amber", "amber", "red", "green", "amber"]
    assert table["misses_year"].tolist() == [False, False, False, True, False, False]
    assert table["supplied"].tolist() == [False, False, False, False, True, False]
    assert "晚于计划的第 2 季度" in table["reason_zh"].iloc[1]
    assert "未定供应季度" in table["reason_zh"].iloc[2]
    assert table["reason_en"].iloc[3] == "supply on 2028-01-05, after 2027"
    assert "“勘测定界”原定日期已过" in table["reason_zh"].iloc[5]
    late = progress(planned.lines({"quarter": 4}), as_of=date(2027, 11, 1))
    assert late["light"].tolist() == ["red"]
    near = progress(
        planned.lines({"quarter": 4}), ("p1", contracted, "expected", date(2027, 12, 10)), as_of=date(2027, 4, 1)
    )
    assert (near["light"].iloc[0], "不足 30 天" in near["reason_zh"].iloc[0]) == ("amber", True)


def test_supplied_in_the_pool_is_supplied_though_nobody_noted_when() -> None:
    table = progress(planned.lines({"quarter": 1}), as_of=date(2028, 3, 1), p1=Standing.SUPPLIED)
    assert (table["light"].iloc[0], table["supplied"].iloc[0], table["supply_on"].iloc[0]) == ("green", True, None)
    bought_late = progress(
        planned.lines({"quarter": 1}), ("p1", Milestone.REGISTERED, "done", date(2028, 2, 1)), as_of=date(2028, 3, 1)
    )
    assert (bought_late["light"].iloc[0], bought_late["misses_year"].iloc[0]) == ("red", True)


@given(
    st.lists(st.tuples(st.sampled_from([None, 1, 2, 3, 4]), st.decimals("0.0001", "90", places=4)), max_size=9), _DAY
)
def test_the_quarterly_figures_are_sums_of_the_lines(rows: list[tuple[int | None, Decimal]], as_of: date) -> None:
    lines = planned.lines(*({"quarter": quarter, "area_ha": area} for quarter, area in rows))
    table = progress(lines, ("p1", Milestone.CONTRACTED, "done", date(2027, 1, 20)), as_of=as_of)
    *parts, whole = quarterly(table)
    for name in (
        "lines",
        "planned_ha",
        "supplied",
        "supplied_ha",
        "green",
        "amber",
        "red",
        "misses_year",
        "misses_year_ha",
    ):
        assert sum(part[name] for part in parts) == whole[name], name
    assert whole["planned_ha"] == sum((area for _, area in rows), Decimal(0))
    assert whole["green"] + whole["amber"] + whole["red"] == len(rows)


def test_quarters_end_where_they_end() -> None:
    ends = [quarter_end(2027, quarter) for quarter in (1, 2, 3, 4)]
    assert ends == [date(2027, 3, 31), date(2027, 6, 30), date(2027, 9, 30), date(2027, 12, 31)]


def test_the_example_of_durations_is_made_up_and_says_so(tmp_path: Path) -> None:
    assert DURATIONS.caution is not None
    signed = EXAMPLE.read_text(encoding="utf-8").replace("signed: null", "signed: {by: 张三, dated: 2027-01-04}")
    (tmp_path / "a.yaml").write_text(signed, encoding="utf-8")
    assert read_durations(tmp_path / "a.yaml").caution is None
    for old, new in (("  surveyed: 30", "  surveyed: -1"), ("  surveyed: 30", "  x: 30"), ("signed: null", "")):
        (tmp_path / "b.yaml").write_text(EXAMPLE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        with pytest.raises(ConfigError):
            read_durations(tmp_path / "b.yaml")
    with pytest.raises(FileMissing):
        read_durations(tmp_path / "c.yaml")
