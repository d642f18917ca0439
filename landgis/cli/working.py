"""``landgis worker``: does the jobs that are asked for, each in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from landgis.bootstrap import App

COMMAND: Sequence[str] = (sys.executable, "-m", "landgis", "worker")
"""Begins a worker, wherever the script of the command lies."""


def worker(
    at_once: Annotated[int, typer.Option("--at-once", help="同时做几项。 How many jobs at a time.", min=1, max=16)] = 1,
    beside: Annotated[
        bool, typer.Option("--beside", hidden=True, help="标准输入关闭即结束。 End when standard input closes.")
    ] = False,
    job: Annotated[int | None, typer.Option("--job", hidden=True, help="只做这一项。 Do this one job.")] = None,
) -> int:
    """执行后台任务（导入、筛查、图册、成果包），Ctrl-C 结束。 Do the jobs that are asked for; end it with Ctrl-C.

    每项任务在单独的进程中执行，结束即归还内存。停止执行程序时，未做完的任务记为“中断”，可以重新提交。
    Each job is done in a process of its own. A job that is not done when the worker stops is told as interrupted.
    """
    from landgis.cli.opening import open_app

    app = open_app()
    if job is not None:
        return _do(app, job)
    from landgis.services.jobs.worker import work

    if beside:
        _end_with_input()
    typer.echo("执行程序已启动，按 Ctrl-C 结束。 The worker is at work; Ctrl-C ends it.")
    environment = environment_of(app)
    work(app.database, app.house.home, (*COMMAND, "--job"), at_once=at_once, environment=environment)
    return 0


@contextmanager
def beside(app: App) -> Iterator[None]:
    """Have a worker of one's own at work while the block lasts; killed with -9, this process takes it along."""
    import os
    import subprocess

    process = subprocess.Popen(
        [*COMMAND, "--beside"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True,
        env=os.environ | environment_of(app),
    )  # fmt: skip
    try:
        yield
    finally:
        if process.stdin is not None:
            process.stdin.close()  # that tells it
        process.wait()


def environment_of(app: App) -> dict[str, str]:
    """Return the settings of an installation as a process of its own reads them."""
    settings, paths = app.database_settings, app.paths
    url, desk_url = (
        told.get_secret_value() if told else "" for told in (settings.database_url, settings.desk_database_url)
    )
    return {
        "LANDGIS_HOME": str(paths.home), "LANDGIS_LAYERS": str(paths.layers), "LANDGIS_DATA": str(paths.data),
        "LANDGIS_DATABASE_URL": url, "LANDGIS_DESK_DATABASE_URL": desk_url, "LANDGIS_PGBIN": str(settings.pgbin or ""),
        "LANDGIS_SOCKET_DIR": str(settings.socket_dir or ""), "LANDGIS_SERVER_ACCOUNT": settings.server_account,
    }  # fmt: skip


def _do(app: App, job_no: int) -> int:
    from datetime import datetime

    from landgis.domain.district import BEIJING
    from landgis.domain.jobs import JobState
    from landgis.services.jobs.room import Room
    from landgis.services.jobs.run import end_with, run_job

    end_with(sys.stdin.fileno())
    room = Room(
        app.database, app.desk_database, app.originals, app.catalogue, app.indexes, app.pack, app.paths.data / "profiles",
        app.house.home, datetime.now(BEIJING).date(),
    )  # fmt: skip
    return 0 if run_job(room, job_no) is JobState.DONE else 1


def _end_with_input() -> None:
    """End this worker, as with Ctrl-C, when whoever began it is gone."""
    import os
    import signal
    import threading

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="beside").start()
