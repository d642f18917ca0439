"""Annual supply plans: lines and the left-out, stored whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, insert, select

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import copy_frame, read_frame
from landgis.db.connect import Database
from landgis.db.numbers import next_id
from landgis.db.statements import statement
from landgis.db.tables import plans
from landgis.db.tables.people import PERSON
from landgis.db.tables.plans import PLAN, PLAN_LINE, PLAN_NUMBER
from landgis.db.tables.pools import POOL
from landgis.domain.criteria import PlanTargets, UseQuota
from landgis.domain.outcome import Outcome
from landgis.errors import NotFound
from landgis.frames.pooled import PLAN_LEFT_OUT, PLAN_LINES
from landgis.plan.draft import Draft


@dataclass(frozen=True)
class PlanHead:
    """A plan without its frames.

    Attributes
    ----------
    plan_id, pool_id, run_id, district
        The plan, its pool, that pool's run, the district key.
    year
        Calendar year.
    status
        ``draft``.
    targets
        What the year asks.
    created_by, created_at
        OS account and moment.
    """

    plan_id: str
    pool_id: str
    run_id: str
    district: str
    year: int
    status: str
    targets: PlanTargets
    created_by: str
    created_at: datetime


@dataclass(frozen=True)
class StoredPlan:
    """A plan as it was stored: lines by number, the left-out by parcel id."""

    head: PlanHead
    draft: Draft


class PlanStore:
    """Plans of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, pool_id: str, targets: PlanTargets, draft: Draft, *, person: Person) -> PlanHead:
        """Store a draft of the year's plan, all or nothing.

        Parameters
        ----------
        pool_id
            Pool the lines were taken from.
        targets
            What the year asks; also says the year.
        draft
            Lines (Decimal 公顷 and 亩) and left-out.
        person
            Who drafts.

        Raises
        ------
        NotAllowed, ContractBroken
            By policy; bad frames.
        NotFound
            If there is no such pool.
        Conflict
            If a line stands outside the pool.
        """
        person.require(Action.DRAFT_PLAN)
        PLAN_LINES.require(draft.lines)
        PLAN_LEFT_OUT.require(draft.left_out)
        with self._database.begin(person) as connection:
            district = connection.scalar(select(POOL.c.district).where(POOL.c.pool_id == pool_id))
            if district is None:
                raise NotFound(f"没有储备项目库“{pool_id}”", f"There is no pool “{pool_id}”", where=pool_id)
            plan_id = next_id(connection, PLAN_NUMBER, "L")
            row = {"plan_id": plan_id, "pool_id": pool_id, "district": district, "year": targets.year}
            connection.execute(insert(PLAN).values(targets=_json(targets), created_by=person.person_id, **row))
            copy_frame(connection, PLAN_LINE, draft.lines, PLAN_LINES.columns, plan_id=plan_id, pool_id=pool_id)
            copy_frame(connection, plans.PLAN_LEFT_OUT, draft.left_out, PLAN_LEFT_OUT.columns, plan_id=plan_id)
        return self.head(plan_id)

    def load(self, plan_id: str) -> StoredPlan:
        """Return a plan with its frames.

        Raises
        ------
        NotFound
            If there is no such plan.
        """
        head, keys = self.head(plan_id), {"plan_id": plan_id}
        with self._database.begin() as connection:
            lines = read_frame(connection, statement("plan_lines"), keys, PLAN_LINES.columns)
            left_out = read_frame(connection, statement("plan_left_out"), keys, PLAN_LEFT_OUT.columns)
        return StoredPlan(head, Draft(lines, left_out))

    def head(self, plan_id: str) -> PlanHead:
        """Return a plan without its frames.

        Raises
        ------
        NotFound
            If there is no such plan.
        """
        found = self._select(_query().where(PLAN.c.plan_id == plan_id))
        if not found:
            raise NotFound(
                f"没有供应计划“{plan_id}”",
                f"There is no plan “{plan_id}”",
                where=plan_id,
                next_zh="请先运行 landgis plan draft",
                next_en="Run landgis plan draft first",
            )
        return found[0]

    def latest(self, district: str, year: int | None = None) -> PlanHead | None:
        """Return the newest plan of a district, of one year or of any; None if there is none."""
        query = _query().where(PLAN.c.district == district).limit(1)
        found = self._select(query if year is None else query.where(PLAN.c.year == year))
        return found[0] if found else None

    def list(self, district: str | None = None) -> Sequence[PlanHead]:
        """Return plans without their frames, the newest first."""
        return self._select(_query() if district is None else _query().where(PLAN.c.district == district))

    def _select(self, query: Select[Any]) -> Sequence[PlanHead]:
        with self._database.begin() as connection:
            return [_head(row) for row in connection.execute(query)]


def _query() -> Select[Any]:
    query = select(PLAN, POOL.c.run_id, PERSON.c.os_account)
    joined = query.join(POOL, POOL.c.pool_id == PLAN.c.pool_id).join(PERSON, PERSON.c.person_id == PLAN.c.created_by)
    return joined.order_by(PLAN.c.created_at.desc(), PLAN.c.plan_id.desc())


def _head(row: Row[Any]) -> PlanHead:
    asked = row.targets
    targets = PlanTargets(
        year=row.year,
        verdicts=tuple(Outcome(verdict) for verdict in asked["verdicts"]),
        required_facts=tuple(asked["required_facts"]),
        max_ha=None if asked["max_ha"] is None else Decimal(asked["max_ha"]),
        quotas=tuple(UseQuota(quota["use"], Decimal(quota["max_ha"])) for quota in asked["quotas"]),
    )
    return PlanHead(
        row.plan_id,
        row.pool_id,
        row.run_id,
        row.district,
        row.year,
        row.status,
        targets,
        row.os_account,
        row.created_at,
    )


def _json(targets: PlanTargets) -> dict[str, Any]:
    """Return targets as JSON; hectares as text, since a float is no Decimal."""
    return {
        "verdicts": [verdict.value for verdict in targets.verdicts],
        "required_facts": list(targets.required_facts),
        "max_ha": None if targets.max_ha is None else str(targets.max_ha),
        "quotas": [{"use": quota.use, "max_ha": str(quota.max_ha)} for quota in targets.quotas],
    }
