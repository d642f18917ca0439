"""The two questions that a raster leaves open most often: what its cells mean, and which of them say nothing."""

from __future__ import annotations

from collections.abc import Mapping

from landgis.domain.question import Candidate, Question
from landgis.domain.raster import Meaning, RasterSpec
from landgis.domain.raster_facts import RasterFacts

MEANING, NODATA, NONE = "--meaning", "--nodata", "none"
_MOST = 5


def meaning_by_colours(spec: RasterSpec, facts: RasterFacts) -> Meaning | None:
    """Return the meaning whose bands are called as the file calls its own; None where none is."""
    named = tuple(colour for colour in facts.colours if colour != "alpha")
    return next((row for row in spec.meanings if row.colours and row.colours == named), None)


def ask_meaning(spec: RasterSpec, facts: RasterFacts) -> Question:
    """Ask what the cells mean; a legend that has more of the codes found comes first."""
    shares = {row.key: _recognised(row, facts.codes or {}) for row in spec.meanings}
    ranked = sorted(spec.meanings, key=lambda row: -shares[row.key])
    return Question(
        "meaning", facts.source_name, "像元说的是什么？文件没有说明", "What do the cells mean? The file does not say",
        MEANING, tuple(_meaning_candidate(row, shares[row.key]) for row in ranked),
    )  # fmt: skip


def ask_nodata(spec: RasterSpec, meaning: Meaning | None, facts: RasterFacts) -> Question:
    """Ask which number stands for no data; numbers that cannot be data come first, ``none`` last."""
    candidates = [
        Candidate(f"{number:g}", f"{count_zh}，{why_zh}", f"{count_en}; {why_en}")
        for number, count_zh, count_en, why_zh, why_en in _suspects(spec, meaning, facts)
    ]
    candidates.append(Candidate(NONE, "每个像元都有数据", "every cell holds data"))
    return Question(
        "nodata", facts.source_name, "哪个数值表示无数据？文件没有说明", "Which value means no data? The file does not say",
        NODATA, tuple(candidates),
    )  # fmt: skip


def _recognised(meaning: Meaning, codes: Mapping[int, int]) -> float:
    known = {row.code for row in meaning.codes}
    total = sum(codes.values())
    return sum(count for code, count in codes.items() if code in known) / total if total else 0.0


def _meaning_candidate(meaning: Meaning, share: float) -> Candidate:
    if not meaning.codes:
        return Candidate(meaning.key, meaning.zh, meaning.en)
    return Candidate(
        meaning.key,
        f"{meaning.zh}：{share:.1%} 的像元代码在图例内",
        f"{meaning.en}: has the codes of {share:.1%} of the cells",
    )


def _suspects(spec: RasterSpec, meaning: Meaning | None, facts: RasterFacts) -> list[tuple[float, str, str, str, str]]:
    """Numbers that may stand for no data, with how many cells have them and why they are suspected."""
    if spec.plausible is not None:
        ends = [value for value in (facts.lowest, facts.highest) if value is not None]
        scaled = [(value, value * facts.scale + facts.offset) for value in ends]
        least, most = spec.plausible
        return [
            (value, f"像元中有 {value:g}", f"cells have {value:g}", "不可能是高程", "it cannot be a height")
            for value, height in scaled
            if not least <= height <= most
        ]
    known = {row.code for each in ([meaning] if meaning else spec.meanings) for row in each.codes}
    codes = facts.codes or {}
    if not known:
        codes = {code: count for code, count in codes.items() if code in (0, max(codes))}
    strange = sorted((code for code in codes if code not in known), key=lambda code: -codes[code])
    return [
        (code, f"{codes[code]:,} 个像元", f"{codes[code]:,} cells", "图例中没有该代码", "no legend has that code")
        if known
        else (code, f"{codes[code]:,} 个像元", f"{codes[code]:,} cells", "常用于填充", "often used to fill up")
        for code in strange[:_MOST]
    ]
