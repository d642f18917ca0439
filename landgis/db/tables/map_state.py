"""What may be held ready: stamps, new with every change of what tiles show, and of who may see it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Table, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import UUID

from landgis.db.tables.metadata import METADATA

MAP_STATE = Table(
    "map_state",
    METADATA,
    Column("one", Boolean, primary_key=True, server_default=sql("true")),
    Column("stamp", UUID, nullable=False),
    CheckConstraint("one", name="one"),
    comment="One row: the stamp of parcels, pools and plans as tiles show them; kept tiles are named by it",
)
MAP_CHANGE = Table(
    "map_change",
    METADATA,
    Column("transaction", BigInteger, primary_key=True, autoincrement=False),
    comment="Transactions that have changed something and are not committed; empty for everybody else",
)
ENTRY_STATE = Table(
    "entry_state",
    METADATA,
    Column("one", Boolean, primary_key=True, server_default=sql("true")),
    Column("stamp", UUID, nullable=False),
    Column("rules", Text, nullable=False),
    CheckConstraint("one", name="one"),
    comment="One row: a stamp of sessions and persons, and the hash of the policy; what is held in memory goes by it",
)
