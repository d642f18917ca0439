"""Intents of investors: recorded once, ended once; they name people and are read only by whom the policy lets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert

from landgis.access.person import Person
from landgis.access.roles import Action, may
from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.numbers import as_id, next_ids
from landgis.db.statements import statement
from landgis.db.tables.intents import INTENT, INTENT_ENDED, INTENT_NUMBER
from landgis.domain.intents import Intent, IntentEnd, Wanted
from landgis.errors import Conflict, NotFound


class IntentStore:
    """Intents of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, wanted: Sequence[Wanted], *, person: Person) -> Sequence[str]:
        """Record intents, all or none; return their numbers.

        Raises
        ------
        NotAllowed
            By policy, which may stop at the own town: an intent that names another one.
        Conflict, ContractBroken
            What the database does not take: see migration 0014.
        """
        person.require(Action.RECORD_INTENT)
        for town_code in {town for one in wanted for town in one.towns}:
            person.require(Action.RECORD_INTENT, town_code=town_code)
        if not wanted:
            return []
        with self._database.begin(person) as connection:
            ids = next_ids(connection, INTENT_NUMBER, "I", len(wanted))
            connection.execute(
                insert(INTENT),
                [_row(one) | {"intent_id": number, "created_by": person.person_id}
                 for number, one in zip(ids, wanted, strict=True)],
            )  # fmt: skip
        return ids

    def list(self, district: str | None = None, *, ended: bool = False, person: Person) -> Sequence[Intent]:
        """Return intents by number.

        Parameters
        ----------
        ended
            Also those that are pursued no longer.
        person
            Who reads: all of them whom the policy lets read them, else (a town clerk) only one's own.

        Raises
        ------
        NotAllowed
            For everybody else.
        """
        return self._select(person, district=district, open=not ended)

    def end(self, intent_id: str, end: IntentEnd, note: str, *, person: Person) -> Intent:
        """Say that an intent is pursued no longer; it stays on record.

        Raises
        ------
        NotAllowed
            By policy.
        NotFound, Conflict
            No such intent; one that has ended already.
        """
        person.require(Action.END_INTENT)
        intent = self.one(intent_id, person=person)
        if intent.ended is not None:
            raise Conflict(
                f"用地意向 {intent.intent_id} 已办结：{intent.ended.zh}",
                f"Intent {intent.intent_id} has ended already: {intent.ended.en}", where=intent.intent_id,
            )  # fmt: skip
        row = {"intent_id": intent.intent_id, "reason": end.value, "note": note, "created_by": person.person_id}
        with self._database.begin(person, note) as connection:
            connection.execute(insert(INTENT_ENDED).values(row))
        return self.one(intent.intent_id, person=person)

    def one(self, intent_id: str, *, person: Person) -> Intent:
        """Return an intent, which may also be named as people write it (``1``, ``i1``).

        Raises
        ------
        NotAllowed, NotFound
            By policy; if there is none of that number that this person may see.
        """
        found = self._select(person, intent_id=as_id(intent_id, "I"))
        if not found:
            raise NotFound(
                f"没有用地意向“{intent_id}”", f"There is no intent “{intent_id}”", where=intent_id,
                next_zh="请用 landgis intent list --all 查看", next_en="See landgis intent list --all",
            )  # fmt: skip
        return found[0]

    def _select(self, person: Person, **wanted: Any) -> Sequence[Intent]:
        keys: dict[str, Any] = {"intent_id": None, "district": None, "recorded_by": None, "open": False} | wanted
        if not may(person.role, Action.READ_INTENTS) and may(person.role, Action.RECORD_INTENT):
            person.require(Action.RECORD_INTENT)
            keys["recorded_by"] = person.person_id
        else:
            person.require(Action.READ_INTENTS)
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("intents"), keys).fetchall()
        return [_intent(row) for row in rows]


def _row(wanted: Wanted) -> dict[str, Any]:
    plain = asdict(wanted)
    return plain | {name: list(plain[name]) for name in ("uses", "towns", "required_facts")}


def _intent(row: Sequence[Any]) -> Intent:
    district, investor, uses, least, most, towns, wanted_by, facts, requirements = row[:9]
    wanted = Wanted(
        district, investor, tuple(uses), least, most, tuple(towns), wanted_by, tuple(facts), requirements
    )  # fmt: skip
    intent_id, recorded_by, recorded_at, end, note = row[9:]
    return Intent(intent_id, wanted, recorded_by, recorded_at, IntentEnd(end) if end else None, note)
