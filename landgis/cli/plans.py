"""``landgis plan``: draft the year's supply plan, show it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.show import echo_json, progress, table

if TYPE_CHECKING:
    from landgis.services.planning.draft_plan import DraftedPlan

app = typer.Typer(no_args_is_help=True, help="年度入市供应计划。 Annual supply plan.")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
District = Annotated[str, typer.Option(help="songjiang 或 chongming。")]


@app.command()
def draft(
    year: Annotated[int | None, typer.Option(help="计划年度。 Year.")] = None,
    targets: Annotated[Path | None, typer.Option(help="年度目标（yaml）。 Targets.")] = None,
    district: District = "songjiang",
    pool: Annotated[str | None, typer.Option(help="储备项目库；不写用最新。 Pool; the newest without.")] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """由储备项目库编制年度计划。 Draft the plan from the pool."""
    from landgis.cli.opening import open_app
    from landgis.domain.criteria import PlanTargets
    from landgis.errors import UsageError
    from landgis.exchange.criteria import read_plan_targets
    from landgis.services.planning.draft_plan import draft_plan

    if (year is None) == (targets is None):
        raise UsageError(
            "请给出 --year 或 --targets 之一",
            "Give either --year or --targets",
            next_zh="如 --year 2027",
            next_en="E.g. --year 2027",
        )
    asked = read_plan_targets(targets) if targets else PlanTargets(int(year or 0))
    main = open_app(acting)
    with progress("编制计划"):
        plan = draft_plan(main.database, main.person, district, asked, pool)
    show_plan(plan, json)


@app.command()
def show(
    plan_id: Annotated[str | None, typer.Argument(help="计划；不写用最新。 Plan.")] = None,
    district: District = "songjiang",
    json: Json = False,
) -> None:
    """查看计划的地块和汇总。 Show lines and totals."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.draft_plan import load_plan

    show_plan(load_plan(open_app().database, plan_id, district), json)


def show_plan(plan: DraftedPlan, json: bool) -> None:
    """Print a plan's lines and totals."""
    from landgis.frames.spec import rows_of

    lines, basis = plan.draft.lines, plan.basis_counts()
    if json:
        echo_json(
            {
                "plan_id": plan.head.plan_id,
                "year": plan.head.year,
                "pool_id": plan.head.pool_id,
                "area_basis": basis,
                "lines": rows_of(lines),
                "by_use": rows_of(plan.by_use),
                "by_town": rows_of(plan.by_town),
                "left_out": rows_of(plan.draft.left_out),
            }
        )
        return
    rows = [
        (
            row["line_no"],
            row["parcel_id"],
            row["town_name"],
            row["planned_use_zh"],
            row["area_ha"],
            row["area_mu"],
            _verdict_zh(row["verdict"]),
        )
        for row in rows_of(lines.head(50))
    ]
    table(
        ("序", "地块", "镇（街道）", "规划用途", "公顷", "亩", "结论"),
        rows,
        title=f"{plan.head.year} 年度入市供应计划 {plan.head.plan_id} · {plan.head.district}（前 {len(rows)} / 共 {len(lines)} 宗）",
    )
    table(
        ("镇（街道）", "宗数", "公顷", "亩"),
        [
            (row["town_name"] or row["town_code"], row["lines"], row["area_ha"], row["area_mu"])
            for row in rows_of(plan.by_town)
        ],
    )
    table(
        ("规划用途", "宗数", "公顷", "亩"),
        [
            (row["planned_use_zh"] or row["planned_use_code"], row["lines"], row["area_ha"], row["area_mu"])
            for row in rows_of(plan.by_use)
        ],
    )
    typer.echo(
        f"面积依据：登记面积 {basis.get('registered', 0)} 宗，椭球面积 {basis.get('ellipsoidal', 0)} 宗；"
        f"未列入 {len(plan.draft.left_out)} 宗"
    )


def _verdict_zh(verdict: str) -> str:
    from landgis.domain.outcome import Outcome

    return Outcome(verdict).zh
