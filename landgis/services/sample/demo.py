"""The main job, end to end, on sample data: both districts from files to a plan, a sheet and a package."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.domain.outcome import VERDICTS, Outcome
from landgis.errors import Conflict
from landgis.exchange.criteria import read_plan_targets, read_pool_criteria
from landgis.exchange.writing.vector import write_bytes
from landgis.rules.reading.load import load_pack
from landgis.services.checking.check_files import documents_table, facts_table
from landgis.services.handing_over.hand_over import hand_over
from landgis.services.layers.import_layer import import_folder
from landgis.services.layers.publish_layer import publish
from landgis.services.planning.draft_plan import draft_plan
from landgis.services.planning.draw import draw_handout
from landgis.services.planning.draw_sheet import draw_sheet
from landgis.services.pooling.build_pool import build_pool
from landgis.services.register.import_parcels import ParcelDelivery, import_parcels
from landgis.services.screening.screen import screen

AS_OF = date(2026, 6, 30)
"""The day on which the sample's releases are in force."""
MARK = ".landgis-demo"
Tell = Callable[[str, float, str], None]


@dataclass(frozen=True)
class DemoInput:
    """Where the demo's files lie.

    Attributes
    ----------
    parcels, facts, documents
        Parcels and, beside them, tables by parcel id (None: the file carries its facts).
    layers
        Folder of layers with ``layers.yaml``.
    criteria
        Folder with ``pool.yaml`` and ``plan-2027.yaml``.
    """

    parcels: Path
    layers: Path
    criteria: Path
    facts: Path | None = None
    documents: Path | None = None


@dataclass
class DistrictStory:
    """What came out for one district."""

    district: str
    run_id: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    members: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    plan_id: str = ""
    lines: int = 0
    area_ha: str = "0"
    area_mu: str = "0"
    scale: int = 0
    files: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Story:
    """The whole demo: steps with seconds, and a story per district."""

    steps: list[tuple[str, float, str]]
    districts: list[DistrictStory]


def clear_home(out: Path) -> Path:
    """Make the demo's own folder anew and return the home of its database.

    Raises
    ------
    Conflict
        If the folder holds something that no demo made.
    """
    if out.exists() and any(out.iterdir()) and not (out / MARK).is_file():
        raise Conflict(
            f"文件夹 {out} 里有别的内容，不是演示的输出",
            f"The folder {out} holds something that no demo made",
            where=str(out),
            next_zh="请用 --out 指定一个新的文件夹",
            next_en="Name a new folder with --out",
        )
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / MARK).write_text("landgis demo\n", encoding="utf-8")
    return out / "home"


def run_demo(
    database: Database,
    originals: Originals,
    catalogue: Catalogue,
    person: Person,
    source: DemoInput,
    out: Path,
    assets: Path,
    drawn_on: date,
    tell: Tell,
) -> Story:
    """Run the main job on a set of files.

    Parameters
    ----------
    database, originals, catalogue, person
        The demo's own database, empty, and who acts.
    source
        The files.
    out
        Folder for sheets, hand-outs and packages; one sub-folder per district.
    assets
        Browser assets for the hand-outs.
    drawn_on
        Date on sheets and manifests.
    tell
        Called after each step: what, seconds, result.
    """
    clock = _Clock(tell)
    with clock.step("导入图层 layers in") as result:
        stored, refused = import_folder(database, originals, catalogue, person, source.layers)
        for release in (row.release for row in stored):
            publish(database, person, release.layer, release.name)
        result.text = (
            f"发布 {len(stored)} 个版本，{sum(row.release.feature_count for row in stored)} 个要素，未用 {len(refused)}"
        )
    with clock.step("导入地块 parcels in") as result:
        delivery = ParcelDelivery(
            source.parcels,
            facts=facts_table(source.facts) if source.facts else None,
            documents=documents_table(source.documents) if source.documents else None,
        )
        imported = import_parcels(database, originals, person, delivery)
        result.text = f"{imported.stored.created_count} 宗，{imported.stored.meta.transform or '坐标系无需转换'}"
    stories = [
        _district(database, catalogue, person, source, out / key, assets, drawn_on, key, clock) for key in DISTRICTS
    ]
    return Story(clock.steps, stories)


def _district(
    database: Database,
    catalogue: Catalogue,
    person: Person,
    source: DemoInput,
    out: Path,
    assets: Path,
    drawn_on: date,
    key: str,
    clock: _Clock,
) -> DistrictStory:
    story, name = DistrictStory(key), DISTRICTS[key].name_zh
    out.mkdir(parents=True, exist_ok=True)
    with clock.step(f"{name}：筛查 screen") as result:
        run = screen(database, person, load_pack(key), AS_OF)
        story.run_id, story.counts = run.run_id, run.counts
        result.text = "，".join(f"{Outcome(verdict).zh} {run.counts[str(verdict)]}" for verdict in VERDICTS)
    with clock.step(f"{name}：储备项目库 pool") as result:
        pool = build_pool(database, person, key, read_pool_criteria(source.criteria / "pool.yaml"))
        story.members, story.left_out = len(pool.pool.members), pool.reasons()
        result.text = f"入库 {story.members} 宗，未入库 {len(pool.pool.left_out)} 宗"
    with clock.step(f"{name}：年度计划 plan") as result:
        plan = draft_plan(database, person, key, read_plan_targets(source.criteria / "plan-2027.yaml"))
        whole = plan.by_town.iloc[-1]
        story.plan_id, story.lines = plan.head.plan_id, len(plan.lines)
        story.area_ha, story.area_mu = str(whole["area_ha"]), str(whole["area_mu"])
        result.text = f"{story.lines} 宗，{story.area_ha} 公顷（{story.area_mu} 亩）"
    if len(plan.lines) == 0:
        return story
    with clock.step(f"{name}：计划图 sheet") as result:
        sheet = draw_sheet(database, catalogue, plan, drawn_on).sound()
        write_bytes(out / "plan.pdf", sheet.pdf)
        story.scale = sheet.scale
        story.files.append(("年度供应计划图（A3 PDF） plan sheet", f"{key}/plan.pdf"))
        result.text = f"1:{sheet.scale}，{sheet.facts.pages} 页，{len(sheet.pdf) / 1e6:.2f} MB"
    with clock.step(f"{name}：离线分发页 hand-out") as result:
        members = set(pool.pool.members["parcel_id"])
        page = draw_handout(database, catalogue, run.run_id, drawn_on, assets, members, f"{name}储备项目库一张图")
        write_bytes(out / "handout.html", page)
        story.files.append(("储备项目库一张图（离线网页） hand-out", f"{key}/handout.html"))
        result.text = f"{len(page) / 1e6:.2f} MB"
    with clock.step(f"{name}：移交成果 package") as result:
        package = hand_over(database, person, plan, out / "package", drawn_on)
        story.files += [(f"移交：{name}", f"{key}/package/{name}") for name in [*package.files, "manifest.json"]]
        result.text = f"{len(package.files)} 个文件，逐值读回一致"
    return story


@dataclass
class _Result:
    text: str = ""


@dataclass(frozen=True)
class _Clock:
    """Seconds per step, told as they end."""

    tell: Tell
    steps: list[tuple[str, float, str]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[_Result]:
        """Time one step; what came of it is set inside."""
        started, result = time.perf_counter(), _Result()
        yield result
        self.steps.append((name, time.perf_counter() - started, result.text))
        self.tell(*self.steps[-1])
