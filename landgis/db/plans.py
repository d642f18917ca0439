"""Annual supply plans: versions with their lines, checks and changes, and the left-out; stored whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, Select, func, insert, select

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import copy_frame, read_frame
from landgis.db.connect import Database
from landgis.db.numbers import as_id, next_id
from landgis.db.plan_inputs import read_inputs, write_inputs
from landgis.db.plan_targets import targets_as_json, targets_of
from landgis.db.statements import statement
from landgis.db.tables import plans
from landgis.db.tables.people import PERSON
from landgis.db.tables.plans import PLAN, PLAN_CHANGE, PLAN_LINE, PLAN_LINE_CHECK, PLAN_NUMBER
from landgis.db.tables.pools import POOL
from landgis.domain.criteria import PlanTargets
from landgis.domain.planning import PlanCheck, PlanStatus
from landgis.errors import Conflict, NotFound
from landgis.frames.planned import CHANGES, CHECKS, LINES
from landgis.frames.pooled import PLAN_LEFT_OUT
from landgis.plan.draft import Draft
from landgis.plan.inputs import LineInput


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
        Where it stands (``domain.planning.PlanStatus``).
    targets
        What the year asks.
    created_by, created_at
        OS account and moment.
    replaces, adjusts
        The draft or returned version in whose place it is; the published plan that it adjusts.
    purpose
        What it is for, in a word; may be empty.
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
    replaces: str | None = None
    adjusts: str | None = None
    purpose: str = ""


@dataclass(frozen=True)
class StoredPlan:
    """A plan as it was stored: lines by number, left-out by parcel id, its changes as an adjustment, what was stated.

    ``inputs`` is empty too for versions stored before what was stated was kept.
    """

    head: PlanHead
    draft: Draft
    changes: pd.DataFrame
    inputs: Mapping[str, LineInput]


@dataclass(frozen=True)
class Version:
    """What a new version is to others.

    Attributes
    ----------
    replaces
        A draft, or a version that was returned.
    adjusts
        The published plan of the year.
    purpose
        What it is for.
    changes
        ``frames.planned.CHANGES``, for an adjustment.
    inputs
        What was stated of single parcels.
    """

    replaces: str | None = None
    adjusts: str | None = None
    purpose: str = ""
    changes: pd.DataFrame | None = None
    inputs: Mapping[str, LineInput] = field(default_factory=dict)


class PlanStore:
    """Plans of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self, pool_id: str, targets: PlanTargets, draft: Draft, *, person: Person, version: Version | None = None
    ) -> PlanHead:
        """Store a version of the year's plan, all or nothing.

        Parameters
        ----------
        pool_id
            Pool the lines were taken from, but those that say otherwise.
        targets
            What the year asks; also says the year.
        draft
            Lines (Decimal 公顷 and 亩) and left-out.
        person
            Who drafts.
        version
            What it is to other versions; None: the first.

        Raises
        ------
        NotAllowed, ContractBroken
            By policy; bad frames.
        NotFound
            If there is no such pool.
        Conflict
            If a line stands outside the pool, or the version cannot be to another what it says: a version is replaced by
            one other at most.
        """
        person.require(Action.DRAFT_PLAN)
        LINES.require(draft.lines)
        PLAN_LEFT_OUT.require(draft.left_out)
        CHECKS.require(draft.checks)
        version = version or Version()
        with self._database.begin(person) as connection:
            district = connection.scalar(select(POOL.c.district).where(POOL.c.pool_id == pool_id))
            if district is None:
                raise NotFound(f"没有储备项目库“{pool_id}”", f"There is no pool “{pool_id}”", where=pool_id)
            if version.replaces is not None:
                _require_unreplaced(connection, version.replaces)
            plan_id = next_id(connection, PLAN_NUMBER, "L")
            row = {"plan_id": plan_id, "pool_id": pool_id, "district": district, "year": targets.year}
            row |= {"replaces": version.replaces, "adjusts": version.adjusts, "purpose": version.purpose}
            connection.execute(
                insert(PLAN).values(targets=targets_as_json(targets), created_by=person.person_id, **row)
            )
            lines = draft.lines.assign(pool_id=draft.lines["pool_id"].fillna(pool_id))
            copy_frame(connection, PLAN_LINE, lines, LINES.columns, plan_id=plan_id)
            copy_frame(connection, plans.PLAN_LEFT_OUT, draft.left_out, PLAN_LEFT_OUT.columns, plan_id=plan_id)
            copy_frame(connection, PLAN_LINE_CHECK, draft.checks, CHECKS.columns, plan_id=plan_id)
            if version.changes is not None:
                CHANGES.require(version.changes)
                copy_frame(connection, PLAN_CHANGE, version.changes, CHANGES.columns, plan_id=plan_id)
            write_inputs(connection, plan_id, version.inputs)
        return self.head(plan_id)

    def load(self, plan_id: str) -> StoredPlan:
        """Return a plan with its frames.

        Raises
        ------
        NotFound
            If there is no such plan.
        """
        head = self.head(plan_id)
        keys = {"plan_id": head.plan_id}
        with self._database.begin() as connection:
            lines = read_frame(connection, statement("plan_lines"), keys, LINES.columns)
            left_out = read_frame(connection, statement("plan_left_out"), keys, PLAN_LEFT_OUT.columns)
            asked = keys | {"checks": [str(check) for check in PlanCheck]}
            checks = read_frame(connection, statement("plan_checks"), asked, CHECKS.columns)
            changes = read_frame(connection, statement("plan_changes"), keys, CHANGES.columns)
            inputs = read_inputs(connection, head.plan_id)
        return StoredPlan(head, Draft(lines, left_out, checks), changes, inputs)

    def head(self, plan_id: str) -> PlanHead:
        """Return a plan without its frames.

        Raises
        ------
        NotFound
            If there is no such plan.
        """
        found = self._select(_query().where(PLAN.c.plan_id == as_id(plan_id, "L")))
        if not found:
            raise NotFound(
                f"没有供应计划“{plan_id}”",
                f"There is no plan “{plan_id}”",
                where=plan_id,
                next_zh="请先运行 landgis plan draft",
                next_en="Run landgis plan draft first",
            )
        return found[0]

    def published(self, district: str, year: int) -> PlanHead | None:
        """Return the published plan of a year; None if there is none."""
        one = (PLAN.c.district == district, PLAN.c.year == year, PLAN.c.status == str(PlanStatus.PUBLISHED))
        return next(iter(self._select(_query().where(*one))), None)

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


def _require_unreplaced(connection: Connection, plan_id: str) -> None:
    """Only one version stands in the place of another: of two that are saved in one moment, the second is refused."""
    connection.execute(select(func.pg_advisory_xact_lock(4549025, func.hashtext(plan_id))))
    heir = connection.scalar(select(PLAN.c.plan_id).where(PLAN.c.replaces == plan_id).limit(1))
    if heir is not None:
        raise Conflict(
            f"计划 {plan_id} 已由 {heir} 替代，不能再次替代",
            f"Plan {plan_id} has been replaced by {heir} and cannot be replaced again",
            where=plan_id,
            next_zh=f"请在 {heir} 上继续：--replaces {heir}",
            next_en=f"Go on from {heir}: --replaces {heir}",
        )


def _query() -> Select[Any]:
    query = select(PLAN, POOL.c.run_id, PERSON.c.os_account)
    joined = query.join(POOL, POOL.c.pool_id == PLAN.c.pool_id).join(PERSON, PERSON.c.person_id == PLAN.c.created_by)
    return joined.order_by(PLAN.c.created_at.desc(), PLAN.c.plan_id.desc())


def _head(row: Row[Any]) -> PlanHead:
    return PlanHead(
        row.plan_id,
        row.pool_id,
        row.run_id,
        row.district,
        row.year,
        row.status,
        targets_of(row.year, row.targets),
        row.os_account,
        row.created_at,
        row.replaces,
        row.adjusts,
        row.purpose,
    )
