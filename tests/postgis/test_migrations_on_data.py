"""Every migration up, down and up again with rows in the tables, and killed in the middle; whatever revisions there are."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise

import psycopg
import pytest
from alembic.script import ScriptDirectory
from psycopg import sql

from landgis.access.person import Person
from landgis.db.cluster import PrivateCluster
from landgis.db.configuration import PORT, SUPERUSER
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.migrate import configuration, downgrade, upgrade
from landgis.db.parcels import ParcelStore
from landgis.db.plans import PlanStore
from landgis.db.pools import PoolStore
from tests.conftest import admin
from tests.postgis.support import add_layer, add_parcels, add_run, row_of_parcels
from tests.postgis.test_run_pool_plan import CRITERIA, TARGETS, _draft, _pool
from tests.support.ground import at, layer

Rows = dict[str, list[dict[str, str | None]]]
REVISIONS = [script.revision for script in ScriptDirectory.from_config(configuration(None)).walk_revisions()][::-1]


@pytest.fixture
def seeded(database: Database, planner: Person) -> Database:
    """What a bureau has after a while: editions of layers, parcels twice delivered, a run, a pool, a plan."""
    _work(database, planner, "")
    return database


def _work(database: Database, planner: Person, mark: str) -> None:
    for name in (f"2024-01{mark}", f"2025-01{mark}", f"2026-01{mark}"):
        data = layer("ecological_redline", {f"{name}-{n}": at(900 * n, 900, 50, 50) for n in range(3)})
        add_layer(database, planner, data, name)
    for name in (f"2024-01{mark}", f"2025-01{mark}"):
        LayerStore(database).publish("ecological_redline", name, planner)
    add_parcels(database, planner, row_of_parcels(3), planned_use_code="0901")
    add_parcels(database, planner, row_of_parcels(4) | {"SJ-001": at(100, 0, 70, 60)}, planned_use_code="1101")
    run = add_run(database, planner)
    pool = PoolStore(database).save(run.run_id, CRITERIA, _pool("SJ-002", "SJ-003"), person=planner)
    PlanStore(database).save(pool.pool_id, TARGETS, _draft("SJ-002"), person=planner)


def _rows(cluster: PrivateCluster, name: str) -> Rows:
    """Every row of every table of the schema, as text."""
    tables = (
        "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname) FROM pg_class c JOIN pg_attribute a"
        " ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind IN ('r', 'p')"
        " AND NOT c.relispartition AND c.relnamespace = 'landgis'::regnamespace AND c.relname <> 'alembic_version'"
        " GROUP BY 1"
    )
    found: Rows = {}
    with admin(cluster, name) as connection:
        for table, columns in connection.execute(tables).fetchall():
            listed = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(column)) for column in columns)
            query = sql.SQL("SELECT {} FROM {}").format(listed, sql.Identifier("landgis", table))
            rows = (dict(zip(columns, row, strict=True)) for row in connection.execute(query).fetchall())
            found[table] = sorted(rows, key=_as_text)
    return found


def _as_text(row: dict[str, str | None]) -> str:
    return repr(sorted(row.items()))


def _shared(one: Rows, other: Rows) -> tuple[Rows, Rows]:
    """Both, cut down to the tables and columns that both have."""
    tables = {table for table in one.keys() & other.keys() if one[table] and other[table]}
    columns = {table: one[table][0].keys() & other[table][0].keys() for table in tables}

    def cut(rows: Rows) -> Rows:
        kept = {table: [{name: row[name] for name in columns[table]} for row in rows[table]] for table in tables}
        return {table: sorted(cut, key=_as_text) for table, cut in kept.items()}

    return cut(one), cut(other)


def _schema(cluster: PrivateCluster, name: str) -> list[str]:
    """The schema as pg_dump tells it, without the order of columns and statements."""
    program = cluster.binaries().tool("pg_dump")
    command = [program, "-s", "-n", "landgis", "-h", cluster.host(), "-p", str(PORT), "-U", SUPERUSER, name]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = (line.strip().rstrip(",") for line in told.splitlines())
    return sorted(line for line in lines if line and not re.match(r"--|\\(un)?restrict", line))


def _walk(
    owner: Database, revisions: list[str], move: Callable[[Database, str], None], look: Callable[[], object]
) -> dict[str, object]:
    """Go through revisions one by one, and look at each."""
    seen = {}
    for revision in revisions:
        move(owner, revision)
        seen[revision] = look()
    return seen


def test_every_migration_goes_up_down_and_up_on_data_and_nothing_that_survives_changes(
    cluster: PrivateCluster, owner: Database, seeded: Database, planner: Person, database_name: str
) -> None:
    def look() -> tuple[list[str], Rows]:
        return _schema(cluster, database_name), _rows(cluster, database_name)

    schema, rows = look()
    assert sum(bool(found) for found in rows.values()) >= 18
    _walk(owner, REVISIONS[-2::-1], downgrade, lambda: None)
    first = look()
    at_first, at_head = _shared(first[1], rows)
    assert len(at_first) >= 15
    assert at_first == at_head
    up = {REVISIONS[0]: first} | _walk(owner, REVISIONS[1:], upgrade, look)
    assert up[REVISIONS[-1]][0] == schema  # type: ignore[index]  # look() gives schema and rows
    down = _walk(owner, REVISIONS[-2::-1], downgrade, look)
    for revision in REVISIONS[:-1]:
        assert down[revision] == up[revision], revision
    upgrade(owner)
    assert look() == up[REVISIONS[-1]]
    seeded.close()
    _work(seeded, planner, "-again")
    assert len(ParcelStore(seeded).current("songjiang")) == 4


def test_an_empty_database_has_the_same_schema_at_every_revision_whichever_way_it_came(
    cluster: PrivateCluster, owner: Database, database_name: str
) -> None:
    def look() -> list[str]:
        return _schema(cluster, database_name)

    down = _walk(owner, [*REVISIONS[-2::-1], "base"], downgrade, look)
    up = _walk(owner, REVISIONS, upgrade, look)
    for before, after in pairwise(REVISIONS):
        assert up[before] != up[after] or up[before] == down[before]
    for revision in REVISIONS[:-1]:
        assert up[revision] == down[revision], revision


_STOP = """
CREATE SEQUENCE public.changes;
CREATE FUNCTION public.stop_at() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF nextval('public.changes') = {number} THEN
        PERFORM pg_advisory_xact_lock(4711);
    END IF;
END $$;
CREATE EVENT TRIGGER stop_at ON ddl_command_end EXECUTE FUNCTION public.stop_at();
"""
_NO_STOP = "DROP EVENT TRIGGER stop_at; DROP FUNCTION public.stop_at(); DROP SEQUENCE public.changes"
_UPGRADE = """
import sys
from pathlib import Path
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import open_database
from landgis.db.migrate import upgrade
server = PrivateCluster(Path(sys.argv[1]), Path(sys.argv[2]))
upgrade(open_database(server, role="landgis_owner", name=sys.argv[3], check=False, pooled=False))
"""


def _upgrade_elsewhere(cluster: PrivateCluster, name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _UPGRADE, cluster.home, cluster.socket_dir, name])


def _backends(connection: psycopg.Connection[tuple[object, ...]], name: str) -> list[tuple[object, ...]]:
    query = "SELECT wait_event FROM pg_stat_activity WHERE datname = %s AND application_name = 'landgis'"
    return connection.execute(query, [name]).fetchall()


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_migration_killed_in_the_middle_leaves_the_old_schema_whole(
    cluster: PrivateCluster, owner: Database, seeded: Database, database_name: str
) -> None:
    seeded.close()
    downgrade(owner, REVISIONS[0])
    before = _schema(cluster, database_name), _rows(cluster, database_name)
    with admin(cluster, database_name) as connection:
        connection.execute(sql.SQL(_STOP).format(number=sql.Literal(-1)))
        upgrade(owner)
        row = connection.execute("SELECT last_value FROM public.changes").fetchone()
        connection.execute(_NO_STOP)
    downgrade(owner, REVISIONS[0])
    changes = int(str(row and row[0]))
    assert changes > 20
    for number in (1, random.Random(changes).randrange(2, changes), changes):
        with admin(cluster, database_name) as connection:
            connection.execute(sql.SQL(_STOP).format(number=sql.Literal(number)))
            connection.execute("SELECT pg_advisory_lock(4711)")
            process = _upgrade_elsewhere(cluster, database_name)
            _until(lambda: ("advisory",) in _backends(connection, database_name))
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            connection.execute("SELECT pg_advisory_unlock(4711)")
            _until(lambda: _backends(connection, database_name) == [])
            connection.execute(_NO_STOP)
        assert (_schema(cluster, database_name), _rows(cluster, database_name)) == before
    upgrade(owner)
    assert len(ParcelStore(seeded).current("songjiang")) == 4
