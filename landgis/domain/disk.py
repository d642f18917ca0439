"""Room on a disk: which disk a folder is on, saying so when it is full, and drafts that never outlive their program."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from landgis.errors import DiskFull, ExternalError, FileUnreadable, LandgisError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_CROWDED_BYTES = 1 << 20
_DRAFT = ".landgis-"
MB = 1 << 20


def full_disk(place: Path) -> DiskFull:
    """Return the error for a place where nothing more can be written, naming its disk and what is left of it."""
    disk, free = _disk_of(place)
    return DiskFull(
        f"磁盘已满：{disk}（剩余 {free / MB:.1f} MB），没有写完的已清除",
        f"The disk is full: {disk} ({free / MB:.1f} MB left); what was half written has been removed",
        where=str(place),
        next_zh=f"请在 {disk} 上腾出空间，或改用另一个磁盘，然后重新运行",
        next_en=f"Make room on {disk} or use another disk, then run it again",
    )


def require_room(place: Path, wanted_bytes: int) -> None:
    """Raise ``DiskFull`` unless the disk of a place has room for so many bytes."""
    disk, free = _disk_of(place)
    if free < wanted_bytes:
        raise DiskFull(
            f"磁盘空间不足：{disk} 需要 {wanted_bytes / MB:.0f} MB，只剩 {free / MB:.0f} MB，没有保存任何内容",
            f"Not enough room: {disk} needs {wanted_bytes / MB:.0f} MB and has {free / MB:.0f} MB; nothing was stored",
            where=str(place),
            next_zh=f"请在 {disk} 上腾出空间，或改用另一个磁盘",
            next_en=f"Make room on {disk}, or use another disk",
        )


@contextmanager
def naming_full_disk(place: Path) -> Iterator[None]:
    """Turn what a library says of a full disk into ``DiskFull``.

    Some libraries lose the system's reason on the way up: then a disk without room left counts as the reason.
    """
    try:
        yield
    except DiskFull:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            raise full_disk(Path(error.filename or place)) from error
        if not _says_why(error) and _disk_of(place)[1] < _CROWDED_BYTES:
            raise full_disk(place) from error
        raise


def _says_why(error: Exception) -> bool:
    """Whether an error has a reason of its own, so that a crowded disk beside it means nothing."""
    if isinstance(error, LandgisError):
        return not isinstance(error, FileUnreadable | ExternalError)
    return isinstance(error, OSError) and error.errno is not None


def force_to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, stand on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def draft_folder(parent: Path) -> Iterator[Path]:
    """Give a folder of one's own inside another, on the same disk; it goes when the block ends, however it ends.

    What a killed program left in that place goes with the next one.

    Raises
    ------
    DiskFull
        If the block runs out of room there.
    """
    with naming_full_disk(parent):
        parent.mkdir(parents=True, exist_ok=True)
        folder, lock = _locked_folder(parent)
    try:
        with naming_full_disk(parent):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _locked_folder(parent: Path) -> tuple[Path, int]:
    """Make and lock a folder; one whose lock is gone belonged to a program that was killed."""
    gate = os.open(parent, os.O_RDONLY)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)  # nobody looks at a folder between its being made and its being locked
        for left in parent.glob(f"{_DRAFT}*/"):
            with suppress(OSError):  # at work, or another account's
                os.close(_locked(left))
                shutil.rmtree(left)
        folder = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=parent))
        return folder, _locked(folder)
    finally:
        os.close(gate)


def _locked(folder: Path) -> int:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _disk_of(place: Path) -> tuple[Path, int]:
    """Return the mount point that a place, existing or not, is under, and the bytes free for this account."""
    standing = next(step for step in (place.absolute(), *place.absolute().parents) if step.exists())
    mount = next(step for step in (standing, *standing.parents) if step.is_mount())
    return mount, shutil.disk_usage(standing).free
