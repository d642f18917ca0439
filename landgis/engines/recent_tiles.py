"""Tiles at hand in the memory of one process: as many as there is room for, the least recently used given up first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from landgis.engines.tile_cache import KeptTile


class RecentTiles:
    """Tiles by all that their content depends on; safe to share between threads.

    Parameters
    ----------
    limit_bytes
        What they may take together.
    """

    _BESIDE = 500
    """What a tile takes besides its content: key, tag, places in tables; bytes."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._taken = 0
        self._tiles: OrderedDict[Hashable, KeptTile] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> KeptTile | None:
        """Return a tile, if it is at hand."""
        with self._lock:
            found = self._tiles.get(key)
            if found is not None:
                self._tiles.move_to_end(key)
            return found

    def put(self, key: Hashable, tile: KeptTile) -> None:
        """Have a tile at hand."""
        with self._lock:
            before = self._tiles.pop(key, None)
            self._tiles[key] = tile
            self._taken += self._size(tile) - (self._size(before) if before else 0)
            while self._taken > self._limit:
                _, given_up = self._tiles.popitem(last=False)
                self._taken -= self._size(given_up)

    def _size(self, tile: KeptTile) -> int:
        return len(tile.content) + self._BESIDE
