"""From raw to declared: the features of a layer, with every bad row as an issue."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from landgis.crs import WORKING, Transform
from landgis.domain.catalogue import LayerSpec
from landgis.domain.issue import Issue, shown
from landgis.domain.land_use import Scheme
from landgis.errors import UsageError
from landgis.exchange.conforming.class_codes import CodedLayer, read_codes
from landgis.exchange.conforming.feature_ids import feature_ids
from landgis.exchange.conforming.geometry_rows import gate, row_issue
from landgis.exchange.conforming.text_doubts import text_issues
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.frames.parcels import FEATURES, SENT_AS


@dataclass(frozen=True)
class ConformedLayer:
    """Features of one layer in the working CRS.

    Attributes
    ----------
    features
        FeatureFrame, followed by the fields as delivered; a field that has the name of a declared column is called
        ``delivered_…``. Layers of lines or points have the same columns with their own geometry.
    transform
        How the coordinates got into the working CRS.
    issues
        Of conforming; those of reading stay with the raw layer.
    rows_read, rows_dropped
        Rows of the file, and those kept out for want of usable geometry. A layer with rows kept out is not complete.
    scheme
        Value of the `Scheme` that its codes were read in; empty for a layer without codes.
    """

    features: gpd.GeoDataFrame
    transform: Transform
    issues: tuple[Issue, ...]
    rows_read: int
    rows_dropped: int
    scheme: str = ""


def conform_layer(
    raw: RawLayer, spec: LayerSpec, working: CRS = WORKING, *, scheme: Scheme | None = None
) -> ConformedLayer:
    """Bring a raw layer into the form that measuring needs.

    Parameters
    ----------
    raw
        Layer as read.
    spec
        The catalogue's entry for it.
    working
        Projected CRS to measure in.
    scheme
        Code list that the delivery states for its land-use codes; without it that of the present, and an issue says so.

    Returns
    -------
    ConformedLayer
        Rows without usable geometry are fatal issues and kept out. A repeated identifier is a serious issue and made
        unique by ``~2``, ``~3`` …; a missing one becomes the row number, ``#12``.

    Raises
    ------
    CrsUnsuitable, OutsideArea
        The coordinates as a whole cannot be right.
    ContractBroken
        If the layer needs a land-use code and has no field for it.
    UsageError
        For a raster layer; for a scheme that this layer's codes cannot be in.
    """
    if spec.geometry == "raster":
        raise UsageError(
            f"{spec.title_zh}是栅格图层，不能按矢量读入",
            f"{spec.title_en} is a raster layer and cannot be read as vector",
            where=raw.where,
            next_zh="请改用矢量图层",
            next_en="Use a vector layer",
        )
    gated = gate(raw, spec.geometry, working)
    ids, id_issues = feature_ids(raw, spec.id_fields)
    coded = read_codes(raw, spec, scheme)
    row_issues = [row_issue(fault, raw, row, shown(ids[row])) for row, fault in gated.faults.items()]
    kept = np.array([row not in gated.faults for row in range(len(raw.frame))], dtype=bool)
    features = gpd.GeoDataFrame(
        pd.concat([_declared(ids, coded), _delivered(raw.frame)], axis=1),
        geometry=gated.geometry,
        crs=working,
    )[kept].reset_index(drop=True)
    if spec.geometry == "polygon":
        FEATURES.require(features, working)
    text = text_issues(pd.DataFrame(raw.frame.drop(columns=raw.frame.geometry.name)), raw.where)
    issues = (*gated.issues, *id_issues, *coded.issues, *text, *row_issues)
    return ConformedLayer(features, gated.transform, issues, len(raw.frame), len(gated.faults), coded.scheme or "")


def _declared(ids: pd.Series, coded: CodedLayer) -> pd.DataFrame:
    return pd.DataFrame({"feature_id": ids, "class": coded.classes, "label": coded.labels})


def _delivered(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the fields, those with a name of ours under another one; what we added when it went out is ours again."""
    added = [name for name in frame.columns if name in SENT_AS.values()]
    fields = pd.DataFrame(frame.drop(columns=[*added, frame.geometry.name])).reset_index(drop=True)
    ours = {*FEATURES.names, "geometry"}
    return fields.rename(columns={name: f"delivered_{name}" for name in fields if name in ours})
