"""Parcels: imports make versions, nothing is overwritten."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Connection, insert, select

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.crs import WORKING, GeometryArray
from landgis.db.bulk import copy_frame, copy_in, ewkb, multi, plain, raw, read_frame, typed
from landgis.db.connect import Database
from landgis.db.issues import add_issues, issues_of
from landgis.db.originals import SourceFile, record_source
from landgis.db.statements import statement
from landgis.db.tables.parcels import PARCEL_DOCUMENT, PARCEL_IMPORT, PARCEL_ISSUE, PARCEL_VERSION
from landgis.db.tables.people import PERSON
from landgis.domain.facts import FACTS
from landgis.domain.issue import Issue
from landgis.errors import Conflict, NotFound
from landgis.frames.parcels import DOCUMENTS, PARCELS
from landgis.frames.spec import Column

_FACT_NAMES = [fact.name for fact in FACTS]
_PLACE = [column for column in PARCELS.columns if column.name not in _FACT_NAMES]
_FACT_COLUMNS = [column for column in PARCELS.columns if column.name in _FACT_NAMES]
_STORED = [*_PLACE, Column("version", "int"), Column("facts", "object"), Column("geometry", "object")]


@dataclass(frozen=True)
class ImportMeta:
    """How a parcel file was read.

    Attributes
    ----------
    source_crs, transform
        CRS found, and the named transform into the working CRS (empty: none needed).
    encoding
        Text encoding used to read the attributes.
    """

    source_crs: str = ""
    transform: str = ""
    encoding: str = ""


@dataclass(frozen=True)
class ParcelImport:
    """One import and what it changed.

    Attributes
    ----------
    import_no
        Number of the import.
    source_name, content_hash
        Original file.
    meta
        How it was read.
    created_count, changed_count, unchanged_count
        New parcels; parcels with a new version; parcels that were known exactly so.
    created_by, created_at
        OS account and moment.
    """

    import_no: int
    source_name: str
    content_hash: str
    meta: ImportMeta
    created_count: int
    changed_count: int
    unchanged_count: int
    created_by: str
    created_at: datetime


class ParcelStore:
    """Parcels of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_import(
        self,
        parcels: gpd.GeoDataFrame,
        issues: Sequence[Issue],
        *,
        source: SourceFile,
        meta: ImportMeta,
        person: Person,
        documents: pd.DataFrame | None = None,
    ) -> ParcelImport:
        """Store an import, all or nothing: version 1 of new parcels, a next version where something changed.

        Parameters
        ----------
        parcels
            ParcelFrame in the working CRS. Only declared columns are stored.
        issues
            What was wrong with the delivery.
        source, meta
            The original file, and how it was read.
        person
            Who imports.
        documents
            DocumentFrame; parcels must be in this import or known before.

        Raises
        ------
        NotAllowed, ContractBroken, GeometryInvalid
            By policy; bad frames.
        Conflict
            If a parcel number stands in the other district, or a document names an unknown parcel.
        """
        person.require(Action.IMPORT_PARCELS)
        PARCELS.require(parcels, WORKING)
        if documents is not None:
            DOCUMENTS.require(documents)
        with self._database.begin() as connection:
            record_source(connection, source, person)
            counts = _stage(connection, parcels)
            row = asdict(meta) | counts | {"content_hash": source.content_hash, "source_name": source.name}
            query = (
                insert(PARCEL_IMPORT).values(created_by=person.person_id, **row).returning(PARCEL_IMPORT.c.import_no)
            )
            number: int = connection.execute(query).scalar_one()
            keys = {"import_no": number, "person_id": person.person_id}
            raw(connection).execute(statement("end_versions"))
            raw(connection).execute(statement("write_versions"), keys)
            add_issues(connection, PARCEL_ISSUE, issues, import_no=number)
            if documents is not None:
                copy_frame(connection, PARCEL_DOCUMENT, documents, DOCUMENTS.columns, import_no=number)
        return self.imported(number)

    def current(self, district: str | None = None, *, town_code: str | None = None) -> gpd.GeoDataFrame:
        """Return the current parcels of a district (None: of both), or of one town.

        Returns
        -------
        geopandas.GeoDataFrame
            ParcelFrame with a further column ``version``; multipolygons in EPSG:4549, ordered by ``parcel_id``.
        """
        return self._read(district, town_code, None)

    def one(self, parcel_id: str) -> gpd.GeoDataFrame:
        """Return the current version of one parcel as a ParcelFrame of one row.

        Raises
        ------
        NotFound
            If there is no such parcel.
        """
        frame = self._read(None, None, parcel_id)
        if frame.empty:
            raise NotFound(
                f"没有地块“{parcel_id}”",
                f"There is no parcel “{parcel_id}”",
                where=parcel_id,
                next_zh="请用 landgis parcel list 查看",
                next_en="See landgis parcel list",
            )
        return frame

    def documents(self, parcel_id: str) -> pd.DataFrame:
        """Return the documents of a parcel (DocumentFrame), each as last delivered."""
        with self._database.begin() as connection:
            return read_frame(connection, statement("documents_of_parcel"), {"parcel_id": parcel_id}, DOCUMENTS.columns)

    def imported(self, import_no: int) -> ParcelImport:
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
        with self._database.begin() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"没有第 {import_no} 次导入", f"There is no import {import_no}", where=str(import_no))
        return ParcelImport(
            row.import_no,
            row.source_name,
            row.content_hash,
            ImportMeta(row.source_crs, row.transform, row.encoding),
            row.created_count,
            row.changed_count,
            row.unchanged_count,
            row.os_account,
            row.created_at,
        )

    def issues(self, import_no: int) -> list[Issue]:
        """Return the issues of an import in the order they were found."""
        with self._database.begin() as connection:
            return issues_of(connection, PARCEL_ISSUE, import_no=import_no)

    def _read(self, district: str | None, town_code: str | None, parcel_id: str | None) -> gpd.GeoDataFrame:
        keys = {"district": district, "town_code": town_code, "parcel_id": parcel_id}
        with self._database.begin() as connection:
            frame = read_frame(connection, statement("current_parcels"), keys, _STORED)
        facts: list[dict[str, Any]] = frame["facts"].tolist()
        columns = {name: frame[name] for name in (column.name for column in _PLACE)}
        columns |= {
            column.name: typed(column, [known.get(column.name) for known in facts]).set_axis(frame.index)
            for column in _FACT_COLUMNS
        }
        return gpd.GeoDataFrame(columns | {"version": frame["version"]}, geometry=frame["geometry"], crs=WORKING)


def _stage(connection: Connection, parcels: gpd.GeoDataFrame) -> dict[str, int]:
    """Put parcels beside the current ones and count what is new, changed and unchanged."""
    raw(connection).execute(statement("incoming_parcels"))
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4549003)")  # two imports do not number one version
    copy_in(connection, PARCEL_VERSION, _incoming(parcels), into="incoming")
    strangers = raw(connection).execute(statement("compare_incoming")).fetchall()
    if strangers:
        parcel_id, district, known = strangers[0]
        raise Conflict(
            f"{len(strangers)} 个地块编号已属于另一个区：{parcel_id} 属于 {known}，本次为 {district}",
            f"{len(strangers)} parcel numbers stand in the other district: {parcel_id} in {known}, now {district}",
            where=parcel_id,
            next_zh="请核对地块编号与所属区",
            next_en="Check the parcel numbers and their district",
        )
    count = "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE version > 1), count(*) FROM incoming"
    created, changed, total = connection.exec_driver_sql(count).one()
    return {"created_count": created, "changed_count": changed, "unchanged_count": total - created - changed}


def _incoming(parcels: gpd.GeoDataFrame) -> dict[str, list[Any]]:
    ids = plain(parcels["parcel_id"])
    columns = {column.name: plain(parcels[column.name]) for column in _PLACE}
    cells = [plain(parcels[name]) for name in _FACT_NAMES]
    facts = [
        {name: value for name, value in zip(_FACT_NAMES, row, strict=True) if value is not None}
        for row in zip(*cells, strict=True)
    ]
    shapes = parcels.geometry.to_numpy()
    columns |= {"facts": facts, "geom": ewkb(shapes, ids)}
    return columns | {"content_hash": _hashes(columns, shapes)}


def _hashes(columns: dict[str, list[Any]], shapes: GeometryArray) -> list[str]:
    """Return one hash per parcel over all that makes a version; where a ring starts makes no difference."""
    texts = {name: values for name, values in columns.items() if name != "geom"}
    forms = shapely.to_wkb(shapely.normalize(multi(shapes)), byte_order=1)
    return [
        hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + form).hexdigest()
        for *row, form in zip(*texts.values(), forms, strict=True)
    ]
