"""``landgis job``: long work that was asked for, how far it is, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.choices import listed, one_of
from landgis.cli.pool_words import moment
from landgis.cli.show import echo_json, notice, printable, table
from landgis.domain.jobs import JobKind, JobState

if TYPE_CHECKING:
    from landgis.domain.jobs import Job
    from landgis.services.jobs.jobs import AskedFor

app = typer.Typer(
    no_args_is_help=True,
    help="后台任务：提交、列出、查看、取消、重新提交；由 landgis worker 执行。 Long work, done by landgis worker.",
)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
No = Annotated[int, typer.Argument(metavar="NO", help="任务编号。 Its number.", min=1)]
_FILES = ("file", "coverage", "facts", "documents")
_DAYS = {JobKind.SCREEN: "as_of", JobKind.PACKAGE: "as_of", JobKind.ATLAS: "drawn_on"}
"""The day of each kind that is today where nobody says it."""


@app.command()
def ask(
    kind: Annotated[
        JobKind, typer.Argument(parser=one_of(JobKind), metavar="KIND", help=f"{listed(JobKind)}。 What to do.")
    ],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME=VALUE", help="参数，如 rules=songjiang、file=地块.gpkg。 Arguments; a.b=… goes inside."
        ),
    ] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """提交后台任务；相同的任务正在排队或执行时不重复提交。 Ask for long work; the same is never done twice at once.

    参数与相应命令相同：landgis job ask screen rules=songjiang as_of=2026-06-30
    Arguments are those of the command itself.
    """
    from landgis.cli.opening import open_app
    from landgis.services.jobs.jobs import ask as service

    main = open_app(acting)
    given: dict[str, Any] = {}
    for text in arguments or ():
        _set(given, text)
    for name in _FILES:
        if isinstance(given.get(name), str):
            kept = main.originals.keep(Path(given[name]))
            given[name] = {"content_hash": kept.content_hash, "name": kept.name}
    if kind in _DAYS:
        given.setdefault(_DAYS[kind], _today())
    _tell(service(main.database, main.person, main.house.home, kind, given), json)


@app.command("list")
def list_(
    acting: As = None,
    most: Annotated[int, typer.Option("--most", min=1, help="最多列出几项。 How many at most.")] = 50,
    json: Json = False,
) -> None:
    """列出后台任务，新的在前：自己的，以及按角色可看的。 List jobs, the newest first: one's own, and what the role sees."""
    from landgis.cli.opening import open_app
    from landgis.services.jobs.jobs import jobs

    main = open_app(acting)
    found = jobs(main.database, main.person, most=most)
    if json:
        echo_json({"count": found.count, "workers": found.workers, "jobs": [job.as_dict() for job in found.jobs]})
        return
    table(
        ("编号\nno", "任务\nwhat", "状态\nstate", "结果\nwhat came of it", "提交\nasked"),
        [
            (
                str(job.job_no), f"{job.kind.zh}\n{job.kind.en}", _state(job), printable("\n".join(filter(None, job.told))),
                f"{moment(job.created_at)}\n{printable(job.name_zh)}",
            )
            for job in found.jobs
        ],
        title=f"后台任务 {len(found.jobs)} / {found.count} 项 | {len(found.jobs)} of {found.count} jobs",
        ruled=True,
        whole=(0,),
    )  # fmt: skip
    if not found.workers and any(not job.state.ended for job in found.jobs):
        notice("没有执行程序在运行，任务不会开始：请运行 landgis worker", "no worker is running: start landgis worker")


@app.command()
def show(job_no: No, acting: As = None, json: Json = False) -> None:
    """查看一项后台任务。 Show a job."""
    from landgis.cli.opening import open_app
    from landgis.services.jobs.jobs import folder_of, job

    main = open_app(acting)
    found = job(main.database, main.person, job_no)
    if json:
        echo_json(found.as_dict())
        return
    _show(found)
    if found.file and found.asked_by == main.person.person_id:
        typer.echo(f"文件 file: {folder_of(main.house.home, job_no) / found.file}")


@app.command()
def cancel(job_no: No, acting: As = None, json: Json = False) -> None:
    """取消一项后台任务，不留下一半的内容。 Cancel a job; no half of anything is left."""
    from landgis.cli.opening import open_app
    from landgis.services.jobs.jobs import cancel as service

    main = open_app(acting)
    found = service(main.database, main.person, job_no)
    if json:
        echo_json(found.as_dict())
    elif found.state is JobState.CANCELLED:
        typer.echo(f"任务 {job_no} 已取消 | job {job_no} is cancelled")
    else:
        typer.echo(f"已要求停止任务 {job_no}，数秒内生效 | job {job_no} was told to stop; it does within seconds")


@app.command()
def again(job_no: No, acting: As = None, json: Json = False) -> None:
    """按原参数重新提交。 Ask for the same once more."""
    from landgis.cli.opening import open_app
    from landgis.services.jobs.jobs import again as service

    main = open_app(acting)
    _tell(service(main.database, main.person, main.house.home, job_no), json)


def _set(given: dict[str, Any], text: str) -> None:
    """Take ``a.b=value`` into a mapping of mappings; a name that comes again makes a list."""
    from landgis.errors import UsageError

    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(
            f"参数“{text}”须写成 名称=值", f"Write the argument “{text}” as name=value", where=text,
            next_zh="如 rules=songjiang", next_en="For example rules=songjiang",
        )  # fmt: skip
    *outer, last = name.split(".")
    for step in outer:
        given = given.setdefault(step, {})
    if last in ("formats", "towns", "accept"):
        given.setdefault(last, []).append(value)
    else:
        given[last] = value


def _today() -> str:
    from landgis.cli.days import day

    return day(None).isoformat()


def _tell(asked: AskedFor, json: bool) -> None:
    job = asked.job
    if json:
        echo_json(job.as_dict() | {"new": asked.new})
    elif asked.new:
        typer.echo(f"已提交任务 {job.job_no}（{job.kind.zh}） | asked for job {job.job_no}")
    else:
        typer.echo(
            printable(
                f"同样的任务已由 {job.name_zh} 提交：任务 {job.job_no}（{job.state.zh}） | "
                f"the same is asked for already: job {job.job_no} ({job.state.en})"
            )
        )


def _state(job: Job) -> str:
    if job.state is not JobState.RUNNING:
        return f"{job.state.zh}\n{job.state.en}"
    return f"{job.state.zh} {job.share:.0%}\n{job.step_zh} {job.step_en}".strip()


def _show(job: Job) -> None:
    typer.echo(f"任务 {job.job_no} {job.kind.zh} {job.kind.en} | {_state(job)}".replace("\n", " "))
    for text in (*job.told, *job.next):
        if text:
            typer.echo(printable(text))
