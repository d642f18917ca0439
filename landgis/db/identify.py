"""What lies at a point: parcels of a run, features of a release. All of it, nothing capped."""

from __future__ import annotations

import json
from typing import Any

from psycopg.rows import dict_row

from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.statements import statement


def parcels_at(database: Database, run_id: str, east: float, north: float, tolerance_m: float) -> list[dict[str, Any]]:
    """Return the parcels of a run within a distance of a point, the nearest first.

    Parameters
    ----------
    run_id
        Run that gives outlines and verdicts.
    east, north
        The point, EPSG:4549, metres.
    tolerance_m
        How far from the point still counts.

    Returns
    -------
    list of dict
        ``parcel_id``, ``verdict``, ``town_name``, ``distance_m`` and ``outline``, GeoJSON-like in EPSG:4549.
    """
    at = {"run_id": run_id, "east": east, "north": north, "tolerance_m": tolerance_m}
    return _rows(database, "identify_parcels", at)


def features_at(
    database: Database, layer: str, release: str, east: float, north: float, tolerance_m: float
) -> list[dict[str, Any]]:
    """Return the features of a release within a distance of a point, the nearest first.

    Returns
    -------
    list of dict
        ``feature_id``, ``class``, ``label``, ``distance_m`` and ``outline``, GeoJSON-like in EPSG:4549.
    """
    at = {"layer": layer, "release": release, "east": east, "north": north, "tolerance_m": tolerance_m}
    return _rows(database, "identify_features", at)


def _rows(database: Database, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with database.begin() as connection, raw(connection).cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(statement(name), values).fetchall()
    return [row | {"outline": json.loads(row["outline"])} for row in found]
