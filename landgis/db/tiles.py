"""Vector tiles in the working CRS, straight from PostGIS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from landgis.db.bulk import raw
from landgis.db.statements import statement
from landgis.errors import UsageError

MAX_ZOOM = 18


@dataclass(frozen=True)
class Grid:
    """The tile grid that map and database share.

    Attributes
    ----------
    origin
        Upper left corner, EPSG:4549, metres.
    size_m
        Side of the one tile at zoom 0, metres; each zoom halves it.
    tile_px
        Side of a tile on the screen, pixels.
    extent
        Units of a tile's own coordinates along its side.
    """

    origin: tuple[float, float] = (500_000.0, 3_600_000.0)
    size_m: float = 262_144.0
    tile_px: int = 512
    extent: int = 4096


GRID = Grid()


def parcel_tile(
    connection: Connection, z: int, x: int, y: int, *, run_id: str | None = None, district: str | None = None
) -> bytes:
    """Return the parcels of a tile as MVT: those of a run as it judged them, and the current ones that came since.

    Parameters
    ----------
    connection
        Open transaction.
    z, x, y
        Tile on ``GRID``, y downward.
    run_id
        Run that gives outlines and verdicts; parcels that it did not judge carry none. None: current parcels only.
    district
        District key; None: both.

    Returns
    -------
    bytes
        MVT layer ``parcels``: parcel_id, district, town_code, town_name, version, verdict. Empty where there is none.

    Raises
    ------
    UsageError
        If the grid has no such tile.
    """
    return _tile(connection, "tile_parcels", z, x, y, run_id=run_id, district=district)


def feature_tile(connection: Connection, z: int, x: int, y: int, *, layer: str, release: str) -> bytes:
    """Return the features of one release in a tile as MVT.

    Returns
    -------
    bytes
        MVT layer named as the layer key: feature_id, class, label. Empty where there is none.

    Raises
    ------
    UsageError
        If the grid has no such tile.
    """
    return _tile(connection, "tile_features", z, x, y, layer=layer, release=release)


def _tile(connection: Connection, name: str, z: int, x: int, y: int, **which: Any) -> bytes:
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise UsageError(f"没有瓦片 {z}/{x}/{y}", f"There is no tile {z}/{x}/{y}", where=f"{z}/{x}/{y}")
    grid = {"origin_x": GRID.origin[0], "origin_y": GRID.origin[1], "size_m": GRID.size_m, "extent": GRID.extent}
    row = raw(connection).execute(statement(name), {"z": z, "x": x, "y": y} | grid | which).fetchone()
    return bytes(row[0]) if row is not None else b""
