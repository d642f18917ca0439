"""Everything that one tile brings: parcels, layers and known answers; and the towns that tiles make up together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely

from landgis.sample.country.ground import CountrySize, Ground
from landgis.sample.country.measured import (
    BOUNDARY,
    FARMLAND,
    HOMESTEAD,
    REDLINE,
    boundary_table,
    farmland_table,
    homestead_table,
    parcels_of,
    red_line_table,
)
from landgis.sample.country.seats import seat_of_tile
from landgis.sample.country.settled import array_of, settle
from landgis.sample.country.surrounding import SURROUNDING, surrounding_tables
from landgis.sample.country.table import FeatureTable, areas
from landgis.sample.country.ways import village_ground

MEASURED = (BOUNDARY, FARMLAND, REDLINE, HOMESTEAD)
"""Keys of the layers that control-line rules measure."""
ALL_LAYERS = (*MEASURED, *SURROUNDING)
"""Keys of all layers that tiles bring; the towns come on top."""


@dataclass(frozen=True)
class TileContent:
    """What stands in one tile: parcels, layers by key, and known answers (as ``SampleDistrict.planted``, and ``cause``)."""

    parcels: FeatureTable
    layers: Mapping[str, FeatureTable]
    planted: tuple[Mapping[str, object], ...]


def tile_content(size: CountrySize, seed: int, tile: int, *, measured_only: bool = False) -> TileContent:
    """Return everything in one tile; it depends on nothing but the size, the seed and the tile.

    Parameters
    ----------
    size, seed
        The sample.
    tile
        Number of the tile, row by row from the south-west.
    measured_only
        Leave out all layers but ``MEASURED``; these are the same either way.
    """
    rng = np.random.default_rng([seed, 21, tile])
    settled = settle(size, seed, tile, rng)
    parcels = parcels_of(settled, rng)
    layers = {
        BOUNDARY: boundary_table(settled),
        FARMLAND: farmland_table(settled, rng),
        REDLINE: red_line_table(settled),
        HOMESTEAD: homestead_table(settled, rng),
    }
    if not measured_only:
        layers |= surrounding_tables(settled, parcels, rng)
    return TileContent(parcels.table, layers, parcels.answers)


def town_table(size: CountrySize, seed: int) -> FeatureTable:
    """Return the towns, each the ground of its villages."""
    ground = Ground(size, seed)
    seats = [seat_of_tile(size, tile) for tile in range(size.tiles)]
    names = {seat.town_code: seat.town for seat in seats}
    shapes = array_of(
        shapely.coverage_union_all(
            [village_ground(ground, tile) for tile, seat in enumerate(seats) if seat.town_code == code]
        )
        for code in names
    )
    columns = {
        "feature_id": pa.array(list(names)),
        "XZQDM": pa.array(list(names)),
        "XZQMC": pa.array(list(names.values())),
        "DCMJ": pa.array(areas(shapes)),
        "SOURCE": pa.array(["示例生成 generated"] * len(names)),
    }
    return FeatureTable(columns, shapes)
