"""Planted shapes of the large samples: needles, copies, holes, parts, touches, and things very small or very detailed."""

from __future__ import annotations

from functools import partial

import numpy as np
from shapely import MultiPolygon

from landgis.sample.planted_overlaps import FARMLAND, FARMLAND_LAYER, kind
from landgis.sample.plots import Extra
from landgis.sample.scene import Scene, box

_HIT = partial(kind, outcome="excluded", rules=(FARMLAND,), layer=FARMLAND_LAYER, size=(66, 78), large=True)
_REAL = partial(_HIT, cause="true_encroachment")
_FREE = partial(kind, outcome="clear", layer=FARMLAND_LAYER, size=(76, 76), large=True, m2=0.0)
_DETAIL = 100_000


@_HIT("needle_parcel", "地块有针状尖刺伸入永农", m2=1 * 30 / 2)
def _needle_parcel(s: Scene) -> None:
    s.parcel([(5, 0), (55, 0), (55, 40), (31, 40), (30, 70), (30, 40), (5, 40)])
    s.farmland([(0, 40), (5, 40), (30, 40), (31, 40), (55, 40), (60, 40), (60, 76), (0, 76)])


@_HIT("needle_farmland", "永农有 2 厘米宽针状尖刺伸入地块")
def _needle_farmland(s: Scene) -> None:
    s.parcel(box(5, 0, 55, 40))
    s.feature_at(
        FARMLAND_LAYER, s.frame.spots([(5, 40), (30, 40), (30.01, 8), (30.02, 40), (55, 40), (55, 76), (5, 76)])
    )
    s.add_up(FARMLAND_LAYER)


@_FREE("needle_free", "地块有针状尖刺，未触及永农")
def _needle_free(s: Scene) -> None:
    s.parcel([(5, 0), (55, 0), (55, 40), (31, 40), (30, 60), (30, 40), (5, 40)])
    s.farmland(box(0, 62, 60, 75))


@_REAL("identical_features", "同一永农图斑重复两次", m2=40 * 10, note="两个要素完全相同，只计一次")
def _identical_features(s: Scene) -> None:
    s.parcel(box(5, 0, 55, 40))
    s.farmland(box(10, 30, 50, 76))
    s.farmland(box(10, 30, 50, 76))


@_REAL("near_identical_features", "永农图斑重复，相差数毫米", note="并集只计一次")
def _near_identical_features(s: Scene) -> None:
    s.parcel(box(5, 0, 55, 40))
    for _ in range(2):
        points = s.frame.points([(10, 30), (30, 30), (50, 30), (50, 76), (10, 76)])
        s.feature_at(FARMLAND_LAYER, points + s.rng.uniform(-0.003, 0.003, points.shape))
    s.add_up(FARMLAND_LAYER)


@_REAL("three_layers_deep", "三个永农图斑层层重叠", m2=46 * 12, note="三次重叠只计一次")
def _three_layers_deep(s: Scene) -> None:
    s.parcel(box(5, 0, 55, 40))
    s.farmland(box(7, 28, 40, 70))
    s.farmland(box(20, 28, 53, 74))
    s.farmland(box(12, 28, 48, 76))


@_HIT("identical_parcel", "地块与永农图斑完全相同", m2=50 * 40)
def _identical_parcel(s: Scene) -> None:
    s.parcel(box(5, 10, 55, 50))
    s.farmland(box(5, 10, 55, 50))


@_HIT("near_identical_parcel", "地块与永农图斑相差数毫米")
def _near_identical_parcel(s: Scene) -> None:
    points = s.frame.points([(5, 10), (30, 10), (55, 10), (55, 50), (28, 50), (5, 50)])
    s.parcel_at(box(5, 10, 55, 50), points + s.rng.uniform(-0.004, 0.004, points.shape))
    s.farmland([(5, 10), (30, 10), (55, 10), (55, 50), (28, 50), (5, 50)])
    s.add_up(FARMLAND_LAYER)


@_REAL("island_in_hole", "永农空洞中有一块孤立永农", m2=8 * 8)
def _island_in_hole(s: Scene) -> None:
    s.parcel(box(14, 14, 54, 54))
    s.farmland(box(0, 0, 65, 70), box(14, 14, 54, 54))
    s.farmland(box(30, 30, 38, 38))


@_FREE("holes_filled", "地块两个空洞均为永农，仅相接")
def _holes_filled(s: Scene) -> None:
    s.parcel(box(2, 2, 72, 50), box(10, 12, 24, 34), box(40, 12, 60, 34))
    s.farmland(box(10, 12, 24, 34))
    s.farmland(box(40, 12, 60, 34))
    for hole in (box(10, 12, 24, 34), box(40, 12, 60, 34)):
        s.surveyed(hole, "0101")


@_REAL("multipart_farmland", "永农为多部件，一个部件压占", m2=10 * 6)
def _multipart_farmland(s: Scene) -> None:
    s.parcel(box(5, 0, 55, 40))
    parts = [s.frame.polygon(box(10, 34, 20, 60)), s.frame.polygon(box(30, 44, 60, 76))]
    s.extras.append(Extra(FARMLAND_LAYER, "", MultiPolygon(parts)))


@_REAL("multipart_both", "地块与永农均为多部件", m2=5 * 6 + 7 * 9)
def _multipart_both(s: Scene) -> None:
    s.parcel(box(0, 0, 25, 40))
    s.parcel(box(35, 0, 64, 40))
    parts = [s.frame.polygon(box(10, 34, 15, 76)), s.frame.polygon(box(40, 31, 47, 70))]
    s.extras.append(Extra(FARMLAND_LAYER, "", MultiPolygon(parts)))


@_FREE("touching_around", "四面与永农共边，界址点一致")
def _touching_around(s: Scene) -> None:
    s.parcel(box(14, 14, 60, 58))
    for ring in (
        [(0, 0), (75, 0), (75, 14), (60, 14), (14, 14), (0, 14)],
        [(60, 14), (75, 14), (75, 58), (60, 58)],
        [(0, 58), (14, 58), (60, 58), (75, 58), (75, 75), (0, 75)],
        [(0, 14), (14, 14), (14, 58), (0, 58)],
    ):
        s.farmland(ring)


@_FREE("touching_tee", "与永农共用半条边")
def _touching_tee(s: Scene) -> None:
    s.parcel([(4, 0), (54, 0), (54, 40), (30, 40), (4, 40)])
    s.farmland([(30, 40), (54, 40), (70, 40), (70, 75), (30, 75)])


@_FREE("gap_centimetre", "与永农相隔 1 厘米")
def _gap_centimetre(s: Scene) -> None:
    s.parcel_at(box(4, 0, 54, 40), s.frame.spots([(4, 0), (54, 0), (54, 39.99), (4, 39.99)]))
    s.farmland(box(0, 40, 60, 75))


@_HIT("tiny_parcel", "1 平方米的地块全在永农内", m2=1.0)
def _tiny_parcel(s: Scene) -> None:
    s.parcel(box(30, 30, 31, 31))
    s.farmland(box(0, 0, 60, 76))


@_HIT("tiny_overlap", "压占 2 × 2 毫米", note="4e-6 平方米，高于计量下限 1e-6")
def _tiny_overlap(s: Scene) -> None:
    _corner_overlap(s, 0.002)


@_HIT(
    "below_floor", "压占 0.5 × 0.5 毫米", outcome="clear", rules=(), note="2.5e-7 平方米，低于计量下限 1e-6，按相接处理"
)
def _below_floor(s: Scene) -> None:
    _corner_overlap(s, 0.0005)


def _corner_overlap(s: Scene, side_m: float) -> None:
    s.parcel_at(box(4, 0, 54, 40), s.frame.spots([(4, 0), (54, 0), (54, 40), (4, 40)]))
    s.feature_at(
        FARMLAND_LAYER, s.frame.spots([(54 - side_m, 40 - side_m), (64, 40 - side_m), (64, 75), (54 - side_m, 75)])
    )
    s.add_up(FARMLAND_LAYER)


@_REAL("detailed_neighbour", "压占十万个折点的永农图斑", m2=50 * 4, note="折点密布在远离地块的三边")
def _detailed_neighbour(s: Scene) -> None:
    s.parcel(box(5, 0, 55, 40))
    u = np.linspace(62, 0, _DETAIL)
    rim = s.frame.spots(np.column_stack([u, 72 + 3 * np.sin(u) + 0.3 * np.sin(19 * u)]))
    s.feature_at(FARMLAND_LAYER, np.vstack([s.frame.points([(0, 36), (62, 36)]), rim]))


@_FREE("detailed_touch", "与五万个折点的红线仅共边", layer="ecological_redline")
def _detailed_touch(s: Scene) -> None:
    s.parcel([(5, 0), (55, 0), (55, 40), (5, 40)])
    u = np.linspace(62, 0, _DETAIL // 2)
    rim = s.frame.spots(np.column_stack([u, 70 + 3 * np.sin(u) + 0.3 * np.sin(19 * u)]))
    near = s.frame.points([(0, 40), (5, 40), (55, 40), (62, 40)])
    s.feature_at("ecological_redline", np.vstack([near, rim]))


@_FREE("coverage_touch", "恰止于红线图层覆盖边缘", layer="ecological_redline", size=(24, 42), where="edge_cross")
def _coverage_touch(s: Scene) -> None:
    s.parcel(box(0, 0, 20, 40))
