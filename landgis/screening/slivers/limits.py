"""What counts as proof of a cause: every number, in one place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Limits:
    """What counts as proof. These are choices of this program, not of the law; none of them changes an outcome.

    Attributes
    ----------
    since
        First day of these values; kept with the record.
    survey_m
        Accuracy (mean error) of a boundary point: of the parcel's, and of the layer's where its release states none.
        Of two lines that accompany each other this near, nothing is proven either way.
    apart
        Two drawings of one border may lie apart by this many times the mean error of their distance.
    near_share
        Part of the overlapped border that must have the other line beside it.
    depth_ratio
        The overlap may be deeper than the offsets of the two lines say by this factor, above mere rounding.
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
    arc_joints
        Points that such arcs must share between them, to be one line of which points were left out.
    shift_share, shift_side, shift_side_m
        Part of the telling border that must support the vector; part of it, and metres, on either side.
    shift_corners
        A vector must be held across its main border by ``shift_side_m`` of another direction, or by so many corners.
    shift_contrary
        Part of the telling border that may lie where it belongs.
    shift_left
        Part of the overlap that may be left after moving back.
    strip_m, strip_spread, strip_share
        A strip no deeper than this, even (its spread is at most this part of its depth) and whole (the overlap goes on
        for this part of the run) may be a shift, unless the far side of the parcel is seen to lie still.
    """

    since: date = date(2026, 7, 1)
    survey_m: float = 0.05
    apart: float = 2.0
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
    arc_joints: int = 2
    shift_share: float = 0.75
    shift_side: float = 0.2
    shift_side_m: float = 5.0
    shift_corners: int = 3
    shift_contrary: float = 0.1
    shift_left: float = 0.05
    strip_m: float = 0.5
    strip_spread: float = 0.15
    strip_share: float = 0.8

    def drawn_apart_m(self, accuracy_m: float) -> float:
        """How far two drawings of one border may lie apart: the parcel's, and that of a release of this accuracy.

        NaN: the release states none.
        """
        layer_m = self.survey_m if math.isnan(accuracy_m) else accuracy_m
        return self.apart * math.hypot(self.survey_m, layer_m)


LIMITS = Limits()
