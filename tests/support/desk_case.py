"""What the desk shows in tests: a small known ground, or the sample district, stored and screened."""

from __future__ import annotations

import hashlib
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import uvicorn
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.crs import WORKING
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.layers import LayerStore
from landgis.db.originals import SourceFile
from landgis.db.parcels import ImportMeta, ParcelStore
from landgis.db.people import PeopleStore
from landgis.db.runs import RunStore
from landgis.domain.catalogue import Catalogue
from landgis.exchange.catalogue import load_catalogue
from landgis.frames.layer import LayerData
from landgis.rules.reading.load import load_pack
from landgis.sample import SampleDistrict
from landgis.services.screening.screen import screen
from landgis.web.app import create_app
from landgis.web.office import Office
from landgis.web.security import Guard
from tests.conftest import EMPTY, admin, ready_database
from tests.conftest import fresh_database as named_database
from tests.support import ground
from tests.support.alone import Alone

PROJECT = Path(__file__).resolve().parents[2]
AS_OF = date(2026, 6, 30)
META = ImportMeta("EPSG:4549", "", "UTF-8")
EVIL = '<img src=x onerror="window.hacked=1"><b>村</b>'


def source(name: str) -> SourceFile:
    """An original whose bytes nobody looks at."""
    return SourceFile(hashlib.sha256(name.encode()).hexdigest(), name, 1)


def catalogue() -> Catalogue:
    """The project's own layer catalogue."""
    return load_catalogue(PROJECT / "layers")


def store_layers(database: Database, person: Person, layers: Iterable[LayerData]) -> None:
    """Store and publish layers."""
    store = LayerStore(database)
    for layer in layers:
        file = source(f"{layer.release.layer}.gpkg")
        data = replace(layer, release=replace(layer.release, content_hash=file.content_hash))
        store.add_release(data, (), source=file, person=person)
        store.publish(layer.release.layer, layer.release.name, person)


def store_parcels(
    database: Database, person: Person, parcels: gpd.GeoDataFrame, papers: pd.DataFrame | None = None
) -> None:
    """Store parcels with their documents."""
    ParcelStore(database).add_import(
        gpd.GeoDataFrame(parcels, crs=WORKING), (), source=source("parcels.gpkg"), meta=META, person=person,
        documents=papers,
    )  # fmt: skip


def run_of(database: Database, person: Person, pack: str = "songjiang") -> str:
    """Screen a district and return the run."""
    return screen(database, person, load_pack(pack), AS_OF).run_id


def known_ground(database: Database, person: Person, without: str = "") -> str:
    """Four parcels with known answers, screened.

    SJ-001 clear; SJ-002 with 160 m² of farmland in two features, in the village EVIL; SJ-003 without a word on a
    dispute (unknown); SJ-004 wholly inside the development boundary (flagged), in another town. A layer can be left out.
    """
    boxes = {f"SJ-00{number}": ground.at(100 * number, 0, 80, 60) for number in (1, 2, 3, 4)}
    frame = ground.parcels(boxes, village_name="东村")
    frame.loc[1, "village_name"] = EVIL
    frame.loc[2, "dispute"] = None
    frame.loc[3, ["town_code", "town_name"]] = ["310117106", "佘山镇"]
    frame["dispute"] = frame["dispute"].astype("boolean")
    layers = ground.clear_layers()
    fields = {"田-1": ground.at(190, 0, 12, 60), "田-2": ground.at(272, 40, 20, 20), "远": ground.at(2000, 2000, 9, 9)}
    layers["permanent_basic_farmland"] = ground.layer("permanent_basic_farmland", fields)
    layers["development_boundary"] = ground.layer("development_boundary", {"界": ground.at(395, -10, 100, 100)})
    layers.pop(without, None)
    marked = [replace(layer, release=replace(layer.release, substitute=True)) for layer in layers.values()]
    store_layers(database, person, marked)
    store_parcels(database, person, frame)
    return run_of(database, person)


def store_sample(database: Database, person: Person, sample: SampleDistrict, parcels: gpd.GeoDataFrame) -> str:
    """Store the sample's layers and some of its parcels, and screen Songjiang."""
    store_layers(
        database, person, (LayerData(row.release, row.features, row.coverage) for row in sample.layers.values())
    )
    papers = sample.documents[sample.documents["parcel_id"].isin(parcels["parcel_id"])]
    store_parcels(database, person, parcels, papers)
    return run_of(database, person)


@contextmanager
def fresh_database(cluster: PrivateCluster) -> Iterator[tuple[Database, Person]]:
    """A database and a planner for a whole module; dropped at the end."""
    with copied_database(cluster, EMPTY) as database:
        yield database, _planner(cluster, database)


@contextmanager
def copied_database(cluster: PrivateCluster, like: str) -> Iterator[Database]:
    """A copy of a database to which nobody is connected, in the working role; dropped at the end."""
    with named_database(cluster, like) as name:
        database = open_database(cluster, name=name)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def known_database(cluster: PrivateCluster) -> Iterator[tuple[Database, Person, str]]:
    """A database with `known_ground`, its planner and its run: a copy of one that is made once."""
    with copied_database(cluster, ready_database(cluster, "landgis_known_ground", _known)) as database:
        yield database, PeopleStore(database).list()[0], RunStore(database).list()[0].run_id


def _known(cluster: PrivateCluster, name: str) -> None:
    with filled(cluster, name) as (database, person):
        known_ground(database, person)


@contextmanager
def filled(cluster: PrivateCluster, name: str) -> Iterator[tuple[Database, Person]]:
    """Make a database of this name with a planner, to be filled while the context lasts and then copied."""
    with admin(cluster) as connection:
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(make.format(sql.Identifier(name), sql.Identifier(EMPTY)))
    database = open_database(cluster, name=name)
    try:
        yield database, _planner(cluster, database)
    finally:
        database.close()


def _planner(cluster: PrivateCluster, database: Database) -> Person:
    return PeopleStore(owner_of(cluster, database)).register("guihua", "规划员甲", Role.DISTRICT_PLANNER)


def owner_of(cluster: PrivateCluster, database: Database) -> Database:
    """The same database in the owner's role; to be closed."""
    return open_database(cluster, role="landgis_owner", name=str(database.engine.url.database), pooled=False)


def desk_of(database: Database) -> Database:
    """The same database in the role of the desk."""
    engine = create_engine(database.engine.url.set(username="landgis_desk"), poolclass=NullPool)
    return Database(engine, "landgis_desk")


def office_of(database: Database, home: Path) -> Office:
    """An office on a database, for its Songjiang desk; caches lie under ``home``."""
    return Office(desk_of(database), catalogue(), "songjiang", home)


@contextmanager
def served(database: Database, person: Person | None = None, *, home: Path | None = None) -> Iterator[str]:
    """The desk on a free port of this machine, open to one person, by default the planner; yields its address."""
    with tempfile.TemporaryDirectory(prefix="landgis-desk-") as own:
        who = person or PeopleStore(database).list()[0]
        app = create_app(office_of(database, home or Path(own)), Alone(who))
        yield from _served(app)


@contextmanager
def served_at(database: Database, home: Path, person: Person) -> Iterator[str]:
    """The desk of one person on a free port, with the originals and caches of ``home``; yields its address."""
    yield from _served(create_app(office_of(database, home), Alone(person)))


def _served(app: Guard) -> Iterator[str]:
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
