"""Registering persons, listing them, and saying that one has left or is back: in the owner's role alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.connect import Database, OfficeServer, Server, open_database
from landgis.db.people import PeopleStore, current_account
from landgis.errors import Conflict, NotAllowed, NotFound, NotReady, UsageError


def people(database: Database) -> list[Person]:
    """Return every person, in the order they were registered."""
    return PeopleStore(database).list()


def add_person(server: Server, account: str, name_zh: str, role: Role) -> Person:
    """Register a person.

    Parameters
    ----------
    server
        A server that runs.
    account
        Of the operating system, or the one that ``--as`` names.
    name_zh
        As it is printed.

    Raises
    ------
    UsageError
        A blank account or name.
    Conflict
        The account is registered already.
    NotAllowed
        Who works may not take the owner's role.
    """
    if not account.strip() or not name_zh.strip():
        raise UsageError("账号和姓名不能为空", "Account and name cannot be blank", where="landgis person add")
    with as_owner(server) as (store, by):
        known = _found(store, account.strip())
        if known is not None:
            raise _registered(known)
        return store.register(account.strip(), name_zh.strip(), role, by=by)


def set_active(server: Server, account: str, *, active: bool) -> Person:
    """Say that a person has left, or is back; deeds stay.

    Raises
    ------
    NotFound, Conflict, NotAllowed
        Nobody of that account; it is so already; who works may not take the owner's role.
    """
    with as_owner(server) as (store, by):
        known = person_of(store, account)
        if known.active is active:
            zh, en = ("已启用", "active") if active else ("已停用", "inactive")
            raise Conflict(f"人员“{account}”{zh}", f"“{account}” is {en} already", where=account)
        store.set_active(account, active=active, by=by)
        return replace(known, active=active)


@contextmanager
def as_owner(server: Server) -> Iterator[tuple[PeopleStore, Person | None]]:
    """Open the register of persons in the owner's role, with the person at work, where registered."""
    try:
        database = open_database(server, role="landgis_owner", pooled=False)
    except NotReady as error:
        if isinstance(server, OfficeServer) and error.where == "landgis_owner":
            raise _not_the_owner() from error
        raise
    try:
        store = PeopleStore(database)
        yield store, _found(store, current_account())
    finally:
        database.close()


def person_of(store: PeopleStore, account: str) -> Person:
    """Return the person of an account.

    Raises
    ------
    NotFound
        If nobody is registered so.
    """
    known = _found(store, account)
    if known is None:
        raise NotFound(
            f"没有登记为“{account}”的人员", f"Nobody is registered as “{account}”", where=account,
            next_zh="请用 landgis person list 核对账号", next_en="See landgis person list",
        )  # fmt: skip
    return known


def _found(store: PeopleStore, account: str) -> Person | None:
    return next((person for person in store.list() if person.os_account == account), None)


def _registered(known: Person) -> Conflict:
    left = (
        ("，已停用", "; it is inactive", f"请重新启用：landgis person activate {known.os_account}",
         f"Reactivate it: landgis person activate {known.os_account}")
        if not known.active
        else ("", "", "请换一个账号；角色不能改，另行登记账号", "Take another account; roles do not change")
    )  # fmt: skip
    return Conflict(
        f"账号“{known.os_account}”已登记为{known.name_zh}（{known.role.zh}）{left[0]}",
        f"The account “{known.os_account}” is registered as {known.name_zh} ({known.role.en}){left[1]}",
        where=known.os_account,
        next_zh=left[2],
        next_en=left[3],
    )


def _not_the_owner() -> NotAllowed:
    return NotAllowed(
        "登记人员须用单位数据库的所有者账号：当前登录账号不是角色 landgis_owner 的成员",
        "Persons are registered with the owner's login of the office server: this login is no member of landgis_owner",
        where="LANDGIS_DATABASE_URL",
        next_zh="请数据库管理员以所有者账号设置 LANDGIS_DATABASE_URL 后运行该命令（所需角色见 landgis db roles）",
        next_en="Have the DBA run it with the owner's login in LANDGIS_DATABASE_URL (landgis db roles prints the roles)",
    )
