"""The private server's own configuration files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

PORT = 5432
"""Only names the socket: there is no TCP."""
SUPERUSER = "landgis"
ZONE = ZoneInfo("Asia/Shanghai")
"""Clock of the server, and of every moment a person names without a zone."""
READING_ONLY = "default_transaction_read_only = on\n"
"""Setting of a server whose disk has no room left."""
ROLES = (SUPERUSER, "landgis_owner", "landgis_app", "landgis_desk", "landgis_read")
_SETTINGS = """\
# 由 landgis 写成，启动时重写；请勿手改。 Written by landgis at every start: do not edit.
listen_addresses = ''
unix_socket_directories = '"{socket}"'
port = {port}
shared_buffers = 256MB
max_wal_size = 4GB
jit = off
timezone = 'Asia/Shanghai'
client_connection_check_interval = 5s
archive_mode = on
archive_timeout = 5min
archive_command = '{keep_log}'
"""
_KEEP_LOG = (
    'test ! -d ../wal || { gzip -1 -n -c "%p" > ../wal/.draft && sync ../wal/.draft'
    ' && mv ../wal/.draft "../wal/%f.gz" && sync ../wal; }'
)
"""Runs in the data folder. The log is kept once there is a backup that it continues: then the folder is there.
Whole under its name or not there at all; the same piece twice is the same bytes, so a repetition does no harm."""
_NOT_DURABLE = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"


def configure(data: Path, socket_dir: Path, accounts: Iterable[str], *, durable: bool, further: str = "") -> None:
    """Write settings and authentication.

    No TCP and no passwords: the kernel tells who is at the other end of the socket (peer), and only the accounts
    named may take one of the roles.

    Parameters
    ----------
    further
        More lines of settings, until they are written again.
    """
    socket = str(socket_dir).replace("'", "''")
    settings = _SETTINGS.format(socket=socket, port=PORT, keep_log=_KEEP_LOG) + ("" if durable else _NOT_DURABLE)
    _settings_of(data).write_text(settings + further, encoding="utf-8")
    rules = (f"local {databases} all peer map=landgis\n" for databases in ("all", "replication"))
    (data / "pg_hba.conf").write_text("".join(rules), encoding="utf-8")
    lines = [f'landgis "{account}" {role}\n' for account in sorted(set(accounts)) for role in ROLES]
    (data / "pg_ident.conf").write_text("".join(lines), encoding="utf-8")


def is_for_reading_only(data: Path) -> bool:
    """Whether the settings of a cluster let it be read only."""
    settings = _settings_of(data)
    return settings.exists() and READING_ONLY in settings.read_text(encoding="utf-8")


def _settings_of(data: Path) -> Path:
    return data / "landgis.conf"


def clear_stale_files(data: Path, socket_dir: Path) -> None:
    """Remove what a killed server left behind; PostgreSQL itself trips over a process number that is in use again."""
    (data / "postmaster.pid").unlink(missing_ok=True)
    for path in socket_dir.glob(f".s.PGSQL.{PORT}*"):
        path.unlink()
