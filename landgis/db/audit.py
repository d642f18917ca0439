"""What an audit administrator reads: who came in, and who changed which kind of record when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from landgis.db.connect import Database

_ENTRIES = "landgis.entries(:first, :end, :account)"
_CHANGES = "landgis.changes(:first, :end, :account)"
_ORDER = {_ENTRIES: "entry_no DESC", _CHANGES: "at DESC, of_table, account"}


@dataclass(frozen=True)
class Part:
    """Some rows of many.

    Attributes
    ----------
    rows
        Newest first.
    count
        Of all.
    """

    rows: Sequence[Any]
    count: int


@dataclass(frozen=True)
class Asked:
    """What is asked for.

    Attributes
    ----------
    first, end
        From this moment on, until before that one.
    account
        Of one account; empty: of all.
    offset, limit
        Which rows are wanted.
    """

    first: datetime
    end: datetime
    account: str
    offset: int
    limit: int


class AuditStore:
    """The records of a database; every question is refused unless an audit administrator looks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, asked: Asked) -> Part:
        """Return log-ins, refusals, lock-outs and ends of sessions."""
        return self._part(_ENTRIES, asked)

    def changes(self, asked: Asked) -> Part:
        """Return who wrote how many records of which kind at which moment; not what they say."""
        return self._part(_CHANGES, asked)

    def _part(self, source: str, asked: Asked) -> Part:
        bound = {"first": asked.first, "end": asked.end, "account": asked.account}
        page = text(f"SELECT * FROM {source} ORDER BY {_ORDER[source]} OFFSET :offset LIMIT :limit")  # noqa: S608  # ours
        with self._database.begin() as connection:
            count = connection.execute(text(f"SELECT count(*) FROM {source}"), bound).scalar_one()  # noqa: S608  # ours
            rows = connection.execute(page, bound | {"offset": asked.offset, "limit": asked.limit}).all()
        return Part(rows, count)
