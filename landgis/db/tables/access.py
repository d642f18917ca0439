"""The policy as the database keeps it."""

from __future__ import annotations

from sqlalchemy import Table

from landgis.access.roles import Reach
from landgis.db.tables.metadata import METADATA, one_of, text

ACCESS_RULE = Table(
    "access_rule",
    METADATA,
    text("role", primary_key=True),
    text("action", primary_key=True),
    text("reach"),
    one_of("reach", Reach),
    comment="The policy table of the program, every cell of it; written when the tables are brought up to date",
)
