"""Tasks: opened by a change, once for each run, kind and parcel; ended once, with a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.numbers import as_id, next_ids
from landgis.db.statements import statement
from landgis.db.tables.intents import TASK, TASK_ENDED, TASK_NUMBER
from landgis.domain.tasks import Task, TaskEnd, TaskKind, Todo
from landgis.errors import Conflict, NotFound


class TaskStore:
    """Tasks of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, district: str, run_id: str, todos: Sequence[Todo], *, person: Person) -> Sequence[Task]:
        """Open tasks of a run, all or none; what the run has opened already is not opened again.

        Returns
        -------
        sequence of Task
            Every task of the run.

        Raises
        ------
        NotAllowed
            By policy: whoever may screen.
        """
        person.require(Action.SCREEN)
        if todos:
            same = {"district": district, "run_id": run_id, "created_by": person.person_id}
            with self._database.begin(person) as connection:
                ids = next_ids(connection, TASK_NUMBER, "T", len(todos))
                rows = [
                    asdict(todo) | same | {"task_id": number, "kind": todo.kind.value}
                    for number, todo in zip(ids, todos, strict=True)
                ]
                connection.execute(insert(TASK).on_conflict_do_nothing(), rows)
        return self._select(run_id=run_id)

    def list(self, district: str | None = None, *, ended: bool = False) -> Sequence[Task]:
        """Return tasks by number; ``ended``: also those that have ended."""
        return self._select(district=district, open=not ended)

    def end(self, task_id: str, end: TaskEnd, note: str, *, person: Person) -> Task:
        """End a task; it stays on record.

        Raises
        ------
        NotAllowed
            By policy.
        NotFound, Conflict, ContractBroken
            No such task; one that has ended already; without a word.
        """
        person.require(Action.END_TASK)
        task = self.one(task_id)
        if task.ended is not None:
            raise Conflict(
                f"待办事项 {task.task_id} 已由 {task.ended_by} 办结：{task.note}",
                f"Task {task.task_id} was ended by {task.ended_by} already: {task.note}", where=task.task_id,
            )  # fmt: skip
        row = {"task_id": task.task_id, "outcome": end.value, "note": note, "created_by": person.person_id}
        with self._database.begin(person, note) as connection:
            connection.execute(insert(TASK_ENDED).values(row))
        return self.one(task.task_id)

    def one(self, task_id: str) -> Task:
        """Return a task, which may also be named as people write it (``1``, ``t1``).

        Raises
        ------
        NotFound
            If there is none of that number.
        """
        found = self._select(task_id=as_id(task_id, "T"))
        if not found:
            raise NotFound(
                f"没有待办事项“{task_id}”", f"There is no task “{task_id}”", where=task_id,
                next_zh="请用 landgis task list --all 查看", next_en="See landgis task list --all",
            )  # fmt: skip
        return found[0]

    def _select(self, **wanted: Any) -> Sequence[Task]:
        keys: dict[str, Any] = {"task_id": None, "district": None, "run_id": None, "open": False} | wanted
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("tasks"), keys).fetchall()
        return [_task(row) for row in rows]


def _task(row: Sequence[Any]) -> Task:
    task_id, district, kind, *about = row[:8]
    run_id, opened_by, opened_at, end, note, ended_by = row[8:]
    todo = Todo(TaskKind(kind), *about)
    return Task(task_id, district, todo, run_id, opened_by, opened_at, TaskEnd(end) if end else None, note, ended_by)
