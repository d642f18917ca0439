"""What no delivery may reach: a listener on the loopback, and a secret beside the delivery."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.badinput.build import degree_square, geojson
from tests.badinput.case import CANARY, Trap


@dataclass
class Wire:
    """A server that answers nobody and remembers that somebody came."""

    port: int
    calls: list[str] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Wire]:
    """Listen for whoever follows an address out of a file."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    going, wire = threading.Event(), Wire(server.getsockname()[1])
    going.set()

    def listen() -> None:
        while going.is_set():
            try:
                caller, address = server.accept()
            except TimeoutError:
                continue
            wire.calls.append(str(address))
            caller.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        going.clear()
        thread.join()
        server.close()


def set_trap(folder: Path, wire: Wire) -> Trap:
    """Plant the secret in a folder and name the listener's address."""
    secret = geojson(folder / "secret.geojson", [degree_square()], [{"ZJDBM": CANARY}])
    return Trap(secret, f"http://127.0.0.1:{wire.port}")
