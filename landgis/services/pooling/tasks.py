"""Tasks that a change leaves: opened when a final run is stored, listed, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.db.memberships import MembershipStore
from landgis.db.plan_lines import lines_of_plans
from landgis.db.runs import RunHead, RunStore
from landgis.db.tasks import TaskStore
from landgis.domain.tasks import Task, TaskEnd, Todo
from landgis.errors import Conflict, LandgisError
from landgis.pool.effect import Flipped, gone, todos
from landgis.rules.pack import RulePack
from landgis.services.flipping.flips import Flips, flips
from landgis.services.layers.speaking import Indexes, MadeEachTime
from landgis.services.pooling.compared_runs import final_before, named_or_newest


@dataclass(frozen=True)
class Opened:
    """Tasks that a final run opened; ``failed``: why it could not."""

    tasks: Sequence[Task] = ()
    failed: LandgisError | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "opened": [task.task_id for task in self.tasks],
            "failed": self.failed.as_dict() if self.failed else None,
        }


def open_tasks(database: Database, person: Person, run: RunHead, flipped: Flips) -> Opened:
    """Open the tasks that a final run leaves, once.

    They are stored after the run, in a transaction of their own: what flipped is known only when the run is stored, and
    a run that took long must not be lost because a task could not be written. They are opened all or none; what failed
    is told with the run, and `open_tasks_of` opens them later.
    """
    if not run.meta.final:
        return Opened()
    try:
        left = todos_of(database, flipped, run.meta.district)
        return Opened(TaskStore(database).open(run.meta.district, run.run_id, left, person=person))
    except LandgisError as error:
        return Opened(failed=error)


def open_tasks_of(
    database: Database,
    person: Person,
    district: str,
    pack: RulePack,
    run_id: str | None = None,
    indexes: Indexes | None = None,
) -> Sequence[Task]:
    """Open the tasks of a final run (None: the newest), should that have failed; what is open already stays.

    Raises
    ------
    NotAllowed, NotReady, Conflict
        By policy; no run, or none before it; a preview, or a run that looks back to an earlier day.
    """
    person.require(Action.SCREEN)
    head = named_or_newest(database, district, run_id) if run_id else RunStore(database).latest(district)
    if head is None or not head.meta.final:
        raise Conflict(
            "待办事项只由正式筛查产生", "Tasks are opened by final runs only", where=run_id or district,
            next_zh="请写正式筛查的批次，见 landgis run list", next_en="Name a final run: landgis run list",
        )  # fmt: skip
    before = final_before(database, head)
    if before.meta.as_of > head.meta.as_of:
        raise Conflict(
            f"批次 {head.run_id} 是对 {head.meta.as_of} 的回看，不产生待办事项",
            f"Run {head.run_id} looks back to {head.meta.as_of}: it leaves no task", where=head.run_id,
        )  # fmt: skip
    found = flips(database, before, head, pack, indexes or MadeEachTime())
    opened = open_tasks(database, person, head, found)
    if opened.failed is not None:
        raise opened.failed
    return opened.tasks


def tasks(database: Database, person: Person, district: str | None = None, *, ended: bool = False) -> Sequence[Task]:
    """Return tasks by number; ``ended``: also those that have ended."""
    person.require(Action.READ_POOL)
    return TaskStore(database).list(district, ended=ended)


def end_task(database: Database, person: Person, task_id: str, end: TaskEnd, note: str) -> Task:
    """End a task with a word."""
    return TaskStore(database).end(task_id, end, note, person=person)


def todos_of(database: Database, flipped: Flips, district: str) -> list[Todo]:
    """Return what flipped verdicts leave to be done in the pool and in the plans that count, as they stand now."""
    changed = [Flipped(flip.parcel_id, flip.after, *flip.words) for flip in flipped.flipped]
    standings = MembershipStore(database).standings(district)
    return todos(standings, lines_of_plans(database, district), [*changed, *map(gone, flipped.gone)])


def todo_record(todo: Todo) -> dict[str, Any]:
    """Return what is to be done as plain data."""
    return {
        "kind": str(todo.kind), "kind_zh": todo.kind.zh, "parcel_id": todo.parcel_id, "member_id": todo.member_id,
        "plan_id": todo.plan_id, "said_zh": todo.said_zh, "said_en": todo.said_en,
    }  # fmt: skip
