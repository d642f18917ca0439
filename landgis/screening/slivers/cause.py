"""Judging slivers: the cause that the evidence proves. A harmless cause has to be proven; nothing else is noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from landgis.domain.sliver import Cause
from landgis.frames.slivers import CAUSES
from landgis.frames.spec import rows_of
from landgis.screening.slivers.chord import PLAIN_ARC
from landgis.screening.slivers.words import message, remedy


@dataclass(frozen=True)
class Limits:
    """What counts as proof. These are choices of this program, not of the law; none of them changes an outcome.

    Attributes
    ----------
    since
        First day of these values; kept with the record.
    near_share
        Part of the overlapped border that must have the other line beside it.
    depth_ratio
        The overlap may be deeper than the offsets of the two lines say by this factor.
    rounding_m
        A parallel line this near, along ``rounding_run`` times its distance, is one line written with few decimals.
    rounding_run
        See there.
    turns
        How often two drawings of one border must change sides.
    balance
        Smaller over larger of overlap and gap along the run.
    gap_ratio, scatter_ratio
        The deepest overlap may exceed the widest gap, and the scatter of the offsets, by these factors.
    chord_misfit, chord_share
        Largest misfit of an arc; part of the overlapped border that arcs must explain.
    arc_points, arc_cover, arc_flatness, arc_rise_m
        Of an arc that no CRS explains: fewest points, part of the edge they cover, largest rise over length, and in m.
    shift_share, shift_side, shift_side_m
        Part of the telling border that must support the vector; part of it, and metres, on either side.
    shift_contrary
        Part of the telling border that may lie where it belongs.
    shift_left
        Part of the overlap that may be left after moving back.
    survey_m
        Accuracy of a boundary point: of two lines that accompany each other this near, nothing is proven either way.
    strip_m, strip_spread, strip_share
        A strip no deeper than this, even (its spread is at most this part of its depth) and whole (the overlap goes on
        for this part of the run) may be a shift, unless the far side of the parcel is seen to lie still.
    """

    since: date = date(2026, 7, 1)
    near_share: float = 0.95
    depth_ratio: float = 1.3
    rounding_m: float = 0.01
    rounding_run: float = 100.0
    turns: int = 2
    balance: float = 0.2
    gap_ratio: float = 2.5
    scatter_ratio: float = 4.0
    chord_misfit: float = 0.15
    chord_share: float = 0.95
    arc_points: int = 5
    arc_cover: float = 0.7
    arc_flatness: float = 0.005
    arc_rise_m: float = 0.3
    shift_share: float = 0.75
    shift_side: float = 0.2
    shift_side_m: float = 5.0
    shift_contrary: float = 0.1
    shift_left: float = 0.05
    survey_m: float = 0.05
    strip_m: float = 0.5
    strip_spread: float = 0.15
    strip_share: float = 0.8


LIMITS = Limits()


def causes(slivers: pd.DataFrame, limits: Limits = LIMITS) -> pd.DataFrame:
    """Judge every row of a SliverFrame; `CAUSES`, same order."""
    rows = [_row(row, limits) for row in rows_of(slivers)]
    if not rows:
        return CAUSES.empty()
    table = pd.DataFrame(rows, columns=CAUSES.names).astype("str")
    CAUSES.require(table)
    return table


def cause_of(row: Mapping[str, Any], limits: Limits = LIMITS) -> Cause:
    """Return the cause that one row of evidence proves.

    The most specific proof goes first: an arc has no free parameter, a vector two, a scatter many. Without proof it
    is a true encroachment, or undecided where the numbers fit a harmless cause but cannot exclude the other.
    """
    if _is_chord(row, limits):
        return Cause.PROJECTION_CHORD
    if _is_shift(row, limits):
        return Cause.UNIFORM_SHIFT
    if _is_double(row, limits):
        return Cause.DOUBLE_DRAWN
    return Cause.UNDECIDED if _is_open(row, limits) else Cause.TRUE_ENCROACHMENT


def _row(row: Mapping[str, Any], limits: Limits) -> dict[str, str]:
    cause = cause_of(row, limits)
    said, cure = message(cause, row), remedy(cause, row)
    names = {name: str(row[name]) for name in CAUSES.key}
    return names | {
        "cause": str(cause),
        "message_zh": said.zh,
        "message_en": said.en,
        "remedy_zh": cure.zh,
        "remedy_en": cure.en,
    }


def _is_chord(row: Mapping[str, Any], limits: Limits) -> bool:
    if not row["chord_crs"] or row["chord_misfit"] > limits.chord_misfit or row["chord_share"] < limits.chord_share:
        return False
    if row["depth_m"] > limits.depth_ratio * row["chord_measured_m"]:
        return False
    if row["chord_crs"] != PLAIN_ARC:
        return True
    flat = row["chord_measured_m"] <= min(limits.arc_rise_m, limits.arc_flatness * row["chord_m"])
    return bool(flat and row["chord_points"] >= limits.arc_points and row["chord_cover"] >= limits.arc_cover)


def _is_shift(row: Mapping[str, Any], limits: Limits) -> bool:
    ahead, behind = row["shift_ahead_m"], row["shift_behind_m"]
    least = max(limits.shift_side_m, limits.shift_side * (ahead + behind))
    return bool(
        row["shift_of"]
        and row["shift_share"] >= limits.shift_share
        and min(ahead, behind) >= least
        and row["shift_contrary_m"] <= limits.shift_contrary * (ahead + behind)
        and row["shift_left_m2"] <= limits.shift_left * row["area_m2"]
    )


def _is_double(row: Mapping[str, Any], limits: Limits) -> bool:
    deep = row["deepest_m"]
    if row["near_share"] < limits.near_share or row["depth_m"] > limits.depth_ratio * deep:
        return False
    if deep <= limits.rounding_m and row["run_m"] >= limits.rounding_run * deep:
        return True
    overlap, gap = row["run_overlap_m2"], row["run_gap_m2"]
    even = min(overlap, gap) >= limits.balance * max(overlap, gap)
    alike = deep <= limits.gap_ratio * row["widest_gap_m"] and deep <= limits.scatter_ratio * row["scatter_m"]
    return bool(even and alike and row["run_turns"] >= limits.turns)


def _is_open(row: Mapping[str, Any], limits: Limits) -> bool:
    """Tell where two lines that accompany each other may be one, unproven, and nothing speaks against it."""
    deep = row["deepest_m"]
    if row["near_share"] < limits.near_share or row["depth_m"] > limits.depth_ratio * deep:
        return False
    if row["depth_m"] <= limits.survey_m:
        return True
    even = row["spread_m"] <= limits.strip_spread * deep and row["border_in_m"] >= limits.strip_share * row["run_m"]
    return bool(even and row["depth_m"] <= limits.strip_m and row["still_m"] < limits.shift_side_m)
