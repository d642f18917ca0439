"""Doing long work: each kind calls the service that the command calls, and says in a sentence what came of it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.runs import RunHead, RunStore
from landgis.domain.jobs import JobKind
from landgis.domain.outcome import VERDICTS, Scope
from landgis.services.jobs.asked import AtlasAsked, KeptFile, LayerAsked, PackageAsked, ParcelsAsked, ScreenAsked
from landgis.services.jobs.room import Room
from landgis.services.jobs.telling import Tell, words_of

Result = dict[str, Any]


@dataclass(frozen=True)
class Doing:
    """Somebody's work under way.

    Attributes
    ----------
    room
        What is at hand.
    database
        As the person sees it: in the desk's role, which shows and takes what the policy gives him.
    person
        Who asked, as the register knows him now.
    folder
        A folder of one's own that goes with the work; what stays is moved out of it by the caller.
    tell
        Says how far it is.
    """

    room: Room
    database: Database
    person: Person
    folder: Path
    tell: Tell

    def brought(self, file: KeptFile) -> Path:
        """Return a copy of an original under the name that it came with: readers go by it."""
        place = self.folder / "in" / file.content_hash
        place.mkdir(parents=True)
        copied = place / file.name
        shutil.copyfile(self.room.originals.path_of(file.content_hash), copied)
        return copied

    def stepping(self, shares: Mapping[str, float]) -> Callable[[str], None]:
        """Return what a service says its steps to; a step that is named here says how much is done when it begins."""
        reached = [0.0]

        def step(said: str) -> None:
            plain = said.rsplit(" · ", 1)[-1]
            share = next((share for name, share in shares.items() if plain.startswith(name)), reached[0])
            reached[0] = max(reached[0], share)
            self.tell(reached[0], *words_of(plain))

        return step


def _import_layer(doing: Doing, asked: LayerAsked) -> Result:
    from landgis.services.layers.import_layer import LayerImport, import_layer
    from landgis.services.layers.import_raster import holds_raster, import_raster

    path = doing.brought(asked.file)
    coverage = doing.brought(asked.coverage) if asked.coverage else None
    service = import_raster if holds_raster(path) else import_layer
    step = doing.stepping(
        {"读取": 0.05, "核对": 0.2, "整理": 0.3, "入库": 0.5, "逐个检查": 0.6, "公共边": 0.7, "重叠": 0.8, "接边": 0.9}
    )
    request = LayerImport(path, asked.source_layer, asked.as_layer, coverage, asked.says)
    room = doing.room
    stored = service(doing.database, room.originals, room.catalogue, doing.person, request, step)
    release, issues = stored.release, sum(stored.issue_counts.values())
    return {
        "release": release.key, "layer": release.layer, "name": release.name, "issues": issues,
        "substitute": release.substitute, "raster": release.raster is not None,
        "told_zh": f"已存为草稿 {release.key}，质量问题 {issues} 条，待发布",
        "told_en": f"stored as the draft {release.key}, {issues} issues; to be published",
    }  # fmt: skip


def _import_parcels(doing: Doing, asked: ParcelsAsked) -> Result:
    from landgis.exchange.writing.vector import write_csv
    from landgis.services.checking.check_files import documents_table, facts_table
    from landgis.services.register.import_parcels import ParcelDelivery, import_parcels
    from landgis.services.register.row_table import row_table

    path = doing.brought(asked.file)
    facts = facts_table(doing.brought(asked.facts), asked.encoding) if asked.facts else None
    papers = documents_table(doing.brought(asked.documents), asked.encoding) if asked.documents else None
    delivery = ParcelDelivery(
        path, asked.layer, asked.crs, asked.encoding, facts, papers, asked.district, asked.valid_from,
        columns=asked.columns,
    )  # fmt: skip
    step = doing.stepping({"读取": 0.1, "整理": 0.4, "入库": 0.6})
    done = import_parcels(doing.database, doing.room.originals, doing.person, delivery, step)
    stored = done.stored
    new, changed, same = stored.created_count, stored.changed_count, stored.unchanged_count
    name = f"未入库和问题-{stored.import_no}.csv" if done.refused or done.issues else ""
    if name:
        out = doing.folder / "out"  # the folder itself is locked while it is a draft
        out.mkdir()
        write_csv(out / name, row_table(done.refused, done.issues))
        (out / name).replace(doing.folder / name)
    return {
        "import_no": stored.import_no, "created": new, "changed": changed, "unchanged": same, "rejected": done.rejected,
        "issues": len(done.issues), "file": name,
        "told_zh": f"导入 {stored.import_no}：新增 {new} 宗、变更 {changed} 宗、未变 {same} 宗，未入库 {done.rejected} 行",
        "told_en": f"import {stored.import_no}: {new} new, {changed} changed, {same} unchanged, {done.rejected} rows refused",
    }  # fmt: skip


def _screen(doing: Doing, asked: ScreenAsked) -> Result:
    from landgis.services.screening.screen import Measuring, screen

    room = doing.room
    pack = room.pack(asked.rules)
    layers = [*dict.fromkeys((*pack.layers(Scope.FULL), *pack.optional_layers(Scope.FULL)))]

    def step(said: str) -> None:
        spec = room.catalogue.find(said)
        share = 0.9 * layers.index(said) / len(layers) if said in layers else 0.0
        doing.tell(share, f"量算 {spec.title_zh if spec else said}", f"measuring {spec.title_en if spec else said}")

    run = screen(
        doing.database, doing.person, pack, asked.as_of, step, today=room.today, legal_state=asked.legal_state,
        known_at=asked.known_at, originals=room.originals, how=Measuring(room.indexes, changed=asked.changed),
    )  # fmt: skip
    counts = {str(verdict): run.counts[str(verdict)] for verdict in VERDICTS}
    total = sum(counts.values())
    return {
        "run_id": run.run_id, "verdicts": counts, "substitute": _stands_in(doing.database, run.head),
        "flips": len(run.flips.flipped) if run.flips else 0,
        "told_zh": f"批次 {run.run_id}，{total} 宗：" + "、".join(f"{each.zh} {counts[str(each)]}" for each in VERDICTS),
        "told_en": f"run {run.run_id}, {total} parcels: " + ", ".join(f"{name} {count}" for name, count in counts.items()),
    }  # fmt: skip


def _atlas(doing: Doing, asked: AtlasAsked) -> Result:
    from landgis.services.planning.draft_plan import load_plan
    from landgis.services.planning.draw_atlas import draw_atlas, write_atlas

    doing.tell(0.05, "读取计划", "reading the plan")
    plan = load_plan(doing.database, asked.plan, asked.district)
    doing.tell(0.15, "绘图并自检", "drawing, and reading it back")
    checked = draw_atlas(
        doing.database, doing.room.catalogue, plan, asked.drawn_on, asked.prepared_by, towns=asked.towns or None,
        paper=asked.paper, drawn_by=doing.person.name_zh,
    )  # fmt: skip
    doing.tell(0.75, "写出文件", "writing the files")
    folder = doing.folder / "out"
    folder.mkdir()
    written = write_atlas(checked, folder, asked.formats, asked.dpi)
    name = f"{plan.head.plan_id}-图册.zip"
    _zip(folder, doing.folder / name)
    sheets, head = len(written.atlas.facts), RunStore(doing.database).head(plan.head.run_id)
    return {
        "plan_id": plan.head.plan_id, "substitute": _stands_in(doing.database, head),
        "sheets": sheets, "files": list(written.files), "file": name,
        "told_zh": f"计划 {plan.head.plan_id} 图册，{sheets} 幅，自检通过",
        "told_en": f"atlas of plan {plan.head.plan_id}, {sheets} sheets, sound by its own check",
    }  # fmt: skip


def _package(doing: Doing, asked: PackageAsked) -> Result:
    from landgis.exchange.profiles import named_profile
    from landgis.services.handing_over.build_delivery import Wanted
    from landgis.services.handing_over.export_package import export_package

    profile = named_profile(asked.profile, doing.room.profiles)
    wanted = Wanted(asked.district, asked.as_of, asked.plan, asked.pool, asked.format, asked.crs, asked.known_at)
    stem = f"{asked.district}-{profile.profile_id}"
    made = export_package(
        doing.database, doing.person, profile, wanted, doing.folder / "out" / stem, why=asked.why, accept=asked.accept,
        since=asked.since, progress=doing.stepping({"取数": 0.05, "预检": 0.35, "写出": 0.5}),
    )  # fmt: skip
    if made.folder is None:
        return {
            "export_id": "", "told_zh": "自上次已接收的移交以来没有变化，未写出任何文件",
            "told_en": "nothing changed since the last delivery that was accepted; nothing was written",
        }  # fmt: skip
    name = f"{stem}-{made.export_id}.zip"
    _zip(made.folder, doing.folder / name)
    return {
        "export_id": made.export_id, "substitute": made.record.origin.substitute,
        "files": {file.name: file.sha256 for file in made.files}, "file": name,
        "told_zh": f"成果包 {made.export_id}，{len(made.files)} 个文件，已记入导出台账",
        "told_en": f"package {made.export_id}, {len(made.files)} files, logged among the exports",
    }  # fmt: skip


def _stands_in(database: Database, head: RunHead) -> bool:
    """Tell whether a run stands on data that stand in for others: what is told of it says so."""
    store = LayerStore(database)
    return any(store.get(layer, name).release.substitute for layer, name in head.meta.releases.items() if name)


def _zip(folder: Path, target: Path) -> None:
    """Put the files of a folder into one archive, as they are."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(folder).as_posix())


DOES: Mapping[JobKind, Callable[[Doing, Any], Result]] = {
    JobKind.IMPORT_LAYER: _import_layer,
    JobKind.IMPORT_PARCELS: _import_parcels,
    JobKind.SCREEN: _screen,
    JobKind.ATLAS: _atlas,
    JobKind.PACKAGE: _package,
}
"""Kind → what does it.

A result has ``told_zh`` and ``told_en``; ``substitute`` where it stands on stand-in data; ``file``, the name of what was made
in the folder.
"""
