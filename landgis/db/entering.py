"""The door as the database keeps it: tries, sessions, links and one's own password, each by a function of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.people import person_of_row

_TRIED = text("SELECT * FROM landgis.entry_tried(:account, :address)")
_REFUSED = text("SELECT landgis.entry_refused(:account, :why, :address)")
_OPENED = text("SELECT landgis.session_opened(:person, :sha256, :how, :rehashed, :address)")
_SEEN = text("SELECT * FROM landgis.session_seen(:sha256)")
_LEFT = text("SELECT landgis.session_left(:sha256, :address)")
_LINK_MADE = text("SELECT landgis.link_made(:person, :sha256, :address)")
_LINK_USED = text("SELECT landgis.link_used(:sha256)")
_VOUCHED = text("SELECT landgis.vouched_for(:account)")
_OWN_HASH = text("SELECT landgis.own_hash(:sha256)")
_OWN_PASSWORD = text("SELECT landgis.own_password(:sha256, :argon2id, :address)")


@dataclass(frozen=True)
class Try:
    """A try to log in, counted before it is judged.

    Attributes
    ----------
    person_id, argon2id
        Who might come in, and the hash of his password; None: nobody, however right the password is.
    locked_until
        Until when the account is locked; None: it is not.
    """

    person_id: int | None
    argon2id: str | None
    locked_until: datetime | None


@dataclass(frozen=True)
class Session:
    """A session that holds.

    Attributes
    ----------
    person
        As registered now.
    session_no
        Its number.
    must_change
        Whether an administrator set the password with which it was opened.
    """

    person: Person
    session_no: int
    must_change: bool


class EntryStore:
    """The door of a database. Secrets come as their SHA-256, in hexadecimal digits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tried(self, account: str, address: str) -> Try:
        """Count a try with an account as typed, from an address."""
        with self._database.begin() as connection:
            row = connection.execute(_TRIED, {"account": account, "address": address}).one()
        return Try(row.person_id, row.argon2id, row.locked_until)

    def refused(self, account: str, why: str, address: str) -> datetime | None:
        """Record that somebody was not let in; return until when the account is locked, if that was one too many."""
        with self._database.begin() as connection:
            found: datetime | None = connection.scalar(_REFUSED, {"account": account, "why": why, "address": address})
        return found

    def opened(self, person_id: int, sha256: str, how: str, address: str, *, rehashed: str | None = None) -> bool:
        """Open a session; False: the person has left in the meantime.

        Parameters
        ----------
        how
            ``password``, ``link`` or ``oidc``.
        rehashed
            The same password, hashed as it is done now; None: it was.
        """
        row = {"person": person_id, "sha256": sha256, "how": how, "rehashed": rehashed, "address": address}
        with self._database.begin() as connection:
            return connection.scalar(_OPENED, row) is not None

    def seen(self, sha256: str) -> Session | None:
        """Return the session of a token; None: there is none that holds."""
        with self._database.begin() as connection:
            row = connection.execute(_SEEN, {"sha256": sha256}).one_or_none()
        return None if row is None else Session(person_of_row(row), row.session_no, row.must_change)

    def left(self, sha256: str, address: str) -> None:
        """End a session."""
        with self._database.begin() as connection:
            connection.execute(_LEFT, {"sha256": sha256, "address": address})

    def link_made(self, person_id: int, sha256: str, address: str) -> None:
        """Keep a link that lets an active person in once, within ten minutes."""
        with self._database.begin() as connection:
            connection.execute(_LINK_MADE, {"person": person_id, "sha256": sha256, "address": address})

    def link_used(self, sha256: str) -> int | None:
        """Use a link up, and return its person's number; None: it does not hold."""
        with self._database.begin() as connection:
            found: int | None = connection.scalar(_LINK_USED, {"sha256": sha256})
        return found

    def vouched_for(self, account: str) -> int | None:
        """Return the number of the active person of an account; None: there is none."""
        with self._database.begin() as connection:
            found: int | None = connection.scalar(_VOUCHED, {"account": account})
        return found

    def own_hash(self, sha256: str) -> str | None:
        """Return the password's hash of whoever has a session; None: he has no password."""
        with self._database.begin() as connection:
            found: str | None = connection.scalar(_OWN_HASH, {"sha256": sha256})
        return found

    def own_password(self, sha256: str, argon2id: str, address: str) -> bool:
        """Change the password of whoever has a session, and end his other ones; False: the session holds no longer."""
        row = {"sha256": sha256, "argon2id": argon2id, "address": address}
        with self._database.begin() as connection:
            return connection.scalar(_OWN_PASSWORD, row) is True
