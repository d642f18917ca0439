"""Who acts, and by which tokens other programs ask for somebody."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    Table,
    UniqueConstraint,
    true,
)

from landgis.access.roles import Role
from landgis.db.tables.metadata import METADATA, SCHEMA, at, by, history, history_of, one_of, text

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
    UniqueConstraint("os_account"),
    one_of("role", Role),
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
