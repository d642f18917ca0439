"""Handing over: the plan and what it stands on, as files that read back with every value intact."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.parcels import ParcelStore
from landgis.db.pools import PoolStore
from landgis.db.runs import RunHead, RunStore
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import SUBSTITUTE_ZH
from landgis.domain.outcome import Outcome
from landgis.domain.program import VERSION
from landgis.exchange.writing.vector import write_bytes, write_csv, write_geopackage, write_shapefile_zip
from landgis.services.planning.draft_plan import DraftedPlan
from landgis.services.planning.plan_forms import substitute, write_forms

_DELIVERED = {
    "line_no": "序号",
    "parcel_id": "地块编号",
    "town_name": "镇街名称",
    "village_name": "村名",
    "owner_name": "权属单位",
    "planned_use_code": "用途代码",
    "planned_use_zh": "规划用途",
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
_OUTCOME_ZH = {str(outcome): outcome.zh for outcome in Outcome}


@dataclass(frozen=True)
class Package:
    """Files handed over: name → SHA-256, name → what it holds, and the manifest beside them."""

    folder: Path
    files: dict[str, str]
    holds: dict[str, str]
    manifest: Path


def hand_over(database: Database, person: Person, plan: DraftedPlan, out: Path, made_on: date) -> Package:
    """Write a plan as GeoPackage, zipped shapefile, workbook of its forms and CSV, with a manifest.

    Parameters
    ----------
    plan
        The plan.
    out
        Folder; files of the same names are replaced.
    made_on
        Date on the manifest.

    Raises
    ------
    NotAllowed
        If the person may not export.
    Conflict, ContractBroken
        If the forms of the plan cannot be written: see ``plan_forms.write_forms``.
    FileUnreadable
        If a file does not read back as written; it is not left behind then.
    """
    person.require(Action.EXPORT)
    out.mkdir(parents=True, exist_ok=True)
    run = RunStore(database).load(plan.head.run_id)
    pool = PoolStore(database).load(plan.head.pool_id).pool
    parcels = ParcelStore(database).versions(run.versions).merge(run.judged.verdicts, on="parcel_id")
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
    holds = {
        f"{stem}.gpkg": f"图层 layers: {'、'.join(layers)}",
        f"{stem}.zip": "计划地块（shapefile） lines of the plan",
        f"{stem}.xlsx": f"工作表 sheets: {'、'.join(forms.sheets)}",
        "筛查结论.csv": "逐条结论与依据 findings with their clauses",
        "未入库.csv": "未入库、未列入计划的地块与理由 what was left out, and why",
    }
    files = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in holds}
    manifest = out / "manifest.json"
    told = _manifest(database, plan, run.head, files, holds, made_on)
    write_bytes(manifest, json.dumps(told, ensure_ascii=False, indent=2, default=str).encode())
    return Package(out, files, holds, manifest)


def _manifest(
    database: Database,
    plan: DraftedPlan,
    run: RunHead,
    files: dict[str, str],
    holds: dict[str, str],
    made_on: date,
) -> dict[str, object]:
    store = LayerStore(database)
    stored = [store.get(layer, name) for layer, name in run.meta.releases.items() if name]
    return {
        "notice": SUBSTITUTE_ZH if substitute(database, run) else "",
        "made_on": made_on,
        "made_by": f"landgis {VERSION}",
        "plan": {
            "id": plan.head.plan_id,
            "year": plan.head.year,
            "district": plan.head.district,
            "lines": len(plan.lines),
        },
        "pool": plan.head.pool_id,
        "run": {
            "id": run.run_id,
            "as_of": run.meta.as_of,
            "pack": run.meta.pack_id,
            "pack_version": run.meta.pack_version,
        },
        "crs": run.meta.crs,
        "area_basis": plan.basis_counts(),
        "fields": _DELIVERED,
        "releases": [asdict(row.release) for row in stored],
        "files": [{"name": name, "holds": holds[name], "sha256": digest} for name, digest in files.items()],
    }
