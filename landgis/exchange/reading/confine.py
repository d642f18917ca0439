"""Confinement: every byte of a foreign file is looked at by a shut-in child, never by this process.

A `Room` is a private folder and one channel to the warm process (`warm`), which forks a child for every job, shuts it
in (`jail`) and removes the folder when the room closes or its owner dies. Requests and answers are JSON files in the
folder, rows are Arrow files beside them; nothing is ever unpickled.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from landgis.domain.question import error_from_dict
from landgis.errors import ExternalError, FileUnreadable, LandgisError
from landgis.exchange.reading.jail import Limits, limits_for
from landgis.exchange.reading.warm import ANSWER, MESSAGE_BYTES, REQUEST

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from landgis.exchange.reading.warm import main; main(int(sys.argv[2]))"
)
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "GDAL_DRIVER_PATH": "disable",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
    "GDAL_HTTP_MAX_RETRY": "0",
    "PROJ_NETWORK": "OFF",
    "OGR_ARC_STEPSIZE": "0.5",
}
"""All that the reader's environment holds: no proxy, no credentials, no plug-ins; arcs in steps of half a degree."""
_ANSWER_BYTES = 256 * 1024**2
_START_SECONDS = 60.0


class Room:
    """A private folder and the confined jobs that run in it, one after the other.

    Attributes
    ----------
    folder
        Removed, with everything in it, when the room closes.
    """

    def __init__(self, channel: socket.socket, folder: Path) -> None:
        self.folder = folder
        self._channel = channel

    def run(self, job: str, request: dict[str, Any], limits: Limits, *, needs: str = "") -> dict[str, Any]:
        """Run one job in a shut-in child and return its answer.

        Parameters
        ----------
        job
            ``package.module:function``; takes the request and the room's folder, returns what JSON can say.
        request
            What JSON can say; ``source``, the file's name, is used in messages.
        limits
            What the child may use.
        needs
            A module with heavy libraries, which the warm process then loads once and for all.

        Raises
        ------
        LandgisError
            What the job raised.
        FileUnreadable
            If the child was killed, ran out of time, memory or space for one file, or crashed.
        ExternalError
            If the disk is full, or the reader cannot be started.
        """
        source = str(request.get("source", job))
        (self.folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
        (self.folder / ANSWER).unlink(missing_ok=True)
        self._say({"do": "run", "job": job, "needs": needs, "limits": asdict(limits)})
        exit_code, in_time = self._wait(limits.wall_seconds)
        if exit_code == 0:
            return _answered(self.folder / ANSWER, source, limits)
        raise _ended(exit_code, in_time, source, limits)

    def _wait(self, seconds: float) -> tuple[int, bool]:
        """Wait for the child to end, killing it after the time allowed: exit code, and whether it ended by itself."""
        self._channel.settimeout(seconds)
        try:
            return self._hear()["exit"], True
        except TimeoutError:
            self._say({"do": "stop"})
            self._channel.settimeout(None)
            return self._hear()["exit"], False

    def _say(self, message: dict[str, Any]) -> None:
        try:
            self._channel.send(json.dumps(message).encode())
        except OSError as error:
            raise _reader_lost() from error

    def _hear(self) -> dict[str, Any]:
        return _hear(self._channel)


@contextlib.contextmanager
def open_room() -> Iterator[Room]:
    """Open a room; when the block ends, however it ends, its child is killed and its folder gone."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with mine:
        with theirs:
            _WARM.hand_over(theirs)
        mine.settimeout(_START_SECONDS)
        told = _hear(mine)
        if "failed" in told:
            raise no_space(str(told["failed"]))
        folder = Path(told["folder"])
        try:
            yield Room(mine, folder)
        finally:
            _close(mine, folder)


def confine(job: str, request: dict[str, Any], *, size: int = 0) -> dict[str, Any]:
    """Run a single job in a room of its own, with the limits for an input of ``size`` bytes; see `Room.run`."""
    with open_room() as room:
        return room.run(job, request, limits_for(size))


def no_space(told: str) -> ExternalError:
    """Make the error for a temporary folder that takes no more."""
    return ExternalError(
        f"临时文件夹写不下（{told}）",
        f"The temporary folder takes no more ({told})",
        where=tempfile.gettempdir(),
        next_zh="请清理磁盘空间，或用环境变量 TMPDIR 指定另一个文件夹，再重试",
        next_en="Free some disk space, or name another folder with TMPDIR, and retry",
    )


class _WarmProcess:
    """The one warm process of this process, started when first needed, again after it died or this one forked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def hand_over(self, channel: socket.socket) -> None:
        message = json.dumps({"under": tempfile.gettempdir()}).encode()
        with self._lock:
            try:
                socket.send_fds(self._running(), [message], [channel.fileno()])
            except (BrokenPipeError, ConnectionResetError):  # it died after it was looked at
                socket.send_fds(self._start(), [message], [channel.fileno()])

    def _running(self) -> socket.socket:
        if self._control is None or self._process is None or self._process.poll() is not None:
            return self._start()
        return self._control

    def _start(self) -> socket.socket:
        self._stop()
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            places = json.dumps([place or str(Path.cwd()) for place in sys.path])
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, places, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._control = mine
        return mine

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.wait()
        self._control = self._process = None

    def stop(self) -> None:
        with self._lock:
            self._stop()

    def forget(self) -> None:
        """After a fork: the parent's warm process is not ours to use or to wait for."""
        self._lock = threading.Lock()
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.returncode = 0
        self._control = self._process = None


_WARM = _WarmProcess()
atexit.register(_WARM.stop)
os.register_at_fork(after_in_child=_WARM.forget)


def _close(channel: socket.socket, folder: Path) -> None:
    """Have the child killed and the folder removed, and wait until that is done; do it here if the reader is gone."""
    with contextlib.suppress(OSError):
        channel.shutdown(socket.SHUT_WR)
        channel.settimeout(_START_SECONDS)
        while channel.recv(MESSAGE_BYTES):
            pass
    shutil.rmtree(folder, ignore_errors=True)


def _hear(channel: socket.socket) -> dict[str, Any]:
    try:
        message = channel.recv(MESSAGE_BYTES)
    except ConnectionResetError:
        message = b""
    if not message:
        raise _reader_lost()
    heard: dict[str, Any] = json.loads(message)
    return heard


def _answered(path: Path, source: str, limits: Limits) -> dict[str, Any]:
    if path.stat().st_size > _ANSWER_BYTES:
        raise _gave_up(source, "回答过长", "its answer is too long")
    told = json.loads(path.read_text(encoding="utf-8"))
    if "answer" in told:
        answer: dict[str, Any] = told["answer"]
        return answer
    if "error" in told:
        raise error_from_dict(told["error"])
    if told["failed"] == "memory":
        raise _too_much_memory(source, limits)
    if told["failed"] == "system" and told["errno"] == errno.ENOSPC:
        raise no_space(str(told["told"]))
    if told["failed"] == "system" and told["errno"] == errno.EFBIG:
        most = f"{limits.file_bytes / 1024**2:.0f} MiB"
        raise _gave_up(source, f"展开后超过 {most}", f"it unfolds to more than {most}")
    raise _gave_up(source, f"读取中断（{told['told']}）", f"reading stopped ({told['told']})")


def _ended(exit_code: int, in_time: bool, source: str, limits: Limits) -> LandgisError:
    """Say why a child ended without an answer."""
    if not in_time:
        most = f"{limits.wall_seconds:.0f}"
        return _gave_up(source, f"{most} 秒内没有读完", f"it was not read within {most} s")
    if exit_code == -signal.SIGXCPU:
        most = str(limits.cpu_seconds)
        return _gave_up(source, f"处理时间超过 {most} 秒", f"it takes more than {most} s of processor time")
    told = f"signal {-exit_code}" if exit_code < 0 else f"exit {exit_code}"
    return _gave_up(source, f"读取程序异常结束（{told}）", f"the reader ended abnormally ({told})")


def _too_much_memory(source: str, limits: Limits) -> FileUnreadable:
    most = f"{limits.memory_bytes / 1024**3:.1f} GiB"
    return _gave_up(source, f"读取所需内存超过 {most}", f"reading it takes more than {most} of memory")


def _gave_up(source: str, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        f"无法读取 {source}：{zh}",
        f"Cannot read {source}: {en}",
        where=source,
        next_zh="文件可能已损坏或被人为构造；请核对来源，重新导出，或拆成较小的文件",
        next_en="The file may be damaged or crafted: check where it comes from, export it again, or split it",
    )


def _reader_lost() -> ExternalError:
    return ExternalError(
        "受限读取程序没有运行起来",
        "The confined reader is not running",
        next_zh="请重试；若仍失败，运行 landgis doctor 查看安装情况",
        next_en="Retry; if it fails again, look at the installation with landgis doctor",
    )
