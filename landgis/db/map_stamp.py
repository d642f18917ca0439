"""The stamp of what tiles show. It is asked before every tile, so on a connection of its own, in one step."""

from __future__ import annotations

import threading
import weakref
from typing import Any, cast

import psycopg

from landgis.db.connect import Database
from landgis.db.faults import translated

_STAMP = "SELECT stamp FROM landgis.map_state"


class MapStamp:
    """Asks for the stamp; safe to share between threads. Its connection lives as long as it does.

    Parameters
    ----------
    database
        Database whose map it is. The stamp is the same for everybody, and says nothing of what has changed.
    """

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None

    def now(self) -> str:
        """Return the stamp: new with every committed change of parcels, pools and plans (migration 0023).

        Raises
        ------
        DatabaseError
            If the database does not answer, not even on a new connection.
        """
        with self._lock, translated():
            if self._connection is not None:
                try:
                    return self._ask(self._connection)
                except psycopg.OperationalError:  # lost meanwhile, as when the server was started anew
                    self._connection.close()
            self._connection = self._connect()
            return self._ask(self._connection)

    def _connect(self) -> psycopg.Connection[Any]:
        pooled = self._engine.raw_connection()
        connection = cast("psycopg.Connection[Any]", pooled.driver_connection)
        pooled.detach()
        connection.autocommit = True
        weakref.finalize(self, connection.close)
        return connection

    @staticmethod
    def _ask(connection: psycopg.Connection[Any]) -> str:
        row = connection.execute(_STAMP, prepare=True).fetchone()
        assert row is not None
        return str(row[0])
