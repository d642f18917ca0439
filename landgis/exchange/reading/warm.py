"""The warm process: has the reading libraries loaded, and forks one shut-in child per job (about 10 ms, not a second).

It is started by `confine` as a plain subprocess with an empty environment, holds one channel per room, and is the one
that cleans up: when a channel closes, for whatever reason, the room's child is killed and its folder removed. So also
a reader killed in the middle leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
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
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from landgis.errors import LandgisError
from landgis.exchange.reading.jail import Limits, enter, prepare

PREFIX = "landgis-read-"
REQUEST, ANSWER = "request.json", "answer.json"
MESSAGE_BYTES = 1 << 16
_HELD = ".held"
_OLD_SECONDS = 3_600
_PR_SET_PDEATHSIG = 1
_LOADED = (
    "landgis.exchange.reading.jobs",
    "landgis.exchange.reading.geopackage",
    "landgis.exchange.reading.shapefile_rows",
    "landgis.exchange.reading.geojson",
)
_ALLOWED_DRIVERS = {"GPKG", "ESRI Shapefile", "OpenFileGDB", "GeoJSON", "FlatGeobuf", "LIBKML"}


def close_environment() -> None:
    """Take every driver but ours out of GDAL. It reads that list when it is loaded, so this program starts afresh.

    The drivers are asked for, not listed here: one that a later version brings is closed as well.
    """
    sys.modules["geopandas"] = None  # type: ignore[assignment]  # pyogrio would load it, and nothing here needs it
    import pyogrio  # deferred: it reads the environment set below

    del sys.modules["geopandas"]
    others = sorted(set(pyogrio.list_drivers()) - _ALLOWED_DRIVERS)
    if others:
        os.environ["OGR_SKIP"] = ",".join(others)
        os.execv(sys.executable, sys.orig_argv)


def warm_up() -> None:
    """Have the libraries look up our coordinate systems once, so that not every child opens their tables anew."""
    import pyogrio  # deferred, as above
    from pyproj import CRS

    from landgis.crs import SURVEY_CODES

    for code in SURVEY_CODES:
        CRS.from_epsg(code)
        crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
        pyogrio.read_info(json.dumps({"type": "FeatureCollection", "crs": crs, "features": []}).encode())


def main(control: int) -> None:
    """Run the warm process on an open socket."""
    close_environment()
    prepare()
    for name in _LOADED:
        importlib.import_module(name)
    warm_up()
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
            _work(room.folder, order["job"], Limits(**order["limits"]))

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


def _work(folder: Path, job: str, limits: Limits) -> None:
    """Do one job in the child and end it, whatever happens."""
    status = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _settle_in(folder)
        function = _resolve(job)
        request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
        enter(folder, limits)
        answer = _answer(function, request, folder)
        text = json.dumps(answer)
        if "answer" not in answer:  # an error may quote a path that means nothing to a reader
            text = text.replace(f"{folder}/delivered/", "").replace(f"{folder}/", "")
        (folder / ANSWER).write_text(text, encoding="utf-8")
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _settle_in(folder: Path) -> None:
    """Write what libraries print into the room, and take every temporary file there."""
    os.setsid()
    for signal_number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    said = os.open(folder / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, number in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(source, number)
    os.environ["TMPDIR"] = os.environ["CPL_TMPDIR"] = os.environ["HOME"] = str(folder)
    tempfile.tempdir = str(folder)


Job = Callable[[dict[str, Any], Path], dict[str, Any]]


def _resolve(job: str) -> Job:
    module, _, name = job.partition(":")
    function: Job = getattr(importlib.import_module(module), name)
    return function


def _answer(function: Job, request: dict[str, Any], folder: Path) -> dict[str, Any]:
    try:
        return {"answer": function(request, folder)}
    except LandgisError as error:
        return {"error": error.as_dict()}
    except MemoryError:
        return {"failed": "memory"}
    except OSError as error:
        return {"failed": "system", "errno": error.errno, "told": str(error.strerror or error)}
    except Exception as error:
        traceback.print_exc()
        return {"failed": "crash", "told": f"{type(error).__name__}: {error}"}
