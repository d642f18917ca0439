"""What a request asks of the table: the one filter, its order and its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Query

from landgis.domain.district import BEIJING
from landgis.domain.outcome import VERDICTS, Outcome
from landgis.errors import UsageError
from landgis.services.desk.desk_table import SORTS, Filter

PAGE_SIZE = 50
_MOST_ROWS = 500


@dataclass(frozen=True)
class TableQuery:
    """Filter, order and page as they came; see `Filter`.

    Attributes
    ----------
    run
        Run id.
    around
        Parcel whose page is wanted.
    """

    run: str
    verdict: str = ""
    town: str = ""
    q: Annotated[str, Query(max_length=100)] = ""
    page: Annotated[int, Query(ge=1)] = 1
    size: Annotated[int, Query(ge=1, le=_MOST_ROWS)] = PAGE_SIZE
    sort: str = SORTS[0]
    order: Literal["asc", "desc"] = "asc"
    around: str = ""

    def filter(self) -> Filter:
        """Return the filter.

        Raises
        ------
        UsageError
            If the verdict or the order does not exist.
        """
        if self.sort not in SORTS:
            raise _no_such("排序", self.sort, SORTS)
        if self.verdict and self.verdict not in list(VERDICTS):
            raise _no_such("结论", self.verdict, tuple(map(str, VERDICTS)))
        return Filter(Outcome(self.verdict) if self.verdict else None, self.town, self.q)


def today() -> date:
    """Return the day in Shanghai; the edge is the only place that asks the clock."""
    return datetime.now(BEIJING).date()


def _no_such(what: str, value: str, known: tuple[str, ...]) -> UsageError:
    return UsageError(
        f"没有这种{what}：{value}",
        f"There is no {value}",
        next_zh=f"可用：{'、'.join(known)}",
        next_en=f"Known: {', '.join(known)}",
    )
