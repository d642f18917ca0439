"""Who sits where in a tile: villages along the ways, candidate parcels on cells of the mesh, fields on the rest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from landgis.errors import NotReady
from landgis.sample.country.arrays import Flags, Floats, Ints
from landgis.sample.country.mesh import BLOCKS, ROWS, STRIPS, Mesh

HOUSE_SITES = 3
"""Places for a house in one strip of a village row."""
_YARD_WIDTHS = (3, 3, 2, 2, 2)
"""Strips that the yards of one row take."""
_HOUSES_PER_ROW = 30
_THIRD = STRIPS // 3
_PULL_M = 3000
"""How much nearer a row in a town seems, and how much farther one under a red line."""
_OFF_FARMLAND = 0.4
"""Share of the parcels on cells of the mesh whose ground is no farmland: yards among fields."""


class Use(IntEnum):
    """What a cell of the mesh is for."""

    FIELD = 0
    HOUSES = 1
    YARD = 2
    BUILT = 3
    OPEN = 4
    """Ponds, woods and fallow: no farmland."""
    PLANTED = 5


@dataclass(frozen=True)
class Cells:
    """Rectangles of cells: block, first strip, strips, first row, rows."""

    block: Ints
    strip: Ints
    wide: Ints
    row: Ints
    deep: Ints

    def __len__(self) -> int:
        return len(self.block)

    def take(self, rows: Ints | Flags) -> Cells:
        """Return some of them."""
        return Cells(self.block[rows], self.strip[rows], self.wide[rows], self.row[rows], self.deep[rows])


@dataclass(frozen=True)
class Wanted:
    """How much a tile must hold besides what is planted."""

    parcels: int
    fields: int
    homesteads: int


@dataclass(frozen=True)
class Allotment:
    """The uses of a tile.

    Attributes
    ----------
    use
        Use of every cell, B × 12 × 2.
    yards, sites
        Parcels in villages; places of homesteads (cells, with the place 0…2 in ``place``).
    built, off_farmland
        Parcels drawn along the mesh, and which of them stand on cells that are no farmland.
    fields
        Farmland.
    """

    use: Ints
    yards: Cells
    sites: Cells
    place: Ints
    built: Cells
    off_farmland: Flags
    fields: Cells


def held(cells: Cells) -> Flags:
    """Tell which cells some rectangles hold, B × 12 × 2."""
    found = np.zeros((BLOCKS, STRIPS, ROWS), dtype=np.bool_)
    for strip in range(int(cells.wide.max(initial=0))):
        for row in range(ROWS):
            of = (strip < cells.wide) & (cells.row <= row) & (row < cells.row + cells.deep)
            found[cells.block[of], cells.strip[of] + strip, row] = True
    return found


def allot(
    mesh: Mesh,
    reserved: Ints,
    under_red_line: Flags,
    in_town: Flags,
    hearts: Floats,
    wanted: Wanted,
    rng: np.random.Generator,
) -> Allotment:
    """Divide the cells of a tile.

    Parameters
    ----------
    mesh
        The tile.
    reserved
        Blocks that planted cases take.
    under_red_line, in_town
        Cells (B × 12 × 2) that have farmland only where it does not fit elsewhere. Villages shun the one and fill the
        other first.
    hearts
        Middles of villages, n × 2.
    wanted
        How much of each.
    """
    use = np.full((BLOCKS, STRIPS, ROWS), Use.FIELD, dtype=np.int64)
    use[reserved] = Use.PLANTED
    in_yards = wanted.parcels // 2
    yard_rows, house_rows = -(-in_yards // len(_YARD_WIDTHS)), -(-wanted.homesteads // _HOUSES_PER_ROW)
    drawn_to: Ints = np.subtract(in_town.any(axis=1), under_red_line.any(axis=1), dtype=np.int64)
    chosen = _village_rows(mesh, use, drawn_to, hearts, yard_rows + house_rows, rng)
    yards = _yards(chosen[:yard_rows], in_yards, rng)
    sites, place = _sites(chosen[yard_rows:], wanted.homesteads, rng)
    use[chosen[:yard_rows, 0], :, chosen[:yard_rows, 1]] = Use.YARD
    use[chosen[yard_rows:, 0], :, chosen[yard_rows:, 1]] = Use.HOUSES
    built = _built(use, wanted.parcels - in_yards, rng)
    off_farmland = rng.random(len(built)) < _OFF_FARMLAND
    use[held(built.take(off_farmland))] = Use.BUILT
    fields = _fields(use, under_red_line | in_town, wanted.fields, rng)
    return Allotment(use, yards, sites, place, built, off_farmland, fields)


def _village_rows(mesh: Mesh, use: Ints, drawn_to: Ints, hearts: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Return the rows (block, row) that villages take, nearest to their hearts, in random order."""
    far = np.linalg.norm(mesh.blocks.middle()[:, None] - hearts, axis=2).min(axis=1)
    far = far[:, None] + rng.exponential(160, (BLOCKS, ROWS)) - _PULL_M * drawn_to
    far[(use == Use.PLANTED).any(axis=(1, 2))] = np.inf
    nearest = np.argsort(far, axis=None, kind="stable")[:count]
    return rng.permutation(np.stack(np.unravel_index(nearest, far.shape), axis=1))


def _yards(rows: Ints, count: int, rng: np.random.Generator) -> Cells:
    widths = rng.permuted(np.tile(_YARD_WIDTHS, (len(rows), 1)), axis=1)
    first = (np.cumsum(widths, axis=1) - widths).ravel()
    block, row = np.repeat(rows, len(_YARD_WIDTHS), axis=0).T
    return Cells(block, first, widths.ravel(), row, np.ones_like(row)).take(np.arange(count))


def _sites(rows: Ints, count: int, rng: np.random.Generator) -> tuple[Cells, Ints]:
    per_row = STRIPS * HOUSE_SITES
    site = np.sort(rng.permutation(len(rows) * per_row)[:count])
    block, row = rows[site // per_row].T
    strip = site % per_row // HOUSE_SITES
    one = np.ones_like(row)
    return Cells(block, strip, one, row, one), site % HOUSE_SITES


def _built(use: Ints, count: int, rng: np.random.Generator) -> Cells:
    """Return parcels along the mesh: one to four strips, one row or both, at most one in each third of a block."""
    free = (use == Use.FIELD).all(axis=1)
    third = np.flatnonzero(np.repeat(free.any(axis=1), 3))
    third = np.sort(rng.permutation(third)[:count])
    block = third // 3
    both = free[block].all(axis=1) & (rng.random(count) < 0.12)
    upper = np.where(free[block].all(axis=1), rng.random(count) < 0.5, free[block, 1])
    wide = rng.choice([1, 2, 3, 4], count, p=[0.35, 0.35, 0.2, 0.1])
    strip = third % 3 * _THIRD + (rng.random(count) * (_THIRD - wide + 1)).astype(np.int64)
    return Cells(block, strip, wide, np.where(both, 0, upper).astype(np.int64), np.where(both, 2, 1))


def _fields(use: Ints, soft: Flags, count: int, rng: np.random.Generator) -> Cells:
    """Return the farmland: what is too much lies open, in towns and corridors first, or is joined to a neighbour."""
    free = use == Use.FIELD
    surplus = int(free.sum()) - count
    if surplus < 0:
        raise NotReady(
            f"示例地面少了 {-surplus} 块农田的位置",
            f"The sample ground lacks room for {-surplus} fields",
            next_zh="请换一个种子",
            next_en="Take another seed",
        )
    lost = np.flatnonzero((free & soft).ravel())
    lost = rng.permutation(lost)[:surplus]
    fallow = np.flatnonzero((free & ~soft).ravel())
    fallow = rng.permutation(fallow)[: (surplus - len(lost)) // 4]
    use.reshape(-1)[np.concatenate([lost, fallow])] = Use.OPEN
    free = use == Use.FIELD
    pairs = np.argwhere(free[:, 0::2] & free[:, 1::2])
    pairs = np.sort(rng.permutation(len(pairs))[: int(free.sum()) - count])[:, None]
    pairs = np.argwhere(free[:, 0::2] & free[:, 1::2])[pairs[:, 0]]
    free[pairs[:, 0], 2 * pairs[:, 1] + 1, pairs[:, 2]] = False
    wide = np.ones(free.shape, dtype=np.int64)
    wide[pairs[:, 0], 2 * pairs[:, 1], pairs[:, 2]] = 2
    block, strip, row = np.argwhere(free).T
    return Cells(block, strip, wide[block, strip, row], row, np.ones_like(row))
