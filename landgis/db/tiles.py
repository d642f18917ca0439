"""Vector tiles, straight from PostGIS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from psycopg import sql
from sqlalchemy import Connection

from landgis.db.bulk import raw
from landgis.db.parcel_where import where
from landgis.db.release_rows import no_release
from landgis.db.statements import statement
from landgis.db.tile_grid import COVER_PX, GRIDS, MANY_PX, Tile
from landgis.domain.parcel_filter import ParcelFilter
from landgis.errors import NotFound

GRID = GRIDS[4549]
"""The grid of the working CRS."""
MAX_ZOOM = GRID.max_zoom
_RUN = "SELECT district, created_at FROM landgis.screening_run WHERE run_id = %s"
_HASH = "SELECT sha256 FROM landgis.release_hash WHERE layer = %s AND name = %s"


class RunPlace(NamedTuple):
    """What tells the map of a run from any other's: it never changes.

    Attributes
    ----------
    district
        District of the run.
    created_at
        When it was made, in ISO 8601: another database may have a run of the same number.
    """

    district: str
    created_at: str


def run_place(connection: Connection, run_id: str) -> RunPlace:
    """Return district and moment of a run.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    found = raw(connection).execute(_RUN, [run_id]).fetchone()
    if found is None:
        raise NotFound(
            f"没有筛查批次“{run_id}”",
            f"There is no run “{run_id}”",
            where=run_id,
            next_zh="请返回首页重新打开",
            next_en="Go back to the front page",
        )
    district, created_at = found
    return RunPlace(district, created_at.isoformat())


def release_content(connection: Connection, layer: str, release: str) -> str:
    """Return the hash of a release's features.

    Raises
    ------
    NotFound
        If there is no such release.
    """
    found = raw(connection).execute(_HASH, [layer, release]).fetchone()
    if found is None:
        raise no_release(layer, release)
    return str(found[0])


def parcel_tile(connection: Connection, tile: Tile, *, run_id: str, district: str, wanted: ParcelFilter) -> bytes:
    """Return the parcels of a tile as MVT: those of a run as it judged them, and the current ones that came since.

    Parameters
    ----------
    connection
        Open transaction.
    tile
        Which one.
    run_id
        Run that gives outlines and verdicts; parcels that it did not judge carry none.
    district
        District of the run.
    wanted
        Which parcels are ``inside``; the others are there too.

    Returns
    -------
    bytes
        MVT layers ``parcels`` and ``parcels_many``, as ``tile_parcels.sql`` says. Each parcel of the filter is once among
        the inside of the tiles of a zoom: by its number in the one, in a sum of the other. Empty where there is none.
    """
    if tile.reach() is None:
        return b""
    return _content(connection, *parcel_query(tile, run_id=run_id, district=district, wanted=wanted))


def parcel_query(
    tile: Tile, *, run_id: str, district: str, wanted: ParcelFilter
) -> tuple[sql.Composed, dict[str, object]]:
    """Return what `parcel_tile` asks, and the values that it binds; the tile must reach data."""
    inside, parameters = where(wanted, run_id)
    one_by_one = sql.SQL("" if tile.generalised else "OFFSET 0")
    query = sql.SQL(statement("tile_parcels")).format(inside=inside, one_by_one=one_by_one)
    return query, tile.parameters(MANY_PX) | {"run_id": run_id, "district": district} | dict(parameters)


def feature_tile(connection: Connection, tile: Tile, *, layer: str, release: str) -> bytes:
    """Return the features of one release in a tile as MVT.

    Returns
    -------
    bytes
        MVT layers named as the layer key, and with ``_cover`` behind it, as ``tile_features.sql`` says. Empty where there
        is none.
    """
    if tile.reach() is None:
        return b""
    values = tile.parameters(COVER_PX) | {"layer": layer, "release": release, "cover": f"{layer}_cover"}
    return _content(connection, sql.SQL(statement("tile_features")), values)


def _content(connection: Connection, query: sql.SQL | sql.Composed, values: Mapping[str, object]) -> bytes:
    # Planned for this very tile: a plan for any tile would take the same way for one parcel and for all of them.
    row = raw(connection).execute(query, values, prepare=False).fetchone()
    assert row is not None
    return bytes(row[0])
