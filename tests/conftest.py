"""Fixtures that many tests share: one private PostGIS cluster per session, one fresh database per test."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
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
from tests.support.office import stocked
from tests.support.planned_office import planned

_TEMPLATE = "landgis_template"
_HOME = "LANDGIS_TEST_HOME"


def pytest_configure(config: pytest.Config) -> None:
    """Choose one home for the cluster of all workers; the first test that needs it makes it."""
    gc.set_threshold(50_000, 20, 20)  # the usual 700 costs a tenth of the run: frames are made by the thousand
    if not hasattr(config, "workerinput"):
        os.environ[_HOME] = str(Path(tempfile.gettempdir()) / f"landgis-test-{uuid.uuid4().hex[:8]}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster and remove it, once all workers are done."""
    if not hasattr(config, "workerinput") and Path(os.environ[_HOME]).exists():
        _test_cluster().stop()
        shutil.rmtree(os.environ[_HOME])


def _test_cluster() -> PrivateCluster:
    home = Path(os.environ[_HOME])
    return PrivateCluster(home, home / "socket", "postgres" if os.geteuid() == 0 else None, durable=False)


@pytest.fixture(scope="session")
def stocked_home() -> Iterator[Path]:
    """An installation at rest, stocked with the sample: tests of commands begin with a copy of it."""
    with stocked() as home:
        yield home


@pytest.fixture(scope="session")
def planned_home(stocked_home: Path) -> Iterator[Path]:
    """The same, screened and pooled, with a plan drafted from the pool."""
    with planned(stocked_home) as home:
        yield home


@pytest.fixture(scope="session")
def cluster() -> PrivateCluster:
    """The session's own cluster, shared by all workers, with a migrated template database."""
    cluster = _test_cluster()
    cluster.start()
    with (cluster.home / "template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with admin(cluster) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchone()
        if found is None:
            make_database(cluster, "draft")
            upgrade(open_database(cluster, role="landgis_owner", name="draft", check=False, pooled=False))
            with admin(cluster, "draft") as connection:  # half of every copy would be the list of the world's CRS
                connection.execute("DELETE FROM spatial_ref_sys WHERE srid NOT IN (4326, 4490, 4549)")
                connection.execute("VACUUM FULL")
            with admin(cluster) as connection:
                connection.execute(sql.SQL("ALTER DATABASE draft RENAME TO {}").format(sql.Identifier(_TEMPLATE)))
    return cluster


def admin(cluster: PrivateCluster, name: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
    """Connect as the cluster's superuser."""
    return psycopg.connect(host=str(cluster.host()), port=PORT, user=SUPERUSER, dbname=name, autocommit=True)


@pytest.fixture
def database_name(cluster: PrivateCluster) -> Iterator[str]:
    """The name of a fresh, migrated, empty database, dropped at the end."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with admin(cluster) as connection:
        template = sql.Identifier(_TEMPLATE)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
    yield name
    with admin(cluster) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


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
    return PeopleStore(owner).register("guihua", "规划员甲", Role.DISTRICT_PLANNER)
