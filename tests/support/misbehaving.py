"""Jobs that try what a crafted file might make a reader do."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pyogrio


def allocate(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Take far more memory than allowed."""
    blocks = [bytearray(64 * 1024**2) for _ in range(1_000)]
    return {"blocks": len(blocks)}


def sleep(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Do nothing for an hour."""
    time.sleep(3_600)
    return {}


def spin(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Never end."""
    while True:
        pass


def die(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Crash the interpreter."""
    os.abort()


def write_much(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Fill the disk."""
    with (folder / "much").open("wb") as file:
        for _ in range(10_000):
            file.write(bytes(1024**2))
    return {}


def attempts(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Try every way out of the room, and say which of them worked."""
    outside = Path(request["outside"])
    tried = {
        "read": lambda: (outside / "secret.txt").read_text(),
        "passwords": lambda: Path("/etc/passwd").read_text(),
        "write": lambda: (outside / "planted.txt").write_text("x"),
        "overwrite": lambda: (outside / "secret.txt").write_text("x"),
        "remove": lambda: (outside / "secret.txt").unlink(),
        "list": lambda: next(outside.iterdir()),
        "internet": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "local_socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "program": lambda: subprocess.run(["/bin/true"], check=True),
        "fork": os.fork,
        "virtual": lambda: pyogrio.raw.read(_virtual(folder, outside)),
        "network_driver": lambda: pyogrio.raw.read("/vsicurl/http://127.0.0.1:9/a.geojson"),
        "environment": lambda: os.environ["LANDGIS_TEST_SECRET"],
    }
    return {name: _outcome(way) for name, way in tried.items()}


def _virtual(folder: Path, outside: Path) -> Path:
    path = folder / "a.vrt"
    path.write_text(
        f"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{outside}/other.geojson</SrcDataSource>"
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    return path


def _outcome(way: Any) -> str:
    try:
        way()
    except Exception as error:
        return type(error).__name__
    return "worked"


def told(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Answer what was asked."""
    return {"heard": request["say"], "folder": folder.name}
