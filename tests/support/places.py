"""Temporary folders that a server's account may pass through (pytest's own are for their owner alone)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def passable_folder(name: str) -> Iterator[Path]:
    """Make a folder that every account may enter, and remove it in the end."""
    place = Path(tempfile.mkdtemp(prefix="landgis-"))
    place.chmod(0o755)
    folder = place / name
    folder.mkdir(mode=0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(place)
