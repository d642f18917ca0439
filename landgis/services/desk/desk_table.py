"""The table of a run: its filter, its rows, its totals."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.area import hectares, mu
from landgis.db.runs import StoredRun
from landgis.domain.catalogue import plain_name
from landgis.domain.land_use import Scheme, look_up
from landgis.domain.outcome import Outcome
from landgis.domain.printed import number
from landgis.frames.planned_use import planned_use_codes
from landgis.frames.spec import rows_of
from landgis.rules.pack import RulePack

SORTS = ("parcel_id", "verdict", "town_name", "area_m2")
"""What the table can be ordered by."""
Extent = tuple[float, float, float, float]


@dataclass(frozen=True)
class Filter:
    """Which parcels of a run are meant; the same object for table, map and totals.

    Attributes
    ----------
    verdict
        One verdict, or None for all.
    town
        Nine-digit town code, or empty for all.
    text
        Part of a parcel number or village name; case, dashes and full width make no difference.
    """

    verdict: Outcome | None = None
    town: str = ""
    text: str = ""


@dataclass(frozen=True)
class Total:
    """Sum of a filter: count, ellipsoidal m² on CGCS2000 (the basis of statistics), the same in 公顷 and 亩."""

    count: int
    area_m2: float
    area_ha: Decimal
    area_mu: Decimal


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
        Parcels by verdict in town and text, whatever verdict is chosen.
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


def table_of(stored: StoredRun, parcels: pd.DataFrame, pack: RulePack, changed: Collection[str] = ()) -> pd.DataFrame:
    """Return the rows of a run, in the order of its verdicts.

    Parameters
    ----------
    stored
        The run.
    parcels
        Facts of the same parcels in the same order, as the run judged them.
    pack
        For titles.
    changed
        Parcels that changed since.

    Returns
    -------
    pandas.DataFrame
        The columns of `Page.rows`, and ``town_code``, ``severity`` of the verdict and ``folded``, the text to search.
    """
    table = stored.judged.verdicts.merge(stored.measured.areas, on="parcel_id")
    facts = parcels.reset_index(drop=True)
    texts = facts[["town_code", "town_name", "village_name"]].fillna("").astype("str")
    zh, en = _open_points(stored.judged.findings, pack)
    folded = [plain_name(f"{a} {b}") for a, b in zip(table["parcel_id"], texts["village_name"], strict=True)]
    return pd.DataFrame(
        {
            "parcel_id": table["parcel_id"],
            "verdict": table["verdict"],
            "severity": [Outcome(verdict).severity for verdict in table["verdict"]],
            **{name: texts[name] for name in texts},
            "planned_use_zh": [_use(code) for code in planned_use_codes(facts)],
            "area_m2": table["ellipsoidal_m2"],
            "open_zh": table["parcel_id"].map(zh).fillna(""),
            "open_en": table["parcel_id"].map(en).fillna(""),
            "outdated": table["parcel_id"].isin(list(changed)),
            "folded": folded,
        }
    )


def _use(code: object) -> str:
    if not isinstance(code, str) or not code:
        return ""
    use = look_up(code, Scheme.GUIDE_2023)
    return f"{use.code} {use.name_zh}" if use else code


def _open_points(findings: pd.DataFrame, pack: RulePack) -> tuple[dict[str, str], dict[str, str]]:
    """Rules that are not clear, worst first, with the m² where one was measured."""
    titles = {rule_id: pack.title_of(rule_id) for rule_id in findings["rule_id"].unique()}
    rows = findings[~findings["outcome"].isin([str(Outcome.CLEAR), str(Outcome.NOT_ASKED)])]
    ranked = sorted(rows_of(rows), key=lambda row: -Outcome(str(row["outcome"])).severity)
    zh: dict[str, list[str]] = {}
    en: dict[str, list[str]] = {}
    for row in ranked:
        parcel_id, title = str(row["parcel_id"]), titles[str(row["rule_id"])]
        amount = (
            f" {number(float(row['measured']))} ㎡" if row["unit"] == "m2" and isinstance(row["measured"], str) else ""
        )
        zh.setdefault(parcel_id, []).append(title.zh + amount)
        en.setdefault(parcel_id, []).append(title.en + amount.replace("㎡", "m²"))
    return {key: "；".join(parts) for key, parts in zh.items()}, {key: "; ".join(parts) for key, parts in en.items()}


def total_of(rows: pd.DataFrame) -> Total:
    """Add up rows of `table_of`."""
    area = float(rows["area_m2"].sum())
    area_ha = hectares(area)
    return Total(len(rows), area, area_ha, mu(area_ha))
