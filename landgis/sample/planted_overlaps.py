"""Planted cases on the control lines: farmland, red line, homestead, development boundary and coverage.

Every area in here is written down from the drawing (12 × 40 = 480 m²), none is computed by an overlay.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from landgis.sample.scene import BOTH, Kind, Scene, box, register

FARMLAND, REDLINE, HOMESTEAD = "permanent-basic-farmland", "ecological-redline", "homestead"
_FARM = "permanent_basic_farmland"
Draw = Callable[[Scene], None]


def _kind(key: str, title_zh: str, outcome: str, lines: str | None = None, **more: Any) -> Callable[[Draw], Draw]:
    def add(draw: Draw) -> Draw:
        register(Kind(key, title_zh, outcome, lines or outcome, draw, **more))
        return draw

    return add


@_kind("clear", "符合全部条件", "clear", districts=BOTH)
def _clear(s: Scene) -> None:
    s.parcel([(0, 0), (60, 0), (60, 24), (38, 24), (38, 46), (0, 46)])


@_kind("touching_edge", "与永农共用一条边", "clear", layer=_FARM, m2=0.0, size=(60, 76), districts=BOTH)
def _touching_edge(s: Scene) -> None:
    s.parcel(box(5, 0, 55, 40))
    s.farmland([(0, 40), (5, 40), (55, 40), (60, 40), (60, 75), (0, 75)])


@_kind("touching_corner", "与永农仅一点相接", "clear", layer=_FARM, m2=0.0, size=(76, 76))
def _touching_corner(s: Scene) -> None:
    s.parcel(box(4, 0, 54, 40))
    s.farmland(box(54, 40, 75, 75))


@_kind(
    "farmland_conflict",
    "压占永农且现状为耕地",
    "excluded",
    rules=(FARMLAND, "survey-class"),
    layer=_FARM,
    m2=12 * 40,
    size=(66, 82),
    districts=BOTH,
)
def _farmland_conflict(s: Scene) -> None:
    s.parcel(box(2, 0, 64, 50))
    s.farmland(box(14, 38, 54, 81))
    s.surveyed(box(14, 38, 54, 81), "0101")


@_kind(
    "redline_conflict",
    "压占生态保护红线",
    "excluded",
    rules=(REDLINE,),
    layer="ecological_redline",
    m2=20 * 30,
    size=(76, 82),
    where="river",
    districts=BOTH,
)
def _redline_conflict(s: Scene) -> None:
    s.parcel(box(2, 0, 54, 50))
    s.feature("ecological_redline", "水源涵养林片", box(34, 20, 75, 81))


@_kind(
    "homestead_conflict",
    "压占两处宅基地",
    "excluded",
    rules=(HOMESTEAD,),
    layer="homestead",
    m2=2 * 6 * 14,
    size=(62, 44),
    districts=BOTH,
)
def _homestead_conflict(s: Scene) -> None:
    s.parcel(box(0, 0, 46, 42))
    s.homestead(box(40, 4, 54, 18))
    s.homestead(box(40, 22, 54, 36))


@_kind(
    "homestead_corner",
    "压占宅基地一角",
    "excluded",
    rules=(HOMESTEAD,),
    layer="homestead",
    m2=3 * 4,
    size=(64, 56),
    districts=BOTH,
)
def _homestead_corner(s: Scene) -> None:
    s.parcel(box(0, 0, 50, 40))
    s.homestead(box(47, 36, 61, 52))


@_kind("homestead_swallowed", "地块内包着一处宅基地", "excluded", rules=(HOMESTEAD,), layer="homestead", m2=14 * 15)
def _homestead_swallowed(s: Scene) -> None:
    s.parcel(box(0, 0, 60, 46))
    s.homestead(box(22, 16, 36, 31))


@_kind("border_noise", "共边有 2 毫米抖动", "excluded", rules=(FARMLAND,), layer=_FARM, size=(62, 76), districts=BOTH,
       note="同一条界线两次采集：永农一侧界址点错动 2 毫米，应判不符合并说明成因")  # fmt: skip
def _border_noise(s: Scene) -> None:
    s.parcel(box(0, 0, 60, 40))
    border = [(u, 40) for u in range(0, 70, 10)]
    inward, outward = s.frame.vector_mm(0, -0.002), s.frame.vector_mm(0, 0.002)
    s.farmland_nudged([*border, (60, 75), (0, 75)], {1: inward, 3: outward, 5: inward})
    s.m2 = 2 * s.frame.swept_m2(20, inward) / 2  # two triangles on a base of 20 m


@_kind("uniform_shift", "整块偏移 0.4 米", "excluded", rules=(FARMLAND,), layer=_FARM, size=(62, 80), districts=BOTH,
       note="地块整体平移 0.4 米，沿一条边压入相邻永农；移回原位即无压占")  # fmt: skip
def _uniform_shift(s: Scene) -> None:
    step = s.frame.vector_mm(0, 0.4)
    s.parcel(box(5, 2, 55, 44), step_mm=step)
    s.farmland(box(0, 44, 60, 79))
    s.m2 = s.frame.swept_m2(50, step)


@_kind("farmland_hole", "恰在永农图斑的空洞内", "clear", layer=_FARM, m2=0.0, size=(72, 76), districts=BOTH)
def _farmland_hole(s: Scene) -> None:
    s.parcel(box(16, 14, 56, 56))
    s.farmland(box(0, 0, 72, 75), box(16, 14, 56, 56))


@_kind("parcel_hole", "地块空洞内有宅基地", "clear", layer="homestead", m2=0.0, size=(70, 60), districts=BOTH)
def _parcel_hole(s: Scene) -> None:
    s.parcel(box(0, 0, 68, 56), box(22, 16, 46, 40))
    s.homestead(box(27, 20, 41, 36))
    s.surveyed(box(23, 17, 45, 39), "0702")
    s.planned(box(23, 17, 45, 39), "0703")


@_kind(
    "multipart",
    "多部件地块，仅一个部件压占",
    "excluded",
    rules=(FARMLAND,),
    layer=_FARM,
    m2=20 * 8,
    size=(72, 74),
    districts=BOTH,
)
def _multipart(s: Scene) -> None:
    s.parcel(box(0, 0, 30, 40))
    s.parcel(box(38, 0, 70, 40))
    s.farmland(box(46, 32, 66, 73))


@_kind("overlapping_features", "两个永农图斑相互重叠", "excluded", rules=(FARMLAND,), layer=_FARM, m2=45 * 8, size=(62, 80), districts=BOTH,
       note="240 + 200 − 重叠 80 = 360，不得重复计算")  # fmt: skip
def _overlapping_features(s: Scene) -> None:
    s.parcel(box(0, 0, 60, 45))
    s.farmland(box(10, 37, 40, 75))
    s.farmland(box(30, 37, 55, 78))


@_kind(
    "partly_uncovered",
    "部分超出红线图层覆盖范围",
    "unknown",
    rules=(REDLINE,),
    layer="ecological_redline",
    m2=0.0,
    uncovered_m2=30 * 40,
    size=(52, 42),
    where="edge_cross",
    districts=BOTH,
)
def _partly_uncovered(s: Scene) -> None:
    s.parcel(box(0, 0, 50, 40))


@_kind(
    "outside_coverage",
    "完全超出红线图层覆盖范围",
    "unknown",
    rules=(REDLINE,),
    layer="ecological_redline",
    m2=0.0,
    uncovered_m2=50 * 40,
    size=(52, 42),
    where="edge_out",
    districts=BOTH,
)
def _outside_coverage(s: Scene) -> None:
    s.parcel(box(0, 0, 50, 40))


@_kind("excluded_beats_unknown", "压占永农且红线图层未覆盖", "excluded", rules=(FARMLAND,), layer=_FARM, m2=30 * 15, size=(62, 72), where="edge_out", districts=BOTH,
       note="红线无法判定，但永农已判不符合：取最重")  # fmt: skip
def _excluded_beats_unknown(s: Scene) -> None:
    s.parcel(box(0, 0, 60, 45))
    s.farmland(box(10, 30, 40, 70))


@_kind(
    "development_straddling",
    "跨城镇开发边界",
    "flagged",
    rules=("development-boundary",),
    layer="development_boundary",
    m2=20 * 40,
    size=(70, 52),
    where="town",
    districts=BOTH,
)
def _development_straddling(s: Scene) -> None:
    s.parcel(box(2, 0, 44, 40))
    s.feature("development_boundary", "城镇弹性发展区", box(24, -2, 69, 50))


@_kind(
    "development_inside",
    "全在城镇开发边界内",
    "flagged",
    rules=("development-boundary",),
    layer="development_boundary",
    m2=50 * 40,
    size=(70, 52),
    where="town",
    districts=BOTH,
)
def _development_inside(s: Scene) -> None:
    s.parcel(box(8, 2, 58, 42))
    s.feature("development_boundary", "城镇弹性发展区", box(0, -2, 69, 50))


@_kind("expired_layer", "宅基地图层已过期", "unknown", rules=(HOMESTEAD,), layer="homestead", as_of=date(2027, 6, 30), districts=BOTH,
       note="2026-06-30 全部符合；宅基地成果 2026-12-31 到期，2027-06-30 无法判定")  # fmt: skip
def _expired_layer(s: Scene) -> None:
    s.parcel([(0, 0), (60, 0), (60, 46), (12, 46), (0, 34)])


@_kind("meridian", "跨东经 121.5 度", "clear", where="meridian", note="只作提示，不影响结论")
def _meridian(s: Scene) -> None:
    s.parcel(box(0, 0, 60, 46))


@_kind("sliver_parcel", "极窄小地块", "clear", size=(20, 20))
def _sliver_parcel(s: Scene) -> None:
    s.parcel(box(0, 0, 18, 1))


@_kind(
    "many_conflicts",
    "同时压占永农、宅基地且有争议",
    "excluded",
    rules=(FARMLAND, HOMESTEAD, "dispute"),
    layer=_FARM,
    m2=30 * 12,
    size=(72, 74),
    facts={"dispute": True},
)
def _many_conflicts(s: Scene) -> None:
    s.parcel(box(0, 0, 58, 45))
    s.farmland(box(8, 33, 38, 70))
    s.homestead(box(50, 4, 64, 18))
