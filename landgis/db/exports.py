"""The log of exports with its receipts, and the rejections kept as rules: rows are added, none is ever changed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.numbers import as_id, next_id
from landgis.db.statements import statement
from landgis.db.tables.exports import (
    EXPORT_LOG,
    EXPORT_NUMBER,
    EXPORT_RECEIPT,
    EXPORT_REJECTION,
    EXPORT_REJECTION_ENDED,
    REJECTION_NUMBER,
)
from landgis.domain.layer import Secrecy
from landgis.domain.leaving import ExportKind, Leaving, Logged, Receipt
from landgis.domain.profile import Personal
from landgis.domain.receiver_rule import ReceiverRule, ReceiverTest, Rejection
from landgis.errors import NotFound

_REFERENCES = ("plan_id", "pool_id", "run_id", "since")
_OBJECTS = ("rows", "releases", "files")


class ExportStore:
    """Exports of both districts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, leaving: Leaving, *, person: Person) -> str:
        """Log what is about to leave, and return its number.

        Raises
        ------
        NotAllowed
            By policy.
        Conflict, ContractBroken
            What the database does not take: see migration 0017.
        """
        person.require(Action.EXPORT)
        plain = {
            name: getattr(leaving, name)
            for name in (column.name for column in EXPORT_LOG.columns)
            if hasattr(leaving, name)
        }
        row = plain | {
            **{name: getattr(leaving, name) or None for name in _REFERENCES},
            **{name: dict(getattr(leaving, name)) for name in _OBJECTS},
            "kind": leaving.kind.value,
            "secrecy": leaving.secrecy.value,
            "receiver": leaving.receiver.value,
            "personal": leaving.personal.value,
            "keys": _packed(leaving.keys),
            "created_by": person.person_id,
        }
        with self._database.begin(person, leaving.why) as connection:
            export_id = next_id(connection, EXPORT_NUMBER, "E-")
            connection.execute(insert(EXPORT_LOG).values(row | {"export_id": export_id}))
        return export_id

    def list(
        self, district: str | None = None, *, since: datetime | None = None, most: int | None = None
    ) -> Sequence[Logged]:
        """Return what left, the newest first, without keys.

        Parameters
        ----------
        district
            Key; what is of both districts comes with either.
        since, most
            From that moment on, and at most so many.
        """
        return self._select(district=district, since=since, most=most)

    def one(self, export_id: str) -> Logged:
        """Return an export, which may also be named as people write it (``12``, ``e12``), without keys.

        Raises
        ------
        NotFound
            If there is none of that number.
        """
        found = self._select(export_id=as_id(export_id, "E-"))
        if not found:
            raise NotFound(
                f"没有导出记录“{export_id}”", f"There is no export “{export_id}”", where=export_id,
                next_zh="请用 landgis export log 查看", next_en="See landgis export log",
            )  # fmt: skip
        return found[0]

    def last_accepted(self, district: str, profile_id: str) -> Logged | None:
        """Return the newest export whose newest receipt accepts it, with its keys; None: there is none."""
        found = self._select(district=district, profile_id=profile_id, accepted=True, most=1)
        return self.with_keys(found[0]) if found else None

    def with_keys(self, logged: Logged) -> Logged:
        """Return an export together with the hashes of its rows."""
        wanted = select(EXPORT_LOG.c["keys"]).where(EXPORT_LOG.c.export_id == logged.export_id)
        with self._database.begin() as connection:
            packed = connection.scalars(wanted).one()
        return replace(logged, leaving=replace(logged.leaving, keys=_unpacked(packed)))

    def add_receipt(self, export_id: str, receipt: Receipt, *, person: Person) -> Logged:
        """Note what a receiver answered; a later answer of the same export speaks in its place.

        Raises
        ------
        NotAllowed
            By policy.
        NotFound, ContractBroken
            No such export; without receiver or document, or of a day to come.
        """
        person.require(Action.NOTE_RECEIPT)
        row = {
            "export_id": self.one(export_id).export_id, "outcome": receipt.en, "receiver": receipt.receiver,
            "document_no": receipt.document_no, "on_date": receipt.on_date, "created_by": person.person_id,
        }  # fmt: skip
        with self._database.begin(person, receipt.document_no) as connection:
            connection.execute(insert(EXPORT_RECEIPT).values(row))
        return self.one(export_id)

    def add_rejection(self, rejection: Rejection, *, person: Person) -> Rejection:
        """Keep what a receiver sent an export back for, as a rule; its number is given here.

        Raises
        ------
        NotAllowed
            By policy.
        NotFound, ContractBroken
            No such export; what the database does not take: see migration 0017.
        """
        person.require(Action.NOTE_RECEIPT)
        row = asdict(rejection.rule) | {
            "export_id": self.one(rejection.export_id).export_id, "code": rejection.code, "row_key": rejection.row_key,
            "test": rejection.rule.test.value, "created_by": person.person_id,
        }  # fmt: skip
        with self._database.begin(person, rejection.rule.reason) as connection:
            number = next_id(connection, REJECTION_NUMBER, "J-")
            connection.execute(insert(EXPORT_REJECTION).values(row | {"rejection_id": number}))
        return self.rejection(number)

    def end_rejection(self, rejection_id: str, reason: str, *, person: Person) -> Rejection:
        """Say why a rule is tried no longer; it stays on record.

        Raises
        ------
        NotAllowed
            By policy.
        NotFound, Conflict, ContractBroken
            No such rejection; one that was ended already; without a reason.
        """
        person.require(Action.NOTE_RECEIPT)
        row = {
            "rejection_id": self.rejection(rejection_id).rule.rejection_id, "reason": reason,
            "created_by": person.person_id,
        }  # fmt: skip
        with self._database.begin(person, reason) as connection:
            connection.execute(insert(EXPORT_REJECTION_ENDED).values(row))
        return self.rejection(rejection_id)

    def rejection(self, rejection_id: str) -> Rejection:
        """Return a rejection.

        Raises
        ------
        NotFound
            If there is none of that number.
        """
        found = self._rejections(rejection_id=as_id(rejection_id, "J-"))
        if not found:
            raise NotFound(
                f"没有退回意见“{rejection_id}”", f"There is no rejection “{rejection_id}”", where=rejection_id,
                next_zh="请用 landgis export rejections 查看", next_en="See landgis export rejections",
            )  # fmt: skip
        return found[0]

    def rejections(self, profile_id: str | None = None, *, ended: bool = True) -> Sequence[Rejection]:
        """Return rejections under a profile or under all, oldest first; ``ended``: also those tried no longer."""
        return self._rejections(profile_id=profile_id, open=not ended)

    def _select(self, **wanted: Any) -> Sequence[Logged]:
        free = ("export_id", "district", "profile_id", "since", "most")
        keys: dict[str, Any] = dict.fromkeys(free) | {"accepted": False} | wanted
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("exports"), keys).fetchall()
        return [_logged(row) for row in rows]

    def _rejections(self, **wanted: Any) -> Sequence[Rejection]:
        keys: dict[str, Any] = {"rejection_id": None, "profile_id": None, "open": False} | wanted
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("export_rejections"), keys).fetchall()
        return [_rejection(row) for row in rows]


def _logged(row: Sequence[Any]) -> Logged:
    export_id, by, account, at, kind, district, why, secrecy = row[:8]
    profile_id, profile_version, form, crs, plan_id, pool_id, run_id, since = row[8:16]
    receiver, personal, continuous_m2, asked, rows, releases, files = row[16:23]
    leaving = Leaving(
        ExportKind(kind), district, why, rows, releases, Secrecy(secrecy), profile_id, profile_version, form, crs,
        plan_id, pool_id, run_id, files, since,
        receiver=Secrecy(receiver), personal=Personal(personal), continuous_m2=continuous_m2, asked=asked,
    )  # fmt: skip
    outcome, *answer = row[23:]
    receipt = Receipt(outcome == "accepted", *answer) if outcome else None
    return Logged(export_id, leaving, by, account, at, receipt)


def _rejection(row: Sequence[Any]) -> Rejection:
    export_id, rejection_id, profile_id, layer, field, test, value, reason, *about = row
    rule = ReceiverRule(rejection_id, profile_id, layer, field, ReceiverTest(test), value, reason)
    return Rejection(export_id, rule, *about)


def _packed(keys: Mapping[str, Mapping[str, str]]) -> bytes:
    """Return hashes of rows as few bytes: hundreds of thousands of them are read and written as a whole or not at all."""
    plain = {layer: dict(rows) for layer, rows in keys.items()}
    return zlib.compress(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode())


def _unpacked(packed: bytes) -> Mapping[str, Mapping[str, str]]:
    keys: Mapping[str, Mapping[str, str]] = json.loads(zlib.decompress(packed))
    return keys
