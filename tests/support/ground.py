"""A bare piece of ground for tests: parcels that are clear in everything, and layers that leave them alone."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
from shapely.geometry import Polygon, box

from landgis.domain.layer import Release
from landgis.frames.layer import LayerData
from landgis.frames.parcels import PARCELS

AS_OF = date(2026, 6, 30)
X, Y = 615_000.0, 3_424_000.0
"""South-west corner of the ground, EPSG:4549, in Songjiang."""
CLEAR_FACTS: dict[str, object] = {
    "district": "songjiang",
    "town_code": "310117109",
    "town_name": "叶榭镇",
    "planned_use_code": "0901",
    "planned_use_scheme": "guide2023",
    "use_right_registered": True,
    "ownership_registered": True,
    "dispute": False,
    "restricted": False,
    "compensation_settled": True,
    "right_type": "7",
    "contract_signed": False,
    "access_fit": True,
    "road": True,
    "water_supply": True,
    "power": True,
    "levelled": True,
    "site_cleared": True,
    "conditions_agreed": False,
    "in_land_base": True,
}


def at(x: float, y: float, width: float, height: float) -> Polygon:
    """A box on the ground, metres from its corner."""
    return box(X + x, Y + y, X + x + width, Y + y + height)


def parcels(shapes: dict[str, Polygon], **facts: object) -> gpd.GeoDataFrame:
    """A ParcelFrame of clear parcels, with some facts changed for all."""
    rows = [{"parcel_id": parcel_id} | CLEAR_FACTS | facts for parcel_id in shapes]
    blank = PARCELS.empty()
    frame = pd.DataFrame(rows).reindex(columns=PARCELS.names).astype(blank.dtypes.to_dict())
    return gpd.GeoDataFrame(frame, geometry=list(shapes.values()), crs=4549)


def layer(
    key: str, shapes: dict[str, Polygon], kind: str = "", coverage: Polygon | None = None, **dates: date
) -> LayerData:
    """A layer of given features in one class, covering the whole ground unless told otherwise."""
    features = gpd.GeoDataFrame(
        {
            "feature_id": pd.Series(list(shapes), dtype="str"),
            "class": pd.Series([kind] * len(shapes), dtype="str"),
            "label": pd.Series(list(shapes), dtype="str"),
        },
        geometry=list(shapes.values()),
        crs=4549,
    )
    paper = {"approved_on": date(2020, 1, 1)} | dates
    release = Release(key, "test", key, document_no="沪规〔2020〕1号", feature_count=len(shapes), **paper)
    return LayerData(release, features, coverage or at(-1000, -1000, 4000, 4000))


def clear_layers() -> dict[str, LayerData]:
    """Every layer the packs ask for, with nothing against a parcel near the corner."""
    far = {"far": at(2000, 2000, 100, 100)}
    away = (
        "permanent_basic_farmland", "ecological_redline", "homestead", "development_boundary", "land_acquisition", "water",
    )  # fmt: skip
    everywhere = {"all": at(-900, -900, 3800, 3800)}
    covering = ("ownership_parcel", "village_construction_boundary", "unit_plan")
    return (
        {key: layer(key, far) for key in away}
        | {key: layer(key, everywhere) for key in covering}
        | {
            "survey_land_use": layer("survey_land_use", everywhere, "construction"),
            "planned_land_use": layer("planned_land_use", everywhere, "permitted"),
        }
    )
