"""Connections: to the private cluster by socket, to an office server by URL; the same from there on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import NullPool

from landgis.access.person import Person
from landgis.db.access_rules import require_rules
from landgis.db.cluster import PrivateCluster
from landgis.db.configuration import PORT
from landgis.db.faults import translated
from landgis.db.reserve import watching
from landgis.db.revision import require_head, revision_of
from landgis.errors import ConfigError, DatabaseError, LandgisError, NotReady

T = TypeVar("T")
# What psycopg logs of a broken connection is told by our own error; a log that is asked for still gets it.
logging.getLogger("psycopg").addHandler(logging.NullHandler())
_SHOW_TO = text("SELECT set_config('landgis.viewer', :viewer, true)")
_TELL = text("SELECT set_config('landgis.person', :person, true), set_config('landgis.reason', :reason, true)")
DatabaseRole = Literal["landgis_owner", "landgis_app", "landgis_desk", "landgis_read"]


@dataclass(frozen=True)
class OfficeServer:
    """An office's own server.

    Parameters
    ----------
    url
        ``postgresql://account:password@host/database``. The account must be a member of the roles it takes.
    desk_url
        The same for the role of the desk, of an account that is a member of no other; empty: `url`.
    """

    url: str
    desk_url: str = ""

    def __repr__(self) -> str:
        """Hide the URLs: they may hold passwords."""
        return "OfficeServer(…)"


Server = PrivateCluster | OfficeServer


@dataclass(frozen=True)
class Database:
    """An open database in one role.

    Attributes
    ----------
    engine
        SQLAlchemy engine over psycopg 3, with a pool; safe to share between threads.
    role
        Role that every connection works in.
    viewer
        Who looks, where every transaction is bound to one; see `seen_by`.
    """

    engine: Engine
    role: str
    viewer: Person | None = None

    def seen_by(self, person: Person) -> Database:
        """Return the same database as one person sees it: every transaction tells the tables who looks."""
        return replace(self, viewer=person)

    @contextmanager
    def begin(self, person: Person | None = None, reason: str = "") -> Iterator[Connection]:
        """Open one transaction: all of it is stored, or nothing.

        Parameters
        ----------
        person, reason
            Who changes something, and why: the tables remember it with every row.

        Raises
        ------
        LandgisError
            What the database refused, translated; see ``faults``.
        """
        with translated(), self.engine.begin() as connection:
            if self.viewer is not None:
                connection.execute(_SHOW_TO, {"viewer": self.viewer.os_account})
            if person is not None:
                connection.execute(_TELL, {"person": person.os_account, "reason": reason})
            yield connection

    def close(self) -> None:
        """Close every connection of the pool."""
        self.engine.dispose()


def open_database(
    server: Server,
    *,
    role: DatabaseRole = "landgis_app",
    name: str = "landgis",
    check: bool = True,
    pooled: bool = True,
) -> Database:
    """Open the database of a server that runs.

    Parameters
    ----------
    server
        Private cluster or office server.
    role
        Database role to work in.
    name
        Database of the private cluster; an office URL names its own.
    check
        Whether to ask for an answer and for the newest tables before handing it over.
    pooled
        False: every transaction has a connection of its own, closed at its end.

    Raises
    ------
    NotReady
        If the private cluster is down, roles are missing, or the tables are older or newer than this program; in the
        desk's role also if the policy in the database is not this program's.
    DatabaseError
        If an office server does not answer.
    """
    options: dict[str, Any] = {"poolclass": NullPool} if not pooled else {"pool_pre_ping": True}
    if isinstance(server, PrivateCluster):
        options["execution_options"] = watching(server.data)
    database = Database(create_engine(_url(server, role, name), **options), role)
    if check:
        try:
            _ask(database, server, require_head if role != "landgis_desk" else _require_policy)
        except LandgisError:
            database.close()
            raise
    return database


def tables_of(server: Server, *, role: DatabaseRole = "landgis_app") -> str | None:
    """Return the migration that the database of a running server stands at; None: it has no tables yet.

    Raises
    ------
    NotReady
        If the private cluster is down, or the role is missing.
    DatabaseError
        If an office server does not answer.
    """
    return _ask(open_database(server, role=role, check=False, pooled=False), server, revision_of)


def _require_policy(connection: Connection) -> None:
    require_head(connection)
    require_rules(connection)


def _ask(database: Database, server: Server, question: Callable[[Connection], T]) -> T:
    """Ask a database that may not answer, and say what would help."""
    try:
        with translated(), database.engine.connect() as connection:
            return question(connection)
    except DatabaseError as error:
        if isinstance(error.__cause__, OperationalError):
            raise _no_answer(server, database.role, error) from error.__cause__
        raise


def _url(server: Server, role: str, name: str) -> URL:
    if isinstance(server, PrivateCluster):
        query = {"host": str(server.host()), "port": str(PORT), "application_name": "landgis"}
        return URL.create("postgresql+psycopg", username=role, database=name, query=query)
    for_desk = role == "landgis_desk" and bool(server.desk_url)
    variable = "LANDGIS_DESK_DATABASE_URL" if for_desk else "LANDGIS_DATABASE_URL"
    try:
        url = make_url(server.desk_url if for_desk else server.url)
    except ArgumentError as error:
        raise _bad_url(variable) from error
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise _bad_url(variable)
    return url.set(drivername="postgresql+psycopg").update_query_dict(
        {"options": f"-c role={role}", "application_name": "landgis"}
    )


def _bad_url(variable: str) -> ConfigError:
    return ConfigError(
        f"{variable} 不是 PostgreSQL 的地址",
        f"{variable} is not a PostgreSQL address",
        where=variable,
        next_zh="请写成 postgresql://账号@主机/数据库",
        next_en="Write it as postgresql://account@host/database",
    )


def _no_answer(server: Server, role: str, error: LandgisError) -> LandgisError:
    if f'"{role}"' in error.en and ("does not exist" in error.en or "permission denied" in error.en):
        return NotReady(
            f"数据库缺少角色 {role}，或当前账号不是其成员：{error.en}",
            f"The database has no role {role}, or this account is not a member of it: {error.en}",
            where=role,
            next_zh="请数据库管理员执行 landgis db roles 列出的语句",
            next_en="Have the DBA run what landgis db roles prints",
        )
    if isinstance(server, PrivateCluster):
        return NotReady(
            "数据库未启动，或尚未建立",
            f"The database is down, or was never made: {error.en}",
            where=str(server.data),
            next_zh="请运行 landgis db start",
            next_en="Run landgis db start",
        )
    return DatabaseError(
        f"连接不上数据库服务器：{error.en}",
        f"The database server does not answer: {error.en}",
        where="LANDGIS_DATABASE_URL",
        next_zh="请核对地址、账号与网络",
        next_en="Check address, account and network",
    )
