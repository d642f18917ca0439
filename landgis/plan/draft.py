"""Drafting a year's plan from a pool."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.domain.criteria import PlanTargets
from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.land_use import Scheme
from landgis.domain.outcome import Outcome
from landgis.domain.pooling import Standing, Tier
from landgis.frames.planned import CHECKS
from landgis.frames.planned_use import planned_use_codes
from landgis.frames.pooled import PLAN_LEFT_OUT
from landgis.frames.spec import rows_of
from landgis.plan.checks import checks_of
from landgis.plan.grounds import Grounds
from landgis.plan.inputs import NOTHING, LineInput
from landgis.plan.lines import line_of, numbered
from landgis.plan.room import Room, Told
from landgis.plan.verdict_now import overtaken
from landgis.rules.choosing.mode_answer import Certainty
from landgis.rules.choosing.term_limit import TermState, term_limit


@dataclass(frozen=True)
class Draft:
    """A version of the year's plan.

    Attributes
    ----------
    lines
        ``frames.planned.LINES``.
    left_out
        ``frames.pooled.PLAN_LEFT_OUT``: pool members left out of the year.
    checks
        ``frames.planned.CHECKS``: what was asked of every line.
    """

    lines: pd.DataFrame
    left_out: pd.DataFrame
    checks: pd.DataFrame = field(default_factory=CHECKS.empty)


def draft(members: pd.DataFrame, parcels: pd.DataFrame, targets: PlanTargets, grounds: Grounds) -> Draft:
    """Take pool members in rank order until targets are full.

    Parameters
    ----------
    members
        ``frames.pooled.POOL_MEMBERS`` of a build.
    parcels
        ParcelFrame (geometry not used).
    targets
        What the year asks.
    grounds
        What the lines stand on beside. Only who stands as ``pooled`` among the projects, with the outline that was built
        from, is taken.

    Returns
    -------
    Draft
        Lines numbered by town and parcel id; what is stated of parcels outside the build is told as left out. Areas are
        Decimal 公顷 rounded half up to 4 places and 亩 = 15 × 公顷.
    """
    facts = facts_by_parcel(parcels)
    stands = standing_by_parcel(grounds.standings)
    taken: list[dict[str, Any]] = []
    left: list[dict[str, str]] = []
    room = Room(targets)
    for member in rows_of(members.sort_values("rank")):
        parcel_id = str(member["parcel_id"])
        parcel, stood = facts[parcel_id], stands.get(parcel_id)
        refusal = (
            not_standing(parcel_id, stood, grounds)
            or _in_reserve(stood)
            or _held_back(grounds.inputs.get(parcel_id, NOTHING))
            or _refusal(member["verdict"], parcel, targets)
            or overtaken(parcel_id, grounds.newest, targets.verdicts)
        )
        line = None if refusal or stood is None else line_of(member, parcel, str(stood["member_id"]), grounds)
        if line is not None:
            refusal = unsellable(parcel, line, grounds) or room.refusal(line)
        if line is None or refusal is not None:
            left.append(_told(parcel_id, refusal or ("not_pooled", "未入库", "not in the pool")))
            continue
        room.take(line)
        taken.append(line)
    strange = sorted(set(grounds.inputs) - set(members["parcel_id"]))
    left += [
        _told(parcel_id, ("not_in_pool", "已填报计划信息，但不在建库批次内", "stated, but not in the build"))
        for parcel_id in strange
    ]
    lines = numbered(taken)
    return Draft(lines, pd.DataFrame(left, columns=PLAN_LEFT_OUT.names).astype("str"), checks_of(lines, facts, grounds))


def facts_by_parcel(parcels: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the facts of parcels by number, planned uses as codes of the guide of 2023."""
    table = pd.DataFrame(parcels).assign(planned_use_code=planned_use_codes(parcels))
    return {str(row["parcel_id"]): row for row in rows_of(table)}


def standing_by_parcel(standings: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return how every parcel stands that did not leave the pool."""
    return {str(row["parcel_id"]): row for row in rows_of(standings) if row["standing"] != Standing.WITHDRAWN}


def totals(lines: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sum published areas by columns, with a last row for the whole.

    Returns
    -------
    pandas.DataFrame
        ``by`` columns, ``lines`` (count), ``area_ha`` and ``area_mu`` (Decimal): sums of the printed rows.
    """
    grouped = lines.groupby(by, sort=True, dropna=False)
    rows = [
        dict(zip(by, key, strict=True))
        | {
            "lines": len(group),
            "area_ha": sum(group["area_ha"], Decimal(0)),
            "area_mu": sum(group["area_mu"], Decimal(0)),
        }
        for key, group in grouped
    ]
    whole = dict.fromkeys(by, "") | {
        by[0]: "合计",
        "lines": len(lines),
        "area_ha": sum(lines["area_ha"], Decimal(0)),
        "area_mu": sum(lines["area_mu"], Decimal(0)),
    }
    return pd.DataFrame([*rows, whole])


def _in_reserve(stood: dict[str, Any] | None) -> Told | None:
    """A substitute comes into a plan by an adjustment, in the place of what fell out (崇明 四(二))."""
    if stood is None or stood["tier"] == Tier.PROJECT:
        return None
    return "in_reserve", f"在{Tier.INTENT.zh}，作为计划地块的替补", "stands in the reserve, as a substitute"


def _held_back(said: LineInput) -> Told | None:
    """What the bureau itself leaves to a later year, with its reason."""
    if not said.hold_back:
        return None
    return "held_back", f"暂缓列入：{said.hold_back}", f"held back by the bureau: {said.hold_back}"


def not_standing(parcel_id: str, stood: dict[str, Any] | None, grounds: Grounds) -> Told | None:
    """Say why a parcel cannot come onto a line for how it stands in the pool, or None."""
    if stood is None:
        return "not_pooled", "未在库（已退出）", "not in the pool any more"
    if stood["standing"] != Standing.POOLED:
        standing = Standing(stood["standing"])
        return f"standing_{standing}", f"在库状态为“{standing.zh}”", f"stands in the pool as {standing.en}"
    if stood["version"] != grounds.versions.get(parcel_id):
        return (
            "land_changed",
            "地块在建库后有变更，请重新建库",
            "the parcel changed after the build: build the pool again",
        )
    return None


def unsellable(parcel: dict[str, Any], line: dict[str, Any], grounds: Grounds) -> Told | None:
    """Say why a parcel cannot be sold on the terms stated, or None."""
    if line["mode_certainty"] == Certainty.MAY_NOT_ENTER:
        return "may_not_enter", line["mode_said_zh"], line["mode_said_en"]
    code, said = str(parcel["planned_use_code"]), grounds.inputs.get(str(parcel["parcel_id"]), NOTHING)
    if said.term_years is None:
        return None
    answer = term_limit(grounds.terms, code, Scheme.GUIDE_2023, said.term_years, said.project, grounds.as_of)
    if answer.state is not TermState.EXCEEDS:
        return None
    most = max(limit.max_years for limit in answer.limits)
    cited = answer.limits[0].clause.label_zh
    return (
        "term_exceeds",
        f"拟定年限 {said.term_years} 年超过法定最高年限 {most} 年（{cited}）",
        f"the term of {said.term_years} years exceeds the longest of the statute, {most} ({cited})",
    )


def _refusal(verdict: str, parcel: dict[str, Any], targets: PlanTargets) -> Told | None:
    if verdict not in {str(allowed) for allowed in targets.verdicts}:
        return f"verdict_{verdict}", f"{Outcome(verdict).zh}，本年度计划不列", f"{verdict}: not planned this year"
    lacking = [name for name in targets.required_facts if parcel[name] is pd.NA or not parcel[name]]
    if lacking:
        zh = "、".join(FACT_BY_NAME[name].zh for name in lacking)
        en = ", ".join(FACT_BY_NAME[name].en for name in lacking)
        return "not_ready", f"尚缺：{zh}", f"still lacking: {en}"
    return None


def _told(parcel_id: str, refusal: Told) -> dict[str, str]:
    reason, zh, en = refusal
    return {"parcel_id": parcel_id, "reason": reason, "detail_zh": zh, "detail_en": en}
