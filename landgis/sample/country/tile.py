"""One tile of countryside: geometry of the measured layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from landgis.sample.country.allot import HOUSE_SITES, Cells
from landgis.sample.country.arrays import Flags, Floats, Ints, Shapes
from landgis.sample.country.edges import Rings, joined
from landgis.sample.country.ground import TILE_M, Ground
from landgis.sample.country.mesh import BLOCKS, ROWS, STRIPS, Mesh
from landgis.sample.country.outlines import corridor, town_edge, wetland

SURVEY_NOISE_M = 0.002
RESURVEYED, DOUBLED = 0.1, 0.02
"""Shares of farmland that was measured twice: once more with noise, and as a second, larger copy."""


@dataclass(frozen=True)
class Lines:
    """The large outlines of a tile, none or one of each."""

    red_line: Polygon | None
    boundary: Polygon | None

    @property
    def shapes(self) -> list[Polygon]:
        """Return what there is."""
        return [shape for shape in (self.red_line, self.boundary) if shape is not None]


def draw_lines(ground: Ground, tile: int, red_line: bool, boundary: bool, rng: np.random.Generator) -> Lines:
    """Draw the large outlines of a tile."""
    middle = np.array(ground.corner_of(tile)) + np.array(TILE_M) / 2 + rng.uniform(-250, 250, 2)
    draw = corridor if rng.random() < 0.65 else wetland
    vertices = int(np.exp(rng.uniform(np.log(11_600), np.log(99_000))))
    red = draw(middle, vertices, rng) if red_line else None
    return Lines(red, town_edge(middle, int(rng.integers(10_100, 11_000)), rng) if boundary else None)


def dry_blocks(mesh: Mesh, lines: Lines) -> Flags:
    """Tell which blocks lie well away from every outline."""
    middles = shapely.points(mesh.blocks.middle())
    dry = np.ones(BLOCKS, dtype=np.bool_)
    for shape in lines.shapes:
        dry &= ~shapely.dwithin(shape.simplify(2.0), middles, 190.0)
    return dry


def cells_under(mesh: Mesh, shape: Polygon | None) -> Flags:
    """Tell which cells lie under an outline or in its holes, B × 12 × 2."""
    cells = (BLOCKS, STRIPS, ROWS)
    if shape is None:
        return np.zeros(cells, dtype=np.bool_)
    block, strip, row = np.indices(cells).reshape(3, -1)
    spots = mesh.inside(block, strip, np.ones_like(block), row, np.full((len(block), 1, 2), 0.5))[:, 0]
    rough = shapely.Polygon(shapely.get_exterior_ring(shape)).simplify(1.0).buffer(8)
    shapely.prepare(rough)
    return np.asarray(shapely.contains_xy(rough, spots), dtype=np.bool_).reshape(cells)


def farmland(mesh: Mesh, fields: Cells, doubles: int, rng: np.random.Generator) -> Rings:
    """Return the fields, some measured once more, and some enlarged copies that lie over them."""
    drawn = mesh.outlines(fields.block, (fields.strip, fields.wide), (fields.row, fields.deep))
    error = np.where(rng.random(len(fields)) < RESURVEYED, SURVEY_NOISE_M, 0.0)
    copied = np.sort(rng.permutation(len(fields))[:doubles])
    return joined([drawn.redrawn(error, rng), drawn.take(copied).grown(1.1, rng.uniform(-3, 3, (doubles, 2)))])


def built_parcels(mesh: Mesh, built: Cells, rng: np.random.Generator) -> Shapes:
    """Return parcels that follow the mesh, measured by another surveyor."""
    drawn = mesh.outlines(built.block, (built.strip, built.wide), (built.row, built.deep))
    return drawn.redrawn(np.full(len(built), SURVEY_NOISE_M), rng).polygons()


def yards(mesh: Mesh, cells: Cells, rng: np.random.Generator) -> Shapes:
    """Return yards: boxes, boxes with a cut corner, crooked ones and L-shapes, a few reaching into the field behind."""
    n = len(cells)
    west, east = rng.uniform(0.03, 0.1, n), rng.uniform(0.9, 0.97, n)
    front, back = rng.uniform(0.05, 0.12, n), rng.uniform(0.62, 0.97, n)
    back = np.where(rng.random(n) < 0.06, rng.uniform(1.01, 1.12, n), back)
    u, v = west + rng.uniform(0.4, 0.7, n) * (east - west), front + rng.uniform(0.4, 0.7, n) * (back - front)
    lean = rng.uniform(0.02, 0.12, n)
    templates = (
        ((west, front), (east, front), (east, back), (west, back)),
        ((west, front), (east, front), (east, v), (u, back), (west, back)),
        ((west, front), (east, front + lean), (east, back), (u, back - lean), (west, back - lean)),
        ((west, front), (east, front), (east, v), (u, v), (u, back), (west, back)),
    )
    which = rng.choice(4, n, p=(0.42, 0.18, 0.2, 0.2))
    found = np.empty(n, dtype=np.object_)
    for number, template in enumerate(templates):
        of = which == number
        spots = np.stack([np.stack(spot, axis=-1)[of] for spot in template], axis=1)
        found[of] = _drawn(mesh, cells.take(of), spots)
    return found


def homesteads(mesh: Mesh, sites: Cells, place: Ints, rng: np.random.Generator) -> Shapes:
    """Return homesteads: boxes of four corners, up to three in a strip, one behind the other."""
    n = len(sites)
    west, east = rng.uniform(0.06, 0.14, n), rng.uniform(0.86, 0.94, n)
    middle = (place + 0.5) / HOUSE_SITES + rng.uniform(-0.03, 0.03, n)
    deep = rng.uniform(0.07, 0.11, n)
    spots = [(west, middle - deep), (east, middle - deep), (east, middle + deep), (west, middle + deep)]
    return _drawn(mesh, sites, np.stack([np.stack(spot, axis=-1) for spot in spots], axis=1))


def _drawn(mesh: Mesh, cells: Cells, spots: Floats) -> Shapes:
    """Return polygons given as shares of their cells; in the upper row they are mirrored, for the way is behind it."""
    upper = cells.row == 1
    mirrored = np.where(upper[:, None, None], np.stack([spots[..., 0], 1 - spots[..., 1]], axis=-1)[:, ::-1], spots)
    points = mesh.inside(cells.block, cells.strip, cells.wide, cells.row, mirrored)
    return np.asarray(shapely.polygons(points), dtype=np.object_)
