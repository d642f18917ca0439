"""Totals: printed rows summed, printed sums, and what the plan states, equal to the last digit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.domain.sheet_fault import SheetFault
from landgis.maps.checking.printed import Printed
from landgis.maps.sheet.request import PlanSheet

Figures = tuple[int, Decimal, Decimal]


def total_faults(printed: Printed) -> Iterator[SheetFault]:
    """Find tables whose closing row is not the sum of its rows or not the whole, and figures that are not printed so."""
    whole = _whole(printed)
    rows = printed.content["rows"]
    if rows:
        summed = _summed([("1", row["ha"], row["mu"]) for row in rows])
        yield from _compared(printed, "地块一览表 schedule", summed, whole)
        yield from _printed_rows(printed, rows)
    for table in printed.content["totals"]:
        title = f"{table['zh']} {table['en']}"
        yield from _compared(printed, title, _summed(table["rows"]), _figures(table["sum"]))
        yield from _compared(printed, title, _figures(table["sum"]), whole)
    yield from _compared(printed, "图面记录 facts", printed.facts.totals, whole)
    yield from _printed_closing(printed, whole)


def _whole(printed: Printed) -> Figures:
    """What the plan states: its own totals for sheets of the whole plan, else the lines of the sheet."""
    request, own = printed.request, frozenset(printed.facts.parcel_ids)
    if not isinstance(request, PlanSheet):
        raise TypeError("the totals of a plan are asked of what is no plan")
    lines = request.lines[request.lines["parcel_id"].isin(own)]
    if len(lines) == len(request.lines):
        return _last(request.totals_by_use)
    return len(lines), sum(lines["area_ha"], Decimal(0)), sum(lines["area_mu"], Decimal(0))


def _last(totals: pd.DataFrame) -> Figures:
    row = totals.iloc[-1]
    return int(row["lines"]), row["area_ha"], row["area_mu"]


def _figures(row: Sequence[str]) -> Figures:
    count, area_ha, area_mu = row[-3:]
    return int(count), Decimal(area_ha), Decimal(area_mu)


def _summed(rows: Sequence[Sequence[str]]) -> Figures:
    figures = [_figures(row) for row in rows]
    return (
        sum(count for count, _, _ in figures),
        sum((area_ha for _, area_ha, _ in figures), Decimal(0)),
        sum((area_mu for _, _, area_mu in figures), Decimal(0)),
    )


def _words(figures: Figures) -> str:
    return f"{figures[0]} 宗 {figures[1]:.4f} 公顷 {figures[2]:.4f} 亩"


def _compared(printed: Printed, title: str, found: Figures, wanted: Figures) -> Iterator[SheetFault]:
    if found != wanted:
        yield SheetFault(
            "total-false",
            printed.facts.page,
            title,
            f"{title}：{_words(found)}，应为 {_words(wanted)}",
            f"{title}: {_words(found)}; it should be {_words(wanted)}",
        )


def _printed_rows(printed: Printed, rows: Sequence[dict[str, Any]]) -> Iterator[SheetFault]:
    """Count the figures of the rows among the words of the pages; a closing row prints its own besides."""
    if not (printed.content.get("continued") or printed.content["kind"] == "tables"):
        rows = rows[: printed.facts.rows_on_sheet]
    wanted = Counter(row[unit] for row in rows for unit in ("ha", "mu"))
    found = Counter("".join(run.text.split()) for page in printed.pages for run in page.runs)
    for figure, count in wanted.items():
        if found[figure] < count:
            yield SheetFault(
                "total-false",
                printed.facts.page,
                figure,
                f"地块一览表的面积 {figure} 应印 {count} 处，实有 {found[figure]} 处",
                f"The area {figure} of the schedule should be printed {count} times and is {found[figure]} times",
            )


def _printed_closing(printed: Printed, whole: Figures) -> Iterator[SheetFault]:
    """See that every closing row that is printed prints the whole."""
    count, area_ha, area_mu = whole
    areas = f"{area_ha:.4f}{area_mu:.4f}"
    closings = [f"合计Total{count}{unit}{areas}" for unit in ("宗", "")]
    if printed.text.count("合计Total") != sum(printed.text.count(closing) for closing in closings):
        yield SheetFault(
            "total-false",
            printed.facts.page,
            "合计 Total",
            f"印出的合计行不是 {_words(whole)}",
            f"A printed closing row is not {_words(whole)}",
        )
