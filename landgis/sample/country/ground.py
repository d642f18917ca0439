"""The ground of a large sample: how much stands on it, where it lies, and how its straight plan is bent into country."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely import Polygon

from landgis.domain.district import CHONGMING, SONGJIANG, District
from landgis.sample.country.arrays import Floats, Ints

TILE_M = (2816, 2304)
"""Extent of a tile on the plan: east, north."""
MARGIN_M = 400
"""Ground around the tiles that every release covers; cases about the edge of a coverage stand in the east of it."""
EDGE_M = 240
"""How far east of the tiles the red-line release ends."""
_BENDS = ((2500.0, 58.0), (6100.0, 90.0), (640.0, 7.0))
"""Wavelength and height of the waves that bend the plan, m: canals meander by some eight degrees."""


@dataclass(frozen=True)
class CountrySize:
    """What a large sample holds.

    Attributes
    ----------
    columns, rows
        Tiles.
    corner
        South-west corner of the tiles, EPSG:4549, whole metres.
    parcels, farmland, homesteads
        Numbers of features, planted ones included.
    red_lines, boundaries
        Large polygons; planted pieces come on top.
    copies
        How often every kind of known answer is planted.
    towns
        Town codes; each takes its share of tiles.
    """

    key: str
    district: District
    corner: tuple[int, int]
    columns: int
    rows: int
    parcels: int
    farmland: int
    homesteads: int
    red_lines: int
    boundaries: int
    copies: int
    towns: tuple[str, ...]

    @property
    def tiles(self) -> int:
        """Number of tiles."""
        return self.columns * self.rows

    @property
    def extent(self) -> Polygon:
        """Ground that releases cover."""
        x, y = self.corner
        width, height = self.columns * TILE_M[0], self.rows * TILE_M[1]
        return shapely.box(x - MARGIN_M, y - MARGIN_M, x + width + MARGIN_M, y + height + MARGIN_M)

    @property
    def red_line_ends_at(self) -> int:
        """Easting from which on the red-line release covers nothing."""
        return self.corner[0] + self.columns * TILE_M[0] + EDGE_M

    def share(self, total: int) -> Ints:
        """Divide a number of features evenly among the tiles."""
        return np.diff(np.arange(self.tiles + 1, dtype=np.int64) * total // self.tiles)


TOWN_SIZE = CountrySize(
    "town", SONGJIANG, (588_000, 3_424_000), 8, 6, 20_000, 200_000, 30_000, 20, 5, 2,
    ("310117109", "310117117", "310117120"),
)  # fmt: skip
DISTRICT_SIZE = CountrySize(
    "district", CHONGMING, (607_400, 3_480_000), 20, 12, 200_000, 1_000_000, 300_000, 200, 30, 10,
    ("310151101", "310151102", "310151103", "310151104", "310151105", "310151106", "310151107", "310151108"),
)  # fmt: skip
SIZES = {size.key: size for size in (TOWN_SIZE, DISTRICT_SIZE)}


@dataclass(frozen=True)
class Ground:
    """The bent plan of one sample: the same size and seed bend alike everywhere."""

    size: CountrySize
    seed: int

    @cached_property
    def _phases(self) -> Floats:
        return np.random.default_rng([self.seed, 11]).uniform(0, 2 * np.pi, (2, len(_BENDS)))

    def corner_of(self, tile: int) -> tuple[int, int]:
        """Return the south-west corner of a tile on the plan."""
        column, row = tile % self.size.columns, tile // self.size.columns
        return self.size.corner[0] + column * TILE_M[0], self.size.corner[1] + row * TILE_M[1]

    def bent(self, plan: Floats) -> Floats:
        """Return where points of the plan (… × 2) lie on the ground, m, to a tenth of a millimetre."""
        east, north = plan[..., 0] - self.size.corner[0], plan[..., 1] - self.size.corner[1]
        x, y = plan[..., 0].copy(), plan[..., 1].copy()
        for at, (length, height) in enumerate(_BENDS):
            turn = 2 * np.pi / length
            x += height * np.sin(turn * (north + 0.3 * east) + self._phases[0, at])
            y += height * np.sin(turn * (east - 0.2 * north) + self._phases[1, at])
        return np.asarray(np.round(np.stack([x, y], axis=-1), 4), dtype=np.float64)
