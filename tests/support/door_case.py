"""A desk that demands log-ins, served with cheap hashes: persons of every role, and browsers that remember cookies."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.people import PeopleStore
from landgis.services.entering.door import Door
from landgis.services.entering.passwords import Hashing
from landgis.services.people import Register
from landgis.web.app import create_app
from landgis.web.entering.sessions import Sessions
from tests.support import desk_case

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse battery"  # a well-known example
TOWN = "310117106"
OF_THE_DOOR = {"person_login", "web_session", "entry_link", "entry_log", "entry_lock"}
"""Tables that the working role does not read: it has functions."""


@dataclass
class DoorCase:
    """A served desk, its database in both roles, and one person of every role, called as his role."""

    address: str
    database: Database
    owner: Database
    door: Door
    hashing: Hashing
    ticks: list[float]
    home: Path
    app: FastAPI
    browsers: list[httpx.Client] = field(default_factory=list)

    @property
    def register(self) -> Register:
        """The register in the owner's role."""
        return Register(PeopleStore(self.owner), None)

    def person(self, account: str) -> Person:
        """A person as registered now."""
        return PeopleStore(self.owner).acting(account)

    def new(self, account: str, role: Role = Role.LEADER, *, password: str | None = PASSWORD) -> Person:
        """A person of a test's own; the password need not be changed."""
        made = self.register.add(account, f"某{account}", role, TOWN if role is Role.TOWN_CLERK else None)
        if password is not None:
            self.register.set_password(account, password, self.hashing)
            self.run("UPDATE landgis.person_login SET must_change = false WHERE person_id = :n", n=made.person_id)
        return made

    def browser(self, **headers: str) -> httpx.Client:
        """A browser that keeps cookies and says where its requests come from."""
        said = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"} | headers
        self.browsers.append(httpx.Client(base_url=self.address, headers=said, timeout=20))
        return self.browsers[-1]

    def inside(self, account: str, password: str = PASSWORD) -> httpx.Client:
        """A browser in which somebody has logged in."""
        browser = self.browser()
        answer = browser.post("/enter", data={"account": account, "password": password})
        assert answer.status_code == 303, answer.text
        return browser

    def run(self, statement: str, **bound: Any) -> list[Any]:
        """Run a statement as the owner; triggers that keep rows as they are look away."""
        with self.owner.begin() as connection:
            for table in ("web_session", "entry_link"):
                connection.execute(text(f"ALTER TABLE landgis.{table} DISABLE TRIGGER stays"))
            result = connection.execute(text(statement), bound)
            rows = list(result.all()) if result.returns_rows else []
            for table in ("web_session", "entry_link"):
                connection.execute(text(f"ALTER TABLE landgis.{table} ENABLE TRIGGER stays"))
        return rows

    def other_server(self) -> Door:
        """The door of another server process on the same database."""
        return Door(self.database, self.hashing, lambda: self.ticks[0])

    def forget(self) -> None:
        """Let the look-ups that are held in memory grow old: whoever was idle for too long is out."""
        self.ticks[0] += 3

    def logged(self, account: str) -> list[tuple[str, str]]:
        """What the log says of an account, oldest first: what, why."""
        rows = self.run("SELECT what, why FROM landgis.entry_log WHERE account = :a ORDER BY entry_no", a=account)
        return [(row.what, row.why) for row in rows]


@contextmanager
def door_case(cluster: PrivateCluster, **more: Any) -> Iterator[DoorCase]:
    """A served desk with a person of every role; dropped at the end.

    Parameters
    ----------
    more
        For `Sessions`.
    """
    with desk_case.fresh_database(cluster) as (database, _), tempfile.TemporaryDirectory() as home:
        owner = open_database(cluster, role="landgis_owner", name=str(database.engine.url.database), pooled=False)
        hashing, ticks = Hashing(CHEAP), [0.0]
        door = Door(database, hashing, lambda: ticks[0])
        sessions = Sessions(door, hashing, **({"secure": False} | more))
        app = create_app(desk_case.office_of(database, Path(home)), sessions)
        inner = app.app
        assert isinstance(inner, FastAPI)
        for address in desk_case._served(app):
            case = DoorCase(address, database, owner, door, hashing, ticks, Path(home), inner)
            for role in Role:
                case.new(role.value, role)
            yield case
            for browser in case.browsers:
                browser.close()
