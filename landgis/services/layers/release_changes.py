"""Which features two releases do not share, what became of each, and the ground gained and lost by every class."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.area import planar_m2
from landgis.crs import WORKING
from landgis.overlay.change import ground_outside

CHANGES = {
    "added": "新增",
    "removed": "删除",
    "changed": "改动",
    "same_shape": "同形，坐标末位不同",
    "renumbered": "仅改编号",
    "reworded": "仅改属性",
}
"""What can become of a feature. ``changed`` is another outline or class under the same id; ``same_shape`` the same
outline, of which no vertex moved as far as `_LAST_DIGIT_M`. Its ground counts like any other: a parcel that touched may
overlap now."""
_LAST_DIGIT_M = 1e-6
_FOUND_BY = (
    ("reworded", ["feature_id", "class", "shape"]),
    ("renumbered", ["class", "shape", "turn"]),
    ("changed", ["feature_id"]),
)
"""How a feature is found again: just as it was, else its ground under another id, else its id on other ground."""


@dataclass(frozen=True)
class Changes:
    """Features that two releases do not share.

    Attributes
    ----------
    features
        One row each: ``feature_id``, ``change``, ``class_before``, ``class_after``, ``area_before_m2``,
        ``area_after_m2`` (planar) and the outline, the later one where there are two.
    moved
        ``side``, ``class`` and outline of those added, removed or changed.
    same
        ``class`` and outline of those whose ground both releases have.
    """

    features: gpd.GeoDataFrame
    moved: gpd.GeoDataFrame
    same: gpd.GeoDataFrame


def changes_of(differing: gpd.GeoDataFrame) -> Changes:
    """Tell what became of every feature.

    Parameters
    ----------
    differing
        Features of either release that the other has not just so: ``side`` (before, after), ``feature_id``, ``class``
        and geometry (EPSG:4549).
    """
    frame = gpd.GeoDataFrame(differing[["side", "feature_id", "class", "geometry"]])
    shapes = frame.geometry.to_numpy()
    frame["shape"] = shapely.to_wkb(shapely.normalize(shapes))
    frame["area_m2"] = planar_m2(shapes)
    before, after = frame[frame["side"] == "before"], frame[frame["side"] == "after"]
    told, same = [], []
    for change, keys in _FOUND_BY:
        one, other = (
            side.drop(columns="geometry").assign(turn=side.groupby(["class", "shape"]).cumcount()).reset_index()
            for side in (before, after)
        )
        pairs = one.merge(other, on=keys, suffixes=("_before", "_after"))
        was, became = before.loc[pairs["index_before"]], after.loc[pairs["index_after"]]
        rows = _rows(change, was, became)
        if change == "changed":
            rows.loc[_as_before(was, became), "change"] = "same_shape"
        told.append(rows)
        if change != "changed":
            same.append(became)
            before, after = before.drop(index=was.index), after.drop(index=became.index)
    ids = set(before["feature_id"]) & set(after["feature_id"])
    gone, new = before[~before["feature_id"].isin(ids)], after[~after["feature_id"].isin(ids)]
    told += [_rows("removed", gone, _nothing(gone)), _rows("added", _nothing(new), new)]
    features = gpd.GeoDataFrame(pd.concat(told, ignore_index=True), crs=WORKING)
    return Changes(
        features.sort_values(["feature_id", "change"], kind="stable", ignore_index=True),
        gpd.GeoDataFrame(pd.concat([before, after])[["side", "class", "geometry"]], crs=WORKING),
        gpd.GeoDataFrame(pd.concat(same)[["class", "geometry"]], crs=WORKING),
    )


def changed_ground(moved: gpd.GeoDataFrame, kept: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the ground that each class gained and lost.

    Parameters
    ----------
    moved
        ``side``, ``class`` and outline of what is in one release only.
    kept
        ``class`` and outline of what both have over or beside it.

    Returns
    -------
    geopandas.GeoDataFrame
        ``change`` (added, removed), ``class``, ``area_m2`` (planar), polygons that do not overlap within a class.
    """
    rows = []
    for kind in sorted(set(moved["class"])):
        own = moved[moved["class"] == kind]
        stays = kept.geometry.to_numpy()[(kept["class"] == kind).to_numpy(dtype=bool)]
        sides = {side: own.geometry.to_numpy()[(own["side"] == side).to_numpy()] for side in ("before", "after")}
        for change, side, other in (("added", "after", "before"), ("removed", "before", "after")):
            pieces = ground_outside(sides[side], np.concatenate([sides[other], stays]))
            rows += [(change, kind, piece) for piece in pieces]
    table = pd.DataFrame(rows, columns=["change", "class", "geometry"]).astype({"change": "str", "class": "str"})
    ground = gpd.GeoDataFrame(table, geometry="geometry", crs=WORKING)
    ground.insert(2, "area_m2", planar_m2(ground.geometry.to_numpy()))
    return ground


def _as_before(was: gpd.GeoDataFrame, became: gpd.GeoDataFrame) -> np.ndarray:
    """Tell which outlines differ by the last digits of their coordinates alone, and are of one class."""
    one, other = was.geometry.to_numpy(), became.geometry.to_numpy()
    alike = shapely.equals_exact(one, other, tolerance=_LAST_DIGIT_M)
    return np.asarray(alike & (was["class"].to_numpy() == became["class"].to_numpy()), dtype=bool)


def _rows(change: str, was: pd.DataFrame, became: pd.DataFrame) -> pd.DataFrame:
    """Return one row per feature; what was and what became of it stand in the same order."""
    return pd.DataFrame(
        {
            "feature_id": became["feature_id"].to_numpy(dtype=object),
            "change": change,
            "class_before": was["class"].to_numpy(dtype=object),
            "class_after": became["class"].to_numpy(dtype=object),
            "area_before_m2": was["area_m2"].to_numpy(),
            "area_after_m2": became["area_m2"].to_numpy(),
            "geometry": became["geometry"].to_numpy(),
        }
    ).astype({"feature_id": "str", "change": "str", "class_before": "str", "class_after": "str"})


def _nothing(instead_of: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the other side of features that one release alone has."""
    return instead_of.assign(**{"class": None, "area_m2": np.nan})
