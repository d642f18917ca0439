"""Which releases speak for layers on a day, and what is measured of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Protocol

from landgis.crs import WORKING, name_of
from landgis.db.connect import Database
from landgis.db.feature_stream import features_to_index
from landgis.db.layers import LayerStore, StoredRelease
from landgis.domain.issue import Severity
from landgis.domain.layer import LegalState, Release
from landgis.engines.entry import EntryKey
from landgis.errors import NotReady
from landgis.frames.layer import LayerData
from landgis.screening.indexed import Indexed, IndexedLayer, Layer


class Indexes(Protocol):
    """Where indexes are opened: on the disk (``IndexCache``), kept open as well (``WarmIndexes``), or made each time."""

    def open(self, key: EntryKey, make: Callable[[], Indexed]) -> Indexed:
        """Open the index of a release; make it first where there is none."""
        ...


class MadeEachTime:
    """No place at all: an index is made when it is asked for, and kept by nobody."""

    def open(self, key: EntryKey, make: Callable[[], Indexed]) -> Indexed:  # noqa: ARG002  # the protocol's
        """Make the index."""
        return make()


def speaking_releases(
    database: Database,
    wanted: Iterable[str],
    as_of: date,
    *,
    district: str | None = None,
    known_at: datetime | None = None,
    legal_state: LegalState = LegalState.IN_FORCE,
) -> dict[str, StoredRelease]:
    """Return the releases that speak for the wanted layers on a day; a layer without one is not in it.

    A layer without a release of the legal state asked for is spoken for by the one in force.
    """
    store = LayerStore(database)
    speaking = {}
    for key in wanted:
        found = (
            store.current(key, as_of, district=district, known_at=known_at, legal_state=state)
            for state in dict.fromkeys((legal_state, LegalState.IN_FORCE))
        )
        stored = next((release for release in found if release is not None), None)
        if stored is not None:
            speaking[key] = stored
    return speaking


def published_layers(
    database: Database, wanted: Iterable[str], as_of: date, *, district: str | None = None
) -> dict[str, LayerData]:
    """Return the releases in force with all their features at hand."""
    store = LayerStore(database)
    speaking = speaking_releases(database, wanted, as_of, district=district)
    return {key: store.load(stored) for key, stored in speaking.items()}


def indexed_layers(database: Database, releases: Mapping[str, StoredRelease], indexes: Indexes) -> dict[str, Layer]:
    """Return releases ready for measuring; each index is opened when it is asked for, and none is held here."""
    return {key: _ready(database, stored, indexes) for key, stored in releases.items()}


def _ready(database: Database, stored: StoredRelease, indexes: Indexes) -> Layer:
    """Return a release with its index to be opened; a raster, which has no features, as it is."""
    release = stored.release
    if release.raster is not None:
        return LayerStore(database).load(stored)

    def make() -> Indexed:
        features = features_to_index(database, release.layer, release.name)
        _require_all(len(features), release)
        return Indexed.of(features)

    complete = Severity.FATAL not in stored.issue_counts
    return IndexedLayer(release, stored.coverage, complete, lambda: indexes.open(_key(stored), make))


def _require_all(read: int, release: Release) -> None:
    """Refuse an index of fewer features than the release has: whoever measures with it would find nothing in the way.

    Rights by row show nobody's rows to a person who leaves between two questions, and the index is kept for all.
    """
    if read != release.feature_count:
        raise NotReady(
            f"图层 {release.key} 应有 {release.feature_count} 个要素，只读到 {read} 个，不能据此核查",
            f"{release.key} has {release.feature_count} features and {read} were read: nothing is judged by that",
            where=release.key,
            next_zh="请重新登录后再试；仍如此，请用 landgis verify 核对该版本",
            next_en="Log in and try again; if it stays so, check the release with landgis verify",
        )


def _key(stored: StoredRelease) -> EntryKey:
    release = stored.release
    return EntryKey(
        layer=release.layer,
        release=release.name,
        content_hash=release.content_hash,
        stored_at=stored.created_at.astimezone(UTC).isoformat(),
        feature_count=release.feature_count,
        crs=name_of(WORKING),
    )
