"""Repairs, proposed and never done here: copies of features as they would be, with what changes."""

from __future__ import annotations

from hashlib import blake2b

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.frames.quality import REPAIRS
from landgis.quality.found import Bools, Floats, Geometries
from landgis.quality.layer import polygons_only
from landgis.quality.reasons import invalid_reason

MOST_M2 = 1.0
MOST_SHARE = 0.001
"""A repair that moves more area than either needs a person who names it (design §4)."""


def propose_repairs(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Propose a repair for every feature that has a safe one.

    Invalid polygons are rebuilt from their rings (``make_valid``: ``method="structure"``); vertices that repeat the
    one before exactly are left out (``repeated_vertices``). Nothing is snapped, simplified or moved otherwise.

    Parameters
    ----------
    features
        ``feature_id`` and geometry in a projected CRS, metres, as delivered.

    Returns
    -------
    geopandas.GeoDataFrame
        RepairFrame (``frames.quality.REPAIRS``), by feature id.
    """
    order = np.argsort(features["feature_id"].to_numpy(dtype=object), kind="stable")
    before: Geometries = np.array(features.geometry.array, dtype=object)[order]
    ids = features["feature_id"].to_numpy(dtype=object)[order]
    polygonal = np.isin(shapely.get_type_id(before), (3, 6)) & ~shapely.is_empty(before)
    bent = polygonal & ~shapely.is_valid(before)
    doubled = polygonal & ~bent & _has_repeats(before)
    rows = np.flatnonzero(bent | doubled)
    after = before[rows].copy()
    after[bent[rows]] = _rebuilt(before[rows][bent[rows]])
    after[doubled[rows]] = shapely.remove_repeated_points(before[rows][doubled[rows]])
    kinds = np.where(bent[rows], "make_valid", "repeated_vertices")
    reasons = [
        invalid_reason(shape)[0] if kind == "make_valid" else "节点重复"
        for shape, kind in zip(before[rows], kinds, strict=True)
    ]
    return _frame(ids[rows], kinds, reasons, before[rows], after, features)


def _frame(
    ids: np.ndarray,
    kinds: np.ndarray,
    reasons: list[str],
    before: Geometries,
    after: Geometries,
    features: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    was, becomes = shapely.area(before), shapely.area(after)
    change = np.abs(becomes - was)
    table = {
        "repair_id": pd.Series([_repair_id(*row) for row in zip(ids, kinds, before, strict=True)], dtype="str"),
        "feature_id": pd.Series(ids, dtype="str"),
        "kind": pd.Series(kinds, dtype="str"),
        "reason": pd.Series(reasons, dtype="str"),
        "area_before_m2": was,
        "area_after_m2": becomes,
        "moved_m": _moved(before, after),
        "needs_person": (change > MOST_M2) | (change > MOST_SHARE * np.abs(was)) | shapely.is_empty(after),
    }
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(after, crs=features.crs))
    REPAIRS.require(frame)
    return frame


def _rebuilt(bent: Geometries) -> Geometries:
    return polygons_only(shapely.make_valid(bent, method="structure", keep_collapsed=False))


def _has_repeats(shapes: Geometries) -> Bools:
    return np.asarray(
        shapely.get_num_coordinates(shapely.remove_repeated_points(shapes)) < shapely.get_num_coordinates(shapes)
    )


def _moved(before: Geometries, after: Geometries) -> Floats:
    """Farthest that a vertex of the old line lies from the new one, or of the new from the old; all gone: NaN."""
    lines, new = shapely.boundary(before), shapely.boundary(after)
    there = shapely.hausdorff_distance(lines, new)
    return np.asarray(there, dtype=np.float64)


def _repair_id(feature_id: str, kind: str, before: shapely.Geometry) -> str:
    """Follow the feature and its very coordinates: a repair accepted for one delivery fits no other."""
    digest = blake2b(shapely.to_wkb(before), digest_size=6, person=b"landgis")
    digest.update(f"{kind}\x1f{feature_id}".encode())
    return f"R-{digest.hexdigest()}"
