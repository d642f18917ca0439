"""The record of long work: asked for, begun, told of, and over; the queue moves in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from landgis.access.person import Person
from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.queue import put, take_out
from landgis.db.statements import statement
from landgis.db.tables.jobs import JOB
from landgis.domain.jobs import Job, JobKind, JobState
from landgis.errors import NotFound

_OPEN_KEY = text("state IN ('waiting', 'running')")


class JobStore:
    """Jobs of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kind: JobKind, arguments: Mapping[str, Any], key: str, *, person: Person) -> int | None:
        """Record a job and put it into the queue, both or neither; None: the same job waits or runs already.

        Parameters
        ----------
        key
            Hash of what makes two jobs the same.
        """
        row = {"kind": str(kind), "arguments": dict(arguments), "key": key, "asked_by": person.person_id}
        new = insert(JOB).values(row).on_conflict_do_nothing(index_elements=["key"], index_where=_OPEN_KEY)
        with self._database.begin(person) as connection:
            job_no: int | None = connection.scalar(new.returning(JOB.c.job_no))
            if job_no is not None:
                queue_no = put(connection, job_no)
                connection.execute(update(JOB).where(JOB.c.job_no == job_no).values(queue_no=queue_no))
        return job_no

    def one(self, job_no: int) -> Job:
        """Return a job.

        Raises
        ------
        NotFound
            If there is none of that number.
        """
        found = self._select(job_no=job_no)
        if not found:
            raise NotFound(
                f"没有后台任务 {job_no}", f"There is no job {job_no}", where=str(job_no),
                next_zh="请用 landgis job list 核对编号", next_en="See landgis job list",
            )  # fmt: skip
        return found[0]

    def open_with(self, key: str) -> Job | None:
        """Return the job of that key that waits or runs; None: there is none."""
        return next(iter(self._select(key=key)), None)

    def seen(self, person: Person, kinds: Collection[JobKind], *, most: int, skip: int = 0) -> Sequence[Job]:
        """Return a person's own jobs and everybody's of some kinds, the newest first."""
        return self._select(asked_by=person.person_id, kinds=[*map(str, kinds)], anybody=False, most=most, skip=skip)

    def count(self, person: Person, kinds: Collection[JobKind]) -> int:
        """Return how many there are of them."""
        mine = (JOB.c.asked_by == person.person_id) | JOB.c.kind.in_([*map(str, kinds)])
        with self._database.begin() as connection:
            return int(connection.scalar(select(func.count()).select_from(JOB).where(mine)) or 0)

    def begin(self, job_no: int, worker: str) -> bool:
        """Say that a worker does it now; False: it does not wait any more."""
        now = func.now()
        return self._moved(
            job_no, JobState.WAITING, state=str(JobState.RUNNING), worker=worker, started_at=now, heartbeat_at=now
        )

    def beat(self, job_no: int) -> bool:
        """Say that its worker is there; False: it is not to be worked at any more."""
        return self._moved(job_no, JobState.RUNNING, heartbeat_at=func.now())

    def tell(self, job_no: int, share: float, zh: str, en: str) -> None:
        """Say how far it is, and what is being done."""
        self._moved(job_no, JobState.RUNNING, share=share, step_zh=zh, step_en=en)

    def finish(self, job_no: int, result: Mapping[str, Any]) -> bool:
        """Say that it is done, and what came of it; False: it was not running any more."""
        return self._moved(
            job_no, JobState.RUNNING, state=str(JobState.DONE), share=1.0, step_zh="", step_en="", result=dict(result),
            ended_at=func.now(),
        )  # fmt: skip

    def end(self, job_no: int, state: JobState, error: Mapping[str, Any] | None = None) -> bool:
        """Say that it is over without a result; False: it was not running any more."""
        return self._moved(job_no, JobState.RUNNING, state=str(state), error=dict(error or {}), ended_at=func.now())

    def cancel(self, job_no: int, *, person: Person) -> JobState:
        """Cancel it: what waits is cancelled at once, what runs is asked to stop; return how it stands now."""
        with self._database.begin(person) as connection:
            mine = JOB.c.job_no == job_no
            row = connection.execute(select(JOB.c.state, JOB.c.queue_no).where(mine).with_for_update()).one()
            state = JobState(row.state)
            if state.ended:
                return state
            values: dict[str, Any] = {"cancel_by": person.person_id}
            if state is JobState.WAITING:
                state = JobState.CANCELLED
                values |= {"state": str(state), "ended_at": func.now()}
            connection.execute(update(JOB).where(mine).values(values))
            take_out(connection, row.queue_no)
        return state

    def interrupt_silent(self, silent: timedelta) -> Sequence[int]:
        """Say of running jobs whose worker has not been heard of for so long that they were interrupted."""
        gone = and_(JOB.c.state == str(JobState.RUNNING), JOB.c.heartbeat_at < func.now() - silent)
        over = {"state": str(JobState.INTERRUPTED), "ended_at": func.now()}
        with self._database.begin() as connection:
            return connection.scalars(update(JOB).where(gone).values(over).returning(JOB.c.job_no)).all()

    def put_back(self) -> Sequence[int]:
        """Put what waits and is not in the queue any more back into it: a worker took it and died before it began."""
        with self._database.begin() as connection:
            lost = connection.scalars(text(statement("jobs_lost"))).all()
            for job_no in lost:
                values = {"queue_no": put(connection, job_no)}
                connection.execute(update(JOB).where(JOB.c.job_no == job_no).values(values))
        return lost

    def due_for_clearing(self, kept: timedelta) -> Sequence[int]:
        """Return jobs whose files need not be kept any longer."""
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("jobs_due"), {"kept": kept}).fetchall()
        return [number for (number,) in rows]

    def cleared(self, job_no: int) -> None:
        """Say that the files of a job are gone."""
        with self._database.begin() as connection:
            connection.execute(update(JOB).where(JOB.c.job_no == job_no).values(cleared_at=func.now()))

    def workers(self, silent: timedelta) -> int:
        """Return how many workers have been heard of lately."""
        heard = text("SELECT count(*) FROM landgis_jobs.procrastinate_workers WHERE last_heartbeat >= now() - :silent")
        with self._database.begin() as connection:
            return int(connection.scalar(heard, {"silent": silent}) or 0)

    def _moved(self, job_no: int, before: JobState, **values: Any) -> bool:
        """Change a job that stands at a state; False: it does not."""
        this: ColumnElement[bool] = and_(JOB.c.job_no == job_no, JOB.c.state == str(before))
        with self._database.begin() as connection:
            return connection.execute(update(JOB).where(this).values(values)).rowcount == 1

    def _select(self, **wanted: Any) -> list[Job]:
        keys: dict[str, Any] = {
            "job_no": None, "key": None, "asked_by": None, "kinds": [], "anybody": True, "most": None, "skip": 0
        } | wanted  # fmt: skip
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("jobs"), keys).fetchall()
        return [_job(row) for row in rows]


def _job(row: Sequence[Any]) -> Job:
    job_no, kind, arguments, asked_by, account, name_zh, state, *rest = row
    return Job(job_no, JobKind(kind), arguments, asked_by, account, name_zh, JobState(state), *rest)
