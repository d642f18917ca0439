"""Which tables a database has, told without loading the migration machinery."""

from __future__ import annotations

from sqlalchemy import Connection, text

from landgis.errors import NotReady

HEAD = "0028"
"""Newest migration of this program (a test compares it with the folder)."""


def revision_of(connection: Connection) -> str | None:
    """Return the migration a database stands at; None when it has no tables yet."""
    if connection.scalar(text("SELECT to_regclass('landgis.alembic_version')")) is None:
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM landgis.alembic_version"))
    return found


def require_head(connection: Connection) -> None:
    """Raise unless the tables are exactly those of this program.

    Raises
    ------
    NotReady
        If there are none, or they are older or newer.
    """
    found = revision_of(connection)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise NotReady(
            f"数据库结构（{found}）比本程序（{HEAD}）新",
            f"The database ({found}) is newer than this program ({HEAD})",
            next_zh="请更新 landgis",
            next_en="Update landgis",
        )
    raise NotReady(
        f"数据库结构（{found or '尚未建立'}）比本程序（{HEAD}）旧",
        f"The database ({found or 'no tables yet'}) is older than this program ({HEAD})",
        next_zh="请运行 landgis db upgrade",
        next_en="Run landgis db upgrade",
    )
