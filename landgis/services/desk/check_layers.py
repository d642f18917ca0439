"""The layers that a check reads: asked of the database again only when a release came, changed or went."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import Originals
from landgis.domain.catalogue import Catalogue
from landgis.engines.index_cache import IndexCache
from landgis.engines.warm import WarmIndexes
from landgis.frames.layer import LayerData
from landgis.screening.indexed import Layer
from landgis.services.checking.joint import AtHand
from landgis.services.inspecting.raster_folder import evidence_layers
from landgis.services.layers.speaking import Indexes, indexed_layers, speaking_releases
from landgis.services.layers.unheard import Reasons, retired_layers
from landgis.settings import EngineSettings

_DAYS_KEPT = 32


@dataclass(frozen=True)
class _Known:
    """The releases that speak on a day, rasters as they are, and why other layers have no voice."""

    releases: dict[str, StoredRelease]
    rasters: dict[str, LayerData]
    reasons: Reasons


class CheckLayers:
    """Layers ready for measuring, for one process that is asked again and again.

    Parameters
    ----------
    catalogue
        Which layers are evidence whether a rule asks or not.
    indexes
        Where indexes of releases are opened and kept open.
    originals
        Where the files of rasters are kept.
    """

    def __init__(self, catalogue: Catalogue, indexes: Indexes, originals: Originals) -> None:
        self.catalogue, self.indexes, self.originals = catalogue, indexes, originals
        self._evidence = evidence_layers(catalogue)
        self._known: OrderedDict[tuple[str, str, date, frozenset[str]], _Known] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def of(cls, home: Path, catalogue: Catalogue) -> Self:
        """Make it on the indexes and originals of an installation; ``home`` is where they live."""
        limits = EngineSettings()
        cache = IndexCache(home / "indexes", limits.index_mb << 20, lambda _zh, _en: None)
        return cls(catalogue, WarmIndexes(cache, limits.warm_mb << 20), Originals(home))

    def at_hand(self, database: Database, wanted: Iterable[str], as_of: date, district: str) -> AtHand:
        """Return the layers that speak on a day, those that are evidence among them, and why others are silent."""
        return self._at_hand(database, frozenset(wanted) | self._evidence, as_of, district)

    def layers(self, database: Database, wanted: Iterable[str], as_of: date, district: str) -> dict[str, Layer]:
        """Return the layers wanted alone, as far as they speak on a day."""
        return dict(self._at_hand(database, frozenset(wanted), as_of, district).layers)

    def _at_hand(self, database: Database, wanted: frozenset[str], as_of: date, district: str) -> AtHand:
        key = LayerStore(database).stamp(), district, as_of, wanted
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = _asked(database, wanted, as_of, district)
            with self._lock:
                self._known[key] = known
                while len(self._known) > _DAYS_KEPT:
                    self._known.popitem(last=False)
        # Made anew each time: an index that has to be built is read as whoever asks now may read it.
        vectors = indexed_layers(database, known.releases, self.indexes)
        return AtHand({**vectors, **known.rasters}, reasons=known.reasons, originals=self.originals)


def _asked(database: Database, wanted: frozenset[str], as_of: date, district: str) -> _Known:
    found = speaking_releases(database, wanted, as_of, district=district)
    rasters = {key: LayerStore(database).load(row) for key, row in found.items() if row.release.raster is not None}
    vectors = {key: row for key, row in found.items() if key not in rasters}
    return _Known(vectors, rasters, retired_layers(database, wanted - set(found), as_of, district=district))
