"""Registered areas in another unit: 15 beside ten thousand drawn square metres is 亩, and no area in ㎡."""

from __future__ import annotations

import numpy as np
import pandas as pd

from landgis.area import planar_m2
from landgis.crs import GeometryArray
from landgis.domain.issue import Issue, Severity
from landgis.exchange.reading.fields import first_five

_UNITS = {"亩": ("mu", 10_000 / 15), "公顷": ("hectares", 10_000.0)}
_NEAR = 0.05
"""How near to a unit's ratio: registered and drawn areas differ by less, and no other unit is so near."""


def areas_in_other_units(
    registered_m2: pd.Series, geometry: GeometryArray, ids: pd.Series, where: str
) -> tuple[pd.Series, list[Issue]]:
    """Find registered areas that are right in another unit.

    Parameters
    ----------
    registered_m2
        As stated, taken for square metres; NaN where missing.
    geometry
        Parcels in the working CRS, None where unusable.
    ids
        Parcel identifiers.
    where
        File and layer.

    Returns
    -------
    tuple
        True where the area is in doubt, and one issue per unit. Nobody converts it: the deliverer must say the unit.
    """
    doubtful = pd.Series(False, index=registered_m2.index)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = planar_m2(geometry) / registered_m2.to_numpy(dtype=np.float64)
    issues = []
    for zh, (en, m2) in _UNITS.items():
        rows = pd.Series(np.abs(ratio / m2 - 1) < _NEAR, index=registered_m2.index)
        if rows.any():
            doubtful |= rows
            pairs = zip(ids[rows].fillna("#"), registered_m2[rows], strict=True)
            issues.append(_issue(zh, en, [f"{name}={value:g}" for name, value in pairs], where))
    return doubtful, issues


def _issue(zh: str, en: str, found: list[str], where: str) -> Issue:
    listed = first_five(found)
    return Issue(
        "registered_area_unit",
        Severity.SERIOUS,
        where,
        f"{len(found)} 个证载面积疑以{zh}计而不是平方米，按缺失处理：{listed}；请换算后重新提供",
        f"{len(found)} registered areas seem to be in {en}, not m²; taken as missing: {listed}; deliver them in m²",
    )
