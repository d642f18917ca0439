"""Parcels laid out for measuring, with their areas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.area import ellipsoidal_m2, planar_m2
from landgis.crs import WORKING, GeometryArray
from landgis.frames.measures import AREAS
from landgis.overlay import Polygons


@dataclass(frozen=True)
class Ground:
    """Parcels laid out for measuring: numbers, outlines, and their areas in m²."""

    ids: npt.NDArray[np.object_]
    shapes: GeometryArray
    planar_m2: npt.NDArray[np.float64]
    ellipsoidal_m2: npt.NDArray[np.float64]

    @classmethod
    def of(cls, parcels: gpd.GeoDataFrame, known_m2: pd.Series | None = None) -> Self:
        """Take parcels; areas on the ellipsoid cost most, and those known (by parcel) are taken as they are."""
        shapes = np.asarray(parcels.geometry.to_numpy(), dtype=object)
        ids = parcels["parcel_id"].to_numpy(dtype=object)
        ellipsoidal = np.full(len(ids), np.nan)
        if known_m2 is not None:
            ellipsoidal = known_m2.reindex(ids).to_numpy(dtype=float, copy=True)
        new = np.isnan(ellipsoidal)
        ellipsoidal[new] = ellipsoidal_m2(shapes[new], parcels.crs or WORKING)
        return cls(ids, shapes, planar_m2(shapes), ellipsoidal)

    @cached_property
    def polygons(self) -> Polygons:
        """The outlines as the kernel reads them."""
        return Polygons.of(self.shapes)

    def without(self, parcel_ids: pd.Index) -> Ground:
        """Return the parcels that are not among some."""
        rows = ~np.asarray(pd.Index(self.ids).isin(parcel_ids), dtype=bool)
        return Ground(self.ids[rows], self.shapes[rows], self.planar_m2[rows], self.ellipsoidal_m2[rows])

    def areas(self, parcels: gpd.GeoDataFrame) -> pd.DataFrame:
        """Return the AreaFrame."""
        registered = parcels["registered_area_m2"].to_numpy(dtype=float, na_value=np.nan)
        columns = (self.ids, self.planar_m2, self.ellipsoidal_m2, registered)
        return pd.DataFrame(dict(zip(AREAS.names, columns, strict=True))).astype({"parcel_id": "str"})
