"""Adjusting a published plan in the middle of the year (年中调整): a change set, and what it makes of the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from landgis.domain.outcome import Outcome
from landgis.domain.planning import PlanCheck
from landgis.domain.pooling import Standing
from landgis.errors import Conflict, NotFound
from landgis.frames.planned import CHANGES, framed
from landgis.frames.pooled import PLAN_LEFT_OUT
from landgis.frames.spec import rows_of
from landgis.plan.checks import checks_of
from landgis.plan.draft import Draft, facts_by_parcel, not_standing, standing_by_parcel, unsellable
from landgis.plan.grounds import Grounds
from landgis.plan.inputs import OF_SALE, LineChange, LineInput
from landgis.plan.lines import line_of, numbered, sale_columns
from landgis.plan.verdict_now import overtaken


@dataclass(frozen=True)
class Published:
    """The plan that is adjusted: its lines and checks (``frames.planned``), and the verdicts that its targets let onto it."""

    plan_id: str
    lines: pd.DataFrame
    checks: pd.DataFrame
    verdicts: tuple[Outcome, ...]


@dataclass(frozen=True)
class Revised:
    """The new version, and its change set (``frames.planned.CHANGES``)."""

    draft: Draft
    changes: pd.DataFrame


def revise(
    published: Published, changes: Sequence[LineChange], members: pd.DataFrame, parcels: pd.DataFrame, grounds: Grounds
) -> Revised:
    """Apply a change set to the published plan of the year.

    Parameters
    ----------
    published
        The plan.
    changes
        One per parcel.
    members
        ``frames.pooled.POOL_MEMBERS`` of the build that what comes in is taken from.
    parcels
        ParcelFrame (geometry not used).
    grounds
        Of that build's run.

    Raises
    ------
    NotFound
        If a parcel is not on the plan, or not in the build.
    Conflict
        If a parcel cannot come in or go out for how it stands in the pool, if the newest verdict does not let it in, or if
        it cannot be sold on the terms stated.
    """
    facts, stands = facts_by_parcel(parcels), standing_by_parcel(grounds.standings)
    told = replace(grounds, inputs={each.parcel_id: each.line for each in changes})
    rows = {str(row["parcel_id"]): row for row in rows_of(published.lines)}
    build = {str(row["parcel_id"]): row for row in rows_of(members)}
    for change in changes:
        parcel_id = change.parcel_id
        if change.change == "in":
            rows[parcel_id] = _coming_in(change, rows, build, facts, stands.get(parcel_id), told, published.verdicts)
        elif parcel_id not in rows:
            raise _not_there(parcel_id, f"计划 {published.plan_id}", f"on plan {published.plan_id}")
        elif change.change == "out":
            _require_free(parcel_id, stands.get(parcel_id))
            del rows[parcel_id]
        else:
            rows[parcel_id] = _changed(rows[parcel_id], facts.get(parcel_id), change.line, told)
    lines = numbered(list(rows.values()))
    touched = {each.parcel_id for each in changes if each.change != "out"}
    checks = _checks(lines, touched, published, facts, told)
    draft = Draft(lines, PLAN_LEFT_OUT.empty(), checks)
    told_of = sorted(changes, key=lambda each: each.parcel_id)
    return Revised(draft, framed([{name: getattr(each, name) for name in CHANGES.names} for each in told_of], CHANGES))


def _coming_in(
    change: LineChange, rows: Mapping[str, Any], build: Mapping[str, Any], facts: Mapping[str, dict[str, Any]],
    stood: dict[str, Any] | None, grounds: Grounds, verdicts: tuple[Outcome, ...],
) -> dict[str, Any]:  # fmt: skip
    parcel_id = change.parcel_id
    if parcel_id in rows:
        raise Conflict(
            f"地块 {parcel_id} 已在计划内，不能再调入", f"Parcel {parcel_id} is on the plan already", where=parcel_id
        )
    if parcel_id not in build:
        raise _not_there(parcel_id, "最新建库批次", "in the newest build")
    refusal = not_standing(parcel_id, stood, grounds) or overtaken(parcel_id, grounds.newest, verdicts)
    line = line_of(build[parcel_id], facts[parcel_id], str(stood["member_id"]) if stood else "", grounds)
    refusal = refusal or unsellable(facts[parcel_id], line, grounds)
    if refusal is not None:
        _, zh, en = refusal
        raise Conflict(f"地块 {parcel_id} 不能调入：{zh}", f"Parcel {parcel_id} cannot come in: {en}", where=parcel_id)
    return line


def _require_free(parcel_id: str, stood: dict[str, Any] | None) -> None:
    """What is under way or supplied stays on the plan that it was supplied by."""
    standing = None if stood is None else Standing(stood["standing"])
    if standing in (Standing.UNDER_WAY, Standing.SUPPLIED):
        raise Conflict(
            f"地块 {parcel_id} 在库状态为“{standing.zh}”，不能调出",
            f"Parcel {parcel_id} stands as {standing.en} and cannot go out",
            where=parcel_id,
            next_zh="交易终止的，请先登记为“计划”再调整",
            next_en="Where there is no deal, note that first, then adjust",
        )


def _changed(line: dict[str, Any], facts: dict[str, Any] | None, said: LineInput, grounds: Grounds) -> dict[str, Any]:
    """Return a line with what is stated anew; the mode is looked up again where what it hangs on is stated."""
    stated = said.stated()
    new = line | {name: value for name, value in stated.items() if name in line}
    if any(name in stated for name in OF_SALE):
        rental = None if line["rental_housing"] is pd.NA else line["rental_housing"]
        new |= sale_columns(str(line["planned_use_code"]), rental, said, grounds)
    if facts is not None and (refusal := unsellable(facts, new, grounds)):
        raise Conflict(
            f"地块 {line['parcel_id']} 不能这样变更：{refusal[1]}",
            f"Parcel {line['parcel_id']} cannot be changed so: {refusal[2]}",
            where=str(line["parcel_id"]),
        )
    return new


def _checks(
    lines: pd.DataFrame,
    touched: set[str],
    published: Published,
    facts: Mapping[str, Mapping[str, Any]],
    grounds: Grounds,
) -> pd.DataFrame:
    """Ask what the change set touches anew; keep what was answered of other lines, and of what is not stated again."""
    again = lines["parcel_id"].isin(touched & set(facts))
    fresh = checks_of(lines[again], facts, grounds)
    parcels = dict(zip(published.lines["line_no"], published.lines["parcel_id"], strict=True))
    parcel_ids = published.checks["line_no"].map(parcels)
    silent = parcel_ids.map(lambda parcel_id: parcel_id not in grounds.inputs or _silent(grounds.inputs[parcel_id]))
    asked_again = parcel_ids.isin(set(lines.loc[again, "parcel_id"]))
    stays = ~asked_again | (published.checks["check_id"] == PlanCheck.INVESTOR_FOUND) & silent
    line_no = parcel_ids[stays].map(dict(zip(lines["parcel_id"], lines["line_no"], strict=True)))
    kept = published.checks[stays].assign(line_no=line_no)[line_no.notna()].astype({"line_no": "int64"})
    every = pd.concat([kept, fresh]).drop_duplicates(["line_no", "check_id"])
    order = every["check_id"].map({str(check): place for place, check in enumerate(PlanCheck)})
    return every.assign(order=order).sort_values(["line_no", "order"], ignore_index=True).drop(columns="order")


def _silent(said: LineInput) -> bool:
    """Tell whether nothing is stated of investors: what the plan was drafted with holds on."""
    return said.intended is None and not said.investor_zh


def _not_there(parcel_id: str, zh: str, en: str) -> NotFound:
    return NotFound(
        f"地块 {parcel_id} 不在{zh}内", f"Parcel {parcel_id} is not {en}", where=parcel_id,
        next_zh="请核对地块编号", next_en="Check the number",
    )  # fmt: skip
