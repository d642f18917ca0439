"""What the database says, in the words of the project's own errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg
from sqlalchemy.exc import DBAPIError

from landgis.db.parcel_refusals import BAD_OUTLINE, REFUSALS
from landgis.errors import (
    Conflict,
    ContractBroken,
    DatabaseError,
    DiskFull,
    GeometryInvalid,
    LandgisError,
    NotAllowed,
    NotReady,
)

OUR_RULE = "LG001"
"""SQLSTATE that the project's own triggers raise with: message in Chinese, detail in English."""
_PARCEL = re.compile(r"\(parcel_id\)=\((.*?)\)")
"""Where a detail names the one parcel that it speaks of, in whatever language."""
_SIGNS_OF_LOSS = (
    "server closed the connection",
    "connection is lost",
    "connection to server was lost",
    "the connection is closed",
    "SSL connection has been closed",
    "could not receive data from server",
    "could not send data to server",
    "consuming input failed",
    "sending query",
)
"""What libpq and psycopg say in English, whatever the locale of the server."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of psycopg and SQLAlchemy into the project's family.

    Raises
    ------
    LandgisError
        Conflict, NotAllowed, GeometryInvalid, ContractBroken, NotReady, DiskFull or DatabaseError, as the state code
        says.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _translate(error) from error
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise _translate(error.orig) from error
        raise DatabaseError(f"数据库出错：{error}", f"The database failed: {error}") from error


def _translate(error: psycopg.Error) -> LandgisError:
    said = error.diag.message_primary or " ".join(str(error).split())  # libpq breaks and indents its lines
    detail = error.diag.message_detail or ""
    where = error.diag.table_name or ""
    if error.sqlstate == OUR_RULE:
        return Conflict(said, detail, where=where)
    if isinstance(error, pg.IntegrityError):
        return _refused(error, said, detail, where)
    if isinstance(error, pg.InsufficientPrivilege) and "row-level security" in said:
        return NotAllowed(
            "没有这项记录，或不在您可办理的范围内；什么也没有保存",
            "There is no such record, or it is not yours to change; nothing was stored",
            where=where,
            next_zh="请核对编号；其他街镇的地块由该镇或区规划员办理",
            next_en="Check the number; parcels of other towns are for that town, or for a district planner",
        )
    if isinstance(error, pg.InsufficientPrivilege):
        return NotAllowed(f"数据库角色无此权限：{said}", f"The database role may not do this: {said}", where=where)
    if isinstance(error, pg.DataError):
        return _unfit(said, detail, where)
    if isinstance(error, (pg.SerializationFailure, pg.DeadlockDetected, pg.LockNotAvailable)):
        return Conflict(f"与他人同时操作冲突：{said}", f"Somebody else works on the same records: {said}", where=where)
    if isinstance(error, (pg.UndefinedTable, pg.InvalidSchemaName, pg.UndefinedFunction)):
        return NotReady(
            f"数据库结构不完整：{said}",
            f"The database lacks something: {said}",
            next_zh="请运行 landgis db upgrade",
            next_en="Run landgis db upgrade",
        )
    if isinstance(error, pg.ReadOnlySqlTransaction):
        return NotReady(
            "数据库现在只供读取，什么也没有保存",
            "The database is open for reading only; nothing was stored",
            next_zh="私有数据库在磁盘将满时如此：请在该磁盘上腾出 100 MB 以上，再运行 landgis db start",
            next_en="A private database does so when its disk is all but full: make 100 MB of room or more there, then "
            "run landgis db start",
        )
    if isinstance(error, pg.DiskFull):
        return _full(said)
    if _is_lost(error):
        return _lost()
    if isinstance(error, pg.QueryCanceled):
        return DatabaseError(
            f"数据库取消了这项操作，什么也没有保存：{said}", f"The database gave this up; nothing was stored: {said}"
        )
    return DatabaseError(
        f"数据库出错：{said} {detail}".strip(), f"The database failed: {said} {detail}".strip(), where=where
    )


def _refused(error: psycopg.Error, said: str, detail: str, where: str) -> LandgisError:
    """Say what a constraint refused; of the parcel register in a sentence of its own, without its name."""
    refusal = REFUSALS.get(str(error.diag.constraint_name))
    if refusal is not None:
        broken = ContractBroken if isinstance(error, pg.CheckViolation) else Conflict
        kind = GeometryInvalid if refusal is BAD_OUTLINE else broken
        parcel = _PARCEL.search(detail)
        place = parcel[1] if parcel else ""
        return kind(refusal.zh, refusal.en, where=place, next_zh=refusal.next_zh, next_en=refusal.next_en)
    if isinstance(error, pg.CheckViolation) and str(error.diag.constraint_name).endswith("_valid_check"):
        row = f"{said}：{detail}"
        return GeometryInvalid(
            f"数据库拒收无效几何：{row}", f"The database refuses invalid geometry: {row}", where=where
        )
    if isinstance(error, (pg.UniqueViolation, pg.ForeignKeyViolation)):
        return Conflict(
            f"与库中已有记录冲突：{detail or said}", f"In conflict with the records: {detail or said}", where=where
        )
    return _unfit(said, detail, where)


def _unfit(said: str, detail: str, where: str) -> ContractBroken:
    return ContractBroken(
        f"数据库拒收：{said} {detail}".strip(), f"The database refuses: {said} {detail}".strip(), where=where
    )


def _is_lost(error: psycopg.Error) -> bool:
    """Whether the connection went: the server says so (classes 08 and 57P), or says nothing any more."""
    if error.sqlstate is not None:
        return error.sqlstate.startswith(("08", "57P"))
    said = str(error)
    return isinstance(error, psycopg.OperationalError) and any(sign in said for sign in _SIGNS_OF_LOSS)


def _lost() -> DatabaseError:
    return DatabaseError(
        "与数据库的连接中断：服务被停止，或意外退出。未完成的操作整项作废，没有留下一半",
        "The connection to the database broke: the server was stopped, or died. What was unfinished is void as a whole; "
        "no half of it is left",
        next_zh="请运行 landgis db status 查看（私有数据库用 landgis db start 启动），核对结果后重新运行该命令",
        next_en="Look with landgis db status (landgis db start starts a private database), see whether the result is "
        "there, and run the command again if not",
    )


def _full(said: str) -> DiskFull:
    return DiskFull(
        f"数据库所在的磁盘已满，这项操作什么也没有保存：{said}",
        f"The disk of the database is full; nothing of this was stored: {said}",
        where="LANDGIS_HOME",
        next_zh="请在该磁盘上腾出空间后重新运行；landgis db status 显示数据文件夹的位置",
        next_en="Make room on that disk and run it again; landgis db status tells where the data folder is",
    )
