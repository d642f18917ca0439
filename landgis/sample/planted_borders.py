"""Planted borders of the large samples: one border drawn twice, a chord against its curve, and noise of every size.

Areas are summed in exact fractions of the coordinates as they are written (``landgis.sample.exact``).
"""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely
from shapely import LineString

from landgis.crs import GEOGRAPHIC, WORKING, to_crs
from landgis.sample.planted_overlaps import FARMLAND, FARMLAND_LAYER, HOMESTEAD, REDLINE, kind
from landgis.sample.scene import Points, Scene, box

_WEST, _EAST, _BORDER = 5, 55, 40
_TWICE = partial(
    kind, outcome="excluded", rules=(FARMLAND,), layer=FARMLAND_LAYER, size=(62, 78), cause="double_drawn", large=True
)
_CHORD = partial(_TWICE, cause="projection_chord")


def _redrawn(s: Scene, west: float, east: float, size_m: float, first_m: float) -> Points:
    """Return a border as one surveyor drew it, west to east: points where he took them, off by at most ``size_m``."""
    u = np.sort(np.concatenate([[west, 30.0, east], s.rng.uniform(west + 4, east - 4, 5)]))
    off = s.rng.uniform(-size_m, size_m, len(u))
    off[u == 30.0] = first_m
    return s.frame.spots(np.column_stack([u, _BORDER + off]))


def _drawn_twice(s: Scene, size_m: float, layer: str = FARMLAND_LAYER) -> None:
    """Draw one border as two surveyors saw it; at u = 30 they surely overlap."""
    mine = _redrawn(s, _WEST, _EAST, size_m, size_m)
    theirs = _redrawn(s, 1, 59, size_m, -size_m)
    s.parcel_at(box(_WEST, 0, _EAST, _BORDER), np.vstack([s.frame.spots([(5, 0), (55, 0)]), mine[::-1]]))
    s.feature_at(layer, np.vstack([theirs, s.frame.spots([(59, 76), (1, 76)])]))
    s.add_up(layer)


@_TWICE("double_drawn_mm", "共边两次采集，相差数毫米")
def _double_drawn_mm(s: Scene) -> None:
    _drawn_twice(s, 0.003)


@_TWICE("double_drawn_cm", "共边两次采集，相差数厘米")
def _double_drawn_cm(s: Scene) -> None:
    _drawn_twice(s, 0.03)


@_TWICE("double_drawn_dm", "共边两次采集，相差一两分米")
def _double_drawn_dm(s: Scene) -> None:
    _drawn_twice(s, 0.15)


@_TWICE("noise_half_metre", "共边两次采集，相差可达半米")
def _noise_half_metre(s: Scene) -> None:
    _drawn_twice(s, 0.5)


@_TWICE("noise_tenth_mm", "共边坐标相差 0.1 毫米")
def _noise_tenth_mm(s: Scene) -> None:
    _drawn_twice(s, 1e-4)


@_TWICE("noise_micrometre", "共边坐标相差 1 微米", note="重叠面积略大于 1e-6 平方米，仍应判不符合")
def _noise_micrometre(s: Scene) -> None:
    _drawn_twice(s, 1e-6)


@_TWICE(
    "noise_nanometre",
    "共边坐标相差 1 纳米",
    outcome="clear",
    rules=(),
    cause="",
    note="重叠面积低于 1e-6 平方米，按相接处理",
)
def _noise_nanometre(s: Scene) -> None:
    _drawn_twice(s, 1e-9)


@_TWICE("double_drawn_redline", "红线共边两次采集，相差数厘米", layer="ecological_redline", rules=(REDLINE,))
def _double_drawn_redline(s: Scene) -> None:
    _drawn_twice(s, 0.04, "ecological_redline")


@_TWICE("double_drawn_homestead", "宅基地共边两次采集，相差数毫米", layer="homestead", rules=(HOMESTEAD,))
def _double_drawn_homestead(s: Scene) -> None:
    _drawn_twice(s, 0.004, "homestead")


@_TWICE(
    "double_drawn_boundary",
    "开发边界共边两次采集，相差数厘米",
    outcome="flagged",
    layer="development_boundary",
    rules=("development-boundary",),
)
def _double_drawn_boundary(s: Scene) -> None:
    _drawn_twice(s, 0.05, "development_boundary")


@_TWICE("double_drawn_around", "四周共边均两次采集", size=(76, 76))
def _double_drawn_around(s: Scene) -> None:
    ring = np.array(
        [(14, 14), (30, 14), (46, 14), (60, 14), (60, 36), (60, 58), (36, 58), (14, 58), (14, 35)], dtype=float
    )
    mine, theirs = (ring + s.rng.uniform(-0.02, 0.02, ring.shape) for _ in range(2))
    mine[1, 1], theirs[1, 1] = 14 - 0.02, 14 + 0.02
    s.parcel_at(box(14, 14, 60, 58), s.frame.spots(mine))
    s.feature_at(FARMLAND_LAYER, s.frame.points(box(0, 0, 75, 75)), s.frame.spots(theirs))
    s.add_up(FARMLAND_LAYER)


def _bow(s: Scene, sagitta_m: float, points: int) -> Points:
    """Return a flat arc over the border, bent by ``sagitta_m``, west to east."""
    u = np.linspace(_WEST, _EAST, points)
    bend = sagitta_m * (1 - ((u - 30) / 25) ** 2)
    return s.frame.spots(np.column_stack([u, _BORDER + bend]))


def _chord(s: Scene, mine: Points, theirs: Points) -> None:
    s.parcel_at(box(_WEST, 0, _EAST, _BORDER), np.vstack([s.frame.spots([(5, 0), (55, 0)]), mine[::-1]]))
    s.feature_at(FARMLAND_LAYER, np.vstack([theirs, s.frame.spots([(55, 76), (5, 76)])]))
    s.add_up(FARMLAND_LAYER)


@_CHORD("chord_straight_parcel", "地块以弦代弧，永农界线加密")
def _chord_straight_parcel(s: Scene) -> None:
    _chord(s, _bow(s, 0.0, 2), _bow(s, -0.06 - 0.02 * s.turn, 21))


@_CHORD("chord_straight_farmland", "永农以弦代弧，地块界线加密")
def _chord_straight_farmland(s: Scene) -> None:
    _chord(s, _bow(s, 0.05 + 0.02 * s.turn, 17), _bow(s, 0.0, 2))


@_CHORD("chord_sparse", "同一弧线折点疏密不一")
def _chord_sparse(s: Scene) -> None:
    _chord(s, _bow(s, -0.5, 5), _bow(s, -0.5, 65))


@_CHORD("chord_millimetre", "弦差不足 1 毫米")
def _chord_millimetre(s: Scene) -> None:
    _chord(s, _bow(s, 0.0, 2), _bow(s, -0.0008, 33))


def _through_degrees(s: Scene, length_m: int, pieces: int) -> Points:
    """Return a line that is straight in longitude and latitude between two points of the border."""
    ends = s.frame.spots([(0, _BORDER), (length_m, _BORDER)])
    geographic, _ = to_crs(np.array([LineString(ends)]), WORKING, GEOGRAPHIC)
    steps = np.linspace(0, 1, pieces + 1)[:, None]
    start, end = shapely.get_coordinates(geographic[0])
    back, _ = to_crs(np.array([LineString(start * (1 - steps) + end * steps)]), GEOGRAPHIC)
    inner = shapely.get_coordinates(back[0])[1:-1]
    return np.vstack([ends[:1], inner, ends[1:]])


@_CHORD("chord_geographic", "长边：永农在 4490 中取直并加密，地块在 4549 中取直", size=(902, 90), where="open")
def _chord_geographic(s: Scene) -> None:
    line = _through_degrees(s, 900, 18)
    s.parcel_at(box(0, 10, 900, _BORDER), np.vstack([s.frame.spots([(0, 10), (900, 10)]), line[[-1, 0]]]))
    s.feature_at(FARMLAND_LAYER, np.vstack([line, s.frame.spots([(900, 88), (0, 88)])]))
    s.add_up(FARMLAND_LAYER)


@_CHORD("chord_projected", "长边：地块在 4490 中取直并加密，永农在 4549 中取直", size=(702, 90), where="open")
def _chord_projected(s: Scene) -> None:
    line = _through_degrees(s, 700, 14)
    s.parcel_at(box(0, _BORDER, 700, 70), np.vstack([line, s.frame.spots([(700, 70), (0, 70)])]))
    s.feature_at(FARMLAND_LAYER, np.vstack([s.frame.spots([(0, 2), (700, 2)]), line[[-1, 0]]]))
    s.add_up(FARMLAND_LAYER)
