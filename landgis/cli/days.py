"""Days and moments on the command line: which day counts, and whose knowledge."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer

from landgis.cli.misuse import WrongValue
from landgis.domain.district import BEIJING


def parse_day(text: str) -> date:
    """Read a day written as ``2026-06-30``.

    Raises
    ------
    UsageError
        Saying which form is wanted.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise WrongValue(
            f"日期“{text}”无法识别",
            f"“{text}” is no date",
            where=text,
            next_zh="请写成 年-月-日 的四位、两位、两位数字，如 2026-06-30",
            next_en="Write year-month-day, e.g. 2026-06-30",
        ) from None


def parse_moment(text: str) -> datetime:
    """Read a moment written as ``2026-06-30T12:30`` (Beijing time); a day alone means its end.

    Raises
    ------
    UsageError
        Saying which form is wanted.
    """
    plain = text.strip()
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        raise WrongValue(
            f"时刻“{text}”无法识别",
            f"“{text}” is no moment",
            where=text,
            next_zh="请写成 2026-06-30（当日终了）或 2026-06-30T12:30（北京时间）",
            next_en="Write 2026-06-30 (the end of that day) or 2026-06-30T12:30 (Beijing time)",
        ) from None
    if len(plain) <= len("2026-06-30"):
        moment = datetime.combine(moment.date() + timedelta(days=1), time())
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def day(as_of: date | None) -> date:
    """Return the day that counts; the edge is the only place that asks the clock."""
    return as_of or datetime.now(BEIJING).date()


Day = Annotated[date | None, typer.Option(parser=parse_day, metavar="年-月-日")]
AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=parse_day, metavar="年-月-日", help="截至日期，默认今天。 The day that counts."),
]
KnownAt = Annotated[
    datetime | None,
    typer.Option(
        "--known-at",
        parser=parse_moment,
        metavar="年-月-日[T时:分]",
        help="按当时所知，北京时间；只写日期为当日终了；不写为最新所知。 As known then; without it as known now.",
    ),
]
