"""``landgis plan``: draft the year's supply plan, list, show; its way, adjustment, balance and progress stand beside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli import plan_adjusting, plan_balance, plan_choosing, plan_progress, plan_way
from landgis.cli.districts import AnyDistrict, OneDistrict
from landgis.cli.plan_tables import show_plan
from landgis.cli.show import echo_json, progress, table

if TYPE_CHECKING:
    from landgis.errors import UsageError
    from landgis.services.planning.draft_plan import DraftedPlan

app = typer.Typer(no_args_is_help=True, help="年度入市供应计划。 Annual supply plan.")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]


@app.command()
def draft(
    year: Annotated[int | None, typer.Option(help="计划年度。 Year.")] = None,
    targets: Annotated[Path | None, typer.Option(help="年度目标（yaml）。 Targets.")] = None,
    portfolio: Annotated[
        Path | None, typer.Option(help="组合方案（yaml），按优选结果编制。 Draft what this scenario chooses.")
    ] = None,
    lines: Annotated[
        Path | None, typer.Option(help="逐宗填报（yaml、csv、xlsx）：季度、年限、成本等。 What is stated of parcels.")
    ] = None,
    district: OneDistrict = "songjiang",
    pool: Annotated[str | None, typer.Option(help="建库批次；不写用最新。 Pool; the newest without.")] = None,
    replaces: Annotated[
        str | None, typer.Option(help="替换的草案或退回稿。 The draft or returned version that it replaces.")
    ] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """由储备项目库编制年度计划。 Draft the plan from the pool."""
    from landgis.exchange.plan_inputs import read_line_inputs

    if [year, targets, portfolio].count(None) != 2:
        raise _one_of_three()
    stated = read_line_inputs(lines) if lines else {}
    plan = _drafted(year, targets, portfolio, acting, {
        "district": district, "pool_id": pool, "inputs": stated, "replaces": replaces,
    })  # fmt: skip
    show_plan(plan, json=json)


def _drafted(
    year: int | None, targets: Path | None, portfolio: Path | None, acting: str | None, of: dict[str, Any]
) -> DraftedPlan:
    """Draft by a year alone, by its targets, or by what a portfolio scenario chooses."""
    from landgis.cli.opening import open_app
    from landgis.domain.criteria import PlanTargets
    from landgis.exchange.criteria import read_plan_targets
    from landgis.exchange.portfolio import read_scenario
    from landgis.services.planning.choose_portfolio import draft_portfolio
    from landgis.services.planning.draft_plan import draft_plan

    if portfolio is not None:
        scenario = read_scenario(portfolio)
        main = open_app(acting)
        with progress("组合优选并编制计划"):
            return draft_portfolio(main.database, main.person, scenario=scenario, originals=main.originals, **of)
    asked = read_plan_targets(targets) if targets else PlanTargets(int(year or 0))
    main = open_app(acting)
    with progress("编制计划"):
        return draft_plan(main.database, main.person, targets=asked, **of)


def _one_of_three() -> UsageError:
    from landgis.errors import UsageError

    return UsageError(
        "请给出 --year、--targets、--portfolio 之一",
        "Give one of --year, --targets, --portfolio",
        next_zh="如 --year 2027",
        next_en="E.g. --year 2027",
    )


@app.command("list")
def list_(district: AnyDistrict = None, json: Json = False) -> None:
    """列出各版供应计划。 List the versions of plans."""
    from landgis.cli.opening import open_app
    from landgis.domain.planning import PlanStatus
    from landgis.services.planning.draft_plan import plan_heads

    heads = plan_heads(open_app().database, district)
    if json:
        names = ("plan_id", "district", "year", "status", "pool_id", "replaces", "adjusts", "purpose", "created_by")
        echo_json([{name: getattr(head, name) for name in names} | {"created_at": head.created_at} for head in heads])
        return
    table(
        ("计划 plan", "区 district", "年度 year", "环节 stands", "替换 replaces", "调整 adjusts", "编制 drafted by"),
        [
            (
                head.plan_id,
                head.district,
                head.year,
                f"{PlanStatus(head.status).zh} {PlanStatus(head.status).en}",
                head.replaces,
                head.adjusts,
                f"{head.created_by} {head.created_at:%Y-%m-%d %H:%M}",
            )
            for head in heads
        ],
        whole=(0,),
    )


@app.command()
def show(
    plan_id: Annotated[str | None, typer.Argument(help="计划；不写用最新。 Plan; the newest without.")] = None,
    district: OneDistrict = "songjiang",
    checks: Annotated[bool, typer.Option("--checks", help="列出逐宗核对。 With the checks of every line.")] = False,
    json: Json = False,
) -> None:
    """查看计划的地块、汇总、指标、环节和核对；旧版同样可以查看。 Show a version of a plan, past ones too."""
    from landgis.cli.opening import open_app
    from landgis.services.planning.draft_plan import load_plan
    from landgis.services.planning.move_plan import plan_way

    database = open_app().database
    plan = load_plan(database, plan_id, district)
    show_plan(plan, plan_way(database, plan.head.plan_id), checks=checks, json=json)


app.command()(plan_choosing.choose)
app.command()(plan_way.submit)
app.command("return")(plan_way.return_)
app.command()(plan_way.approve)
app.command()(plan_way.publish)
app.command()(plan_adjusting.revise)
app.command()(plan_adjusting.changes)
app.add_typer(plan_balance.supply, name="supply")
app.command()(plan_balance.balance)
app.command()(plan_balance.forms)
app.command()(plan_progress.milestone)
app.command("progress")(plan_progress.progress_)
