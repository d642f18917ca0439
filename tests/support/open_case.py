"""The open services in tests: a bureau with parcels, a pool, a published plan, another being drafted, and two layers."""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import uvicorn
from psycopg import sql
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.layers import LayerStore
from landgis.db.people import PeopleStore
from landgis.db.tokens import TokenStore
from landgis.domain.layer import Secrecy
from landgis.services.open_data import OpenData
from landgis.web.app import VENDORED, create_app
from landgis.web.security import Guard
from tests.conftest import admin
from tests.postgis.support import add_layer
from tests.postgis.test_plan_way import ONE, TWO, Office
from tests.support.alone import Alone
from tests.support.desk_case import catalogue, office_of
from tests.support.ground import at, layer

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CGCS2000 = "http://www.opengis.net/def/crs/EPSG/0/4490"
WORKING = "http://www.opengis.net/def/crs/EPSG/0/4549"
OWNER = "甲某某"
PARCELS = 12
TOWN = "310117109"
"""Where all of them lie, and where the town clerk works."""


@dataclass(frozen=True)
class Answer:
    """What came back: state, headers, text."""

    status: int
    headers: Message
    text: str

    @property
    def document(self) -> Any:
        """The text as JSON."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Client:
    """Who asks: the address of this machine and the headers of every request."""

    address: str
    headers: dict[str, str]

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for a path below the address, or for a whole address."""
        url = path if path.startswith("http") else f"{self.address}{path}"
        request = urllib.request.Request(url, headers={**self.headers, **headers}, method=method)
        try:
            with urllib.request.urlopen(request) as found:
                return Answer(found.status, found.headers, found.read().decode(errors="replace"))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read().decode())


@dataclass
class OpenCase:
    """A served bureau.

    Attributes
    ----------
    address
        ``http://127.0.0.1:port``; the services lie under ``/ogc``.
    owner
        The database in the owner's role.
    people
        Registered persons by role.
    """

    address: str
    owner: Database
    people: dict[Role, Person]

    def token(self, role: Role, days: float = 1) -> str:
        """Issue a token for the person of a role."""
        secret = uuid.uuid4().hex
        hashed = hashlib.sha256(secret.encode()).hexdigest()
        until = datetime.now(UTC) + timedelta(days=days)
        TokenStore(self.owner).issue(self.people[role], hashed, "试验", until, by=None)
        return secret

    def client(self, role: Role | None = Role.DISTRICT_PLANNER) -> Client:
        """Return a client that asks as a role; None: without a token."""
        return Client(self.address, {} if role is None else {"Authorization": f"Bearer {self.token(role)}"})


@contextmanager
def static_files() -> Iterator[Path]:
    """Stand in for the libraries of the page, which no answer of the open services needs."""
    with tempfile.TemporaryDirectory() as folder:
        for name in VENDORED:
            path = Path(folder) / "vendor" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        yield Path(folder)


@contextmanager
def served_app(app: Guard) -> Iterator[str]:
    """Serve on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@contextmanager
def open_case(cluster: PrivateCluster) -> Iterator[OpenCase]:
    """Make the bureau in a database of its own; dropped at the end."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with admin(cluster) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE landgis_template").format(sql.Identifier(name)))
    owner = open_database(cluster, role="landgis_owner", name=name, pooled=False)
    database, reading = open_database(cluster, name=name), open_database(cluster, role="landgis_desk", name=name)
    people = {
        role: PeopleStore(owner).register(
            role.value, f"人员{role.zh}", role, town_code=TOWN if role is Role.TOWN_CLERK else None
        )
        for role in Role
    }
    with admin(cluster, name) as connection:
        _fill(Office(database, people[Role.DISTRICT_PLANNER], connection, reviewer=people[Role.DISTRICT_REVIEWER]))
    try:
        with static_files() as static:
            app = create_app(
                office_of(database, static.parent), Alone(people[Role.DISTRICT_PLANNER]), static=static,
                open_data=lambda: OpenData(database, reading, catalogue()),
            )  # fmt: skip
            with served_app(app) as address:
                yield OpenCase(address, owner, people)
    finally:
        for one in (database, reading):
            one.close()
        with admin(cluster) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(office: Office) -> None:
    """Parcels in a row 100 m apart, the first two in a published plan, the third in a draft."""
    office.screen({f"SJ-{n:03d}": at(100 * n, 0, 80, 60) for n in range(1, PARCELS + 1)})
    with office.database.begin(office.person, "补登") as connection:
        connection.execute(
            text(
                "INSERT INTO landgis.parcel_fact (parcel_id, fact, valid_from, state, value, source) VALUES"
                " ('SJ-001', 'owner_name', '2026-01-01', 'known', to_jsonb(CAST(:owner AS text)), 'test'),"
                " ('SJ-001', 'registered_area_m2', '2026-01-01', 'known', '4801.5', 'test')"
            ),
            {"owner": OWNER},
        )
    office.pool_id = office.build("SJ-001", "SJ-002", "SJ-003")
    office.draft("L1", "SJ-001", "SJ-002")
    office.bring("L1")
    office.publish("L1", ONE, TWO)
    office.draft("L2", "SJ-003")
    secret = {"homestead": Secrecy.UNSTATED, "town": Secrecy.PUBLIC, "ecological_redline": Secrecy.PUBLIC}
    for key, mark in secret.items():
        data = layer(key, {f"{key}/1": at(0, 0, 90, 70), f"{key} 2": at(300, 0, 50, 50)})
        marked = replace(data, release=replace(data.release, secrecy=mark, substitute=key == "town"))
        add_layer(office.database, office.person, marked, "2026-01")
        if key != "ecological_redline":
            LayerStore(office.database).publish(key, "2026-01", office.person)
