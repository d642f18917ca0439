"""Lists of what else a year supplies: state-owned land, acquired or in stock; the newest list of a year speaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import shapely
from sqlalchemy import insert

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import copy_in, plain, raw, read_frame, wire_form
from landgis.db.connect import Database
from landgis.db.originals import SourceFile, record_source
from landgis.db.plans import PlanHead
from landgis.db.statements import statement
from landgis.db.tables.plans import OTHER_SUPPLY as TABLE
from landgis.db.tables.plans import SUPPLY_BATCH
from landgis.frames.planned import OTHER_SUPPLY


class SupplyStore:
    """Other supply of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, district: str, year: int, rows: pd.DataFrame, outlines: Sequence[shapely.Geometry | None], *,
        source: SourceFile, person: Person,
    ) -> int:  # fmt: skip
        """Store a list, all or nothing, and return its number.

        Parameters
        ----------
        rows
            ``frames.planned.OTHER_SUPPLY``.
        outlines
            Outline of every row in EPSG:4549; None where only the number of the parcel, or nothing, is known.
        source
            The file that it came in.

        Raises
        ------
        NotAllowed, Conflict
            By policy; land that is there twice, or enters the market by a published plan.
        """
        person.require(Action.IMPORT_SUPPLY)
        OTHER_SUPPLY.require(rows)
        with self._database.begin(person) as connection:
            record_source(connection, source, person)
            row = {
                "district": district,
                "year": year,
                "content_hash": source.content_hash,
                "created_by": person.person_id,
            }
            number = connection.execute(
                insert(SUPPLY_BATCH).values(row).returning(SUPPLY_BATCH.c.batch_no)
            ).scalar_one()
            copy_in(connection, TABLE, {
                "batch_no": [number] * len(rows),
                **{name: plain(rows[name]) for name in OTHER_SUPPLY.names},
                "geom": [None if shape is None else _ewkb(shape) for shape in outlines],
            })  # fmt: skip
        return int(number)

    def speaking(self, district: str, year: int, at: datetime | None = None) -> pd.DataFrame:
        """Return the list of a year that speaks now, or spoke at a moment (``frames.planned.OTHER_SUPPLY``)."""
        with self._database.begin() as connection:
            keys = {"district": district, "year": year, "at": at}
            return read_frame(connection, statement("other_supply"), keys, OTHER_SUPPLY.columns)

    def twice(self, plan: PlanHead, at: datetime | None = None) -> list[tuple[str, str]]:
        """Return parcels of a plan that such a list has too, each with its number there."""
        keys = {"plan_id": plan.plan_id, "district": plan.district, "year": plan.year, "at": at}
        with self._database.begin() as connection:
            return [(row[0], row[1]) for row in raw(connection).execute(statement("supplied_twice"), keys).fetchall()]


def _ewkb(shape: shapely.Geometry) -> bytes:
    import numpy as np

    one = np.empty(1, dtype=object)
    one[0] = shape
    return wire_form(one)[0]
