"""What tells, in one short question, whether anything has changed that is held ready: asked before every tile."""

from __future__ import annotations

import asyncio
import threading
import weakref
from typing import Any, NamedTuple, cast

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from landgis.db.connect import Database
from landgis.db.faults import translated

_NAME = b"pulse"
_BEAT = "SELECT m.stamp::text, e.stamp::text, e.rules FROM landgis.map_state m, landgis.entry_state e"


class Beat(NamedTuple):
    """Stamps of one moment: each is new with every committed change of what it stands for, and says nothing of it.

    Attributes
    ----------
    map
        Parcels, pools and plans (migration 0023).
    entry
        Sessions that ended, persons, their passwords (migration 0028).
    rules
        The policy table: the same for the same rules (migration 0028).
    """

    map: str
    entry: str
    rules: str


class Pulse:
    """Asks for the stamps; safe to share between threads. Its connection lives as long as it does.

    Parameters
    ----------
    database
        Database whose stamps they are; they are the same for everybody.
    """

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None
        self._wire: psycopg.Connection[Any] | None = None

    def now(self) -> Beat:
        """Return the stamps, as they are now.

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

    async def soon(self) -> Beat:
        """Return the same for a server that must not wait, and without a thread; one question at a time.

        Raises
        ------
        DatabaseError
            As `now`.
        """
        loop = asyncio.get_running_loop()
        if self._wire is None:
            self._wire = await loop.run_in_executor(None, self._prepared)
        try:
            return await _answer(loop, self._wire.pgconn)
        except psycopg.OperationalError:  # lost: the other way makes a new connection, or says what is wrong
            self._wire.close()
            self._wire = None
            return await loop.run_in_executor(None, self.now)

    def _prepared(self) -> psycopg.Connection[Any]:
        with translated():
            connection = self._connect()
            connection.pgconn.prepare(_NAME, _BEAT.encode())
            return connection

    def _connect(self) -> psycopg.Connection[Any]:
        pooled = self._engine.raw_connection()
        connection = cast("psycopg.Connection[Any]", pooled.driver_connection)
        pooled.detach()
        connection.autocommit = True
        weakref.finalize(self, connection.close)
        return connection

    @staticmethod
    def _ask(connection: psycopg.Connection[Any]) -> Beat:
        row = connection.execute(_BEAT, prepare=True).fetchone()
        assert row is not None
        return Beat(*row)


async def _answer(loop: asyncio.AbstractEventLoop, wire: PGconn) -> Beat:
    """Ask, and let the loop go on with others until the answer is there."""
    answered: asyncio.Future[list[PGresult]] = loop.create_future()

    def ready() -> None:
        found: list[PGresult] = []
        try:
            wire.consume_input()
            if wire.is_busy() or answered.done():
                return
            while (result := wire.get_result()) is not None:
                found.append(result)
        except psycopg.Error as error:
            answered.set_exception(error)
        else:
            answered.set_result(found)

    wire.send_query_prepared(_NAME, [])
    wire.flush()
    place = wire.socket
    loop.add_reader(place, ready)
    try:
        results = await answered
    finally:
        loop.remove_reader(place)
    if [result.status for result in results] != [ExecStatus.TUPLES_OK]:
        raise psycopg.OperationalError("no answer")
    return Beat(*((results[0].get_value(0, column) or b"").decode() for column in range(len(Beat._fields))))
