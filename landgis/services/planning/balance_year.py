"""The one balance of a year: lists of other supply come in, and are summed with what the plan brings to the market."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.db.plan_steps import PlanWay
from landgis.db.plans import PlanHead, PlanStore
from landgis.db.supply import SupplyStore
from landgis.errors import Conflict, NotReady
from landgis.exchange.plan_supply import SupplyList, read_supply
from landgis.plan.balance import balance, supplied


@dataclass(frozen=True)
class YearBalance:
    """All land of a year.

    Attributes
    ----------
    plan
        The version that says what enters the market.
    pieces, table
        ``frames.planned.SUPPLIED`` and ``BALANCE``.
    """

    plan: PlanHead
    pieces: pd.DataFrame
    table: pd.DataFrame


@dataclass(frozen=True)
class ImportedSupply:
    """A list as stored: its number, and as it was read."""

    batch_no: int
    read: SupplyList


def import_supply(
    database: Database, originals: Originals, person: Person, path: Path, district: str, year: int
) -> ImportedSupply:
    """Store a list of other supply; it speaks for its year from now on.

    Raises
    ------
    InputError
        If a row is wrong.
    Conflict
        If land is on it twice, or enters the market by the published plan.
    """
    source = originals.keep(path)
    read = read_supply(path, district)
    batch = SupplyStore(database).add(district, year, read.rows, read.outlines, source=source, person=person)
    return ImportedSupply(batch, read)


def balance_year(
    database: Database, district: str, year: int, plan_id: str | None = None, *, as_published: bool = False
) -> YearBalance:
    """Sum all land that a year supplies.

    Parameters
    ----------
    plan_id
        The version that says what enters the market; None: the published one, else the newest.
    as_published
        Whether a version that was published is set beside the list of other supply that spoke at that moment, as it was
        printed then; else the list that speaks now counts.

    Raises
    ------
    NotReady
        If the year has no plan.
    Conflict
        If land stands in two columns.
    """
    plans = PlanStore(database)
    head = plans.head(plan_id) if plan_id else plans.published(district, year) or plans.latest(district, year)
    if head is None:
        raise NotReady(
            f"{district} 还没有 {year} 年度供应计划",
            f"{district} has no plan of {year} yet",
            next_zh="请先运行 landgis plan draft",
            next_en="Run landgis plan draft first",
        )
    at = PlanWay(database).published_at(head.plan_id) if as_published else None
    _require_once(database, head, at)
    supply = SupplyStore(database).speaking(head.district, head.year, at)
    pieces = supplied(plans.load(head.plan_id).draft.lines, supply)
    return YearBalance(head, pieces, balance(pieces))


def _require_once(database: Database, head: PlanHead, at: datetime | None) -> None:
    twice = SupplyStore(database).twice(head, at)
    if twice:
        listed = "、".join(f"{parcel_id}（{supply_id}）" for parcel_id, supply_id in twice[:5])
        raise Conflict(
            f"计划 {head.plan_id} 有 {len(twice)} 宗地块同时列入其他供地清单：{listed}",
            f"{len(twice)} parcels of plan {head.plan_id} are in the list of other supply too: {listed}",
            where=twice[0][0],
            next_zh="同一块地只能列入一栏：请更正清单后重新导入，或调整计划",
            next_en="No land stands in two columns: correct and import the list again, or change the plan",
        )
