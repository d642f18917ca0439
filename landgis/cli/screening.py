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
    from landgis.services.pooling.tasks import Opened
    from landgis.services.screening.screen import Screened

_LISTED = 20
"""Flips, and decisions that are due, printed for people; ``--json`` has them all."""


_TOP = 20
"""So many of the first ``--preference`` lists, unless told otherwise."""


class EngineName(StrEnum):
    """Who measures."""

    LOCAL = "local"
    DASK = "dask"


def screen(
    rules: Annotated[
        str,
        typer.Option(help="规则包名，即所筛查的区；不能是文件或文件夹。 Name of a pack, whose district is screened."),
    ] = "songjiang",
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
        int | None,
        typer.Option(
            min=1, help="--preference：列出前几位，并看其稳不稳，默认 20。 How many of the first; 20 without."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="--preference：另存全部得分的文件夹。 Folder for all points and ranks.")
    ] = None,
    acting: Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> int:
    """筛查库内一个区的全部地块，保存结果。 Screen the inventory of a district and store the run.

    截至日期不能晚于今天（预审除外）；早于最近批次的是回看，不影响认定、建库所依据的批次。
    The day is today or earlier, but for a preview; a day before that of the newest run looks back and founds nothing.

    与上一次正式筛查比较，逐宗说明哪些结论变了、由何变为何、为什么。
    Verdicts that flip against the last final run are told, from what to what and why.
    在编（drafting）、公示（public_notice）、已批未生效（approved_pending）的图层只供预审（非最终结论），不能据此建库。
    Releases not in force serve a preview only: no pool can be built from it.
    """
    from landgis.cli.curing import refuse_beside_curable, show_curable
    from landgis.cli.opening import open_app
    from landgis.cli.preferring import refuse_beside_preference, show_preference
    from landgis.errors import UsageError
    from landgis.services.screening.screen import Measuring, require_present
    from landgis.services.screening.screen import screen as service

    if scheduler is not None and engine is not EngineName.DASK:
        raise UsageError(
            "--scheduler 只用于 --engine dask", "--scheduler goes with --engine dask",
            next_zh="请加 --engine dask", next_en="Add --engine dask",
        )  # fmt: skip
    _require_published(rules)
    plain = as_of is known_at is None and not (changed or curable) and engine is EngineName.LOCAL
    refuse_beside_preference(preference, out=out, top=top, plain=plain)
    if curable:
        refuse_beside_curable(changed=changed, as_of=as_of, known_at=known_at, engine=engine is not EngineName.LOCAL)
        return show_curable(open_app(acting), rules, json=json)
    if preference:
        return show_preference(open_app(acting), rules, top=_TOP if top is None else top, out=out, json=json)
    today = day(None)
    require_present(day(as_of), today, legal_state)  # before a database is opened for nothing
    app = open_app(acting)
    with progress("筛查") as step, app.engine(engine, scheduler) as measures:
        run = service(
            app.database, app.person, app.pack(rules), day(as_of), step, today=today, legal_state=legal_state,
            known_at=known_at, originals=app.originals, how=Measuring(app.indexes, measures, changed),
        )  # fmt: skip
    if changed and run.head.meta.taken_from is None:
        notice("没有可沿用的筛查批次，已全部量算", "No earlier run could be taken over: everything was measured")
    _tell_looking_back(run)
    if json:
        echo_json(run.summary())
    else:
        _show(run)
    return run.exit_code


def _require_published(rules: str) -> None:
    """Refuse a pack of one's own: a stored run is recomputed from a pack that everybody has."""
    from landgis.errors import UsageError
    from landgis.services.checking.trial_pack import is_trial

    if is_trial(rules):
        raise UsageError(
            f"筛查结果要保存、要能复核，只用随系统发布的规则包，不能用文件或文件夹“{rules}”",
            f"A run is stored and recomputed later: it takes published packs alone, not the file or folder “{rules}”",
            where=rules,
            next_zh="试算请用 landgis check --rules（不保存）、landgis rules backtest，或给出规则包名",
            next_en="To try rules out use landgis check --rules (nothing is saved) or landgis rules backtest; else name a pack",
        )


def _tell_looking_back(run: Screened) -> None:
    """Say when decisions and pools go on standing on another run, since this one is of an earlier day."""
    newest = run.in_use
    if newest is not None and run.head.meta.final and newest.run_id != run.run_id:
        notice(
            f"本批次截至 {run.head.meta.as_of}，是回看：说明、认定、建库不指明批次时仍以 {newest.run_id}（截至 {newest.meta.as_of}）"
            f"为准；要用本批次请写明 --run {run.run_id}",
            f"this run looks back to {run.head.meta.as_of}: where no run is named, pages, decisions and pools go on standing on "
            f"{newest.run_id} (as of {newest.meta.as_of}); name this one with --run {run.run_id}",
        )


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
    show_opened(run.tasks)


def show_opened(opened: Opened) -> None:
    """Say which tasks the run opened, or aloud that it could not; nothing where it left nothing to do."""
    from landgis.cli.show import echo_error

    if opened.failed is not None:
        notice(
            "筛查结果已保存，但待办事项未能生成，请用 landgis task open 补开",
            "The run is stored, but its tasks could not be opened: open them with landgis task open",
        )
        echo_error(opened.failed)
    if opened.tasks:
        count = len(opened.tasks)
        typer.echo(f"涉及储备库和供应计划，待办 {count} 项，见 landgis task list | {count} tasks: landgis task list")


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
    """Say which verdicts are not what they were, and why, like with like; new and ended parcels are counted."""
    from landgis.services.flipping.flips import alike

    count, run_id = len(flips.flipped), flips.against.run_id
    typer.echo(f"与 {run_id}（截至 {flips.against.meta.as_of}）相比，{count} 宗地块结论有变 | {count} verdicts flipped")
    groups = alike(flips.flipped)
    for group in groups[:_LISTED]:
        zh, en = group.words
        typer.echo(printable(f"  {zh}\n    {en}"))
    rest = sum(len(group.flips) for group in groups[_LISTED:])
    if rest:
        typer.echo(f"  另有 {rest} 宗，见 --json | {rest} more, see --json")
    if flips.new or flips.gone:
        new, gone = len(flips.new), len(flips.gone)
        typer.echo(f"  新增 {new} 宗、不再筛查 {gone} 宗 | {new} parcels are new, {gone} are no longer screened")
