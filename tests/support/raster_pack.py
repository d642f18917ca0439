"""A pack of the tests' own that reads rasters; no policy document asks for one, so none ships."""

from __future__ import annotations

from landgis.domain.raster import UNRECOGNISED, CoverClass
from landgis.rules.pack import RulePack
from landgis.rules.reading.load import parse_pack

_COVERS = {str(cover): "clear" for cover in CoverClass} | {"cropland": "excluded", "forest": "flagged"}
OUTCOMES = "\n".join(
    f'          {name}: {{outcome: {outcome}, zh: "{name} 占 {{share}}", en: "{name} takes {{share}}"}}'
    for name, outcome in (_COVERS | {UNRECOGNISED: "unknown"}).items()
)
_RULE = """
  - id: {id}
    title: {{zh: {id}, en: {id}}}
    measure: {{name: {measure}, layer: {layer}}}
    control_lines: when_supplied
    values:
      - from: 2023-01-01
        threshold: {{value: {threshold}, unit: {unit}}}
        clause: {{document: doc, article: 一, quote: 试验条款}}
        outcomes:
{outcomes}
        clear: {{zh: 无, en: none}}
"""
_HEAD = """
id: songjiang
version: "trial"
title: {zh: 试, en: trial}
district: "310117"
documents: [{key: doc, title: 文件, issued_on: 2023-01-01}]
rules:
"""


def rule(name: str, measure: str, layer: str, threshold: float, unit: str = "m", outcomes: str = "") -> str:
    """One rule of the pack; heights above the threshold exclude."""
    high = '          height: {outcome: excluded, zh: "高 {amount} 米", en: "{amount} m high"}'
    return _RULE.format(
        id=name, measure=measure, layer=layer, threshold=threshold, unit=unit, outcomes=outcomes or high
    )


def pack(*rules: str) -> RulePack:
    """Without rules: land cover above a tenth of the parcel, and the three heights of the terrain."""
    usual = (
        rule("cover", "cover_share", "land_cover", 0.1, "share", OUTCOMES),
        rule("highest", "height_max", "terrain", 4),
        rule("mean", "height_mean", "terrain", 4),
        rule("lowest", "height_min", "terrain", 4),
    )
    return parse_pack(_HEAD + "".join(rules or usual), "trial")
