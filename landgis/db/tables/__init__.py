"""Table definitions (SQLAlchemy Core): the shape of schema ``landgis``. Migrations make it, a test compares the two."""

from __future__ import annotations

from landgis.db.tables import (
    access,
    bookmarks,
    decisions,
    exports,
    intents,
    jobs,
    layers,
    map_state,
    memberships,
    parcels,
    people,
    plans,
    pools,
    register,
    repairs,
    runs,
)
from landgis.db.tables.metadata import METADATA, SCHEMA, SRID

__all__ = [
    "METADATA", "SCHEMA", "SRID", "access", "bookmarks", "decisions", "exports", "intents", "jobs", "layers", "map_state",
    "memberships", "parcels", "people", "plans", "pools", "register", "repairs", "runs",
]  # fmt: skip
