"""Scenarios side by side: who is chosen in which, and the totals of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.area import mu
from landgis.errors import Conflict
from landgis.frames.portfolio import COMPARED_PARCELS, COMPARED_TOTALS
from landgis.frames.spec import rows_of
from landgis.plan.choosing.result import Choice
from landgis.plan.choosing.tables import framed

_BY = {"town": "town_code", "use": "planned_use_code"}


@dataclass(frozen=True)
class Comparison:
    """``frames.portfolio.COMPARED_PARCELS`` and ``COMPARED_TOTALS``."""

    parcels: pd.DataFrame
    totals: pd.DataFrame


def compare(choices: Sequence[Choice]) -> Comparison:
    """Put choices from the same candidates side by side.

    Parameters
    ----------
    choices
        Of scenarios with different names, in the order in which they are to be shown.

    Returns
    -------
    Comparison
        One row per candidate and scenario; and areas (公顷, 亩), worth (分) and cost (元) per scenario in the whole, by
        town and by planned use, as sums of the rows of each choice.

    Raises
    ------
    Conflict
        Two scenarios have the same name, or the choices are not of the same candidates.
    """
    _require_comparable(choices)
    return Comparison(
        framed(COMPARED_PARCELS, list(_parcels(choices))), framed(COMPARED_TOTALS, list(_totals(choices)))
    )


def _parcels(choices: Sequence[Choice]) -> Iterator[dict[str, Any]]:
    quarters = [{row["parcel_id"]: row["quarter"] for row in rows_of(choice.chosen)} for choice in choices]
    reasons = [{row["parcel_id"]: row["reason"] for row in rows_of(choice.left_out)} for choice in choices]
    times = Counter(parcel_id for chosen in quarters for parcel_id in chosen)
    for parcel_id in sorted(_candidates(choices[0])) if choices else ():
        for choice, chosen, left in zip(choices, quarters, reasons, strict=True):
            yield {
                "parcel_id": parcel_id,
                "scenario": choice.scenario.name,
                "chosen": parcel_id in chosen,
                "quarter": chosen.get(parcel_id),
                "reason": left.get(parcel_id, ""),
                "chosen_in_scenarios": times[parcel_id],
            }


def _totals(choices: Sequence[Choice]) -> Iterator[dict[str, Any]]:
    tables = [rows_of(choice.chosen) for choice in choices]
    for by in ("whole", *_BY):
        keys = {""} if by == "whole" else {_key(row, by) for table in tables for row in table}
        for choice, table in zip(choices, tables, strict=True):
            for key in sorted(keys):
                yield _total(choice.scenario.name, by, key, [row for row in table if _key(row, by) == key])


def _key(row: dict[str, Any], by: str) -> str:
    value = row[_BY[by]] if by in _BY else ""
    return "" if pd.isna(value) else str(value)


def _total(scenario: str, by: str, key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    area_ha = sum((row["area_ha"] for row in rows), Decimal("0.0000"))
    costs = [int(row["up_front_cost_yuan"]) for row in rows if not pd.isna(row["up_front_cost_yuan"])]
    return {
        "scenario": scenario,
        "by": by,
        "key": key,
        "parcels": len(rows),
        "area_ha": area_ha,
        "area_mu": mu(area_ha),
        "worth": sum((row["worth"] for row in rows), Decimal("0.0000")),
        "up_front_cost_yuan": Decimal(sum(costs)),
        "costs_unknown": len(rows) - len(costs),
    }


def _candidates(choice: Choice) -> set[str]:
    return {*choice.chosen["parcel_id"], *choice.left_out["parcel_id"]}


def _require_comparable(choices: Sequence[Choice]) -> None:
    names = [choice.scenario.name for choice in choices]
    if len(set(names)) < len(names):
        raise Conflict(
            "各方案的名称须不同",
            "Scenarios must have different names to be compared",
            where=", ".join(names),
            next_zh="请修改方案文件中的 scenario",
            next_en="Change scenario in their files",
        )
    others = [choice.scenario.name for choice in choices if _candidates(choice) != _candidates(choices[0])]
    if others:
        raise Conflict(
            f"方案 {others[0]} 的备选地块与其他方案不同，不可对比",
            f"Scenario {others[0]} was chosen from other candidates; the two cannot be compared",
            where=others[0],
            next_zh="请用同一批备选地块重新组合",
            next_en="Choose again from the same candidates",
        )
