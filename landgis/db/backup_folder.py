"""The folder that backups are kept in.

``backups.json`` says whose they are and how far the log reaches; ``<moment>/`` holds a base backup (``data`` and
``backup.json``); ``wal`` the log since the oldest of them, ``originals`` the files as they came in. Nothing carries its
final name before it is whole.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from landgis.db import wal
from landgis.db.base_backup import BASE, BaseBackup, read_base, write_json
from landgis.db.wal import LogMark
from landgis.errors import Conflict, NotFound

_HEAD = "backups.json"
_DRAFT = ".draft"


@dataclass(frozen=True)
class BackupFolder:
    """A folder of backups of one cluster.

    Attributes
    ----------
    folder
        Where it is.
    system
        PostgreSQL's number of the cluster; a restored one keeps it.
    marks
        How far the log reaches, by timeline.
    """

    folder: Path
    system: str
    marks: dict[str, LogMark]

    @property
    def wal(self) -> Path:
        """The log."""
        return self.folder / "wal"

    @property
    def originals(self) -> Path:
        """The files as they came in."""
        return self.folder / "originals"

    def data_of(self, backup: BaseBackup) -> Path:
        """Return the data folder inside a backup."""
        return self.folder / backup.name / "data"

    def backups(self) -> list[BaseBackup]:
        """Return the backups, oldest first."""
        return sorted(map(read_base, self.folder.glob(f"[0-9]*/{BASE}")), key=lambda backup: backup.ended_at)

    def marked(self, mark: LogMark) -> BackupFolder:
        """Note how far the log reaches now."""
        fresh = replace(self, marks=self.marks | {wal.timeline(mark.last): mark})
        write_json(fresh.folder / _HEAD, {"made_by": "landgis", "system": fresh.system, "log": _marks_out(fresh.marks)})
        return fresh

    def base_for(self, until: datetime | None) -> tuple[BaseBackup, LogMark]:
        """Return the newest backup that can be brought to a moment, and how far its log reaches.

        Raises
        ------
        NotFound
            If the moment is before the first backup, or after the end of the log; both are named.
        """
        marked = [(backup, self.marks.get(wal.timeline(backup.first_piece))) for backup in self.backups()]
        usable = [(backup, mark) for backup, mark in marked if mark is not None and backup.ended_at <= mark.until]
        reachable = [
            (backup, mark) for backup, mark in usable if until is None or backup.ended_at <= until <= mark.until
        ]
        if reachable:
            return reachable[-1]
        spans = [f"{backup.ended_at:%F %T} – {mark.until:%F %T}" for backup, mark in usable]
        listed = "、".join(spans)
        raise NotFound(
            f"备份不含 {until:%F %T} 这一时刻" if until else "文件夹里没有完整的备份",
            f"The backups do not hold {until:%F %T}" if until else "There is no whole backup in the folder",
            where=str(self.folder),
            next_zh=f"可恢复的时段：{listed}" if listed else "请用 landgis db backup 先做备份",
            next_en=f"It can be restored to: {', '.join(spans)}" if listed else "Make one with landgis db backup",
        )

    @contextmanager
    def draft(self, moment: datetime) -> Iterator[Path]:
        """Give a folder to write a base backup in; afterwards it stands under the name of its moment, or not at all."""
        name = f"{moment:%Y%m%d-%H%M%S}"
        while (self.folder / name).exists():
            name += "a"
        draft = self.folder / f"{name}{_DRAFT}"
        draft.mkdir(mode=0o700)
        try:
            yield draft
            draft.rename(self.folder / name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Let one program at a time work here, and clear what an interrupted one left; gives the lock's handle.

        Raises
        ------
        Conflict
            If another one is at work.
        """
        with (self.folder / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Conflict(
                    "这个文件夹里正在进行另一次备份",
                    "Another backup is at work in this folder",
                    where=str(self.folder),
                    next_zh="请等它完成后再运行",
                    next_en="Run it again when that one is done",
                ) from error
            for rest in self.folder.glob(f"[0-9]*{_DRAFT}"):
                shutil.rmtree(rest)
            yield lock.fileno()

    def keep_newest(self, count: int) -> list[str]:
        """Remove backups but the newest, and the log that only they needed; return the names removed."""
        backups = self.backups()
        superseded, kept = backups[:-count], backups[-count:]
        for backup in superseded:
            (self.folder / backup.name).rename(gone := self.folder / f"{backup.name}{_DRAFT}")
            shutil.rmtree(gone)
        wal.prune(self.wal, min(backup.first_piece for backup in kept))
        return [backup.name for backup in superseded]


def open_backups(folder: Path) -> BackupFolder:
    """Open a folder of backups.

    Raises
    ------
    NotFound
        If it is none.
    """
    try:
        head = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(
            f"{folder} 不是 landgis 的备份文件夹",
            f"{folder} is no folder of landgis backups",
            where=str(folder),
            next_zh=f"请指明含有 {_HEAD} 的文件夹",
            next_en=f"Name the folder that holds {_HEAD}",
        ) from error
    marks = {line: LogMark(datetime.fromisoformat(mark["until"]), mark["last"]) for line, mark in head["log"].items()}
    return BackupFolder(folder, head["system"], marks)


def claim(folder: Path, system: str) -> BackupFolder:
    """Open a folder for the backups of a cluster, making it where there is none.

    Raises
    ------
    Conflict
        If it holds something else, or the backups of another cluster.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / _HEAD).exists():
        if any(path.name != ".lock" for path in folder.iterdir()):
            raise _taken(folder, "里面有别的东西", "it holds something else")
        write_json(folder / _HEAD, {"made_by": "landgis", "system": system, "log": {}})
    found = open_backups(folder)
    if found.system != system:
        raise _taken(folder, "里面是另一个数据库的备份", "it holds the backups of another database")
    return found


def _marks_out(marks: dict[str, LogMark]) -> dict[str, dict[str, str]]:
    return {line: {"until": mark.until.isoformat(), "last": mark.last} for line, mark in marks.items()}


def _taken(folder: Path, zh: str, en: str) -> Conflict:
    return Conflict(
        f"不能备份到 {folder}：{zh}",
        f"Cannot keep backups in {folder}: {en}",
        where=str(folder),
        next_zh="请指明一个新的文件夹",
        next_en="Name a new folder",
    )
