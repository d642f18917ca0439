"""Parcels to be explained: a speck, a needle, a very large one, a clear one, eight conflicts, a swallowed homestead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from shapely.geometry import Polygon

from landgis.domain.catalogue import Catalogue
from landgis.domain.outcome import Scope
from landgis.exchange.catalogue import load_catalogue
from landgis.frames.layer import LayerData
from landgis.rules.reading.load import load_pack
from landgis.screening.judge import Rejected
from landgis.services.checking.check import Candidates, Checked, check
from landgis.services.explaining.explain import Explanation, explain_check
from tests.support.ground import AS_OF, X, Y, at, clear_layers, layer, parcels

PACK = load_pack("songjiang")
FARMLAND = "permanent_basic_farmland"
EVIL = '<img src=x onerror="window.hacked=1">src=//村\u202e'
SPECK, NEEDLE, LARGE, CLEAR, EIGHT, SWALLOWED = (f"310117109901JB0000{number}" for number in range(1, 7))
SHAPES = {
    SPECK: at(0, 0, 50, 40),
    NEEDLE: at(100, 0, 60, 40),
    LARGE: at(0, 200, 600, 420),
    CLEAR: at(300, 0, 50, 40),
    EIGHT: at(500, 0, 60, 50),
    SWALLOWED: at(700, 0, 60, 50),
}
LONG = {
    "village_name": "堰泾村、东石村、同建村、金家村、徐姚村联合示范片区第一期试点范围",
    "owner_name": "上海市松江区叶榭镇堰泾村股份经济合作联合社（筹备组及其授权代理实施单位）",
}


def layers() -> dict[str, LayerData]:
    """Every layer of the packs, with farmland and a homestead on the parcels; roads and water for the maps."""
    needle = Polygon([(X + 100, Y + 40), (X + 160, Y + 40 - 0.004), (X + 160, Y + 60), (X + 100, Y + 60)])
    strips = {f"狭长图斑-{number}": at(500 + 7 * number, 49, 3, 20) for number in range(8)}
    fields = {"speck": at(49.8, 39.9, 20, 20), "needle": needle, "large": at(560, 400, 300, 300)} | strips
    farmland = layer(FARMLAND, fields)
    stand_in = replace(
        farmland, release=replace(farmland.release, substitute=True, title_zh="永久基本农田（示例数据）")
    )
    return clear_layers() | {
        FARMLAND: stand_in,
        "homestead": layer("homestead", {"swallowed": at(705, 5, 12, 9)}),
        "road": layer("road", {"road": at(-50, -12, 1500, 8)}),
        "water": layer("water", {"water": at(-50, -60, 1500, 20)}),
    }


def catalogue() -> Catalogue:
    return load_catalogue(Path(__file__).resolve().parents[2] / "layers")


def checked(
    shapes: dict[str, Polygon],
    at_hand: dict[str, LayerData],
    *rejected: Rejected,
    scope: Scope = Scope.FULL,
    **facts: Any,
) -> Checked:
    judged_by = {key: data for key, data in at_hand.items() if key in PACK.layers(Scope.FULL)}
    return check(Candidates(parcels(shapes, **facts), rejected, (), ""), judged_by, PACK, AS_OF, scope)


def explained(
    shapes: dict[str, Polygon],
    at_hand: dict[str, LayerData],
    *rejected: Rejected,
    scope: Scope = Scope.FULL,
    **facts: Any,
) -> Explanation:
    return explain_check(checked(shapes, at_hand, *rejected, scope=scope, **facts), PACK, at_hand, catalogue())
