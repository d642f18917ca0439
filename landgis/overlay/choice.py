"""Which kernel measures: the compiled one where it is there, the plain one where it is asked for or must serve."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from functools import cache
from pathlib import Path

import numpy as np
import pyproj
import shapely

from landgis.errors import UsageError

COMPILED, PLAIN = "compiled", "plain"
VARIABLE = "LANDGIS_KERNEL"


def which(kernel: str | None = None) -> str:
    """Name the kernel that measures: the one asked for, else ``LANDGIS_KERNEL``, else compiled where numba is there.

    Raises
    ------
    UsageError
        For another name.
    """
    name = kernel or os.environ.get(VARIABLE) or (COMPILED if importlib.util.find_spec("numba") else PLAIN)
    if name not in (COMPILED, PLAIN):
        raise UsageError(
            f"没有名为“{name}”的量算内核",
            f"There is no kernel named {name}",
            next_zh=f"请用 {COMPILED} 或 {PLAIN}（环境变量 {VARIABLE}）",
            next_en=f"Use {COMPILED} or {PLAIN} (environment variable {VARIABLE})",
        )
    return name


def identity(kernel: str | None = None) -> str:
    """Name a kernel so that equal names mean equal bits: its source and the libraries that it stands on are in it."""
    return f"{which(kernel)}-{_source_digest()}"


@cache
def _source_digest() -> str:
    digest = hashlib.sha256(f"{shapely.geos_version_string} {pyproj.proj_version_str} {np.__version__}".encode())
    room = Path(__file__).parent
    for source in (*sorted(room.rglob("*.py")), room.parent / "area.py"):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
