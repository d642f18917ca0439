"""Where a change lies: in which towns, on which parcels, and what it does to the coverage."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.area import FLOOR_M2, planar_m2
from landgis.crs import WORKING
from landgis.overlay import LayerIndex

ELSEWHERE = "未落入任何镇"
"""Where no town of the published release lies."""
_PLACE = ["parcel_id", "district", "town_name", "geometry"]


def by_town(towns: gpd.GeoDataFrame | None, ground: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return changed ground by town and class: ``town``, ``class``, ``added_m2``, ``removed_m2``.

    Parameters
    ----------
    towns
        FeatureFrame of the towns, or None where none is published: then nothing is told by town.
    ground
        ``change``, ``class``, ``area_m2`` and polygons.
    """
    columns = ["town", "class", "added_m2", "removed_m2"]
    if towns is None or ground.empty:
        return pd.DataFrame(columns=columns)
    pairs = LayerIndex.build(towns.geometry.to_numpy()).measure(ground.geometry.to_numpy()).pairs
    names = _names(towns)
    inside = ground.iloc[pairs.parcel][["change", "class"]].assign(town=names[pairs.position], area_m2=pairs.area_m2)
    rest = ground["area_m2"].to_numpy() - np.bincount(pairs.parcel, pairs.area_m2, minlength=len(ground))
    outside = ground[["change", "class"]].assign(town=ELSEWHERE, area_m2=np.maximum(rest, 0.0))
    whole = pd.concat([inside, outside[rest > 0.5e-3]], ignore_index=True)
    return _spread(pd.DataFrame(whole), ["town", "class"])[columns]


def lost_by_town(towns: gpd.GeoDataFrame | None, features: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the features that are gone by the town of a spot inside them: ``town``, ``count``, ``area_m2`` (planar)."""
    gone = features[features["change"] == "removed"]
    town = np.full(len(gone), ELSEWHERE, dtype=object)
    if towns is not None and len(gone):
        spots = shapely.point_on_surface(gone.geometry.to_numpy())
        row, at = shapely.STRtree(towns.geometry.to_numpy()).query(spots, predicate="intersects")
        town[row] = _names(towns)[at]
    table = pd.DataFrame({"town": town, "area_m2": gone["area_before_m2"].to_numpy()})
    return (
        table.groupby("town", sort=True)["area_m2"]
        .agg(["count", "sum"])
        .rename(columns={"sum": "area_m2"})
        .reset_index()
    )


def touched(parcels: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Measure every parcel against the changed ground of each class."""
    kinds = (ground["change"] + "|" + ground["class"]).to_numpy(dtype=object)
    hit = LayerIndex.build(ground.geometry.to_numpy(), classes=kinds).measure(parcels.geometry.to_numpy()).by_class
    parts = pd.DataFrame([text.partition("|") for text in hit.class_], columns=["change", "by", "class"], dtype="str")
    rows = parts.assign(row=hit.parcel, area_m2=hit.union_m2)
    table = _spread(rows, ["row", "class"])
    place = parcels[_PLACE].iloc[table.pop("row").to_numpy(dtype=int)]
    return gpd.GeoDataFrame(
        pd.concat([place.drop(columns="geometry").reset_index(drop=True), table], axis=1),
        geometry=place.geometry.to_numpy(),
        crs=WORKING,
    )


def coverage_change(before: shapely.Geometry, after: shapely.Geometry, here: shapely.Polygon) -> gpd.GeoDataFrame:
    """Return the coverage gained and lost on some ground: ``change`` (added, removed), ``area_m2`` (planar)."""
    one, other = shapely.intersection(before, here), shapely.intersection(after, here)
    pieces = np.array([shapely.difference(other, one), shapely.difference(one, other)], dtype=object)
    area = planar_m2(pieces)
    there = area > FLOOR_M2
    change = pd.Series(["added", "removed"], dtype="str")[there].reset_index(drop=True)
    return gpd.GeoDataFrame({"change": change, "area_m2": area[there]}, geometry=pieces[there], crs=WORKING)


def uncovered(parcels: gpd.GeoDataFrame, coverage: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the parcels that lie on coverage lost, with how much of each: ``lost_m2``, planar, above 1e-6 m²."""
    lost = coverage.loc[coverage["change"] == "removed"].geometry.to_numpy()
    place = parcels[_PLACE]
    area = np.zeros(len(place))
    if len(lost):
        shapely.prepare(lost)
        near = np.flatnonzero(shapely.intersects(lost[0], place.geometry.to_numpy()))
        area[near] = planar_m2(shapely.intersection(place.geometry.to_numpy()[near], lost[0]))
    found = place.assign(lost_m2=area)[area > FLOOR_M2]
    return gpd.GeoDataFrame(found.reset_index(drop=True), crs=WORKING)


def _names(towns: gpd.GeoDataFrame) -> np.ndarray:
    return towns["label"].fillna(towns["feature_id"]).to_numpy(dtype=object)


def _spread(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sum areas by key, what came and what went in two columns."""
    sums = {
        f"{change}_m2": rows[rows["change"] == change].groupby(keys, sort=True)["area_m2"].sum()
        for change in ("added", "removed")
    }
    return pd.DataFrame(sums).fillna(0.0).sort_index().rename_axis(keys).reset_index()
