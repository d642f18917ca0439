"""The compiled part of the kernel: numba, without fast-math, outside the interpreter's lock.

Machine code is kept beside the source, under a name made from all files of this package: numba itself looks only at
the file of one function and would not notice that a function which it calls has changed. ``make setup`` fills it
(`landgis.overlay.warm`); where the package cannot be written to, a folder of the user's is taken.
"""

from __future__ import annotations

import hashlib
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import numba

_HERE = Path(__file__).resolve().parent
_PARTS = ("window", "pair", "region", "search", "ground", "distance", "measuring")


def cache_folder() -> Path:
    """Return the folder for the machine code of exactly this source."""
    digest = hashlib.sha256()
    for source in (*sorted(_HERE.glob("*.py")), _HERE.parent / "polygons.py", _HERE.parent / "tree.py"):
        digest.update(source.read_bytes())
    name = f"kernel-{digest.hexdigest()[:16]}"
    if os.access(_HERE, os.W_OK):
        return _HERE / "__pycache__" / name
    users = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return users / "landgis" / name


def _load() -> None:
    """Import the parts while numba's cache points to the folder."""
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(cache_folder())
    try:
        for part in _PARTS:
            import_module(f"{__name__}.{part}")
    finally:
        config.CACHE_DIR = before


_load()
