"""The worker: takes jobs from the queue, has each done in a process of its own, and keeps the record true."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from procrastinate import App, JobContext
from procrastinate.job_context import AbortReason
from procrastinate.jobs import Status

from landgis.db.connect import Database
from landgis.db.jobs import JobStore
from landgis.db.queue import AWAY, QUEUE, TASK, queue_of
from landgis.domain.jobs import KEPT, SILENT_AFTER
from landgis.errors import LandgisError
from landgis.services.jobs.jobs import folder_of
from landgis.services.jobs.supervise import BEAT_S, Stop, Supervisor

_KEEP_S = 10.0
_AGAIN_S = 1.0
_REASONS = {AbortReason.USER_REQUEST: Stop.CANCELLED, AbortReason.SHUTDOWN: Stop.SHUTDOWN}


def work(
    database: Database,
    home: Path,
    command: Sequence[str],
    *,
    at_once: int = 1,
    environment: dict[str, str] | None = None,
    until: threading.Event | None = None,
) -> None:
    """Take jobs and have them done until SIGTERM, SIGINT or the event; a database that restarts is waited for.

    Parameters
    ----------
    home
        Folder of the installation; files of jobs lie under ``jobs/``.
    command
        Begins the process of a job; its number is added.
    at_once
        How many jobs at a time.
    until
        Ends the work, where no signal reaches it.
    """
    store = JobStore(database)
    name = f"{platform.node()}:{os.getpid()}"
    supervisor = Supervisor(store, home, command, name, environment or {})
    asyncio.run(_work(database, supervisor, at_once, until or threading.Event()))


async def _work(database: Database, supervisor: Supervisor, at_once: int, until: threading.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, until.set)
    while not until.is_set():
        queue = queue_of(database)
        _let_do(queue, supervisor)
        with suppress(*AWAY):
            async with queue.open_async():
                await _at_work(queue, supervisor, at_once, until)
        if not until.is_set():
            await asyncio.sleep(_AGAIN_S)


async def _at_work(queue: App, supervisor: Supervisor, at_once: int, until: threading.Event) -> None:
    """Work while the database answers."""
    working = asyncio.create_task(
        queue.run_worker_async(
            queues=[QUEUE], name=supervisor.name, concurrency=at_once, delete_jobs="always",
            fetch_job_polling_interval=2.0, abort_job_polling_interval=2.0, update_heartbeat_interval=BEAT_S,
            stalled_worker_timeout=SILENT_AFTER.total_seconds(), shutdown_graceful_timeout=0.1,
            install_signal_handlers=False,
        )
    )  # fmt: skip
    keeping = asyncio.create_task(_keep(queue, supervisor))
    ending = asyncio.create_task(_ended(until))
    try:
        await asyncio.wait({working, keeping, ending}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (keeping, ending, working):
            task.cancel()
        results = await asyncio.gather(working, keeping, ending, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _ended(until: threading.Event) -> None:
    while not until.is_set():
        await asyncio.sleep(0.1)


def _let_do(queue: App, supervisor: Supervisor) -> None:
    """Tell the queue how a job is done."""

    @queue.task(name=TASK, queue=QUEUE, pass_context=True)
    def _do(context: JobContext, job_no: int) -> None:
        def stop() -> Stop | None:
            reason = context.abort_reason()
            return None if reason is None else _REASONS[reason]

        supervisor.do(job_no, stop)


async def _keep(queue: App, supervisor: Supervisor) -> None:
    """Keep the record true: what nobody works at any more is said so or put back, and old files are removed."""
    while True:
        await asyncio.to_thread(_sweep, supervisor)
        for stalled in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_AFTER.total_seconds()):
            await queue.job_manager.finish_job(stalled, Status.FAILED, delete_job=True)
        await asyncio.sleep(_KEEP_S)


def _sweep(supervisor: Supervisor) -> None:
    """Say of jobs without a living worker that they were interrupted, put back what waits, remove files that are not kept."""
    with suppress(LandgisError):
        supervisor.store.interrupt_silent(SILENT_AFTER)
        supervisor.store.put_back()
        for job_no in supervisor.store.due_for_clearing(KEPT):
            folder = folder_of(supervisor.home, job_no)
            if folder.exists():
                shutil.rmtree(folder)
            supervisor.store.cleared(job_no)
