"""Confinement: every byte of a foreign file is looked at by a shut-in child, never by this process.

A `Room` is a private folder and one channel to the warm process (`warm`), which forks a child for every job, shuts it
in (`jail`) and removes the folder when the room closes or its owner dies. Requests and answers are JSON files in the
folder, rows are Arrow files beside them; nothing is ever unpickled.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from landgis.exchange.reading.child import ANSWER, REQUEST
from landgis.exchange.reading.limits import Limits, limits_for
from landgis.exchange.reading.outcome import answered, ended, no_space, reader_lost
from landgis.exchange.reading.walls import require_walls
from landgis.exchange.reading.warm import MESSAGE_BYTES
from landgis.exchange.reading.warm_process import WarmProcess

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
            return answered(self.folder / ANSWER, source, limits)
        raise ended(exit_code, in_time, source, limits)

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
            raise reader_lost() from error

    def _hear(self) -> dict[str, Any]:
        return _hear(self._channel)


@contextlib.contextmanager
def open_room() -> Iterator[Room]:
    """Open a room; when the block ends, however it ends, its child is killed and its folder gone.

    Raises
    ------
    ExternalError
        If the room cannot be made, or a wall is missing and the office wants them all.
    """
    require_walls()
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


_WARM = WarmProcess()
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
        raise reader_lost()
    heard: dict[str, Any] = json.loads(message)
    return heard
