"""Indexes kept open by one process that is asked again and again: a drawn polygon waits for no disk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakValueDictionary

from landgis.engines.entry import EntryKey
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
        self._lock = threading.Lock()
        self._turns: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()

    def open(self, key: EntryKey, make: Callable[[], Indexed]) -> Indexed:
        """Return an open index, opening or making it first; see `IndexCache.open`.

        Who asks for the same one waits for it; who asks for another does not.
        """
        found = self._found(key)
        if found is not None:
            return found
        with self._lock:
            turn = self._turns.setdefault(key.name, threading.Lock())
        with turn:
            found = self._found(key)  # opened by whoever was here before
            return found if found is not None else self._kept(key, self._cache.open(key, make))

    def _found(self, key: EntryKey) -> Indexed | None:
        with self._lock:
            if key.name in self._open:
                self._open.move_to_end(key.name)
            return self._open.get(key.name)

    def _kept(self, key: EntryKey, found: Indexed) -> Indexed:
        """Keep an index open, and close the least recently used ones that there is no room for."""
        with self._lock:
            self._open[key.name] = found
            total = sum(kept.size_bytes for kept in self._open.values())
            while len(self._open) > 1 and total > self._limit_bytes:
                total -= self._open.popitem(last=False)[1].size_bytes
        return found
