"""Bookmarks of the map: what somebody keeps for himself, and what somebody shares with all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, or_, select

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.tables.bookmarks import BOOKMARK, BOOKMARK_END
from landgis.db.tables.people import PERSON
from landgis.errors import NotFound


@dataclass(frozen=True)
class Bookmark:
    """A view that somebody keeps.

    Attributes
    ----------
    bookmark_no, name
        Its number and name.
    state
        What stood in the address: query and fragment.
    shared
        Whether everybody sees it.
    os_account, name_zh
        Whose it is.
    created_at
        Since when.
    """

    bookmark_no: int
    name: str
    state: str
    shared: bool
    os_account: str
    name_zh: str
    created_at: datetime


class BookmarkStore:
    """Bookmarks of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, state: str, *, shared: bool, person: Person) -> int:
        """Keep a view, and return its number.

        Raises
        ------
        ContractBroken
            If the name is empty, or name or state too long.
        Conflict
            If the person may keep none.
        """
        row = {"name": name, "state": state, "shared": shared, "created_by": person.person_id}
        with self._database.begin(person) as connection:
            number: int = connection.execute(
                insert(BOOKMARK).values(row).returning(BOOKMARK.c.bookmark_no)
            ).scalar_one()
        return number

    def remove(self, bookmark_no: int, *, person: Person) -> None:
        """Keep a view no longer.

        Raises
        ------
        NotFound
            If this person keeps none of this number.
        """
        if not any(row.bookmark_no == bookmark_no and row.os_account == person.os_account for row in self.list(person)):
            raise NotFound(
                f"没有您的书签 {bookmark_no}", f"You keep no bookmark {bookmark_no}", where=str(bookmark_no),
                next_zh="共享书签由保存它的人删除", next_en="A shared one is given up by whoever keeps it",
            )  # fmt: skip
        row = {"bookmark_no": bookmark_no, "created_by": person.person_id}
        with self._database.begin(person) as connection:
            connection.execute(insert(BOOKMARK_END).values(row))

    def list(self, person: Person) -> list[Bookmark]:
        """Return what a person keeps and what others share, his own first, the newest first."""
        table = BOOKMARK.c
        own = table.created_by == person.person_id
        query = (
            select(
                table.bookmark_no, table.name, table.state, table.shared, PERSON.c.os_account, PERSON.c.name_zh,
                table.created_at,
            )
            .join_from(BOOKMARK, PERSON, table.created_by == PERSON.c.person_id)
            .outerjoin(BOOKMARK_END, table.bookmark_no == BOOKMARK_END.c.bookmark_no)
            .where(BOOKMARK_END.c.bookmark_no.is_(None), or_(own, table.shared))
            .order_by(own.desc(), table.bookmark_no.desc())
        )  # fmt: skip
        with self._database.begin() as connection:
            return [Bookmark(*row) for row in connection.execute(query)]
