"""What a server says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from landgis.db.connect import Database

_STATE = text(
    "SELECT current_setting('server_version') AS server, landgis_version.version_num AS revision,"
    " PostGIS_Lib_Version() AS postgis, pg_database_size(current_database()) AS size_bytes,"
    " landgis.sessions_open() AS sessions FROM landgis.alembic_version AS landgis_version"
)
_QUEUE = text(
    "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relname = 'procrastinate_jobs' AND c.relkind = 'r'"
    " AND has_schema_privilege(c.relnamespace, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')"
)


@dataclass(frozen=True)
class DatabaseState:
    """How a database stands.

    Attributes
    ----------
    server, postgis, revision
        Versions of server and extension; migration.
    size_bytes
        On its disk.
    sessions
        Sessions of the desk that are open.
    jobs
        Jobs by state; None: there is no queue.
    """

    server: str
    postgis: str
    revision: str
    size_bytes: int
    sessions: int
    jobs: dict[str, int] | None


def database_state(database: Database) -> DatabaseState:
    """Ask a database how it stands.

    Raises
    ------
    NotAllowed
        Unless a system administrator looks.
    """
    with database.begin() as connection:
        row = connection.execute(_STATE).one()
        queue = connection.scalar(_QUEUE)  # quoted by the server
        counted = None
        if queue is not None:
            query = text(f"SELECT status::text, count(*) FROM {queue} GROUP BY 1 ORDER BY 1")  # noqa: S608
            counted = {row[0]: row[1] for row in connection.execute(query)}
    return DatabaseState(row.server, row.postgis, row.revision, row.size_bytes, row.sessions, counted)
