"""Sums of an adjustment: what is printed before and after, equal to both versions of the plan to the last digit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from landgis.domain.sheet_fault import SheetFault
from landgis.frames.spec import rows_of
from landgis.maps.checking.printed import Printed, bare
from landgis.maps.sheet.adjustment import PlanAdjustment

Areas = tuple[Decimal, Decimal, Decimal]
"""Hectares before, after, and the difference."""
_PARTS = ("before", "after", "off")
_NONE = Decimal(0)


def change_faults(printed: Printed, adjustment: PlanAdjustment) -> Iterator[SheetFault]:
    """Find rows that are not those of the table, sums that are not theirs or not the plans', and figures not printed so."""
    rows, closing = printed.content["changes"], printed.content["closing"]
    stated = {row["parcel_id"]: _stated(row) for row in rows_of(adjustment.changes)}
    for row in rows:
        yield from _compared(printed, row["id"], _areas(row), stated.get(row["id"], (_NONE, _NONE, _NONE)))
    old, new = (plan.totals_by_use.iloc[-1]["area_ha"] for plan in (adjustment.before, adjustment.after))
    whole = (old, new, new - old)
    changed, left, last = (_areas(row) for row in closing)
    yield from _compared(printed, closing[0]["zh"], changed, _summed(map(_areas, rows)))
    yield from _compared(printed, closing[1]["zh"], left, _left(adjustment))
    yield from _compared(printed, closing[2]["zh"], last, whole)
    yield from _compared(printed, closing[2]["zh"], last, _summed((changed, left)))
    for table in printed.content["compared"]:
        yield from _compared(printed, table["zh"], _summed(_areas(sums) for _, sums in table["rows"]), whole)
        yield from _compared(printed, table["zh"], _areas(table["sum"]), whole)
    yield from _figures(printed, rows)
    yield from _closing_rows(printed, closing)


def _areas(row: Mapping[str, str]) -> Areas:
    before, after, off = (_NONE if row[part] == "—" else Decimal(row[part]) for part in _PARTS)
    return before, after, off


def _stated(row: Mapping[str, Any]) -> Areas:
    return row["before_ha"] or _NONE, row["after_ha"] or _NONE, row["off_ha"]


def _summed(rows: Iterable[Areas]) -> Areas:
    before, after, off = (sum(column, _NONE) for column in zip((_NONE,) * 3, *rows, strict=True))
    return before, after, off


def _left(adjustment: PlanAdjustment) -> Areas:
    """Sum what the adjustment leaves alone, from the lines of either version."""
    said = frozenset(adjustment.changes["parcel_id"])
    before, after = (
        sum(plan.lines.loc[~plan.lines["parcel_id"].isin(said), "area_ha"], _NONE)
        for plan in (adjustment.before, adjustment.after)
    )
    return before, after, after - before


def _compared(printed: Printed, title: str, found: Areas, wanted: Areas) -> Iterator[SheetFault]:
    if found != wanted:
        one, other = (
            " → ".join(f"{area:.4f}" for area in areas[:2]) + f"（{areas[2]:+.4f}）" for areas in (found, wanted)
        )
        yield _false(printed, title, f"{title}：{one} 公顷，应为 {other}", f"{title}: {one} ha; it should be {other}")


def _figures(printed: Printed, rows: Sequence[Mapping[str, str]]) -> Iterator[SheetFault]:
    """Count the areas of the rows among the words of the further pages, where all rows stand."""
    wanted = Counter(row[part] for row in rows for part in _PARTS if row[part] != "—")
    found = Counter(bare(run.text) for page in printed.pages[1:] for run in page.runs)
    for figure, count in wanted.items():
        if found[figure] < count:
            zh = f"调整对照表的面积 {figure} 应印 {count} 处，实有 {found[figure]} 处"
            en = f"The area {figure} of the changes should be printed {count} times and is {found[figure]} times"
            yield _false(printed, figure, zh, en)


def _closing_rows(printed: Printed, closing: Sequence[Mapping[str, str]]) -> Iterator[SheetFault]:
    """See that every closing row is printed as it should be, under the maps and under the whole table."""
    for row in closing:
        words = bare(f"{row['zh']}{row['en']}{row['lines']}宗{row['before']}{row['after']}{row['off']}")
        if printed.text.count(words) < 2:
            zh, en = f"印出的“{row['zh']}”行不符或缺少", f"The row “{row['en']}” is not printed as it should be"
            yield _false(printed, row["zh"], zh, en)


def _false(printed: Printed, what: str, zh: str, en: str) -> SheetFault:
    return SheetFault("total-false", printed.facts.page, what, zh, en)
