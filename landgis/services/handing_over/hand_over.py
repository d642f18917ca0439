"""Handing over: the plan and what it stands on, as files that read back with every value intact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.pools import PoolStore
from landgis.db.runs import RunHead, RunStore, StoredRun
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import Secrecy
from landgis.domain.leaving import ExportKind, Leaving, mark_of_ours
from landgis.domain.outcome import Outcome
from landgis.domain.profile_sources import PERSONAL_FACTS
from landgis.exchange.package.manifest import MANIFEST, manifest_bytes, packed
from landgis.exchange.writing.vector import write_bytes, write_csv, write_geopackage, write_shapefile_zip
from landgis.services.handing_over.control import depart, drafts, require_reason
from landgis.services.handing_over.origin_of import origin_of
from landgis.services.planning.draft_plan import DraftedPlan
from landgis.services.planning.plan_forms import write_forms

_DELIVERED = {
    "line_no": "序号",
    "parcel_id": "地块编号",
    "town_name": "镇街名称",
    "village_name": "村名",
    "owner_name": "权属单位",
    "planned_use_code": "用途代码",
    "planned_use_zh": "用途名称",
    "area_ha": "面积公顷",
    "area_mu": "面积亩",
    "area_basis": "面积依据",
    "verdict": "结论",
}
"""Columns of the plan as delivered, with the Chinese field names of the shapefile."""
_FINDING_ZH = {
    "parcel_id": "地块编号",
    "rule_id": "规则",
    "outcome": "结论",
    "measured": "实测",
    "unit": "单位",
    "threshold": "限值",
    "document": "依据文件",
    "article": "条款",
    "quote_zh": "原文",
    "layer": "图层",
    "release": "图层版本",
    "message_zh": "说明",
    "message_en": "message",
}
_LEFT_OUT_ZH = {"parcel_id": "地块编号", "reason": "理由代码", "detail_zh": "说明", "detail_en": "detail"}
_MARK = mark_of_ours(False)
"""Pool and judged parcels lie beside the plan, and they are internal whatever became of the plan."""
_OUTCOME_ZH = {str(outcome): outcome.zh for outcome in Outcome}


@dataclass(frozen=True)
class Package:
    """Files handed over: name → SHA-256, name → what it holds, the manifest beside them, and the number in the log."""

    folder: Path
    files: dict[str, str]
    holds: dict[str, str]
    manifest: Path
    export_id: str


def hand_over(database: Database, person: Person, plan: DraftedPlan, out: Path, made_on: date, why: str) -> Package:
    """Write a plan as GeoPackage, zipped shapefile, workbook of its forms and CSV, with a manifest; for inside only.

    Parameters
    ----------
    plan
        The plan.
    out
        Folder; files of the same names are replaced, the manifest last.
    made_on
        Date on the manifest.
    why
        For whom and what for: it goes into the log of exports.

    Raises
    ------
    UsageError
        If nobody says why.
    NotAllowed
        If the person may not export.
    Conflict, ContractBroken
        If the forms of the plan cannot be written: see ``plan_forms.write_forms``.
    FileUnreadable
        If a file does not read back as written; it is not left behind then.
    """
    require_reason(why)
    person.require(Action.EXPORT)
    run = RunStore(database).load(plan.head.run_id)
    with drafts(out) as draft:
        layers, holds = _write(database, plan, run, draft)
        files = {file.name: file.sha256 for file in packed(draft, holds)}
        write_bytes(draft / MANIFEST, _manifest(database, plan, run.head, draft, holds, made_on))
        leaving = Leaving(
            ExportKind.PLAN_FILES, plan.head.district, why, {name: len(frame) for name, frame in layers.items()},
            {layer: name for layer, name in run.head.meta.releases.items() if name}, _MARK, crs=run.head.meta.crs,
            plan_id=plan.head.plan_id, pool_id=plan.head.pool_id, run_id=run.head.run_id, receiver=Secrecy.INTERNAL,
            continuous_m2=0.0,
        )  # fmt: skip
        export_id = depart(database, person, draft, out, leaving, last=MANIFEST)
    return Package(out, files, holds, out / MANIFEST, export_id)


def _write(
    database: Database, plan: DraftedPlan, run: StoredRun, out: Path
) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, str]]:
    """Write the files; return the layers inside, and what each file holds."""
    pool = PoolStore(database).load(plan.head.pool_id).pool
    judged = ParcelStore(database).versions(run.versions).drop(columns=sorted(PERSONAL_FACTS))
    parcels = judged.merge(run.judged.verdicts, on="parcel_id")
    stem = f"{DISTRICTS[plan.head.district].name_zh}{plan.head.year}年度入市供应计划"
    lines = plan.lines[[*_DELIVERED, plan.lines.geometry.name]]
    members = parcels.merge(pool.members.drop(columns="verdict"), on="parcel_id")
    layers: dict[str, gpd.GeoDataFrame] = {"计划地块": lines, "储备项目库": members, "筛查地块": parcels}
    write_geopackage(out / f"{stem}.gpkg", layers)
    write_shapefile_zip(out / f"{stem}.zip", "计划地块", lines.rename(columns=_DELIVERED))
    forms = write_forms(database, plan, out / f"{stem}.xlsx")
    write_csv(out / "筛查结论.csv", run.judged.findings.replace({"outcome": _OUTCOME_ZH}).rename(columns=_FINDING_ZH))
    left_out = pd.concat([pool.left_out, plan.draft.left_out], ignore_index=True)
    write_csv(out / "未入库.csv", left_out.rename(columns=_LEFT_OUT_ZH))
    return layers, {
        f"{stem}.gpkg": f"图层 layers: {'、'.join(layers)}",
        f"{stem}.zip": "计划地块（shapefile） lines of the plan",
        f"{stem}.xlsx": f"工作表 sheets: {'、'.join(forms.sheets)}",
        "筛查结论.csv": "逐条结论与依据 findings with their clauses",
        "未入库.csv": "未入库、未列入计划的地块与理由 what was left out, and why",
    }


def _manifest(
    database: Database, plan: DraftedPlan, run: RunHead, folder: Path, holds: dict[str, str], made_on: date
) -> bytes:
    origin = origin_of(database, plan.head.district, made_on, plan, plan.head.pool_id)
    further = {"kind": "plan_files", "secrecy": _MARK.value, "made_on": made_on, "fields": _DELIVERED}
    return manifest_bytes(
        origin, packed(folder, holds), crs=run.meta.crs, area_basis=plan.basis_counts(), further=further
    )
