"""Tokens of the open services: issued and revoked in the owner's role alone, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database, Server
from landgis.db.tokens import StoredToken, TokenStore
from landgis.errors import Conflict, NotFound, UsageError
from landgis.services.people import as_owner, person_of

MAX_DAYS = 366
_SIGN = "lgt_"
"""What every token begins with, so that one left in a file is recognised."""


def issue_token(server: Server, account: str, purpose: str, days: int, now: datetime) -> tuple[str, StoredToken]:
    """Issue a token for a person; the text returned is never shown again.

    Parameters
    ----------
    server
        A server that runs.
    account
        Of the person for whom the token asks.
    purpose
        What it is for, e.g. the system that holds it.
    days
        How long it holds, 1 to `MAX_DAYS`.
    now
        The present moment, with its zone.

    Raises
    ------
    UsageError
        A blank purpose, or a number of days that is not allowed.
    NotFound, NotAllowed
        Nobody of that account; the person may not read; who works may not take the owner's role.
    """
    if not purpose.strip():
        raise UsageError("须说明令牌的用途", "Say what the token is for", where="--purpose")
    if not 1 <= days <= MAX_DAYS:
        raise UsageError(f"有效天数须为 1 至 {MAX_DAYS}", f"Days must be 1 to {MAX_DAYS}", where="--days")
    secret = _SIGN + secrets.token_urlsafe(32)
    with as_owner(server) as (people, by):
        person = person_of(people, account)
        person.require(Action.READ)
        store = TokenStore(people.database)
        return secret, store.issue(person, _hash(secret), purpose.strip(), now + timedelta(days=days), by=by)


def revoke_token(server: Server, token_no: int) -> None:
    """Revoke a token for good.

    Raises
    ------
    NotFound, Conflict, NotAllowed
        No such token; it is revoked already; who works may not take the owner's role.
    """
    with as_owner(server) as (people, by):
        store = TokenStore(people.database)
        found = next((token for token in store.list() if token.token_no == token_no), None)
        if found is None:
            raise NotFound(
                f"没有第 {token_no} 号令牌", f"There is no token {token_no}", where=str(token_no),
                next_zh="请用 landgis person token list 核对", next_en="See landgis person token list",
            )  # fmt: skip
        if found.revoked_at is not None:
            raise Conflict(f"第 {token_no} 号令牌已注销", f"Token {token_no} is revoked already", where=str(token_no))
        store.revoke(token_no, by=by)


def tokens(database: Database) -> list[StoredToken]:
    """Return every token, without secrets, in the order they were issued."""
    return TokenStore(database).list()


def holder_of(database: Database, secret: str) -> Person | None:
    """Return whose token this is; None for an unknown, expired or revoked one."""
    return TokenStore(database).holder(_hash(secret))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
