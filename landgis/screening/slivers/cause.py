"""Judging slivers: the cause that the evidence proves. A harmless cause has to be proven; nothing else is noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from landgis.domain.sliver import Cause
from landgis.frames.slivers import CAUSES
from landgis.frames.spec import TEXT, rows_of
from landgis.screening.slivers.chord import PLAIN_ARC
from landgis.screening.slivers.limits import LIMITS, Limits
from landgis.screening.slivers.words import message, remedy

_SAME_M = 0.02
"""Two layers that both draw one line may round it differently by so much, and not more."""


def causes(slivers: pd.DataFrame, limits: Limits = LIMITS) -> pd.DataFrame:
    """Judge every row of a SliverFrame; `CAUSES`, same order.

    One piece of ground has one cause: where the lines of several layers run alike, and one of them leaves it open
    whether the drawing is at fault, none of them proves a true encroachment.
    """
    found = rows_of(slivers)
    judged = _agreed(found, [cause_of(row, limits) for row in found])
    rows = [_row(row, cause) for row, cause in zip(found, judged, strict=True)]
    if not rows:
        return CAUSES.empty()
    table = pd.DataFrame({name: pd.array([row[name] for row in rows], dtype=TEXT) for name in CAUSES.names})
    CAUSES.require(table)
    return table


def cause_of(row: Mapping[str, Any], limits: Limits = LIMITS) -> Cause:
    """Return the cause that one row of evidence proves.

    The most specific proof goes first: the arc of a CRS has no free parameter, a vector two, a scatter many. Without
    proof it is a true encroachment, or undecided where the numbers fit a harmless cause but cannot exclude the other.
    """
    arc, shift, beside = _fits_arc(row, limits), _fits_shift(row, limits), _fits_line(row, limits)
    if arc and _is_one_line(row, limits):
        return Cause.PROJECTION_CHORD
    if shift and _is_held(row, limits):
        return Cause.UNIFORM_SHIFT
    if beside and (_is_rounded(row, limits) or _is_double(row, limits)):
        return Cause.DOUBLE_DRAWN
    return Cause.UNDECIDED if arc or shift or (beside and _is_open(row, limits)) else Cause.TRUE_ENCROACHMENT


def _agreed(rows: Sequence[Mapping[str, Any]], judged: Sequence[Cause]) -> list[Cause]:
    """Leave open what is left open of the same ground by the line of another layer."""
    open_: dict[str, list[Mapping[str, Any]]] = {}
    for row, cause in zip(rows, judged, strict=True):
        if cause is Cause.UNDECIDED:
            open_.setdefault(row["parcel_id"], []).append(row)
    return [
        Cause.UNDECIDED
        if cause is Cause.TRUE_ENCROACHMENT and any(_same(row, other) for other in open_.get(row["parcel_id"], ()))
        else cause
        for row, cause in zip(rows, judged, strict=True)
    ]


def _same(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two pieces of one parcel are the same ground: equally deep at the same place."""
    return all(abs(row[name] - other[name]) <= _SAME_M for name in ("x", "y", "depth_m"))


def _row(row: Mapping[str, Any], cause: Cause) -> dict[str, str]:
    said, cure = message(cause, row), remedy(cause, row)
    names = {name: str(row[name]) for name in CAUSES.key}
    return names | {
        "cause": str(cause),
        "message_zh": said.zh,
        "message_en": said.en,
        "remedy_zh": cure.zh,
        "remedy_en": cure.en,
    }


def _fits_arc(row: Mapping[str, Any], limits: Limits) -> bool:
    if not row["chord_crs"] or row["chord_misfit"] > limits.chord_misfit or row["chord_share"] < limits.chord_share:
        return False
    if row["depth_m"] > limits.depth_ratio * row["chord_measured_m"]:
        return False
    if row["chord_crs"] != PLAIN_ARC:
        return True
    flat = row["chord_measured_m"] <= min(limits.arc_rise_m, limits.arc_flatness * row["chord_m"])
    return bool(flat and row["chord_points"] >= limits.arc_points and row["chord_cover"] >= limits.arc_cover)


def _is_one_line(row: Mapping[str, Any], limits: Limits) -> bool:
    """Tell an arc from a real bulge: a CRS bends it so, or it is mere rounding, or a line from which points were left.

    An arc that is fitted to the points themselves proves nothing by fitting.
    """
    if row["chord_crs"] != PLAIN_ARC or row["chord_measured_m"] <= limits.rounding_m:
        return True
    return bool(row["chord_joints"] >= limits.arc_joints and row["chord_measured_m"] <= limits.survey_m)


def _fits_shift(row: Mapping[str, Any], limits: Limits) -> bool:
    ahead, behind = row["shift_ahead_m"], row["shift_behind_m"]
    least = max(limits.shift_side_m, limits.shift_side * (ahead + behind))
    return bool(
        row["shift_of"]
        and row["shift_share"] >= limits.shift_share
        and min(ahead, behind) >= least
        and row["shift_contrary_m"] <= limits.shift_contrary * (ahead + behind)
        and row["shift_left_m2"] <= limits.shift_left * row["area_m2"]
    )


def _is_held(row: Mapping[str, Any], limits: Limits) -> bool:
    """Tell whether the vector is fixed both ways: an encroachment in front of a setback looks the same on one pair."""
    return bool(row["shift_cross_m"] >= limits.shift_side_m or row["shift_vertices"] >= limits.shift_corners)


def _fits_line(row: Mapping[str, Any], limits: Limits) -> bool:
    """Tell whether the layer's line accompanies the overlapped border, as deep as the overlap is."""
    depth_m = max(limits.rounding_m, limits.depth_ratio * row["deepest_m"])
    return bool(row["near_share"] >= limits.near_share and row["depth_m"] <= depth_m)


def _is_rounded(row: Mapping[str, Any], limits: Limits) -> bool:
    deep = max(row["deepest_m"], row["depth_m"])
    return bool(deep <= limits.rounding_m and row["run_m"] >= limits.rounding_run * deep)


def _is_double(row: Mapping[str, Any], limits: Limits) -> bool:
    overlap, gap = row["run_overlap_m2"], row["run_gap_m2"]
    even = min(overlap, gap) >= limits.balance * max(overlap, gap)
    shallow = row["deepest_m"] <= min(limits.gap_ratio * row["widest_gap_m"], limits.drawn_apart_m(row["accuracy_m"]))
    return bool(even and shallow and _crosses(row, limits))


def _crosses(row: Mapping[str, Any], limits: Limits) -> bool:
    """Tell whether the lines change sides, to no depth that stands out."""
    return bool(row["run_turns"] >= limits.turns and row["deepest_m"] <= limits.scatter_ratio * row["scatter_m"])


def _is_open(row: Mapping[str, Any], limits: Limits) -> bool:
    """Tell where two lines that accompany each other may be one, unproven, and nothing speaks against it."""
    if row["depth_m"] <= limits.survey_m:
        return True
    even = row["spread_m"] <= limits.strip_spread * row["deepest_m"]
    whole = row["border_in_m"] >= limits.strip_share * row["run_m"]
    moved = even and whole and row["still_m"] < limits.shift_side_m
    return bool(row["depth_m"] <= limits.strip_m and (moved or _crosses(row, limits)))
