"""Everything that the inventory ever came to know of one parcel, for telling it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from psycopg.rows import class_row

from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.statements import statement

T = TypeVar("T")


@dataclass(frozen=True)
class VersionTold:
    """An outline or a place as it came, by import, by act, or stated by a person with a reason.

    ``moved_m2`` is the symmetric difference to the version before, None for the first.
    """

    told_at: datetime
    told_by: str
    version: int
    valid_from: date | None
    import_no: int | None
    file_name: str | None
    act_no: int | None
    reason: str
    document_kind: str | None
    document_number: str | None
    planar_m2: float
    moved_m2: float | None
    place: str
    place_before: str | None


@dataclass(frozen=True)
class FactTold:
    """A fact as it was known from ``told_at`` until ``ended_at`` (None: still)."""

    told_at: datetime
    told_by: str
    told_why: str
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str | None
    fact: str
    state: str
    value: Any
    valid_from: date | None
    document_kind: str | None
    document_number: str | None
    source: str
    import_no: int | None
    act_no: int | None


@dataclass(frozen=True)
class DeedTold:
    """Anything else: a paper, an answer, a run, a pool, a plan. ``what`` says which, ``details`` the rest."""

    told_at: datetime
    told_by: str
    what: str
    details: dict[str, Any]


class StoryStore:
    """The past of parcels."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(self, parcel_id: str) -> list[VersionTold]:
        """Return the outlines of a parcel, the earliest told first."""
        return self._read("story_versions", parcel_id, VersionTold)

    def facts(self, parcel_id: str) -> list[FactTold]:
        """Return every fact that was ever known of a parcel, the earliest told first."""
        return self._read("story_facts", parcel_id, FactTold)

    def deeds(self, parcel_id: str) -> list[DeedTold]:
        """Return papers, answers, runs, pools and plans of a parcel, the earliest told first."""
        return self._read("story_deeds", parcel_id, DeedTold)

    def names(self, accounts: Sequence[str]) -> dict[str, str]:
        """Return OS account → name as it is printed; an account that is no person (a database role) is not in it."""
        query = "SELECT os_account, name_zh FROM landgis.person WHERE os_account = ANY (%(accounts)s)"
        with self._database.begin() as connection:
            return dict(raw(connection).execute(query, {"accounts": list(accounts)}).fetchall())

    def _read(self, name: str, parcel_id: str, kind: type[T]) -> list[T]:
        with self._database.begin() as connection, raw(connection).cursor(row_factory=class_row(kind)) as cursor:
            return cursor.execute(statement(name), {"parcel_id": parcel_id}).fetchall()
