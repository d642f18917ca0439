"""A layer ready for measuring: its release, its features and the ground it covers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import shapely

from landgis.domain.layer import Release


@dataclass(frozen=True)
class LayerData:
    """One release with its content, in the working CRS.

    Attributes
    ----------
    release
        The edition and its dates.
    features
        FeatureFrame (``frames.parcels.FEATURES``).
    coverage
        Ground that the release speaks of.
    complete
        False when features had to be left out (invalid or missing geometry): the release can still prove a conflict,
        never its absence.
    file
        Where the cells of a raster lie that is kept in no folder of originals; None for every other.
    """

    release: Release
    features: gpd.GeoDataFrame
    coverage: shapely.MultiPolygon | shapely.Polygon
    complete: bool = True
    file: Path | None = None
