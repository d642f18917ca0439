"""The way of a plan: steps taken, and taking one; publication moves the members of the pool in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import func, insert, literal, select

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.memberships import Ground, write_moves
from landgis.db.plans import PlanHead
from landgis.db.statements import statement
from landgis.db.tables.plans import PLAN_STEP
from landgis.domain.planning import APPROVING, PlanStatus

_ACTIONS = {APPROVING: Action.APPROVE_PLAN, PlanStatus.PUBLISHED: Action.PUBLISH_PLAN}


@dataclass(frozen=True)
class PlanStep:
    """One step: from where to where, by which paper, why, by whom (name) and when."""

    step: int
    before: PlanStatus
    after: PlanStatus
    document: str
    note: str
    by: str
    at: datetime


class PlanWay:
    """The way of plans of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def steps(self, plan_id: str) -> Sequence[PlanStep]:
        """Return the steps that a plan took, the first one first."""
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("plan_steps"), {"plan_id": plan_id}).fetchall()
        return [PlanStep(row[0], PlanStatus(row[1]), PlanStatus(row[2]), *row[3:]) for row in rows]

    def published_at(self, plan_id: str) -> datetime | None:
        """Return when a plan was published; None: it was not."""
        return next((each.at for each in self.steps(plan_id) if each.after is PlanStatus.PUBLISHED), None)

    def take(
        self, plan: PlanHead, to: PlanStatus, *, person: Person, document: str = "", note: str = "",
        moves: pd.DataFrame | None = None,
    ) -> None:  # fmt: skip
        """Take a plan one step on.

        Parameters
        ----------
        plan
            As it was last seen; somebody who was faster makes this a conflict.
        document
            The paper (文号) that approval and publication rest on.
        note
            Why; a return needs it.
        moves
            ``frames.pooled.MOVES`` of a publication.

        Raises
        ------
        NotAllowed, Conflict
            By policy; what the database does not take (see migration 0015).
        """
        person.require(_ACTIONS.get(to, Action.MOVE_PLAN))
        steps = PLAN_STEP.c
        number = (
            select(func.coalesce(func.max(steps.step), 0) + 1).where(steps.plan_id == plan.plan_id).scalar_subquery()
        )
        row = {
            "plan_id": literal(plan.plan_id), "step": number, "from_status": plan.status, "to_status": str(to),
            "document": document, "note": note, "created_by": person.person_id,
        }  # fmt: skip
        with self._database.begin(person, note) as connection:
            connection.execute(insert(PLAN_STEP).values(**row))
            if moves is not None:
                write_moves(connection, plan.district, moves, Ground(plan_id=plan.plan_id), person=person)
