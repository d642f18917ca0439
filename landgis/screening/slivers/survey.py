"""All shapes at hand, found by id and by place, and which hits are of interest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from landgis.crs import WORKING
from landgis.frames.layer import LayerData
from landgis.screening.slivers.borders import Edges, Floats, edges_of


@dataclass(frozen=True)
class Interest:
    """Which partial hits are looked at, and how closely. None of it changes an outcome.

    Attributes
    ----------
    mean_width_m, area_m2
        A hit narrower (2A/P) or smaller than this is of interest.
    reach_m
        How far a line may lie from the parcel's border to count as its counterpart; the longest vector of a shift.
    near_m
        Limit of ``near_share``.
    """

    mean_width_m: float = 2.0
    area_m2: float = 50.0
    reach_m: float = 3.0
    near_m: float = 0.5


@dataclass(frozen=True)
class Survey:
    """All shapes at hand, found by id and by place."""

    parcels: gpd.GeoDataFrame
    layers: Mapping[str, LayerData]
    interest: Interest
    rows: dict[str, pd.Index] = field(default_factory=dict)
    edges: dict[tuple[str, int], Edges] = field(default_factory=dict)

    @property
    def crs(self) -> CRS:
        """CRS of the parcels."""
        return self.parcels.crs or WORKING

    def parcel(self, parcel_id: str) -> BaseGeometry:
        """Shape of a parcel."""
        return self._shape("", self.parcels, "parcel_id", parcel_id)[1]

    def feature(self, layer: str, feature_id: str) -> tuple[int, BaseGeometry]:
        """Row and shape of a feature."""
        return self._shape(layer, self.layers[layer].features, "feature_id", feature_id)

    def _shape(self, key: str, frame: gpd.GeoDataFrame, column: str, name: str) -> tuple[int, BaseGeometry]:
        if key not in self.rows:
            self.rows[key] = pd.Index(frame[column])
        at = int(self.rows[key].get_indexer(pd.Index([name]))[0])
        return at, frame.geometry.iloc[at]

    def around(self, layer: str, box: tuple[float, float, float, float], origin: Floats, skip: int = -1) -> Edges:
        """Edges of a layer (``""``: of the parcels) near a box, but for one shape; local to the origin."""
        frame = self.layers[layer].features if layer else self.parcels
        rows = frame.sindex.query(shapely.box(*box))
        found = [self.feature_edges(layer, int(row)).near(box) for row in np.sort(rows) if row != skip]
        return joined(found, origin)

    def feature_edges(self, layer: str, row: int) -> Edges:
        """Edges of one shape of a layer (``""``: of a parcel), as they stand; kept."""
        frame = self.layers[layer].features if layer else self.parcels
        key = (layer, row)
        if key not in self.edges:
            self.edges[key] = edges_of(np.array([frame.geometry.iloc[row]], dtype=object))
        return self.edges[key]


def joined(found: list[Edges], origin: Floats | float = 0.0) -> Edges:
    """Put edges of several shapes together, rings numbered anew, local to the origin."""
    if not found:
        return Edges(np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=np.int64))
    rings, count = [], 0
    for edges in found:
        rings.append(edges.ring + count)
        count += int(edges.ring.max(initial=-1)) + 1
    start, stop = (np.concatenate([getattr(edges, end) for edges in found]) for end in ("start", "stop"))
    return Edges(start - origin, stop - origin, np.concatenate(rings))
