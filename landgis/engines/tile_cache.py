"""Tiles on the disk: made once, kept while there is room, the least recently used given up first."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import tempfile
import threading
import zlib
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from landgis.engines.recent_tiles import RecentTiles

_LOG = logging.getLogger("landgis.tiles")
_MARK = b"LGT1"
_SUM, _TAG = 4, 16
_HEAD = len(_MARK) + _SUM + _TAG
_SUFFIX = ".tile"
_TRIM_TO = 0.9
_LOCKS = 64
_LONG_AGO_S = 3600.0


@dataclass(frozen=True)
class KeptTile:
    """A tile.

    Attributes
    ----------
    content
        Its bytes.
    tag
        Tells it from any other content.
    """

    content: bytes
    tag: str


class TileCache:
    """A folder of tiles, shared by all processes of an installation; readable by its account alone.

    Who may see a tile is asked before it is looked up here, and what he may see of it belongs to its key.

    Parameters
    ----------
    folder
        Where they are; made when first needed.
    limit_bytes
        What they may take together. It is looked at after every twentieth of it that a process has written.
    at_hand_bytes
        What this process keeps of them in memory.
    """

    def __init__(self, folder: Path, limit_bytes: int, at_hand_bytes: int = 32 << 20) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._recent = RecentTiles(at_hand_bytes)
        self._written = limit_bytes  # by processes before: looked at with the first tile
        self._making = [threading.Lock() for _ in range(_LOCKS)]
        self._counting = threading.Lock()

    def find(self, *key: object) -> KeptTile | None:
        """Return a tile, if it is there and sound."""
        return self._read(self._place(key))

    def held(self, *key: Hashable) -> KeptTile | None:
        """Return a tile, if it is in memory: without touching the disk, and without a wait."""
        return self._recent.find(key)

    def get(self, *key: Hashable, make: Callable[[], bytes]) -> KeptTile:
        """Return a tile; make it first where there is none, or where it is damaged.

        Parameters
        ----------
        key
            Everything that its content depends on, and the scope of who sees it.
        make
            Makes it. Of several requests of one process for the same one, one makes it while the others wait.
        """
        tile = self._found_or_made(self._place(key), make)
        self._recent.put(key, tile)
        return tile

    def _found_or_made(self, place: Path, make: Callable[[], bytes]) -> KeptTile:
        found = self._read(place)
        if found is not None:
            return found
        with self._making[int(place.stem[:4], 16) % _LOCKS]:
            found = self._read(place)
            if found is not None:
                return found
            content = make()
            tag = hashlib.blake2b(content, digest_size=_TAG).digest()
            try:
                self._write(place, _MARK + zlib.crc32(content).to_bytes(_SUM, "big") + tag + content)
            except OSError as error:  # a full disk: the tile is served all the same
                _LOG.warning("瓦片未能存入缓存 a tile was not kept: %s", error)
        return KeptTile(content, tag.hex())

    def _place(self, key: tuple[object, ...]) -> Path:
        name = hashlib.sha256("\0".join(map(str, key)).encode()).hexdigest()
        return self._folder / name[:2] / (name + _SUFFIX)

    def _read(self, place: Path) -> KeptTile | None:
        try:
            whole = place.read_bytes()
        except OSError:
            return None
        content = whole[_HEAD:]
        given = int.from_bytes(whole[len(_MARK) : len(_MARK) + _SUM], "big")
        if not whole.startswith(_MARK) or len(whole) < _HEAD or zlib.crc32(content) != given:
            _LOG.warning("缓存的瓦片已损坏，重新生成 a kept tile is damaged and made anew: %s", place.name)
            return None
        with suppress(OSError):  # given up by another process meanwhile
            os.utime(place)
        return KeptTile(content, whole[_HEAD - _TAG : _HEAD].hex())

    def _write(self, place: Path, whole: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".")
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(whole)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        with self._counting:
            self._written += len(whole)
            full = self._written * 20 >= self._limit
            if full:
                self._written = 0
        if full:
            self._trim(place)

    def _trim(self, used: Path) -> None:
        with self._alone() as alone:
            if not alone:
                return
            for draft in self._folder.glob(".*"):  # of programs that were killed
                with suppress(OSError):
                    if draft.stat().st_mtime < used.stat().st_mtime - _LONG_AGO_S:
                        draft.unlink()
            kept = sorted((found.st_mtime_ns, found.st_size, path) for path, found in self._files())
            total = sum(size for _, size, _ in kept)
            if total <= self._limit:
                return
            for _, size, path in kept:
                if total <= self._limit * _TRIM_TO:
                    return
                if path != used:
                    path.unlink(missing_ok=True)
                    total -= size

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self._folder.glob(f"*/*{_SUFFIX}"):
            with suppress(OSError):  # gone meanwhile
                yield path, path.stat()

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """One at a time removes; who comes meanwhile goes on."""
        with (self._folder / "trim.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
            else:
                yield True
