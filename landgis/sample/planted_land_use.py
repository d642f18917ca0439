"""Planted cases on survey and plan patches, and on the facts of the parcel."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from landgis.sample.frame import Ring
from landgis.sample.scene import BOTH, KINDS, Kind, Scene, box, register

_YARD = box(0, 0, 60, 45)
_SHAPES: tuple[Ring, ...] = (
    _YARD,
    [(0, 0), (48, 0), (48, 47), (22, 47), (22, 34), (0, 34)],
    [(0, 0), (61, 0), (61, 30), (51, 40), (0, 40)],
    box(0, 0, 39, 46),
    [(0, 0), (55, 0), (55, 44), (30, 42), (0, 37)],
)
_PLAN, _MAP, _CONVERSION = "planned-use", "planned-use-map", "farmland-conversion"


def _map_kind(
    key: str,
    title_zh: str,
    outcome: str,
    rule: str,
    m2: float,
    draw: Callable[[Scene], None],
    districts: str,
    note: str = "",
    also: tuple[str, ...] = (),
) -> None:
    """Register a case that a survey or plan patch decides, the same in both scopes; ``also`` decides in full alone."""

    def with_yard(scene: Scene) -> None:
        scene.parcel(_YARD)
        draw(scene)

    layer = {"survey-class": "survey_land_use", _MAP: "planned_land_use"}[rule]
    register(Kind(key, title_zh, outcome, outcome, with_yard, (rule, *also), layer, m2, districts=districts, note=note))


def _gap(gaps: str, ring: tuple[int, int, int, int]) -> Callable[[Scene], None]:
    def draw(scene: Scene) -> None:
        getattr(scene, gaps).append(scene.frame.box(*ring))

    return draw


_map_kind(
    "survey_agricultural",
    "现状图斑部分为旱地",
    "excluded",
    "survey-class",
    30 * 10,
    lambda s: s.surveyed(box(10, 35, 40, 60), "0103"),
    BOTH,
    also=(_CONVERSION,),
)
_map_kind(
    "survey_unused",
    "现状图斑部分为未利用地",
    "flagged",
    "survey-class",
    30 * 12,
    lambda s: s.surveyed(box(10, 33, 40, 46), "1206"),
    "one",
)
_map_kind(
    "survey_homestead",
    "现状图斑部分为农村宅基地",
    "flagged",
    "survey-class",
    20 * 20,
    lambda s: s.surveyed(box(40, 25, 61, 46), "0702"),
    "one",
)
_map_kind(
    "survey_mixed",
    "现状地类未分到末级",
    "unknown",
    "survey-class",
    20 * 45,
    lambda s: s.surveyed(box(20, -1, 40, 46), "10"),
    "one",
    also=(_CONVERSION,),
)
_map_kind(
    "survey_gap",
    "现状图斑有缺口",
    "unknown",
    "survey-class",
    8 * 5,
    _gap("survey_gaps", (30, 20, 38, 25)),
    BOTH,
    "m² 为缺口面积",
    (_CONVERSION,),
)
_map_kind(
    "plan_gap", "规划图斑有缺口", "unknown", _MAP, 10 * 6, _gap("plan_gaps", (10, 10, 20, 16)), "one", "m² 为缺口面积"
)
_map_kind(
    "plan_unrecognised",
    "规划图代码无法识别",
    "unknown",
    _MAP,
    25 * 45,
    lambda s: s.planned(box(-1, -1, 25, 46), "0999"),
    "one",
)
_map_kind(
    "plan_homestead_part",
    "规划图部分为农村宅基地",
    "excluded",
    _MAP,
    15 * 15,
    lambda s: s.planned(box(45, 30, 61, 46), "0703"),
    "one",
)


def _fact_kind(
    key: str,
    title_zh: str,
    verdict: str,
    facts: Mapping[str, object],
    rules: tuple[str, ...],
    lines: str = "clear",
    plan_code: str = "",
    districts: str = "one",
) -> None:
    declared_here = sum(kind.draw.__module__ == __name__ for kind in KINDS.values())
    shape = _SHAPES[declared_here % len(_SHAPES)]
    register(
        Kind(
            key,
            title_zh,
            verdict,
            lines,
            lambda s: s.parcel(shape),
            rules,
            facts=facts,
            plan_code=plan_code,
            districts=districts,
        )
    )


_HOUSING = {"planned_use_code": "070102", "current_use_code": "1201"}
_fact_kind(
    "commodity_housing", "商品住宅", "excluded", {**_HOUSING, "rental_only": False}, (_PLAN,), "flagged", districts=BOTH
)
_fact_kind(
    "rental_housing", "租赁住房", "flagged", {**_HOUSING, "rental_only": True}, (_PLAN, _MAP), "flagged", districts=BOTH
)
_fact_kind(
    "housing_unstated", "住宅用地未注明是否租赁", "unknown", {**_HOUSING, "rental_only": pd.NA}, (_PLAN,), "flagged"
)
_fact_kind(
    "unregistered", "建设用地未登记", "excluded", {"use_right_registered": False}, ("registration",), districts=BOTH
)
_fact_kind("registration_missing", "是否登记未填", "unknown", {"use_right_registered": pd.NA}, ("registration",))
_fact_kind(
    "ownership_unregistered",
    "集体土地所有权未登记",
    "excluded",
    {"ownership_registered": False},
    ("ownership-registration",),
)
_fact_kind("disputed", "存在权属争议", "excluded", {"dispute": True}, ("dispute",), districts=BOTH)
_fact_kind("dispute_missing", "是否有争议未填", "unknown", {"dispute": pd.NA}, ("dispute",), districts=BOTH)
_fact_kind("restricted", "被查封限制权利", "excluded", {"restricted": True}, ("restriction",))
_fact_kind("restriction_missing", "是否限制权利未填", "unknown", {"restricted": pd.NA}, ("restriction",))
_fact_kind(
    "compensation_open",
    "补偿未处理完毕",
    "excluded",
    {"compensation_settled": False},
    ("compensation",),
    districts=BOTH,
)
_fact_kind("compensation_missing", "补偿情况未填", "unknown", {"compensation_settled": pd.NA}, ("compensation",))
_fact_kind(
    "conditional_use",
    "有条件用途（医疗卫生）",
    "flagged",
    {"planned_use_code": "0806"},
    (_PLAN, _MAP),
    "flagged",
    districts=BOTH,
)
_fact_kind("not_listed_use", "方案未列用途（留白）", "flagged", {"planned_use_code": "16"}, (_PLAN, _MAP), "flagged")
_fact_kind("forbidden_use", "规划为耕地", "excluded", {"planned_use_code": "0101"}, (_PLAN, _MAP), "excluded")
_fact_kind(
    "planned_homestead",
    "规划为农村宅基地",
    "excluded",
    {"planned_use_code": "0703"},
    (_PLAN, _MAP),
    "excluded",
    districts=BOTH,
)
_fact_kind(
    "unrecognised_code", "规划用途代码无法识别", "unknown", {"planned_use_code": "0999"}, (_PLAN,), plan_code="100101"
)
_fact_kind("planned_use_missing", "规划用途未填", "unknown", {"planned_use_code": pd.NA}, (_PLAN,), plan_code="100101")
_fact_kind("scheme_missing", "规划分类标准未填", "unknown", {"planned_use_scheme": pd.NA}, (_PLAN,))
