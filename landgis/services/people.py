"""Managing persons: in the owner's role from the terminal, or as a security administrator from the desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from landgis.access.person import Person
from landgis.access.roles import Action, Role
from landgis.db.connect import Database, OfficeServer, Server, open_database
from landgis.db.people import Account, PeopleStore, current_account
from landgis.domain.district import town_names
from landgis.errors import Conflict, NotAllowed, NotFound, NotReady, UsageError
from landgis.services.entering.passwords import Hashing, require_sound

TERMINAL = "terminal"
"""What the log calls the address of whoever works in a terminal."""


def people(database: Database) -> list[Person]:
    """Return every person, in the order they were registered."""
    return PeopleStore(database).list()


@dataclass(frozen=True)
class Register:
    """The register of persons, open to somebody who may write it.

    Attributes
    ----------
    store
        In the owner's role, or as a security administrator sees it.
    by
        Who manages; None: nobody who is registered.
    address
        From where, for the log.
    """

    store: PeopleStore
    by: Person | None
    address: str = TERMINAL

    def accounts(self) -> list[Account]:
        """Return every person with the state of the account."""
        return self.store.accounts()

    def add(self, account: str, name_zh: str, role: Role, town: str | None = None, department: str = "") -> Person:
        """Register a person.

        Parameters
        ----------
        account
            Of the operating system, or the one that ``--as`` names and that is typed to log in.
        name_zh
            As it is printed.
        town
            Nine-digit code; a town clerk has one, nobody else has.
        department
            Name of the department that is asked; empty for the bureau itself.

        Raises
        ------
        UsageError
            A blank or overlong account or name, or a town that does not fit the role.
        Conflict
            The account is registered already.
        """
        account, name_zh = account.strip(), name_zh.strip()
        if not account or not name_zh:
            raise UsageError("账号和姓名不能为空", "Account and name cannot be blank", where="landgis person add")
        if max(len(account), len(name_zh), len(department)) > 100:
            raise UsageError(
                "账号、姓名和部门各不超过 100 个字符", "Account, name and department: 100 characters at most"
            )
        known = self._known(account)
        if known is not None:
            raise _registered(known)
        town = _town_of(role, town)
        return self.store.register(account, name_zh, role, by=self.by, town_code=town, department=department.strip())

    def set_active(self, account: str, *, active: bool) -> Person:
        """Say that a person has left, or is back; deeds stay, sessions end.

        Raises
        ------
        NotFound, Conflict
            Nobody of that account; it is so already.
        """
        known = self._person(account)
        if known.active is active:
            zh, en = ("已启用", "active") if active else ("已停用", "inactive")
            raise Conflict(f"人员“{account}”{zh}", f"“{account}” is {en} already", where=account)
        return self._store(replace(known, active=active))

    def set_role(self, account: str, role: Role, town: str | None = None) -> Person:
        """Give a person another role, the only one from then on; sessions end.

        Parameters
        ----------
        town
            For a town clerk; None: the town that the person has.

        Raises
        ------
        UsageError, NotFound
            A town that does not fit; nobody of that account.
        """
        known = self._person(account)
        kept = known.town_code if role is Role.TOWN_CLERK else None
        return self._store(replace(known, role=role, town_code=_town_of(role, town or kept)))

    def set_town(self, account: str, town: str) -> Person:
        """Give a town clerk another town; sessions end.

        Raises
        ------
        UsageError, NotFound
            No such town, or no town clerk; nobody of that account.
        """
        known = self._person(account)
        return self._store(replace(known, town_code=_town_of(known.role, town)))

    def set_password(self, account: str, password: str, hashing: Hashing) -> Person:
        """Give a person a password that he has to change at once; sessions and a lock-out end.

        Raises
        ------
        UsageError, NotFound
            A password that is not good enough; nobody of that account.
        """
        known = self._person(account)
        require_sound(password, account)
        self.store.set_password(account, hashing.hash(password), self.address, by=self.by)
        return known

    def unlock(self, account: str) -> Person:
        """End the lock-out of an account.

        Raises
        ------
        NotFound
            Nobody of that account.
        """
        known = self._person(account)
        self.store.unlock(account, self.address, by=self.by)
        return known

    def _known(self, account: str) -> Person | None:
        return next((row.person for row in self.accounts() if row.person.os_account == account), None)

    def _person(self, account: str) -> Person:
        known = self._known(account)
        if known is None:
            raise _nobody(account)
        return known

    def _store(self, person: Person) -> Person:
        self.store.store(person, by=self.by)
        return person


def register_for(database: Database, admin: Person, address: str) -> Register:
    """Return the register as a security administrator works with it.

    Raises
    ------
    NotAllowed
        If the person is none.
    """
    admin.require(Action.MANAGE_PEOPLE)
    return Register(PeopleStore(database.seen_by(admin)), admin, address)


def add_person(server: Server, account: str, name_zh: str, role: Role, town: str | None = None) -> Person:
    """Register a person in the owner's role; see `Register.add`.

    Raises
    ------
    UsageError, Conflict, NotAllowed
        As there; who works may not take the owner's role.
    """
    with owners_register(server) as register:
        return register.add(account, name_zh, role, town)


@contextmanager
def owners_register(server: Server) -> Iterator[Register]:
    """Open the register in the owner's role.

    Raises
    ------
    NotAllowed
        Who works may not take the owner's role.
    """
    with as_owner(server) as (store, by):
        yield Register(store, by)


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
        raise _nobody(account)
    return known


def _town_of(role: Role, town: str | None) -> str | None:
    """Town of a person of a role, as stored: town clerks have one that is known, nobody else has."""
    if role is not Role.TOWN_CLERK:
        if town:
            raise UsageError(f"只有镇填报员有所属街镇，{role.zh}没有", "Only a town clerk has a town", where="town")
        return None
    if not town:
        raise UsageError(
            "镇填报员须有所属街镇", "A town clerk has a town", where="town",
            next_zh="请写明九位街镇代码，如 --town 310117106", next_en="Name its nine-digit code, e.g. --town 310117106",
        )  # fmt: skip
    if town not in town_names():
        raise UsageError(
            f"没有代码为“{town}”的街镇", f"There is no town “{town}”", where="town",
            next_zh="请写九位街镇代码，如洞泾镇 310117106", next_en="Write nine digits, e.g. 310117106 (Dongjing)",
        )  # fmt: skip
    return town


def _found(store: PeopleStore, account: str) -> Person | None:
    return next((person for person in store.list() if person.os_account == account), None)


def _nobody(account: str) -> NotFound:
    return NotFound(
        f"没有登记为“{account}”的人员", f"Nobody is registered as “{account}”", where=account,
        next_zh="请用 landgis person list 核对账号", next_en="See landgis person list",
    )  # fmt: skip


def _registered(known: Person) -> Conflict:
    left = (
        ("，已停用", "; it is inactive", f"请重新启用：landgis person activate {known.os_account}",
         f"Reactivate it: landgis person activate {known.os_account}")
        if not known.active
        else ("", "", f"请换一个账号，或改变其角色：landgis person role {known.os_account} 角色",
              f"Take another account, or change the role: landgis person role {known.os_account} ROLE")
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
