"""Dated facts of single parcels: stated one by one, read with the paper that proves each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.own_town import require_own_town
from landgis.db.statements import statement
from landgis.domain.facts import FactState
from landgis.domain.register import Value

_STATE = text(
    "INSERT INTO landgis.parcel_fact (parcel_id, fact, valid_from, state, value, document_no, source, act_no)"
    " VALUES (:parcel_id, :fact, coalesce(CAST(:valid_from AS date), '-infinity'), :state, CAST(:value AS jsonb),"
    " :document_no, :source, :act_no)"
    " ON CONFLICT (parcel_id, fact, valid_from) DO UPDATE SET state = excluded.state, value = excluded.value,"
    " document_no = excluded.document_no, source = excluded.source, import_no = NULL, act_no = excluded.act_no"
)


@dataclass(frozen=True)
class Statement:
    """One fact as somebody states it.

    Attributes
    ----------
    parcel_id, fact
        Of what.
    value
        The value; None when it is pending or unknown.
    state
        Whether it is known, still to come, or in doubt.
    valid_from
        First day on which it holds; None: since the beginning.
    document_no
        Paper of the same parcel that proves it.
    source
        Where it comes from, in words.
    """

    parcel_id: str
    fact: str
    value: Value | None
    state: FactState = FactState.KNOWN
    valid_from: date | None = None
    document_no: int | None = None
    source: str = ""


@dataclass(frozen=True)
class HeldFact:
    """One fact as it holds: what, since when (None: nobody said), by which paper, import or act."""

    fact: str
    state: FactState
    value: Value | None
    valid_from: date | None
    document_no: int | None
    document_kind: str | None
    document_number: str | None
    source: str
    import_no: int | None
    act_no: int | None


class FactStore:
    """Facts of the register."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, statements: Sequence[Statement], *, person: Person, reason: str) -> None:
        """Write facts, all or nothing. What was stated for the same day before is history.

        Raises
        ------
        NotAllowed, ContractBroken
            By policy, which may stop at the own town; a value that is none of the fact.
        Conflict
            If a day has not come, the parcel had ended by then, or the paper is not of the parcel.
        """
        person.require(Action.STATE_FACTS)
        with self._database.begin(person, reason) as connection:
            require_own_town(connection, person, Action.STATE_FACTS, {one.parcel_id for one in statements})
            write_facts(connection, statements)

    def held(
        self, parcel_id: str, *, as_of: date | None = None, known_at: datetime | None = None
    ) -> dict[str, HeldFact]:
        """Return the facts of a parcel by name, as they held on a day and were known at a moment."""
        keys = {"parcel_id": parcel_id, "as_of": as_of, "known_at": known_at}
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("facts_of_parcel"), keys).fetchall()
        return {row[0]: HeldFact(row[0], FactState(row[1]), *row[2:]) for row in rows}

    def values(self, fact: str, *, as_of: date | None = None, known_at: datetime | None = None) -> dict[str, Value]:
        """Return one fact of every parcel that knows it, by parcel number."""
        query = (
            "SELECT parcel_id, value FROM landgis.facts_at(%(as_of)s::date, %(known_at)s::timestamptz)"
            " WHERE fact = %(fact)s AND state = 'known'"
        )
        with self._database.begin() as connection:
            rows = raw(connection).execute(query, {"fact": fact, "as_of": as_of, "known_at": known_at}).fetchall()
        return dict(rows)


def write_facts(connection: Connection, statements: Sequence[Statement], act_no: int | None = None) -> None:
    """Write facts in an open transaction, as a consequence of an act or by themselves."""
    if statements:
        connection.execute(_STATE, [_row(one) | {"act_no": act_no} for one in statements])


def _row(one: Statement) -> dict[str, Any]:
    value = None if one.value is None else json.dumps(one.value, ensure_ascii=False)
    return vars(one) | {"value": value, "state": one.state.value}
