"""Indexes of releases on the disk: built once, kept while there is room, the least recently used given up first."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from landgis.domain.disk import MB, draft_folder
from landgis.engines.entry import CONTENTS, EntryKey, open_entry, removable, size_of, write_entry
from landgis.errors import FileMissing, FileUnreadable
from landgis.screening.indexed import Indexed

Say = Callable[[str, str], None]
"""Where notices go, in Chinese and English."""


@dataclass(frozen=True)
class IndexCache:
    """A folder of saved indexes, shared by all processes of an installation.

    Attributes
    ----------
    folder
        Where they are; made when first needed.
    limit_bytes
        What they may take together. Those in use are kept even where they take more.
    say
        Told what was given up and what had to be built again.
    """

    folder: Path
    limit_bytes: int
    say: Say

    def open(self, key: EntryKey, make: Callable[[], Indexed]) -> Indexed:
        """Open a saved index; make it first where there is none, or where it is damaged.

        Parameters
        ----------
        key
            What it is made of.
        make
            Makes it. Of several processes that want the same one, one makes it while the others wait.

        Raises
        ------
        DiskFull
            If there is no room for it.
        OSError
            If the system refuses to open it; it is kept, and nothing is made.
        """
        place = self.folder / key.name
        with suppress(FileMissing, FileUnreadable):
            return self._opened(place)
        with self._alone():
            try:
                return self._opened(place)  # by whoever was here before
            except FileMissing:
                pass
            except FileUnreadable as error:
                self.say(f"{error.zh}，将重新建立", f"{error.en}; it is built again")
                self._give_up(place)
            self._write(make(), key, place)
            self._trim(place)
            return open_entry(place)

    def entries(self) -> list[Path]:
        """Return the saved indexes, the least recently used first."""
        found = [file.parent for file in self.folder.glob(f"*/{CONTENTS}")]
        return sorted(found, key=lambda entry: (entry / CONTENTS).stat().st_mtime_ns)

    def _opened(self, place: Path) -> Indexed:
        """Open an entry and note its use."""
        found = open_entry(place)
        with suppress(OSError):  # of another account, or just given up by another process: only the use goes unnoted
            os.utime(place / CONTENTS)
        return found

    def _write(self, indexed: Indexed, key: EntryKey, place: Path) -> None:
        with draft_folder(self.folder) as draft:
            write_entry(indexed, key, draft / key.name)
            (draft / key.name).rename(place)

    def _give_up(self, place: Path) -> None:
        """Remove an entry at once for whoever looks; who has it open keeps it."""
        with draft_folder(self.folder) as draft:
            place.rename(draft / place.name)

    def _trim(self, used: Path) -> None:
        sizes = {entry: size_of(entry) for entry in self.entries()}
        total = sum(sizes.values())
        for entry, size in sizes.items():
            if total <= self.limit_bytes:
                return
            with removable(entry) as spare:
                if entry == used or not spare:
                    continue
                self._give_up(entry)
            total -= size
            self.say(
                f"图层索引超过上限 {self.limit_bytes / MB:.0f} MB，已移除最久未用的 {entry.name}（{size / MB:.1f} MB）",
                f"Layer indexes exceed {self.limit_bytes / MB:.0f} MB: {entry.name}, the least recently used"
                f" ({size / MB:.1f} MB), was removed",
            )
        if total > self.limit_bytes:
            self.say(
                f"正在使用的图层索引（{used.name} 等）已超过上限 {self.limit_bytes / MB:.0f} MB：共 {total / MB:.0f} MB",
                f"The layer indexes in use, {used.name} among them, exceed {self.limit_bytes / MB:.0f} MB:"
                f" they take {total / MB:.0f} MB",
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time builds or removes: it also bounds the memory that building takes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "building.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
