"""``landgis plan revise`` and ``changes``: adjusting the published plan in the middle of the year."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.plan_tables import plain
from landgis.cli.show import echo_json, progress, table

if TYPE_CHECKING:
    from landgis.services.planning.revise_plan import Adjustment

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]


def revise(
    plan_id: Annotated[str, typer.Argument(help="已公布的计划。 The published plan.", metavar="PLAN")],
    changes: Annotated[
        Path, typer.Option("--changes", help="调整内容（yaml、csv、xlsx），逐宗写明理由。 The change set.")
    ],
    purpose: Annotated[str, typer.Option("--purpose", help="调整事由。 What it is for.")] = "",
    replaces: Annotated[str | None, typer.Option(help="替换的退回稿。 The returned version that it replaces.")] = None,
    pool: Annotated[str | None, typer.Option(help="调入地块所在建库批次；不写用最新。 Pool of what comes in.")] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """年中调整：形成新的一版，同样逐级送审、公布。 Adjust a published plan as a version of its own."""
    from landgis.cli.opening import open_app
    from landgis.exchange.plan_inputs import read_line_changes
    from landgis.services.planning.revise_plan import revise_plan

    read = read_line_changes(changes)
    main = open_app(acting)
    with progress("调整计划"):
        made = revise_plan(main.database, main.person, plan_id, read, purpose=purpose, replaces=replaces, pool_id=pool)
    show_adjustment(made, json)


def changes(
    plan_id: Annotated[str, typer.Argument(help="调整后的计划。 The adjustment.", metavar="PLAN")], json: Json = False
) -> None:
    """调整前后对照。 An adjustment set against the plan that it adjusts."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.revise_plan import load_adjustment

    show_adjustment(load_adjustment(open_app().database, plan_id), json)


def show_adjustment(made: Adjustment, json: bool) -> None:
    """Print what an adjustment changes."""
    before, after = (sum(plan.draft.lines["area_ha"]) for plan in (made.before, made.plan))
    head = made.plan.head
    if json:
        echo_json({
            "plan_id": head.plan_id, "adjusts": head.adjusts, "purpose": head.purpose, "lines": len(made.plan.draft.lines),
            "before_ha": before, "after_ha": after, "changes": plain(made.table),
        })  # fmt: skip
        return
    words = {"in": "调入 in", "out": "调出 out", "changed": "变更 changed"}
    table(
        ("地块 parcel", "调整 change", "镇（街道）", "规划用途", "调整前 ha", "调整后 ha", "增减 ha", "内容 what", "理由 why"),
        [
            (row["parcel_id"], words[row["change"]], row["town_name"], row["planned_use_zh"], row["before_ha"],
             row["after_ha"], row["off_ha"], row["said_zh"], row["reason"])
            for row in plain(made.table)
        ],
        title=f"{head.year} 年度计划调整 {head.adjusts} → {head.plan_id} {head.purpose}",
    )  # fmt: skip
    typer.echo(f"合计：{before} → {after} 公顷（{len(made.before.draft.lines)} → {len(made.plan.draft.lines)} 宗）")
    typer.echo(f"In all: {before} → {after} ha")
