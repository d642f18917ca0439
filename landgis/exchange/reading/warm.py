"""The warm process: has the reading libraries loaded, and forks one shut-in child per job (about 10 ms, not a second).

It is started by `confine` as a plain subprocess with an empty environment, holds one channel per room, and is the one
that cleans up: when a channel closes, for whatever reason, the room's child is killed and its folder removed. So also
a reader killed in the middle leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from landgis.exchange.reading.child import work
from landgis.exchange.reading.jail import prepare
from landgis.exchange.reading.libraries import close_environment, warm_up
from landgis.exchange.reading.limits import Limits

PREFIX = "landgis-read-"
MESSAGE_BYTES = 1 << 16
_HELD = ".held"
_OLD_SECONDS = 3_600


def main(control: int) -> None:
    """Run the warm process on an open socket."""
    close_environment()
    prepare()
    warm_up()
    gc.freeze()  # a child that collects garbage would otherwise copy every page of ours
    serve(socket.socket(fileno=control))


def serve(control: socket.socket) -> None:
    """Open rooms and run jobs until the last owner of ``control`` is gone."""
    _Warm(control).serve()


class _Room:
    """One channel, its folder and the child at work in it."""

    def __init__(self, channel: socket.socket, under: Path) -> None:
        self.channel = channel
        self.child = 0
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=under))
        self.held = os.open(self.folder / _HELD, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self.held, fcntl.LOCK_EX)

    def say(self, **message: Any) -> None:
        with contextlib.suppress(OSError):  # an owner that is gone hears nothing
            self.channel.send(json.dumps(message).encode())

    def leave(self) -> None:
        """Let go of everything in a child that has just been forked."""
        self.channel.close()
        os.close(self.held)

    def kill(self) -> None:
        if self.child:
            os.kill(self.child, signal.SIGKILL)

    def clear(self) -> None:
        self.kill()
        if self.child:
            os.waitpid(self.child, 0)
            self.child = 0
        shutil.rmtree(self.folder, ignore_errors=True)
        self.leave()


class _Warm:
    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.rooms: dict[int, _Room] = {}
        self.selector = selectors.DefaultSelector()
        self.swept: set[Path] = set()
        self.wake, self.ring = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def serve(self) -> None:
        signal.set_wakeup_fd(self.ring)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        self.selector.register(self.control, selectors.EVENT_READ, self._new_room)
        self.selector.register(self.wake, selectors.EVENT_READ, self._reap)
        try:
            while True:
                for key, _ in self.selector.select():
                    key.data()
        finally:
            for room in list(self.rooms.values()):
                room.clear()

    def _new_room(self) -> None:
        message, handles, _, _ = socket.recv_fds(self.control, MESSAGE_BYTES, 1)
        if not message:
            sys.exit(0)
        channel = socket.socket(fileno=handles[0])
        under = Path(json.loads(message)["under"])
        self._sweep(under)
        try:
            room = _Room(channel, under)
        except OSError as error:
            channel.send(json.dumps({"failed": error.strerror}).encode())
            channel.close()
            return
        self.rooms[channel.fileno()] = room
        self.selector.register(channel, selectors.EVENT_READ, lambda: self._hear(room))
        room.say(folder=str(room.folder))

    def _hear(self, room: _Room) -> None:
        try:
            message = room.channel.recv(MESSAGE_BYTES)
        except OSError:
            message = b""
        if not message:
            self.selector.unregister(room.channel)
            del self.rooms[room.channel.fileno()]
            room.clear()
            return
        order = json.loads(message)
        if order["do"] == "stop":
            room.kill()
            return
        if order["needs"]:
            importlib.import_module(order["needs"])
        room.child = os.fork()
        if room.child == 0:
            self._leave()
            work(room.folder, order["job"], Limits(**order["limits"]))

    def _leave(self) -> None:
        """Close our own handles, and no others: a library finds its own still open after a fork, and counts on it."""
        signal.set_wakeup_fd(-1)
        self.selector.close()
        self.control.close()
        os.close(self.wake)
        os.close(self.ring)
        for room in self.rooms.values():
            room.leave()

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self.wake, MESSAGE_BYTES)
        for room in self.rooms.values():
            if room.child:
                found, status = os.waitpid(room.child, os.WNOHANG)
                if found:
                    room.child = 0
                    room.say(exit=os.waitstatus_to_exitcode(status))

    def _sweep(self, under: Path) -> None:
        """Remove rooms whose process died with its owner: nobody holds their lock any more."""
        if under in self.swept:
            return
        self.swept.add(under)
        for folder in under.glob(f"{PREFIX}*"):
            with contextlib.suppress(OSError):
                if _is_abandoned(folder):
                    shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    held = folder / _HELD
    if not held.exists():
        return time.time() - folder.stat().st_mtime > _OLD_SECONDS
    handle = os.open(held, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
