"""What a change leaves to be done (待办事项): opened by the change, ended by a person with a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskKind(StrEnum):
    """What is to be looked at anew."""

    MEMBER = "member"
    PLAN_LINE = "plan_line"
    CONSULTATION = "consultation"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"member": "复核在库地块", "plan_line": "复核计划行", "consultation": "复核征询"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {
            "member": "look at a member of the pool", "plan_line": "look at a plan line",
            "consultation": "look at a consultation",
        }[self.value]  # fmt: skip


class TaskEnd(StrEnum):
    """How a task ended."""

    DONE = "done"
    VOID = "void"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"done": "已办结", "void": "无需办理"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {"done": "done", "void": "nothing to be done"}[self.value]


@dataclass(frozen=True)
class Todo:
    """What is to be looked at anew, and why.

    Attributes
    ----------
    kind, parcel_id, member_id, plan_id
        What is to be looked at; ids that do not apply are None.
    said_zh, said_en
        What changed and what follows, in a sentence.
    """

    kind: TaskKind
    parcel_id: str
    member_id: str | None
    plan_id: str | None
    said_zh: str
    said_en: str


@dataclass(frozen=True)
class Task:
    """Something to be done, on record.

    Attributes
    ----------
    task_id, district
        E.g. ``T000001``; the district key.
    todo
        What is to be done.
    run_id
        The screening run that showed the change.
    opened_by, opened_at
        Account and moment.
    ended, note, ended_by
        How it ended, what the person said, and that person's account; None, '' and '' while it is open.
    """

    task_id: str
    district: str
    todo: Todo
    run_id: str
    opened_by: str
    opened_at: datetime
    ended: TaskEnd | None = None
    note: str = ""
    ended_by: str = ""
