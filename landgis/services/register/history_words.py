"""The sentences of a parcel's story, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from landgis.db.parcel_story import DeedTold, FactTold
from landgis.domain.documents import document_label
from landgis.domain.fact_values import scheme_of, value_text
from landgis.domain.facts import FactState
from landgis.domain.outcome import Outcome
from landgis.domain.register import INHERITED, REGISTER_FACT_BY_NAME, SURVEYED, Wish


@dataclass(frozen=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str


def since_words(valid_from: date | None) -> Words:
    """Say from which day something holds."""
    if valid_from is None:
        return Words("未注明起始日期", "nobody stated since when")
    return Words(f"自 {valid_from.isoformat()} 起", f"from {valid_from.isoformat()} on")


def fact_words(fact: FactTold, before: FactTold | None, schemes: Mapping[str, object]) -> Words:
    """Say that a fact was stated, changed or corrected, since when, by which paper and why.

    Parameters
    ----------
    before
        How it was known until then, for the same day; None: nobody had spoken of it.
    schemes
        Lists that land-use codes stand in.
    """
    declared = REGISTER_FACT_BY_NAME[fact.fact]
    scheme = scheme_of(declared, schemes)
    values = [
        value_text(declared, FactState(row.state), row.value, lang, scheme)
        for lang in ("zh", "en")
        for row in (fact, before)
        if row is not None
    ]
    since, rest = since_words(fact.valid_from), _by(fact)
    if before is None:
        return Words(
            f"登记“{declared.zh}”：{values[0]}，{since.zh}{rest.zh}",
            f"{declared.en} stated: {values[1]}, {since.en}{rest.en}",
        )
    corrected = before.valid_from == fact.valid_from
    verb_zh, verb_en = ("更正", "corrected") if corrected else ("变更", "changed")
    return Words(
        f"“{declared.zh}”由“{values[1]}”{verb_zh}为“{values[0]}”，{since.zh}{rest.zh}",
        f"{declared.en} {verb_en} from “{values[3]}” to “{values[2]}”, {since.en}{rest.en}",
    )


def _by(fact: FactTold) -> Words:
    """Say where a fact comes from: paper, import, act, reason."""
    zh, en = "", ""
    if fact.document_number is not None:
        kind = fact.document_kind or ""
        zh += f"；依据{document_label(kind)} {fact.document_number}"
        en += f"; by {document_label(kind, 'en')} {fact.document_number}"
    if fact.import_no is not None:
        zh, en = f"{zh}；第 {fact.import_no} 次导入", f"{en}; import {fact.import_no}"
    if fact.source:
        zh, en = f"{zh}；{fact.source}", f"{en}; {source_en(fact.source)}"
    if fact.told_why:
        zh, en = f"{zh}；理由：{fact.told_why}", f"{en}; because: {fact.told_why}"
    return Words(zh, en)


def source_en(source: str) -> str:
    """Say in English where a fact comes from that the register wrote by itself; anything else is a person's words."""
    if source == SURVEYED:
        return "by the survey of wishes"
    parents = source.removeprefix(INHERITED)
    return f"taken over from {parents.replace('、', ', ')}" if parents != source else f"source: {source}"


def deed_words(deed: DeedTold) -> Words:
    """Say what was done with or about the parcel."""
    return _DEEDS[deed.what](deed.details)


def _paper(row: Mapping[str, Any]) -> Words:
    title = f"《{row['title']}》" if row["title"] else ""
    day = f"，{row['dated_on']}" if row["dated_on"] else ""
    kept = ("，原件已收存", ", the paper is kept") if row["kept"] else ("，未收件", ", not handed in")
    return Words(
        f"登记文件：{document_label(row['kind'])}{title} {row['number']}{day}{kept[0]}",
        f"document listed: {document_label(row['kind'], 'en')} {row['number']}{day.replace('，', ', ')}{kept[1]}",
    )


def _asked(row: Mapping[str, Any]) -> Words:
    words = _answer(row)
    why = (f"；理由：{row['why']}", f"; because: {row['why']}") if row["why"] else ("", "")
    return Words(f"意愿调查：{words.zh}{why[0]}", f"{words.en}{why[1]}")


def _answer(row: Mapping[str, Any]) -> Words:
    """Say who answered what, on which day, with which paper."""
    wish = Wish(row["wish"])
    use = (f"，意向用途：{row['use_wanted']}", f", use wanted: {row['use_wanted']}") if row["use_wanted"] else ("", "")
    remark = (f"；{row['remark']}", f"; {row['remark']}") if row["remark"] else ("", "")
    paper = (f"；依据 {row['document']}", f"; by {row['document']}") if row["document"] else ("", "")
    return Words(
        f"{row['asked']} 于 {row['asked_on']} 答复“{wish.zh}”{use[0]}{remark[0]}{paper[0]}",
        f"on {row['asked_on']}, {row['asked']} answered “{wish.value}”{use[1]}{remark[1]}{paper[1]}",
    )


def _asked_again(row: Mapping[str, Any]) -> Words:
    """Say that an answer was corrected: as it was known until then, and as it is."""
    before, now = _answer(row["before"]), _answer(row)
    why = (f"；理由：{row['why']}", f"; because: {row['why']}") if row["why"] else ("", "")
    return Words(
        f"意愿调查更正：原记 {before.zh}；现记 {now.zh}{why[0]}",
        f"answer corrected: it had been recorded that {before.en}; now that {now.en}{why[1]}",
    )


def _run(row: Mapping[str, Any]) -> Words:
    return Words(
        f"筛查批次 {row['run_id']}（规则包 {row['pack']}，截至 {row['as_of']}）：{Outcome(row['verdict']).zh}",
        f"screened in run {row['run_id']} (pack {row['pack']}, as of {row['as_of']}): {row['verdict']}",
    )


def _pooled(row: Mapping[str, Any]) -> Words:
    return Words(
        f"列入储备项目库 {row['pool_id']}，第 {row['rank']} 位（筛查批次 {row['run_id']}）",
        f"entered pool {row['pool_id']} at rank {row['rank']} (run {row['run_id']})",
    )


def _not_pooled(row: Mapping[str, Any]) -> Words:
    return Words(f"未列入储备项目库 {row['pool_id']}：{row['zh']}", f"left out of pool {row['pool_id']}: {row['en']}")


def _planned(row: Mapping[str, Any]) -> Words:
    return Words(
        f"列入 {row['year']} 年度入市供应计划 {row['plan_id']}，第 {row['line_no']} 行",
        f"in the supply plan of {row['year']}, {row['plan_id']}, line {row['line_no']}",
    )


_DEEDS = {
    "paper": _paper,
    "asked": _asked,
    "asked_again": _asked_again,
    "run": _run,
    "pooled": _pooled,
    "not_pooled": _not_pooled,
    "planned": _planned,
}
