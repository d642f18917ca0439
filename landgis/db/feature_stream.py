"""Features of a release by blocks, so that neither the server nor this side holds all of them twice."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.crs import WORKING
from landgis.db.bulk import raw, typed
from landgis.db.connect import Database
from landgis.db.statements import statement
from landgis.frames.parcels import FEATURES

_ROWS = 20_000
"""Features fetched at a time."""


def features_to_index(database: Database, layer: str, name: str) -> gpd.GeoDataFrame:
    """Return the features of a release without their attributes.

    Returns
    -------
    geopandas.GeoDataFrame
        FeatureFrame, multipolygons in EPSG:4549, ordered by ``feature_id``; empty where the release has none.
    """
    tables, shapes = [], []
    with database.begin() as connection, raw(connection).cursor("features_to_index", binary=True) as cursor:
        cursor.execute(statement("features_to_index"), {"layer": layer, "name": name})
        while rows := cursor.fetchmany(_ROWS):
            *texts, wkb = zip(*rows, strict=True)
            table = {column.name: typed(column, cells) for column, cells in zip(FEATURES.columns, texts, strict=True)}
            tables.append(pd.DataFrame(table))
            shapes.append(shapely.from_wkb(np.array(wkb, dtype=object)))
    if not tables:
        return gpd.GeoDataFrame(FEATURES.empty(), geometry=[], crs=WORKING)
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), geometry=np.concatenate(shapes), crs=WORKING)
