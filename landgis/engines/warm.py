"""Indexes kept open by one process that is asked again and again: a drawn polygon waits for no disk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from landgis.engines.entry import EntryKey, size_of
from landgis.engines.index_cache import IndexCache
from landgis.screening.indexed import Indexed


class WarmIndexes:
    """Open indexes by release; a newer release has another key, so what is found is never out of date.

    Parameters
    ----------
    cache
        Where they are opened.
    limit_bytes
        What the open ones may take; the least recently used is closed first. The one in use stays.
    """

    def __init__(self, cache: IndexCache, limit_bytes: int) -> None:
        self._cache = cache
        self._limit_bytes = limit_bytes
        self._open: OrderedDict[str, Indexed] = OrderedDict()
        self._bytes: dict[str, int] = {}
        self._lock = threading.Lock()

    def open(self, key: EntryKey, make: Callable[[], Indexed]) -> Indexed:
        """Return an open index, opening or making it first; see `IndexCache.open`."""
        with self._lock:
            if key.name not in self._open:
                found = self._cache.open(key, make)
                self._open[key.name] = found
                self._bytes[key.name] = size_of(found.folder) if found.folder else 0
            self._open.move_to_end(key.name)
            while len(self._open) > 1 and sum(self._bytes.values()) > self._limit_bytes:
                name, _ = self._open.popitem(last=False)
                del self._bytes[name]
            return self._open[key.name]
