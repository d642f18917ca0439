"""One job in a process of its own: done, told of, and recorded; it ends when its worker does."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from types import FrameType

from landgis.access.person import Person
from landgis.db.jobs import JobStore
from landgis.db.people import PeopleStore
from landgis.domain.disk import draft_folder, force_to_disk
from landgis.domain.jobs import Job, JobState
from landgis.errors import DatabaseError, ExternalError, LandgisError
from landgis.services.jobs.doing import DOES, Doing
from landgis.services.jobs.jobs import folder_of
from landgis.services.jobs.kinds import KINDS, parsed
from landgis.services.jobs.room import Room
from landgis.services.jobs.telling import telling

GRACE_S = 10.0
"""How long a job that is told to end may take to clear up."""
_PATIENCE_S = 60.0


def end_with(pipe: int) -> None:
    """End this process when the other end of a pipe (its descriptor) is gone, or when it is told to; what it was doing clears up first.

    A worker that was killed cannot tell its children anything: the pipe that it held closes, and that tells them.
    """
    signal.signal(signal.SIGTERM, _stop)

    def watch() -> None:
        while os.read(pipe, 1):  # nothing is ever said; a buffered reader would hold a lock at the end
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_S)
        os.killpg(0, signal.SIGKILL) if os.getpgrp() == os.getpid() else os._exit(1)

    threading.Thread(target=watch, daemon=True, name="worker").start()


def _stop(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: clearing up is not to be cut short
    sys.exit(143)


def run_job(room: Room, job_no: int) -> JobState:
    """Do a job that a worker has begun, and record what came of it.

    Whatever fails is recorded with the words of its error. Nothing is half stored: services store all or nothing, and
    files are moved to where they are kept when the work is done.
    """
    store = JobStore(room.database)
    job = store.one(job_no)
    try:
        return JobState.DONE if _done(room, store, job) else store.one(job_no).state
    except LandgisError as error:
        _failed(store, job, error)
    except Exception as error:
        traceback.print_exc()
        _failed(store, job, _unforeseen(error))
    return JobState.FAILED


def _done(room: Room, store: JobStore, job: Job) -> bool:
    person = _asker(room, job)
    person.require(KINDS[job.kind].action)
    asked = parsed(job.kind, job.arguments)
    place = folder_of(room.home, job.job_no)
    with draft_folder(place) as folder, telling(store, job.job_no) as tell:
        doing = Doing(room, room.desk.seen_by(person), person, folder, tell)
        result = DOES[job.kind](doing, asked)
        # From here on it is done: an order to end comes too late, and is not to leave a result without its record.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        name = result.get("file")
        if name:
            force_to_disk(folder / name)
            (folder / name).replace(place / name)
            force_to_disk(place)
    recorded = _patiently(lambda: store.finish(job.job_no, result))
    if not name:
        with suppress(OSError):
            place.rmdir()
    return recorded


def _asker(room: Room, job: Job) -> Person:
    """Return who asked, as the register knows him now."""
    return next(person for person in PeopleStore(room.database).list() if person.person_id == job.asked_by)


def _failed(store: JobStore, job: Job, error: LandgisError) -> None:
    _patiently(lambda: store.end(job.job_no, JobState.FAILED, error.as_dict()))


def _patiently(record: object) -> bool:
    """Record how it ended, also where the database is being restarted at this very moment."""
    assert callable(record)
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return bool(record())
        except DatabaseError:
            if time.monotonic() > until:
                raise
            time.sleep(1.0)


def _unforeseen(error: Exception) -> LandgisError:
    return ExternalError(
        f"程序出错（{type(error).__name__}），没有留下一半的内容",
        f"The program failed ({type(error).__name__}); no half of anything is left",
        next_zh="请把执行程序（landgis worker）的记录交给维护人员",
        next_en="Give the log of landgis worker to whoever maintains it",
    )
