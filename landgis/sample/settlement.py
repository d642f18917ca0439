"""Who sits where: rows along waters and roads, yards and houses in them, town lots and park lots."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely

from landgis.sample.frame import Frame, Ring
from landgis.sample.ground import Block, Terrain
from landgis.sample.plots import HouseRun, Lot, Plot, bed_of

_GAP_M = 7
"""Least distance between neighbours in a row."""
_ROW_DEPTH_M = 115
_TOWN_LOTS = (
    ("0701", "0701"),
    ("0701", "070102"),
    ("05H1", "0901"),
    ("08H1", "0801"),
    ("08H2", "0804"),
    ("0810", "1401"),
)
_TOWN_SHARES = (0.34, 0.22, 0.2, 0.08, 0.08, 0.08)


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


def yards(rows: list[Row], count: int, rng: np.random.Generator) -> list[Plot]:
    """Place industrial and other yards, most of them along roads of settled blocks.

    Returns
    -------
    list
        ``count`` plots, fewer when the rows are full.
    """
    weight = np.array([0.12 + row.density * (1.6 if row.on_road else 0.7) for row in rows])
    plots: list[Plot] = []
    for _ in range(count * 8):
        if len(plots) == count:
            break
        row = rows[int(rng.choice(len(rows), p=weight / weight.sum()))]
        width, depth = _yard_size(row, rng)
        frame = row.take(width, rng)
        if frame is not None:
            plots.append(_plot(row.block, frame, yard_ring(width, depth, rng), "yard"))
    return plots


def houses(rows: list[Row], rng: np.random.Generator) -> list[HouseRun]:
    """Fill what is left of the rows with runs of homesteads, as densely as each row is settled."""
    runs = []
    for row in rows:
        for start, end in list(row.free):
            at = start
            while at + 30 <= end:
                length = int(min(rng.integers(45, 170), end - at))
                if rng.random() < row.density:
                    runs.append(_run(row, at, length, rng))
                at += length + int(rng.integers(4, 12))
    return runs


def urban(terrain: Terrain, rng: np.random.Generator) -> tuple[list[Plot], list[Lot]]:
    """Divide the blocks of town and park into lots; some of them are candidate parcels."""
    plots, lots = [], []
    for block in terrain.blocks:
        if block.inner is None or block.use not in ("town", "park"):
            continue
        park = block.use == "park"
        grid = _lots_in(block.inner, (88, 140) if park else (40, 92), (75, 105) if park else (44, 62), rng)
        chosen = set(rng.permutation(len(grid))[: 7 if park else 4].tolist())
        for at, (u0, v0, u1, v1) in enumerate(grid):
            if at in chosen:
                ring = yard_ring(u1 - u0, v1 - v0, rng)
                plots.append(_plot(block, block.frame.moved(u0, v0), ring, block.use))
                continue
            codes = ("0601", "100102") if park else _TOWN_LOTS[int(rng.choice(len(_TOWN_LOTS), p=_TOWN_SHARES))]
            lots.append(Lot(block, block.frame.box(u0, v0, u1, v1), *codes))
    return plots, lots


def yard_ring(width: int, depth: int, rng: np.random.Generator) -> Ring:
    """Return the outline of a yard within width × depth: a box, an L, a cut corner or a crooked side."""
    shape = rng.choice(4, p=(0.4, 0.24, 0.2, 0.16))
    u, v = int(width * rng.uniform(0.45, 0.7)), int(depth * rng.uniform(0.45, 0.7))
    if shape == 1:
        return [(0, 0), (width, 0), (width, v), (u, v), (u, depth), (0, depth)]
    if shape == 2:
        cut = max(4, min(width, depth) // 4)
        return [(0, 0), (width, 0), (width, depth - cut), (width - cut, depth), (0, depth)]
    if shape == 3:
        lean = max(2, depth // 9)
        return [(0, 0), (width, 0), (width, depth), (u, depth - lean // 2), (0, depth - lean)]
    return [(0, 0), (width, 0), (width, depth), (0, depth)]


def _plot(block: Block, frame: Frame, ring: Ring, setting: str) -> Plot:
    plot = Plot(block, setting, frame.polygon(ring), bed_of(frame, [ring]))
    block.taken.append(plot.bed)
    return plot


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


def _yard_size(row: Row, rng: np.random.Generator) -> tuple[int, int]:
    area = float(np.clip(np.exp(rng.normal(np.log(3400), 0.72)), 850, 16_000))
    width = int(np.clip(np.sqrt(area * rng.uniform(0.7, 1.9)), 24, 150))
    return width, int(np.clip(area / width, 24, row.depth - 4))


def _run(row: Row, start: int, length: int, rng: np.random.Generator) -> HouseRun:
    """Build one run: one line of homesteads, or two back to back with a lane between."""
    frame = row.frame.moved(start, 0)
    plots: list[tuple[int, int, int, int]] = []
    lines = 2 if length > 45 and row.depth > 60 and rng.random() < 0.45 else 1
    for line in range(lines):
        u = int(rng.integers(1, 4))
        while u + 15 <= length:
            width, depth = int(rng.integers(12, 16)), int(rng.integers(13, 18))
            if rng.random() < 0.9:
                v = 2 + line * 22
                plots.append((u, v, u + width, v + depth))
            u += width + int(rng.integers(1, 4))
    if not plots:
        plots.append((1, 2, 14, 16))
    patch = frame.box(-1, 0, length + 1, 20 + 22 * (lines - 1))
    row.block.taken.append(patch)
    return HouseRun(row.block, tuple(frame.boxes(np.array(plots))), patch)


def _lots_in(
    inner: tuple[int, int, int, int], widths: tuple[int, int], depths: tuple[int, int], rng: np.random.Generator
) -> list[tuple[int, int, int, int]]:
    """Divide a box into rows of lots with streets between."""
    _, _, length, height = inner
    lines = max(1, round(height / (sum(depths) / 2 + 9)))
    depth = (height - 9 * (lines - 1)) // lines
    lots = []
    for line in range(lines):
        u, v = 1, line * (depth + 9)
        while u + widths[0] * 0.8 <= length:
            width = int(min(rng.integers(*widths), length - 1 - u))
            lots.append((u, v + 1, u + width, v + depth - 1))
            u += width + 6
    return lots


def bands(block: Block, beds: list[shapely.Polygon]) -> tuple[int, int]:
    """Return how deep gardens reach from the south and from the north: as deep as houses stand, 45 m at most."""
    if block.inner is None or not beds:
        return (0, 0)
    height = block.inner[3]
    local = [block.frame.local(bed).bounds for bed in beds]
    south = max((high for _, low, _, high in local if low < height / 2), default=0.0)
    north = max((height - low for _, low, _, high in local if high > height / 2), default=0.0)
    return min(int(south) + 3, 45) if south else 0, min(int(north) + 3, 45) if north else 0
