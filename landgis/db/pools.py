"""Pools: members and the left-out, stored whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, Select, insert, select

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import copy_frame, read_frame
from landgis.db.connect import Database
from landgis.db.memberships import Ground, write_moves
from landgis.db.numbers import as_id, next_id
from landgis.db.statements import statement
from landgis.db.tables import pools
from landgis.db.tables.people import PERSON
from landgis.db.tables.pools import POOL, POOL_MEMBER, POOL_NUMBER
from landgis.db.tables.runs import RUN_PARCEL, SCREENING_RUN
from landgis.domain.criteria import PoolCriteria
from landgis.domain.outcome import Outcome
from landgis.errors import Conflict, NotFound
from landgis.frames.pooled import POOL_LEFT_OUT, POOL_MEMBERS
from landgis.frames.spec import Column
from landgis.pool.build import Pool

_VERSION = Column("version", "int")


@dataclass(frozen=True)
class PoolHead:
    """A pool without its frames.

    Attributes
    ----------
    pool_id, run_id, district
        The pool, the screening run it was built from, the district key.
    criteria
        What the bureau asked.
    created_by, created_at
        OS account and moment.
    """

    pool_id: str
    run_id: str
    district: str
    criteria: PoolCriteria
    created_by: str
    created_at: datetime


@dataclass(frozen=True)
class StoredPool:
    """A pool as it was stored: members by rank, the left-out by parcel id."""

    head: PoolHead
    pool: Pool


class PoolStore:
    """Pools of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self, run_id: str, criteria: PoolCriteria, pool: Pool, moves: pd.DataFrame | None = None, *, person: Person
    ) -> PoolHead:
        """Store a pool built from a run, all or nothing.

        Parameters
        ----------
        run_id
            Run that judged the parcels; members are the versions that it measured.
        criteria
            What the bureau asked; its overlap tolerance is held by the database.
        pool
            Members and left-out.
        moves
            What the build changes in the pool (``frames.pooled.MOVES``); None: nothing.
        person
            Who builds.

        Raises
        ------
        NotAllowed, ContractBroken
            By policy; bad frames.
        NotFound
            If there is no such run.
        Conflict
            If a member was not in the run, two members stand on the same ground, or a move is not possible any more.
        """
        person.require(Action.BUILD_POOL)
        POOL_MEMBERS.require(pool.members)
        POOL_LEFT_OUT.require(pool.left_out)
        with self._database.begin(person) as connection:
            district = _district_of_run(connection, run_id)
            members = pool.members.assign(version=_versions(connection, run_id, pool.members["parcel_id"]))
            pool_id = next_id(connection, POOL_NUMBER, "P")
            row = {"pool_id": pool_id, "run_id": run_id, "district": district, "criteria": _json(criteria)}
            tolerance = criteria.overlap_tolerance_m2
            connection.execute(insert(POOL).values(overlap_tolerance_m2=tolerance, created_by=person.person_id, **row))
            columns = [*POOL_MEMBERS.columns, _VERSION]
            copy_frame(connection, POOL_MEMBER, members, columns, pool_id=pool_id, run_id=run_id)
            copy_frame(connection, pools.POOL_LEFT_OUT, pool.left_out, POOL_LEFT_OUT.columns, pool_id=pool_id)
            if moves is not None:
                write_moves(connection, district, moves, Ground(run_id, pool_id), person=person)
        return self.head(pool_id)

    def load(self, pool_id: str) -> StoredPool:
        """Return a pool with its frames.

        Raises
        ------
        NotFound
            If there is no such pool.
        """
        head = self.head(pool_id)
        keys = {"pool_id": head.pool_id}
        with self._database.begin() as connection:
            members = read_frame(connection, statement("pool_members"), keys, POOL_MEMBERS.columns)
            left_out = read_frame(connection, statement("pool_left_out"), keys, POOL_LEFT_OUT.columns)
        return StoredPool(head, Pool(members, left_out))

    def head(self, pool_id: str) -> PoolHead:
        """Return a pool without its frames; it may also be named as people write it (``1``, ``p1``).

        Raises
        ------
        NotFound
            If there is no such pool.
        """
        found = self._select(_query().where(POOL.c.pool_id == as_id(pool_id, "P")))
        if not found:
            raise NotFound(
                f"没有储备项目库“{pool_id}”",
                f"There is no pool “{pool_id}”",
                where=pool_id,
                next_zh="请先运行 landgis pool build",
                next_en="Run landgis pool build first",
            )
        return found[0]

    def latest(self, district: str) -> PoolHead | None:
        """Return the newest pool of a district; None if there is none."""
        found = self._select(_query().where(POOL.c.district == district).limit(1))
        return found[0] if found else None

    def list(self, district: str | None = None) -> Sequence[PoolHead]:
        """Return pools without their frames, the newest first."""
        return self._select(_query() if district is None else _query().where(POOL.c.district == district))

    def _select(self, query: Select[Any]) -> Sequence[PoolHead]:
        with self._database.begin() as connection:
            return [_head(row) for row in connection.execute(query)]


def _query() -> Select[Any]:
    query = select(POOL, PERSON.c.os_account).join(PERSON, PERSON.c.person_id == POOL.c.created_by)
    return query.order_by(POOL.c.created_at.desc(), POOL.c.pool_id.desc())


def _head(row: Row[Any]) -> PoolHead:
    asked = row.criteria
    criteria = PoolCriteria(
        verdicts=tuple(Outcome(verdict) for verdict in asked["verdicts"]),
        min_area_m2=asked["min_area_m2"],
        towns=tuple(asked["towns"]),
        planned_uses=tuple(asked["planned_uses"]),
        overlap_tolerance_m2=asked["overlap_tolerance_m2"],
    )
    return PoolHead(row.pool_id, row.run_id, row.district, criteria, row.os_account, row.created_at)


def _json(criteria: PoolCriteria) -> dict[str, Any]:
    return asdict(criteria) | {"verdicts": [verdict.value for verdict in criteria.verdicts]}


def _district_of_run(connection: Connection, run_id: str) -> str:
    found: str | None = connection.scalar(select(SCREENING_RUN.c.district).where(SCREENING_RUN.c.run_id == run_id))
    if found is None:
        raise NotFound(f"没有筛查批次“{run_id}”", f"There is no run “{run_id}”", where=run_id)
    return found


def _versions(connection: Connection, run_id: str, parcel_ids: pd.Series[Any]) -> pd.Series[Any]:
    """Return the version that the run measured, per member."""
    query = select(RUN_PARCEL.c.parcel_id, RUN_PARCEL.c.version).where(RUN_PARCEL.c.run_id == run_id)
    measured = {row.parcel_id: row.version for row in connection.execute(query)}
    strangers = [parcel_id for parcel_id in parcel_ids if parcel_id not in measured]
    if strangers:
        raise Conflict(
            f"{len(strangers)} 个地块未经筛查批次 {run_id} 筛查，不能入库：{strangers[:5]}",
            f"{len(strangers)} parcels were not screened by run {run_id} and cannot enter the pool: {strangers[:5]}",
            where=strangers[0],
            next_zh="请重新筛查后再建库",
            next_en="Screen again, then build the pool",
        )
    return parcel_ids.map(measured).astype("int64")
