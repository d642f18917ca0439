"""Rows for other programs: read into frames, or as the text of a query that whoever reads the database may ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import psycopg
from psycopg import sql

from landgis.db.bulk import raw, read_frame
from landgis.db.connect import Database
from landgis.db.statements import statement
from landgis.frames.shown import SHOWN_FEATURES, SHOWN_PARCELS, SHOWN_PLAN_LINES, SHOWN_POOL_MEMBERS, ShownTable
from landgis.frames.spec import Column

_GEOMETRY = Column("geometry", "object")


@dataclass(frozen=True)
class ShownRows:
    """Which rows: a statement, what it is asked for, and the table that it gives."""

    name: str
    keys: Mapping[str, str]
    table: ShownTable


def plan_lines(plan_id: str) -> ShownRows:
    """Lines of a plan."""
    return ShownRows("shown_plan_lines", {"plan_id": plan_id}, SHOWN_PLAN_LINES)


def pool_members(pool_id: str) -> ShownRows:
    """Members of a pool."""
    return ShownRows("shown_pool_members", {"pool_id": pool_id}, SHOWN_POOL_MEMBERS)


def judged_parcels(run_id: str) -> ShownRows:
    """Parcels of a run with their verdicts."""
    return ShownRows("shown_parcels", {"run_id": run_id}, SHOWN_PARCELS)


def features(layer: str, name: str) -> ShownRows:
    """Features of a release."""
    return ShownRows("shown_features", {"layer": layer, "name": name}, SHOWN_FEATURES)


def read_shown(database: Database, rows: ShownRows) -> gpd.GeoDataFrame:
    """Read rows with their outlines (EPSG:4549), ordered by the key of their table."""
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in rows.table.columns)
    query = sql.SQL('SELECT {}, ST_AsBinary(geom) FROM ({}) AS told ORDER BY {} COLLATE "C"').format(
        names, sql.SQL(statement(rows.name)), sql.Identifier(rows.table.key)
    )
    with database.begin() as connection:
        return gpd.GeoDataFrame(read_frame(connection, query, rows.keys, [*rows.table.columns, _GEOMETRY]))


def query_text(database: Database, rows: ShownRows) -> str:
    """Write the query out in one line, its values quoted by psycopg; its outlines are the column ``geom``."""
    with database.begin() as connection:
        text = psycopg.ClientCursor(raw(connection)).mogrify(statement(rows.name), rows.keys)
    lines = [line.strip() for line in text.splitlines() if not line.startswith("--")]
    return " ".join(lines)
