"""Lanes, roads and canals of a tile: what its blocks leave free, without gap and without overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from landgis.sample.country.arrays import Floats, Ints, Shapes
from landgis.sample.country.ground import TILE_M, Ground
from landgis.sample.country.mesh import BELTS, COLUMNS, Mesh, is_road

_SOUTH, _EAST, _NORTH, _WEST = range(4)
_PER_SIDE = 48
"""Vertices along the side of a tile."""


@dataclass(frozen=True)
class Ways:
    """Ground between blocks.

    Attributes
    ----------
    lanes
        Field lanes between the blocks of a belt.
    roads, canals
        Between belts.
    rim
        The canal around the tile, up to the middle.
    """

    lanes: Shapes
    roads: Shapes
    canals: Shapes
    rim: Polygon


def lay_ways(ground: Ground, tile: int, mesh: Mesh) -> Ways:
    """Return the ways of a tile."""
    belts = np.arange(BELTS * COLUMNS).reshape(BELTS, COLUMNS)
    pair = np.stack([belts[:, 1:], belts[:, :-1]], axis=-1).ravel()
    lane_sides = np.tile([_WEST, _EAST], BELTS * (COLUMNS - 1))
    lanes = mesh.sides(pair, lane_sides, anticlockwise=False).chained(2).polygons()
    chain = np.concatenate([belts[:-1], belts[1:, ::-1]], axis=1).ravel()
    way_sides = np.tile(np.repeat([_NORTH, _SOUTH], COLUMNS), BELTS - 1)
    between = mesh.sides(chain, way_sides, anticlockwise=False).chained(2 * COLUMNS).polygons()
    road = is_road(np.arange(1, BELTS))
    return Ways(lanes, between[road], between[~road], _rim(ground, tile, mesh, belts))


def _rim(ground: Ground, tile: int, mesh: Mesh, belts: Ints) -> Polygon:
    around = (belts[0], belts[:, -1], belts[-1, ::-1], belts[::-1, 0])
    sides = np.repeat(np.arange(4), [len(side) for side in around])
    inner = mesh.sides(np.concatenate(around), sides, anticlockwise=True).xy
    return shapely.Polygon(tile_outline(ground, tile), [inner])


def tile_outline(ground: Ground, tile: int) -> Floats:
    """Return the outline of a tile on the ground, anticlockwise; neighbours share every vertex."""
    x, y = ground.corner_of(tile)
    (width, height), part = TILE_M, np.arange(_PER_SIDE) / _PER_SIDE
    flat = np.zeros(_PER_SIDE)
    east, north = np.rint(part * width), np.rint(part * height)
    plan = [
        np.stack([x + east, flat + y], axis=1),
        np.stack([flat + x + width, y + north], axis=1),
        np.stack([x + width - east, flat + y + height], axis=1),
        np.stack([flat + x, y + height - north], axis=1),
    ]
    return ground.bent(np.concatenate(plan))


def village_ground(ground: Ground, tile: int) -> Polygon:
    """Return the ground of the village of a tile; at the rim of the sample it reaches to where releases end."""
    size, outline = ground.size, tile_outline(ground, tile)
    column, row = tile % size.columns, tile // size.columns
    west, south, east, north = size.extent.bounds
    sides = np.split(outline, 4)
    ends = np.roll(outline, -_PER_SIDE, axis=0)[::_PER_SIDE]
    for side, outer, at_rim in (
        (_SOUTH, (None, south), row == 0),
        (_EAST, (east, None), column == size.columns - 1),
        (_NORTH, (None, north), row == size.rows - 1),
        (_WEST, (west, None), column == 0),
    ):
        if at_rim:
            start, end = sides[side][0], ends[side]
            sides[side] = np.array([start, _onto(start, outer), _onto(end, outer)])
    return shapely.Polygon(np.concatenate(sides))


def _onto(point: Floats, line: tuple[float | None, float | None]) -> tuple[float, float]:
    x, y = line
    return (float(point[0]) if x is None else x, float(point[1]) if y is None else y)
