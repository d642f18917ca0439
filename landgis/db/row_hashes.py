"""One hash per table over all its rows: whether two databases hold the same, told without comparing them row by row."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from psycopg import Cursor, sql
from psycopg.rows import TupleRow
from sqlalchemy import text

from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.tables import SCHEMA

_SETTINGS = {
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
"""A row's text must not depend on who asks."""


@dataclass(frozen=True)
class TableHash:
    """What a table holds.

    Attributes
    ----------
    rows
        How many.
    sha256
        Over the SHA-256 of every row's text (all columns, geometry as EWKB), in ascending order.
    """

    rows: int
    sha256: str


def row_hashes(database: Database) -> dict[str, TableHash]:
    """Return the hash of every table, by name, all of one moment.

    Tables alone count: sequences skip numbers after a restart, by PostgreSQL's design, and views hold nothing.
    """
    tables = text(
        "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(:schema)"
        " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
    )
    with database.begin() as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        for name, value in _SETTINGS.items():
            connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})
        names = connection.scalars(tables, {"schema": SCHEMA}).all()
        cursor = raw(connection).cursor()
        return {name: _hash(cursor, name) for name in names}


def _hash(cursor: Cursor[TupleRow], table: str) -> TableHash:
    """Sorted by the server, so that neither insertion order nor collation matters; streamed, so that size does not."""
    query = sql.SQL("COPY (SELECT sha256(convert_to(t::text, 'UTF8')) FROM {} t ORDER BY 1) TO STDOUT").format(
        sql.Identifier(SCHEMA, table)
    )
    digest, rows = hashlib.sha256(), 0
    with cursor.copy(query) as copy:
        for (line,) in copy.rows():
            digest.update(line.encode("ascii"))
            rows += 1
    return TableHash(rows, digest.hexdigest())
