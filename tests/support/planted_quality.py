"""Small layers with one planted fault each, at the place's coordinates, and what quality control says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.quality.check import check_layer
from tests.support.ground import X, Y


def on_ground(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """A shape drawn near the origin, moved to the ground of the tests."""
    return shape if shape is None else shapely.transform(shape, lambda points: points + np.array([X, Y]))


def layer(shapes: Sequence[shapely.Geometry | str | None], **columns: Sequence[object]) -> gpd.GeoDataFrame:
    """A layer of shapes (WKT allowed) with ids a, b, c …"""
    geometry = [on_ground(shapely.from_wkt(shape) if isinstance(shape, str) else shape) for shape in shapes]
    ids = pd.Series([chr(97 + number) for number in range(len(geometry))], dtype="str")
    return gpd.GeoDataFrame({"feature_id": ids} | columns, geometry=geometry, crs=4549)


def found(features: gpd.GeoDataFrame, rule: str, tolerance: Mapping[str, float] | None = None) -> list[tuple]:
    """(feature, other, measured) of one rule."""
    frame = check_layer(features, rules=[rule], tolerance=tolerance)
    return [
        (row.feature_id, row.other_id, None if pd.isna(row.measured) else round(row.measured, 6))
        for row in frame.itertuples()
    ]
