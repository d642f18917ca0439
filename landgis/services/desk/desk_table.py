"""The table of a run: its pages, its totals, its statistics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from landgis.area import hectares, mu
from landgis.db import desk_rows
from landgis.db.desk_rows import SORTS
from landgis.domain.land_use import Scheme, look_up
from landgis.domain.outcome import Outcome
from landgis.domain.printed import number
from landgis.rules.pack import RulePack

__all__ = ["SORTS", "Extent", "Line", "Page", "Total", "open_points", "rows_shown", "total_of", "use_name"]

Extent = tuple[float, float, float, float]
_MICRO = 1_000_000
DIMENSIONS = ("verdict", "town", "village", "use", "rule", "pool")
"""What the statistics count by, in the order of the panel."""


@dataclass(frozen=True)
class Total:
    """Sum of a filter: count, ellipsoidal m² on CGCS2000 (the basis of statistics), the same in 公顷 and 亩.

    The areas of the parcels are added to the millionth of a m², so that the sum is the same in any order.
    """

    count: int
    area_m2: float
    area_ha: Decimal
    area_mu: Decimal


@dataclass(frozen=True)
class Line:
    """One line of the statistics.

    Attributes
    ----------
    dimension
        One of `DIMENSIONS`.
    keys
        What the line is of: town code and name; town code, town name and village; verdict; code of the planned use;
        rule and outcome; pool state.
    total
        Its parcels. Lines of one dimension add up to the filter, but those of rules: a parcel may have several or none.
    """

    dimension: str
    keys: tuple[str, ...]
    total: Total


@dataclass(frozen=True)
class Page:
    """One page of the table.

    Attributes
    ----------
    rows
        Rows of the page: parcel_id, verdict, town_name, village_name, planned_use_zh, area_m2 (ellipsoidal), open_zh,
        open_en, outdated.
    number, size, pages
        Page number from 1, rows per page, number of pages.
    first, last
        Row numbers from 1; both 0 when there is nothing.
    total
        Of the whole filter, not of the page.
    verdicts
        Parcels by verdict of the filter, whatever verdicts it names.
    extent
        Bounds of the filter, working CRS; None when there is nothing.
    holds
        Whether the parcel asked for (``around``) is in the filter; None when none was asked for.
    """

    rows: list[dict[str, Any]]
    number: int
    size: int
    pages: int
    first: int
    last: int
    total: Total
    verdicts: dict[str, int]
    extent: Extent | None
    holds: bool | None


def total_of(parts: Iterable[desk_rows.Total]) -> Total:
    """Add up."""
    counts = [(part.count, part.area_um2) for part in parts]
    return summed(sum(count for count, _ in counts), sum(area for _, area in counts))


def summed(count: int, area_um2: int) -> Total:
    """Return a total; the area comes in millionths of a m²."""
    area_m2 = area_um2 / _MICRO
    area_ha = hectares(area_m2)
    return Total(count, area_m2, area_ha, mu(area_ha))


def lines_of(counted: Sequence[desk_rows.Counted]) -> dict[str, list[Line]]:
    """Return the statistics by dimension: verdicts and outcomes the worst first, everything else the largest first."""
    found: dict[str, list[Line]] = {dimension: [] for dimension in DIMENSIONS}
    for row in counted:
        found[row.dimension].append(Line(row.dimension, row.keys, summed(row.count, row.area_um2)))
    for dimension, lines in found.items():
        worst = dimension in ("verdict", "rule")
        lines.sort(key=lambda line: (-Outcome(line.keys[-1]).severity if worst else 0, -line.total.count, line.keys))
    return found


def extent_of(parts: Iterable[desk_rows.Total]) -> Extent | None:
    """Return the bounds around some, or None around nothing."""
    boxes = [part.bounds for part in parts if part.bounds is not None]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def rows_shown(
    rows: Sequence[desk_rows.Row], findings: Sequence[desk_rows.Row], pack: RulePack
) -> list[dict[str, Any]]:
    """Return rows of a page as they are printed; ``findings`` are what is open of them."""
    zh, en = open_points(findings, pack)
    return [
        {
            "parcel_id": row["parcel_id"],
            "verdict": row["verdict"],
            "town_name": row["town_name"],
            "village_name": row["village_name"],
            "planned_use_zh": use_name(row["planned_use"]),
            "area_m2": row["ellipsoidal_m2"],
            "open_zh": zh.get(row["parcel_id"], ""),
            "open_en": en.get(row["parcel_id"], ""),
            "outdated": row["outdated"],
        }
        for row in rows
    ]


def use_name(code: str) -> str:
    """Return a planned use as it is printed: code and name; the code alone where the guide does not have it."""
    use = look_up(code, Scheme.GUIDE_2023) if code else None
    return f"{use.code} {use.name_zh}" if use else code


def open_points(findings: Sequence[desk_rows.Row], pack: RulePack) -> tuple[dict[str, str], dict[str, str]]:
    """Return parcel → rules that are not clear, worst first, with the m² where one was measured; Chinese and English."""
    titles = {row["rule_id"]: pack.title_of(row["rule_id"]) for row in findings}
    zh: dict[str, list[str]] = {}
    en: dict[str, list[str]] = {}
    for row in sorted(findings, key=lambda row: -Outcome(row["outcome"]).severity):
        parcel_id, title = row["parcel_id"], titles[row["rule_id"]]
        measured = row["measured"] if row["unit"] == "m2" else None
        amount = f" {number(float(measured))} ㎡" if measured is not None else ""
        zh.setdefault(parcel_id, []).append(title.zh + amount)
        en.setdefault(parcel_id, []).append(title.en + amount.replace("㎡", "m²"))
    return {key: "；".join(parts) for key, parts in zh.items()}, {key: "; ".join(parts) for key, parts in en.items()}
