"""What the map may look like: one stamp, new with every change of what tiles show, and the changes not yet stamped."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Table
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
