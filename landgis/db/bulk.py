"""Frames in and out in bulk: COPY BINARY with EWKB in, binary cursors with WKB out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
from psycopg import sql
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql

from landgis.crs import WORKING, GeometryArray
from landgis.db.reserve import require_room_for
from landgis.db.tables import SCHEMA, SRID
from landgis.db.wire import HEADER, TRAILER, Cells, rows_on_the_wire
from landgis.errors import ContractBroken, GeometryInvalid
from landgis.frames.spec import Column

_POLYGON = 3
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves this constructor untyped
_PANDAS = {"text": "str", "float": "float64", "int": "int64", "bool": "boolean", "object": "object"}


def raw(connection: Connection) -> psycopg.Connection[Any]:
    """Return the psycopg connection under a SQLAlchemy one; both share the transaction."""
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def copy_in(connection: Connection, table: Table, columns: Mapping[str, Cells], *, into: str = "") -> None:
    """Write rows with COPY BINARY.

    Parameters
    ----------
    connection
        Open transaction.
    table
        Table whose column types apply.
    columns
        Values per column, all of one length: plain Python values or an Arrow array, None for NULL, EWKB bytes for
        geometry; ``jsonb`` takes values, or an Arrow array of JSON texts.
    into
        Another table of the same columns to fill instead: a temporary one, or ``schema.table``.
    """
    target = sql.Identifier(*into.split(".")) if into else sql.Identifier(SCHEMA, table.name)
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    if not into and _goes_by_rows(connection, table):
        _insert_by_way_of(connection, table, columns, names)
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(target, names)
    kinds = {name: _wire_type(table, name) for name in columns}
    with raw(connection).cursor() as cursor, cursor.copy(statement) as copy:
        if any(kind == "numeric" or kind.endswith("[]") for kind in kinds.values()):  # formats of their own: row by row
            copy.set_types([kinds[name] for name in columns])
            for row in zip(*columns.values(), strict=True):
                copy.write_row(row)
            return
        copy.write(HEADER)
        for rows in rows_on_the_wire(columns, kinds):
            require_room_for(connection, len(rows))
            copy.write(rows)
        copy.write(TRAILER)


def _goes_by_rows(connection: Connection, table: Table) -> bool:
    """Whether rights by row hold for this connection: then PostgreSQL takes no COPY."""
    found = raw(connection).execute("SELECT row_security_active(%s::text)", [f"{SCHEMA}.{table.name}"]).fetchone()
    return bool(found and found[0])


def _insert_by_way_of(connection: Connection, table: Table, columns: Mapping[str, Cells], names: sql.Composed) -> None:
    """Copy into a temporary table and insert from there: one statement, as the rules of the tables expect."""
    target, way = sql.Identifier(SCHEMA, table.name), sql.Identifier("pg_temp", "on_the_way")
    work = raw(connection)
    work.execute(sql.SQL("CREATE TEMPORARY TABLE on_the_way AS SELECT {} FROM {} WHERE false").format(names, target))
    copy_in(connection, table, columns, into="pg_temp.on_the_way")
    work.execute(sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(target, names, names, way))
    work.execute(sql.SQL("DROP TABLE {}").format(way))


def copy_frame(
    connection: Connection, table: Table, frame: pd.DataFrame, columns: Sequence[Column], **constants: Any
) -> None:
    """Write the declared columns of a frame, with the same constants in every row."""
    fixed = {name: [value] * len(frame) for name, value in constants.items()}
    copy_in(connection, table, fixed | {column.name: plain(frame[column.name]) for column in columns})


def read_frame(
    connection: Connection,
    query: LiteralString | sql.Composed,
    parameters: Mapping[str, Any],
    columns: Sequence[Column],
) -> pd.DataFrame:
    """Read rows into a frame of declared columns, in the order of the query.

    Parameters
    ----------
    query
        SELECT that gives exactly these columns in this order; ``%(name)s`` parameters.
    columns
        Names and kinds; a column ``geometry`` of kind ``object`` takes WKB in the working CRS.

    Returns
    -------
    pandas.DataFrame
        A GeoDataFrame in the working CRS (EPSG:4549, metres) when there is a ``geometry``.
    """
    with raw(connection).cursor(binary=True) as cursor:
        rows = cursor.execute(query, parameters).fetchall()
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    series = {column.name: typed(column, cells) for column, cells in zip(columns, values, strict=True)}
    if "geometry" not in series:
        return pd.DataFrame(series)
    shapes = shapely.from_wkb(np.array(series.pop("geometry"), dtype=object))
    return gpd.GeoDataFrame(series, geometry=shapes, crs=WORKING)


def typed(column: Column, cells: Sequence[Any]) -> pd.Series[Any]:
    """Return cells, None for missing, as a series of the declared kind."""
    return pd.Series(list(cells), dtype=_PANDAS[column.kind])


def plain(series: pd.Series[Any]) -> list[Any]:
    """Return a column as plain Python values, None for missing."""
    values: list[Any] = series.tolist()
    missing = series.isna().to_numpy()
    if missing.any():
        for number in missing.nonzero()[0].tolist():
            values[number] = None
    return values


def ewkb(geometries: GeometryArray, where: Sequence[str]) -> list[bytes]:
    """Return multipolygons as EWKB in the working CRS.

    Parameters
    ----------
    geometries
        Polygons and multipolygons in the working CRS.
    where
        Name of each, for the message.

    Raises
    ------
    GeometryInvalid
        If any is invalid, naming the first five.
    ContractBroken
        If any carries heights: storing it would drop them.
    """
    invalid = [name for name, fine in zip(where, shapely.is_valid(geometries), strict=True) if not fine]
    if invalid:
        listed = "、".join(invalid[:5])
        raise GeometryInvalid(
            f"{len(invalid)} 个几何无效：{listed}",
            f"{len(invalid)} invalid geometries: {listed}",
            where=invalid[0],
            next_zh="无效几何应在导入时列为问题，不入库",
            next_en="Invalid geometry belongs on the issue list of the import, not in the database",
        )
    return wire_form(geometries)


def wire_form(geometries: GeometryArray) -> list[bytes]:
    """Return multipolygons as EWKB in the working CRS, without asking whether they are valid: the table asks.

    Raises
    ------
    ContractBroken
        If any carries heights: storing it would drop them.
    """
    if shapely.has_z(geometries).any():
        raise ContractBroken(
            "几何带有高程，库中只存平面坐标", "Geometry carries heights; the database stores the plane only"
        )
    return list(shapely.to_wkb(shapely.set_srid(multi(geometries), SRID), include_srid=True))


def multi(geometries: GeometryArray) -> GeometryArray:
    """Return the same shapes, every polygon as a multipolygon of one part."""
    shapes = np.array(geometries, dtype=object)
    single = shapely.get_type_id(shapes) == _POLYGON
    if single.any():
        shapes[single] = shapely.multipolygons(shapes[single], indices=np.arange(single.sum()))
    return shapes


def _wire_type(table: Table, name: str) -> str:
    """Return PostgreSQL's name of a column's type; geometry's binary input takes EWKB bytes."""
    kind = table.c[name].type.compile(_DIALECT).lower().split("(")[0].split(" collate ")[0]
    return "bytea" if kind == "geometry" else kind
