"""The tile grids that map and database share: one for every CRS that the map can be drawn in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from landgis.crs import WORKING, to_crs
from landgis.errors import UsageError

Bounds = tuple[float, float, float, float]
"""West, south, east, north."""

GENERALISED_ABOVE_M_PER_PX = 16.0
"""From this size of a pixel on, what is smaller than a few pixels is shown by sums, and outlines are smoothed."""
SMALL_PX = 4
"""What is smaller than this both ways is shown by sums there."""
MANY_PX, COVER_PX = 32, 8
"""Sides of the cells that sum up parcels, and features of a layer."""
_BUFFER = 64
"""Share of a tile's side that is drawn beyond its border: one of so many."""


@dataclass(frozen=True)
class Grid:
    """Squares that halve from one zoom to the next.

    Attributes
    ----------
    epsg
        CRS of the coordinates.
    origin
        Upper left corner.
    size_m
        Side of the one tile at zoom 0; metres, in EPSG:4490 degrees.
    tile_px
        Side of a tile on the screen, pixels.
    max_zoom
        Largest zoom.
    domain
        Where data can lie.
    metres
        Metres of a unit of the coordinates, northward.
    extent
        Units of a tile's own coordinates along its side.
    """

    epsg: int
    origin: tuple[float, float]
    size_m: float
    tile_px: int
    max_zoom: int
    domain: Bounds
    metres: float = 1.0
    extent: int = 4096

    def resolutions(self) -> list[float]:
        """Return the units of a pixel at every zoom."""
        return [self.size_m / self.tile_px / 2**zoom for zoom in range(self.max_zoom + 1)]


def _plane(epsg: int, west: float, north: float) -> Grid:
    size = 262_144.0
    return Grid(epsg, (west, north), size, 512, 18, (west, north - size, west + size, north))


GRIDS = {
    4549: _plane(4549, 500_000.0, 3_600_000.0),
    4550: _plane(4550, 200_000.0, 3_600_000.0),
    # Levels as 天地图 numbers them: 256 pixels, 0.703125 degrees a pixel at level 1.
    4490: Grid(4490, (-180.0, 90.0), 360.0, 256, 20, (119.5, 29.5, 123.5, 33.0), 110_900.0),
}
"""Working CRS first; neighbouring belt; degrees on CGCS2000."""


@dataclass(frozen=True)
class Tile:
    """One square of a grid.

    Attributes
    ----------
    grid
        The grid.
    z, x, y
        Zoom, column, row downward.

    Raises
    ------
    UsageError
        If the grid has no such tile.
    """

    grid: Grid
    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.z <= self.grid.max_zoom and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z):
            raise UsageError(f"没有瓦片 {self.name}", f"There is no tile {self.name}", where=self.name)

    @property
    def name(self) -> str:
        """Zoom, column and row."""
        return f"{self.z}/{self.x}/{self.y}"

    @property
    def bounds(self) -> Bounds:
        """Bounds in the grid's CRS; a border is the same number from both sides."""
        side = self.grid.size_m / 2**self.z
        west, north = self.grid.origin
        return west + self.x * side, north - (self.y + 1) * side, west + (self.x + 1) * side, north - self.y * side

    @property
    def px_m(self) -> float:
        """Metres of a pixel."""
        return self.grid.resolutions()[self.z] * self.grid.metres

    @property
    def generalised(self) -> bool:
        """Whether small things are shown by sums."""
        return self.px_m >= GENERALISED_ABOVE_M_PER_PX

    def reach(self) -> Bounds | None:
        """Return the bounds in the working CRS of what the tile can show, its buffer with it; None: nothing."""
        west, south, east, north = self.bounds
        buffer = (east - west) / _BUFFER
        domain = self.grid.domain
        west, south = max(west - buffer, domain[0]), max(south - buffer, domain[1])
        east, north = min(east + buffer, domain[2]), min(north + buffer, domain[3])
        if west >= east or south >= north:
            return None
        if self.grid.epsg == WORKING.to_epsg():
            return west, south, east, north
        outline = shapely.segmentize(shapely.box(west, south, east, north), (east - west) / 16)
        moved, _ = to_crs(np.array([outline], dtype=object), CRS(self.grid.epsg))
        found: Bounds = moved[0].bounds
        return found

    def parameters(self, cell_px: int) -> dict[str, float | int]:
        """Return what the SQL of a tile asks of it; the domain must be reached.

        Parameters
        ----------
        cell_px
            Side of the cells that sum up small things.

        Returns
        -------
        dict
            ``west`` … ``north`` (tile, CRS ``srid``), ``from_x`` … ``to_y`` (`reach`), ``extent``, ``buffer``, ``cells``
            along a side, ``small_m`` below which things are summed up (0: nothing is), ``smooth_m`` of outlines.
        """
        reach = self.reach()
        assert reach is not None
        grid, px = self.grid, self.px_m
        unit = px * grid.tile_px / grid.extent
        return {
            **dict(zip(("west", "south", "east", "north"), self.bounds, strict=True)),
            **dict(zip(("from_x", "from_y", "to_x", "to_y"), reach, strict=True)),
            "srid": grid.epsg,
            "extent": grid.extent,
            "buffer": grid.extent // _BUFFER,
            "cells": grid.tile_px // cell_px,
            "small_m": SMALL_PX * px if self.generalised else 0.0,
            "smooth_m": px / 2 if self.generalised else unit,
        }
