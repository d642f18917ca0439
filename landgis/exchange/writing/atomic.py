"""Whole files or none: written beside the target, forced to disk, then renamed over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landgis.domain.disk import draft_folder, force_to_disk


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
        force_to_disk(draft)
        draft.replace(target)
        force_to_disk(target.parent)
