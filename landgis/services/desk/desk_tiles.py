"""The tiles of the desk's map, kept on the disk by what they depend on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from landgis.access.person import Person
from landgis.access.roles import Action, Reach, reach
from landgis.db import tiles
from landgis.db.connect import Database
from landgis.db.pulse import Beat, Pulse
from landgis.db.tile_grid import GENERALISED_ABOVE_M_PER_PX, GRIDS, Tile
from landgis.domain.parcel_filter import ParcelFilter
from landgis.engines.tile_cache import KeptTile, TileCache
from landgis.errors import NotFound

__all__ = ["WORKING_EPSG", "Beat", "DeskTiles", "Tile", "TileAsked", "grids", "scope_of", "tile_of"]
WORKING_EPSG = tiles.GRID.epsg
"""The grid of the desk, unless another is asked for."""
FORM = 2
"""Counts the changes of what a tile holds: kept ones of an older form are not found."""


@dataclass(frozen=True)
class TileAsked:
    """A tile that somebody may see.

    Attributes
    ----------
    held
        Gives it from memory, without a wait; None: it is not there.
    get
        Gives it from the disk, or makes it; waits. Raises `NotFound` if there is no such run or release.
    """

    held: Callable[[], KeptTile | None]
    get: Callable[[], KeptTile]


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
        self._pulse = Pulse(database)
        self._cache = cache
        self._contents: dict[tuple[str, str, str, str], str] = {}
        self._places: dict[tuple[str, str, str], tiles.RunPlace] = {}

    def beat(self) -> Beat:
        """Ask the database what has changed; see ``landgis.db.pulse``."""
        return self._pulse.now()

    async def beat_soon(self) -> Beat:
        """Ask the same, for a server that goes on with others meanwhile; one question at a time."""
        return await self._pulse.soon()

    def parcels(self, database: Database, run_id: str, wanted: ParcelFilter, tile: Tile, beat: Beat) -> TileAsked:
        """Return the tile of a run's parcels; see ``landgis.db.tiles.parcel_tile``.

        Parameters
        ----------
        database
            As one person sees it.
        run_id, wanted, tile
            The run, the filter, the tile.
        beat
            Asked before the tile is made: what is kept under it is as new, or newer.
        """
        scope = scope_of(database.viewer, Action.READ_VERDICTS, Action.READ_PARCELS)
        known = (beat.rules, scope, run_id)
        asked = (beat.rules, scope, tile.grid.epsg, tile.name, run_id, beat.map, wanted.key())

        def held() -> KeptTile | None:
            place = self._places.get(known)
            return None if place is None else self._cache.held("parcels", FORM, *asked, place.created_at)

        def get() -> KeptTile:
            place = self._place(database, known)

            def make() -> bytes:
                with database.begin() as connection:
                    return tiles.parcel_tile(connection, tile, run_id=run_id, district=place.district, wanted=wanted)

            return self._cache.get("parcels", FORM, *asked, place.created_at, make=make)

        return TileAsked(held, get)

    def layer(self, database: Database, layer: str, release: str, tile: Tile, beat: Beat) -> TileAsked:
        """Return the tile of a release's features; see ``landgis.db.tiles.feature_tile``."""
        scope = scope_of(database.viewer, Action.READ_LAYERS)
        known = (beat.rules, scope, layer, release)
        asked = (beat.rules, scope, tile.grid.epsg, tile.name, layer, release)

        def held() -> KeptTile | None:
            content = self._contents.get(known)
            return None if content is None else self._cache.held("layer", FORM, *asked, content)

        def make() -> bytes:
            with database.begin() as connection:
                return tiles.feature_tile(connection, tile, layer=layer, release=release)

        def get() -> KeptTile:
            return self._cache.get("layer", FORM, *asked, self._content(database, known), make=make)

        return TileAsked(held, get)

    def _place(self, database: Database, known: tuple[str, str, str]) -> tiles.RunPlace:
        """District and moment of a run, asked once for every scope: runs never change."""
        if known not in self._places:
            with database.begin() as connection:
                self._places[known] = tiles.run_place(connection, known[-1])
        return self._places[known]

    def _content(self, database: Database, known: tuple[str, str, str, str]) -> str:
        """Hash of a release, asked once for every scope: the features of a release never change."""
        if known not in self._contents:
            with database.begin() as connection:
                self._contents[known] = tiles.release_content(connection, *known[-2:])
        return self._contents[known]


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
