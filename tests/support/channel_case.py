"""A served desk with rows of two towns in everything that it shows, and somebody of every role who has logged in."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import httpx
import openpyxl
import pandas as pd
import pypdf
from fastapi import FastAPI
from sqlalchemy import text

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.people import PeopleStore
from landgis.db.tokens import TokenStore
from landgis.domain.criteria import PlanTargets, PoolCriteria
from landgis.services.entering.door import Door
from landgis.services.entering.oidc import Provider
from landgis.services.entering.passwords import Hashing
from landgis.services.open_data import OpenData
from landgis.services.people import Register
from landgis.services.planning.draft_plan import draft_plan
from landgis.services.pooling.build_pool import build_pool
from landgis.web.app import create_app
from landgis.web.entering.sessions import Sessions
from landgis.web.office import Office
from tests.support import ground
from tests.support.desk_case import (
    catalogue,
    fresh_database,
    known_ground,
    owner_of,
    run_of,
    store_layers,
    store_parcels,
)
from tests.support.door_case import CHEAP, PASSWORD
from tests.support.matrix_case import OTHER, OWN
from tests.support.open_case import served_app, static_files
from tests.support.ways import Way, ways

CLERK, NEIGHBOUR = str(Role.TOWN_CLERK), "neighbour"
OF_TOWN = {CLERK: ("SJ-004",), NEIGHBOUR: ("SJ-001", "SJ-002", "SJ-003")}
"""Parcels in the town of each clerk: all there are."""
ALL = tuple(sorted(name for names in OF_TOWN.values() for name in names))
LATER = "R000002"
POINTS = {name: (ground.X + 100 * int(name[-1]) + 10, ground.Y + 10) for name in ALL}
"""A place inside each parcel, metres east and north."""
_SIDE_M = 262_144 / 2**8
PLACE = {"z": 8, "x": int((ground.X + 210 - 500_000) // _SIDE_M), "y": int((3_600_000 - ground.Y - 30) // _SIDE_M)}
"""The tile in which all of them lie."""
FORMS: Mapping[str, Mapping[str, str]] = {"/export/parcels.{form}": {"why": "试"}}
"""What a way takes as a form, which no route declares."""
_KEPT = ("web_session", "entry_log", "entry_lock")
"""Tables that tell of the door itself: a request may touch them."""


@dataclass
class Bureau:
    """A served desk.

    Attributes
    ----------
    run, plan
        What was screened and drafted there.
    people
        By account: one of every role, named as his role, and a second clerk.
    """

    address: str
    database: Database
    owner: Database
    home: Path
    run: str
    plan: str
    ways: list[Way]
    people: dict[str, Person]
    browsers: dict[str, httpx.Client] = field(default_factory=dict)

    def ask(self, who: str, path: str, method: str = "GET", **more: Any) -> httpx.Response:
        """Ask as somebody who has logged in; nobody: an empty name."""
        return self.browsers[who].request(method, path, **more)

    def go(self, who: str, way: Way, **known: Any) -> httpx.Response:
        """Ask for a way as it declares that it is asked for.

        Parameters
        ----------
        known
            Values of names that stand in its path or query; by default what is planted, and the parcel of the clerk.
        """
        parcel = known.get("parcel", OF_TOWN[CLERK][0])
        east, north = POINTS.get(parcel, (0.0, 0.0))
        named = {
            "run": self.run, "run_id": self.run, "plan": self.plan, "before": self.run, "after": LATER, "q": "SJ-00",
            "rule": "context", **PLACE, **known, "parcel": parcel, "east": east, "north": north,
        }  # fmt: skip
        query = {name: named.get(name, value) for name, value in way.query.items()}
        form = FORMS.get(way.path)
        more: dict[str, Any] = {"data": form} if form else {} if way.body is None else {"json": way.body}
        return self.ask(who, way.address(**named), way.method, params=query, **more)

    def token(self, who: str) -> dict[str, str]:
        """Issue a token for somebody; the header that shows it."""
        secret = uuid.uuid4().hex
        hashed = hashlib.sha256(secret.encode()).hexdigest()
        TokenStore(self.owner).issue(self.people[who], hashed, "试", datetime.now(UTC) + timedelta(days=1), by=None)
        return {"Authorization": f"Bearer {secret}"}

    def written(self) -> dict[str, str]:
        """Return a hash of every table: equal where nothing was written."""
        found = {}
        with self.owner.begin() as connection:
            tables = connection.scalars(text(
                "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'r' AND NOT c.relispartition"
                " AND c.relnamespace::regnamespace::text IN ('landgis', 'landgis_jobs')"
            )).all()  # fmt: skip
            for table in tables:
                if table.rsplit(".", 1)[-1] not in _KEPT:
                    query = f"SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {table} t"  # noqa: S608
                    found[table] = str(connection.scalar(text(query)))
        return found


def shown(answer: httpx.Response) -> str:
    """Return what a person reads of an answer: a page, JSON, a tile, a PDF or a workbook."""
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("application/pdf"):
        pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
        return "".join("".join(page.extract_text().split()) for page in pages)
    if "spreadsheetml" in kind:
        sheets = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
        return json.dumps([str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row])
    return answer.content.decode("utf-8", errors="replace")


def parcels_in(answer: httpx.Response) -> set[str]:
    """Return the numbers of parcels that an answer names."""
    said = shown(answer)
    return {name for name in ALL if name in said}


@contextmanager
def bureau(cluster: PrivateCluster) -> Iterator[Bureau]:
    """Plant the rows, serve the desk, log everybody in; all of it ends with the context."""
    with (
        fresh_database(cluster) as (database, planner),
        static_files() as static,
        tempfile.TemporaryDirectory() as folder,
    ):
        owner, hashing, home = owner_of(cluster, database), Hashing(CHEAP), Path(folder)
        reading = open_database(cluster, role="landgis_desk", name=str(database.engine.url.database))
        run, plan = _planted(database, planner)
        people = _people(owner, hashing)
        sessions = Sessions(
            Door(database, hashing), hashing, secure=False, provider=Provider("https://sso.example", "landgis", None)
        )
        guard = create_app(
            Office(reading, catalogue(), "songjiang", home),
            sessions,
            static=static,
            open_data=lambda: OpenData(database, reading, catalogue()),
        )
        app = guard.app
        assert isinstance(app, FastAPI)
        with served_app(guard) as address:
            made = Bureau(address, database, owner, home, run, plan, ways(app), people)
            made.browsers = {who: _logged_in(address, who) for who in ("", *people)}
            yield made
            for browser in made.browsers.values():
                browser.close()
            reading.close()


def _planted(database: Database, planner: Person) -> tuple[str, str]:
    """Run, pool and plan with parcels of both towns, and a later run in which one parcel of each is judged otherwise."""
    run = known_ground(database, planner)
    halves = {OWN: ground.at(-50, -50, 440, 300), OTHER: ground.at(390, -50, 600, 300)}
    towns = ground.layer("town", halves)
    named = gpd.GeoDataFrame(towns.features.assign(label=pd.Series(["叶榭镇", "佘山镇"], dtype="str")))
    store_layers(database, planner, [replace(towns, features=named)])
    build_pool(database, planner, "songjiang", PoolCriteria())
    plan = draft_plan(database, planner, "songjiang", PlanTargets(2027, max_ha=Decimal("12")))
    boxes = {name: ground.at(100 * int(name[-1]), 0, 80, 60) for name in ("SJ-001", "SJ-004")}
    frame = ground.parcels(boxes, village_name="东村", dispute=None)
    frame["dispute"] = frame["dispute"].astype("boolean")
    frame.loc[1, ["town_code", "town_name"]] = [OTHER, "佘山镇"]
    store_parcels(database, planner, frame)
    assert run_of(database, planner) == LATER
    return run, plan.head.plan_id


def _people(owner: Database, hashing: Hashing) -> dict[str, Person]:
    """Register one of every role and a clerk of the other town; their passwords need not be changed."""
    register, store = Register(PeopleStore(owner), None), PeopleStore(owner)
    towns = {CLERK: OTHER, NEIGHBOUR: OWN}
    people = {}
    for account in (*map(str, Role), NEIGHBOUR):
        role = Role.TOWN_CLERK if account == NEIGHBOUR else Role(account)
        people[account] = store.register(account, f"某{account}", role, town_code=towns.get(account))
        register.set_password(account, PASSWORD, hashing)
    with owner.begin() as connection:
        connection.execute(text("UPDATE landgis.person_login SET must_change = false"))
    return people


def _logged_in(address: str, who: str) -> httpx.Client:
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
    browser = httpx.Client(base_url=address, headers=headers, timeout=30, trust_env=False)
    if who:
        answer = browser.post("/enter", data={"account": who, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
    return browser
