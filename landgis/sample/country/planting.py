"""Planting in a large sample: every kind of known answer takes a block of its own, several times over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from landgis.crs import GEOGRAPHIC, to_crs
from landgis.errors import NotReady
from landgis.sample.country.arrays import Flags, Floats
from landgis.sample.country.ground import MARGIN_M, TILE_M, CountrySize, Ground
from landgis.sample.country.mesh import Mesh
from landgis.sample.frame import Frame, slanted
from landgis.sample.parcels import GOOD
from landgis.sample.planted import MERIDIAN_DEG, all_kinds
from landgis.sample.plots import bed_of
from landgis.sample.scene import Kind, Scene

_CROSSING_M, _BEYOND_M = 20, 15
_EDGE_STEP_M, _OPEN_STEP_M = 110, 1100
_ROOM_M = 10


@dataclass(frozen=True)
class Case:
    """One kind, planted for the ``turn``-th time."""

    kind: Kind
    turn: int


@dataclass(frozen=True)
class Planted:
    """A case that stands somewhere.

    Attributes
    ----------
    block
        Block that it took, −1 outside the mesh.
    scene
        What was drawn.
    geometry
        The parcel.
    bed
        Box one metre larger.
    """

    case: Case
    block: int
    scene: Scene
    geometry: BaseGeometry
    bed: Polygon

    @property
    def facts(self) -> dict[str, object]:
        """Return what is known of the parcel."""
        return GOOD | dict(self.case.kind.facts)


@lru_cache(maxsize=8)
def cases_by_tile(size: CountrySize, seed: int) -> tuple[tuple[Case, ...], ...]:
    """Return which cases stand in which tile: evenly spread, those of an edge in the east, long ones in the south."""
    spots: list[list[Case]] = [[] for _ in range(size.tiles)]
    order = np.random.default_rng([seed, 31]).permutation(size.tiles)
    placed = at_edge = in_open = 0
    for turn in range(size.copies):
        for kind in all_kinds():
            if kind.where == "meridian":
                tile = _meridian_tile(size, turn)
                if tile is None:
                    continue
            elif kind.where.startswith("edge"):
                tile = at_edge % size.rows * size.columns + size.columns - 1
                at_edge += 1
            elif kind.where == "open":
                tile = in_open % size.columns
                in_open += 1
            else:
                tile = int(order[placed % size.tiles])
                placed += 1
            spots[tile].append(Case(kind, turn))
    return tuple(tuple(cases) for cases in spots)


def plant(
    ground: Ground, tile: int, mesh: Mesh, dry: Flags, cases: Sequence[Case], rng: np.random.Generator
) -> list[Planted]:
    """Draw the cases of a tile.

    Parameters
    ----------
    ground, tile, mesh
        Where.
    dry
        Blocks that no large outline comes near.
    cases
        From ``cases_by_tile``.

    Raises
    ------
    NotReady
        If the tile has no block for a case.
    """
    free, planted = dry.copy(), list[Planted]()
    for case in cases:
        if case.kind.where.startswith("edge") or case.kind.where == "open":
            block, frame = -1, _outside(ground, tile, sum(other.block < 0 for other in planted), case.kind)
        else:
            block = _block_for(mesh, free, case.kind, rng)
            free[block] = False
            frame = _frame_in(mesh, block, case.kind)
        planted.append(_drawn(case, block, Scene(frame, case.turn, rng)))
    return planted


def _drawn(case: Case, block: int, scene: Scene) -> Planted:
    case.kind.draw(scene)
    geometry = scene.parts[0] if len(scene.parts) == 1 else MultiPolygon(scene.parts)
    return Planted(case, block, scene, geometry, bed_of(scene.frame, scene.rings))


def _block_for(mesh: Mesh, free: Flags, kind: Kind, rng: np.random.Generator) -> int:
    blocks = mesh.blocks
    plan = np.where(blocks.turned[:, None], blocks.size[:, ::-1], blocks.size)
    roomy = np.flatnonzero(free & (plan >= np.array(kind.size) + _ROOM_M).all(axis=1))
    if not len(roomy):
        raise NotReady(
            f"示例地面上没有位置安放“{kind.title_zh}”",
            f"The sample ground has no room for the planted case {kind.key}",
            next_zh="请换一个种子",
            next_en="Take another seed",
        )
    if kind.where == "meridian":
        middles = blocks.middle()[roomy]
        return int(roomy[np.argmin(np.abs(middles[:, 0] - _meridian_x(middles[:, 1])))])
    return int(rng.choice(roomy))


def _frame_in(mesh: Mesh, block: int, kind: Kind) -> Frame:
    """Return a frame that lies as its block does, so that the scene stands in the middle."""
    blocks, (width, depth) = mesh.blocks, kind.size
    local = blocks.size[block] / 2
    x, y = blocks.middle()[block]
    if kind.where == "meridian":
        return slanted(round(float(_meridian_x(np.array([y]))[0])), round(y), 0.0).moved(-width // 2, -depth // 2)
    step = 5.0 * np.array([0.0, -1.0] if blocks.turned[block] else [1.0, 0.0])
    ends = np.stack([local - step, local + step])
    here = np.full(2, block)
    rise = np.diff(blocks.at(here, ends[:, 0], ends[:, 1]), axis=0)[0]
    return slanted(round(x), round(y), float(np.degrees(np.arctan2(rise[1], rise[0])))).moved(-width // 2, -depth // 2)


def _outside(ground: Ground, tile: int, number: int, kind: Kind) -> Frame:
    """Return a frame due north: south of the tiles, or east of them where the red-line release ends."""
    if kind.where == "open":
        x, y = ground.corner_of(tile)
        return slanted(x + 60 + number * _OPEN_STEP_M, y - MARGIN_M + 20, 0.0)
    edge = ground.size.red_line_ends_at
    x = edge - _CROSSING_M if kind.where == "edge_cross" else edge + _BEYOND_M
    return slanted(x, ground.corner_of(tile)[1] + 60 + number * _EDGE_STEP_M, 0.0)


def _meridian_tile(size: CountrySize, turn: int) -> int | None:
    """Return a tile that the zone limit runs through well inside, or None when none does."""
    row = turn % size.rows
    north = np.array([size.corner[1] + (row + 0.5) * TILE_M[1]])
    column = (float(_meridian_x(north)[0]) - size.corner[0]) / TILE_M[0]
    inside = 0 <= column < size.columns and 0.15 < column % 1 < 0.85
    return row * size.columns + int(column) if inside else None


@lru_cache(maxsize=1)
def _meridian() -> tuple[tuple[float, ...], tuple[float, ...]]:
    line = LineString([(MERIDIAN_DEG, 30.8 + step / 50) for step in range(60)])
    projected, _ = to_crs(np.array([line]), GEOGRAPHIC)
    x, y = np.array(projected[0].coords).T
    return tuple(x), tuple(y)


def _meridian_x(northing: Floats) -> Floats:
    """Return where the zone limit lies at a northing, m."""
    x, y = _meridian()
    return np.asarray(np.interp(northing, y, x), dtype=np.float64)
