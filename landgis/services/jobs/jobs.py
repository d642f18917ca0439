"""Asking for long work, looking at it, cancelling it, asking again, and taking away what it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.jobs import JobStore
from landgis.db.originals import Originals
from landgis.domain.jobs import SILENT_AFTER, Job, JobKind, JobState
from landgis.errors import Conflict, NotAllowed, NotFound, UsageError
from landgis.services.jobs.asked import as_record
from landgis.services.jobs.kinds import KINDS, files_of, key_of, kinds_seen, parsed, sees

PAGE = 50
_TRIES = 5


@dataclass(frozen=True)
class AskedFor:
    """A job that was asked for, and whether it is new; else the same was waiting or running already."""

    job: Job
    new: bool


@dataclass(frozen=True)
class JobList:
    """Jobs of one page, how many there are in all, and how many workers there are to do them."""

    jobs: Sequence[Job]
    count: int
    workers: int


def ask(database: Database, person: Person, home: Path, kind: JobKind, arguments: Mapping[str, Any]) -> AskedFor:
    """Ask for long work; the same that waits or runs already is not begun twice.

    Parameters
    ----------
    home
        Folder of the installation, where originals are kept.

    Raises
    ------
    NotAllowed
        By policy: what the kind does.
    UsageError
        If the arguments cannot be.
    FileMissing
        If a file that it reads is not kept.
    """
    person.require(KINDS[kind].action)
    asked = parsed(kind, arguments)
    for file in files_of(asked):
        Originals(home).path_of(file.content_hash)
    store, key = JobStore(database), key_of(kind, asked, person)
    store.interrupt_silent(SILENT_AFTER)  # one that died must not stand in the way
    for _ in range(_TRIES):
        twin = store.open_with(key)
        if twin is not None:
            return AskedFor(twin, new=False)
        job_no = store.add(kind, as_record(asked), key, person=person)  # None: somebody was faster
        if job_no is not None:
            return AskedFor(store.one(job_no), new=True)
    raise Conflict(
        "同样的任务不断开始又结束，这次没有提交", "The same job keeps beginning and ending; this one was not asked for",
        where=str(kind), next_zh="请稍后再提交", next_en="Ask again in a moment",
    )  # fmt: skip


def kind_named(name: str) -> JobKind:
    """Return a kind by its name, ``-`` or ``_`` alike.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    try:
        return JobKind(name.replace("-", "_"))
    except ValueError:
        listed = ", ".join(JobKind)
        raise UsageError(
            f"没有这种任务：{name}", f"There is no kind of job {name}", where="kind",
            next_zh=f"可选：{listed}", next_en=f"Choose from {listed}",
        ) from None  # fmt: skip


def jobs(database: Database, person: Person, *, most: int = PAGE, skip: int = 0) -> JobList:
    """Return the jobs that a person sees, the newest first."""
    store, kinds = JobStore(database), kinds_seen(person)
    store.interrupt_silent(SILENT_AFTER)
    found = store.seen(person, kinds, most=most, skip=skip)
    return JobList(found, store.count(person, kinds), store.workers(SILENT_AFTER))


def job(database: Database, person: Person, job_no: int) -> Job:
    """Return a job that a person sees.

    Raises
    ------
    NotFound
        If there is none of that number, or none that this person sees.
    """
    store = JobStore(database)
    store.interrupt_silent(SILENT_AFTER)
    found = store.one(job_no)
    if not sees(person, found):
        raise _not_seen(job_no)
    return found


def cancel(database: Database, person: Person, job_no: int) -> Job:
    """Cancel a job: what waits is cancelled at once; what runs is stopped by its worker within seconds.

    Raises
    ------
    NotFound, NotAllowed
        As `job`; by policy: what the kind does.
    Conflict
        If it is over.
    """
    found = job(database, person, job_no)
    if found.asked_by != person.person_id:
        person.require(KINDS[found.kind].action)
    state = JobStore(database).cancel(job_no, person=person)
    if state.ended and state is not JobState.CANCELLED:
        raise Conflict(
            f"任务 {job_no} 已经结束（{state.zh}），不能取消", f"Job {job_no} is over ({state.en}): it cannot be cancelled",
            where=str(job_no), next_zh="请查看它的结果", next_en="Look at what came of it",
        )  # fmt: skip
    return job(database, person, job_no)


def again(database: Database, person: Person, home: Path, job_no: int) -> AskedFor:
    """Ask for the same as a job asked for, in the name of who asks now.

    Raises
    ------
    NotFound, NotAllowed, FileMissing
        As `job` and `ask`.
    """
    earlier = job(database, person, job_no)
    return ask(database, person, home, earlier.kind, earlier.arguments)


def file_of(database: Database, person: Person, home: Path, job_no: int) -> Path:
    """Return the file that a job made, for its asker alone: the log of exports and the paper name him.

    Raises
    ------
    NotFound
        If there is no such job, it made no file, or the file is kept no longer.
    NotAllowed
        If somebody else asks for it, or the policy lets this person do the kind no longer.
    """
    found = job(database, person, job_no)
    if found.asked_by != person.person_id:
        raise NotAllowed(
            f"任务 {job_no} 的文件只交给提交人 {found.name_zh}", f"The file of job {job_no} is for {found.account}, who asked for it",
            where=str(job_no), next_zh="请自己提交同样的任务：导出台账记的是提交人",
            next_en="Ask for the same yourself: the log names who asks",
        )  # fmt: skip
    person.require(KINDS[found.kind].action)
    path = folder_of(home, job_no) / found.file
    if not found.file or not path.is_file():
        raise NotFound(
            f"任务 {job_no} 没有可下载的文件{'（保存期满，已清除）' if found.cleared_at else ''}",
            f"Job {job_no} has no file to give{' (its time is over)' if found.cleared_at else ''}",
            where=str(job_no), next_zh=f"需要时请重新提交：landgis job again {job_no}", next_en=f"Ask again: landgis job again {job_no}",
        )  # fmt: skip
    return path


def folder_of(home: Path, job_no: int) -> Path:
    """Return the folder of what a job made."""
    return home / "jobs" / str(job_no)


def _not_seen(job_no: int) -> NotFound:
    return NotFound(
        f"没有后台任务 {job_no}", f"There is no job {job_no}", where=str(job_no),
        next_zh="请用 landgis job list 核对编号", next_en="See landgis job list",
    )  # fmt: skip
