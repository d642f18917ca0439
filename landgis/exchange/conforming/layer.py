"""From raw to declared: the features of a layer, with every bad row as an issue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from landgis.crs import WORKING, Transform
from landgis.domain.catalogue import LayerSpec
from landgis.domain.issue import Issue, Severity
from landgis.domain.land_use import Scheme, look_up, planned_class, survey_class
from landgis.errors import ContractBroken, UsageError
from landgis.exchange.conforming.geometry_rows import gate, row_issue
from landgis.exchange.conforming.values import as_text, attributes_of, first_filled
from landgis.exchange.reading.fields import find_fields, first_five
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.frames.parcels import FEATURES

_SCHEMES = {"planned": Scheme.GUIDE_2023, "survey": Scheme.SURVEY}
_CLASS_OF: dict[str, Callable[[str], str]] = {"planned": planned_class, "survey": survey_class}
_UNRECOGNISED = "unrecognised"


@dataclass(frozen=True)
class ConformedLayer:
    """Features of one layer in the working CRS.

    Attributes
    ----------
    features
        FeatureFrame with one more column, ``attributes``: the fields as delivered (JSON-able dict). Layers of lines
        or points have the same columns with their own geometry.
    transform
        How the coordinates got into the working CRS.
    issues
        Of conforming; those of reading stay with the raw layer.
    rows_read, rows_dropped
        Rows of the file, and those kept out for want of usable geometry. A layer with rows kept out is not complete.
    """

    features: gpd.GeoDataFrame
    transform: Transform
    issues: tuple[Issue, ...]
    rows_read: int
    rows_dropped: int


def conform_layer(raw: RawLayer, spec: LayerSpec, working: CRS = WORKING) -> ConformedLayer:
    """Bring a raw layer into the form that measuring needs.

    Parameters
    ----------
    raw
        Layer as read.
    spec
        The catalogue's entry for it.
    working
        Projected CRS to measure in.

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
        For a raster layer.
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
    ids, id_issues = _feature_ids(raw, spec)
    classes, labels, class_issues = _classes_and_labels(raw, spec)
    row_issues = [row_issue(fault, raw, row, ids[row]) for row, fault in gated.faults.items()]
    kept = np.array([row not in gated.faults for row in range(len(raw.frame))], dtype=bool)
    features = gpd.GeoDataFrame(
        {"feature_id": ids, "class": classes, "label": labels, "attributes": attributes_of(raw.frame)},
        geometry=gated.geometry,
        crs=working,
    )[kept].reset_index(drop=True)
    if spec.geometry == "polygon":
        FEATURES.require(features, working)
    issues = (*gated.issues, *id_issues, *class_issues, *row_issues)
    return ConformedLayer(features, gated.transform, issues, len(raw.frame), len(gated.faults))


def _feature_ids(raw: RawLayer, spec: LayerSpec) -> tuple[pd.Series, list[Issue]]:
    found = find_fields(raw.frame.columns, spec.id_fields)
    numbered = pd.Series([f"#{row + 1}" for row in range(len(raw.frame))], dtype="str")
    if not found:
        return numbered, []
    ids = as_text(raw.frame[found[0]]).reset_index(drop=True).fillna(numbered)
    repeat = ids.groupby(ids).cumcount()
    repeated = sorted(set(ids[repeat > 0]))
    if not repeated:
        return ids, []
    unique = ids.where(repeat == 0, ids + "~" + (repeat + 1).astype("str"))
    issue = Issue(
        "feature_id_repeated",
        Severity.SERIOUS,
        f"{raw.where} {found[0]}",
        f"{len(repeated)} 个标识重复：{first_five(repeated)}；以 ~2、~3 区分",
        f"{len(repeated)} identifiers are repeated: {first_five(repeated)}; told apart by ~2, ~3",
    )
    return (unique if unique.is_unique else numbered), [issue]


def _classes_and_labels(raw: RawLayer, spec: LayerSpec) -> tuple[list[str], pd.Series, list[Issue]]:
    names = first_filled(raw.frame, spec.label_fields)
    if spec.class_by is None:
        return [""] * len(raw.frame), names, []
    found = find_fields(raw.frame.columns, spec.code_fields)
    if not found:
        columns = "、".join(str(column) for column in raw.frame.columns if column != raw.frame.geometry.name)
        wanted = "、".join(spec.code_fields)
        raise ContractBroken(
            f"图层 {raw.where} 没有地类代码字段；现有字段：{columns or '无'}",
            f"Layer {raw.where} has no land-use code field; it has: {columns or 'none'}",
            where=raw.where,
            next_zh=f"代码字段应为其中之一：{wanted}",
            next_en=f"The code field is one of: {wanted}",
        )
    codes = as_text(raw.frame[found[0]]).reset_index(drop=True).fillna("")
    known = {code: _class_and_name(code, spec.class_by) for code in codes.unique()}
    labels = [
        f"{code} {known[code][1] or ('' if pd.isna(name) else name)}".strip() or None
        for code, name in zip(codes, names, strict=True)
    ]
    unknown = [code or "（空）" for code in known if known[code][0] == _UNRECOGNISED]
    issues = [_unrecognised_issue(raw, found[0], unknown, _SCHEMES[spec.class_by])] if unknown else []
    return [known[code][0] for code in codes], pd.Series(labels, dtype="str"), issues


def _class_and_name(code: str, class_by: str) -> tuple[str, str]:
    row = look_up(code, _SCHEMES[class_by]) or look_up(code.removesuffix("K"), _SCHEMES[class_by])
    return str(_CLASS_OF[class_by](code)), row.name_zh if row else ""


def _unrecognised_issue(raw: RawLayer, column: str, codes: list[str], scheme: Scheme) -> Issue:
    return Issue(
        "code_unrecognised",
        Severity.SERIOUS,
        f"{raw.where} {column}",
        f"{len(codes)} 种代码不在{scheme.zh}中：{first_five(codes)}",
        f"{len(codes)} codes are not in scheme {scheme.value}: {first_five(codes)}",
    )
