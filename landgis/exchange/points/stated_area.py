"""The stated area of a plot against the computed ones, whatever unit it was written in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from landgis.area import ellipsoidal_m2, planar_m2
from landgis.crs import GeometryArray
from landgis.domain.issue import Issue, Severity, shown
from landgis.exchange.points.number_text import narrow
from landgis.exchange.points.points_read import Plot

SHARE, SQUARE_METRES = 0.005, 1.0
"""A stated area agrees within 0.5 % or 1 m² (standards: checks of the exchange text)."""
_UNIT_M2 = {"公顷": 10_000.0, "㎡": 1.0, "亩": 2_000 / 3}
_WRITTEN = {"公顷": "公顷", "hm2": "公顷", "ha": "公顷", "平方米": "㎡", "m2": "㎡", "㎡": "㎡", "亩": "亩"}
_AREA = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*(公顷|hm2|ha|平方米|m2|㎡|亩)?", re.IGNORECASE)


@dataclass(frozen=True)
class AreaCheck:
    """Stated beside computed.

    Attributes
    ----------
    planar_m2, ellipsoidal_m2
        Computed; None where the coordinates do not allow it.
    stated_m2, unit
        Stated, in m², and the unit taken; None and empty where nothing usable is stated.
    agrees
        Whether it agrees with either computed area; None where nothing is stated or nothing can be computed.
    """

    planar_m2: float | None
    ellipsoidal_m2: float | None
    stated_m2: float | None
    unit: str
    agrees: bool | None


def check_areas(plots: Sequence[Plot], shapes: GeometryArray, code: int | None) -> list[AreaCheck]:
    """Compute the areas of plots and hold the stated ones against them.

    Parameters
    ----------
    plots
        Plots as written.
    shapes
        Their polygons, x = east; None where there is none.
    code
        EPSG code to compute in; None where nothing gives the zone: then only the planar area is known.
    """
    crs = None if code is None else CRS.from_epsg(code)
    planar = None if crs is not None and crs.is_geographic else planar_m2(shapes)
    # An invalid ring has no area on the ellipsoid; the gate says so later.
    sound = shapes.copy()
    sound[~shapely.is_valid(shapes)] = None
    ellipsoidal = None if crs is None else ellipsoidal_m2(sound, crs)
    return [
        _check(
            plot.stated_area,
            None if planar is None or not np.isfinite(planar[row]) else float(planar[row]),
            None if ellipsoidal is None or not np.isfinite(ellipsoidal[row]) else float(ellipsoidal[row]),
        )
        for row, plot in enumerate(plots)
    ]


def area_issues(name: str, plots: Sequence[Plot], checks: Sequence[AreaCheck]) -> list[Issue]:
    """Report every stated area that is unreadable, disagrees, or is in 亩."""
    issues = []
    for plot, check in zip(plots, checks, strict=True):
        where = f"{name} {plot.place.zh}"
        if plot.stated_area and check.stated_m2 is None and _is_said(plot.stated_area):
            zh, en = f"地块面积“{shown(plot.stated_area)}”不是面积", f"the area “{shown(plot.stated_area)}” is none"
            issues.append(Issue("area_unreadable", Severity.SERIOUS, where, zh, en))
        elif check.agrees is False:
            issues.append(_differs(where, plot, check))
        elif check.agrees and check.unit == "亩":
            zh = f"地块面积 {plot.stated_area} 以亩计才与坐标相符，格式应为公顷"
            en = f"the area {plot.stated_area} agrees with the coordinates only as 亩 (mu); the format wants 公顷 (ha)"
            issues.append(Issue("area_in_mu", Severity.SERIOUS, where, zh, en))
    return issues


def _is_said(text: str) -> bool:
    return bool(text.strip("0. "))


def _check(text: str, planar: float | None, ellipsoidal: float | None) -> AreaCheck:
    found = _AREA.fullmatch(narrow(text).replace("²", "2").strip())
    computed = [area for area in (planar, ellipsoidal) if area is not None]
    if found is None or float(found[1]) <= 0:
        return AreaCheck(planar, ellipsoidal, None, "", None)
    number = float(found[1])
    units = [_WRITTEN[found[2].lower()]] if found[2] else list(_UNIT_M2)
    for unit in units:
        if any(_close(number * _UNIT_M2[unit], area) for area in computed):
            return AreaCheck(planar, ellipsoidal, number * _UNIT_M2[unit], unit, True)
    # None agrees: show the usual unit that comes nearest.
    usual = [unit for unit in units if unit != "亩"] or units
    target = computed[0] if computed else number * _UNIT_M2["公顷"]
    unit = min(usual, key=lambda each: abs(np.log(max(target, 1e-9) / (number * _UNIT_M2[each]))))
    return AreaCheck(planar, ellipsoidal, number * _UNIT_M2[unit], unit, False if computed else None)


def _close(stated_m2: float, computed_m2: float) -> bool:
    return abs(stated_m2 - computed_m2) <= max(SHARE * computed_m2, SQUARE_METRES)


def _differs(where: str, plot: Plot, check: AreaCheck) -> Issue:
    planar = "—" if check.planar_m2 is None else f"{check.planar_m2:.2f} ㎡"
    ellipsoidal = "—" if check.ellipsoidal_m2 is None else f"{check.ellipsoidal_m2:.2f} ㎡"
    return Issue(
        "area_differs",
        Severity.SERIOUS,
        where,
        f"所载面积 {plot.stated_area}（按{check.unit}计 {check.stated_m2:.2f} ㎡）与坐标算得的平面 {planar}、"
        f"椭球 {ellipsoidal}相差超过 0.5 % 和 1 ㎡",
        f"the stated area {plot.stated_area} ({check.stated_m2:.2f} m² in {check.unit}) differs by more than 0.5 % and 1 m² "
        f"from the computed planar {planar} and ellipsoidal {ellipsoidal}",
    )
