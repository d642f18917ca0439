"""Who acts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Identity, Integer, Table, UniqueConstraint, true

from landgis.access.roles import Role
from landgis.db.tables.metadata import METADATA, at, history, history_of, one_of, text

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
