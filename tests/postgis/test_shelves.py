"""Features lie on a shelf of their own, and come there only with their release."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.shelves import open_shelf
from landgis.errors import Conflict, LandgisError, NotAllowed
from tests.postgis.support import add_layer
from tests.support.ground import at, layer

COLUMNS = {"feature_id": ["x"], "class": [""], "label": [None], "attributes": [{}]}


def test_every_release_has_its_own_table_and_index_and_one_look_finds_it(database: Database, planner: Person) -> None:
    for name in ("2023", "2024"):
        add_layer(database, planner, layer("homestead", {"a": at(0, 0, 5, 5), "b": at(9, 0, 5, 5)}), name)
    query = text(
        "EXPLAIN SELECT FROM landgis.layer_feature WHERE layer = 'homestead' AND release = '2024'"
        " AND geom && ST_MakeEnvelope(0, 0, 1, 1, 4549)"
    )
    with database.begin() as connection:
        shelves = connection.scalars(text("SELECT DISTINCT tableoid::regclass::text FROM landgis.layer_feature")).all()
        plan = "\n".join(connection.scalars(query))
    assert len(shelves) == 2
    assert sum(shelf.split(".")[-1] in plan for shelf in shelves) == 1


def test_a_shelf_that_is_not_closed_leaves_nothing(database: Database) -> None:
    with database.begin() as connection:
        shelf = open_shelf(connection, "homestead", "2024")
        connection.rollback()
    with database.begin() as connection:
        assert connection.scalar(text("SELECT to_regclass(:name)"), {"name": f"landgis.{shelf.table}"}) is None


def test_no_feature_without_its_release_and_none_afterwards(database: Database, planner: Person) -> None:
    with pytest.raises(Conflict, match="together with their release"), database.begin() as connection:
        open_shelf(connection, "homestead", "2024").close()
    add_layer(database, planner, layer("homestead", {"a": at(0, 0, 5, 5)}), "2024")
    with pytest.raises(Conflict, match="sealed"), database.begin() as connection:
        open_shelf(connection, "homestead", "2024")
    with pytest.raises(NotAllowed), database.begin() as connection:
        connection.execute(text("INSERT INTO landgis.layer_feature SELECT * FROM landgis.layer_feature"))


def test_a_stored_shelf_is_closed_to_every_client(owner: Database, database: Database, planner: Person) -> None:
    add_layer(database, planner, layer("homestead", {"a": at(0, 0, 5, 5)}), "2024")
    with database.begin() as connection:
        shelf = connection.scalar(text("SELECT tableoid::regclass::text FROM landgis.layer_feature"))
    changes = [f"UPDATE {shelf} SET class = 'x'", f"DELETE FROM {shelf}", f"TRUNCATE {shelf}"]  # noqa: S608 own name
    for table in (shelf, shelf.rpartition("_")[0], "landgis.layer_feature"):
        late = "SELECT layer, release, 'late', class, label, attributes, geom FROM landgis.layer_feature"
        changes.append(f"INSERT INTO {table} {late}")
    for change in changes:
        for client in (database, owner):
            with pytest.raises(LandgisError), client.begin() as connection:
                connection.exec_driver_sql(change)


def test_a_shelf_of_an_earlier_transaction_is_no_place(database: Database, planner: Person) -> None:
    with database.begin() as connection:
        shelf = open_shelf(connection, "homestead", "2024")
    add_layer(database, planner, layer("road", {"a": at(0, 0, 5, 5)}), "x")
    late = text("SELECT landgis.close_shelf(:table, 'homestead', '2024')")
    with pytest.raises(Conflict, match="together with their release"), database.begin() as connection:
        connection.execute(late, {"table": shelf.table})


def test_an_edition_with_quotes_in_its_name_has_a_shelf_too(database: Database, planner: Person) -> None:
    name = '2024\'; DROP TABLE x; -- "%s" 版'
    add_layer(database, planner, layer("homestead", {"a": at(0, 0, 5, 5)}), name)
    assert list(LayerStore(database).features("homestead", name)["feature_id"]) == ["a"]


def test_imports_at_the_same_time_take_turns(database: Database, planner: Person) -> None:
    failures: list[BaseException] = []

    def work(key: str, name: str) -> None:
        try:
            add_layer(database, planner, layer(key, {"a": at(0, 0, 5, 5)}), name)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(key, f"{n}")) for n in range(4) for key in ("homestead", "road")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(LayerStore(database).list()) == 8
