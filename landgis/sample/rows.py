"""Rows: building ground along waters and roads, taken piece by piece."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from landgis.sample.frame import Frame
from landgis.sample.ground import Block, Terrain

_GAP_M = 7
"""Least distance between neighbours in a row."""
_ROW_DEPTH_M = 115


@dataclass
class Row:
    """Building ground along one side of a block.

    Attributes
    ----------
    frame
        u runs along the row, v from the water or road into the block.
    length, depth
        Metres.
    on_road
        True along a road, False along water or the edge of the sample.
    density
        How much of it is built, 0…1.
    free
        Free stretches (from, to), metres along u.
    edge_at
        Where the red line's coverage ends along u; None elsewhere.
    """

    block: Block
    frame: Frame
    length: int
    depth: int
    on_road: bool
    density: float
    free: list[tuple[int, int]] = field(default_factory=list)
    edge_at: int | None = None

    def take(self, width: int, rng: np.random.Generator) -> Frame | None:
        """Take a stretch of free ground and return its frame, or None when there is none."""
        for at, (start, end) in enumerate(self.free):
            slack = end - start - width
            if slack < 0:
                continue
            spare = int(rng.integers(0, min(slack, 9) + 1))
            begin = start + spare if rng.random() < 0.5 else end - width - spare
            self._use(at, begin, begin + width)
            return self.frame.moved(begin, 0)
        return None

    def pin(self, begin: int, width: int) -> Frame | None:
        """Take exactly the stretch that begins at a point, or None when it is not free."""
        for at, (start, end) in enumerate(self.free):
            if start <= begin and begin + width <= end:
                self._use(at, begin, begin + width)
                return self.frame.moved(begin, 0)
        return None

    def keep_free_of_houses(self, start: int, end: int) -> None:
        """Give up a stretch: nothing will be built there."""
        self.free = [piece for low, high in self.free for piece in ((low, min(high, start)), (max(low, end), high))]
        self.free = [(low, high) for low, high in self.free if high - low >= 20]

    def _use(self, at: int, begin: int, end: int) -> None:
        start, stop = self.free.pop(at)
        pieces = [(start, begin - _GAP_M), (end + _GAP_M, stop)]
        self.free[at:at] = [(low, high) for low, high in pieces if high - low >= 20]


def rows_of(terrain: Terrain, rng: np.random.Generator) -> list[Row]:
    """Return the rows of all rural blocks: one along the south, one along the north where there is room."""
    cores = _cores(terrain, rng)
    rows = []
    for block in terrain.blocks:
        if block.use != "rural" or block.inner is None:
            continue
        _, _, length, height = block.inner
        near = min(np.hypot(block.cell[0] - i, block.cell[1] - j) for i, j in cores)
        sides = (
            (block.frame, block.cell[1] % 2 == 1),
            (block.frame.moved(length, height).turned(), block.cell[1] % 2 == 0),
        )
        depth = min(_ROW_DEPTH_M, (height - 30) // 2) if height >= 130 else height
        for frame, on_road in sides if height >= 130 else sides[:1]:
            density = float(np.clip(1.3 - 0.36 * near + rng.normal(0, 0.2), 0.0, 0.97))
            rows.append(Row(block, frame, length, depth, on_road, density, [(0, length)]))
    _mark_edge(terrain, rows)
    return rows


def _cores(terrain: Terrain, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return the hearts of the villages, in blocks."""
    place = terrain.place
    across, up = place.columns / 3, place.rows / 2
    spots = [((i + 0.5) * across - 0.5, (j + 0.5) * up - 0.5) for j in range(2) for i in range(3)]
    return [(x + rng.uniform(-0.8, 0.8), y + rng.uniform(-0.6, 0.6)) for x, y in spots]


def _mark_edge(terrain: Terrain, rows: list[Row]) -> None:
    """Keep the strip beyond the red line's coverage for planted cases."""
    last = terrain.place.columns - 1
    for row in rows:
        if row.block.cell[0] != last:
            continue
        at = terrain.uncovered_from - row.frame.x_mm // 1000
        if row.frame.matrix[0] > 0:
            row.edge_at = at
        else:
            row.keep_free_of_houses(0, 10 - at)
