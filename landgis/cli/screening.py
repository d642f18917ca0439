"""``landgis screen``: the whole inventory, or what has changed of it, on this machine or on a cluster."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import AsOf, KnownAt, day
from landgis.cli.show import echo_json, notice, printable, progress, table
from landgis.domain.layer import LegalState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landgis.services.deciding.decisions import Standing
    from landgis.services.flipping.flips import Flips
    from landgis.services.screening.screen import Screened

_LISTED = 20
"""Flips, and decisions that are due, printed for people; ``--json`` has them all."""


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
    curable: Annotated[
        bool,
        typer.Option("--curable", help="不筛查，读最近一次：能补正的按工作量排序。 Rank near misses of the last run."),
    ] = False,
    preference: Annotated[
        bool,
        typer.Option(
            "--preference", help="不筛查，读最近一次：能入市的按优选得分排序。 Rank what may enter of the last run."
        ),
    ] = False,
    top: Annotated[
        int, typer.Option(min=1, help="--preference：列出前几位，并看其稳不稳。 How many of the first.")
    ] = 20,
    out: Annotated[
        Path | None, typer.Option(help="--preference：另存全部得分的文件夹。 Folder for all points and ranks.")
    ] = None,
    acting: Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> int:
    """筛查库内全部地块，保存结果。 Screen the inventory and store the run.

    与上一次正式筛查比较，逐宗说明哪些结论变了、由何变为何、为什么。
    Verdicts that flip against the last final run are told, from what to what and why.
    在编（drafting）、公示（public_notice）、已批未生效（approved_pending）的图层只供预审（非最终结论），不能据此建库。
    Releases not in force serve a preview only: no pool can be built from it.
    """
    from landgis.cli.curing import refuse_beside_curable, show_curable
    from landgis.cli.opening import open_app
    from landgis.cli.preferring import refuse_beside_preference, show_preference
    from landgis.errors import UsageError
    from landgis.services.screening.screen import Measuring
    from landgis.services.screening.screen import screen as service

    if scheduler is not None and engine is not EngineName.DASK:
        raise UsageError(
            "--scheduler 只用于 --engine dask", "--scheduler goes with --engine dask",
            next_zh="请加 --engine dask", next_en="Add --engine dask",
        )  # fmt: skip
    refuse_beside_preference(
        preference, out=out, plain=as_of is known_at is None and not (changed or curable) and engine is EngineName.LOCAL
    )
    if curable:
        refuse_beside_curable(changed=changed, as_of=as_of, known_at=known_at, engine=engine is not EngineName.LOCAL)
        return show_curable(open_app(acting), rules, json=json)
    if preference:
        return show_preference(open_app(acting), rules, top=top, out=out, json=json)
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
    show_decisions(run.decisions)
    if run.flips is not None:
        show_flips(run.flips)


def show_decisions(decisions: Sequence[Standing]) -> None:
    """Count what persons decided beside the verdicts, and list what must be seen to; nothing where nobody did."""
    if not decisions:
        return
    states = Counter(standing.state for standing in decisions)
    zh = "、".join(f"{state.zh} {count} 项" for state, count in states.items())
    en = ", ".join(f"{count} {state.en}" for state, count in states.items())
    typer.echo(f"人工认定（与计算结论并列，不改变上表）：{zh} | decisions of persons, beside the verdicts: {en}")
    due = [standing for standing in decisions if standing.due]
    for standing in due[:_LISTED]:
        told_zh, told_en = standing.words
        typer.echo(printable(f"  {standing.decision.parcel_id} {told_zh}\n    {told_en}"))
    if len(due) > _LISTED:
        rest = len(due) - _LISTED
        typer.echo(
            f"  另有 {rest} 项须办理，见 landgis decision list --due | {rest} more, see landgis decision list --due"
        )


def show_flips(flips: Flips) -> None:
    """Say which verdicts are not what they were, and why; new and ended parcels are counted."""
    count, run_id = len(flips.flipped), flips.against.run_id
    typer.echo(f"与 {run_id}（截至 {flips.against.meta.as_of}）相比，{count} 宗地块结论有变 | {count} verdicts flipped")
    for flip in flips.flipped[:_LISTED]:
        zh, en = flip.words
        typer.echo(printable(f"  {zh}\n    {en}"))
    if count > _LISTED:
        typer.echo(f"  另有 {count - _LISTED} 宗，见 --json | {count - _LISTED} more, see --json")
    if flips.new or flips.gone:
        new, gone = len(flips.new), len(flips.gone)
        typer.echo(f"  新增 {new} 宗、不再筛查 {gone} 宗 | {new} parcels are new, {gone} are no longer screened")
