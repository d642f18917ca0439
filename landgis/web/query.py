"""What a request asks of the table: the one filter, its order and its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query, Request

from landgis.area import MU_PER_HA
from landgis.domain.district import BEIJING
from landgis.domain.parcel_filter import NAMES, ParcelFilter
from landgis.errors import UsageError
from landgis.services.desk.desk_table import SORTS

PAGE_SIZE = 50
_MOST_ROWS = 500
BESIDE = frozenset({"run", "lang", "page", "size", "sort", "order", "around", "parcel", "area_unit", "why"})
"""Names that an address may have beside those of the filter."""
_AREAS = ("area_from", "area_to")
_M2_PER_MU = Decimal(10_000) / MU_PER_HA


def filter_of(request: Request, beside: frozenset[str] = BESIDE) -> ParcelFilter:
    """Return the filter of an address.

    Areas are in ㎡, or in 亩 with ``area_unit=mu``.

    Parameters
    ----------
    beside
        Names that the route reads besides those of the filter.

    Raises
    ------
    UsageError
        For a name that nobody knows, or a value that cannot be.
    """
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name not in beside - set(NAMES)]
    if area_unit(request) == "mu":
        pairs = [(name, _m2(value) if name in _AREAS else value) for name, value in pairs]
    return _read(tuple(pairs))


@lru_cache(maxsize=256)
def _read(pairs: tuple[tuple[str, str], ...]) -> ParcelFilter:
    """Read a filter; whoever moves the map asks with the same one over and over."""
    return ParcelFilter.of(pairs)


@dataclass(frozen=True)
class TableQuery:
    """Filter, order and page.

    Attributes
    ----------
    run
        Run id.
    filter
        The filter.
    around
        Parcel whose page is wanted.
    area_unit
        Unit in which areas were typed: '' for ㎡, ``mu``.
    """

    run: str
    filter: ParcelFilter
    page: int = 1
    size: int = PAGE_SIZE
    sort: str = SORTS[0]
    order: str = "asc"
    around: str = ""
    area_unit: str = ""

    def address(self, path: str, filtered: ParcelFilter | None = None, **more: str) -> str:
        """Return an address with this run and filter, or another filter."""
        wanted = self.filter if filtered is None else filtered
        return f"{path}?{urlencode([('run', self.run), *wanted.pairs(), *more.items()])}"

    def cleared(self, path: str, **more: str) -> str:
        """Return an address with this run and no filter."""
        return self.address(path, ParcelFilter(), **more)


def table_query(
    request: Request,
    run: str,
    page: Annotated[int, Query(ge=1)] = 1,
    size: Annotated[int, Query(ge=1, le=_MOST_ROWS)] = PAGE_SIZE,
    sort: str = SORTS[0],
    order: Literal["asc", "desc"] = "asc",
    around: str = "",
    area_unit: Literal["", "mu"] = "",
) -> TableQuery:
    """Read what a request asks of the table.

    Raises
    ------
    UsageError
        If the filter or the order does not exist.
    """
    if sort not in SORTS:
        raise UsageError(
            f"没有这种排序：{sort}",
            f"There is no {sort}",
            next_zh=f"可用：{'、'.join(SORTS)}",
            next_en=f"Known: {', '.join(SORTS)}",
        )
    return TableQuery(run, filter_of(request), page, size, sort, order, around, area_unit)


def area_unit(request: Request) -> Literal["", "mu"]:
    """Return the unit in which the areas of an address are."""
    return "mu" if request.query_params.get("area_unit", "") == "mu" else ""


def today() -> date:
    """Return the day in Shanghai; the edge is the only place that asks the clock."""
    return datetime.now(BEIJING).date()


def _m2(value: str) -> str:
    try:
        return str(float(Decimal(value.strip()) * _M2_PER_MU)) if value.strip() else ""
    except InvalidOperation:
        return value  # refused as it was typed
