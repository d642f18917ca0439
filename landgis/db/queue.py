"""The queue that workers take jobs from: procrastinate on the same database, in the schema ``landgis_jobs``."""

from __future__ import annotations

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection

from landgis.db.bulk import raw
from landgis.db.connect import Database

QUEUE, TASK = "landgis", "landgis.job"
AWAY = (ConnectorException, psycopg.OperationalError, OSError)
"""What a queue raises when the database is away."""
_PATH = "landgis_jobs"
_CONNECTIONS = 4


def queue_of(database: Database) -> App:
    """Return the queue of a database as a worker opens it: with connections of its own, whose path is the queue's schema."""
    url = database.engine.url
    given = url.translate_connect_args(database="dbname", username="user") | dict(url.query)
    options = f"{given.pop('options', '')} -c search_path={_PATH}".strip()
    conninfo = make_conninfo(**given, options=options)
    connector = PsycopgConnector(conninfo=conninfo, min_size=1, max_size=_CONNECTIONS, timeout=10)
    return App(connector=connector)


def put(connection: Connection, job_no: int) -> int:
    """Put a job into the queue, in the transaction that records it; return its number there."""
    return _of(connection).configure_task(
        TASK, queue=QUEUE, connection=raw(connection), allow_unknown=True
    ).defer(job_no=job_no)  # fmt: skip


def take_out(connection: Connection, queue_no: int) -> None:
    """Take a job out of the queue; one that runs already is asked to stop."""
    _of(connection).job_manager.cancel_job_by_id(queue_no, abort=True, delete_job=True, connection=raw(connection))


def _of(connection: Connection) -> App:
    """Return the queue for one open transaction; it opens no connection of its own."""
    raw(connection).execute("SET LOCAL search_path TO landgis_jobs")
    return App(connector=SyncPsycopgConnector())
