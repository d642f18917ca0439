"""Originals in a backup and back: files named by the hash of what is in them, copied once and checked."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from landgis.db.programs import Step
from landgis.domain.disk import draft_folder

_CHUNK = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Copied:
    """What a copying of originals came to.

    Attributes
    ----------
    files, byte_size
        All that stands in the target now.
    new
        How many came with this copying.
    damaged
        Names of files whose bytes are not what their name says; they were not copied.
    """

    files: int
    byte_size: int
    new: int
    damaged: tuple[str, ...]


def copy_originals(source: Path, target: Path, step: Step) -> Copied:
    """Copy originals that are not yet there.

    Parameters
    ----------
    source, target
        Folders of originals; the source may not exist.

    Raises
    ------
    DiskFull
        If there is no room for them.
    """
    damaged: list[str] = []
    missing = [path for path in _originals(source) if not (target / path.name).exists()]
    with draft_folder(target) as folder:
        for number, path in enumerate(missing, 1):
            step(f"原件 originals {number}/{len(missing)}")
            if not _copy(path, folder / path.name, target / path.name):
                damaged.append(path.name)
    there = list(_originals(target))
    size = sum(path.stat().st_size for path in there)
    return Copied(len(there), size, len(missing) - len(damaged), tuple(damaged))


def _originals(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob("*")) if _HASH.fullmatch(path.name))


def _copy(source: Path, draft: Path, target: Path) -> bool:
    """Copy to a draft; it gets its name only when the hash is right."""
    digest = hashlib.sha256()
    with source.open("rb") as reading, draft.open("wb") as writing:
        while chunk := reading.read(_CHUNK):
            digest.update(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    if digest.hexdigest() != source.name:
        return False
    draft.replace(target)
    return True
