"""Who is registered, and who is acting."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.connect import Database
from landgis.db.tables.people import PERSON
from landgis.errors import NotAllowed, NotFound

PERSON_COLUMNS = (
    PERSON.c.person_id, PERSON.c.os_account, PERSON.c.name_zh, PERSON.c.role, PERSON.c.active, PERSON.c.town_code,
    PERSON.c.department,
)  # fmt: skip
_REGISTER = text("SELECT landgis.person_registered(:account, :name, :role, :town, :department)")
_STORE = text("SELECT landgis.person_set(:account, :role, :active, :town, :department)")
_PASSWORD = text("SELECT landgis.password_set(:account, :argon2id, :address)")
_UNLOCK = text("SELECT landgis.unlocked(:account, :address)")
_ACCOUNTS = text("SELECT * FROM landgis.accounts()")


@dataclass(frozen=True)
class Account:
    """A person and how he may come in.

    Attributes
    ----------
    person
        Whose account it is.
    has_password, must_change
        Whether there is a password, and whether an administrator set it.
    locked_until
        Until when wrong passwords lock the account; None: it is not locked.
    sessions
        How many of his sessions are open.
    last_entered
        When he came in last; None: never.
    """

    person: Person
    has_password: bool
    must_change: bool
    locked_until: datetime | None
    sessions: int
    last_entered: datetime | None


def person_of_row(row: Any) -> Person:
    """Return the person of a row that has `PERSON_COLUMNS`."""
    return Person(row.person_id, row.os_account, row.name_zh, Role(row.role), row.active, row.town_code, row.department)


def current_account() -> str:
    """Return the operating system's name for the account at work."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid{os.geteuid()}"


class PeopleStore:
    """Persons of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def database(self) -> Database:
        """The database itself."""
        return self._database

    def acting(self, as_account: str | None = None) -> Person:
        """Return who acts: the person of the account at work, or the one named (``--as``).

        Raises
        ------
        NotFound
            If the person named is not registered.
        NotAllowed
            If the account at work is not registered.
        """
        account = as_account or current_account()
        for person in self.list():
            if person.os_account == account:
                return person
        if as_account is not None:
            raise NotFound(
                f"没有登记为“{account}”的人员",
                f"Nobody is registered as “{account}”",
                where="--as",
                next_zh="请用 landgis person list 核对账号，没有则登记：landgis person add 账号 姓名 --role 角色",
                next_en="See landgis person list, or register: landgis person add ACCOUNT NAME --role ROLE",
            )
        raise NotAllowed(
            f"账号“{account}”未登记为人员",
            f"The account “{account}” is not registered as a person",
            where=account,
            next_zh=f"请登记该账号：landgis person add {account} 姓名 --role 角色，或用 --as 指明已登记的人员",
            next_en=f"Register it: landgis person add {account} NAME --role ROLE, or name a registered person with --as",
        )

    def register(
        self,
        os_account: str,
        name_zh: str,
        role: Role,
        *,
        by: Person | None = None,
        town_code: str | None = None,
        department: str = "",
    ) -> Person:
        """Register a person, as the owner or an active security administrator may.

        Parameters
        ----------
        by
            Who registers; None: nobody who is registered.
        town_code, department
            As of `Person`.

        Raises
        ------
        Conflict
            If the account is registered already.
        NotAllowed
            If the database was opened in another role, and nobody looks who may.
        """
        row = {
            "account": os_account, "name": name_zh, "role": role.value, "town": town_code, "department": department,
        }  # fmt: skip
        with self._database.begin(by) as connection:
            number = connection.execute(_REGISTER, row).scalar_one()
        return Person(number, os_account, name_zh, role, True, town_code, department)

    def store(self, person: Person, *, by: Person | None = None) -> None:
        """Store role, town, department and whether somebody is active; his sessions end. The table remembers it.

        Raises
        ------
        Conflict
            If nobody has the account, or it is that of whoever looks.
        NotAllowed
            As for `register`.
        """
        row = {
            "account": person.os_account, "role": person.role.value, "active": person.active,
            "town": person.town_code, "department": person.department,
        }  # fmt: skip
        with self._database.begin(by) as connection:
            connection.execute(_STORE, row)

    def set_password(self, os_account: str, argon2id: str, address: str, *, by: Person | None = None) -> None:
        """Give an account a password that its person has to change; his sessions and a lock-out end.

        Raises
        ------
        Conflict, NotAllowed
            As for `store`.
        """
        with self._database.begin(by) as connection:
            connection.execute(_PASSWORD, {"account": os_account, "argon2id": argon2id, "address": address})

    def unlock(self, os_account: str, address: str, *, by: Person | None = None) -> None:
        """End the lock-out of an account.

        Raises
        ------
        Conflict, NotAllowed
            As for `store`.
        """
        with self._database.begin(by) as connection:
            connection.execute(_UNLOCK, {"account": os_account, "address": address})

    def accounts(self) -> list[Account]:
        """Return every person with the state of the account, as the owner or a security administrator may.

        Raises
        ------
        NotAllowed
            As for `register`.
        """
        with self._database.begin() as connection:
            rows = connection.execute(_ACCOUNTS).all()
        return [
            Account(
                person_of_row(row), row.has_password, row.must_change, row.locked_until, row.sessions, row.last_entered
            )
            for row in rows
        ]

    def list(self) -> list[Person]:
        """Return every person, in the order they were registered."""
        with self._database.begin() as connection:
            rows = connection.execute(select(*PERSON_COLUMNS).order_by(PERSON.c.person_id)).all()
        return [person_of_row(row) for row in rows]


def register_first(owner: Database) -> None:
    """Register the account at work as district planner when nobody is registered yet."""
    account = current_account()
    row = {"os_account": account, "name_zh": account, "role": Role.DISTRICT_PLANNER.value}
    with owner.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(4549004)))
        if connection.scalar(select(func.count()).select_from(PERSON)) == 0:
            connection.execute(insert(PERSON).values(row))
