"""What is asked of every line of the plan: the conditions of the district's plan, each clear, to be looked at, or unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from landgis.domain.outcome import Outcome, worst
from landgis.domain.plan_clauses import CHECK_RULES, CLAUSES
from landgis.domain.planning import PlanCheck
from landgis.frames.planned import CHECKS, framed
from landgis.frames.spec import rows_of
from landgis.plan.grounds import Grounds
from landgis.plan.inputs import NOTHING

Answer = tuple[Outcome, str, str]
"""Outcome, Chinese, English."""
Facts = Mapping[str, Any]


def checks_of(lines: pd.DataFrame, facts: Mapping[str, Facts], grounds: Grounds) -> pd.DataFrame:
    """Ask every line what its district's plan asks.

    Parameters
    ----------
    lines
        ``frames.planned.LINES``.
    facts
        Parcel → its facts.
    grounds
        With the findings of the run.

    Returns
    -------
    pandas.DataFrame
        ``frames.planned.CHECKS``, every check for every line. What nobody stated is unknown; what the plan of the
        district does not ask, or not of such a line, is ``not_asked``.
    """
    findings = _by_parcel(grounds.findings, set(lines["parcel_id"]))
    rows = []
    for line in rows_of(lines):
        parcel_id = str(line["parcel_id"])
        for check in PlanCheck:
            found = _asked(check, line, facts[parcel_id], findings.get(parcel_id, {}), grounds)
            rows.append(dict(zip(CHECKS.names, (line["line_no"], str(check), *map(str, found)), strict=True)))
    return framed(rows, CHECKS)


def _asked(check: PlanCheck, line: Facts, facts: Facts, findings: Mapping[str, Facts], grounds: Grounds) -> Answer:
    article = CLAUSES[str(line["district"])].get(check)
    if article is None:
        return Outcome.NOT_ASKED, "本区方案未作要求", "not asked by the plan of this district"
    if check in CHECK_RULES:
        outcome, zh, en = _by_rules(CHECK_RULES[check], findings)
    else:
        outcome, zh, en = _BY_STATEMENT[check](line, facts, grounds)
    return outcome, f"{zh}（{article}）", f"{en} ({article})"


def _by_rules(rules: tuple[str, ...], findings: Mapping[str, Facts]) -> Answer:
    """Answer by what the screening run found; without any finding nothing is known."""
    asked = [findings[rule] for rule in rules if rule in findings and findings[rule]["outcome"] != Outcome.NOT_ASKED]
    if not asked:
        return Outcome.UNKNOWN, "筛查批次未核对", "not looked at by the screening run"
    outcome = worst(Outcome(each["outcome"]) for each in asked)
    if outcome is Outcome.CLEAR:
        return outcome, f"筛查 {len(asked)} 项均符合", f"all {len(asked)} findings of the run are clear"
    told = [each for each in asked if each["outcome"] != Outcome.CLEAR]
    return outcome, "；".join(each["message_zh"] for each in told), "; ".join(each["message_en"] for each in told)


def _owner(_line: Facts, facts: Facts, _grounds: Grounds) -> Answer:
    willing = facts["owner_willing"]
    if willing is None or willing is pd.NA:
        return Outcome.UNKNOWN, "未登记所有权人意愿", "the owner's wish is not on record"
    if willing:
        return Outcome.CLEAR, "所有权人有入市意愿", "the owner is willing"
    return Outcome.FLAGGED, "所有权人无入市意愿", "the owner is not willing"


def _market(line: Facts, _facts: Facts, _grounds: Grounds) -> Answer:
    if not line["market_zh"]:
        return Outcome.UNKNOWN, "未说明市场情况", "nothing is stated of the market"
    return Outcome.CLEAR, f"已说明：{line['market_zh']}", f"stated: {line['market_zh']}"


def _investor(line: Facts, _facts: Facts, grounds: Grounds) -> Answer:
    intended = grounds.inputs.get(str(line["parcel_id"]), NOTHING).intended
    if line["investor_zh"] and intended == 0:
        return (
            Outcome.FLAGGED,
            f"已登记意向“{line['investor_zh']}”，而填报意向用地者为 0 个，请核对",
            f"{line['investor_zh']} is on record, and yet no intended user is stated: check which",
        )
    if line["investor_zh"]:
        return Outcome.CLEAR, f"已有意向：{line['investor_zh']}", f"found: {line['investor_zh']}"
    if intended:
        return Outcome.CLEAR, f"意向用地者 {intended} 个", f"{intended} intended users"
    if intended == 0:
        return Outcome.FLAGGED, "尚无意向用地者", "no intended user yet"
    return Outcome.UNKNOWN, "未说明招商情况", "nothing is stated of investors"


def _housing(line: Facts, _facts: Facts, _grounds: Grounds) -> Answer:
    rental, listed = line["rental_housing"], line["in_housing_plan"]
    if rental is pd.NA or rental is None:
        return Outcome.UNKNOWN, "住宅用途，未登记是否限定租赁", "housing, and nobody says whether for rent only"
    if not rental:
        return Outcome.NOT_ASKED, "非租赁住宅用地", "no rental housing"
    if listed is pd.NA or listed is None:
        return Outcome.UNKNOWN, "未说明是否纳入住宅用地供应计划", "not stated whether in the housing supply plan"
    if listed:
        return Outcome.CLEAR, "已纳入住宅用地供应计划", "in the housing supply plan"
    return Outcome.FLAGGED, "未纳入住宅用地供应计划", "not in the housing supply plan"


_BY_STATEMENT: dict[PlanCheck, Callable[[Facts, Facts, Grounds], Answer]] = {
    PlanCheck.OWNER_WILLING: _owner,
    PlanCheck.MARKET_KNOWN: _market,
    PlanCheck.INVESTOR_FOUND: _investor,
    PlanCheck.HOUSING_PLAN: _housing,
}


def _by_parcel(findings: pd.DataFrame, parcel_ids: set[str]) -> dict[str, dict[str, Facts]]:
    found: dict[str, dict[str, Facts]] = {}
    for row in rows_of(findings[findings["parcel_id"].isin(parcel_ids)]):
        found.setdefault(str(row["parcel_id"]), {})[str(row["rule_id"])] = row
    return found
