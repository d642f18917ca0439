"""Whole files or none: written beside the target, forced to disk, then renamed over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landgis.domain.disk import draft_folder


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a path to write to; when the block ends well it becomes ``target``, else nothing is left behind.

    Parameters
    ----------
    target
        File to make or replace; its folder is made if needed.

    Raises
    ------
    DiskFull
        If there is no room for it, whatever the library that writes makes of that.
    """
    with draft_folder(target.parent) as folder:
        draft = folder / target.name
        yield draft
        _force_to_disk(draft)
        draft.replace(target)
        _force_to_disk(target.parent)


def _force_to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
