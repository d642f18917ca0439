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
from landgis.exchange.writing.plan_workbook import write_plan_xlsx
from landgis.exchange.writing.vector import write_bytes, write_csv, write_geopackage, write_shapefile_zip
from landgis.services.planning.draft_plan import DraftedPlan

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
    """Files handed over: name → SHA-256, and the manifest beside them."""

    folder: Path
    files: dict[str, str]
    manifest: Path


def hand_over(database: Database, person: Person, plan: DraftedPlan, out: Path, made_on: date) -> Package:
    """Write a plan as GeoPackage, zipped shapefile, workbook and CSV, with a manifest.

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
    written = [
        out / f"{stem}.gpkg",
        out / f"{stem}.zip",
        out / f"{stem}.xlsx",
        out / "筛查结论.csv",
        out / "未入库.csv",
    ]
    layers: dict[str, gpd.GeoDataFrame] = {"计划地块": lines, "储备项目库": members, "筛查地块": parcels}
    write_geopackage(written[0], layers)
    write_shapefile_zip(written[1], "计划地块", lines.rename(columns=_DELIVERED))
    write_plan_xlsx(
        written[2], plan.draft.lines, plan.by_use, plan.by_town, _meta(plan, run.head, _substitute(database, run.head))
    )
    write_csv(written[3], run.judged.findings.replace({"outcome": _OUTCOME_ZH}).rename(columns=_FINDING_ZH))
    left_out = pd.concat([pool.left_out, plan.draft.left_out], ignore_index=True)
    write_csv(written[4], left_out.rename(columns=_LEFT_OUT_ZH))
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in written}
    manifest = out / "manifest.json"
    text = json.dumps(_manifest(database, plan, run.head, files, made_on), ensure_ascii=False, indent=2, default=str)
    write_bytes(manifest, text.encode())
    return Package(out, files, manifest)


def _manifest(
    database: Database, plan: DraftedPlan, run: RunHead, files: dict[str, str], made_on: date
) -> dict[str, object]:
    store = LayerStore(database)
    stored = [store.get(layer, name) for layer, name in run.meta.releases.items() if name]
    return {
        "notice": SUBSTITUTE_ZH if _substitute(database, run) else "",
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
        "files": [{"name": name, "sha256": digest} for name, digest in files.items()],
    }


def _meta(plan: DraftedPlan, run: RunHead, substitute: bool) -> dict[str, str]:
    basis = {"registered": 0, "ellipsoidal": 0} | plan.basis_counts()
    return {
        "title": f"{DISTRICTS[plan.head.district].name_zh}{plan.head.year}年度农村集体经营性建设用地入市供应计划",
        "notice": SUBSTITUTE_ZH if substitute else "",
        "计划编号": plan.head.plan_id,
        "储备项目库": plan.head.pool_id,
        "筛查批次": f"{run.run_id}，规则包 {run.meta.pack_id} {run.meta.pack_version}，截至 {run.meta.as_of}",
        "面积依据": f"登记面积 {basis['registered']} 宗，椭球面积 {basis['ellipsoidal']} 宗；1 公顷 = 15 亩",
        "坐标系": f"CGCS2000 3 度带 中央经线 120°E（{run.meta.crs}）",
    }


def _substitute(database: Database, run: RunHead) -> bool:
    store = LayerStore(database)
    return any(store.get(layer, name).release.substitute for layer, name in run.meta.releases.items() if name)
