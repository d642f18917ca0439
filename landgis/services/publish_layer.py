"""Publishing and withdrawing releases: from then on one speaks for its layer, or none does."""

from __future__ import annotations

from collections.abc import Sequence

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.domain.layer import BOTH, Release, ReleaseStatus
from landgis.errors import Conflict


def publish(database: Database, person: Person, layer: str, name: str, reason: str = "") -> StoredRelease:
    """Publish a draft; refused with everything that it lacks. Published ones stay so.

    Raises
    ------
    Conflict
        If it would take the place of one that begins later, and no reason is given.
    """
    store = LayerStore(database)
    stored = store.get(layer, name)
    if stored.release.status is ReleaseStatus.PUBLISHED:
        return stored
    if not reason:
        _require_newest(stored.release, [row.release for row in store.list(layer)])
    return store.publish(layer, name, person, reason)


def _require_newest(draft: Release, others: Sequence[Release]) -> None:
    """An older edition does not displace a newer one unseen."""
    for other in others:
        same_line = other.legal_state is draft.legal_state and draft.district in (other.district, BOTH)
        if other.status is not ReleaseStatus.PUBLISHED or not same_line:
            continue
        if draft.first_day and other.first_day and draft.first_day < other.first_day:
            raise Conflict(
                f"{draft.key}（{draft.first_day} 起）早于已发布的 {other.key}（{other.first_day} 起），发布会以旧代新",
                f"{draft.key} (from {draft.first_day}) is older than the published {other.key} (from {other.first_day})",
                where=draft.key,
                next_zh="若确需如此，请用 layer publish --reason 说明理由",
                next_en="If that is meant, say why with layer publish --reason",
            )


def retire(database: Database, person: Person, layer: str, name: str, reason: str) -> StoredRelease:
    """Withdraw a release; it is kept, and speaks no more.

    Raises
    ------
    UsageError, Conflict, NotFound
        Without a reason; retired before; no such edition.
    """
    return LayerStore(database).retire(layer, name, reason, person)
