"""From a scenario to the rows of its model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from landgis.domain.district import town_names
from landgis.domain.land_use import Scheme, look_up
from landgis.domain.portfolio import Order, PortfolioScenario, TownBand
from landgis.plan.choosing.amounts import Ints, square_metres, ten_thousandths, worth_of
from landgis.plan.choosing.model import Kind, Model, Picks, Row

Words = tuple[str, str]
"""Chinese and English."""
_SIDES = {True: ("max", "上限", "at most"), False: ("min", "下限", "at least")}


def build_model(eligible: list[dict[str, Any]], scenario: PortfolioScenario) -> Model:
    """Build the model of a scenario over the parcels that may be chosen.

    Parameters
    ----------
    eligible
        Rows of ``frames.portfolio.CANDIDATES`` in id order, with everything known that the scenario counts.
    scenario
        What is asked.
    """
    quarters = [range(int(row["earliest_quarter"]), 5) if scenario.scheduled else (0,) for row in eligible]
    parcel = _whole(number for number, each in enumerate(quarters) for _ in each)
    quarter = _whole(one for each in quarters for one in each)
    worth = _whole(worth_of(row, scenario.weights, scenario.counted_facts) for row in eligible)
    area = _whole(square_metres(row["area_ha"]) for row in eligible)
    cost = _whole(-1 if pd.isna(row["up_front_cost_yuan"]) else int(row["up_front_cost_yuan"]) for row in eligible)
    writer = _Writer(eligible, parcel, quarter, area[parcel], cost[parcel])
    ids = tuple(str(row["parcel_id"]) for row in eligible)
    return Model(ids, parcel, quarter, worth[parcel], area, cost, tuple(writer.rows(scenario)))


def _whole(values: Iterator[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


@dataclass(frozen=True)
class _Writer:
    """Columns with what the rows count of them."""

    eligible: list[dict[str, Any]]
    parcel: Ints
    quarter: Ints
    area: Ints
    cost: Ints

    def rows(self, scenario: PortfolioScenario) -> Iterator[Row]:
        """Write all rows, in the order of the scenario."""
        everywhere = np.ones(len(self.parcel), dtype=bool)
        yield from self._areas("total", Kind.TOTAL, "年度总量", "the year's total", everywhere, scenario)
        if scenario.max_cost_yuan is not None:
            limit = scenario.max_cost_yuan
            words = (f"前期成本预算 {limit:,} 元", f"the budget of {limit:,} yuan for up-front cost")
            yield self._row("cost.max_yuan", words, Kind.COST, "yuan", everywhere, self.cost, limit, True)
        for use in scenario.uses:
            known = look_up(use.use, Scheme.GUIDE_2023)
            zh = f"用途 {use.use}{known.name_zh if known else ''}"
            yield from self._areas(f"use.{use.use}", Kind.USE, zh, f"use {use.use}", self._of_use(use.use), use)
        for town in scenario.towns:
            yield from self._town(town)
        for band in scenario.quarters:
            here = self.quarter == band.quarter
            words = (f"第 {band.quarter} 季度", f"quarter {band.quarter}")
            yield from self._areas(f"quarter.{band.quarter}", Kind.QUARTER, *words, here, band)
        for order in scenario.orders:
            yield from self._order(order)
        for group in scenario.substitutes:
            one = self._named(set(group.parcel_ids))
            words = (f"互为替代“{group.name}”只选一宗", f"one of the substitutes {group.name}")
            name, ones = f"substitutes.{group.name}", np.ones_like(self.area)
            yield self._row(name, words, Kind.SUBSTITUTES, "parcels", one, ones, 1, True)
        if scenario.scheduled:
            yield from self._once()

    def _row(
        self, name: str, words: Words, kind: Kind, unit: str, where: Picks, amounts: Ints, limit: int, at_most: bool
    ) -> Row:
        at = np.flatnonzero(where)
        stated = ten_thousandths(limit) if unit == "ha" else Decimal(limit)
        return Row(name, *words, kind, unit, at, amounts[at], amounts[at], limit, at_most, stated)

    def _areas(self, name: str, kind: Kind, zh: str, en: str, where: Picks, band: Any) -> Iterator[Row]:
        """Write least and most hectares of any band."""
        for at_most, limit in ((False, band.min_ha), (True, band.max_ha)):
            if limit is not None:
                side, side_zh, side_en = _SIDES[at_most]
                words = (f"{zh}{side_zh} {limit} 公顷", f"{en}: {side_en} {limit} ha")
                whole = square_metres(limit)
                yield self._row(f"{name}.{side}_ha", words, kind, "ha", where, self.area, whole, at_most)

    def _town(self, band: TownBand) -> Iterator[Row]:
        here, name = self._of_town(band.town_code), f"town.{band.town_code}"
        zh, en = town_names().get(band.town_code, band.town_code), f"town {band.town_code}"
        if band.min_share is not None:
            yield self._share(f"{name}.min_share", zh, en, here, band.min_share)
        yield from self._areas(name, Kind.TOWN, zh, en, here, band)
        for at_most, limit in ((False, band.min_parcels), (True, band.max_parcels)):
            if limit is not None:
                side, side_zh, side_en = _SIDES[at_most]
                words = (f"{zh}宗数{side_zh} {limit}", f"{en}: {side_en} {limit} parcels")
                ones = np.ones_like(self.area)
                yield self._row(f"{name}.{side}_parcels", words, Kind.TOWN, "parcels", here, ones, limit, at_most)

    def _share(self, name: str, zh: str, en: str, here: Picks, share: Decimal) -> Row:
        """Write area here ≥ share × area, multiplied out so that it stays in whole numbers."""
        part, at = Fraction(share), np.arange(len(self.area))
        counted = np.where(here, self.area, 0)
        pull = counted * part.denominator - self.area * part.numerator
        words = (f"{zh}占比下限 {share:.2%}", f"{en}: at least {share:.2%} of the area")
        return Row(name, *words, Kind.TOWN, "ha", at, pull, counted, 0, False, share, part.denominator)

    def _order(self, order: Order) -> Iterator[Row]:
        """Write that what is chosen up to a quarter has its predecessor chosen up to then."""
        after, before = self._named({order.parcel_id}), self._named({order.after})
        late = "，且不早于其季度" if order.not_before else ""
        words = (f"{order.parcel_id} 须以 {order.after} 入选为前提{late}", f"{order.parcel_id} needs {order.after}")
        for last in (1, 2, 3, 4) if order.not_before else (4,):
            at = np.flatnonzero((after | before) & (self.quarter <= last))
            pull = np.where(after[at], 1, -1)
            name = f"order.{order.parcel_id}.{order.after}"
            yield Row(name, *words, Kind.ORDER, "parcels", at, pull, pull, 0, True, Decimal(0), needs=order.after)

    def _once(self) -> Iterator[Row]:
        for number in np.unique(self.parcel):
            at = np.flatnonzero(self.parcel == number)
            one = np.ones_like(at)
            words = ("每宗只排一个季度", "one quarter per parcel")
            yield Row("", *words, Kind.ONCE, "parcels", at, one, one, 1, True, Decimal(1))

    def _of_use(self, beginning: str) -> Picks:
        return self._where([str(row["planned_use_code"]).startswith(beginning) for row in self.eligible])

    def _of_town(self, town_code: str) -> Picks:
        return self._where([str(row["town_code"]) == town_code for row in self.eligible])

    def _named(self, parcel_ids: set[str]) -> Picks:
        return self._where([str(row["parcel_id"]) in parcel_ids for row in self.eligible])

    def _where(self, parcels: list[bool]) -> Picks:
        return np.asarray(parcels, dtype=bool)[self.parcel]
