"""Bookmarks of the desk: a view of the map by name, for oneself or for all."""

from __future__ import annotations

from typing import Any

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bookmarks import BookmarkStore
from landgis.db.connect import Database
from landgis.errors import UsageError

LONGEST_NAME = 100


def kept(database: Database, person: Person) -> list[dict[str, Any]]:
    """Return the bookmarks a person sees, JSON-able; ``own`` says which he may give up."""
    person.require(Action.READ)
    return [
        {
            "no": row.bookmark_no, "name": row.name, "state": row.state, "shared": row.shared, "by": row.name_zh,
            "own": row.os_account == person.os_account, "since": row.created_at.isoformat(),
        }
        for row in BookmarkStore(database).list(person)
    ]  # fmt: skip


def keep(database: Database, person: Person, name: str, state: str, *, shared: bool) -> int:
    """Keep a view under a name, and return its number.

    Parameters
    ----------
    state
        The desk's own address: a query string, and after ``#`` the view of the map. Never another site's.

    Raises
    ------
    UsageError
        If the name is empty or too long, or the state is no address of the desk.
    """
    person.require(Action.READ)
    plain = name.strip()
    if not 0 < len(plain) <= LONGEST_NAME:
        raise UsageError(
            f"书签名称须为 1 至 {LONGEST_NAME} 字", f"A bookmark's name has 1 to {LONGEST_NAME} characters",
            where="name", next_zh="请填写名称", next_en="Give it a name",
        )  # fmt: skip
    if not state.startswith("?") or len(state) > 8000 or not state.isprintable():
        raise UsageError(
            "书签内容不是本工作台的地址", "The state is no address of this desk", where="state",
            next_zh="请在地图页面上保存书签", next_en="Keep bookmarks from the map page",
        )  # fmt: skip
    return BookmarkStore(database).add(plain, state, shared=shared, person=person)


def give_up(database: Database, person: Person, bookmark_no: int) -> None:
    """Keep a view no longer; it must be the person's own.

    Raises
    ------
    NotFound
        If this person keeps none of this number.
    """
    person.require(Action.READ)
    BookmarkStore(database).remove(bookmark_no, person=person)
