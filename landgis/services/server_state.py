"""How the server of the desk stands: for the system administrator, without a word of business."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from pathlib import Path

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.db.server_state import database_state
from landgis.services.doctor import Finding, confinement, libraries

_GB = 1e9
_SCARCE_BYTES = 2e9


def server_state(database: Database, admin: Person, home: Path) -> tuple[Finding, ...]:
    """Return what is the case, line by line.

    Parameters
    ----------
    database
        As the administrator sees it.
    home
        Folder of the installation; its disk is told.

    Raises
    ------
    NotAllowed
        If the person is no system administrator.
    """
    admin.require(Action.MANAGE_SYSTEM)
    state = database_state(database)
    disk = shutil.disk_usage(home)
    room = f"{disk.free / _GB:,.1f} / {disk.total / _GB:,.1f} GB"
    scarce = disk.free < _SCARCE_BYTES
    jobs = "" if state.jobs is None else "  ".join(f"{name} {count:,}" for name, count in state.jobs.items()) or "0"
    return (
        Finding("landgis", "landgis", "there", version("landgis")),
        Finding("登录中的会话", "Sessions open", "there", f"{state.sessions:,}"),
        Finding("磁盘剩余", "Room on the disk", "reduced" if scarce else "there", room,
                "请腾出空间" if scarce else "", "Make room" if scarce else ""),
        Finding("后台作业", "Jobs", "there" if state.jobs is not None else "missing", jobs),
        Finding("数据库服务器", "Database server", "there", f"PostgreSQL {state.server} · PostGIS {state.postgis}"),
        Finding("数据库结构版本", "Database revision", "there", state.revision),
        Finding("数据库大小", "Size of the database", "there", f"{state.size_bytes / _GB:,.2f} GB"),
        *libraries(),
        *confinement(),
    )  # fmt: skip
