"""What the database says, in the words of the project's own errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg
from sqlalchemy.exc import DBAPIError

from landgis.errors import (
    Conflict,
    ContractBroken,
    DatabaseError,
    GeometryInvalid,
    LandgisError,
    NotAllowed,
    NotReady,
)

OUR_RULE = "LG001"
"""SQLSTATE that the project's own triggers raise with: message in Chinese, detail in English."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of psycopg and SQLAlchemy into the project's family.

    Raises
    ------
    LandgisError
        Conflict, NotAllowed, GeometryInvalid, ContractBroken, NotReady or DatabaseError, as the state code says.
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
    said = error.diag.message_primary or str(error).strip()
    detail = error.diag.message_detail or ""
    where = error.diag.table_name or ""
    if error.sqlstate == OUR_RULE:
        return Conflict(said, detail, where=where)
    if isinstance(error, pg.InsufficientPrivilege):
        return NotAllowed(f"数据库角色无此权限：{said}", f"The database role may not do this: {said}", where=where)
    if isinstance(error, pg.CheckViolation) and str(error.diag.constraint_name).endswith("_valid_check"):
        row = f"{said}：{detail}"
        return GeometryInvalid(
            f"数据库拒收无效几何：{row}", f"The database refuses invalid geometry: {row}", where=where
        )
    if isinstance(error, (pg.UniqueViolation, pg.ForeignKeyViolation)):
        return Conflict(
            f"与库中已有记录冲突：{detail or said}", f"In conflict with the records: {detail or said}", where=where
        )
    if isinstance(error, pg.IntegrityError | pg.DataError):
        return ContractBroken(
            f"数据库拒收：{said} {detail}".strip(), f"The database refuses: {said} {detail}".strip(), where=where
        )
    if isinstance(error, (pg.SerializationFailure, pg.DeadlockDetected, pg.LockNotAvailable)):
        return Conflict(f"与他人同时操作冲突：{said}", f"Somebody else works on the same records: {said}", where=where)
    if isinstance(error, (pg.UndefinedTable, pg.InvalidSchemaName, pg.UndefinedFunction)):
        return NotReady(
            f"数据库结构不完整：{said}",
            f"The database lacks something: {said}",
            next_zh="请运行 landgis db upgrade",
            next_en="Run landgis db upgrade",
        )
    return DatabaseError(
        f"数据库出错：{said} {detail}".strip(), f"The database failed: {said} {detail}".strip(), where=where
    )
