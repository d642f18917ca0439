"""What lies on a parcel: areas, overlaps, hits and coverage. Numbers only; judging is the rules' business."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.area import FLOOR_M2, ellipsoidal_m2, planar_m2
from landgis.crs import WORKING, GeometryArray
from landgis.domain.layer import Coverage
from landgis.frames.layer import LayerData
from landgis.frames.measures import AREAS, COVERAGE, HITS, OVERLAPS
from landgis.frames.spec import FrameSpec
from landgis.overlay import LayerIndex, Measurement

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Measured:
    """Frames of ``frames.measures``: areas, overlaps, hits, coverage."""

    areas: pd.DataFrame
    overlaps: pd.DataFrame
    hits: pd.DataFrame
    coverage: pd.DataFrame


def measure(
    parcels: gpd.GeoDataFrame,
    layers: Mapping[str, LayerData],
    wanted: Sequence[str],
    as_of: date,
    progress: Progress = lambda _layer: None,
) -> Measured:
    """Measure parcels against every wanted layer.

    Parameters
    ----------
    parcels
        ParcelFrame or any frame with ``parcel_id``, ``registered_area_m2`` and valid polygons in the working CRS.
    layers
        Layers at hand, by key, in the same CRS.
    wanted
        Keys asked for; one that is not at hand is covered as ``absent``.
    as_of
        The day whose releases count.
    progress
        Called with each layer key before it is measured.

    Returns
    -------
    Measured
        Areas of a stale release are measured too, so that a planner sees them; its coverage says stale.
    """
    shapes = np.asarray(parcels.geometry.to_numpy(), dtype=object)
    ids = parcels["parcel_id"].to_numpy(dtype=object)
    planar = planar_m2(shapes)
    ellipsoidal = ellipsoidal_m2(shapes, parcels.crs or WORKING)
    areas = pd.DataFrame(
        {
            "parcel_id": ids,
            "planar_m2": planar,
            "ellipsoidal_m2": ellipsoidal,
            "registered_m2": parcels["registered_area_m2"].to_numpy(dtype=float, na_value=np.nan),
        }
    ).astype({"parcel_id": "str"})
    overlaps, hits, coverage = [], [], []
    for key in wanted:
        progress(key)
        layer = layers.get(key)
        coverage.append(_coverage(ids, shapes, key, layer, as_of))
        if layer is None or layer.features.empty:
            continue
        result = _index(layer).measure(shapes)
        overlaps.append(_overlaps(ids, planar, ellipsoidal, key, result))
        hits.append(_hits(ids, planar, key, layer, result))
    measured = Measured(areas, _stack(overlaps, OVERLAPS), _stack(hits, HITS), _stack(coverage, COVERAGE))
    AREAS.require(measured.areas)
    OVERLAPS.require(measured.overlaps)
    COVERAGE.require(measured.coverage)
    return measured


def _index(layer: LayerData) -> LayerIndex:
    features = layer.features
    return LayerIndex.build(
        features.geometry.to_numpy(),
        features["feature_id"].to_numpy(dtype=object),
        features["class"].to_numpy(dtype=object),
    )


def _coverage(ids: np.ndarray, shapes: GeometryArray, key: str, layer: LayerData | None, as_of: date) -> pd.DataFrame:
    """State per parcel, and the m² that the release says nothing about."""
    if layer is None:
        return pd.DataFrame(
            {
                "parcel_id": ids,
                "layer": key,
                "state": str(Coverage.ABSENT),
                "release": "",
                "uncovered_m2": planar_m2(shapes),
            }
        )
    shapely.prepare(layer.coverage)
    uncovered = np.zeros(len(shapes))
    outside = np.flatnonzero(~shapely.covers(layer.coverage, shapes))
    uncovered[outside] = shapely.area(shapely.difference(shapes[outside], layer.coverage))
    uncovered[uncovered <= FLOOR_M2] = 0.0
    overall = layer.release.state_on(as_of)
    if overall is Coverage.COMPLETE:
        partly = (uncovered > 0) | (not layer.complete)
        state = np.where(partly, str(Coverage.PARTIAL), str(Coverage.COMPLETE))
    else:
        state = np.full(len(shapes), str(overall))
    return pd.DataFrame(
        {"parcel_id": ids, "layer": key, "state": state, "release": layer.release.name, "uncovered_m2": uncovered}
    )


def _overlaps(
    ids: np.ndarray, planar: np.ndarray, ellipsoidal: np.ndarray, key: str, result: Measurement
) -> pd.DataFrame:
    """One row per parcel for the layer as a whole, and one per class that is hit."""
    whole, classes = result.parcels, result.by_class
    everything = np.arange(len(ids))
    table = pd.DataFrame(
        {
            "row": everything,
            "class": "",
            "union_m2": whole.union_m2,
            "hits": whole.hits,
            "largest_m2": whole.largest_m2,
            "mean_width_m": whole.mean_width_m,
            "pieces": whole.pieces,
            "distance_m": whole.distance_m,
        }
    )
    named = classes.class_ != ""
    detail = pd.DataFrame(
        {
            "row": classes.parcel[named],
            "class": classes.class_[named],
            "union_m2": classes.union_m2[named],
            "hits": classes.hits[named],
            "largest_m2": classes.largest_m2[named],
            "mean_width_m": classes.mean_width_m[named],
            "pieces": classes.pieces[named],
            "distance_m": 0.0,
        }
    )
    table = pd.concat([table, detail], ignore_index=True) if named.any() else table
    row = table.pop("row").to_numpy()
    table.insert(0, "parcel_id", ids[row])
    table.insert(1, "layer", key)
    # One factor per parcel: within 5e-7 of the exact value at parcel size (CGCS2000 Gauss-Kruger scale varies slowly).
    table["union_ellipsoidal_m2"] = table["union_m2"] * (ellipsoidal / planar)[row]
    table["share_of_parcel"] = table["union_m2"] / planar[row]
    return table[OVERLAPS.names]


def _hits(ids: np.ndarray, planar: np.ndarray, key: str, layer: LayerData, result: Measurement) -> pd.DataFrame:
    pairs = result.pairs
    features = layer.features
    feature_area = planar_m2(np.asarray(features.geometry.to_numpy(), dtype=object))
    return pd.DataFrame(
        {
            "parcel_id": ids[pairs.parcel],
            "layer": key,
            "class": features["class"].to_numpy(dtype=object)[pairs.position],
            "feature_id": pairs.feature,
            "label": features["label"].to_numpy(dtype=object)[pairs.position],
            "area_m2": pairs.area_m2,
            "share_of_parcel": pairs.area_m2 / planar[pairs.parcel],
            "share_of_feature": pairs.area_m2 / feature_area[pairs.position],
        }
    )


def _stack(frames: list[pd.DataFrame], spec: FrameSpec) -> pd.DataFrame:
    names = spec.names
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return spec.empty()
    table = pd.concat(filled, ignore_index=True)[names]
    texts = {name: "str" for name in ("parcel_id", "layer", "class", "feature_id", "state", "release") if name in names}
    return table.astype(texts)
