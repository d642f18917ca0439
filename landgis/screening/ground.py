"""Parcels laid out for measuring, with their areas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.area import GEODESIC, EllipsoidalAreas, ellipsoidal_areas, planar_m2
from landgis.crs import WORKING, GeometryArray
from landgis.frames.measures import AREAS
from landgis.overlay import Polygons


@dataclass(frozen=True)
class Ground:
    """Parcels laid out for measuring: numbers, outlines, and their areas in m²."""

    ids: npt.NDArray[np.object_]
    shapes: GeometryArray
    planar_m2: npt.NDArray[np.float64]
    ellipsoidal: EllipsoidalAreas

    @classmethod
    def of(cls, parcels: gpd.GeoDataFrame, kept_m2: pd.Series | None = None) -> Self:
        """Take parcels.

        Parameters
        ----------
        parcels
            ``parcel_id`` and outlines.
        kept_m2
            Geodesic areas that the register keeps of these outlines, by ``parcel_id``; None: areas are found here.
        """
        shapes = np.asarray(parcels.geometry.to_numpy(), dtype=object)
        ids = parcels["parcel_id"].to_numpy(dtype=object)
        if kept_m2 is None:
            ellipsoidal = ellipsoidal_areas(shapes, parcels.crs or WORKING)
        else:
            kept = kept_m2.loc[ids].to_numpy(dtype=float)
            ellipsoidal = EllipsoidalAreas(kept, np.full(len(ids), GEODESIC, dtype=object))
        return cls(ids, shapes, planar_m2(shapes), ellipsoidal)

    @cached_property
    def polygons(self) -> Polygons:
        """The outlines as the kernel reads them."""
        return Polygons.of(self.shapes)

    def without(self, parcel_ids: pd.Index) -> Ground:
        """Return the parcels that are not among some."""
        rows = ~np.asarray(pd.Index(self.ids).isin(parcel_ids), dtype=bool)
        return Ground(self.ids[rows], self.shapes[rows], self.planar_m2[rows], self.ellipsoidal.of(rows))

    def areas(self, parcels: gpd.GeoDataFrame) -> pd.DataFrame:
        """Return the AreaFrame, with ``ellipsoidal_by``: how each area on the ellipsoid was found."""
        registered = parcels["registered_area_m2"].to_numpy(dtype=float, na_value=np.nan)
        columns = (self.ids, self.planar_m2, self.ellipsoidal.m2, registered)
        table = pd.DataFrame(dict(zip(AREAS.names, columns, strict=True)))
        table["ellipsoidal_by"] = self.ellipsoidal.method
        return table.astype({"parcel_id": "str", "ellipsoidal_by": "str"})
