"""The private server's own configuration files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

PORT = 5432
"""Only names the socket: there is no TCP."""
SUPERUSER = "landgis"
ROLES = (SUPERUSER, "landgis_owner", "landgis_app", "landgis_read")
_SETTINGS = """\
# 由 landgis 写成，启动时重写；请勿手改。 Written by landgis at every start: do not edit.
listen_addresses = ''
unix_socket_directories = '"{socket}"'
port = {port}
shared_buffers = 256MB
max_wal_size = 4GB
jit = off
timezone = 'Asia/Shanghai'
"""
_NOT_DURABLE = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"


def configure(data: Path, socket_dir: Path, accounts: Iterable[str], *, durable: bool) -> None:
    """Write settings and authentication of a server that is down.

    No TCP and no passwords: the kernel tells who is at the other end of the socket (peer), and only the accounts
    named may take one of the four roles.
    """
    socket = str(socket_dir).replace("'", "''")
    text = _SETTINGS.format(socket=socket, port=PORT) + ("" if durable else _NOT_DURABLE)
    (data / "landgis.conf").write_text(text, encoding="utf-8")
    (data / "pg_hba.conf").write_text("local all all peer map=landgis\n", encoding="utf-8")
    lines = [f'landgis "{account}" {role}\n' for account in sorted(set(accounts)) for role in ROLES]
    (data / "pg_ident.conf").write_text("".join(lines), encoding="utf-8")


def clear_stale_files(data: Path, socket_dir: Path) -> None:
    """Remove what a killed server left behind; PostgreSQL itself trips over a process number that is in use again."""
    (data / "postmaster.pid").unlink(missing_ok=True)
    for path in socket_dir.glob(f".s.PGSQL.{PORT}*"):
        path.unlink()
