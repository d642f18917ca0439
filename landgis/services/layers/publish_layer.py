"""Publishing and withdrawing releases: from then on one speaks for its layer, or none does."""

from __future__ import annotations

from collections.abc import Sequence

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import BOTH, LegalState, Release, ReleaseStatus
from landgis.errors import Conflict
from landgis.services.layers.release_lines import districts_of, predecessors


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


def retire(
    database: Database, person: Person, layer: str, name: str, reason: str, *, leave_none: bool = False
) -> StoredRelease:
    """Withdraw a release; it is kept, and speaks no more.

    Parameters
    ----------
    leave_none
        Confirms that the layer is left without a release in force, where that is so.

    Raises
    ------
    UsageError, Conflict, NotFound
        Without a reason; retired before, or the last one in force and not confirmed; no such edition.
    """
    store = LayerStore(database)
    bare = districts_left_bare(store, store.get(layer, name).release)
    if reason.strip() and bare and not leave_none:
        raise _last_in_force(f"{layer}@{name}", bare)
    return store.retire(layer, name, reason, person)


def districts_left_bare(store: LayerStore, release: Release) -> tuple[str, ...]:
    """Return the districts in which no release of the layer would be in force any more without this one."""
    if release.status is not ReleaseStatus.PUBLISHED or release.legal_state is not LegalState.IN_FORCE:
        return ()
    spoken = {district for found in predecessors(store, release) for district in found.districts}
    return tuple(district for district in districts_of(release) if district not in spoken)


def _last_in_force(key: str, bare: Sequence[str]) -> Conflict:
    zh = "、".join(DISTRICTS[district].name_zh for district in bare)
    en = ", ".join(DISTRICTS[district].name_en for district in bare)
    return Conflict(
        f"{key} 是该图层在{zh}唯一的现行版本：停用后没有版本接替，筛查和检查中依据该图层的规则一律“无法判定”",
        f"{key} is the only release of its layer in force in {en}: nothing takes its place, and every rule that needs "
        "the layer becomes undecidable",
        where=key,
        next_zh="请先发布接替的版本；确需停用，请加 --leave-none 确认",
        next_en="Publish another release first; if it is meant, confirm with --leave-none",
    )
