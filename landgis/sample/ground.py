"""The ground: canals, roads and the main river, the blocks between them, and the frame of every block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from landgis.sample.frame import Box, Frame, largest_box, slanted
from landgis.sample.lines import LAST_COLUMN_M, level_line, river_line, stations, upright_line
from landgis.sample.places import Cell, Place, village_of

BANK_M = 4.0
"""Trees along every bank and verge."""
UNCOVERED_M = 190
"""Width of the strip in the east that the red-line release leaves out."""
_CORRIDOR_M = 55.0
_RIVER_HALF_M = 32.0
_POLYGON = 3


@dataclass(frozen=True)
class Course:
    """A canal, river, road or lane with its ground."""

    kind: str
    name: str
    ground: BaseGeometry


@dataclass
class Block:
    """Land between waters and roads.

    Attributes
    ----------
    cell
        Column and row of the grid.
    use
        ``rural``, ``town``, ``park`` or ``wild`` (too small or too wet to build on).
    land
        Its ground, working CRS.
    frame
        Frame along its canals, at the corner of ``inner``.
    inner
        Box that may be built on, local metres; None when there is none.
    taken
        Ground that fields must leave free; filled while settling.
    bands
        Depth from the south and from the north of ``inner`` that gardens, not farmland, fill.
    """

    cell: Cell
    use: str
    land: Polygon
    frame: Frame
    inner: Box | None
    village: int
    taken: list[BaseGeometry] = field(default_factory=list)
    bands: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Terrain:
    """The ground of one part, working CRS."""

    place: Place
    extent: Polygon
    cells: dict[Cell, Polygon]
    courses: list[Course]
    corridor: BaseGeometry
    blocks: list[Block]
    town_border: LineString | None
    """Where the second town begins; None with one town."""

    @property
    def uncovered_from(self) -> int:
        """Easting from which on the red-line release covers nothing."""
        return self.place.corner[0] + self.place.size[0] - UNCOVERED_M

    def cells_of(self, use: str) -> list[Polygon]:
        """Return the whole cells (to the middle of roads and waters) of the town or the park."""
        return [self.cells[cell] for cell in (self.place.town if use == "town" else self.place.park)]


def lay_out(place: Place, rng: np.random.Generator) -> Terrain:
    """Draw the ground of one part.

    Parameters
    ----------
    place
        The part.
    rng
        Source of all chance.
    """
    x0, y0 = place.corner
    width, height = place.size
    extent = shapely.box(x0, y0, x0 + width, y0 + height)
    uprights = [upright_line(place, at, rng) for at in stations(width, place.columns, rng, LAST_COLUMN_M)]
    levels = [level_line(place, at, rng) for at in stations(height, place.rows, rng, None)]
    cells = _cells(uprights, levels)
    middle = river_line(place, rng)
    river = shapely.intersection(middle.buffer(_RIVER_HALF_M, quad_segs=3), extent)
    corridor = shapely.intersection(middle.buffer(_RIVER_HALF_M + _CORRIDOR_M, quad_segs=3), extent)
    courses = [
        Course("river", place.river_name, _rounded(river)),
        *_courses(place, uprights, levels, extent, river, rng),
    ]
    blocks = _blocks(place, cells, courses, corridor, levels)
    border = uprights[place.town_line] if len(place.towns) > 1 else None
    return Terrain(place, extent, cells, courses, _rounded(corridor), blocks, border)


def tidy(
    geometries: Sequence[BaseGeometry] | npt.NDArray[np.object_], least_m2: float
) -> tuple[list[Polygon], list[int]]:
    """Round to whole millimetres, take multipolygons apart and drop what is smaller than ``least_m2``.

    Returns
    -------
    tuple
        Polygons, and for each the index of the geometry it came from.
    """
    parts, source = shapely.get_parts(shapely.set_precision(np.asarray(geometries), 0.001), return_index=True)
    keep = (shapely.get_type_id(parts) == _POLYGON) & (shapely.area(parts) >= least_m2)
    return list(parts[keep]), source[keep].tolist()


def _rounded(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.set_precision(geometry, 0.001)


def _cells(uprights: list[LineString], levels: list[LineString]) -> dict[Cell, Polygon]:
    columns = [_between(left, right) for left, right in pairwise(uprights)]
    rows = [_between(low, high) for low, high in pairwise(levels)]
    crossed = shapely.intersection(np.array(columns)[:, None], np.array(rows)[None, :])
    return {(i, j): tidy(crossed[i : i + 1, j], 0.0)[0][0] for i in range(len(columns)) for j in range(len(rows))}


def _between(first: LineString, second: LineString) -> Polygon:
    return Polygon(np.vstack([shapely.get_coordinates(first), shapely.get_coordinates(second)[::-1]]))


def _courses(
    place: Place,
    uprights: list[LineString],
    levels: list[LineString],
    extent: Polygon,
    river: BaseGeometry,
    rng: np.random.Generator,
) -> list[Course]:
    """Make canals and roads of the lines: levels take turns, so every block has a water side and a road side."""
    waters, roads = list(place.waters), list(place.roads)
    courses = []
    for number, line in enumerate(levels[1:-1]):
        road = number % 2 == 0
        courses.append(("road", roads.pop(0), 8.0, line) if road else ("canal", waters.pop(), rng.uniform(8, 13), line))
    chance = 0.35 if place.regular_fields else 0.45
    for line in uprights[1:-1]:
        lane = rng.random() < chance and len(roads) > 0
        courses.append(
            ("lane", roads.pop(0), 3.5, line) if lane else ("canal", waters.pop(0), rng.uniform(5, 11), line)
        )
    made = []
    for kind, name, half, line in courses:
        ground = shapely.intersection(line.buffer(half, join_style="mitre", cap_style="flat"), extent)
        made.append(Course(kind, name, _rounded(ground.difference(river) if kind == "canal" else ground)))
    return made


def _blocks(
    place: Place, cells: dict[Cell, Polygon], courses: list[Course], corridor: BaseGeometry, levels: list[LineString]
) -> list[Block]:
    network = shapely.union_all([course.ground for course in courses])
    keys = list(cells)
    lands, source = tidy(shapely.difference(np.array([cells[key] for key in keys]), network), 30.0)
    wet = corridor.buffer(8)
    return [_block(place, keys[at], land, wet, levels) for land, at in zip(lands, source, strict=True)]


def _block(place: Place, cell: Cell, land: Polygon, wet: BaseGeometry, levels: list[LineString]) -> Block:
    row = cell[1]
    use = "town" if cell in place.town else "park" if cell in place.park else "rural"
    centre = land.representative_point()
    frame = slanted(round(centre.x), round(centre.y), _angle(land, levels[row], levels[row + 1]))
    dry, _ = tidy([shapely.difference(land, wet).buffer(-BANK_M - 3)], 1.0)
    inner = largest_box(frame.local(max(dry, key=shapely.area))) if dry else None
    if inner is None or inner[2] - inner[0] < 70 or inner[3] - inner[1] < 60:
        return Block(cell, "wild", land, frame, None, village_of(place, cell))
    corner = frame.moved(inner[0], inner[1])
    return Block(cell, use, land, corner, (0, 0, inner[2] - inner[0], inner[3] - inner[1]), village_of(place, cell))


def _angle(land: Polygon, low: LineString, high: LineString) -> float:
    """Return the mean direction of the two west–east lines along a block, degrees."""
    west, _, east, _ = land.bounds
    rises = []
    for line in (low, high):
        x, y = shapely.get_coordinates(line).T
        rises.append(np.interp(east, x, y) - np.interp(west, x, y))
    return float(np.degrees(np.arctan2(np.mean(rises), east - west)))


def _village(place: Place, cell: Cell) -> int:
    return min(cell[0] * 3 // place.columns, 2) + 3 * int(cell[1] >= place.rows / 2)
