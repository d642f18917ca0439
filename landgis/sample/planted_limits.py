"""Planted cases at the limits: of coverage, of the development boundary, of time, of the zone, of size; and a clear one."""

from __future__ import annotations

from datetime import date

from landgis.sample.planted_overlaps import FARMLAND, FARMLAND_LAYER, HOMESTEAD, REDLINE, kind
from landgis.sample.scene import BOTH, Scene, box

_UNHEARD = (REDLINE, "ownership-cover", "land-acquisition", "village-construction-boundary", "unit-plan")
"""Rules whose layers end before the ground does (`boundaries.SHORT_LAYERS`)."""


@kind("clear", "符合全部条件", "clear", districts=BOTH)
def _clear(s: Scene) -> None:
    s.parcel([(0, 0), (60, 0), (60, 24), (38, 24), (38, 46), (0, 46)])


@kind(
    "partly_uncovered",
    "部分超出红线、权属等图层覆盖范围",
    "unknown",
    rules=_UNHEARD,
    layer="ecological_redline",
    m2=0.0,
    uncovered_m2=30 * 40,
    size=(52, 42),
    where="edge_cross",
    districts=BOTH,
)
def _partly_uncovered(s: Scene) -> None:
    s.parcel(box(0, 0, 50, 40))


@kind(
    "outside_coverage",
    "完全超出红线、权属等图层覆盖范围",
    "unknown",
    rules=_UNHEARD,
    layer="ecological_redline",
    m2=0.0,
    uncovered_m2=50 * 40,
    size=(52, 42),
    where="edge_out",
    districts=BOTH,
)
def _outside_coverage(s: Scene) -> None:
    s.parcel(box(0, 0, 50, 40))


@kind(
    "excluded_beats_unknown",
    "压占永农且红线、权属等图层未覆盖",
    "excluded",
    rules=(FARMLAND,),
    layer=FARMLAND_LAYER,
    m2=30 * 15,
    size=(62, 72),
    where="edge_out",
    districts=BOTH,
    note="红线无法判定，但永农已判不符合：取最重",
    cause="true_encroachment",
)
def _excluded_beats_unknown(s: Scene) -> None:
    s.parcel(box(0, 0, 60, 45))
    s.farmland(box(10, 30, 40, 70))


@kind(
    "development_straddling",
    "跨城镇开发边界",
    "flagged",
    rules=("development-boundary", "village-construction-boundary"),
    layer="development_boundary",
    m2=20 * 40,
    size=(70, 52),
    where="town",
    districts=BOTH,
    cause="true_encroachment",
)
def _development_straddling(s: Scene) -> None:
    s.parcel(box(2, 0, 44, 40))
    s.feature("development_boundary", "城镇弹性发展区", box(24, -2, 69, 50))


@kind(
    "development_inside",
    "全在城镇开发边界内",
    "flagged",
    rules=("development-boundary", "village-construction-boundary"),
    layer="development_boundary",
    m2=50 * 40,
    size=(70, 52),
    where="town",
    districts=BOTH,
)
def _development_inside(s: Scene) -> None:
    s.parcel(box(8, 2, 58, 42))
    s.feature("development_boundary", "城镇弹性发展区", box(0, -2, 69, 50))


@kind(
    "expired_layer",
    "宅基地图层已过期",
    "unknown",
    rules=(HOMESTEAD,),
    layer="homestead",
    as_of=date(2027, 6, 30),
    districts=BOTH,
    note="2026-06-30 全部符合；宅基地成果 2026-12-31 到期，2027-06-30 无法判定",
)
def _expired_layer(s: Scene) -> None:
    s.parcel([(0, 0), (60, 0), (60, 46), (12, 46), (0, 34)])


@kind("meridian", "跨东经 121.5 度", "clear", where="meridian", note="只作提示，不影响结论")
def _meridian(s: Scene) -> None:
    s.parcel(box(0, 0, 60, 46))


@kind("sliver_parcel", "极窄小地块", "clear", size=(20, 20))
def _sliver_parcel(s: Scene) -> None:
    s.parcel(box(0, 0, 18, 1))
