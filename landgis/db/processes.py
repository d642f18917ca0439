"""Which process serves a data folder: the truth behind a pid file that may be stale."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from landgis.errors import DatabaseError

_PROC = Path("/proc")
_PATIENCE_S = 5.0
_SETTLING_S = 120.0


def server_pid(data: Path) -> int | None:
    """Return the process id of the server of a data folder, or None when none is alive.

    A pid file outlives ``kill -9``, and its number may since belong to any other process (soon, in a container). A
    PostgreSQL process always stands in its data folder, so that is what counts.
    """
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if _serves(pid, data) else None


def settled_server(data: Path) -> int | None:
    """Return the process id of a server once it is ready, or None once there is none.

    Whoever started or stopped it may have been killed while waiting for it, so this waits too.

    Raises
    ------
    DatabaseError
        If it neither gets ready nor goes within two minutes.
    """
    end = time.monotonic() + _SETTLING_S
    while (pid := server_pid(data)) is not None:
        if _phase(data) == "ready":
            return pid
        if time.monotonic() > end:
            raise DatabaseError(
                f"数据库进程 {pid} 迟迟没有就绪",
                f"The server, process {pid}, does not get ready",
                where=str(data),
                next_zh="请查看该文件夹旁的 postgres.log",
                next_en="See postgres.log beside that folder",
            )
        time.sleep(0.05)
    return None


def end_orphans(data: Path) -> None:
    """Wait until no process of a dead server is left, ending those that linger.

    After ``kill -9`` of the postmaster its children leave as soon as they notice; one in a long query does not.

    Raises
    ------
    DatabaseError
        If some process stays.
    """
    end = time.monotonic() + _PATIENCE_S
    urged = False
    while orphans := _processes_in(data):
        now = time.monotonic()
        if now > end and urged:
            raise DatabaseError(
                f"旧的数据库进程没有退出：{orphans}",
                f"Processes of the former server do not end: {orphans}",
                where=str(data),
                next_zh="请结束这些进程后重试",
                next_en="End these processes and try again",
            )
        if now > end:
            for pid in orphans:
                os.kill(pid, signal.SIGQUIT)
            urged, end = True, now + _PATIENCE_S
        time.sleep(0.05)


def _phase(data: Path) -> str:
    """Return what a server says of itself in the last line of its pid file: starting, ready, stopping."""
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[7].strip()
    except (FileNotFoundError, IndexError):
        return ""


def _serves(pid: int, data: Path) -> bool:
    if _PROC.is_dir():
        return _stands_in(pid, data)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _stands_in(pid: int, data: Path) -> bool:
    process = _PROC / str(pid)
    try:
        return (process / "comm").read_text().strip() == "postgres" and (process / "cwd").readlink() == data.resolve()
    except PermissionError:
        return True  # a server of another account: believe the pid file
    except OSError:
        return False


def _processes_in(data: Path) -> list[int]:
    return [int(entry.name) for entry in _PROC.glob("[0-9]*") if _mine(entry) and _stands_in(int(entry.name), data)]


def _mine(process: Path) -> bool:
    """Leave out what this process could neither look into nor end."""
    try:
        return os.geteuid() in (0, process.stat().st_uid)
    except OSError:
        return False
