"""Measuring slivers: everything that a cause is judged by, as numbers. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas.array import from_shapely

from landgis.crs import WORKING
from landgis.frames.layer import LayerData
from landgis.frames.slivers import SLIVERS
from landgis.frames.spec import TEXT
from landgis.screening.slivers.borders import Geometries
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
    chosen, crs = of_interest(parcels, layers, hits, wanted), parcels.crs or WORKING
    if chosen.empty:
        return gpd.GeoDataFrame(SLIVERS.empty(), geometry=[], crs=crs)
    survey = Survey(parcels, layers, wanted)
    names = list(zip(chosen["layer"].astype(object), chosen["feature_id"].astype(object), strict=True))
    found: list[dict[str, Any] | None] = [None] * len(chosen)
    for parcel_id, places in chosen.groupby("parcel_id", sort=False).indices.items():
        ground = Ground(survey, str(parcel_id))
        for place in places:
            found[place] = ground.describe(*names[place])
    rows = [row for row in found if row is not None]
    if not rows:
        return gpd.GeoDataFrame(SLIVERS.empty(), geometry=[], crs=crs)
    texts = {column.name for column in SLIVERS.columns if column.kind == "text"}
    columns = {
        name: pd.array(cells, dtype=TEXT) if name in texts else np.array(cells)
        for name in rows[0]
        if name != "geometry"
        for cells in [[row[name] for row in rows]]
    }
    shapes = from_shapely([row["geometry"] for row in rows], crs)
    frame = gpd.GeoDataFrame({**columns, "geometry": shapes}, geometry="geometry")
    SLIVERS.require(frame)
    return frame


def of_interest(
    parcels: gpd.GeoDataFrame, layers: Mapping[str, LayerData], hits: pd.DataFrame, interest: Interest
) -> pd.DataFrame:
    """Return the partial hits that are small or narrow; parameters as in `evidence`."""
    partial = hits[(hits["share_of_parcel"] < _WHOLE) & (hits["share_of_feature"] < _WHOLE)]
    keep = (partial["area_m2"] < interest.area_m2).to_numpy(copy=True)
    for layer, rows in partial[~keep].groupby("layer", sort=False):
        mine = _shapes(parcels, "parcel_id", rows["parcel_id"])
        theirs = _shapes(layers[str(layer)].features, "feature_id", rows["feature_id"])
        pieces = shapely.intersection(mine, theirs)
        at = np.flatnonzero(~keep & (partial["layer"] == layer).to_numpy())
        keep[at] = 2 * shapely.area(pieces) < interest.mean_width_m * shapely.length(pieces)
    return partial[keep]


def _shapes(frame: gpd.GeoDataFrame, column: str, names: pd.Series) -> Geometries:
    rows = pd.Index(frame[column]).get_indexer(pd.Index(names))
    return np.asarray(frame.geometry.iloc[rows], dtype=object)
