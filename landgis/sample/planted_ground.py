"""Planted cases on conversion, ownership, unit plans, village boundaries, acquisition and water."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from landgis.sample.planted_overlaps import kind
from landgis.sample.scene import BOTH, Scene, box

_CONVERSION, _WATER = "farmland-conversion", "water-crossing"
_YARD = box(0, 0, 50, 40)
_FIELD = 20 * 15


def _field(s: Scene) -> None:
    """Draw a parcel of which the survey still shows 300 m² as a dry field."""
    s.parcel(_YARD)
    s.surveyed(box(10, 25, 30, 41), "0103")


@kind(
    "converted_by_document", "调查为旱地，试点前已批准转用（批准文件）", "clear", size=(52, 44), districts=BOTH,
    facts={"conversion_approved_on": "2018-05-20", "conversion_document": "示例〔2018〕农转字12号"},
)  # fmt: skip
def _converted_by_document(s: Scene) -> None:
    _field(s)


@kind("converted_by_layer", "调查为旱地，试点前已批准转用（批准未建设土地）", "clear", size=(54, 44), districts=BOTH)
def _converted_by_layer(s: Scene) -> None:
    _field(s)
    s.feature("approved_unbuilt", "2019-09-30", box(-1, -1, 51, 41))


@kind(
    "converted_since_pilot", "调查为旱地，方案印发以后才批准转用", "excluded", rules=(_CONVERSION,), size=(52, 44),
    districts=BOTH, facts={"conversion_approved_on": "2024-03-11", "conversion_document": "示例〔2024〕农转字7号"},
)  # fmt: skip
def _converted_since_pilot(s: Scene) -> None:
    _field(s)


@kind(
    "conversion_undated", "转用批准未注明日期", "unknown", rules=(_CONVERSION,), size=(52, 44), districts=BOTH,
    facts={"conversion_document": "示例农转字（日期不详）"},
)  # fmt: skip
def _conversion_undated(s: Scene) -> None:
    _field(s)


@kind(
    "conversion_in_part", "批准转用只及地块一部分", "unknown", rules=(_CONVERSION, "survey-class"), size=(54, 44),
    districts=BOTH, note="批准 1000 ㎡、旱地 300 ㎡：两者是否重合，仅凭面积不能确定",
)  # fmt: skip
def _conversion_in_part(s: Scene) -> None:
    _field(s)
    s.feature("approved_unbuilt", "2019-09-30", box(0, 0, 25, 40))


def _free(layer: str, ring: tuple[int, int, int, int]) -> Callable[[Scene], None]:
    def draw(scene: Scene) -> None:
        scene.parcel(_YARD)
        scene.left_free(layer, box(*ring))

    return draw


kind(
    "outside_ownership", "部分不在所有权宗地内", "excluded", "clear", rules=("ownership-cover",), layer="ownership_parcel",
    m2=50 * 40 - 12 * 9, size=(52, 44), districts=BOTH, note="12 × 9 = 108 ㎡ 没有所有权宗地",
)(_free("ownership_parcel", (10, 10, 22, 19)))  # fmt: skip
kind(
    "outside_unit_plan", "部分没有郊野单元规划", "flagged", "clear", rules=("unit-plan",), layer="unit_plan",
    m2=50 * 40 - 15 * 40, size=(54, 44), districts=BOTH, note="600 ㎡ 没有规划覆盖",
)(_free("unit_plan", (35, -1, 52, 42)))  # fmt: skip
kind(
    "outside_village_boundary", "部分在村庄建设边界外", "flagged", "clear", rules=("village-construction-boundary",),
    layer="village_construction_boundary", m2=50 * 40 - 50 * 8, size=(52, 44), districts=BOTH, note="400 ㎡ 在边界外",
)(_free("village_construction_boundary", (-1, 32, 51, 42)))  # fmt: skip


@kind(
    "acquisition_overlap", "部分在成片开发征收范围内", "flagged", "clear", rules=("land-acquisition",),
    layer="land_acquisition", m2=30 * 40, size=(54, 44), districts=BOTH,
)  # fmt: skip
def _acquisition_overlap(s: Scene) -> None:
    s.parcel(_YARD)
    s.feature("land_acquisition", "成片开发方案（示例）", box(20, -1, 51, 41))


def _wet(key: str, title_zh: str, verdict: str, facts: Mapping[str, object]) -> None:
    def draw(scene: Scene) -> None:
        scene.parcel(_YARD)
        scene.feature("water", "示例河浜", box(40, 8, 64, 30))

    rules = () if verdict == "clear" else (_WATER,)
    kind(
        key,
        title_zh,
        verdict,
        "clear",
        rules=rules,
        layer="water",
        m2=10 * 22,
        size=(66, 44),
        districts=BOTH,
        facts=facts,
    )(draw)


_wet("water_permitted", "涉及河浜，已有填河批复", "clear", {"river_filling_approved": True})
_wet("water_unpermitted", "涉及河浜，没有填河批复", "excluded", {"river_filling_approved": False})
_wet("water_permit_missing", "涉及河浜，填河批复未填", "unknown", {})
