"""Who may be chosen at all: unknown is not clear, and what rests on a parcel that may not be chosen may not be either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

import pandas as pd

from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.outcome import Outcome
from landgis.domain.portfolio import PortfolioScenario, WhyNot
from landgis.errors import ContractBroken
from landgis.frames.portfolio import CANDIDATES
from landgis.frames.spec import Column, FrameSpec, rows_of
from landgis.plan.choosing.amounts import square_metres
from landgis.plan.choosing.left import Left

_NEVER = (Outcome.EXCLUDED, Outcome.UNKNOWN)


@dataclass(frozen=True)
class Sifted:
    """Rows of the candidates that may be chosen, in id order, and what is said of the others."""

    eligible: list[dict[str, Any]]
    refused: list[Left]


def check(candidates: pd.DataFrame, scenario: PortfolioScenario) -> None:
    """Hold the candidates to their declaration.

    Raises
    ------
    ContractBroken
        A column, a fact that the scenario asks for, or a value is not as declared.
    """
    facts = dict.fromkeys((*scenario.required_facts, *scenario.counted_facts))
    asked = tuple(Column(name, "bool", nullable=True) for name in facts)
    FrameSpec(CANDIDATES.name, (*CANDIDATES.columns, *asked), CANDIDATES.key).require(candidates)
    for row in rows_of(candidates):
        wrong = _wrong(row)
        if wrong:
            raise ContractBroken(
                f"备选地块 {row['parcel_id']} 的 {wrong} 不合约定：{row[wrong]}",
                f"{wrong} of candidate {row['parcel_id']} is not as declared: {row[wrong]}",
                where=str(row["parcel_id"]),
            )


def sift(candidates: pd.DataFrame, scenario: PortfolioScenario) -> Sifted:
    """Part the candidates into those that may be chosen and those that may not, with the reason.

    Parameters
    ----------
    candidates
        ``frames.portfolio.CANDIDATES``, checked.
    scenario
        What is asked.
    """
    eligible, refused = {}, []
    for row in sorted(rows_of(candidates), key=lambda each: str(each["parcel_id"])):
        refusal = _refusal(row, scenario)
        if refusal is None:
            eligible[str(row["parcel_id"])] = row
        else:
            refused.append(Left(str(row["parcel_id"]), *refusal))
    refused += _resting_on_the_refused(eligible, scenario)
    return Sifted(list(eligible.values()), refused)


def _wrong(row: dict[str, Any]) -> str:
    area, cost, quarter = row["area_ha"], row["up_front_cost_yuan"], row["earliest_quarter"]
    if not isinstance(area, Decimal) or not area.is_finite() or area <= 0 or not square_metres(area):
        return "area_ha"
    if not isfinite(row["points"]) or row["points"] < 0:
        return "points"
    if not pd.isna(cost) and cost < 0:
        return "up_front_cost_yuan"
    return "" if pd.isna(quarter) or 1 <= quarter <= 4 else "earliest_quarter"


def _refusal(row: dict[str, Any], scenario: PortfolioScenario) -> tuple[WhyNot, str, str] | None:
    verdict = Outcome(row["verdict"])
    if verdict in _NEVER or verdict not in scenario.verdicts:
        return (
            WhyNot.VERDICT,
            f"审查结论为“{verdict.zh}”，本方案不选",
            f"Verdict {verdict}: not chosen in this scenario",
        )
    lacking = [name for name in scenario.required_facts if pd.isna(row[name]) or not row[name]]
    if lacking:
        zh = "、".join(FACT_BY_NAME[name].zh + ("（不明）" if pd.isna(row[name]) else "") for name in lacking)
        en = ", ".join(FACT_BY_NAME[name].en + (" (unknown)" if pd.isna(row[name]) else "") for name in lacking)
        return WhyNot.NOT_READY, f"尚缺：{zh}", f"Still lacking: {en}"
    for reason, column, asked, zh, en in _KNOWN:
        if asked(scenario) and pd.isna(row[column]):
            return reason, zh, en
    return None


_KNOWN: tuple[tuple[WhyNot, str, Callable[[PortfolioScenario], bool], str, str], ...] = (
    (
        WhyNot.USE_UNKNOWN, "planned_use_code", lambda asked: bool(asked.uses),
        "规划用途不明，无法计入分用途限额", "Planned use unknown: it cannot be counted against the quotas by use",
    ),
    (
        WhyNot.TOWN_UNKNOWN, "town_code", lambda asked: bool(asked.towns),
        "所属镇不明，无法计入分镇限额", "Town unknown: it cannot be counted against the quotas by town",
    ),
    (
        WhyNot.COST_UNKNOWN, "up_front_cost_yuan", lambda asked: asked.needs_cost,
        "前期成本不明，方案计成本，不得选入", "Up-front cost unknown: it may not be chosen where cost counts",
    ),
    (
        WhyNot.QUARTER_UNKNOWN, "earliest_quarter", lambda asked: asked.scheduled,
        "最早可供季度不明，无法排入季度", "Earliest quarter unknown: it cannot be given a quarter",
    ),
)  # fmt: skip


def _resting_on_the_refused(eligible: dict[str, dict[str, Any]], scenario: PortfolioScenario) -> list[Left]:
    """Take out, again and again, what needs a parcel that cannot be chosen."""
    refused: list[Left] = []
    resting = True
    while resting:
        resting = False
        for order in scenario.orders:
            if order.parcel_id in eligible and order.after not in eligible:
                del eligible[order.parcel_id]
                zh = f"须在 {order.after} 入选后方可选入，而该地块不能入选或不在备选之列"
                en = f"It needs {order.after}, which cannot be chosen or is no candidate"
                refused.append(Left(order.parcel_id, WhyNot.DEPENDS_ON, zh, en, other_parcel_id=order.after))
                resting = True
    return refused
