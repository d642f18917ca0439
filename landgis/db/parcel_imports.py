"""Parcels coming in: a delivery becomes versions and facts where it says something new, and nothing else."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from geoalchemy2 import Geometry
from sqlalchemy import Column, Connection, Double, MetaData, Table, Text, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB

from landgis.access.person import Person
from landgis.area import ellipsoidal_m2, planar_m2
from landgis.db.bulk import copy_frame, copy_in, ewkb, plain, raw
from landgis.db.issues import add_issues
from landgis.db.originals import record_source
from landgis.db.parcel_columns import PLACE
from landgis.db.parcel_delivery import Delivery, ImportMeta, ParcelImport
from landgis.db.statements import statement
from landgis.db.tables.parcels import PARCEL_IMPORT, PARCEL_ISSUE
from landgis.db.tables.people import PERSON
from landgis.db.tables.register import PARCEL_DOCUMENT
from landgis.domain.issue import Issue, Severity
from landgis.domain.register import REGISTER_FACTS
from landgis.errors import Conflict, NotFound
from landgis.frames.parcels import DOCUMENTS, Stated
from landgis.frames.spec import rows_of

_LOCK = 4549003
_SAME_M = 0.001
"""Outlines whose vertices agree to a millimetre are one outline: no survey tells them apart."""
_INCOMING = Table(
    "incoming",
    MetaData(),
    *(Column(column.name, Text) for column in PLACE),
    Column("facts", JSONB),
    Column("doubtful", JSONB),
    Column("geom", Geometry),
    Column("planar_m2", Double),
    Column("ellipsoidal_m2", Double),
)
"""The columns of ``sql/incoming_parcels.sql`` that are filled from here."""


def write_delivery(connection: Connection, delivery: Delivery, person: Person, act_no: int | None = None) -> int:
    """Store a delivery in an open transaction and return the number of the import.

    Parameters
    ----------
    act_no
        Act that the delivery is the result of (a split): then every parcel in it must be new.

    Raises
    ------
    Conflict
        If a parcel number stands in the other district or its parcel has ended; if a split names a known parcel.
    """
    record_source(connection, delivery.source, person)
    counts = _stage(connection, delivery)
    if act_no is not None and counts["created_count"] < len(delivery.parcels):
        raise _numbers_taken(connection)
    row = asdict(delivery.meta) | counts
    row |= {"content_hash": delivery.source.content_hash, "source_name": delivery.source.name}
    query = insert(PARCEL_IMPORT).values(created_by=person.person_id, **row).returning(PARCEL_IMPORT.c.import_no)
    number: int = connection.execute(query).scalar_one()
    keys = {"import_no": number, "act_no": act_no, "person_id": person.person_id}
    raw(connection).execute(statement("write_versions"), keys)
    issues = [*delivery.issues]
    if delivery.documents is not None:
        papers, early = _come_already(connection, delivery.documents)
        issues += early
        who = {"import_no": number, "created_by": person.person_id}
        copy_frame(connection, PARCEL_DOCUMENT, papers, DOCUMENTS.columns, **who)
    evidence = {fact.name: str(fact.evidence) for fact in REGISTER_FACTS}
    raw(connection).execute(statement("write_facts"), {"import_no": number, "evidence": json.dumps(evidence)})
    add_issues(connection, PARCEL_ISSUE, issues, import_no=number)
    return number


def number_versions_alone(connection: Connection) -> None:
    """Wait until nobody else numbers versions of parcels, and keep the turn to the end of the transaction."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def import_of(connection: Connection, import_no: int) -> ParcelImport:
    """Return the record of one import.

    Raises
    ------
    NotFound
        If there is no such import.
    """
    query = (
        select(PARCEL_IMPORT, PERSON.c.os_account)
        .join(PERSON, PERSON.c.person_id == PARCEL_IMPORT.c.created_by)
        .where(PARCEL_IMPORT.c.import_no == import_no)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"没有第 {import_no} 次导入", f"There is no import {import_no}", where=str(import_no))
    return ParcelImport(
        row.import_no,
        row.source_name,
        row.content_hash,
        ImportMeta(row.source_crs, row.transform, row.encoding, row.valid_from),
        row.created_count,
        row.changed_count,
        row.unchanged_count,
        row.os_account,
        row.created_at,
    )


def _stage(connection: Connection, delivery: Delivery) -> dict[str, int]:
    """Put a delivery beside what is known and count what is new, changed and unchanged."""
    raw(connection).execute(statement("incoming_parcels"))
    number_versions_alone(connection)
    copy_in(connection, _INCOMING, _incoming(delivery), into="incoming")
    _require_fit(connection)
    keys = {"valid_from": delivery.meta.valid_from}
    raw(connection).execute(statement("compare_incoming"), keys | {"same_m": _SAME_M})
    raw(connection).execute(statement("compare_incoming_facts"), keys)
    created, changed, total = connection.exec_driver_sql(
        "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new AND"
        " (version IS NOT NULL OR parcel_id IN (SELECT parcel_id FROM incoming_fact))), count(*) FROM incoming"
    ).one()
    return {"created_count": created, "changed_count": changed, "unchanged_count": total - created - changed}


def _come_already(connection: Connection, papers: pd.DataFrame) -> tuple[pd.DataFrame, list[Issue]]:
    """Keep out papers whose date has not come, and say which."""
    today = connection.scalar(text("SELECT landgis.today()"))
    early = np.array([day is not None and day > today for day in plain(papers["dated_on"])], dtype=bool)
    issues = [
        Issue(
            "document_from_the_future",
            Severity.SERIOUS,
            f"{row['parcel_id']} {row['number']}",
            f"文件日期 {row['dated_on']} 还没有到，未登记",
            f"The date {row['dated_on']} of the document has not come yet; it was not stored",
        )
        for row in rows_of(papers[early])
    ]
    return papers[~early], issues


def _incoming(delivery: Delivery) -> dict[str, list[Any]]:
    parcels = delivery.parcels
    shapes = parcels.geometry.to_numpy()
    columns = {column.name: plain(parcels[column.name]) for column in PLACE}
    facts, doubtful = _statements(parcels, delivery.stated)
    return columns | {
        "facts": facts,
        "doubtful": doubtful,
        "geom": ewkb(shapes, columns["parcel_id"]),
        "planar_m2": planar_m2(shapes).tolist(),
        "ellipsoidal_m2": ellipsoidal_m2(shapes).tolist(),
    }


def _statements(parcels: gpd.GeoDataFrame, stated: Stated) -> tuple[list[dict[str, Any]], list[list[str]]]:
    """Return, per parcel, the facts said (None for an empty cell) and the names of the doubtful ones."""
    facts: list[dict[str, Any]] = [{} for _ in range(len(parcels))]
    doubtful: list[list[str]] = [[] for _ in range(len(parcels))]
    for name in stated.said.columns:
        said = stated.said[name].to_numpy()
        if not said.any():
            continue
        values = plain(parcels[name])
        for row in np.flatnonzero(said):
            facts[row][name] = values[row]
        for row in np.flatnonzero(said & stated.doubtful[name].to_numpy()):
            doubtful[row].append(str(name))
    return facts, doubtful


def _require_fit(connection: Connection) -> None:
    unfit = raw(connection).execute(statement("unfit_incoming")).fetchall()
    if not unfit:
        return
    parcel_id, district, known, ended_on = unfit[0]
    if ended_on is not None:
        raise Conflict(
            f"{len(unfit)} 个地块编号不能使用：{parcel_id} 已于 {ended_on} 终止，编号永不再用",
            f"{len(unfit)} parcel numbers cannot be used: {parcel_id} ended on {ended_on}; its number is never used again",
            where=parcel_id,
            next_zh=f"请用新编号，或从文件中删去；沿革见 landgis parcel history {parcel_id}",
            next_en=f"Use a new number or remove it from the file; see landgis parcel history {parcel_id}",
        )
    raise Conflict(
        f"{len(unfit)} 个地块编号已属于另一个区：{parcel_id} 属于 {known}，本次为 {district}",
        f"{len(unfit)} parcel numbers stand in the other district: {parcel_id} in {known}, now {district}",
        where=parcel_id,
        next_zh="请核对地块编号与所属区",
        next_en="Check the parcel numbers and their district",
    )


def _numbers_taken(connection: Connection) -> Conflict:
    taken = connection.exec_driver_sql("SELECT parcel_id FROM incoming WHERE NOT is_new ORDER BY 1").scalars().all()
    return Conflict(
        f"新地块的编号已被使用：{'、'.join(taken[:5])}",
        f"The numbers of the new parcels are in use already: {', '.join(taken[:5])}",
        where=taken[0],
        next_zh="请在文件中改用新的编号",
        next_en="Give them new numbers in the file",
    )
