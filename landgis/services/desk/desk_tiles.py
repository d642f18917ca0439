"""The tiles of the desk's map, kept on the disk by what they depend on."""

from __future__ import annotations

from typing import Any

from landgis.access.person import Person
from landgis.access.roles import Action, Reach, reach
from landgis.db import tiles
from landgis.db.connect import Database
from landgis.db.map_stamp import MapStamp
from landgis.db.tile_grid import GENERALISED_ABOVE_M_PER_PX, GRIDS, Tile
from landgis.domain.parcel_filter import ParcelFilter
from landgis.engines.tile_cache import KeptTile, TileCache
from landgis.errors import NotFound

__all__ = ["WORKING_EPSG", "DeskTiles", "Tile", "grids", "scope_of", "tile_of"]
WORKING_EPSG = tiles.GRID.epsg
"""The grid of the desk, unless another is asked for."""
FORM = 1
"""Counts the changes of what a tile holds: kept ones of an older form are not found."""


class DeskTiles:
    """Tiles for all visitors of a desk. Each one's database tells who looks; the scope of his view is part of every key.

    Parameters
    ----------
    database
        Whose map it is; nobody looks through it here.
    cache
        Where they are kept.
    """

    def __init__(self, database: Database, cache: TileCache) -> None:
        self._stamp = MapStamp(database)
        self._cache = cache
        self._contents: dict[tuple[str, ...], str] = {}
        self._places: dict[tuple[str, ...], tiles.RunPlace] = {}

    def parcels(self, database: Database, run_id: str, wanted: ParcelFilter, tile: Tile) -> KeptTile:
        """Return the parcels of a run in a tile; see ``landgis.db.tiles.parcel_tile``.

        Parameters
        ----------
        database
            As one person sees it.
        run_id, wanted, tile
            The run, the filter, the tile.

        Raises
        ------
        NotFound
            If there is no such run.
        """
        scope = scope_of(database.viewer, Action.READ_VERDICTS, Action.READ_PARCELS)
        place = self._place(database, scope, run_id)
        stamp = self._stamp.now()  # asked before the tile is made: what is kept under it is as new, or newer

        def make() -> bytes:
            with database.begin() as connection:
                return tiles.parcel_tile(connection, tile, run_id=run_id, district=place.district, wanted=wanted)

        key = (run_id, place.created_at.isoformat(), stamp, wanted.key())
        return self._cache.get("parcels", FORM, scope, tile.grid.epsg, tile.name, *key, make=make)

    def layer(self, database: Database, layer: str, release: str, tile: Tile) -> KeptTile:
        """Return the features of a release in a tile; see ``landgis.db.tiles.feature_tile``.

        Raises
        ------
        NotFound
            If there is no such release.
        """
        scope = scope_of(database.viewer, Action.READ_LAYERS)
        content = self._content(database, scope, layer, release)

        def make() -> bytes:
            with database.begin() as connection:
                return tiles.feature_tile(connection, tile, layer=layer, release=release)

        return self._cache.get("layer", FORM, scope, tile.grid.epsg, tile.name, layer, release, content, make=make)

    def _place(self, database: Database, scope: str, run_id: str) -> tiles.RunPlace:
        """District and moment of a run, asked once for every scope: runs never change."""
        key = (scope, run_id)
        if key not in self._places:
            with database.begin() as connection:
                self._places[key] = tiles.run_place(connection, run_id)
        return self._places[key]

    def _content(self, database: Database, scope: str, layer: str, release: str) -> str:
        """Hash of a release, asked once: the features of a release never change."""
        key = (scope, layer, release)
        if key not in self._contents:
            with database.begin() as connection:
                self._contents[key] = tiles.release_content(connection, layer, release)
        return self._contents[key]


def scope_of(person: Person | None, *actions: Action) -> str:
    """Return whose rows a person is shown by all of these actions: ``all``, a town's, or his own alone.

    Tiles are shared only between persons of one scope.
    """
    if person is None:
        return "nobody"
    found = {reach(person.role, action) for action in actions}
    if Reach.NONE in found:
        return "nothing"
    if Reach.OWN_TOWN in found:
        return f"town:{person.town_code}" if person.town_code else "nothing"
    return "all"


def tile_of(epsg: int, z: int, x: int, y: int) -> Tile:
    """Return a tile of the grid of a CRS.

    Raises
    ------
    NotFound
        If the map is not offered in that CRS.
    UsageError
        If its grid has no such tile.
    """
    if epsg not in GRIDS:
        known = "、".join(f"EPSG:{code}" for code in GRIDS)
        raise NotFound(
            f"没有坐标系 EPSG:{epsg} 的瓦片",
            f"There are no tiles in EPSG:{epsg}",
            where=str(epsg),
            next_zh=f"可用：{known}",
            next_en=f"Known: {known}",
        )
    return Tile(GRIDS[epsg], z, x, y)


def grids() -> dict[str, Any]:
    """Return every grid for the browser, by EPSG code: origin, resolutions in units per pixel, tile size in pixels.

    ``generalised_from_m_per_px``: from this size of a pixel on, small parcels and features are shown by sums.
    """
    listed = {
        str(epsg): {
            "crs": f"EPSG:{epsg}",
            "origin": list(grid.origin),
            "resolutions": grid.resolutions(),
            "tile_px": grid.tile_px,
            "metres_per_unit": grid.metres,
        }
        for epsg, grid in GRIDS.items()
    }
    return {"grids": listed, "default": str(WORKING_EPSG), "generalised_from_m_per_px": GENERALISED_ABOVE_M_PER_PX}
