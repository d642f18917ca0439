"""Two releases of one layer side by side: what they do not share, found where they lie."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from landgis.db.bulk import read_frame
from landgis.db.connect import Database
from landgis.db.statements import statement
from landgis.frames.parcels import FEATURES
from landgis.frames.spec import Column

_DIFFERING = (Column("side", "text"), *FEATURES.columns, Column("attributes", "object"), Column("geometry", "object"))
_MANY = 20_000
_KEPT = (Column("class", "text"), Column("geometry", "object"))


@dataclass(frozen=True)
class Differing:
    """What two releases do not share.

    Attributes
    ----------
    features
        Features of either that the other has not just so: ``side`` (before, after), ``feature_id``, ``class``,
        ``label``, ``attributes`` and geometry (EPSG:4549, metres).
    kept
        ``class`` and geometry of features that both have, near those: they may lie over the same ground.
    """

    features: gpd.GeoDataFrame
    kept: gpd.GeoDataFrame


def differing(database: Database, layer: str, before: str, after: str) -> Differing:
    """Compare two editions of a layer; one that has no features (or is not there) makes everything new or gone."""
    keys = {"layer": layer, "before": before, "after": after}
    with database.begin() as connection:
        features = gpd.GeoDataFrame(read_frame(connection, statement("differing_features"), keys, _DIFFERING))
        boxes = shapely.to_wkb(shapely.multipolygons(_boxes(features)))
        kept = read_frame(connection, statement("kept_features_near"), keys | {"boxes": boxes}, _KEPT)
    return Differing(features, gpd.GeoDataFrame(kept))


def _boxes(features: gpd.GeoDataFrame) -> np.ndarray:
    """Boxes around the features; one around all of them where they are many."""
    shapes = features.geometry.to_numpy()
    bounds = shapely.bounds(shapes) if len(shapes) < _MANY else shapely.total_bounds(shapes)[None]
    return np.asarray(shapely.box(*bounds.T), dtype=object)
