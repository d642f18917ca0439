"""Who sits where: yards and houses in the rows, lots in town and park."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shapely.geometry.base import BaseGeometry

from landgis.sample.frame import Frame, Ring
from landgis.sample.ground import Block, Terrain
from landgis.sample.plots import HouseRun, Lot, Plot, bed_of
from landgis.sample.rows import Row

_TOWN_LOTS = (
    ("0701", "0701"),
    ("0701", "070102"),
    ("05H1", "0901"),
    ("08H1", "0801"),
    ("08H2", "0804"),
    ("0810", "1401"),
)
_TOWN_SHARES = (0.34, 0.22, 0.2, 0.08, 0.08, 0.08)


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
                length = min(int(rng.integers(45, 170)), end - at)
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
            width = min(int(rng.integers(*widths)), length - 1 - u)
            lots.append((u, v + 1, u + width, v + depth - 1))
            u += width + 6
    return lots


def bands(block: Block, beds: Sequence[BaseGeometry]) -> tuple[int, int]:
    """Return how deep gardens reach from the south and from the north: as deep as houses stand, 45 m at most."""
    if block.inner is None or not beds:
        return (0, 0)
    height = block.inner[3]
    local = [block.frame.local(bed).bounds for bed in beds]
    south = max((high for _, low, _, high in local if low < height / 2), default=0.0)
    north = max((height - low for _, low, _, high in local if high > height / 2), default=0.0)
    return min(int(south) + 3, 45) if south else 0, min(int(north) + 3, 45) if north else 0
