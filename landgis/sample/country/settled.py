"""A tile with everybody in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.sample.country.allot import Allotment, Wanted, allot
from landgis.sample.country.arrays import Floats, Shapes
from landgis.sample.country.ground import TILE_M, CountrySize, Ground
from landgis.sample.country.mesh import Mesh, lay_mesh
from landgis.sample.country.planting import Planted, cases_by_tile, plant
from landgis.sample.country.seats import Seat, seat_of_tile
from landgis.sample.country.tile import DOUBLED, Lines, cells_under, draw_lines, dry_blocks


@dataclass(frozen=True)
class Settled:
    """A tile with everybody in place.

    Attributes
    ----------
    doubles
        How many fields were measured twice.
    """

    ground: Ground
    tile: int
    seat: Seat
    mesh: Mesh
    lines: Lines
    planted: list[Planted]
    allotment: Allotment
    doubles: int

    def left_free(self, layer: str) -> BaseGeometry:
        """Return the ground that a layer leaves free under planted cases."""
        return shapely.union_all(
            [gap.geometry for case in self.planted for gap in case.scene.free if gap.layer == layer]
        )

    def extras(self, layer: str) -> Shapes:
        """Return what planted cases bring along for a layer."""
        return array_of(extra.geometry for case in self.planted for extra in case.scene.extras if extra.layer == layer)


def settle(size: CountrySize, seed: int, tile: int, rng: np.random.Generator) -> Settled:
    """Lay the mesh of a tile, plant its cases, and divide what is left.

    Parameters
    ----------
    size, seed
        The sample.
    tile
        Number of the tile.
    rng
        Chance of this tile.
    """
    ground = Ground(size, seed)
    mesh = lay_mesh(ground, tile, rng)
    lines = draw_lines(ground, tile, *_lines_of(size, seed, tile), rng)
    planted = plant(ground, tile, mesh, dry_blocks(mesh, lines), cases_by_tile(size, seed)[tile], rng)
    doubles = round(float(size.share(size.farmland)[tile]) * DOUBLED)
    wanted = Wanted(
        int(size.share(size.parcels)[tile]) - len(planted),
        int(size.share(size.farmland)[tile]) - doubles - _brought(planted, "permanent_basic_farmland"),
        int(size.share(size.homesteads)[tile]) - _brought(planted, "homestead"),
    )
    taken = np.array([case.block for case in planted if case.block >= 0], dtype=np.int64)
    soft = cells_under(mesh, lines.red_line), cells_under(mesh, lines.boundary)
    allotment = allot(mesh, taken, *soft, _hearts(ground, tile, lines, rng), wanted, rng)
    return Settled(ground, tile, seat_of_tile(size, tile), mesh, lines, planted, allotment, doubles)


def array_of(shapes: Iterable[object]) -> Shapes:
    """Return geometries as an array of objects."""
    listed = list(shapes)
    found = np.empty(len(listed), dtype=np.object_)
    found[:] = listed
    return found


def _brought(planted: Sequence[Planted], layer: str) -> int:
    return sum(extra.layer == layer for case in planted for extra in case.scene.extras)


def _lines_of(size: CountrySize, seed: int, tile: int) -> tuple[bool, bool]:
    """Tell whether a tile has a red line or a boundary; none has both."""
    order = np.random.default_rng([seed, 41]).permutation(size.tiles)
    place = int(np.flatnonzero(order == tile)[0])
    return size.boundaries <= place < size.boundaries + size.red_lines, place < size.boundaries


def _hearts(ground: Ground, tile: int, lines: Lines, rng: np.random.Generator) -> Floats:
    """Return the middles of villages; a town is one of them."""
    spots = np.array(ground.corner_of(tile)) + rng.uniform(0.12, 0.88, (3, 2)) * TILE_M
    if lines.boundary is not None:
        spots[0] = shapely.get_coordinates(lines.boundary.centroid)[0]
    return spots
