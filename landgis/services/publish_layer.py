"""Publishing and withdrawing releases: from then on one speaks for its layer, or none does."""

from __future__ import annotations

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.domain.layer import ReleaseStatus


def publish(database: Database, person: Person, layer: str, name: str) -> StoredRelease:
    """Publish a draft; refused with everything that it lacks. Published ones stay so."""
    store = LayerStore(database)
    stored = store.get(layer, name)
    if stored.release.status is ReleaseStatus.PUBLISHED:
        return stored
    return store.publish(layer, name, person)


def retire(database: Database, person: Person, layer: str, name: str, reason: str) -> StoredRelease:
    """Withdraw a release; it is kept, and speaks no more.

    Raises
    ------
    UsageError, Conflict, NotFound
        Without a reason; retired before; no such edition.
    """
    return LayerStore(database).retire(layer, name, reason, person)
