"""Drawing hand-outs: judged parcels, or a plan for a meeting room, as one page that opens without a network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.pools import PoolStore
from landgis.db.runs import RunStore
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.domain.planning import PlanStatus
from landgis.maps.handout import Handout, PlanHandout, handout, plan_handout
from landgis.services.planning.draft_plan import DraftedPlan
from landgis.services.planning.draw import CONTEXT, surroundings, with_supplied

AROUND_M = 500.0
"""A hand-out shows context this far around its parcels, and says so."""
_AROUND = f"图层仅绘地块周边 {AROUND_M:g} 米范围 Layers are drawn within {AROUND_M:g} m of the parcels"


def draw_handout(
    database: Database,
    catalogue: Catalogue,
    run_id: str,
    drawn_on: date,
    assets: Path,
    parcel_ids: set[str] | None = None,
    title_zh: str = "",
    layers: Sequence[str] = CONTEXT,
    drawn_by: str = "",
) -> bytes:
    """Draw the parcels of a run (or some of them) as one HTML page that opens without a network.

    Parameters
    ----------
    layers
        Layers of ``CONTEXT`` to draw around them.
    drawn_by
        Name of the person who draws; it stands at the head of the page.

    Raises
    ------
    InputError
        If there are too many outlines for a browser, or the page gets too heavy; narrow the choice then.
    """
    run = RunStore(database).load(run_id)
    meta = run.head.meta
    parcels = ParcelStore(database).versions(run.versions).merge(run.judged.verdicts, on="parcel_id")
    if parcel_ids is not None:
        parcels = parcels[parcels["parcel_id"].isin(parcel_ids)].reset_index(drop=True)
    around = surroundings(database, catalogue, run.head, _near(parcels), layers)
    district = DISTRICTS[meta.district]
    request = Handout(
        title_zh=" ".join(filter(None, (title_zh or f"{district.name_zh}入市筛查结果 {run_id}", meta.caution[0]))),
        title_en=" ".join(filter(None, (f"{district.name_en}: screening {run_id}", meta.caution[1]))),
        as_of=meta.as_of,
        drawn_on=drawn_on,
        drawn_by=drawn_by,
        parcels=parcels,
        findings=run.judged.findings,
        context=around.context,
        sources=around.sources,
        notes_zh=(_AROUND,),
        substitute=around.substitute,
    )
    return handout(request, assets)


def draw_plan_handout(
    database: Database,
    catalogue: Catalogue,
    plan: DraftedPlan,
    drawn_on: date,
    assets: Path,
    layers: Sequence[str] = CONTEXT,
    drawn_by: str = "",
) -> bytes:
    """Draw a plan for a meeting room: its lines, the pool around them and its tables; else as ``draw_handout``."""
    head, district = plan.head, DISTRICTS[plan.head.district]
    run, status = RunStore(database).head(head.run_id), PlanStatus(head.status)
    members = _rest_of_pool(database, plan)
    shown = pd.concat([plan.lines.geometry, members.geometry], ignore_index=True)
    around = surroundings(database, catalogue, run, _near(gpd.GeoDataFrame(geometry=shown)), layers)
    title = (f"{district.name_zh}{head.year}年度农村集体经营性建设用地入市供应计划（{status.zh}）",
             f"{district.name_en} {head.year}: supply plan for collective construction land ({status.en})")  # fmt: skip
    request = PlanHandout(
        title_zh=" ".join(filter(None, (title[0], run.meta.caution[0]))),
        title_en=" ".join(filter(None, (title[1], run.meta.caution[1]))),
        as_of=run.meta.as_of,
        drawn_on=drawn_on,
        drawn_by=drawn_by,
        lines=with_supplied(database, plan, drawn_on),
        members=members,
        totals_by_use=plan.by_use,
        totals_by_town=plan.by_town,
        context=around.context,
        sources=around.sources,
        notes_zh=(
            f"计划 plan {head.plan_id} · 储备项目库 pool {head.pool_id} · 筛查批次 run {head.run_id}"
            f"（规则包 rules {run.meta.pack_id} {run.meta.pack_version}）。",
            "1 公顷 = 15 亩，合计为表列各行之和 1 ha = 15 mu; totals are sums of the printed rows。",
            _AROUND,
        ),
        substitute=around.substitute,
    )
    return plan_handout(request, assets)


def _rest_of_pool(database: Database, plan: DraftedPlan) -> gpd.GeoDataFrame:
    """Return the members of the plan's pool that are on no line, and why the plan left them out."""
    pool = PoolStore(database).load(plan.head.pool_id)
    rest = pool.pool.members[~pool.pool.members["parcel_id"].isin(plan.lines["parcel_id"])]
    versions = RunStore(database).versions(pool.head.run_id)
    parcels = ParcelStore(database).versions(versions[versions["parcel_id"].isin(rest["parcel_id"])])
    told = rest[["parcel_id", "verdict"]].merge(plan.draft.left_out, on="parcel_id", how="left")
    return parcels.merge(told, on="parcel_id")


def _near(parcels: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return the ground around parcels that a hand-out shows."""
    return shapely.union_all(shapely.buffer(parcels.geometry.to_numpy(), AROUND_M, quad_segs=2))
