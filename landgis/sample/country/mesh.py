"""The mesh of a tile: blocks between lanes and canals, each cut into two rows of twelve strips with shared borders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landgis.sample.country.arrays import Flags, Floats, Ints
from landgis.sample.country.edges import Edges, Rings, joined, ranges
from landgis.sample.country.ground import TILE_M, Ground

COLUMNS, BELTS = 17, 16
BLOCKS = COLUMNS * BELTS
STRIPS, ROWS = 12, 2
CELLS = BLOCKS * STRIPS * ROWS
_LONG = (STRIPS + 1) * ROWS
_EDGES = _LONG + STRIPS * (ROWS + 1)
_TURNED = 0.3
"""Share of blocks whose strips run east–west."""
WAY_M = (3.5, 5.0)
"""Half width of a road and of a canal between belts."""
_WOBBLE_M = 0.4


def is_road(line: Ints) -> Flags:
    """Tell which lines between belts are roads; the others, and the rim of the tile, are canals."""
    return np.asarray(line % 4 == 2)


@dataclass(frozen=True)
class Blocks:
    """The blocks of a tile, belt by belt from the south-west.

    Attributes
    ----------
    corner
        Where local (0, 0) lies on the plan, B × 2.
    size
        Local extent along the strips' row (u) and across it (v), B × 2, m.
    turned
        Whether u runs north and v west.
    """

    ground: Ground
    corner: Floats
    size: Floats
    turned: Flags

    def at(self, block: Ints, u: Floats, v: Floats) -> Floats:
        """Return where local points lie on the ground."""
        turned = self.turned[block]
        east = np.where(turned, -v, u)
        north = np.where(turned, u, v)
        return self.ground.bent(self.corner[block] + np.stack([east, north], axis=-1))

    def middle(self) -> Floats:
        """Return the middle of every block on the ground."""
        return self.at(np.arange(len(self.size)), self.size[:, 0] / 2, self.size[:, 1] / 2)


@dataclass(frozen=True)
class Mesh:
    """Blocks with their nodes and edges.

    Attributes
    ----------
    across
        u of the strip borders, B × 13; ``along``: v of the row borders, B × 3.
    edges
        All edges; those between strips first, then those between rows, block by block.
    """

    blocks: Blocks
    across: Floats
    along: Floats
    edges: Edges

    def rings(self, block: Ints, strips: tuple[Ints, int], rows: tuple[Ints, int]) -> Rings:
        """Return the outlines of rectangles of cells, anticlockwise.

        Parameters
        ----------
        block
            Their blocks, n.
        strips, rows
            First strip (n) and number of strips; first row (n) and number of rows.
        """
        (c0, wide), (r0, deep) = strips, rows
        base = block[:, None] * _EDGES
        over, up = np.arange(wide), np.arange(deep)
        south = base + _LONG + (c0[:, None] + over) * (ROWS + 1) + r0[:, None]
        east = base + (c0[:, None] + wide) * ROWS + r0[:, None] + up
        north = base + _LONG + (c0[:, None] + over[::-1]) * (ROWS + 1) + r0[:, None] + deep
        west = base + c0[:, None] * ROWS + r0[:, None] + up[::-1]
        return self.edges.rings(np.concatenate([south, east, ~north, ~west], axis=1))

    def cells(self) -> Rings:
        """Return the outlines of all cells, block by block."""
        block, strip, row = np.indices((BLOCKS, STRIPS, ROWS)).reshape(3, -1)
        return self.rings(block, (strip, 1), (row, 1))

    def sides(self, block: Ints, side: Ints, *, anticlockwise: bool) -> Rings:
        """Return sides of blocks as polylines, both ends included.

        Parameters
        ----------
        block, side
            Their blocks; on the plan 0 south, 1 east, 2 north, 3 west.
        anticlockwise
            Whether to walk with the block on the left.
        """
        local = (side - self.blocks.turned[block]) % 4
        base = block * _EDGES
        over, up = np.arange(STRIPS) * (ROWS + 1), np.arange(ROWS)
        paths = (
            base[:, None] + _LONG + over,
            base[:, None] + STRIPS * ROWS + up,
            ~(base[:, None] + _LONG + ROWS + over[::-1]),
            ~(base[:, None] + up[::-1]),
        )
        found, order = [], []
        for number, path in enumerate(paths):
            of = np.flatnonzero(local == number)
            walk = path[of] if anticlockwise else ~path[of][:, ::-1]
            found.append(self.edges.rings(walk, open_ended=True))
            order.append(of)
        return joined(found).take(np.argsort(np.concatenate(order), kind="stable"))

    def outlines(self, block: Ints, strips: tuple[Ints, Ints], rows: tuple[Ints, Ints]) -> Rings:
        """Return the outlines of rectangles of several sizes: as ``rings``, with a number of strips and rows for each."""
        kinds = strips[1] * (ROWS + 1) + rows[1]
        order = np.argsort(kinds, kind="stable")
        found = []
        for of in np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1) if len(order) else []:
            wide, deep = int(strips[1][of[0]]), int(rows[1][of[0]])
            found.append(self.rings(block[of], (strips[0][of], wide), (rows[0][of], deep)))
        return joined(found).take(np.argsort(order, kind="stable"))

    def inside(self, block: Ints, c0: Ints, wide: Ints, row: Ints, spots: Floats) -> Floats:
        """Return points on the ground, given as shares (n × k × 2) of a rectangle one row deep."""
        u0, u1 = self.across[block, c0], self.across[block, c0 + wide]
        v0, v1 = self.along[block, row], self.along[block, row + 1]
        u = u0[:, None] + spots[..., 0] * (u1 - u0)[:, None]
        v = v0[:, None] + spots[..., 1] * (v1 - v0)[:, None]
        return self.blocks.at(np.broadcast_to(block[:, None], u.shape), u, v)


def lay_mesh(ground: Ground, tile: int, rng: np.random.Generator) -> Mesh:
    """Return the mesh of a tile."""
    blocks = _blocks(ground, tile, rng)
    widths = 1 + rng.uniform(-0.4, 0.4, (BLOCKS, STRIPS))
    shares = np.concatenate([np.zeros((BLOCKS, 1)), np.cumsum(widths, axis=1)], axis=1)
    across = shares / shares[:, -1:] * blocks.size[:, :1]
    ditch = rng.uniform(0.42, 0.58, BLOCKS) * blocks.size[:, 1]
    along = np.stack([np.zeros(BLOCKS), ditch, blocks.size[:, 1]], axis=1)
    return Mesh(blocks, across, along, _edges(blocks, across, along, rng))


def _blocks(ground: Ground, tile: int, rng: np.random.Generator) -> Blocks:
    """Cut a tile into belts, and each belt at places of its own, so that lanes meet belts in T-junctions."""
    x, y = ground.corner_of(tile)
    heights = _cuts(1, BELTS, TILE_M[1], rng)[0]
    widths = _cuts(BELTS, COLUMNS, TILE_M[0], rng)
    ways = np.where(is_road(np.arange(BELTS + 1)), *WAY_M)
    south, north = heights[:-1] + ways[:-1], heights[1:] - ways[1:]
    lanes = rng.choice([1.5, 2.5, 4.0], (BELTS, COLUMNS + 1))
    lanes[:, [0, -1]] = WAY_M[1]
    west, east = widths[:, :-1] + lanes[:, :-1], widths[:, 1:] - lanes[:, 1:]
    turned = (rng.random((BELTS, COLUMNS)) < _TURNED).ravel()
    plan = np.stack([east - west, np.broadcast_to((north - south)[:, None], west.shape)], axis=-1).reshape(-1, 2)
    low = np.stack([west, np.broadcast_to(south[:, None], west.shape)], axis=-1).reshape(-1, 2) + np.array([x, y])
    low[turned, 0] += plan[turned, 0]
    return Blocks(ground, low, np.where(turned[:, None], plan[:, ::-1], plan), turned)


def _cuts(lines: int, pieces: int, length: float, rng: np.random.Generator) -> Floats:
    """Return places that divide a length into uneven pieces, lines × (pieces + 1)."""
    sizes = 1 + rng.uniform(-0.22, 0.22, (lines, pieces))
    ends = np.cumsum(sizes, axis=1)
    return np.concatenate([np.zeros((lines, 1)), ends / ends[:, -1:]], axis=1) * length


def _edges(blocks: Blocks, across: Floats, along: Floats, rng: np.random.Generator) -> Edges:
    """Draw every edge once, with as many points as its surveyor felt like, a little off the straight line."""
    count = BLOCKS * _EDGES
    begin, end = np.empty((BLOCKS, _EDGES, 2)), np.empty((BLOCKS, _EDGES, 2))
    u, v = across[:, :, None], along[:, None, :]
    for spot, rows in ((begin, slice(0, -1)), (end, slice(1, None))):
        spot[:, :_LONG] = _grid(u, v[..., rows])
    for spot, strips in ((begin, slice(0, -1)), (end, slice(1, None))):
        spot[:, _LONG:] = _grid(u[:, strips], v)
    runs_across = np.tile(np.arange(_EDGES) >= _LONG, BLOCKS)
    steps = np.where(
        runs_across,
        np.clip(2 + rng.exponential(2.0, count), 2, 20),
        np.clip(4 + rng.exponential(6.2, count), 4, 60),
    ).astype(np.int64)
    of = np.repeat(np.arange(count), steps + 1)
    place = ranges(np.zeros_like(steps), steps + 1)
    part = (place + np.where((place == 0) | (place == steps[of]), 0.0, rng.uniform(-0.3, 0.3, len(of)))) / steps[of]
    a, b = begin.reshape(-1, 2)[of], end.reshape(-1, 2)[of]
    points = a * (1 - part[:, None]) + b * part[:, None]
    nearer = np.minimum(part, 1 - part) * np.abs(b - a).max(axis=1)
    off = rng.uniform(-1, 1, len(of)) * np.minimum(_WOBBLE_M, 0.06 * nearer)
    points[np.arange(len(of)), np.where(runs_across[of], 1, 0)] += off
    ends = np.concatenate([[0], np.cumsum(steps + 1)])
    return Edges(blocks.at(of // _EDGES, points[:, 0], points[:, 1]), ends)


def _grid(u: Floats, v: Floats) -> Floats:
    """Return all pairs of u and v of every block, B × n × 2."""
    whole = np.broadcast_shapes(u.shape, v.shape)
    return np.stack([np.broadcast_to(u, whole), np.broadcast_to(v, whole)], axis=-1).reshape(BLOCKS, -1, 2)
