"""One saved index with its labels: written whole, opened only if every byte is the one that was written."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landgis.errors import FileMissing, FileUnreadable, InputError
from landgis.overlay import LayerIndex, stored
from landgis.overlay.choice import identity
from landgis.overlay.sound import require_numbers, require_offsets
from landgis.overlay.texts import Texts
from landgis.screening.indexed import Indexed, Labels

FORMAT = 2
"""Raised with every change of what lies beside the index."""
CONTENTS, _INDEX, _LABELS = "entry.json", "index", "labels"


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
        told = json.dumps([stored.FORMAT, FORMAT, identity(), vars(self)], sort_keys=True, ensure_ascii=False)
        return f"{self.layer}-{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def write_entry(indexed: Indexed, key: EntryKey, folder: Path) -> None:
    """Write an index and its labels into a new folder, with the hash of every file."""
    labels = indexed.labels
    indexed.index.save(folder / _INDEX)
    stored.write({"utf8": labels.texts.utf8, "start": labels.texts.start, "text_of": labels.text_of}, folder / _LABELS)
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    hashes = {file.relative_to(folder).as_posix(): _hash(file) for file in files}
    contents = {"format": FORMAT, "key": vars(key), "files": hashes}
    (folder / CONTENTS).write_text(json.dumps(contents, ensure_ascii=False, indent=1), encoding="utf-8")


def open_entry(folder: Path) -> Indexed:
    """Open what `write_entry` wrote; arrays stay on the disk and are read as they are needed.

    Raises
    ------
    FileMissing
        If there is no such folder.
    FileUnreadable
        If a file is missing or is not, byte for byte, what was written.
    OSError
        If the system refuses to open it: too many open files, no right, no memory. That says nothing against it.
    """
    try:
        contents: Mapping[str, Any] = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        files: Mapping[str, list[Any]] = contents["files"]
        wrong = [name for name, told in files.items() if _hash(folder / name) != told]
        if wrong:
            raise ValueError("、".join(wrong[:3]))
        index = LayerIndex.load(folder / _INDEX)
        return Indexed(index, _labels(folder, len(index.feature_ids)), folder, sum(size for size, _ in files.values()))
    except (InputError, *stored.DAMAGE) as error:
        if not folder.exists():
            raise _missing(folder) from error
        raise FileUnreadable(
            f"图层索引 {folder.name} 已损坏（{error}）", f"The layer index {folder.name} is damaged ({error})",
            where=str(folder),
        ) from error  # fmt: skip


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Keep an entry from being given up while others are still to open it.

    Raises
    ------
    FileMissing
        If it was given up already.
    """
    try:
        contents = (folder / CONTENTS).open("rb")
    except FileNotFoundError as error:
        raise _missing(folder) from error
    with contents:
        fcntl.flock(contents, fcntl.LOCK_SH)
        if not os.fstat(contents.fileno()).st_nlink:
            raise _missing(folder)
        yield


@contextmanager
def removable(folder: Path) -> Iterator[bool]:
    """Tell whether an entry may be removed in this block: not while it is `in_use`."""
    with (folder / CONTENTS).open("rb") as contents:
        try:
            fcntl.flock(contents, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def size_of(folder: Path) -> int:
    """Bytes that an entry takes."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _labels(folder: Path, count: int) -> Labels:
    arrays = stored.read(folder / _LABELS)
    texts = Texts(arrays["utf8"], arrays["start"])
    require_offsets("labels/start", texts.start, len(texts), len(texts.utf8))
    require_numbers("labels/text_of", arrays["text_of"], count, len(texts), -1)
    return Labels(texts, arrays["text_of"])


def _missing(folder: Path) -> FileMissing:
    return FileMissing(
        f"没有图层索引 {folder.name}", f"There is no layer index {folder.name}",
        where=str(folder),
        next_zh="索引可能刚因超过上限被移除，请重新运行；各工作进程须能看到同一文件夹",
        next_en="It may just have been removed for want of room: run it again; all workers must see the same folder",
    )  # fmt: skip


def _hash(file: Path) -> list[Any]:
    """Size and SHA-256 of a file."""
    with file.open("rb") as source:
        return [os.fstat(source.fileno()).st_size, hashlib.file_digest(source, "sha256").hexdigest()]
