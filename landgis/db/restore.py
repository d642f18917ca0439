"""Restoring a private cluster from its backups, as it was at a chosen moment.

The cluster is made whole in a folder of its own (``<home>/restoring``), brought to the moment there, and only then
given its place. An interrupted restore leaves the home as it was.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from landgis.db import wal
from landgis.db.backup_folder import open_backups
from landgis.db.base_backup import BaseBackup, size_of
from landgis.db.binaries import find_binaries
from landgis.db.cluster import PrivateCluster
from landgis.db.folders import make_passable
from landgis.db.kept_files import Copied, copy_originals
from landgis.db.processes import server_pid
from landgis.db.programs import Step
from landgis.db.recovery import lay_out, recover
from landgis.domain.disk import MB, naming_full_disk, require_room
from landgis.errors import Conflict

_RESERVE_BYTES = 64 * MB


@dataclass(frozen=True)
class Restored:
    """What a restore came to.

    Attributes
    ----------
    home
        Where the cluster stands now, stopped.
    backup, until
        What it was made from, and the moment it is in.
    last_change
        When the last transaction inside was committed; None: none since the backup.
    revision
        Version of the tables inside; None when there are none.
    originals
        Files that came with it.
    missing
        Hashes of originals that the database names and the backup does not hold.
    set_aside
        Where the cluster that stood there before is now.
    """

    home: Path
    backup: BaseBackup
    until: datetime
    last_change: datetime | None
    revision: str | None
    originals: Copied
    missing: tuple[str, ...]
    set_aside: Path | None


def restore(
    target: PrivateCluster, folder: Path, until: datetime | None = None, *, over: bool = False, step: Step
) -> Restored:
    """Bring a cluster back from a folder of backups.

    Parameters
    ----------
    target
        The cluster to make. Where one stands already nothing happens unless ``over`` is set.
    folder
        Folder of backups.
    until
        Moment to bring it to, with its zone, that moment's own commits included; None: as far as the log is known to be whole.
    over
        Take the place of a cluster that stands there: it is stopped and set aside, never removed.

    Raises
    ------
    NotFound
        If the folder holds no backups, or none for that moment.
    Conflict
        If a cluster stands there, another restore is at work, or the log has a gap.
    ToolMissing
        If the programs of the backup's PostgreSQL are not on this machine.
    DiskFull, DatabaseError
        If there is no room; if backup or log are damaged. The home is as it was.
    """
    place = open_backups(folder)
    backup, mark = place.base_for(until)
    if not over:
        _require_free(target)
    find_binaries(target.pgbin, major=backup.postgresql)
    wal.require_unbroken(place.wal, backup.first_piece, mark.last)
    make_passable(target.home)
    require_room(target.home, backup.byte_size + size_of(place.wal) + _RESERVE_BYTES)
    with _scratch(target) as scratch, naming_full_disk(target.home):
        lay_out(scratch, place, backup, step)
        facts = recover(scratch, until or mark.until, mark, step)
        originals = copy_originals(place.originals, target.home / "originals", step)
        missing = sorted(facts.originals - {path.name for path in (target.home / "originals").glob("*")})
        set_aside = _move_in(scratch, target)
    return Restored(
        target.home,
        backup,
        until or mark.until,
        facts.last_change,
        facts.revision,
        originals,
        tuple(missing),
        set_aside,
    )


def _require_free(target: PrivateCluster) -> None:
    if target.status().state != "absent":
        raise Conflict(
            f"{target.home} 里已有数据库，不会覆盖",
            f"{target.home} holds a database already; it is left alone",
            where=str(target.data),
            next_zh="请用 --home 指明新的文件夹；确要取代它请加 --replace（原数据库会停止并移到一旁，不删除）",
            next_en="Name a new folder with --home; to take its place add --replace (it is stopped and set aside, "
            "not removed)",
        )


@contextmanager
def _scratch(target: PrivateCluster) -> Iterator[PrivateCluster]:
    """Give a cluster to work on beside the target; what is left of it at the end, or of an earlier one, goes."""
    home = target.home / "restoring"
    with (target.home / "restore.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                "这里正在进行另一次恢复", "Another restore is at work here", where=str(target.home)
            ) from error
        socket = Path(tempfile.mkdtemp(prefix="landgis-r-"))
        socket.chmod(0o755)
        scratch = replace(target, home=home, socket_dir=socket / "s")
        try:
            _clear(scratch)
            yield scratch
        finally:
            _clear(scratch)
            shutil.rmtree(socket)


def _clear(scratch: PrivateCluster) -> None:
    if server_pid(scratch.data) is not None:
        scratch.stop()
    shutil.rmtree(scratch.home, ignore_errors=True)


def _move_in(scratch: PrivateCluster, target: PrivateCluster) -> Path | None:
    """Give the restored cluster its place; one that stood there is stopped first and set aside."""
    shutil.rmtree(scratch.folder / "log")
    if target.status().state == "running":
        target.stop()
    with target.locked():
        aside = None
        if server_pid(target.data) is not None:
            raise Conflict(
                "原数据库又被启动，未作替换",
                "The database was started again; nothing was replaced",
                where=str(target.data),
            )
        if target.folder.exists():
            aside = target.home / f"cluster-before-{time.strftime('%Y%m%d-%H%M%S')}"
            target.folder.rename(aside)
        scratch.folder.rename(target.folder)
        return aside
