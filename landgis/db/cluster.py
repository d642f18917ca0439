"""The private cluster: a PostgreSQL server of this installation alone, on a Unix socket, without passwords.

Folder ``<home>/cluster`` belongs to the server's account and holds ``data``, ``postgres.log`` and a marker that says
the folder is ours. Everything here may be interrupted at any moment and run again.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from landgis.db.binaries import Binaries, find_binaries
from landgis.db.configuration import READING_ONLY, SUPERUSER, clear_stale_files, configure, is_for_reading_only
from landgis.db.folders import foreign_account, make_folders, make_passable, require_account, require_ours
from landgis.db.processes import end_orphans, server_pid, settled_server
from landgis.db.programs import ENVIRONMENT
from landgis.db.reserve import settle_reserve
from landgis.errors import DatabaseError

_INITDB = ("-E", "UTF8", "--locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject", "--no-instructions")
_WAIT = ("-w", "-t")
_START_S, _STOP_S = "120", "60"


@dataclass(frozen=True)
class ClusterStatus:
    """What is the case with a private cluster.

    Attributes
    ----------
    state
        ``absent`` (no data folder yet), ``stopped`` or ``running``.
    pid
        Process of the server, if it runs.
    data, socket_dir
        Folders.
    major
        PostgreSQL major version of the data folder; None when absent.
    """

    state: Literal["absent", "stopped", "running"]
    pid: int | None
    data: Path
    socket_dir: Path
    major: int | None


@dataclass(frozen=True)
class PrivateCluster:
    """The cluster in a home folder.

    Parameters
    ----------
    home
        Folder of the installation (``LANDGIS_HOME``); any length, any script.
    socket_dir
        Short folder for the socket, made by ``start``; a running server's own folder wins over it.
    account
        Account that runs the server when this process is root; None: the account of this process.
    pgbin
        Folder of PostgreSQL's programs; None: look for them.
    durable
        False only in tests: no fsync.
    """

    home: Path
    socket_dir: Path
    account: str | None = None
    pgbin: Path | None = None
    durable: bool = True

    @property
    def folder(self) -> Path:
        """Folder that the server's account owns."""
        return self.home / "cluster"

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "postgres.log"

    @property
    def wal(self) -> Path:
        """Write-ahead log kept since the first backup; until then there is no such folder."""
        return self.folder / "wal"

    def status(self) -> ClusterStatus:
        """Tell whether the server runs, without changing anything."""
        require_account(self.folder)
        if not (self.data / "PG_VERSION").exists():
            return ClusterStatus("absent", None, self.data, self.socket_dir, None)
        pid = server_pid(self.data)
        return ClusterStatus("running" if pid else "stopped", pid, self.data, self.host(), self._major())

    def start(self, further: str = "") -> ClusterStatus:
        """Make the data folder if there is none, start the server if it is down, and wait until it answers.

        Safe to call from several processes at once, and after ``kill -9`` of the server or of an earlier start.

        Parameters
        ----------
        further
            More lines of settings, for this start alone.

        Raises
        ------
        ToolMissing
            If PostgreSQL is not installed, or not in the version of the data folder.
        Conflict
            If the folder is not ours, or belongs to another account.
        DatabaseError
            If the server does not start; the end of its log is in the message.
        """
        with self.locked():
            require_ours(self.folder)
            binaries = self.binaries()
            if settled_server(self.data) is not None:
                self._follow_the_disk(binaries)
                return self.status()
            end_orphans(self.data)
            make_folders(self.folder, self.socket_dir, self.owner())
            if not self.data.exists():
                self._initdb(binaries)
            self._configure(self.socket_dir, settle_reserve(self.folder), further)
            clear_stale_files(self.data, self.socket_dir)
            self._run("启动", "start", binaries.pg_ctl, *_WAIT, _START_S, "-D", self.data, "-l", self.log, "start")
        return self.status()

    def stop(self) -> ClusterStatus:
        """Stop the server if it runs, ending open connections, and wait until it is down."""
        if not self.folder.exists():
            return self.status()
        with self.locked():
            require_ours(self.folder)
            if settled_server(self.data) is not None:
                self._stop_now()
        return self.status()

    def _stop_now(self) -> None:
        try:
            self._run("停止", "stop", self.binaries().pg_ctl, *_WAIT, _STOP_S, "-D", self.data, "-m", "fast", "stop")
        except DatabaseError:
            # A server that goes by itself between the look and the word has stopped as well.
            if settled_server(self.data) is not None:
                raise

    def binaries(self) -> Binaries:
        """Find the programs of the data folder's version, or the first ones found when there is no data folder.

        Raises
        ------
        ToolMissing
            If they are not on this machine.
        """
        return find_binaries(self.pgbin, major=self._major())

    def owner(self) -> pwd.struct_passwd | None:
        """Return the account that runs the server when that is not the account of this process."""
        if os.geteuid() != 0:
            return None
        if self.data.exists():
            return pwd.getpwuid(self.data.stat().st_uid)
        return pwd.getpwnam(self.account or "postgres")

    def host(self) -> Path:
        """Return the folder to name as host when connecting.

        A running server's pid file names it: the process that started it may have chosen another one.
        """
        pid_file = self.data / "postmaster.pid"
        if server_pid(self.data) is None or not pid_file.exists():
            return self.socket_dir
        lines = pid_file.read_text(encoding="utf-8").splitlines()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else self.socket_dir

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process at a time look after this cluster."""
        try:
            make_passable(self.home)
            with (self.home / "cluster.lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except PermissionError as error:
            raise foreign_account(Path(error.filename or self.home)) from error

    def _follow_the_disk(self, binaries: Binaries) -> None:
        """Let a running server be written to, or only read, as its disk now has room or has none."""
        writable = settle_reserve(self.folder)
        if writable == is_for_reading_only(self.data):
            self._reload(binaries, writable)

    def renew(self) -> None:
        """Give a running server the settings of this program: a newer one may know more roles."""
        with self.locked():
            self._reload(self.binaries(), settle_reserve(self.folder))

    def _reload(self, binaries: Binaries, writable: bool) -> None:
        self._configure(self.host(), writable)
        self._run("调整", "reload", binaries.pg_ctl, "-D", self.data, "reload")

    def _configure(self, socket_dir: Path, writable: bool, further: str = "") -> None:
        accounts = {"root", pwd.getpwuid(self.data.stat().st_uid).pw_name}
        mode = "" if writable else READING_ONLY
        configure(self.data, socket_dir, accounts, durable=self.durable, further=mode + further)

    def _initdb(self, binaries: Binaries) -> None:
        """Make the data folder under another name first: half a folder never looks like a whole one."""
        draft = self.folder / "data.new"
        if draft.exists():
            shutil.rmtree(draft)
        hurry = () if self.durable else ("--no-sync",)
        self._run("建立", "initdb", binaries.initdb, *_INITDB, *hurry, "-U", SUPERUSER, "-D", draft)
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("\ninclude = 'landgis.conf'\n")
        draft.rename(self.data)

    def _run(self, zh: str, en: str, *command: str | Path) -> None:
        """Run a program of PostgreSQL as the server's account; what it says is in the error."""
        owner = self.owner()
        as_whom: dict[str, Any] = {}
        if owner is not None:
            groups = os.getgrouplist(owner.pw_name, owner.pw_gid)
            as_whom = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": groups}
        with (self.folder / "command.log").open("w+", encoding="utf-8") as output:
            done = subprocess.run(
                command, cwd="/", env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **as_whom
            )
            output.seek(0)
            said = output.read().strip()
        if done.returncode != 0:
            log = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
            tail = "\n".join([said, *log.splitlines()[-8:]]).strip()
            raise DatabaseError(
                f"数据库未能{zh}：{tail}",
                f"The database did not {en}: {tail}",
                where=str(self.folder),
                next_zh=f"请查看 {self.log}",
                next_en=f"See {self.log}",
            )

    def _major(self) -> int | None:
        version = self.data / "PG_VERSION"
        return int(version.read_text(encoding="utf-8").strip()) if version.exists() else None
