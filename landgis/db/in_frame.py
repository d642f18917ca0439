"""What lies in the frame of a print: parcels of a run, features of a release."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
from psycopg import sql

from landgis.db.bulk import raw, read_frame
from landgis.db.connect import Database
from landgis.db.parcel_where import where
from landgis.db.runs import RunHead
from landgis.db.statements import statement
from landgis.domain.parcel_filter import ParcelFilter
from landgis.frames.spec import Column

Bounds = tuple[float, float, float, float]
_PARCELS = [
    Column("parcel_id", "text"), Column("inside", "bool"), Column("verdict", "text"), Column("town_name", "text"),
    Column("village_name", "text"), Column("planned_use", "text"), Column("area_um2", "int"), Column("cut", "bool"),
    Column("geometry", "object"),
]  # fmt: skip
_FEATURES = [Column("class", "text"), Column("geometry", "object")]


def parcels_in_frame(database: Database, run: RunHead, wanted: ParcelFilter, bounds: Bounds) -> gpd.GeoDataFrame:
    """Return the parcels that share ground with a frame, in the order of the table; those the run did not judge last.

    Parameters
    ----------
    bounds
        West, south, east, north, EPSG:4549, metres.

    Returns
    -------
    geopandas.GeoDataFrame
        See ``sql/parcels_in_frame.sql``; EPSG:4549.
    """
    found = where(wanted, run.run_id)
    query = sql.SQL(statement("parcels_in_frame")).format(inside=found.condition)
    values = found.parameters | _box(bounds) | {"run_id": run.run_id, "district": run.meta.district}
    with database.begin() as connection:
        return gpd.GeoDataFrame(read_frame(connection, query, values, _PARCELS))


def count_in_frame(database: Database, run_id: str, wanted: ParcelFilter, bounds: Bounds) -> tuple[int, int]:
    """Return how many parcels of a filter share ground with a frame, and their area in millionths of a m²."""
    found = where(wanted, run_id)
    query = sql.SQL(statement("count_in_frame")).format(condition=found.condition)
    with database.begin() as connection:
        row = raw(connection).execute(query, found.parameters | _box(bounds)).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def features_in_frame(database: Database, layer: str, release: str, bounds: Bounds) -> gpd.GeoDataFrame:
    """Return the features of a release in a frame: ``class`` and outline, EPSG:4549."""
    values = _box(bounds) | {"layer": layer, "release": release}
    with database.begin() as connection:
        return gpd.GeoDataFrame(read_frame(connection, statement("features_in_frame"), values, _FEATURES))


def feature_count_in_frame(database: Database, layer: str, release: str, bounds: Bounds) -> int:
    """Return how many features of a release lie in a frame."""
    values = _box(bounds) | {"layer": layer, "release": release}
    with database.begin() as connection:
        row = raw(connection).execute(statement("feature_count_in_frame"), values).fetchone()
    return int(row[0]) if row else 0


def _box(bounds: Bounds) -> dict[str, Any]:
    return dict(zip(("west", "south", "east", "north"), map(float, bounds), strict=True))
