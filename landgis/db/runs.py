"""Screening runs: stored whole, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from psycopg import sql
from sqlalchemy import Connection, Row, Select, Table, func, insert, select

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import copy_frame, read_frame
from landgis.db.connect import Database
from landgis.db.numbers import as_id, next_id
from landgis.db.parcel_columns import FACT_NAMES, VERSION, columns_of_facts, facts_of_columns
from landgis.db.run_meta import RunMeta
from landgis.db.run_record import RunRecord, facts_hashes, frames_of, inputs_of_record, outline_hashes, recorded
from landgis.db.run_rows import write_run_rows
from landgis.db.tables import SCHEMA, runs
from landgis.db.tables.people import PERSON
from landgis.db.tables.runs import RUN_NUMBER, RUN_PARCEL, SCREENING_RUN
from landgis.domain.layer import LegalState
from landgis.domain.outcome import Scope
from landgis.errors import ContractBroken, NotFound
from landgis.frames.judged import FINDINGS, VERDICTS
from landgis.frames.measures import AREAS, CELLS, COVERAGE, HITS, OVERLAPS
from landgis.frames.spec import Column
from landgis.screening.judge import Judged
from landgis.screening.measure import Measured

__all__ = ["RunHead", "RunMeta", "RunStore", "StoredRun"]

_RESULTS: dict[str, tuple[Table, Sequence[Column]]] = {
    "overlaps": (runs.RUN_OVERLAP, OVERLAPS.columns),
    "hits": (runs.RUN_HIT, HITS.columns),
    "coverage": (runs.RUN_COVERAGE, COVERAGE.columns),
    "cells": (runs.RUN_CELL, CELLS.columns),
    "findings": (runs.RUN_FINDING, FINDINGS.columns),
}
_HASHES = (Column("outline_hash", "text", nullable=True), Column("facts_hash", "text", nullable=True))
_PARCEL_COLUMNS = (
    AREAS.columns[0], VERSION, VERDICTS.columns[1], *AREAS.columns[1:], Column("facts", "object"), *_HASHES,
)  # fmt: skip


@dataclass(frozen=True)
class RunHead:
    """A run without its frames: id, what it stood on, who (OS account) and when, and its record by hash.

    A run that is older than such records has none.
    """

    run_id: str
    meta: RunMeta
    created_by: str
    created_at: datetime
    record: RunRecord | None = None


@dataclass(frozen=True)
class StoredRun:
    """A run as it was stored.

    Attributes
    ----------
    head
        Id and what it stood on.
    versions
        ``parcel_id`` and ``version`` of the parcels measured, and the facts judged, as in a ParcelFrame; and the hashes
        of both, ``outline_hash`` and ``facts_hash``, missing in a run that is older than they.
    measured, judged
        The frames.
    """

    head: RunHead
    versions: pd.DataFrame
    measured: Measured
    judged: Judged


class RunStore:
    """Runs of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self, meta: RunMeta, versions: gpd.GeoDataFrame, measured: Measured, judged: Judged, *, person: Person
    ) -> RunHead:
        """Store a run, all or nothing; from then on nobody can add to it or change it.

        Parameters
        ----------
        meta
            What it stood on.
        versions
            ``parcel_id``, ``version``, outline and facts of every parcel (further columns are ignored): the frame of
            ``ParcelStore.current`` that was measured.
        measured, judged
            The frames; one verdict and one area row per parcel.
        person
            Who screens.

        Raises
        ------
        NotAllowed, ContractBroken, Conflict
            Conflict: a parcel or version is not in the database.
        """
        person.require(Action.SCREEN)
        parcels = _parcel_rows(versions, measured, judged)
        specs = {"overlaps": OVERLAPS, "hits": HITS, "coverage": COVERAGE, "cells": CELLS}
        frames = {name: getattr(measured, name) for name in specs}
        for name, spec in specs.items():
            spec.require(frames[name])
        FINDINGS.require(judged.findings)
        with self._database.begin() as connection:
            run_id = next_id(connection, RUN_NUMBER, "R")
            created_at: datetime = connection.execute(select(func.now())).scalar_one()
            record = recorded(run_id, created_at, meta, frames_of(parcels, measured, judged)).fields(meta)
            row = _columns(meta) | {"run_id": run_id, "created_at": created_at, "created_by": person.person_id}
            connection.execute(insert(SCREENING_RUN).values(row | {"record": record}))
            copy_frame(connection, RUN_PARCEL, parcels, _PARCEL_COLUMNS, run_id=run_id)
            for name, frame in (frames | {"findings": judged.findings}).items():
                table, columns = _RESULTS[name]
                copy_frame(connection, table, frame, columns, run_id=run_id)
            write_run_rows(connection, run_id)
        return self.head(run_id)

    def load(self, run_id: str) -> StoredRun:
        """Return a run with its frames, rows ordered by their keys.

        Raises
        ------
        NotFound
            If there is no such run.
        """
        return self._load(run_id, None)

    def part(self, run_id: str, parcel_ids: Sequence[str]) -> StoredRun:
        """Return what a run has of some parcels; see `load`."""
        return self._load(run_id, parcel_ids)

    def verdicts(self, run_id: str, parcel_ids: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the verdicts of a run or of some of its parcels (VerdictFrame), ordered by parcel, without the rest of it."""
        with self._database.begin() as connection:
            return _rows(connection, RUN_PARCEL, VERDICTS.columns, run_id, parcel_ids)

    def _load(self, run_id: str, parcel_ids: Sequence[str] | None) -> StoredRun:
        head = self.head(run_id)
        with self._database.begin() as connection:
            parcels = _rows(connection, RUN_PARCEL, _PARCEL_COLUMNS, head.run_id, parcel_ids)
            frames = {
                name: _rows(connection, table, columns, head.run_id, parcel_ids)
                for name, (table, columns) in _RESULTS.items()
            }
        findings = frames.pop("findings")
        measured = Measured(areas=parcels[AREAS.names], **frames)
        return StoredRun(head, _versions(parcels), measured, Judged(findings, parcels[VERDICTS.names]))

    def versions(self, run_id: str, parcel_ids: Sequence[str] | None = None) -> pd.DataFrame:
        """Return ``versions`` of a run or of some of its parcels, ordered by parcel, without the rest of it."""
        with self._database.begin() as connection:
            return _versions(_rows(connection, RUN_PARCEL, _PARCEL_COLUMNS, run_id, parcel_ids))

    def head(self, run_id: str) -> RunHead:
        """Return a run without its frames.

        Parameters
        ----------
        run_id
            Also as people write it: ``1``, ``r1``.

        Raises
        ------
        NotFound
            If there is no such run.
        """
        found = self._select(_query().where(SCREENING_RUN.c.run_id == as_id(run_id, "R")))
        if not found:
            raise NotFound(
                f"没有筛查批次“{run_id}”",
                f"There is no run “{run_id}”",
                where=run_id,
                next_zh="请用 landgis run list 查看现有批次；尚无批次时先运行 landgis screen",
                next_en="See landgis run list; where there is none yet, run landgis screen first",
            )
        return found[0]

    def latest(self, district: str, pack_id: str | None = None) -> RunHead | None:
        """Return the newest final run of a district, with one pack or with any; None if there is none.

        The newest is that of the latest day: who looks back to an earlier day moves nothing that stands on the present.
        """
        table = SCREENING_RUN.c
        final = (table.legal_state == LegalState.IN_FORCE.value, table.known_at.is_(None))
        order = (table.as_of.desc(), *_NEWEST_FIRST)
        query = _query().where(table.district == district, *final).order_by(*order).limit(1)
        found = self._select(query if pack_id is None else query.where(SCREENING_RUN.c.pack_id == pack_id))
        return found[0] if found else None

    def latest_measured_as(self, meta: RunMeta) -> RunHead | None:
        """Return the newest run measured as another one would be, by what was known when it ran; None if there is none.

        It has the same district, breadth, legal state, CRS, program and kernel.
        """
        table = SCREENING_RUN.c
        same = ("district", "scope", "legal_state", "crs", "code_version", "kernel")
        conditions = [table[name] == getattr(meta, name) for name in same]
        query = _query().where(*conditions, table.known_at.is_(None)).order_by(*_NEWEST_FIRST).limit(1)
        return next(iter(self._select(query)), None)

    def list(self, district: str | None = None) -> Sequence[RunHead]:
        """Return runs without their frames, the newest first."""
        query = _query().order_by(*_NEWEST_FIRST)
        return self._select(query if district is None else query.where(SCREENING_RUN.c.district == district))

    def counts(self) -> dict[str, dict[str, int]]:
        """Count the verdicts of every run: run → verdict → parcels."""
        table = RUN_PARCEL.c
        query = select(table.run_id, table.verdict, func.count()).group_by(table.run_id, table.verdict)
        found: dict[str, dict[str, int]] = {}
        with self._database.begin() as connection:
            for run_id, verdict, count in connection.execute(query):
                found.setdefault(run_id, {})[verdict] = count
        return found

    def _select(self, query: Select[Any]) -> Sequence[RunHead]:
        with self._database.begin() as connection:
            return [_head(row) for row in connection.execute(query)]


_NEWEST_FIRST = (SCREENING_RUN.c.created_at.desc(), SCREENING_RUN.c.run_id.desc())


def _query() -> Select[Any]:
    return select(SCREENING_RUN, PERSON.c.os_account).join(PERSON, PERSON.c.person_id == SCREENING_RUN.c.created_by)


def _columns(meta: RunMeta) -> dict[str, Any]:
    """Return the row; releases as a list of pairs, since jsonb keeps no order of keys."""
    plain = {name: value for name, value in vars(meta).items() if name != "inputs"}
    return plain | {
        "scope": meta.scope.value,
        "legal_state": meta.legal_state.value,
        "releases": [list(pair) for pair in meta.releases.items()],
        "taken_over": [list(pair) for pair in meta.taken_over.items()],
    }


def _head(row: Row[Any]) -> RunHead:
    meta = RunMeta(
        pack_id=row.pack_id,
        pack_version=row.pack_version,
        as_of=row.as_of,
        scope=Scope(row.scope),
        district=row.district,
        crs=row.crs,
        releases=dict(row.releases),
        code_version=row.code_version,
        seconds=row.seconds,
        legal_state=LegalState(row.legal_state),
        known_at=row.known_at,
        kernel=row.kernel,
        taken_from=row.taken_from,
        taken_over=dict(row.taken_over),
        inputs=inputs_of_record(row.record),
    )
    return RunHead(row.run_id, meta, row.os_account, row.created_at, RunRecord.of(row.record) if row.record else None)


def _parcel_rows(versions: gpd.GeoDataFrame, measured: Measured, judged: Judged) -> pd.DataFrame:
    """Return one row per parcel: version, facts, hashes, verdict and areas, which must speak of the same parcels."""
    AREAS.require(measured.areas)
    VERDICTS.require(judged.verdicts)
    facts = facts_of_columns(versions)
    parcels = pd.DataFrame(versions[["parcel_id", "version"]]).assign(
        facts=pd.Series(facts, index=versions.index, dtype="object"),
        outline_hash=outline_hashes(np.asarray(versions.geometry.to_numpy(), dtype=object)),
        facts_hash=facts_hashes(facts),
    )
    table = parcels.merge(judged.verdicts, on="parcel_id", how="outer").merge(
        measured.areas, on="parcel_id", how="outer"
    )
    odd = table.loc[table[["version", "verdict", "planar_m2"]].isna().any(axis=1), "parcel_id"]
    if len(odd) or len(table) != len(parcels):
        raise ContractBroken(
            f"筛查批次中地块、结论与面积不一一对应：{odd.head(5).tolist()}",
            f"Parcels, verdicts and areas of the run do not match one to one: {odd.head(5).tolist()}",
        )
    return table.astype({"version": "int64"})


def _versions(parcels: pd.DataFrame) -> pd.DataFrame:
    facts = columns_of_facts(parcels["facts"].tolist(), parcels.index)
    columns = ["parcel_id", "version", *(column.name for column in _HASHES)]
    return parcels[columns].assign(**{name: facts[name] for name in FACT_NAMES})


def _rows(
    connection: Connection,
    table: Table,
    columns: Sequence[Column],
    run_id: str,
    parcel_ids: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return the rows of a run, or those of some of its parcels, in the order of the table's key."""
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    order = sql.SQL(", ").join(sql.Identifier(key.name) + sql.SQL(' COLLATE "C"') for key in table.primary_key)
    some = sql.SQL("" if parcel_ids is None else "AND parcel_id = ANY (%(parcel_ids)s)")
    query = sql.SQL("SELECT {} FROM {} WHERE run_id = %(run_id)s {} ORDER BY {}").format(
        names, sql.Identifier(SCHEMA, table.name), some, order
    )
    keys = {"run_id": run_id} if parcel_ids is None else {"run_id": run_id, "parcel_ids": list(parcel_ids)}
    return read_frame(connection, query, keys, columns)
