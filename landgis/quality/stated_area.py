"""Rules on stated areas: how far they are from the drawn one, and whether they are in another unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.area import ellipsoidal_m2
from landgis.crs import WORKING
from landgis.quality.fields import AreaField, Fields
from landgis.quality.found import Floats, Found
from landgis.quality.shapes import Shapes

_UNITS = {1.0: ("平方米", "square metres"), 2000 / 3: ("亩", "mu"), 1e4: ("公顷", "hectares"), 1e6: ("平方公里", "km²")}


def area_findings(
    rows: gpd.GeoDataFrame, shapes: Shapes, fields: Fields, limits: Mapping[str, float]
) -> Iterator[Found]:
    """Yield what the rules on areas find in a batch.

    The stated area is held against the nearer of the planar and the ellipsoidal one: which of them a deliverer means
    is seldom said. An area in another unit is told as that and not as a difference.
    """
    for field in fields.areas:
        stated = pd.to_numeric(rows[field.name], errors="coerce").to_numpy(dtype=np.float64) * field.unit_m2
        usable = shapes.valid & (stated > 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.where(usable, stated / shapes.area, np.nan)
        unit = _other_unit(ratio * 1.0, field, limits["unit_share"])
        yield _in_other_unit(field, ratio, unit)
        yield from _differences(field, rows, shapes, np.where(usable & (unit == 0), stated, np.nan), limits)


def _other_unit(ratio: Floats, field: AreaField, near: float) -> Floats:
    """Square metres of the unit that the numbers seem to be in; 0 where they are in the declared one or in none."""
    unit = np.zeros(len(ratio))
    for candidate in _UNITS:
        if candidate != field.unit_m2:
            unit[np.abs(ratio * candidate / field.unit_m2 - 1) <= near] = candidate
    return unit


def _in_other_unit(field: AreaField, ratio: Floats, unit: Floats) -> Found:
    rows = np.flatnonzero(unit)
    declared_zh, declared_en = _UNITS[field.unit_m2]
    return Found(
        "M03", rows, measured=ratio[rows], field=field.name,
        detail_zh=[f"{_UNITS[value][0]}，而非{declared_zh}" for value in unit[rows]],
        detail_en=[f"in {_UNITS[value][1]}, not in {declared_en}" for value in unit[rows]],
    )  # fmt: skip


def _differences(
    field: AreaField, rows: gpd.GeoDataFrame, shapes: Shapes, stated: Floats, limits: Mapping[str, float]
) -> Iterator[Found]:
    planar = np.abs(stated - shapes.area)
    with np.errstate(invalid="ignore"):
        doubtful = np.flatnonzero((planar > limits["area_m2"]) | (planar > limits["area_share"] * shapes.area))
    # Only what is off in the plane needs the ellipsoid: a finding is off on both.
    ellipsoidal = ellipsoidal_m2(shapes.geometry[doubtful], rows.crs or WORKING)
    off = np.minimum(planar[doubtful], np.abs(stated[doubtful] - ellipsoidal))
    numbers = list(zip(stated[doubtful], shapes.area[doubtful], ellipsoidal, strict=True))
    zh = [f"填写 {a:.2f} ㎡，平面 {b:.2f} ㎡，椭球 {c:.2f} ㎡" for a, b, c in numbers]
    en = [f"stated {a:.2f} m², planar {b:.2f} m², ellipsoidal {c:.2f} m²" for a, b, c in numbers]
    for rule, values, limit in (("M01", off / ellipsoidal, "area_share"), ("M02", off, "area_m2")):
        kept = np.flatnonzero(values > limits[limit])
        yield Found(
            rule, doubtful[kept], measured=values[kept], field=field.name,
            detail_zh=[zh[place] for place in kept], detail_en=[en[place] for place in kept],
        )  # fmt: skip
