from __future__ import annotations

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.migrate import configuration, downgrade, upgrade
from landgis.db.revision import HEAD, revision_of
from landgis.db.tables import METADATA
from landgis.errors import NotReady


def _objects(database: Database) -> tuple[set[str], set[str]]:
    """Tables and functions of the schema."""
    with database.begin() as connection:
        tables = connection.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'landgis'::regnamespace AND relkind IN ('r', 'p', 'S')"
            )
        )
        functions = connection.scalars(text("SELECT proname FROM pg_proc WHERE pronamespace = 'landgis'::regnamespace"))
        return set(tables), set(functions)


def test_migrations_go_up_and_down_and_up_and_agree_with_the_tables(owner: Database) -> None:
    made = _objects(owner)
    downgrade(owner, "base")
    assert _objects(owner) == ({"alembic_version"}, set())
    upgrade(owner)
    assert _objects(owner) == made
    assert {table.name for table in METADATA.tables.values()} <= made[0]
    with owner.begin() as connection:
        command.check(configuration(connection))  # raises when autogenerate finds anything to change
        assert revision_of(connection) == HEAD


def test_head_is_the_newest_migration_of_the_folder() -> None:
    assert ScriptDirectory.from_config(configuration(None)).get_current_head() == HEAD


def test_checks_of_the_tables_are_those_of_the_migrations(owner: Database) -> None:
    """Autogenerate does not compare CHECK constraints, so this does."""
    query = text(
        "SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'c' AND connamespace = :schema ::regnamespace"
    )
    with owner.begin() as connection:
        migrated = {line.removeprefix("landgis.") for line in connection.scalars(query, {"schema": "landgis"})}
    downgrade(owner, "base")
    with owner.begin() as connection:
        METADATA.create_all(connection)
        declared = {line.removeprefix("landgis.") for line in connection.scalars(query, {"schema": "landgis"})}
    assert len(declared) > 20
    assert migrated == declared


def test_a_database_behind_or_ahead_of_the_program_is_not_ready(
    cluster: PrivateCluster, owner: Database, database_name: str
) -> None:
    for revision, said in (("0000", "older than this program"), ("9999", "newer than this program")):
        with owner.begin() as connection:
            connection.execute(text("UPDATE landgis.alembic_version SET version_num = :new"), {"new": revision})
        with pytest.raises(NotReady, match=said):
            open_database(cluster, name=database_name)


def test_two_upgrades_at_once_wait_for_each_other(owner: Database) -> None:
    import threading

    downgrade(owner, "base")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            upgrade(owner)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with owner.begin() as connection:
        assert revision_of(connection) == HEAD
