"""Splits, mergers, strikings off: parcels end, parcels begin, and the ground stays the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import geopandas as gpd
from sqlalchemy import Connection, insert

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.area import ellipsoidal_m2, planar_m2
from landgis.db.bulk import ewkb, plain, raw
from landgis.db.connect import Database
from landgis.db.parcel_columns import PLACE
from landgis.db.parcel_delivery import Delivery
from landgis.db.parcel_facts import Statement, write_facts
from landgis.db.parcel_imports import write_delivery
from landgis.db.statements import statement
from landgis.db.tables.parcels import PARCEL, PARCEL_ACT, PARCEL_PART
from landgis.domain.register import Act


@dataclass(frozen=True)
class ActMeta:
    """What is said of an act.

    Attributes
    ----------
    act, acted_on
        What happened, on which day.
    document
        文号 of the decision; may be empty.
    reason
        Why; never empty.
    tolerance_m2
        How much ground may differ, as stated by the person.
    difference_m2, overlap_m2
        How much it differs: symmetric difference of the ground before and after; ground that children share.
    gap_m
        Widest gap that a merger bridges; 0 where the parcels touch.
    apart_reason
        Why parcels merge that lie apart, in several villages or under several owners; empty: they do not.
    """

    act: Act
    acted_on: date
    document: str
    reason: str
    tolerance_m2: float = 0.0
    difference_m2: float = 0.0
    overlap_m2: float = 0.0
    gap_m: float = 0.0
    apart_reason: str = ""


@dataclass(frozen=True)
class StoredAct:
    """An act, the parcels it ended and began, who stored it (OS account) and when."""

    act_no: int
    meta: ActMeta
    ends: tuple[str, ...]
    begins: tuple[str, ...]
    told_by: str
    told_at: datetime


class FamilyStore:
    """What became of parcels. Nothing of it is ever changed, and the number of a parcel that ended is never used again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def split(
        self, parent: str, children: Delivery, meta: ActMeta, facts: Sequence[Statement], *, person: Person
    ) -> int:
        """End a parcel, begin those of a delivery, and return the number of the act.

        Parameters
        ----------
        children
            The new parcels; ``meta.valid_from`` is the day of the act.
        facts
            What the children take over; it gives way to nothing, so leave out what the delivery states.

        Raises
        ------
        NotAllowed, Conflict
            By policy; if the parent has ended, a number is in use, or the ground differs by more than the tolerance.
        """
        person.require(Action.RESHAPE_PARCELS)
        with self._database.begin(person, meta.reason) as connection:
            act_no = _begin_act(connection, meta, person)
            write_delivery(connection, children, person, act_no)
            _end_act(connection, act_no, [parent], plain(children.parcels["parcel_id"]), facts)
        return act_no

    def merge(
        self,
        parents: Sequence[str],
        child: gpd.GeoDataFrame,
        meta: ActMeta,
        facts: Sequence[Statement],
        *,
        person: Person,
    ) -> int:
        """End parcels, begin the one that they make (a ParcelFrame of one row), and return the number of the act.

        Raises
        ------
        NotAllowed, Conflict
            By policy; if a parent has ended, the number is in use, or the ground differs by more than the tolerance.
        """
        person.require(Action.RESHAPE_PARCELS)
        with self._database.begin(person, meta.reason) as connection:
            act_no = _begin_act(connection, meta, person)
            _write_child(connection, child, act_no, meta, person)
            _end_act(connection, act_no, parents, plain(child["parcel_id"]), facts)
        return act_no

    def retire(self, parcel_ids: Sequence[str], meta: ActMeta, *, person: Person) -> int:
        """End parcels without successors and return the number of the act."""
        person.require(Action.RESHAPE_PARCELS)
        with self._database.begin(person, meta.reason) as connection:
            act_no = _begin_act(connection, meta, person)
            _end_act(connection, act_no, parcel_ids, [], [])
        return act_no

    def tree(self, parcel_id: str) -> list[StoredAct]:
        """Return every act that a parcel's family went through, the earliest first; empty: it has none."""
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("family_of_parcel"), {"parcel_id": parcel_id}).fetchall()
        return [
            StoredAct(row[0], ActMeta(Act(row[1]), *row[2:10]), tuple(row[10]), tuple(row[11]), *row[12:])
            for row in rows
        ]


def _begin_act(connection: Connection, meta: ActMeta, person: Person) -> int:
    row = vars(meta) | {"act": meta.act.value, "created_by": person.person_id}
    number: int = connection.execute(insert(PARCEL_ACT).values(row).returning(PARCEL_ACT.c.act_no)).scalar_one()
    return number


def _end_act(
    connection: Connection, act_no: int, ends: Sequence[str], begins: Sequence[str], facts: Sequence[Statement]
) -> None:
    parts = [*((parcel_id, "ends") for parcel_id in ends), *((parcel_id, "begins") for parcel_id in begins)]
    rows = [{"act_no": act_no, "parcel_id": parcel_id, "part": part} for parcel_id, part in parts]
    connection.execute(insert(PARCEL_PART), rows)
    write_facts(connection, facts, act_no)


def _write_child(connection: Connection, child: gpd.GeoDataFrame, act_no: int, meta: ActMeta, person: Person) -> None:
    shapes = child.geometry.to_numpy()
    row = {column.name: plain(child[column.name])[0] for column in PLACE}
    row |= {
        "geom": ewkb(shapes, [row["parcel_id"]])[0],
        "planar_m2": float(planar_m2(shapes)[0]),
        "ellipsoidal_m2": float(ellipsoidal_m2(shapes)[0]),
        "act_no": act_no,
        "valid_from": meta.acted_on,
        "person_id": person.person_id,
    }
    connection.execute(insert(PARCEL).values(parcel_id=row["parcel_id"], district=row["district"]))
    raw(connection).execute(statement("write_merged"), row)
