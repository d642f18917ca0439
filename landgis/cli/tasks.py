"""``landgis task``: what a change leaves to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.choices import listed, one_of
from landgis.cli.districts import AnyDistrict, OneDistrict
from landgis.cli.pool_words import moment
from landgis.cli.show import echo_json, printable, progress, table
from landgis.domain.tasks import TaskEnd

if TYPE_CHECKING:
    from landgis.domain.tasks import Task

app = typer.Typer(
    no_args_is_help=True,
    help="待办事项：正式筛查后自动生成，由人办结。 Tasks: opened after a final run, ended by a person.",
)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]


@app.command("list")
def list_(
    district: AnyDistrict = None,
    ended: Annotated[bool, typer.Option("--all", help="含已办结的。 Also those that have ended.")] = False,
    acting: As = None,
    json: Json = False,
) -> None:
    """列出待办事项。 List tasks."""
    from landgis.cli.opening import open_app
    from landgis.services.pooling.tasks import tasks

    main = open_app(acting)
    found = tasks(main.database, main.person, district, ended=ended)
    if json:
        echo_json([_record(task) for task in found])
        return
    table(
        ("编号\ntask", "事项\nwhat", "为何、接着办什么\nwhy, and what follows", "生成\nopened"),
        [_row(task) for task in found],
        title=f"待办事项 {len(found)} 项 | {len(found)} tasks",
        ruled=True,
        whole=(0,),
    )


@app.command()
def end(
    task_id: Annotated[str, typer.Argument(metavar="T000001", help="待办编号。 Its number.")],
    note: Annotated[str, typer.Option("--note", help="办理结果。 What was done.")],
    outcome: Annotated[
        TaskEnd, typer.Option(parser=one_of(TaskEnd), metavar="OUTCOME", help=f"{listed(TaskEnd)}。 How it ended.")
    ] = TaskEnd.DONE,
    acting: As = None,
    json: Json = False,
) -> None:
    """办结一项待办，须写明结果。 End a task with a word."""
    from landgis.cli.opening import open_app
    from landgis.services.pooling.tasks import end_task

    main = open_app(acting)
    task = end_task(main.database, main.person, task_id, outcome, note)
    if json:
        echo_json(_record(task))
        return
    typer.echo(printable(f"待办事项 {task.task_id} {outcome.zh}：{task.note}"))
    typer.echo(f"Task {task.task_id}: {outcome.en}")


@app.command("open")
def open_(
    run: Annotated[
        str | None, typer.Argument(metavar="[R000001]", help="正式批次；不写用最近的。 Final run; the newest without.")
    ] = None,
    district: OneDistrict = "songjiang",
    acting: As = None,
    json: Json = False,
) -> None:
    """补开一次正式筛查的待办事项（筛查时未能生成的）；已有的不重复。 Open the tasks of a run that could not be opened with it."""
    from landgis.cli.opening import open_app
    from landgis.services.pooling.tasks import open_tasks_of

    main = open_app(acting)
    with progress("待办"):
        found = open_tasks_of(main.database, main.person, district, main.pack(district), run, main.warm_indexes)
    if json:
        echo_json([_record(task) for task in found])
        return
    typer.echo(f"待办事项 {len(found)} 项，见 landgis task list | {len(found)} tasks: landgis task list")


def _row(task: Task) -> tuple[str, ...]:
    todo = task.todo
    state = f"{task.ended.zh} {task.ended.en}：{task.note}（{task.ended_by}）" if task.ended else ""
    what = (todo.kind.zh, todo.kind.en, todo.parcel_id, " ".join(filter(None, (todo.member_id, todo.plan_id))))
    return (
        task.task_id, "\n".join(filter(None, what)), "\n".join(filter(None, (todo.said_zh, todo.said_en, state))),
        f"{task.run_id}\n{moment(task.opened_at)}",
    )  # fmt: skip


def _record(task: Task) -> dict[str, Any]:
    from landgis.services.pooling.tasks import todo_record

    return {"task_id": task.task_id, "district": task.district} | todo_record(task.todo) | {
        "run_id": task.run_id, "opened_by": task.opened_by, "opened_at": task.opened_at.isoformat(),
        "ended": str(task.ended) if task.ended else None, "note": task.note, "ended_by": task.ended_by,
    }  # fmt: skip
