"""Planted strips of the large samples: parcels moved as a whole, and real encroachment that is as narrow as an error."""

from __future__ import annotations

from functools import partial

import numpy as np

from landgis.sample.planted_overlaps import FARMLAND, FARMLAND_LAYER, HOMESTEAD, REDLINE, kind
from landgis.sample.scene import Points, Scene, box

_MOVED = partial(
    kind, outcome="excluded", rules=(FARMLAND,), layer=FARMLAND_LAYER, size=(76, 76), cause="uniform_shift", large=True
)
_REAL = partial(_MOVED, cause="true_encroachment", size=(64, 78))
_PLACE = [(12, 14), (40, 12), (60, 20), (62, 50), (34, 60), (14, 52)]
"""True outline of the parcels that are moved."""


def _vector(s: Scene, size_m: float) -> Points:
    """Return a vector in whole millimetres whose direction changes from turn to turn, and note it."""
    angle = np.radians(33 + 77 * s.turn)
    vector = np.round(size_m * np.array([np.cos(angle), np.sin(angle)]), 3)
    s.note = f"偏移向量 east {vector[0]:+.3f} m, north {vector[1]:+.3f} m"
    return np.asarray(vector, dtype=np.float64)


def _in_hole(s: Scene, size_m: float) -> None:
    """Draw farmland all around the parcel's true place, and the parcel moved off it."""
    truth = s.frame.points(_PLACE)
    s.parcel_at(box(9, 11, 65, 63), truth + _vector(s, size_m))
    s.feature_at(FARMLAND_LAYER, s.frame.points(box(0, 0, 75, 75)), truth)
    s.add_up(FARMLAND_LAYER)


@_MOVED("shift_tenth", "整块偏移 0.1 米，四面永农")
def _shift_tenth(s: Scene) -> None:
    _in_hole(s, 0.1)


@_MOVED("shift_half", "整块偏移 0.5 米，四面永农")
def _shift_half(s: Scene) -> None:
    _in_hole(s, 0.5)


@_MOVED("shift_two", "整块偏移 2 米，四面永农")
def _shift_two(s: Scene) -> None:
    _in_hole(s, 2.0)


@_MOVED("shift_layer", "永农图幅整体偏移 0.8 米", note="四块永农同向移动，地块在原位")
def _shift_layer(s: Scene) -> None:
    s.parcel(box(14, 14, 60, 58))
    vector = _vector(s, 0.8)
    for ring in (box(0, 0, 75, 14), box(60, 14, 75, 58), box(0, 58, 75, 75), box(0, 14, 14, 58)):
        s.feature_at(FARMLAND_LAYER, s.frame.points(ring) + vector)
    s.add_up(FARMLAND_LAYER)


@_MOVED("shift_redline", "整块偏移 1 米，压入红线", layer="ecological_redline", rules=(REDLINE,))
def _shift_redline(s: Scene) -> None:
    truth = s.frame.points(_PLACE)
    s.parcel_at(box(10, 12, 64, 62), truth + _vector(s, 1.0))
    s.feature_at("ecological_redline", s.frame.points(box(0, 0, 75, 75)), truth)
    s.add_up("ecological_redline")


def _strip(s: Scene, width_m: float) -> None:
    """Draw a parcel that reaches over the border by a strip, while its other side meets farmland exactly."""
    s.parcel_at(box(5, 12, 55, 46), s.frame.spots([(5, 12), (55, 12), (55, 40 + width_m), (5, 40 + width_m)]))
    s.farmland(box(0, 40, 60, 76))
    s.farmland(box(0, 0, 60, 12))
    s.add_up(FARMLAND_LAYER)


@_REAL("strip_third", "窄条压占，宽 0.3 米")
def _strip_third(s: Scene) -> None:
    _strip(s, 0.3)


@_REAL("strip_metre", "窄条压占，宽 1 米")
def _strip_metre(s: Scene) -> None:
    _strip(s, 1.0)


@_REAL("strip_five", "窄条压占，宽 5 米")
def _strip_five(s: Scene) -> None:
    _strip(s, 5.0)


@_REAL("wedge", "楔形压占，由 0 至 1 米", m2=50 / 2)
def _wedge(s: Scene) -> None:
    s.parcel([(5, 12), (55, 12), (55, 41), (5, 40)])
    s.farmland(box(0, 40, 60, 76))
    s.farmland(box(0, 0, 60, 12))


@_REAL("tongue", "一条窄舌伸入永农", m2=2 * 15)
def _tongue(s: Scene) -> None:
    s.parcel([(5, 0), (55, 0), (55, 40), (32, 40), (32, 55), (30, 55), (30, 40), (5, 40)])
    s.farmland([(0, 40), (5, 40), (30, 40), (32, 40), (55, 40), (60, 40), (60, 76), (0, 76)])


@_REAL("corner_triangle", "永农一角伸入地块", m2=6 * 4 / 2)
def _corner_triangle(s: Scene) -> None:
    s.parcel(box(5, 0, 55, 40))
    s.farmland([(49, 40), (55, 36), (60, 40), (60, 76), (49, 76)])


@_REAL("annexes", "两处附房伸入永农", m2=2 * 6 + 3 * 4)
def _annexes(s: Scene) -> None:
    s.parcel(
        [
            (5, 0),
            (55, 0),
            (55, 40),
            (48, 40),
            (48, 42),
            (42, 42),
            (42, 40),
            (18, 40),
            (18, 43),
            (14, 43),
            (14, 40),
            (5, 40),
        ]
    )
    s.farmland(box(0, 40, 60, 76))


@_REAL("homestead_wall", "压占宅基地一墙之厚", layer="homestead", rules=(HOMESTEAD,))
def _homestead_wall(s: Scene) -> None:
    s.parcel_at(box(0, 0, 47, 40), s.frame.spots([(0, 0), (46.24, 0), (46.24, 40), (0, 40)]))
    s.homestead(box(46, 10, 60, 25))
    s.add_up("homestead")


@_REAL("redline_ribbon", "红线窄带穿过地块", layer="ecological_redline", rules=(REDLINE,), m2=50 * 1)
def _redline_ribbon(s: Scene) -> None:
    s.parcel(box(5, 0, 55, 40))
    s.feature("ecological_redline", "", [(0, 20), (60, 22), (60, 23), (0, 21)])


@_REAL("across_two_fields", "横跨两块相邻永农", m2=20 * 10 + 30 * 10)
def _across_two_fields(s: Scene) -> None:
    s.parcel(box(5, 0, 55, 40))
    s.farmland([(0, 30), (25, 30), (25, 76), (0, 76)])
    s.farmland([(25, 30), (60, 30), (60, 76), (25, 76)])
