"""Whole files or none: written beside the target, forced to disk, then renamed over it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a path to write to; when the block ends well it becomes ``target``, else nothing is left behind.

    Parameters
    ----------
    target
        File to make or replace; its folder is made if needed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".landgis-", dir=target.parent))
    draft = folder / target.name
    try:
        yield draft
        _force_to_disk(draft)
        draft.replace(target)
        _force_to_disk(target.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _force_to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
