"""Originals: the files that came in, kept byte for byte under the hash of their content."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.tables.layers import SOURCE_FILE
from landgis.domain.disk import draft_folder
from landgis.errors import FileMissing

_CHUNK = 1 << 20


@dataclass(frozen=True)
class SourceFile:
    """A file as it came in.

    Attributes
    ----------
    content_hash
        SHA-256 of its bytes, hexadecimal.
    name
        Name it had.
    byte_size
        Size in bytes.
    """

    content_hash: str
    name: str
    byte_size: int


class Originals:
    """The folder of originals (``<home>/originals``)."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "originals"

    def keep(self, path: Path, *, name: str = "") -> SourceFile:
        """Copy a file byte for byte; a file already kept is not copied again.

        Parameters
        ----------
        path
            The file.
        name
            What it was called when it was delivered; empty: as it is called now.

        Raises
        ------
        FileMissing, DiskFull
            If there is no such file; if there is no room for it.
        """
        if not path.is_file():
            raise FileMissing(f"没有文件 {path}", f"There is no file {path}", where=str(path))
        digest = hashlib.sha256()
        with draft_folder(self.folder) as folder:
            draft = folder / path.name
            with draft.open("wb") as target, path.open("rb") as source:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            kept = self.folder / digest.hexdigest()
            if not kept.exists():
                draft.replace(kept)
        return SourceFile(digest.hexdigest(), name or path.name, kept.stat().st_size)

    def path_of(self, content_hash: str) -> Path:
        """Return where the original of that content is.

        Raises
        ------
        FileMissing
            If it is not kept here.
        """
        kept = self.folder / content_hash
        if not kept.is_file():
            raise FileMissing(
                f"没有保存原件 {content_hash}", f"The original {content_hash} is not kept", where=str(kept)
            )
        return kept


def record_source(connection: Connection, source: SourceFile, person: Person) -> None:
    """Note who delivered a file first; the same bytes again change nothing."""
    row = {
        "content_hash": source.content_hash,
        "name": source.name,
        "byte_size": source.byte_size,
        "received_by": person.person_id,
    }
    connection.execute(insert(SOURCE_FILE).values(row).on_conflict_do_nothing(index_elements=["content_hash"]))


def kept_hashes(database: Database) -> set[str]:
    """Return the content hash of every original that the database names."""
    with database.begin() as connection:
        return set(connection.scalars(select(SOURCE_FILE.c.content_hash)))
