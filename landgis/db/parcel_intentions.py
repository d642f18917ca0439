"""The survey of owners' wishes (意愿调查): who was asked when, and what they answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.own_town import require_own_town
from landgis.db.tables.register import PARCEL_INTENTION
from landgis.domain.register import Answer, Wish

_KNOWN = (
    "SELECT asked, asked_on, wish, use_wanted, remark, document_no FROM landgis.parcel_intention_ever"
    " WHERE parcel_id = %(parcel_id)s AND known @> coalesce(%(known_at)s::timestamptz, 'infinity')"
    " ORDER BY asked_on DESC, survey_no DESC"
)


class IntentionStore:
    """Answers of owners; a trigger makes the fact ``owner_willing`` of them, whichever client writes.

    Of every owner that was asked, the latest answer until a day counts; of these the least willing is the fact:
    unwilling, before undecided or a co-owner not heard, before willing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, parcel_id: str, answer: Answer, *, person: Person, reason: str = "") -> int:
        """Store an answer and return its number.

        Raises
        ------
        NotAllowed, Conflict
            By policy; if there is no such parcel, or the day lies in the future.
        """
        person.require(Action.STATE_FACTS)
        row = vars(answer) | {"parcel_id": parcel_id, "wish": answer.wish.value}
        with self._database.begin(person, reason) as connection:
            require_own_town(connection, person, Action.STATE_FACTS, [parcel_id])
            query = insert(PARCEL_INTENTION).values(row).returning(PARCEL_INTENTION.c.survey_no)
            number: int = connection.execute(query).scalar_one()
            return number

    def list(self, parcel_id: str, *, known_at: datetime | None = None) -> list[Answer]:
        """Return the answers for a parcel as known at a moment (None: now), the latest first."""
        keys = {"parcel_id": parcel_id, "known_at": known_at}
        with self._database.begin() as connection:
            rows = raw(connection).execute(_KNOWN, keys).fetchall()
        return [Answer(row[0], row[1], Wish(row[2]), *row[3:]) for row in rows]
