"""The write-ahead log as it is kept: pieces of 16 MB, compressed, named by timeline and number."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import time
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from landgis.db.programs import Step
from landgis.errors import Conflict, DatabaseError, NotReady

_SEGMENT = re.compile(r"[0-9A-F]{24}")
_SUFFIX = ".gz"
_PER_FILE = 0x100
_PATIENCE_S = 60.0


@dataclass(frozen=True)
class LogMark:
    """How far a log is known to be whole.

    Attributes
    ----------
    until
        Moment up to which every transaction is in it, by the server's clock.
    last
        Name of the last piece needed for that.
    """

    until: datetime
    last: str


def pieces(folder: Path) -> list[str]:
    """Return the names of the pieces kept in a folder, oldest first; the history of timelines is no piece."""
    names = (path.name.removesuffix(_SUFFIX) for path in folder.glob(f"*{_SUFFIX}"))
    return sorted(name for name in names if _SEGMENT.fullmatch(name))


def timeline(piece: str) -> str:
    """Return the timeline of a piece; every restored cluster begins a new one."""
    return piece[:8]


def require_archiving(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Raise unless the server was started with the settings that keep the log.

    Raises
    ------
    NotReady
        If it was started by an earlier edition of this program.
    """
    if connection.execute("SHOW archive_mode").fetchone() != ("on",):
        raise NotReady(
            "数据库是由较早版本的 landgis 启动的，还不能留存日志",
            "The server was started by an earlier edition of landgis and cannot keep its log yet",
            next_zh="请先运行一次 landgis db stop，再运行 landgis db start",
            next_en="Run landgis db stop and landgis db start once",
        )


def mark(connection: psycopg.Connection[tuple[object, ...]], kept: Path, step: Step) -> LogMark:
    """Bring the log up to now: commit something small, close the present piece and wait until it is kept.

    Parameters
    ----------
    connection
        Superuser's, with autocommit.
    kept
        Folder that the server keeps its log in.

    Raises
    ------
    DatabaseError
        If the server cannot put a piece there for a minute.
    """
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    # A recovery to a moment ends at the first commit after it; this makes sure that there is one.
    connection.execute("SELECT pg_current_xact_id()")
    closed = connection.execute("SELECT pg_walfile_name(pg_switch_wal() - 1)").fetchone()
    if row is None or closed is None or not isinstance(row[0], datetime):
        raise DatabaseError("数据库没有报时", "The database did not tell the time")
    last = str(closed[0])
    _wait_for(last, kept, step)
    return LogMark(row[0], last)


def bring(source: Path, target: Path, step: Step) -> int:
    """Bring pieces that are not yet there from one folder to another, each checked to be whole.

    On one disk a piece is linked, so that it takes room once.

    Returns
    -------
    int
        How many were brought.

    Raises
    ------
    DatabaseError
        If a piece is damaged.
    """
    target.mkdir(mode=0o700, exist_ok=True)
    missing = sorted(path for path in source.glob(f"*{_SUFFIX}") if not (target / path.name).exists())
    for number, path in enumerate(missing, 1):
        step(f"日志 log {number}/{len(missing)}")
        _require_whole(path)
        _place(path, target / path.name)
    return len(missing)


def require_unbroken(folder: Path, first: str, last: str) -> None:
    """Raise ``Conflict`` when a piece from the first to the last is missing, or the line was left by a restore."""
    if timeline(first) != timeline(last):
        raise Conflict(
            "恢复之后还没有完整备份，续日志接不上恢复前的备份",
            "There is no whole backup since the restore: the log does not continue the one made before it",
            where=str(folder),
            next_zh="请运行 landgis db backup 重做一份完整备份",
            next_en="Make a whole backup with landgis db backup",
        )
    have = set(pieces(folder))
    missing = [name for name in _from_to(first, last) if name not in have]
    if missing:
        raise Conflict(
            f"日志有缺口：缺 {len(missing)} 段，自 {missing[0]} 起",
            f"The log has a gap: {len(missing)} pieces are missing, from {missing[0]} on",
            where=str(folder),
            next_zh="请运行 landgis db backup 重做一份完整备份；缺口之后的时刻只能从新备份恢复",
            next_en="Make a whole backup with landgis db backup; moments after the gap are restored from that one only",
        )


def prune(folder: Path, before: str) -> int:
    """Remove what is older than a piece, and return how many were removed."""
    old = [path for path in folder.glob(f"*{_SUFFIX}") if path.name[:24] < before and _SEGMENT.match(path.name)]
    for path in old:
        path.unlink()
    return len(old)


def _wait_for(piece: str, kept: Path, step: Step) -> None:
    """Wait as long as the server goes on putting pieces away."""
    end, seen = time.monotonic() + _PATIENCE_S, -1
    while not (kept / f"{piece}{_SUFFIX}").exists():
        count = len(pieces(kept))
        if count != seen:
            end, seen = time.monotonic() + _PATIENCE_S, count
            step(f"等待日志 waiting for the log {piece}")
        if time.monotonic() > end:
            raise DatabaseError(
                f"数据库未能留存日志 {piece}",
                f"The server could not keep the log {piece}",
                where=str(kept),
                next_zh="请检查该磁盘的空间与权限，以及旁边的 postgres.log",
                next_en="Check room and rights there, and postgres.log beside it",
            )
        time.sleep(0.05)


def _require_whole(path: Path) -> None:
    try:
        size = len(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path) from error
    if _SEGMENT.fullmatch(path.name.removesuffix(_SUFFIX)) and size % (1 << 20):
        raise _damaged(path)


def _damaged(path: Path) -> DatabaseError:
    return DatabaseError(
        f"日志 {path.name} 已损坏",
        f"The piece of log {path.name} is damaged",
        where=str(path),
        next_zh="请检查磁盘，然后重做一份完整备份",
        next_en="Check the disk, then make a whole backup",
    )


def _place(source: Path, target: Path) -> None:
    draft = target.with_name(f".{target.name}")
    draft.unlink(missing_ok=True)
    try:
        os.link(source, draft)
    except OSError:
        shutil.copyfile(source, draft)
        with draft.open("rb") as copy:
            os.fsync(copy.fileno())
    draft.replace(target)


def _from_to(first: str, last: str) -> list[str]:
    line = timeline(first)
    return [f"{line}{n // _PER_FILE:08X}{n % _PER_FILE:08X}" for n in range(_number(first), _number(last) + 1)]


def _number(piece: str) -> int:
    return int(piece[8:16], 16) * _PER_FILE + int(piece[16:], 16)
