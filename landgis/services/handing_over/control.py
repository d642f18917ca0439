"""The one gate through which data leave: judged, logged, and only then given their name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from landgis.access.letting_out import Hindrance, hindrances
from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.crs import name_of
from landgis.db.connect import Database
from landgis.db.exports import ExportStore
from landgis.db.plan_steps import PlanWay
from landgis.domain.disk import draft_folder, force_to_disk
from landgis.domain.layer import Secrecy
from landgis.domain.leaving import CONTINUOUS_LIMIT_M2, ExportKind, Leaving, strictest
from landgis.domain.profile import ExportProfile
from landgis.errors import Conflict, NotAllowed, UsageError
from landgis.frames.delivered import Delivery
from landgis.preflight.giving import continuous_of

_KM2 = CONTINUOUS_LIMIT_M2 / 1e6


def let_out(database: Database, person: Person, leaving: Leaving) -> str:
    """Judge and log what is about to leave; return the export's number, e.g. ``E-000012``.

    Called before the last rename: what is logged and did not leave is the safe side.

    Raises
    ------
    UsageError
        If nobody says why.
    NotAllowed
        If this person may not let it out.
    Conflict
        If nobody may: its mark is above what the receiver may be given, it covers too much ground or was not measured,
        or it opens personal values to the public; and what the database does not take (migration 0017).
    """
    require_reason(leaving.why)
    person.require(Action.EXPORT)
    published = bool(leaving.plan_id) and PlanWay(database).published_at(leaving.plan_id) is not None
    found = hindrances(person.role, leaving, published=published)
    if found:
        raise _refusal(found[0], leaving, person)
    return ExportStore(database).add(leaving, person=person)


def require_reason(why: str) -> None:
    """Raise unless somebody says why; asked before anything is drawn or written.

    Raises
    ------
    UsageError
        If the reason is empty.
    """
    if not why.strip():
        raise UsageError(
            "没有写明导出用途",
            "Nobody says what the export is for",
            where="--why",
            next_zh="请用 --why 写明给谁、作何用，如 --why “报市局一张图，沪规划资源〔2026〕12 号”；用途记入导出台账",
            next_en="Say with --why for whom and what for; it goes into the log of exports",
        )


def leaving_of(
    delivery: Delivery,
    profile: ExportProfile,
    *,
    kind: ExportKind,
    why: str,
    **more: Any,
) -> Leaving:
    """Describe a delivery under a profile that is about to leave; its ground is measured here.

    Parameters
    ----------
    more
        What the delivery itself does not know: ``plan_id``, ``pool_id``, ``run_id``, ``releases``, ``files``, ``since``,
        ``keys``.
    """
    return Leaving(
        kind,
        delivery.district,
        why,
        {name: len(frame) for name, frame in delivery.layers.items()},
        secrecy=strictest(delivery.secrecy.get(name, Secrecy.UNSTATED) for name in delivery.layers),
        profile_id=delivery.profile_id,
        profile_version=delivery.profile_version,
        format=delivery.format,
        crs=name_of(delivery.crs),
        receiver=Secrecy(profile.secrecy),
        personal=profile.personal,
        continuous_m2=continuous_of(delivery),
        **more,
    )


@contextmanager
def drafts(out: Path) -> Iterator[Path]:
    """Give a folder on the disk of another to write in what is to leave; it goes when the block ends, however it ends."""
    with draft_folder(out) as locked:  # writers lock the folder that they write to: that is one inside
        inside = locked / "out"
        inside.mkdir()
        yield inside


def depart(database: Database, person: Person, draft: Path, out: Path, leaving: Leaving, *, last: str = "") -> str:
    """Let what lies in a folder of drafts out and move it to where it belongs; return the export's number.

    Parameters
    ----------
    draft
        Folder from `drafts`, with everything that leaves and nothing else.
    out
        Folder that it goes to; files of the same names are replaced.
    leaving
        What leaves; its ``files`` are hashed here.
    last
        File that makes the rest complete, such as a manifest: it is moved when all others are there.

    Raises
    ------
    UsageError, NotAllowed, Conflict
        As `let_out`; nothing has moved then.
    """
    names = sorted(path.relative_to(draft).as_posix() for path in draft.rglob("*") if path.is_file())
    export_id = let_out(database, person, replace(leaving, files={name: _sha256(draft / name) for name in names}))
    for name in sorted(names, key=lambda each: each == last):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (draft / name).replace(out / name)
    for folder in {(out / name).parent for name in names}:
        force_to_disk(folder)
    return export_id


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refusal(hindrance: Hindrance, leaving: Leaving, person: Person) -> NotAllowed | Conflict:
    zh, en, next_zh, next_en = _WORDS[hindrance]
    told = {
        "who": f"{person.name_zh}（{person.role.zh}）", "account": person.os_account, "role": person.role.en,
        "mark": leaving.secrecy.zh, "mark_en": leaving.secrecy.value, "most": leaving.receiver.zh,
        "most_en": leaving.receiver.value, "kind": leaving.kind.zh, "kind_en": leaving.kind.en,
        "km2": f"{(leaving.continuous_m2 or 0) / 1e6:.2f}", "limit": f"{_KM2:.0f}",
    }  # fmt: skip
    family = NotAllowed if hindrance.of_person else Conflict
    return family(
        zh.format(**told),
        en.format(**told),
        where=leaving.profile_id or leaving.kind.zh,
        next_zh=next_zh,
        next_en=next_en,
    )


_STAFF = ("请由区规划员或区审核员办理（--as）", "Have a district planner or reviewer do it (--as)")
_WORDS: Mapping[Hindrance, tuple[str, str, str, str]] = {
    Hindrance.NO_REASON: ("没有写明导出用途", "Nobody says what the export is for", "请用 --why 写明", "Say it with --why"),
    Hindrance.ROLE: ("{who}无权导出", "{account} ({role}) may not export", *_STAFF),
    Hindrance.INTERNAL: (
        "{who}只能导出公开资料，内容标注为“{mark}”", "{account} ({role}) may export what is public only; this is {mark_en}", *_STAFF,
    ),
    Hindrance.PLATFORM_KIND: (
        "{who}只能取成果包，不能取{kind}", "{account} ({role}) may take packages only, no {kind_en}", *_STAFF,
    ),
    Hindrance.NOT_PUBLISHED: (
        "{who}只能取已公布计划的成果包", "{account} ({role}) may take packages of published plans only",
        "计划公布后再取，或由区规划员导出", "Take it once the plan is published, or have a district planner export it",
    ),
    Hindrance.MARK_ABOVE: (
        "内容的密级标注是“{mark}”，接收方最高只能得到“{most}”",
        "The content is marked {mark_en}; the receiver may be given {most_en} at most",
        "未标注的按内部使用对待：请先公布计划、补充图层的密级标注，或改用内部方案",
        "What is not marked counts as internal: publish the plan, have the layer marked, or take a profile for inside",
    ),
    Hindrance.PERSONAL_OPEN: (
        "个人信息不能原样导出", "Personal values must not leave as they are",
        "请去除或遮盖（drop、mask）", "Have them dropped or masked",
    ),
    Hindrance.NOT_MEASURED: (
        "没有量算连续覆盖面积，不能导出", "The continuous coverage was not measured: it does not leave",
        "这是程序的缺陷，请报告", "This is a fault of the program: please report it",
    ),
    Hindrance.CONTINUOUS: (
        "大比例尺全要素数据连续覆盖 {km2} 平方公里，超过 {limit} 平方公里，属国家秘密范围，不能导出",
        "Large-scale full-element data cover {km2} km² without a gap, more than {limit} km²: that is classified and does not leave",
        "请缩小范围分块提供，或经保密部门在涉密系统内办理", "Give smaller parts, or go through a cleared system",
    ),
    Hindrance.NO_BASE: (
        "增量包须写明以哪次导出为基础，其他导出不写", "A package of changes names the export that it stands on; nothing else does",
        "请用 --since 写明", "Say it with --since",
    ),
}  # fmt: skip
