"""One whole copy of a cluster, and what it says of itself."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

BASE = "backup.json"
"""File beside the data folder of a base backup."""


@dataclass(frozen=True)
class BaseBackup:
    """One whole copy of a cluster.

    Attributes
    ----------
    name
        Folder of the backup inside the folder of backups.
    postgresql
        Major version that reads it.
    landgis, revision
        Version of this program, and of the tables inside (empty: none yet).
    started_at, ended_at
        By the server's clock; it can be restored to any moment from ``ended_at`` on that the log reaches.
    first_piece
        First piece of log that it needs.
    byte_size
        Bytes on the disk.
    """

    name: str
    postgresql: int
    landgis: str
    revision: str
    started_at: datetime
    ended_at: datetime
    first_piece: str
    byte_size: int


def write_base(draft: Path, backup: BaseBackup) -> None:
    """Write what a backup says of itself into its folder."""
    record = asdict(backup) | {"started_at": backup.started_at.isoformat(), "ended_at": backup.ended_at.isoformat()}
    write_json(draft / BASE, record)


def read_base(path: Path) -> BaseBackup:
    """Read what a backup says of itself; its folder is its name."""
    record = json.loads(path.read_text(encoding="utf-8"))
    moments = {name: datetime.fromisoformat(record[name]) for name in ("started_at", "ended_at")}
    return BaseBackup(**record | moments | {"name": path.parent.name})


def size_of(folder: Path) -> int:
    """Return the bytes that the files under a folder take; what goes away meanwhile (a server is at work) is left out."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += Path(parent, name).lstat().st_size
    return total


def write_json(path: Path, record: dict[str, Any]) -> None:
    """Write a small record, whole or not at all."""
    draft = path.with_name(f".{path.name}")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(record, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
