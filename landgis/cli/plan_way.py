"""``landgis plan submit``, ``return``, ``approve``, ``publish``: a plan on its way."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import day, parse_day
from landgis.cli.plan_tables import show_steps
from landgis.cli.show import echo_json

if TYPE_CHECKING:
    from landgis.services.planning.move_plan import MovedPlan

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
Plan = Annotated[str, typer.Argument(help="计划编号。 Plan.", metavar="PLAN")]
Paper = Annotated[str, typer.Option("--document", help="所依据的文号。 The document that it rests on.")]
Note = Annotated[str, typer.Option("--note", help="说明。 Note.")]


def submit(plan_id: Plan, note: Note = "", acting: As = None, json: Json = False) -> None:
    """送审：编制 → 镇街会商 → 区政府审议。 Take a plan to the towns, then before the district government."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.move_plan import submit_plan

    main = open_app(acting)
    _show(submit_plan(main.database, main.person, plan_id, note), json)


def return_(
    plan_id: Plan,
    reason: Annotated[str, typer.Option("--reason", help="退回理由。 Why.")],
    acting: As = None,
    json: Json = False,
) -> None:
    """退回：须写明理由，修改后另编一版。 Send a plan back; it is drafted anew as another version."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.move_plan import return_plan

    main = open_app(acting)
    _show(return_plan(main.database, main.person, plan_id, reason), json)


def approve(plan_id: Plan, document: Paper, note: Note = "", acting: As = None, json: Json = False) -> None:
    """审定并上报市规划资源局；须由编制人以外的区审核员办理。 Approve and report a plan; never by its author."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.move_plan import approve_plan

    main = open_app(acting)
    _show(approve_plan(main.database, main.person, plan_id, document, note), json)


def publish(
    plan_id: Plan,
    document: Paper,
    note: Note = "",
    on: Annotated[
        date | None,
        typer.Option("--on", parser=parse_day, metavar="年-月-日", help="公布日期，默认今天。 Day of publication."),
    ] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """公布：地块在库状态同时改为“计划”。 Publish a plan; its parcels stand as planned from then on."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.move_plan import publish_plan

    main = open_app(acting)
    _show(publish_plan(main.database, main.person, plan_id, document, note, on=day(on), today=day(None)), json)


def _show(moved: MovedPlan, json: bool) -> None:
    from landgis.domain.planning import PlanStatus

    head, status = moved.head, PlanStatus(moved.head.status)
    if json:
        steps = [vars(each) for each in moved.steps]
        echo_json({"plan_id": head.plan_id, "status": head.status, "moved": moved.moved, "steps": steps})
        return
    typer.echo(f"计划 {head.plan_id}：{status.zh}；在库状态变动 {moved.moved} 宗")
    typer.echo(f"Plan {head.plan_id}: {status.en}; {moved.moved} members of the pool moved")
    show_steps(moved.steps)
