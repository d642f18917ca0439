"""The print of a view read back: the checks of every sheet, and its own sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from landgis.domain.sheet_fault import SheetFault
from landgis.maps.checking.printed import Printed
from landgis.maps.sheet.prints import Sum


def print_sum_faults(printed: Printed, inside: Sum, total: Sum) -> Iterator[SheetFault]:
    """Find sums that are not printed as they are, counts by verdict that do not add up, and rows that are missing."""
    facts, content = printed.facts, printed.content
    for part in (inside, total):
        words = f"共{part.count:,}宗，合计{part.area_ha:,.4f}公顷（{part.area_mu:,.4f}亩）"
        if not printed.holds(words):
            yield _false(facts.page, words, f"没有印出“{words}”", f"“{words}” is not printed")
    verdicts = sum(int(each["count"].replace(",", "")) for each in content["verdicts"])
    if not len(facts.parcel_ids) == inside.count == verdicts:
        zh = f"图幅内 {inside.count} 宗，图上 {len(facts.parcel_ids)} 宗，分结论 {verdicts} 宗"
        en = f"In the frame {inside.count}, on the map {len(facts.parcel_ids)}, by verdict {verdicts}"
        yield _false(facts.page, "宗数 count", zh, en)
    if inside.count > total.count:
        zh, en = "图幅内的宗数多于筛选合计", "More parcels in the frame than in the filter"
        yield _false(facts.page, "宗数 count", zh, en)
    if content["numbered"]:
        yield from _row_faults(printed, inside)


def _row_faults(printed: Printed, inside: Sum) -> Iterator[SheetFault]:
    rows, page = printed.content["rows"], printed.facts.page
    wanted = Counter(row[unit] for row in rows for unit in ("ha", "mu"))
    found = Counter("".join(run.text.split()) for each in printed.pages for run in each.runs)
    for figure, count in wanted.items():
        if found[figure] < count:
            zh = f"一览表的面积 {figure} 应印 {count} 处，实有 {found[figure]} 处"
            en = f"The area {figure} of the schedule should be printed {count} times and is {found[figure]} times"
            yield _false(page, figure, zh, en)
    summed = sum((Decimal(row["ha"]) for row in rows), Decimal(0))
    # Every row is rounded to a square metre; the sum is of what was not rounded.
    if len(rows) != inside.count or abs(summed - inside.area_ha) > Decimal("0.00005") * (len(rows) + 1):
        zh = f"一览表 {len(rows)} 宗 {summed} 公顷，应为 {inside.count} 宗 {inside.area_ha} 公顷"
        yield _false(page, "一览表 schedule", zh, f"The schedule has {len(rows)} rows, {summed} ha")


def _false(page: int, what: str, zh: str, en: str) -> SheetFault:
    return SheetFault("total-false", page, what, zh, en)
