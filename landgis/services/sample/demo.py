"""The main job, end to end, on sample data: both districts from files to a plan, a sheet and a package."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from landgis.domain.district import DISTRICTS
from landgis.domain.outcome import VERDICTS, Outcome
from landgis.errors import Conflict
from landgis.exchange.criteria import read_pool_criteria
from landgis.exchange.writing.vector import write_bytes
from landgis.rules.reading.load import load_pack
from landgis.services.checking.check_files import documents_table, facts_table
from landgis.services.handing_over.hand_over import hand_over
from landgis.services.layers.import_layer import import_folder
from landgis.services.layers.publish_layer import publish
from landgis.services.planning.draft_plan import DraftedPlan
from landgis.services.planning.draw_handout import draw_handout, draw_plan_handout
from landgis.services.planning.draw_sheet import draw_sheet
from landgis.services.pooling.build_pool import build_pool
from landgis.services.register.import_parcels import ParcelDelivery, import_parcels
from landgis.services.sample.demo_steps import Clock, Tell
from landgis.services.sample.demo_year import (
    Office,
    YearInput,
    adjust_year,
    compare_scenarios,
    draw_year,
    publish_year,
)
from landgis.services.screening.screen import screen

AS_OF = date(2026, 6, 30)
"""The day on which the sample's releases are in force."""
MARK = ".landgis-demo"
_WHY = "演示 demonstration"


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
        Folder with ``pool.yaml``.
    years
        What is asked and stated of each district's year.
    """

    parcels: Path
    layers: Path
    criteria: Path
    years: Mapping[str, YearInput]
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
    adjustment_id: str = ""
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


def run_demo(office: Office, source: DemoInput, out: Path, assets: Path, drawn_on: date, tell: Tell) -> Story:
    """Run the main job on a set of files.

    Parameters
    ----------
    office
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
    clock = Clock(tell)
    _take_in(office, source, clock)
    stories = [
        _district(office, source, out / key, assets, drawn_on, key, clock.at(DISTRICTS[key].name_zh))
        for key in DISTRICTS
    ]
    return Story(clock.steps, stories)


def _take_in(office: Office, source: DemoInput, clock: Clock) -> None:
    """Publish the layers and take in the parcels."""
    database, originals, person = office.database, office.originals, office.planner
    with clock.step("导入图层 layers in") as result:
        stored, refused = import_folder(database, originals, office.catalogue, person, source.layers)
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


def _district(
    office: Office, source: DemoInput, out: Path, assets: Path, drawn_on: date, key: str, clock: Clock
) -> DistrictStory:
    story, name, files = DistrictStory(key), DISTRICTS[key].name_zh, source.years[key]
    out.mkdir(parents=True, exist_ok=True)
    with clock.step("筛查 screen") as result:
        run = screen(office.database, office.planner, load_pack(key), AS_OF)
        story.run_id, story.counts = run.run_id, run.counts
        result.text = "，".join(f"{Outcome(verdict).zh} {run.counts[str(verdict)]}" for verdict in VERDICTS)
    with clock.step("储备项目库 pool") as result:
        pool = build_pool(office.database, office.planner, key, read_pool_criteria(source.criteria / "pool.yaml"))
        story.members, story.left_out = len(pool.pool.members), pool.reasons()
        result.text = f"入库 {story.members} 宗，未入库 {len(pool.pool.left_out)} 宗"
    if story.members == 0:
        return story
    with clock.step("储备项目库一张图 hand-out") as result:
        members = set(pool.pool.members["parcel_id"])
        title = f"{name}储备项目库一张图"
        page = draw_handout(
            office.database,
            office.catalogue,
            run.run_id,
            drawn_on,
            assets,
            members,
            title,
            drawn_by=office.planner.name_zh,
        )
        write_bytes(out / "handout.html", page)
        story.files.append(("储备项目库一张图（离线网页） hand-out", f"{key}/handout.html"))
        result.text = f"{len(page) / 1e6:.2f} MB"
    compare_scenarios(office, key, files, out, clock)
    story.files.append(("组合方案对比（xlsx） portfolio scenarios", f"{key}/portfolio.xlsx"))
    plan = publish_year(office, key, files, drawn_on, clock)
    whole = plan.by_town.iloc[-1]
    story.plan_id, story.lines = plan.head.plan_id, len(plan.lines)
    story.area_ha, story.area_mu = str(whole["area_ha"]), str(whole["area_mu"])
    _show(office, plan, out, assets, drawn_on, story, clock)
    if files.changes is not None:
        made = adjust_year(office, plan, files.changes, drawn_on, out, clock)
        story.adjustment_id = made.plan.head.plan_id
        story.files.append(("年中调整前后对照图（A3 PDF） adjustment", f"{key}/adjustment.pdf"))
    return story


def _show(
    office: Office, plan: DraftedPlan, out: Path, assets: Path, drawn_on: date, story: DistrictStory, clock: Clock
) -> None:
    """Draw the plan, make its page for the meeting, and hand it over."""
    key, by = story.district, office.planner.name_zh
    with clock.step("计划图 sheet") as result:
        sheet = draw_sheet(office.database, office.catalogue, plan, drawn_on, drawn_by=by).sound()
        write_bytes(out / "plan.pdf", sheet.pdf)
        story.scale = sheet.scale
        story.files.append(("年度供应计划图（A3 PDF） plan sheet", f"{key}/plan.pdf"))
        result.text = f"1:{sheet.scale}，{sheet.facts.pages} 页，{len(sheet.pdf) / 1e6:.2f} MB"
    draw_year(office, plan, drawn_on, out, clock)
    story.files.append(("年度供应计划图册（PDF） atlas", f"{key}/atlas/图册.pdf"))
    with clock.step("会议分发页 plan hand-out") as result:
        page = draw_plan_handout(office.database, office.catalogue, plan, drawn_on, assets, drawn_by=by)
        write_bytes(out / "plan-handout.html", page)
        story.files.append(("年度计划会议分发页（离线网页，图表互查） plan hand-out", f"{key}/plan-handout.html"))
        result.text = f"{len(page) / 1e6:.2f} MB"
    with clock.step("移交成果 package") as result:
        package = hand_over(office.database, office.planner, plan, out / "package", drawn_on, _WHY)
        holds = package.holds | {package.manifest.name: "清单：版本、面积依据、文件校验值 releases, bases, hashes"}
        story.files += [(f"移交：{name} — {held}", f"{key}/package/{name}") for name, held in holds.items()]
        result.text = f"{len(package.files)} 个文件，逐值读回一致"
