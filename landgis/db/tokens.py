"""Tokens by which other programs ask for somebody: their hashes, until when they hold, and which were revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.people import PERSON_COLUMNS, person_of_row
from landgis.db.tables.people import ACCESS_TOKEN, ACCESS_TOKEN_END, PERSON


@dataclass(frozen=True)
class StoredToken:
    """A token without its secret.

    Attributes
    ----------
    token_no, os_account, purpose
        Its number, whose it is, what for.
    created_at, expires_at, revoked_at
        Moments; ``revoked_at`` is None while it is not revoked.
    """

    token_no: int
    os_account: str
    purpose: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class TokenStore:
    """Tokens of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(
        self, person: Person, sha256: str, purpose: str, expires_at: datetime, *, by: Person | None
    ) -> StoredToken:
        """Store the hash of a token; the database allows it to ``landgis_owner`` alone.

        Raises
        ------
        NotAllowed
            If the database was opened in another role.
        ContractBroken
            If it would have expired already.
        """
        row = {
            "person_id": person.person_id,
            "sha256": sha256,
            "purpose": purpose,
            "expires_at": expires_at,
            "created_by": None if by is None else by.person_id,
        }
        returned = (ACCESS_TOKEN.c.token_no, ACCESS_TOKEN.c.created_at)
        with self._database.begin(by) as connection:
            made = connection.execute(insert(ACCESS_TOKEN).values(row).returning(*returned)).one()
        return StoredToken(made.token_no, person.os_account, purpose, made.created_at, expires_at, None)

    def revoke(self, token_no: int, *, by: Person | None) -> None:
        """Revoke a token for good, as ``landgis_owner`` alone may.

        Raises
        ------
        Conflict
            If it is revoked already, or there is none of this number.
        NotAllowed
            If the database was opened in another role.
        """
        row = {"token_no": token_no, "created_by": None if by is None else by.person_id}
        with self._database.begin(by) as connection:
            connection.execute(insert(ACCESS_TOKEN_END).values(row))

    def list(self) -> list[StoredToken]:
        """Return every token, in the order they were issued."""
        query = (
            select(
                ACCESS_TOKEN.c.token_no, PERSON.c.os_account, ACCESS_TOKEN.c.purpose, ACCESS_TOKEN.c.created_at,
                ACCESS_TOKEN.c.expires_at, ACCESS_TOKEN_END.c.created_at.label("revoked_at"),
            )
            .join_from(ACCESS_TOKEN, PERSON, ACCESS_TOKEN.c.person_id == PERSON.c.person_id)
            .outerjoin(ACCESS_TOKEN_END, ACCESS_TOKEN.c.token_no == ACCESS_TOKEN_END.c.token_no)
            .order_by(ACCESS_TOKEN.c.token_no)
        )  # fmt: skip
        with self._database.begin() as connection:
            return [StoredToken(*row) for row in connection.execute(query)]

    def holder(self, sha256: str) -> Person | None:
        """Return whose token this is; None when there is none such, or it has expired or was revoked."""
        query = (
            select(*PERSON_COLUMNS)
            .join_from(ACCESS_TOKEN, PERSON, ACCESS_TOKEN.c.person_id == PERSON.c.person_id)
            .outerjoin(ACCESS_TOKEN_END, ACCESS_TOKEN.c.token_no == ACCESS_TOKEN_END.c.token_no)
            .where(
                ACCESS_TOKEN.c.sha256 == sha256,
                ACCESS_TOKEN.c.expires_at > func.now(),
                ACCESS_TOKEN_END.c.token_no.is_(None),
            )
        )
        with self._database.begin() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else person_of_row(row)
