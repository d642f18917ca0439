"""Whether a raster can stand as evidence: what its cells mean, and which of them say nothing; asked, never guessed."""

from __future__ import annotations

from dataclasses import dataclass

from landgis.domain.catalogue import LayerSpec
from landgis.domain.issue import Issue, shown
from landgis.domain.layer import Answer
from landgis.domain.question import Question
from landgis.domain.raster import Meaning, Raster, RasterKind, RasterSpec
from landgis.domain.raster_facts import RasterFacts
from landgis.errors import InputError, NeedsAnswer, UsageError
from landgis.raster.ask import ask_meaning, ask_nodata, meaning_by_colours
from landgis.raster.doubts import doubts
from landgis.raster.grid import require_grid
from landgis.raster.nodata import known_nodata

_METRES = ("m", "metre", "metres", "meter", "meters", "米")


@dataclass(frozen=True)
class Stated:
    """What a person says of a raster: ``nodata`` a number or ``none``, ``meaning`` a key; empty where nothing is said."""

    nodata: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class Accepted:
    """A raster that can be measured, what was noticed, and what a person was believed in."""

    raster: Raster
    issues: tuple[Issue, ...]
    answers: tuple[Answer, ...]


def accept(facts: RasterFacts, layer: LayerSpec, crs: str, stated: Stated) -> Accepted:
    """Take a raster for a layer of the catalogue.

    Parameters
    ----------
    facts
        What the file holds.
    layer
        A layer of rasters.
    crs
        Name of its CRS, settled.
    stated
        What a person says of it.

    Raises
    ------
    InputError
        If it is rotated or not placed, or its bands, numbers or unit are not those of its meaning.
    NeedsAnswer
        With every question that neither the file nor the person answers.
    UsageError
        If an answer cannot be one.
    """
    spec = layer.raster
    if spec is None:
        raise UsageError(
            f"图层 {layer.key}（{layer.title_zh}）不是栅格图层", f"The layer {layer.key} is no layer of rasters",
            where=facts.source_name, next_zh="请用 --as-layer 指明影像、地表覆盖或地形图层",
            next_en="Name a layer of imagery, land cover or terrain with --as-layer",
        )  # fmt: skip
    west, north, width, height = require_grid(facts)
    meaning = _stated_meaning(spec, stated.meaning, facts) or meaning_by_colours(spec, facts)
    known, nodata = known_nodata(facts, stated.nodata)
    if meaning is None or not known:
        raise _asked(facts, spec, meaning, known)
    _require_fit(facts, spec, meaning)
    raster = Raster(
        spec.kind, meaning, crs, west, north, width, height, facts.width, facts.height, facts.bands, facts.dtype,
        facts.layout, nodata, facts.masked, facts.scale, facts.offset, facts.points,
    )  # fmt: skip
    return Accepted(raster, doubts(facts, spec, raster), _answers(stated, meaning, facts))


def _asked(facts: RasterFacts, spec: RasterSpec, meaning: Meaning | None, nodata_known: bool) -> NeedsAnswer:
    questions: list[Question] = []
    if meaning is None:
        questions.append(ask_meaning(spec, facts))
    if not nodata_known:
        questions.append(ask_nodata(spec, meaning, facts))
    asked_zh, asked_en = "；".join(row.asks_zh for row in questions), "; ".join(row.asks_en for row in questions)
    options = " ".join(row.likeliest for row in questions)
    return NeedsAnswer(
        f"{facts.source_name}：{asked_zh}", f"{facts.source_name}: {asked_en}", where=facts.source_name,
        next_zh=f"请向提供单位核实后说明，例如 {options}；不得猜测",
        next_en=f"Ask the supplier and state it, e.g. {options}", questions=tuple(questions),
    )  # fmt: skip


def _stated_meaning(spec: RasterSpec, key: str, facts: RasterFacts) -> Meaning | None:
    if not key:
        return None
    found = next((row for row in spec.meanings if row.key == key), None)
    if found is None:
        known = "、".join(row.key for row in spec.meanings)
        raise UsageError(
            f"像元含义“{shown(key)}”不在目录中", f"“{shown(key)}” is no meaning that the catalogue knows",
            where=facts.source_name, next_zh=f"可用：{known}；新的图例请加在 layers/ 的目录文件里",
            next_en=f"Known: {known}; add a legend to the file in layers/",
        )  # fmt: skip
    return found


def _require_fit(facts: RasterFacts, spec: RasterSpec, meaning: Meaning) -> None:
    """Hold bands, numbers and unit of the file to what they are said to mean."""
    bands = facts.bands - facts.colours.count("alpha")
    wanted = len(meaning.colours) or 1
    scaled = (facts.scale, facts.offset) != (1.0, 0.0)
    fault: tuple[str, str] | None = None
    if bands != wanted:
        fault = f"有 {bands} 个数据波段，应有 {wanted} 个", f"{bands} bands of data, where there should be {wanted}"
    elif spec.kind is RasterKind.CLASSES and (facts.codes is None or scaled):
        fault = (
            "像元是小数、换算值或超过 256 种，不是分类代码",
            "its cells are decimals, scaled or of over 256 kinds: no codes",
        )
    elif spec.kind is RasterKind.HEIGHTS and facts.unit and facts.unit.strip().lower() not in _METRES:
        fault = (
            f"文件写明的单位是“{shown(facts.unit)}”，不是米",
            f"the file says its unit is “{shown(facts.unit)}”, not m",
        )
    if fault:
        zh, en = fault
        raise InputError(
            f"{facts.source_name} 与所说的含义（{meaning.zh}）不符：{zh}",
            f"{facts.source_name} is not what it is said to be ({meaning.en}): {en}",
            where=facts.source_name, next_zh="请核对 --as-layer 和 --meaning，或由提供单位更正",
            next_en="Check --as-layer and --meaning, or have the supplier correct it",
        )  # fmt: skip


def _answers(stated: Stated, meaning: Meaning, facts: RasterFacts) -> tuple[Answer, ...]:
    answers = []
    if stated.meaning:
        answers.append(Answer("meaning", meaning.key, f"像元含义：{meaning.zh}", f"the cells are {meaning.en}"))
    if stated.nodata:
        said = facts.nodata[0]
        before_zh = "文件未说明" if said is None else f"文件说明为 {said:g}"
        before_en = "the file does not say" if said is None else f"the file says {said:g}"
        zh, en = f"无数据值：{stated.nodata}（{before_zh}）", f"no data: {stated.nodata} ({before_en})"
        answers.append(Answer("nodata", stated.nodata, zh, en))
    return tuple(answers)
