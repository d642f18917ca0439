"""``landgis screen``: the whole inventory, or what has changed of it, on this machine or on a cluster."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import AsOf, KnownAt, day
from landgis.cli.show import echo_json, notice, progress, table
from landgis.domain.layer import LegalState

if TYPE_CHECKING:
    from landgis.services.screen import Screened


class EngineName(StrEnum):
    """Who measures."""

    LOCAL = "local"
    DASK = "dask"


def screen(
    rules: Annotated[str, typer.Option(help="规则包。 Rule pack.")] = "songjiang",
    as_of: AsOf = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="只量算有变化的部分，其余沿用上次。 Measure only what has changed.")
    ] = False,
    engine: Annotated[EngineName, typer.Option(help="在本机或在 Dask 集群上量算。 Who measures.")] = EngineName.LOCAL,
    scheduler: Annotated[
        str | None, typer.Option(help="Dask 调度器地址；不写则在本机启动。 Scheduler's address; own cluster without.")
    ] = None,
    legal_state: Annotated[
        LegalState,
        typer.Option(help="优先采用何种法律状态的图层；非 in_force 即为预审。 Whose releases come first; a preview."),
    ] = LegalState.IN_FORCE,
    known_at: KnownAt = None,
    acting: Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> int:
    """筛查库内全部地块，保存结果。 Screen the inventory and store the run.

    在编（drafting）、公示（public_notice）、已批未生效（approved_pending）的图层只供预审（非最终结论），不能据此建库。
    Releases not in force serve a preview only: no pool can be built from it.
    """
    from landgis.cli.opening import open_app
    from landgis.errors import UsageError
    from landgis.services.screen import Measuring
    from landgis.services.screen import screen as service

    if scheduler is not None and engine is not EngineName.DASK:
        raise UsageError(
            "--scheduler 只用于 --engine dask", "--scheduler goes with --engine dask",
            next_zh="请加 --engine dask", next_en="Add --engine dask",
        )  # fmt: skip
    app = open_app(acting)
    with progress("筛查") as step, app.engine(engine, scheduler) as measures:
        run = service(
            app.database, app.person, app.pack(rules), day(as_of), step, legal_state=legal_state, known_at=known_at,
            originals=app.originals, how=Measuring(app.indexes, measures, changed),
        )  # fmt: skip
    if changed and run.head.meta.taken_from is None:
        notice("没有可沿用的筛查批次，已全部量算", "No earlier run could be taken over: everything was measured")
    if json:
        echo_json(run.summary())
    else:
        _show(run)
    return run.exit_code


def _show(run: Screened) -> None:
    summary, meta = run.summary(), run.head.meta
    title = f"筛查 {run.run_id} · {summary['district']} · 截至 {summary['as_of']}"
    typer.echo("\n".join(filter(None, (title, *meta.caution))))
    if meta.taken_from is not None:
        total = sum(run.counts.values())
        rows = [(layer, count, total - count) for layer, count in meta.taken_over.items()]
        table(("图层", "沿用（宗）", "重新量算（宗）"), rows, title=f"沿用 {meta.taken_from} 的量算 taken over")
    table(("结论", "宗数"), [(row["zh"], row["count"]) for row in summary["verdicts"]])
