"""Backups of a private cluster: a whole copy while it works, and the log that leads on from there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import psycopg

from landgis.db import wal
from landgis.db.backup_folder import BackupFolder, claim, open_backups
from landgis.db.base_backup import BaseBackup, size_of, write_base
from landgis.db.cluster import PrivateCluster
from landgis.db.configuration import PORT, SUPERUSER
from landgis.db.connect import tables_of
from landgis.db.faults import translated
from landgis.db.folders import make_owned
from landgis.db.install import superuser
from landgis.db.kept_files import Copied, copy_originals
from landgis.db.programs import Step, run_tool
from landgis.db.wal import LogMark
from landgis.domain.disk import MB, naming_full_disk, require_room
from landgis.domain.program import VERSION
from landgis.errors import ContractBroken, NotFound, NotReady

_RESERVE_BYTES = 64 * MB


@dataclass(frozen=True)
class BackupMade:
    """What one run did.

    Attributes
    ----------
    backup
        The newest base backup; made by this run unless only the log was brought.
    mark
        How far the log reaches: any moment from the backup's end to there can be restored.
    pieces, log_bytes
        Pieces of log in the folder, and the bytes they take.
    originals
        Files as they came in.
    removed
        Names of backups that were superseded and removed.
    """

    folder: Path
    backup: BaseBackup
    mark: LogMark
    pieces: int
    log_bytes: int
    originals: Copied
    removed: tuple[str, ...]


def make_backup(cluster: PrivateCluster, folder: Path, *, keep: int, step: Step) -> BackupMade:
    """Copy a running cluster, verify the copy, bring log and originals, then remove what is superseded.

    Parameters
    ----------
    cluster
        The private cluster; people may go on working.
    folder
        Folder of backups, best on another disk.
    keep
        How many base backups remain, this one counted.

    Raises
    ------
    NotReady
        If the server is down, or was started by an edition that cannot keep its log.
    Conflict
        If the folder holds something else, or another backup is at work there.
    DiskFull, DatabaseError
        If there is no room; if a program of PostgreSQL fails. Nothing half made stays.
    """
    with _connected(cluster) as connection:
        wal.require_archiving(connection)
        place = claim(folder, _system(connection))
        require_room(folder, size_of(cluster.data) + _RESERVE_BYTES)
        make_owned(cluster.wal, cluster.owner())
        with place.locked() as lock, naming_full_disk(folder):
            _copy_cluster(cluster, connection, place, lock, step)
            mark = _bring_log(cluster, connection, place, step)
            originals = copy_originals(cluster.home / "originals", place.originals, step)
            removed = place.keep_newest(keep)
            newest = place.backups()[-1]
            wal.prune(cluster.wal, newest.first_piece)
    return _made(place, newest, mark, originals, removed)


def bring_log(cluster: PrivateCluster, folder: Path, *, step: Step) -> BackupMade:
    """Bring the log and new originals up to now, without another copy of the cluster: seconds, not minutes.

    Raises
    ------
    NotReady, NotFound
        If the server is down; if there is no backup in the folder to lead on from.
    Conflict
        If the log has a gap since the newest backup.
    """
    with _connected(cluster) as connection:
        open_backups(folder)
        place = claim(folder, _system(connection))
        if not place.backups():
            raise NotFound(
                "文件夹里没有完整的备份，日志无从接续",
                "There is no whole backup in the folder that a log could lead on from",
                where=str(folder),
                next_zh="请先运行 landgis db backup（不带 --log-only）",
                next_en="Run landgis db backup without --log-only first",
            )
        make_owned(cluster.wal, cluster.owner())
        with place.locked(), naming_full_disk(folder):
            mark = _bring_log(cluster, connection, place, step)
            originals = copy_originals(cluster.home / "originals", place.originals, step)
    return _made(place, place.backups()[-1], mark, originals, [])


def _copy_cluster(
    cluster: PrivateCluster,
    connection: psycopg.Connection[tuple[object, ...]],
    place: BackupFolder,
    lock: int,
    step: Step,
) -> None:
    programs = cluster.binaries()
    # As long as this session lasts the server holds back the log that the copy needs at its end.
    connection.execute("SELECT pg_create_physical_replication_slot(%s, true, true)", [f"landgis_{os.getpid()}"])
    started = _clock(connection)
    with place.draft(started) as draft:
        data = draft / "data"
        login = ("-h", cluster.host(), "-p", str(PORT), "-U", SUPERUSER, "-w")
        how = ("-X", "fetch", "-c", "fast", "-P", "--manifest-checksums=SHA256")
        hurry = () if cluster.durable else ("--no-sync",)
        run_tool(
            (programs.tool("pg_basebackup"), "-D", data, *login, *how, *hurry),
            where=place.folder,
            held=[lock],
            step=step,
        )
        ended = _clock(connection)
        step("核对 verifying")
        verify(programs.tool("pg_verifybackup"), data, step)
        revision = tables_of(cluster, role="landgis_owner") or ""
        write_base(
            draft,
            BaseBackup("", programs.major, VERSION, revision, started, ended, _first_piece(data), size_of(data)),
        )


def verify(program: Path, data: Path, step: Step) -> None:
    """Compare every file of a base backup with the checksums in its manifest, and read its log through."""
    run_tool((program, "-q", data), where=data, step=step)


def _bring_log(
    cluster: PrivateCluster, connection: psycopg.Connection[tuple[object, ...]], place: BackupFolder, step: Step
) -> LogMark:
    """Bring the log to now, and note how far it reaches."""
    mark = wal.mark(connection, cluster.wal, step)
    wal.bring(cluster.wal, place.wal, step)
    wal.require_unbroken(place.wal, place.backups()[-1].first_piece, mark.last)
    place.marked(mark)
    return mark


def _made(place: BackupFolder, backup: BaseBackup, mark: LogMark, originals: Copied, removed: list[str]) -> BackupMade:
    count = len(wal.pieces(place.wal))
    return BackupMade(place.folder, backup, mark, count, size_of(place.wal), originals, tuple(removed))


def _first_piece(data: Path) -> str:
    """Read, in the words of PostgreSQL's own label, where a base backup's log begins."""
    for line in (data / "backup_label").read_text(encoding="utf-8").splitlines():
        if line.startswith("START WAL LOCATION:"):
            return line.rpartition("file ")[2].rstrip(")")
    raise ContractBroken("备份标签里没有日志起点", "The backup's label names no start of log", where=str(data))


def _connected(cluster: PrivateCluster) -> psycopg.Connection[tuple[object, ...]]:
    if cluster.status().state != "running":
        _down(cluster)
    with translated():
        return superuser(cluster, "postgres")


def _down(cluster: PrivateCluster) -> NoReturn:
    raise NotReady(
        "数据库未启动，备份需要它在运行",
        "The database is down; a backup is made while it runs",
        where=str(cluster.data),
        next_zh="请运行 landgis db start",
        next_en="Run landgis db start",
    )


def _system(connection: psycopg.Connection[tuple[object, ...]]) -> str:
    row = connection.execute("SELECT system_identifier::text FROM pg_control_system()").fetchone()
    return str(row and row[0])


def _clock(connection: psycopg.Connection[tuple[object, ...]]) -> datetime:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    if row is None or not isinstance(row[0], datetime):
        raise ContractBroken("数据库没有报时", "The database did not tell the time")
    return row[0]
