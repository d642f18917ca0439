"""Planting: every kind of planted case finds its place on the ground."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString

from landgis.crs import GEOGRAPHIC, to_crs
from landgis.errors import NotReady
from landgis.sample import (
    planted_borders,
    planted_conditions,
    planted_ground,
    planted_land_use,
    planted_limits,
    planted_overlaps,
    planted_shapes,
    planted_strips,
)
from landgis.sample.frame import Frame
from landgis.sample.ground import Terrain
from landgis.sample.plots import Plot
from landgis.sample.rows import Row
from landgis.sample.scene import BOTH, KINDS, Kind

MERIDIAN_DEG = 121.5
"""Limit between the 3-degree zones 40 and 41."""
_CROSSING_M = 20
_DECLARED = (
    planted_land_use, planted_conditions, planted_overlaps, planted_limits, planted_ground, planted_borders,
    planted_strips, planted_shapes,
)  # fmt: skip
"""The modules that declare the kinds, in the order in which their kinds are planted."""


def all_kinds() -> list[Kind]:
    """Return every kind in one order, whichever module was imported first."""
    place = {module.__name__: at for at, module in enumerate(_DECLARED)}
    return sorted(KINDS.values(), key=lambda kind: place[kind.draw.__module__])


def kinds_of(district: str) -> list[Kind]:
    """Return the kinds planted in a district of the small sample: all that stand in both, and every other one of the rest."""
    small = [kind for kind in all_kinds() if not kind.large]
    single = [kind for kind in small if kind.districts != BOTH and kind.where != "meridian"]
    turn = {"songjiang": 0, "chongming": 1}[district]
    chosen = {kind.key for kind in single[turn::2]}
    return [
        kind
        for kind in small
        if kind.districts == BOTH or kind.key in chosen or (kind.where == "meridian" and district == "chongming")
    ]


def plant(terrain: Terrain, rows: list[Row], rng: np.random.Generator) -> list[Plot]:
    """Plant the district's cases, those that need a certain place first.

    Parameters
    ----------
    terrain, rows
        Ground and its building rows; what is planted is taken off the rows.

    Returns
    -------
    list
        One plot per kind.

    Raises
    ------
    NotReady
        If the ground has no room for a kind.
    """
    kinds = sorted(kinds_of(terrain.place.district.key), key=lambda kind: (kind.where == "", kind.where != "meridian"))
    plots = []
    for kind in kinds:
        row, frame = _place(kind, terrain, rows, rng)
        plot = kind.plot_at(frame, Plot(row.block, "planted", shapely.Polygon(), shapely.Polygon()))
        row.block.taken.append(plot.bed)
        row.block.taken.extend(extra.geometry for extra in plot.extras)
        plots.append(plot)
    return plots


def close_edge(rows: list[Row]) -> None:
    """After planting, leave what remains beyond the red line's coverage to the fields."""
    for row in rows:
        if row.edge_at is not None:
            row.keep_free_of_houses(row.edge_at - 8, row.length)


def _place(kind: Kind, terrain: Terrain, rows: list[Row], rng: np.random.Generator) -> tuple[Row, Frame]:
    width, depth = kind.size
    for row in _wanted(kind.where, terrain, rows, rng):
        if row.depth < depth:
            continue
        if kind.where == "edge_cross" and row.edge_at is not None:
            frame = row.pin(row.edge_at - _CROSSING_M, width)
        elif kind.where == "edge_out" and row.edge_at is not None:
            frame = row.pin(row.edge_at + 12 + int(rng.integers(0, 40)), width)
        elif kind.where == "meridian":
            frame = row.pin(min(max(0, _meridian_at(row) - width // 2), row.length - width), width)
        else:
            frame = row.take(width, rng)
        if frame is not None:
            return row, frame
    raise NotReady(
        f"示例地面上没有位置安放“{kind.title_zh}”",
        f"The sample ground has no room for the planted case {kind.key}",
        where=terrain.place.district.key,
        next_zh="请换一个种子",
        next_en="Take another seed",
    )


def _wanted(where: str, terrain: Terrain, rows: list[Row], rng: np.random.Generator) -> list[Row]:
    """Return rows in the order to try: settled ones by chance, or those that a kind needs."""
    keys = rng.random(len(rows)) - 0.5 * np.array([row.density for row in rows])
    tried = [rows[at] for at in np.argsort(keys, kind="stable")]
    if where.startswith("edge"):
        return [row for row in tried if row.edge_at is not None]
    inland = [row for row in tried if row.edge_at is None]
    if where == "meridian":
        return [row for row in inland if 8 < _meridian_at(row) < row.length - 8]
    if where == "town":
        return [row for row in inland if _beside(row, terrain.place.town)]
    if where == "river":
        return [row for row in inland if shapely.distance(row.block.land, terrain.corridor) < 30] + inland
    return inland


def _beside(row: Row, cells: tuple[tuple[int, int], ...]) -> bool:
    i, j = row.block.cell
    return any(abs(i - a) + abs(j - b) == 1 for a, b in cells)


def _meridian_at(row: Row) -> int:
    """Return where the meridian crosses a row, whole metres along u (far off when it does not)."""
    line = LineString([(MERIDIAN_DEG, 31.0 + step / 100) for step in range(101)])
    projected, _ = to_crs(np.array([line]), GEOGRAPHIC)
    local = shapely.get_coordinates(row.frame.local(projected[0]))
    order = np.argsort(local[:, 1])
    return round(float(np.interp(20.0, local[order, 1], local[order, 0])))
