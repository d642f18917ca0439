"""Who acts, how he comes in, and by which tokens other programs ask for somebody."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    true,
)

from landgis.access.roles import Role
from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, history, history_of, maybe_text, one_of, text

PERSON = Table(
    "person",
    METADATA,
    Column("person_id", Integer, Identity(always=True), primary_key=True),
    text("os_account"),
    text("name_zh"),
    text("role"),
    Column("active", Boolean, nullable=False, server_default=true()),
    at(),
    *history(),
    maybe_text("town_code"),
    text("department", server_default=""),
    UniqueConstraint("os_account"),
    one_of("role", Role),
    CheckConstraint(
        "town_code IS NULL OR (town_code ~ '^[0-9]{9}$' AND role = 'town_clerk')",
        name="town_code",
    ),
)
PERSON_HISTORY = history_of(PERSON)

ACCESS_TOKEN = Table(
    "access_token",
    METADATA,
    Column("token_no", Integer, Identity(always=True), primary_key=True),
    Column("person_id", ForeignKey(f"{SCHEMA}.person.person_id"), nullable=False),
    text("sha256"),
    text("purpose"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    by(nullable=True),
    at(),
    UniqueConstraint("sha256"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    CheckConstraint("expires_at > created_at", name="expires_at"),
    comment="Tokens of the open services: the hash alone is kept",
)
ACCESS_TOKEN_END = Table(
    "access_token_end",
    METADATA,
    Column("token_no", ForeignKey(f"{SCHEMA}.access_token.token_no"), primary_key=True),
    by(nullable=True),
    at(),
    comment="Tokens that were revoked before their day",
)


def _of_person(**options: Any) -> Column[int]:
    return Column("person_id", Integer, ForeignKey(f"{SCHEMA}.person.person_id"), **options)


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


PERSON_LOGIN = Table(
    "person_login",
    METADATA,
    _of_person(primary_key=True),
    text("argon2id"),
    at("changed_at"),
    Column("must_change", Boolean, nullable=False),
    CheckConstraint("argon2id LIKE '$argon2id$%'", name="argon2id"),
    comment="The password of a person as argon2id; an earlier one is not kept",
)
ENTRY_LOCK = Table(
    "entry_lock",
    METADATA,
    Column("account", Text, primary_key=True),
    Column("failed_count", Integer, nullable=False),
    _moment("locked_until", nullable=True),
    comment="Wrong log-ins in a row by account as typed, registered or not",
)
WEB_SESSION = Table(
    "web_session",
    METADATA,
    Column("session_no", Integer, Identity(always=True), primary_key=True),
    text("sha256"),
    _of_person(nullable=False),
    at(),
    at("last_seen"),
    _moment("expires_at"),
    _moment("ended_at", nullable=True),
    text("how"),
    UniqueConstraint("sha256"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    one_of("how", ("password", "link", "oidc")),
    Index("web_session_person_idx", "person_id"),
    comment="Sessions of the desk: the hash alone is kept",
)
ENTRY_LINK = Table(
    "entry_link",
    METADATA,
    Column("sha256", Text, primary_key=True),
    _of_person(nullable=False),
    at(),
    _moment("expires_at"),
    _moment("used_at", nullable=True),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    comment="Links that let one person in, once",
)
ENTRY_LOG = Table(
    "entry_log",
    METADATA,
    Column("entry_no", BigInteger, Identity(always=True), primary_key=True),
    at("at"),
    text("account"),
    _of_person(nullable=True),
    text("what"),
    text("why", server_default=""),
    text("address", server_default=""),
    CheckConstraint("length(account) <= 100", name="account"),
    one_of(
        "what",
        (
            "entered",
            "refused",
            "locked",
            "left",
            "ended",
            "unlocked",
            "password_set",
            "password_changed",
            "link_made",
        ),
    ),
    Index("entry_log_at_idx", "at"),
    comment="Who came in, who was refused, locked out or sent out, from which address",
)
