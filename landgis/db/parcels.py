"""Parcels as they are, as they were, and as they were known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import geopandas as gpd
import pandas as pd
from sqlalchemy import select

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.crs import WORKING
from landgis.db.bulk import plain, read_frame
from landgis.db.connect import Database
from landgis.db.issues import issues_of
from landgis.db.originals import SourceFile
from landgis.db.own_town import require_own_town
from landgis.db.parcel_columns import FACT_NAMES, PLACE, VERSION, columns_of_facts
from landgis.db.parcel_delivery import Delivery, ImportMeta, ParcelImport
from landgis.db.parcel_imports import import_of, write_delivery
from landgis.db.statements import statement
from landgis.db.tables.parcels import PARCEL, PARCEL_ISSUE
from landgis.domain.issue import Issue
from landgis.errors import ContractBroken, NotFound
from landgis.frames.measures import AREAS
from landgis.frames.parcels import DOCUMENTS, PARCELS, Stated
from landgis.frames.spec import Column

_GEOMETRY = Column("geometry", "object")
_GEODESIC = Column("geodesic_m2", "float")
_STORED = [*PLACE, VERSION, Column("facts", "object"), _GEOMETRY, _GEODESIC]


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
        stated: Stated | None = None,
        reason: str = "",
    ) -> ParcelImport:
        """Store an import, all or nothing: new parcels, versions where an outline or a place changed, facts that are new.

        Parameters
        ----------
        parcels
            ParcelFrame in the working CRS, with further fact columns of the register or without.
        issues
            What was wrong with the delivery.
        source, meta
            The original file, and how it was read.
        person
            Who imports.
        documents
            DocumentFrame; parcels must be in this import or known before.
        stated
            Of which facts the delivery speaks; None: of every fact column of the frame.
        reason
            Why, kept with every row that is written.

        Raises
        ------
        NotAllowed, ContractBroken, GeometryInvalid
            By policy, which may stop at the own town (the whole import is refused); bad frames.
        Conflict
            If a parcel number stands in the other district, its parcel has ended, a day lies in the future, or a
            document names an unknown parcel.
        """
        person.require(Action.IMPORT_PARCELS)
        PARCELS.require(parcels, WORKING)
        if documents is not None:
            DOCUMENTS.require(documents)
        for town_code in set(plain(parcels["town_code"])):
            person.require(Action.IMPORT_PARCELS, town_code=town_code)
        spoken_of = {*plain(parcels["parcel_id"]), *(() if documents is None else plain(documents["parcel_id"]))}
        delivery = Delivery(parcels, stated or Stated.everything(parcels), issues, source, meta, documents)
        with self._database.begin(person, reason) as connection:
            require_own_town(connection, person, Action.IMPORT_PARCELS, spoken_of)
            number = write_delivery(connection, delivery, person)
        return self.imported(number)

    def current(
        self,
        district: str | None = None,
        *,
        town_code: str | None = None,
        parcel_ids: Sequence[str] | None = None,
        as_of: date | None = None,
        known_at: datetime | None = None,
    ) -> gpd.GeoDataFrame:
        """Return the living parcels of a district (None: of both), or of one town.

        Parameters
        ----------
        parcel_ids
            Only these, as far as they are there; None: all.
        as_of
            Day whose outlines and facts are wanted; None: the newest.
        known_at
            Moment whose knowledge is wanted (with a time zone); None: now.

        Returns
        -------
        geopandas.GeoDataFrame
            ParcelFrame with further columns ``version`` and ``geodesic_m2`` (on the ellipsoid, as the register keeps it);
            multipolygons in EPSG:4549, ordered by ``parcel_id``.
        """
        return self._read(district, town_code, parcel_ids, as_of, known_at)

    def one(self, parcel_id: str, *, as_of: date | None = None, known_at: datetime | None = None) -> gpd.GeoDataFrame:
        """Return one parcel as a ParcelFrame of one row; see `current`.

        Raises
        ------
        NotFound
            If there is no such parcel, or there was none on that day.
        """
        frame = self._read(None, None, [parcel_id], as_of, known_at)
        if frame.empty:
            raise NotFound(
                f"没有地块“{parcel_id}”，或在所问日期尚未入库、已经终止",
                f"There is no parcel “{parcel_id}”, or on the day asked for it was not there",
                where=parcel_id,
                next_zh=f"请用 landgis parcel list 查看现有地块，或用 landgis parcel history {parcel_id} 查看沿革",
                next_en=f"See landgis parcel list, or landgis parcel history {parcel_id}",
            )
        return frame

    def districts(self, parcel_ids: Sequence[str]) -> dict[str, str]:
        """Return parcel → district of those that are, or ever were, in the inventory."""
        query = select(PARCEL.c.parcel_id, PARCEL.c.district).where(PARCEL.c.parcel_id.in_(parcel_ids))
        with self._database.begin() as connection:
            return {row.parcel_id: row.district for row in connection.execute(query)}

    def versions(self, wanted: pd.DataFrame) -> gpd.GeoDataFrame:
        """Return parcels with the outlines of certain versions, and the facts given with them.

        Parameters
        ----------
        wanted
            ``parcel_id``, ``version`` and the fact columns of the ParcelFrame: ``StoredRun.versions``, to see the
            parcels as that run judged them.

        Returns
        -------
        geopandas.GeoDataFrame
            ParcelFrame with ``version``, ordered by ``parcel_id``.

        Raises
        ------
        ContractBroken
            If a version does not exist.
        """
        keys = {"parcel_ids": wanted["parcel_id"].tolist(), "versions": wanted["version"].tolist()}
        with self._database.begin() as connection:
            places = read_frame(connection, statement("parcels_of_versions"), keys, [*PLACE, VERSION, _GEOMETRY])
        if len(places) != len(wanted):
            raise ContractBroken(
                f"{len(wanted) - len(places)} 个地块版本不存在", f"{len(wanted) - len(places)} versions do not exist"
            )
        facts = wanted.set_index("parcel_id")[FACT_NAMES].loc[places["parcel_id"]].set_axis(places.index)
        columns = {name: places[name] for name in (column.name for column in PLACE)}
        columns |= {name: facts[name] for name in FACT_NAMES} | {"version": places["version"]}
        return gpd.GeoDataFrame(columns, geometry=places.geometry, crs=WORKING)

    def areas(
        self,
        district: str | None = None,
        *,
        town_code: str | None = None,
        parcel_id: str | None = None,
        as_of: date | None = None,
        known_at: datetime | None = None,
    ) -> pd.DataFrame:
        """Return the three areas of every parcel (AreaFrame and ``town_name``), ordered by ``parcel_id``; see `current`."""
        keys = {"district": district, "town_code": town_code, "parcel_id": parcel_id}
        keys_of_time = {"as_of": as_of, "known_at": known_at}
        columns = [AREAS.columns[0], Column("town_name", "text", nullable=True), *AREAS.columns[1:]]
        with self._database.begin() as connection:
            return read_frame(connection, statement("parcel_areas"), keys | keys_of_time, columns)

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
        with self._database.begin() as connection:
            return import_of(connection, import_no)

    def issues(self, import_no: int) -> list[Issue]:
        """Return the issues of an import in the order they were found."""
        with self._database.begin() as connection:
            return issues_of(connection, PARCEL_ISSUE, import_no=import_no)

    def _read(
        self,
        district: str | None,
        town_code: str | None,
        parcel_ids: Sequence[str] | None,
        as_of: date | None,
        known_at: datetime | None,
    ) -> gpd.GeoDataFrame:
        wanted = None if parcel_ids is None else list(parcel_ids)
        keys = {"district": district, "town_code": town_code, "parcel_ids": wanted}
        keys_of_time = {"as_of": as_of, "known_at": known_at, "facts": FACT_NAMES}
        with self._database.begin() as connection:
            frame = read_frame(connection, statement("current_parcels"), keys | keys_of_time, _STORED)
        columns = {name: frame[name] for name in (column.name for column in PLACE)}
        columns |= columns_of_facts(frame["facts"].tolist(), frame.index)
        columns |= {name: frame[name] for name in (VERSION.name, _GEODESIC.name)}
        return gpd.GeoDataFrame(columns, geometry=frame["geometry"], crs=WORKING)
