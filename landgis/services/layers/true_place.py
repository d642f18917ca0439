"""Holding a delivery against what the inventory knows: coordinates of a web map are some hundred metres off."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from landgis import crs as crs_room
from landgis.crs import GeometryArray
from landgis.db.layers import LayerStore
from landgis.domain.layer import ReleaseStatus
from landgis.exchange.reading.shift import look_for_shift, shift_refused

_AROUND_M = 1_500.0
"""Half the window that is compared: enough edges to tell, few enough to be quick."""
_SHIFT_M = 1_000.0
"""Farther than any web map moves a place here."""


def require_unshifted(store: LayerStore, layer: str, features: gpd.GeoDataFrame, where: str) -> None:
    """Raise where undoing a web map's shift brings a layer onto its own published releases.

    Parameters
    ----------
    layer
        Layer key.
    features
        What is to be stored, working CRS.

    Raises
    ------
    CrsUnsuitable
        If the coordinates are GCJ-02 or BD-09.
    """
    shapes: GeometryArray = np.asarray(features.geometry.array, dtype=object)
    bounds = shapely.bounds(shapes)
    middle = np.median((bounds[:, :2] + bounds[:, 2:]) / 2, axis=0)
    near = (np.abs((bounds[:, :2] + bounds[:, 2:]) / 2 - middle) <= _AROUND_M).all(axis=1)
    window = (*(middle - _AROUND_M - _SHIFT_M), *(middle + _AROUND_M + _SHIFT_M))
    for stored in store.list(layer):
        if stored.release.status is not ReleaseStatus.PUBLISHED:
            continue
        known = store.around(layer, stored.release.name, window)
        finding = look_for_shift(crs_room.vertices(shapes[near]), known)
        if finding.system:
            zh = f"去除加偏后与已发布的 {stored.release.key} 重合"
            raise shift_refused(finding.system, zh, f"undoing it, they meet {stored.release.key}", where)
