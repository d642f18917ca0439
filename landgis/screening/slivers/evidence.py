"""Measuring slivers: everything that a cause is judged by, as numbers. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from landgis.crs import WORKING
from landgis.frames.layer import LayerData
from landgis.frames.slivers import SLIVERS
from landgis.frames.spec import rows_of
from landgis.screening.slivers.ground import Ground
from landgis.screening.slivers.survey import Interest, Survey

_WHOLE = 1 - 1e-9


def evidence(
    parcels: gpd.GeoDataFrame, layers: Mapping[str, LayerData], hits: pd.DataFrame, interest: Interest | None = None
) -> gpd.GeoDataFrame:
    """Measure the narrow and small partial hits of parcels.

    Parameters
    ----------
    parcels
        ``parcel_id`` and valid polygons in the working CRS, metres.
    layers
        Layers at hand, by key, in the same CRS: those that were hit, and all others whose lines may tell where the
        parcel belongs.
    hits
        HitFrame of the measurement.
    interest
        Which hits, how closely; the defaults of `Interest` where None.

    Returns
    -------
    geopandas.GeoDataFrame
        ``frames.slivers.SLIVERS``, in the order of ``hits``. Areas are planar m².
    """
    wanted = interest or Interest()
    partial = hits[(hits["share_of_parcel"] < _WHOLE) & (hits["share_of_feature"] < _WHOLE)]
    grounds: dict[str, Ground] = {}
    survey = Survey(parcels, layers, wanted)
    rows: list[dict[str, Any]] = []
    for hit in rows_of(partial):
        parcel_id = str(hit["parcel_id"])
        if parcel_id not in grounds:
            grounds[parcel_id] = Ground(survey, parcel_id)
        row = grounds[parcel_id].describe(str(hit["layer"]), str(hit["feature_id"]))
        if row is not None:
            rows.append(row)
    crs = parcels.crs or WORKING
    if not rows:
        return gpd.GeoDataFrame(SLIVERS.empty(), geometry=[], crs=crs)
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=crs)
    frame = frame.astype(dict.fromkeys(("parcel_id", "layer", "feature_id", "chord_crs", "shift_of"), "str"))
    SLIVERS.require(frame)
    return frame
