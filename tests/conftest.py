"""Fixtures that many tests share: one private PostGIS cluster per session, one fresh database per test."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.configuration import PORT, SUPERUSER
from landgis.db.connect import Database, open_database
from landgis.db.install import make_database
from landgis.db.migrate import upgrade
from landgis.db.people import PeopleStore
from tests.support.office import stock
from tests.support.order import longest_first
from tests.support.planned_office import draft_plan

EMPTY = "landgis_template"
_HOME = "LANDGIS_TEST_HOME"


def pytest_configure(config: pytest.Config) -> None:
    """Choose one home for the cluster of all workers; the first test that needs it makes it."""
    gc.set_threshold(50_000, 20, 20)  # the usual 700 costs a tenth of the run: frames are made by the thousand
    if not hasattr(config, "workerinput"):
        os.environ[_HOME] = str(Path(tempfile.gettempdir()) / f"landgis-test-{uuid.uuid4().hex[:8]}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files."""
    longest_first(items)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster and remove it, once all workers are done."""
    if hasattr(config, "workerinput"):
        return
    shutil.rmtree(_offices(), ignore_errors=True)
    if Path(os.environ[_HOME]).exists():
        _test_cluster().stop()
        shutil.rmtree(os.environ[_HOME])


def _test_cluster() -> PrivateCluster:
    home = Path(os.environ[_HOME])
    return PrivateCluster(home, home / "socket", "postgres" if os.geteuid() == 0 else None, durable=False)


def _offices() -> Path:
    return Path(f"{os.environ[_HOME]}-offices")


@pytest.fixture(scope="session")
def stocked_home() -> Path:
    """An installation at rest, stocked with the sample: tests of commands begin with a copy of it."""
    return _made_once("样板", stock)


@pytest.fixture(scope="session")
def planned_home(stocked_home: Path) -> Path:
    """The same, screened and pooled, with a plan drafted from the pool."""
    return _made_once("计划样板", partial(draft_plan, stocked_home))


def _made_once(name: str, fill: Callable[[Path], None]) -> Path:
    """Return a folder that one worker fills and all of them copy from."""
    _offices().mkdir(mode=0o755, exist_ok=True)
    place = _offices() / name
    with (_offices() / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            draft = Path(tempfile.mkdtemp(dir=_offices()))
            draft.chmod(0o755)
            fill(draft)
            draft.rename(place)
    return place


@pytest.fixture(scope="session")
def cluster() -> PrivateCluster:
    """The session's own cluster, shared by all workers, with a migrated template database."""
    cluster = _test_cluster()
    cluster.start()
    ready_database(cluster, EMPTY, _migrated)
    return cluster


def _migrated(cluster: PrivateCluster, name: str) -> None:
    make_database(cluster, name)
    upgrade(open_database(cluster, role="landgis_owner", name=name, check=False, pooled=False))
    with admin(cluster, name) as connection:  # half of every copy would be the list of the world's CRS
        connection.execute("DELETE FROM spatial_ref_sys WHERE srid NOT IN (4326, 4490, 4549, 4550)")
        connection.execute("VACUUM FULL")


def ready_database(cluster: PrivateCluster, name: str, fill: Callable[[PrivateCluster, str], None]) -> str:
    """Return the name of a database that one worker makes, fills and leaves, and that all of them copy.

    Parameters
    ----------
    fill
        Makes and fills the database of the name it is given; no connection to it may stay.
    """
    with (cluster.home / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with admin(cluster) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found is None:
            draft = f"draft_{uuid.uuid4().hex[:12]}"
            fill(cluster, draft)
            with admin(cluster) as connection:
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                connection.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
    return name


def admin(cluster: PrivateCluster, name: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
    """Connect as the cluster's superuser."""
    return psycopg.connect(host=str(cluster.host()), port=PORT, user=SUPERUSER, dbname=name, autocommit=True)


@contextmanager
def fresh_database(cluster: PrivateCluster, like: str = EMPTY) -> Iterator[str]:
    """Use the name of a new database that begins as a copy of another, to which nobody may be connected."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with admin(cluster) as connection:
        template = sql.Identifier(like)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
    yield name
    with admin(cluster) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def template() -> str:
    """What the database of a test begins as: migrated and empty, unless a module overrides this with more in it."""
    return EMPTY


@pytest.fixture
def database_name(cluster: PrivateCluster, template: str) -> Iterator[str]:
    """The name of a fresh database, dropped at the end."""
    with fresh_database(cluster, template) as name:
        yield name


@pytest.fixture
def database(cluster: PrivateCluster, database_name: str) -> Iterator[Database]:
    """A fresh database in the working role."""
    database = open_database(cluster, name=database_name)
    yield database
    database.close()


@pytest.fixture
def owner(cluster: PrivateCluster, database_name: str) -> Database:
    """The same database in the owner's role."""
    return open_database(cluster, role="landgis_owner", name=database_name, pooled=False)


@pytest.fixture
def planner(owner: Database) -> Person:
    """A registered district planner."""
    return registered_planner(owner)


def registered_planner(owner: Database) -> Person:
    """Register a district planner."""
    return PeopleStore(owner).register("guihua", "规划员甲", Role.DISTRICT_PLANNER)
