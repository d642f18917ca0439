"""How a plan is printed: lines, totals, targets, steps, checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from landgis.cli.show import echo_json, printable, table

if TYPE_CHECKING:
    import pandas as pd

    from landgis.db.plan_steps import PlanStep
    from landgis.services.planning.draft_plan import DraftedPlan

_SHOWN = 50
"""Lines that a terminal shows; JSON and the forms have them all."""


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame for JSON, missing values as null."""
    from landgis.frames.spec import rows_of

    return [{name: None if _missing(value) else value for name, value in row.items()} for row in rows_of(frame)]


def show_plan(plan: DraftedPlan, steps: Sequence[PlanStep] = (), *, checks: bool = False, json: bool = False) -> None:
    """Print a plan's lines, totals, targets and way."""
    from landgis.domain.planning import PlanStatus

    head, lines, basis = plan.head, plan.draft.lines, plan.basis_counts()
    if json:
        echo_json(_record(plan, steps))
        return
    adjusts = f" · 调整 adjusts {head.adjusts}" if head.adjusts else ""
    purpose = f" · {head.purpose}" if head.purpose else ""
    status = PlanStatus(head.status)
    table(
        ("序", "地块 parcel", "规划用途 use", "公顷 ha", "季度", "交易方式 mode", "结论"),
        [_line(row) for row in plain(lines.head(_SHOWN))],
        title=f"{head.year} 年度入市供应计划 {head.plan_id} · {head.district}{adjusts}{purpose} · {status.zh} {status.en}"
        f"（前 {min(len(lines), _SHOWN)} / 共 {len(lines)} 宗 lines）",
        whole=(1,),
    )
    for frame, name, title in (
        (plan.by_town, ("town_name", "town_code"), "镇（街道） town"),
        (plan.by_use, ("planned_use_zh", "planned_use_code"), "规划用途 use"),
    ):
        rows = [(row[name[0]] or row[name[1]], row["lines"], row["area_ha"], row["area_mu"]) for row in plain(frame)]
        table((title, "宗数 parcels", "公顷 ha", "亩 mu"), rows)
    _show_targets(plan)
    if steps:
        show_steps(steps)
    _show_checks(plan, every=checks)
    typer.echo(
        f"面积依据：登记面积 {basis.get('registered', 0)} 宗，椭球面积 {basis.get('ellipsoidal', 0)} 宗；"
        f"未列入 {len(plan.draft.left_out)} 宗"
    )


def show_steps(steps: Sequence[PlanStep]) -> None:
    """Print the way of a plan."""
    table(
        ("步", "由 from", "到 to", "文号 document", "说明 note", "办理 by", "时间 at"),
        [
            (each.step, each.before.zh, f"{each.after.zh} {each.after.en}", each.document, each.note, each.by,
             f"{each.at:%Y-%m-%d %H:%M}")
            for each in steps
        ],
    )  # fmt: skip


def _record(plan: DraftedPlan, steps: Sequence[PlanStep]) -> dict[str, Any]:
    head = plan.head
    return {
        "plan_id": head.plan_id,
        "year": head.year,
        "pool_id": head.pool_id,
        "status": head.status,
        "replaces": head.replaces,
        "adjusts": head.adjusts,
        "area_basis": plan.basis_counts(),
        "lines": plain(plan.draft.lines),
        "by_use": plain(plan.by_use),
        "by_town": plain(plan.by_town),
        "left_out": plain(plan.draft.left_out),
        "checks": plain(plan.draft.checks),
        "targets": plain(plan.target_use),
        "changes": plain(plan.changes),
        "steps": [vars(each) for each in steps],
    }


def _line(row: dict[str, Any]) -> tuple[object, ...]:
    from landgis.domain.outcome import Outcome
    from landgis.rules.choosing.mode_answer import Certainty
    from landgis.rules.choosing.sale import Mode

    said = Mode(row["trade_mode"]).words.zh if row["trade_mode"] else None
    certainty = Certainty(row["mode_certainty"]).words.zh if row["mode_certainty"] else None
    return (
        row["line_no"], row["parcel_id"], row["planned_use_zh"], row["area_ha"], row["quarter"], said or certainty,
        Outcome(row["verdict"]).zh,
    )  # fmt: skip


def _show_targets(plan: DraftedPlan) -> None:
    if not len(plan.target_use):
        return
    names = {"whole": "年度总量 total", "use": "用途 use", "town": "镇（街道） town", "quarter": "季度 quarter"}
    sides = {"least": "不少于 at least", "most": "不多于 at most"}
    table(
        ("指标 target", "", "公顷 ha", "计划 planned", "达到 met"),
        [
            (f"{names[row['target']]} {row['key']}".strip(), sides[row["side"]], row["limit_ha"], row["used_ha"],
             "是 yes" if row["met"] else f"否 no（差 {-row['off_ha']}）")
            for row in plain(plan.target_use)
        ],
    )  # fmt: skip


def _show_checks(plan: DraftedPlan, *, every: bool) -> None:
    from landgis.domain.outcome import Outcome
    from landgis.domain.planning import PlanCheck

    checks = plan.draft.checks
    outcomes = [Outcome.CLEAR, Outcome.FLAGGED, Outcome.UNKNOWN, Outcome.EXCLUDED, Outcome.NOT_ASKED]
    counted = checks.groupby(["check_id", "outcome"]).size()
    table(
        ("核对 check", *(outcome.zh for outcome in outcomes)),
        [
            (f"{check.zh} {check.en}", *(int(counted.get((str(check), str(outcome)), 0)) for outcome in outcomes))
            for check in PlanCheck
        ],
    )
    if not every:
        return
    parcels = dict(zip(plan.draft.lines["line_no"], plan.draft.lines["parcel_id"], strict=True))
    for row in plain(checks):
        outcome, check = Outcome(row["outcome"]), PlanCheck(row["check_id"])
        typer.echo(printable(f"{row['line_no']} {parcels[row['line_no']]} {check.zh}：{outcome.zh}　{row['said_zh']}"))
        typer.echo(printable(f"    {check.en}: {outcome.value}. {row['said_en']}"))


def _missing(value: object) -> bool:
    import pandas as pd

    return value is None or value is pd.NA or value != value
