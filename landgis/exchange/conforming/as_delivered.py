"""Every row of a layer as it was delivered, bad ones too: what quality control looks at and repairs start from."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from landgis import crs as crs_room
from landgis.crs import WORKING
from landgis.exchange.conforming.feature_ids import feature_ids
from landgis.exchange.reading.raw_layer import RawLayer

USUAL_IDS = ("feature_id", "parcel_id", "BSM", "ZDDM", "DKBM", "DKBH", "YJJBNTTBBH", "TBBH")
"""Identifiers of a file that belongs to no layer of the catalogue."""


def as_delivered(raw: RawLayer, id_fields: Sequence[str] = USUAL_IDS, working: CRS = WORKING) -> gpd.GeoDataFrame:
    """Return all rows in the working CRS, geometry as it is, however bad.

    Parameters
    ----------
    raw
        Layer as read.
    id_fields
        Where to look for the identifier, best first.
    working
        Projected CRS to come out in.

    Returns
    -------
    geopandas.GeoDataFrame
        ``feature_id`` (the very ids that ``conform_layer`` gives) and the fields as delivered, in file order. Two
        dimensions. A delivered field of the name ``feature_id`` is kept as ``delivered_feature_id``.
    """
    flat = shapely.force_2d(np.array(raw.frame.geometry.array, dtype=object))
    moved, _ = crs_room.to_crs(flat, raw.crs, working)
    fields = pd.DataFrame(raw.frame.drop(columns=raw.frame.geometry.name))
    fields = fields.rename(columns={"feature_id": "delivered_feature_id"})
    fields.insert(0, "feature_id", feature_ids(raw, id_fields)[0])
    return gpd.GeoDataFrame(fields, geometry=moved, crs=working)
