"""Planted overlaps and touches: farmland, red line, homestead.

Every area in here is written down from the drawing (12 × 40 = 480 m²), none is computed by an overlay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from landgis.sample.scene import BOTH, Kind, Scene, box, register

FARMLAND, REDLINE, HOMESTEAD = "permanent-basic-farmland", "ecological-redline", "homestead"
FARMLAND_LAYER = "permanent_basic_farmland"
Draw = Callable[[Scene], None]


def kind(key: str, title_zh: str, outcome: str, lines: str | None = None, **more: Any) -> Callable[[Draw], Draw]:
    """Register a drawing as a kind of planted case: key, title, verdict, outcome on the control lines, and the rest."""

    def add(draw: Draw) -> Draw:
        register(Kind(key, title_zh, outcome, lines or outcome, draw, **more))
        return draw

    return add


@kind("touching_edge", "与永农共用一条边", "clear", layer=FARMLAND_LAYER, m2=0.0, size=(60, 76), districts=BOTH)
def _touching_edge(s: Scene) -> None:
    s.parcel(box(5, 0, 55, 40))
    s.farmland([(0, 40), (5, 40), (55, 40), (60, 40), (60, 75), (0, 75)])


@kind("touching_corner", "与永农仅一点相接", "clear", layer=FARMLAND_LAYER, m2=0.0, size=(76, 76))
def _touching_corner(s: Scene) -> None:
    s.parcel(box(4, 0, 54, 40))
    s.farmland(box(54, 40, 75, 75))


@kind(
    "farmland_conflict",
    "压占永农且现状为耕地",
    "excluded",
    rules=(FARMLAND, "survey-class", "farmland-conversion"),
    layer=FARMLAND_LAYER,
    m2=12 * 40,
    size=(66, 82),
    districts=BOTH,
    cause="true_encroachment",
)
def _farmland_conflict(s: Scene) -> None:
    s.parcel(box(2, 0, 64, 50))
    s.farmland(box(14, 38, 54, 81))
    s.surveyed(box(14, 38, 54, 81), "0101")


@kind(
    "redline_conflict",
    "压占生态保护红线",
    "excluded",
    rules=(REDLINE,),
    layer="ecological_redline",
    m2=20 * 30,
    size=(76, 82),
    where="river",
    districts=BOTH,
    cause="true_encroachment",
)
def _redline_conflict(s: Scene) -> None:
    s.parcel(box(2, 0, 54, 50))
    s.feature("ecological_redline", "水源涵养林片", box(34, 20, 75, 81))


@kind(
    "homestead_conflict",
    "压占两处宅基地",
    "excluded",
    rules=(HOMESTEAD,),
    layer="homestead",
    m2=2 * 6 * 14,
    size=(62, 44),
    districts=BOTH,
    cause="true_encroachment",
)
def _homestead_conflict(s: Scene) -> None:
    s.parcel(box(0, 0, 46, 42))
    s.homestead(box(40, 4, 54, 18))
    s.homestead(box(40, 22, 54, 36))


@kind(
    "homestead_corner",
    "压占宅基地一角",
    "excluded",
    rules=(HOMESTEAD,),
    layer="homestead",
    m2=3 * 4,
    size=(64, 56),
    districts=BOTH,
    cause="true_encroachment",
)
def _homestead_corner(s: Scene) -> None:
    s.parcel(box(0, 0, 50, 40))
    s.homestead(box(47, 36, 61, 52))


@kind(
    "homestead_swallowed",
    "地块内包着一处宅基地",
    "excluded",
    rules=(HOMESTEAD,),
    layer="homestead",
    m2=14 * 15,
    cause="true_encroachment",
)
def _homestead_swallowed(s: Scene) -> None:
    s.parcel(box(0, 0, 60, 46))
    s.homestead(box(22, 16, 36, 31))


@kind(
    "border_noise",
    "共边有 2 毫米抖动",
    "excluded",
    rules=(FARMLAND,),
    layer=FARMLAND_LAYER,
    size=(62, 76),
    districts=BOTH,
    note="同一条界线两次采集：永农一侧界址点错动 2 毫米，应判不符合并说明成因",
    cause="double_drawn",
)
def _border_noise(s: Scene) -> None:
    s.parcel(box(0, 0, 60, 40))
    border = [(u, 40) for u in range(0, 70, 10)]
    inward, outward = s.frame.vector_mm(0, -0.002), s.frame.vector_mm(0, 0.002)
    s.farmland_nudged([*border, (60, 75), (0, 75)], {1: inward, 3: outward, 5: inward})
    s.m2 = 2 * s.frame.swept_m2(20, inward) / 2  # two triangles on a base of 20 m


@kind(
    "uniform_shift",
    "整块偏移 0.4 米",
    "excluded",
    rules=(FARMLAND,),
    layer=FARMLAND_LAYER,
    size=(62, 80),
    districts=BOTH,
    note="地块整体平移 0.4 米，沿一条边压入相邻永农；移回原位即无压占",
    cause="uniform_shift",
)
def _uniform_shift(s: Scene) -> None:
    step = s.frame.vector_mm(0, 0.4)
    s.parcel(box(5, 2, 55, 44), step_mm=step)
    s.farmland(box(0, 44, 60, 79))
    s.m2 = s.frame.swept_m2(50, step)


@kind("farmland_hole", "恰在永农图斑的空洞内", "clear", layer=FARMLAND_LAYER, m2=0.0, size=(72, 76), districts=BOTH)
def _farmland_hole(s: Scene) -> None:
    s.parcel(box(16, 14, 56, 56))
    s.farmland(box(0, 0, 72, 75), box(16, 14, 56, 56))


@kind("parcel_hole", "地块空洞内有宅基地", "clear", layer="homestead", m2=0.0, size=(70, 60), districts=BOTH)
def _parcel_hole(s: Scene) -> None:
    s.parcel(box(0, 0, 68, 56), box(22, 16, 46, 40))
    s.homestead(box(27, 20, 41, 36))
    s.surveyed(box(23, 17, 45, 39), "0702")
    s.planned(box(23, 17, 45, 39), "0703")


@kind(
    "multipart",
    "多部件地块，仅一个部件压占",
    "excluded",
    rules=(FARMLAND,),
    layer=FARMLAND_LAYER,
    m2=20 * 8,
    size=(72, 74),
    districts=BOTH,
    cause="true_encroachment",
)
def _multipart(s: Scene) -> None:
    s.parcel(box(0, 0, 30, 40))
    s.parcel(box(38, 0, 70, 40))
    s.farmland(box(46, 32, 66, 73))


@kind(
    "overlapping_features",
    "两个永农图斑相互重叠",
    "excluded",
    rules=(FARMLAND,),
    layer=FARMLAND_LAYER,
    m2=45 * 8,
    size=(62, 80),
    districts=BOTH,
    note="240 + 200 − 重叠 80 = 360，不得重复计算",
    cause="true_encroachment",
)
def _overlapping_features(s: Scene) -> None:
    s.parcel(box(0, 0, 60, 45))
    s.farmland(box(10, 37, 40, 75))
    s.farmland(box(30, 37, 55, 78))


@kind(
    "many_conflicts",
    "同时压占永农、宅基地且有争议",
    "excluded",
    rules=(FARMLAND, HOMESTEAD, "dispute"),
    layer=FARMLAND_LAYER,
    m2=30 * 12,
    size=(72, 74),
    facts={"dispute": True},
    cause="true_encroachment",
)
def _many_conflicts(s: Scene) -> None:
    s.parcel(box(0, 0, 58, 45))
    s.farmland(box(8, 33, 38, 70))
    s.homestead(box(50, 4, 64, 18))
