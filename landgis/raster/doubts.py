"""What is worth knowing of a raster that is taken: answers against the file, strange codes, impossible values."""

from __future__ import annotations

from landgis.domain.issue import Issue, Severity
from landgis.domain.raster import Raster, RasterSpec
from landgis.domain.raster_facts import RasterFacts
from landgis.raster.ask import NONE


def doubts(facts: RasterFacts, spec: RasterSpec, raster: Raster) -> tuple[Issue, ...]:
    """Return what was noticed of a raster; a fatal issue forbids publishing it."""
    found = (_overridden(facts, raster), _strange_codes(facts, raster), _implausible(facts, spec, raster))
    return tuple(issue for issue in (*found, _points(facts)) if issue is not None)


def _overridden(facts: RasterFacts, raster: Raster) -> Issue | None:
    declared = facts.nodata[0]
    if declared is None or declared == raster.nodata:
        return None
    told = NONE if raster.nodata is None else f"{raster.nodata:g}"
    zh = f"文件写明无数据值为 {declared:g}，按所说改为 {told}"
    en = f"the file says {declared:g} is no data; by what is stated it is {told}"
    return Issue("nodata_overridden", Severity.SERIOUS, facts.source_name, zh, en)


def _strange_codes(facts: RasterFacts, raster: Raster) -> Issue | None:
    meaning = raster.meaning
    known = {row.code for row in meaning.codes}
    strange = [code for code in facts.codes or () if code not in known and code != raster.nodata]
    if not known or not strange:
        return None
    listed = "、".join(map(str, strange[:10]))
    zh = f"有 {len(strange)} 个代码不在图例“{meaning.zh}”中：{listed}；涉及的地块无法判定"
    en = f"{len(strange)} codes are not in the legend {meaning.en}: {listed}; parcels on them are undecidable"
    return Issue("codes_unrecognised", Severity.SERIOUS, facts.source_name, zh, en)


def _implausible(facts: RasterFacts, spec: RasterSpec, raster: Raster) -> Issue | None:
    if spec.plausible is None or facts.lowest is None or facts.highest is None:
        return None
    low, high = sorted(value * raster.scale + raster.offset for value in (facts.lowest, facts.highest))
    least, most = spec.plausible
    if least <= low and high <= most:
        return None
    zh = f"数值为 {low:g} 至 {high:g}，超出本市可能的 {least:g} 至 {most:g}，可能有未说明的无数据值"
    en = f"values from {low:g} to {high:g}, beyond {least:g} to {most:g}: there may be no-data cells nobody told of"
    return Issue("values_implausible", Severity.FATAL, facts.source_name, zh, en)


def _points(facts: RasterFacts) -> Issue | None:
    if not facts.points:
        return None
    zh, en = "文件说数值位于点上，像元按该点四周各半格计", "values hold at points; cells reach half a cell around them"
    return Issue("values_at_points", Severity.MINOR, facts.source_name, zh, en)
