"""What became of a parcel, told as a story: dated sentences in the order in which things became known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from landgis.db.connect import Database
from landgis.db.parcel_family import FamilyStore, StoredAct
from landgis.db.parcel_story import FactTold, StoryStore, VersionTold
from landgis.domain.documents import document_label
from landgis.errors import NotFound
from landgis.services.register.history_words import Words, deed_words, fact_words, since_words


@dataclass(frozen=True)
class Sentence:
    """One thing that became known: when, through whom, and in words."""

    moment: datetime
    who: str
    what: str
    words: Words


def parcel_history(database: Database, parcel_id: str) -> list[Sentence]:
    """Tell everything that the inventory ever came to know of a parcel, in that order.

    Raises
    ------
    NotFound
        If there never was such a parcel.
    """
    store = StoryStore(database)
    versions = store.versions(parcel_id)
    if not versions:
        raise NotFound(
            f"数据库中从未有过地块“{parcel_id}”",
            f"There never was a parcel “{parcel_id}”",
            where=parcel_id,
            next_zh="请用 landgis parcel list 查看",
            next_en="See landgis parcel list",
        )
    acts = [act for act in FamilyStore(database).tree(parcel_id) if parcel_id in (*act.ends, *act.begins)]
    facts = store.facts(parcel_id)
    told = [
        *(_version(version, acts) for version in versions),
        *_first_facts(facts, versions[0]),
        *(Sentence(deed.told_at, deed.told_by, deed.what, deed_words(deed)) for deed in store.deeds(parcel_id)),
        *(sentence for fact in facts if fact.told_at > versions[0].told_at for sentence in [_fact(fact, facts)]),
        *(_end(act) for act in acts if parcel_id in act.ends),
    ]
    names = store.names([sentence.who for sentence in told])
    told.sort(key=lambda sentence: sentence.moment)
    return [Sentence(row.moment, names.get(row.who, row.who), row.what, row.words) for row in told]


def _version(version: VersionTold, acts: Sequence[StoredAct]) -> Sentence:
    area_zh, area_en = f"{version.planar_m2:,.2f} ㎡", f"{version.planar_m2:,.2f} m²"
    since = since_words(version.valid_from)
    file_zh = f"第 {version.import_no} 次导入（{version.file_name}）"
    file_en = f"import {version.import_no} ({version.file_name})"
    act = next((act for act in acts if act.act_no == version.act_no), None)
    if version.moved_m2 is None and act is not None:
        words = _act_words(act)
        zh = f"由 {'、'.join(act.ends)} {act.meta.act.zh}产生，平面面积 {area_zh}，{since.zh}{words.zh}"
        en = f"came out of a {act.meta.act.value} of {', '.join(act.ends)}; planar area {area_en}, {since.en}{words.en}"
        return Sentence(version.told_at, version.told_by, "begun", Words(zh, en))
    if version.moved_m2 is None:
        zh = f"由{file_zh}进入数据库，平面面积 {area_zh}，{since.zh}"
        en = f"came into the register by {file_en}; planar area {area_en}, {since.en}"
        return Sentence(version.told_at, version.told_by, "entered", Words(zh, en))
    changes = _changes(version)
    if version.reason:
        rest = _paper_words(version)
        zh = f"{'；'.join(row.zh for row in changes) or '所在同前'}，{since.zh}{rest.zh}"
        en = f"{'; '.join(row.en for row in changes) or 'the place is as before'}, {since.en}{rest.en}"
        return Sentence(version.told_at, version.told_by, "placed", Words(zh, en))
    words = Words(
        f"{file_zh}：{'；'.join(row.zh for row in changes) or '顶点顺序改动'}，{since.zh}",
        f"{file_en}: {'; '.join(row.en for row in changes) or 'vertices changed'}, {since.en}",
    )
    return Sentence(version.told_at, version.told_by, "redrawn", words)


def _paper_words(version: VersionTold) -> Words:
    """Say by which paper and why a person stated a place."""
    zh, en = f"；理由：{version.reason}", f"; because: {version.reason}"
    if version.document_number is None:
        return Words(zh, en)
    kind = version.document_kind or ""
    return Words(
        f"；依据{document_label(kind)} {version.document_number}{zh}",
        f"; by {document_label(kind, 'en')} {version.document_number}{en}",
    )


def _changes(version: VersionTold) -> list[Words]:
    """Say what a version changed of the one before."""
    changes = []
    if version.moved_m2:
        zh = f"图形改动 {version.moved_m2:,.2f} ㎡，现平面面积 {version.planar_m2:,.2f} ㎡"
        changes.append(Words(zh, f"the outline moved by {version.moved_m2:,.2f} m², now {version.planar_m2:,.2f} m²"))
    if version.place != version.place_before:
        before, now = version.place_before or "待补", version.place or "待补"
        en = f"the place changed from “{version.place_before or 'still to come'}” to “{version.place or 'still to come'}”"
        changes.append(Words(f"所在由“{before}”改为“{now}”", en))
    return changes


def _first_facts(facts: Sequence[FactTold], first: VersionTold) -> list[Sentence]:
    """Sum up what came together with the parcel itself."""
    came = [fact for fact in facts if fact.told_at == first.told_at]
    if not came:
        return []
    counts = [sum(fact.state == state for fact in came) for state in ("known", "pending", "unknown")]
    zh = f"同时登记事实 {counts[0]} 项，待补 {counts[1]} 项，存疑 {counts[2]} 项"
    en = f"with it came {counts[0]} facts, {counts[1]} are still to come, {counts[2]} are in doubt"
    return [Sentence(first.told_at, first.told_by, "facts", Words(zh, en))]


def _fact(fact: FactTold, facts: Sequence[FactTold]) -> Sentence:
    scheme = {name: _held(facts, name, fact) for name in ("planned_use_scheme", "current_use_scheme")}
    schemes = {name: row.value for name, row in scheme.items() if row is not None}
    words = fact_words(fact, _held(facts, fact.fact, fact, before=True), schemes)
    return Sentence(fact.told_at, fact.told_by, "fact", words)


def _held(facts: Sequence[FactTold], name: str, at: FactTold, *, before: bool = False) -> FactTold | None:
    """Return how a fact was known when another was told, or just before, for the first day on which that one holds."""
    day = at.valid_from or date.min
    known = [
        row
        for row in facts
        if row.fact == name
        and (row.valid_from or date.min) <= day
        and (row.told_at < at.told_at if before else row.told_at <= at.told_at)
        and (row.ended_at is None or (row.ended_at >= at.told_at if before else row.ended_at > at.told_at))
    ]
    return max(known, key=lambda row: row.valid_from or date.min, default=None)


def _end(act: StoredAct) -> Sentence:
    words = _act_words(act)
    day, meta = act.meta.acted_on.isoformat(), act.meta
    if act.begins:
        zh = f"于 {day} {meta.act.zh}为 {'、'.join(act.begins)}，本编号终止，永不再用{words.zh}"
        en = f"ended on {day} by a {meta.act.value} into {', '.join(act.begins)}; its number is never used again{words.en}"
    else:
        zh, en = (
            f"于 {day} 注销，本编号永不再用{words.zh}",
            f"was struck off on {day}; its number is never used again{words.en}",
        )
    return Sentence(act.told_at, act.told_by, "ended", Words(zh, en))


def _act_words(act: StoredAct) -> Words:
    meta = act.meta
    zh = f"；依据 {meta.document}" if meta.document else ""
    en = f"; by {meta.document}" if meta.document else ""
    if act.begins:
        zh += f"；前后范围相差 {meta.difference_m2:,.6f} ㎡（允许 {meta.tolerance_m2:g} ㎡）"
        en += f"; the ground differs by {meta.difference_m2:,.6f} m² ({meta.tolerance_m2:g} m² allowed)"
    if meta.apart_reason:
        zh += f"；不相邻或跨村、跨权属合并，最大间距 {meta.gap_m:,.3f} 米：{meta.apart_reason}"
        en += f"; merged though apart, the widest gap {meta.gap_m:,.3f} m: {meta.apart_reason}"
    return Words(f"{zh}；理由：{meta.reason}", f"{en}; because: {meta.reason}")
