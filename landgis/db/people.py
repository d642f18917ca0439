"""Who is registered, and who is acting."""

from __future__ import annotations

import os
import pwd

from sqlalchemy import func, insert, select, update

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.connect import Database
from landgis.db.tables.people import PERSON
from landgis.errors import NotAllowed, NotFound


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

    def register(self, os_account: str, name_zh: str, role: Role, *, by: Person | None = None) -> Person:
        """Register a person; the database allows it to ``landgis_owner`` alone.

        Parameters
        ----------
        by
            Who registers; None: nobody who is registered.

        Raises
        ------
        Conflict
            If the account is registered already.
        NotAllowed
            If the database was opened in another role.
        """
        row = {"os_account": os_account, "name_zh": name_zh, "role": role.value}
        with self._database.begin(by) as connection:
            number = connection.execute(insert(PERSON).values(row).returning(PERSON.c.person_id)).scalar_one()
        return Person(number, os_account, name_zh, role)

    def set_active(self, os_account: str, *, active: bool, by: Person | None = None) -> None:
        """Say that a person has left or is back, as ``landgis_owner`` alone may; the table remembers who and when.

        Raises
        ------
        NotAllowed
            If the database was opened in another role.
        """
        change = update(PERSON).where(PERSON.c.os_account == os_account).values(active=active)
        with self._database.begin(by) as connection:
            connection.execute(change)

    def list(self) -> list[Person]:
        """Return every person, in the order they were registered."""
        columns = (PERSON.c.person_id, PERSON.c.os_account, PERSON.c.name_zh, PERSON.c.role, PERSON.c.active)
        with self._database.begin() as connection:
            rows = connection.execute(select(*columns).order_by(PERSON.c.person_id)).all()
        return [Person(row.person_id, row.os_account, row.name_zh, Role(row.role), row.active) for row in rows]


def register_first(owner: Database) -> None:
    """Register the account at work as district planner when nobody is registered yet."""
    account = current_account()
    row = {"os_account": account, "name_zh": account, "role": Role.DISTRICT_PLANNER.value}
    with owner.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(4549004)))
        if connection.scalar(select(func.count()).select_from(PERSON)) == 0:
            connection.execute(insert(PERSON).values(row))
