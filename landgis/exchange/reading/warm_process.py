"""The one warm process of this process, as its owner sees it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

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


class WarmProcess:
    """The one warm process of this process, started when first needed, again after it died or this one forked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def hand_over(self, channel: socket.socket) -> None:
        """Give the warm process its end of a new room's channel."""
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
        """End the warm process, and wait for it."""
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
