"""Table definitions (SQLAlchemy Core): the shape of schema ``landgis``. Migrations make it, a test compares the two."""

from __future__ import annotations

from landgis.db.tables import (
    decisions,
    exports,
    intents,
    layers,
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
    "METADATA", "SCHEMA", "SRID", "decisions", "exports", "intents", "layers", "memberships", "parcels", "people", "plans", "pools",
    "register", "repairs", "runs",
]  # fmt: skip
