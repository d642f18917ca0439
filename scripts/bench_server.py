"""The PostGIS server of the benches: private, thrown away afterwards, every setting in its favour."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import shapely
from bench_sample import Shapes
from psycopg import sql

from landgis.db.cluster import PrivateCluster
from landgis.db.configuration import PORT, SUPERUSER

SETTINGS = """\
shared_buffers = 2GB
work_mem = 256MB
maintenance_work_mem = 512MB
jit = off
archive_mode = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 16GB
parallel_setup_cost = 0
parallel_tuple_cost = 0
min_parallel_table_scan_size = 0
min_parallel_index_scan_size = 0
max_parallel_workers_per_gather = 2
"""
SUBDIVIDED = 128
"""Vertices of a part, as PostGIS's own manual advises."""


@dataclass(frozen=True)
class Server:
    """A running server: the folder of its socket, and its process."""

    host: str
    pid: int

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """Connect as the superuser."""
        return psycopg.connect(host=self.host, port=PORT, user=SUPERUSER, dbname="postgres", autocommit=True)

    def versions(self) -> str:
        """PostgreSQL, PostGIS and its GEOS."""
        with self.connect() as connection:
            row = connection.execute(
                "SELECT current_setting('server_version'), postgis_lib_version(), postgis_geos_version()"
            ).fetchone()
        assert row is not None
        return f"PostgreSQL {str(row[0]).split()[0]}, PostGIS {row[1]} (GEOS {str(row[2]).split('-')[0]})"

    def load(self, job: str, parcels: Shapes, layer: Shapes) -> float:
        """Copy both sides into a schema of their own, index and analyse them; return the seconds."""
        began = time.perf_counter()
        with self._new_schema(job) as connection:
            for table, shapes in (("parcels", parcels), ("layer", layer)):
                name = sql.Identifier(table)
                connection.execute(sql.SQL("CREATE TABLE {} (id integer, geom geometry)").format(name))
                with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
                    for row in enumerate(shapely.to_wkb(shapes, hex=True)):
                        copy.write_row(row)
                _index(connection, table)
        return time.perf_counter() - began

    def subdivide(self, job: str, parts: str) -> float:
        """Copy a job, its layer cut into small parts; return the seconds."""
        began = time.perf_counter()
        with self._new_schema(parts) as connection:
            source = sql.Identifier(job)
            connection.execute(sql.SQL("CREATE TABLE parcels AS SELECT * FROM {}.parcels").format(source))
            cut = "CREATE TABLE layer AS SELECT id, st_subdivide(geom, {}) AS geom FROM {}.layer"
            connection.execute(sql.SQL(cut).format(sql.Literal(SUBDIVIDED), source))
            for table in ("parcels", "layer"):
                _index(connection, table)
        return time.perf_counter() - began

    @contextmanager
    def _new_schema(self, name: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("SET search_path = {}, public").format(sql.Identifier(name)))
            yield connection


def _index(connection: psycopg.Connection[tuple[object, ...]], table: str) -> None:
    name = sql.Identifier(table)
    connection.execute(sql.SQL("CREATE INDEX ON {} USING gist (geom)").format(name))
    connection.execute(sql.SQL("ALTER TABLE {} SET (parallel_workers = 2)").format(name))
    connection.execute(sql.SQL("VACUUM ANALYZE {}").format(name))


@contextmanager
def server() -> Iterator[Server]:
    """Start a server in a temporary folder, and stop and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="landgis-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)  # the server's account must pass
        account = "postgres" if os.geteuid() == 0 else None
        cluster = PrivateCluster(home, home / "socket", account, durable=False)
        try:
            status = cluster.start(SETTINGS)
            assert status.pid is not None
            running = Server(str(cluster.host()), status.pid)
            with running.connect() as connection:
                connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
            yield running
        finally:
            cluster.stop()
