"""Columns that the layers of a tile share: numbers, seat and town."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from landgis.sample.country.settled import Settled
from landgis.sample.country.table import numbered, same


def serial(settled: Settled, code: str, count: int) -> pa.Array:
    """Return the numbers of a layer's features: county, layer, tile, serial."""
    return numbered(f"{settled.seat.county}{code}{settled.tile:03d}", np.arange(1, count + 1), 5)


def seat(settled: Settled, count: int) -> dict[str, pa.Array]:
    """Return 坐落单位."""
    return {
        "ZLDWDM": same(f"{settled.seat.village_code}0000000", count),
        "ZLDWMC": same(settled.seat.village, count),
    }


def town(settled: Settled, count: int) -> dict[str, pa.Array]:
    """Return code and name of the town."""
    return {"XZQDM": same(settled.seat.town_code, count), "XZQMC": same(settled.seat.town, count)}
