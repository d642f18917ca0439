"""Features of a release: into a table of their own, indexed when full, put in place with the release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from landgis.db.bulk import copy_in
from landgis.db.tables import SCHEMA
from landgis.db.tables.layers import LAYER_FEATURE
from landgis.db.wire import Cells


@dataclass(frozen=True)
class Shelf:
    """A table that waits for the features of a release; gone if the transaction fails.

    Attributes
    ----------
    connection
        The transaction that stores the release.
    layer, release
        Whose features they are.
    table
        Name of the table.
    """

    connection: Connection
    layer: str
    release: str
    table: str

    def add(self, columns: Mapping[str, Cells]) -> None:
        """Add features: ``feature_id``, ``class``, ``label``, ``attributes``, ``geom`` as `copy_in` takes them."""
        count = len(next(iter(columns.values())))
        constant = {"layer": [self.layer] * count, "release": [self.release] * count}
        copy_in(self.connection, LAYER_FEATURE, constant | dict(columns), into=f"{SCHEMA}.{self.table}")

    def close(self) -> None:
        """Index the features and put them in place; the row of the release must have been written before."""
        query = text("SELECT landgis.close_shelf(:table, :layer, :release)")
        keys = {"table": self.table, "layer": self.layer, "release": self.release}
        self.connection.execute(query, keys)


def open_shelf(connection: Connection, layer: str, release: str) -> Shelf:
    """Make the table for a release that is about to be stored.

    Raises
    ------
    Conflict
        If the layer has an edition of that name: stored releases get no further features.
    """
    query = text("SELECT landgis.open_shelf(:layer, :release)")
    table: str = connection.execute(query, {"layer": layer, "release": release}).scalar_one()
    return Shelf(connection, layer, release, table)
