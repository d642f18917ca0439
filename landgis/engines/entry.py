"""One saved index with its labels: written whole, opened only if every byte is the one that was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landgis.errors import FileMissing, FileUnreadable, InputError
from landgis.overlay import LayerIndex
from landgis.overlay.kernel import identity
from landgis.overlay.stored import FORMAT as KERNEL_FORMAT
from landgis.screening.indexed import Indexed, Labels

FORMAT = 1
"""Raised with every change of what lies beside the index."""
CONTENTS, _INDEX, _TEXTS, _TEXT_OF = "entry.json", "index", "label_texts.npy", "label_of.npy"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class EntryKey:
    """What an index was made of; the same key means the same bytes.

    Attributes
    ----------
    layer, release
        Layer key and edition.
    content_hash
        SHA-256 of the original file.
    stored_at
        Moment the release was stored, to the microsecond: two inventories may give the same name to different features.
    feature_count
        Features read.
    crs
        CRS they are laid out in.
    """

    layer: str
    release: str
    content_hash: str
    stored_at: str
    feature_count: int
    crs: str

    @property
    def name(self) -> str:
        """Name of the folder: the layer, for people, and a hash of everything."""
        told = json.dumps([KERNEL_FORMAT, FORMAT, identity(), vars(self)], sort_keys=True, ensure_ascii=False)
        return f"{self.layer}-{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def write_entry(indexed: Indexed, key: EntryKey, folder: Path) -> None:
    """Write an index and its labels into a new folder, with the hash of every file."""
    indexed.index.save(folder / _INDEX)
    np.save(folder / _TEXTS, indexed.labels.texts, allow_pickle=False)
    np.save(folder / _TEXT_OF, indexed.labels.text_of, allow_pickle=False)
    contents = {"format": FORMAT, "key": vars(key), "files": _hashes(folder)}
    (folder / CONTENTS).write_text(json.dumps(contents, ensure_ascii=False, indent=1), encoding="utf-8")


def open_entry(folder: Path) -> Indexed:
    """Open what `write_entry` wrote; arrays stay on the disk and are read as they are needed.

    Raises
    ------
    FileMissing
        If there is no such folder.
    FileUnreadable
        If a file is missing or is not, byte for byte, what was written.
    """
    if not folder.is_dir():
        raise FileMissing(f"没有图层索引 {folder.name}", f"There is no layer index {folder.name}", where=str(folder))
    try:
        contents: Mapping[str, Any] = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        found = _hashes(folder)
        wrong = sorted(name for name, told in contents["files"].items() if found.get(name) != told)
        if wrong:
            raise ValueError("、".join(wrong[:3]))
        texts = np.load(folder / _TEXTS, mmap_mode="r" if contents["files"][_TEXTS][0] > _CHUNK else None)
        return Indexed(LayerIndex.load(folder / _INDEX), Labels(texts, np.load(folder / _TEXT_OF)), folder)
    except (InputError, OSError, ValueError, KeyError, TypeError) as error:
        raise FileUnreadable(
            f"图层索引 {folder.name} 已损坏（{error}）", f"The layer index {folder.name} is damaged ({error})",
            where=str(folder),
        ) from error  # fmt: skip


def size_of(folder: Path) -> int:
    """Bytes that an entry takes."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _hashes(folder: Path) -> dict[str, list[Any]]:
    """Size and SHA-256 of every file but the contents, by its path inside."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != CONTENTS)
    return {file.relative_to(folder).as_posix(): [file.stat().st_size, _sha256(file)] for file in files}


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
