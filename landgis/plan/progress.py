"""Plan against actual: what was done, when the rest is to be expected, and which lines will miss the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from landgis.domain.planning import Light, Milestone
from landgis.domain.pooling import Standing
from landgis.frames.planned import LINES, MILESTONES, PROGRESS, framed
from landgis.frames.spec import rows_of
from landgis.plan.durations import Durations

ORDER = tuple(Milestone)


@dataclass(frozen=True)
class Course:
    """How a parcel goes on.

    Attributes
    ----------
    dates
        Milestone → day: done, or forecast; one that was passed without a day has that of the next one done.
    done
        The furthest milestone done; None: none yet.
    next
        The one after it; None: all is done.
    overdue
        Whether that was expected before now.
    """

    dates: Mapping[Milestone, date]
    done: Milestone | None
    next: Milestone | None
    overdue: bool


def course_of(stated: Mapping[Milestone, tuple[str, date]], durations: Durations, start: date, as_of: date) -> Course:
    """Forecast the milestones of a parcel.

    Parameters
    ----------
    stated
        Milestone → ``done`` or ``expected``, and the day; what was done after ``as_of`` is not known yet.
    durations
        Standard durations.
    start
        The day from which the first milestone is counted: publication of the plan.
    as_of
        The day that counts: what is not done by then is not done before it.

    Returns
    -------
    Course
        Days of what is not done never fall before ``as_of``, nor before those of the milestones ahead of them.
    """
    done = [each for each in ORDER if each in stated and stated[each][0] == "done" and stated[each][1] <= as_of]
    last = done[-1] if done else None
    dates = _passed(stated, done)
    reached = dates[last] if last else start
    rest = ORDER[ORDER.index(last) + 1 :] if last else ORDER
    for milestone in rest:
        usual = reached + timedelta(days=durations.days[milestone])
        expected = stated.get(milestone)
        asked = expected[1] if expected and expected[0] == "expected" else usual
        reached = max(asked, reached, as_of)
        dates[milestone] = reached
    following = rest[0] if rest else None
    said = stated.get(following) if following else None
    overdue = bool(said and said[0] == "expected" and said[1] < as_of)
    return Course(dates, last, following, overdue)


def _passed(stated: Mapping[Milestone, tuple[str, date]], done: Sequence[Milestone]) -> dict[Milestone, date]:
    """Date what is behind: what was done by its own day, what was passed by the next one that was done."""
    dates: dict[Milestone, date] = {}
    for each in reversed(ORDER[: ORDER.index(done[-1]) + 1] if done else ()):
        after = ORDER[ORDER.index(each) + 1] if each is not done[-1] else each
        dates[each] = stated[each][1] if each in done else dates[after]
    return dates


def progress_of(
    lines: pd.DataFrame, milestones: pd.DataFrame, standings: Mapping[str, Standing], durations: Durations, year: int,
    start: date, as_of: date,
) -> pd.DataFrame:  # fmt: skip
    """Hold every line against what was done.

    Parameters
    ----------
    lines
        ``frames.planned.LINES`` of the published plan.
    milestones
        ``frames.planned.MILESTONES``.
    standings
        Parcel → how it stands in the pool.
    durations
        Standard durations.
    year
        Of the plan.
    start, as_of
        Publication of the plan; the day that counts.

    Returns
    -------
    pandas.DataFrame
        ``frames.planned.PROGRESS``. Red: supply is forecast after the year. Amber: after its quarter or near its end, a
        stated day has passed, or the quarter is not stated. A quarter that nobody stated is never green.
    """
    LINES.require(lines)
    MILESTONES.require(milestones)
    said: dict[str, dict[Milestone, tuple[str, date]]] = {}
    for row in rows_of(milestones):
        said.setdefault(str(row["parcel_id"]), {})[Milestone(row["milestone"])] = (row["state"], row["on_date"])
    rows = []
    for line in rows_of(lines):
        parcel_id = str(line["parcel_id"])
        course = course_of(said.get(parcel_id, {}), durations, start, as_of)
        rows.append(_row(line, course, standings.get(parcel_id), durations, year))
    return framed(rows, PROGRESS)


def _row(
    line: Mapping[str, Any], course: Course, standing: Standing | None, durations: Durations, year: int
) -> dict[str, Any]:
    supplied_on = course.dates[durations.supplied_by]
    reached = course.done is not None and ORDER.index(course.done) >= ORDER.index(durations.supplied_by)
    supplied = reached or standing is Standing.SUPPLIED
    misses = supplied_on.year > year if reached or not supplied else False
    light, zh, en = _judged(line["quarter"], course, supplied_on, durations, year, supplied=supplied, misses=misses)
    return {
        "line_no": line["line_no"],
        "parcel_id": line["parcel_id"],
        "area_ha": line["area_ha"],
        "quarter": line["quarter"],
        "done": str(course.done or ""),
        "done_on": course.dates[course.done] if course.done else None,
        "next": str(course.next or ""),
        "next_by": course.dates[course.next] if course.next else None,
        "supply_on": supplied_on if reached or not supplied else None,
        "supplied": supplied,
        "misses_year": misses,
        "light": str(light),
        "reason_zh": zh,
        "reason_en": en,
    }


def _judged(
    quarter: int | None,
    course: Course,
    supplied_on: date,
    durations: Durations,
    year: int,
    *,
    supplied: bool,
    misses: bool,
) -> tuple[Light, str, str]:
    if misses:
        return Light.RED, f"供地日 {supplied_on}，晚于 {year} 年", f"supply on {supplied_on}, after {year}"
    if supplied:
        return Light.GREEN, "已供地", "supplied"
    if course.overdue and course.next is not None:
        return (
            Light.AMBER,
            f"“{course.next.zh}”原定日期已过，预计供地 {supplied_on}",
            f"the day stated for “{course.next.en}” has passed; supply is forecast for {supplied_on}",
        )
    if quarter is None:
        return (
            Light.AMBER,
            f"未定供应季度，预计供地 {supplied_on}",
            f"no quarter is stated; supply is forecast for {supplied_on}",
        )
    end = quarter_end(year, quarter)
    if supplied_on > end:
        return (
            Light.AMBER,
            f"预计供地 {supplied_on}，晚于计划的第 {quarter} 季度，仍在年内",
            f"supply is forecast for {supplied_on}, after quarter {quarter}, within the year",
        )
    if (end - supplied_on).days < durations.warn_days:
        return (
            Light.AMBER,
            f"预计供地 {supplied_on}，距第 {quarter} 季度末不足 {durations.warn_days} 天",
            f"supply is forecast for {supplied_on}, less than {durations.warn_days} days before the end of quarter {quarter}",
        )
    return Light.GREEN, f"预计供地 {supplied_on}", f"supply is forecast for {supplied_on}"


def quarter_end(year: int, quarter: int) -> date:
    """Return the last day of a quarter."""
    return (date(year + 1, 1, 1) if quarter == 4 else date(year, 3 * quarter + 1, 1)) - timedelta(days=1)
