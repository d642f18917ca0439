"""Sentences of a page that no rule says: how areas were found, how steady a verdict is."""

from __future__ import annotations

from landgis.area import FLOOR_M2, GEODESIC, SCALED
from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome
from landgis.domain.sliver import Cause
from landgis.rules.pack import Words

OUTCOME_EN = {
    Outcome.CLEAR: "clear",
    Outcome.FLAGGED: "to be checked",
    Outcome.UNKNOWN: "undecidable",
    Outcome.EXCLUDED: "excluded",
    Outcome.NOT_ASKED: "not asked",
}
CAUSE_EN = {
    Cause.DOUBLE_DRAWN: "one border drawn twice",
    Cause.PROJECTION_CHORD: "a projection chord",
    Cause.UNIFORM_SHIFT: "shifted as a whole",
    Cause.TRUE_ENCROACHMENT: "a true encroachment",
    Cause.UNDECIDED: "undecided",
}
AREA_METHODS = {
    GEODESIC: ("由界址点测地多边形计算", "as a geodesic polygon of the boundary points"),
    SCALED: (
        "由平面面积按投影面积比换算（误差 5e-7 以内）",
        "from the plane by the scale of the projection, within 5e-7",
    ),
}
FLOOR = (f"{FLOOR_M2:f} ㎡ 及以下为相接", f"{FLOOR_M2:f} m² and less is touching")
_COVERAGE_EN = {
    Coverage.COMPLETE: "complete",
    Coverage.PARTIAL: "partly not covered",
    Coverage.ABSENT: "no layer",
    Coverage.STALE: "expired",
}
_ALL = 1 - 1e-9
"""A share of the parcel from here on is all of it: areas of the same ground differ by their rounding alone."""


def covers_nothing(state: Coverage, uncovered_m2: float, planar_m2: float | None) -> bool:
    """Tell whether a release that covers parcels in part covers nothing of this one."""
    return state is Coverage.PARTIAL and bool(planar_m2) and uncovered_m2 >= _ALL * (planar_m2 or 0.0)


def coverage_words(state: Coverage, uncovered_m2: float, planar_m2: float | None) -> Words:
    """Say how far a release speaks of a parcel.

    Parameters
    ----------
    state
        As measured.
    uncovered_m2, planar_m2
        Ground of the parcel that the release says nothing of, and all of it; None where it cannot be measured.
    """
    if covers_nothing(state, uncovered_m2, planar_m2):
        return Words("全部未覆盖", "not covered")
    if state is Coverage.PARTIAL and uncovered_m2 == 0:
        return Words("有图斑无法读取", "features that could not be read")
    return Words(state.zh, _COVERAGE_EN[state])


def stability_words(
    verdict: str, unchanged_m: float, change_m: float | None, turned: str | None, *, by_cells: bool, told: bool
) -> tuple[str, str]:
    """Say how far borders may be doubted before the verdict changes.

    Parameters
    ----------
    verdict
        The verdict that counts, at tolerance 0.
    unchanged_m, change_m, turned
        Last tolerance that changes nothing; the first that changes it, and into what (None: none does).
    by_cells
        Whether a raster excludes the parcel: cells have no border to doubt.
    told
        Whether the verdict was found at every tolerance.
    """
    if verdict != Outcome.EXCLUDED:
        return "界线误差不改变本结论", "No doubt about borders changes this verdict"
    if by_cells:
        return "由栅格判定，不论界线误差", "A raster excludes it: borders do not matter"
    if not told:
        return "未核算", "Not told"
    if change_m is None or turned is None:
        return f"在 0–{unchanged_m:g} 米内结论不变", f"Unchanged for tolerances of 0–{unchanged_m:g} m"
    becomes = Outcome(turned)
    if unchanged_m == 0:
        return (
            f"容差 {change_m:g} 米时即为{becomes.zh}",
            f"{OUTCOME_EN[becomes]} as soon as the tolerance is {change_m:g} m",
        )
    return (
        f"在 0–{unchanged_m:g} 米内结论不变；容差 {change_m:g} 米时为{becomes.zh}",
        f"Unchanged for tolerances of 0–{unchanged_m:g} m; {OUTCOME_EN[becomes]} at {change_m:g} m",
    )
