"""Where parcels lie, what is planned there and how large they are, for whoever looks at the pool."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from landgis.area import hectares
from landgis.frames.planned_use import planned_use_codes


def places(parcels: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return where parcels lie, what is planned there, and how large they are.

    Parameters
    ----------
    parcels
        ``ParcelStore.current``.

    Returns
    -------
    pandas.DataFrame
        ``parcel_id``, ``town_code``, ``town_name``, ``planned_use_code`` (guide of 2023), '' where not known; ``area_ha``
        (Decimal 公顷 as published; registered where certified, else ellipsoidal). Index of the parcels.
    """
    certified = parcels["registered_area_m2"].notna() & (parcels["registered_area_m2"] > 0)
    area_m2 = parcels["registered_area_m2"].where(certified, parcels["geodesic_m2"])
    table = pd.DataFrame(parcels[["parcel_id", "town_code", "town_name"]])
    table = table.assign(planned_use_code=planned_use_codes(parcels)).astype(object)
    return table.where(table.notna(), "").assign(
        area_ha=pd.Series([hectares(value) for value in area_m2], index=parcels.index, dtype="object")
    )
