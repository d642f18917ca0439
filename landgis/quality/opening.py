"""Opening: what is left of an overlap when everything that is nowhere wider than some width is taken away."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.quality.found import Geometries
from landgis.quality.layer import shifted

_CELL_M = 1_000.0


def opened_m2(places: Geometries, width_m: float) -> float:
    """Return the area left after opening by a width, m².

    A thin strip that hangs on a wide piece goes, the wide piece stays: the mean width of the whole does not matter.

    Parameters
    ----------
    places
        Polygons that do not overlap; a projected CRS, metres.
    width_m
        Parts nowhere wider than this are taken away; 0: nothing is.
    """
    if width_m == 0 or not len(places):
        return float(shapely.area(places).sum())
    corner = np.floor(shapely.bounds(places)[:, :2] / _CELL_M) * _CELL_M
    local = shifted(places, -corner)
    grown = _moved(_moved(local, -width_m / 2), width_m / 2)
    # Mitred corners of slanting strips stick out of what they came from.
    return float(shapely.area(shapely.intersection(grown, local)).sum())


def _moved(places: Geometries, by_m: float) -> Geometries:
    """Move borders outward (inward where negative), corners kept sharp."""
    return shapely.buffer(places, np.full(len(places), by_m), join_style="mitre")
