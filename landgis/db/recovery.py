"""Laying out a copy of a cluster, and playing its log up to a chosen moment."""

from __future__ import annotations

import os
import pwd
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from landgis.db import wal
from landgis.db.backup import verify
from landgis.db.backup_folder import BackupFolder
from landgis.db.base_backup import BaseBackup
from landgis.db.binaries import find_binaries
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import open_database, tables_of
from landgis.db.faults import translated
from landgis.db.folders import make_folders, make_owned, make_passable
from landgis.db.install import superuser
from landgis.db.originals import kept_hashes
from landgis.db.programs import Step
from landgis.db.wal import LogMark
from landgis.errors import DatabaseError

_RECOVERY = """\
restore_command = 'test -f ../log/%f.gz && gzip -dc ../log/%f.gz > "%p"'
recovery_target_time = '{until}'
recovery_target_inclusive = on
recovery_target_action = 'promote'
recovery_target_timeline = 'current'
"""
_UNREACHED = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True)
class Recovered:
    """What a recovered cluster holds.

    Attributes
    ----------
    last_change
        When the last transaction inside was committed; None: none since the backup.
    revision
        Version of the tables; None when there are none.
    originals
        Content hashes of the originals that it names.
    """

    last_change: datetime | None
    revision: str | None
    originals: set[str]


def lay_out(scratch: PrivateCluster, place: BackupFolder, backup: BaseBackup, step: Step) -> None:
    """Copy base and log for the server's account, and compare the copy with its checksums.

    Raises
    ------
    DatabaseError
        If a file is not what the backup's manifest says.
    """
    owner = scratch.owner()
    make_passable(scratch.home)
    make_folders(scratch.folder, scratch.socket_dir, owner)
    log = scratch.folder / "log"
    make_owned(log, owner)
    step("复制备份 copying the backup")
    shutil.copytree(place.data_of(backup), scratch.data)
    for name in wal.pieces(place.wal):
        if name >= backup.first_piece and wal.timeline(name) == wal.timeline(backup.first_piece):
            shutil.copyfile(place.wal / f"{name}.gz", log / f"{name}.gz")
    step("核对 verifying")
    verify(find_binaries(scratch.pgbin, major=backup.postgresql).tool("pg_verifybackup"), scratch.data, step)
    (scratch.data / "recovery.signal").touch()
    _give(scratch.folder, owner)


def _give(folder: Path, owner: pwd.struct_passwd | None) -> None:
    if owner is None:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def recover(scratch: PrivateCluster, until: datetime, mark: LogMark, step: Step) -> Recovered:
    """Let the server play the log up to a moment, ask it what it then holds, and stop it.

    Parameters
    ----------
    scratch
        Cluster laid out by `lay_out`.
    until
        The moment, its own commits included.
    mark
        How far the log is said to reach, for the message when it does not.

    Raises
    ------
    DatabaseError
        If the log breaks off before the moment, or the server does not start.
    """
    step("重放日志 replaying the log")
    try:
        scratch.start(_RECOVERY.format(until=until.isoformat()))
        _wait_until_done(scratch, step)
    except DatabaseError as error:
        if _UNREACHED in _said(scratch):
            raise _log_damaged(until, mark) from error
        raise
    with superuser(scratch, "postgres") as connection:
        row = connection.execute("SELECT pg_last_xact_replay_timestamp()").fetchone()
    last = row[0] if row is not None and isinstance(row[0], datetime) else None
    revision = tables_of(scratch, role="landgis_owner")
    originals = set[str]()
    if revision is not None:
        originals = kept_hashes(open_database(scratch, role="landgis_owner", check=False, pooled=False))
    scratch.stop()
    return Recovered(last, revision, originals)


def _wait_until_done(scratch: PrivateCluster, step: Step) -> None:
    """Wait as long as the server lives: a long log takes its time."""
    with translated(), superuser(scratch, "postgres") as connection:
        query = "SELECT pg_is_in_recovery(), pg_last_xact_replay_timestamp()::text"
        while (row := connection.execute(query).fetchone()) is not None and row[0]:
            step(f"重放日志 replaying the log {row[1] or ''}")
            time.sleep(0.1)


def _said(scratch: PrivateCluster) -> str:
    return scratch.log.read_text(encoding="utf-8", errors="replace") if scratch.log.exists() else ""


def _log_damaged(until: datetime, mark: LogMark) -> DatabaseError:
    return DatabaseError(
        f"日志在 {until:%F %T} 之前中断：备份中的日志已损坏，未作恢复",
        f"The log breaks off before {until:%F %T}: it is damaged in the backup; nothing was restored",
        where=mark.last,
        next_zh="请用 --to 选择更早的时刻，或换用另一份备份",
        next_en="Choose an earlier moment with --to, or another backup",
    )
