"""Drawing: what a sheet of the plan shows, and the judged parcels as a page to pass on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import geopandas as gpd
import shapely

from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.memberships import MembershipStore
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunHead, RunStore
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import BEIJING, DISTRICTS
from landgis.domain.pooling import Standing
from landgis.maps.handout import Handout, handout
from landgis.maps.material import Boundary, ContextLayer, Source
from landgis.maps.sheet import PlanSheet
from landgis.services.planning.draft_plan import DraftedPlan

CONTEXT = ("water", "road", "permanent_basic_farmland", "ecological_redline", "homestead", "development_boundary")
"""Layers drawn under the parcels, from bottom to top."""
AROUND_M = 500.0
"""A hand-out shows context this far around its parcels, and says so."""


@dataclass(frozen=True)
class _Surroundings:
    context: tuple[ContextLayer, ...]
    boundaries: tuple[Boundary, ...]
    sources: tuple[Source, ...]
    substitute: bool


def sheet_request(
    database: Database,
    catalogue: Catalogue,
    plan: DraftedPlan,
    drawn_on: date,
    prepared_by: str = "",
    sheet_no: str = "1",
) -> PlanSheet:
    """Gather what a sheet of a plan shows: its lines, the layers its run was judged on, borders, sources."""
    run = RunStore(database).head(plan.head.run_id)
    district = DISTRICTS[plan.head.district]
    around = _surroundings(database, catalogue, run, _ground(plan.lines))
    return PlanSheet(
        title_zh=f"{district.name_zh}{plan.head.year}年度农村集体经营性建设用地入市供应计划图",
        title_en=f"{district.name_en} {plan.head.year}: supply plan for collective construction land",
        subtitle_zh=f"计划 {plan.head.plan_id} · 储备项目库 {plan.head.pool_id} · 筛查批次 {plan.head.run_id}"
        f"（规则包 {run.meta.pack_id} {run.meta.pack_version}）",
        district_zh=district.name_zh,
        plan_year=plan.head.year,
        as_of=run.meta.as_of,
        drawn_on=drawn_on,
        lines=_with_supplied(database, plan, drawn_on),
        totals_by_use=plan.by_use,
        totals_by_town=plan.by_town,
        context=around.context,
        boundaries=around.boundaries,
        sources=around.sources,
        substitute=around.substitute,
        prepared_by=prepared_by,
        sheet_no=sheet_no,
    )


def draw_handout(
    database: Database,
    catalogue: Catalogue,
    run_id: str,
    drawn_on: date,
    assets: Path,
    parcel_ids: set[str] | None = None,
    title_zh: str = "",
) -> bytes:
    """Draw the parcels of a run (or some of them) as one HTML page that opens without a network.

    Raises
    ------
    InputError
        If there are too many outlines for a browser; narrow the choice then.
    """
    run = RunStore(database).load(run_id)
    meta = run.head.meta
    parcels = ParcelStore(database).versions(run.versions).merge(run.judged.verdicts, on="parcel_id")
    if parcel_ids is not None:
        parcels = parcels[parcels["parcel_id"].isin(parcel_ids)].reset_index(drop=True)
    near = shapely.union_all(shapely.buffer(parcels.geometry.to_numpy(), AROUND_M, quad_segs=2))
    around = _surroundings(database, catalogue, run.head, near)
    district = DISTRICTS[meta.district]
    request = Handout(
        title_zh=" ".join(filter(None, (title_zh or f"{district.name_zh}入市筛查结果 {run_id}", meta.caution[0]))),
        title_en=" ".join(filter(None, (f"{district.name_en}: screening {run_id}", meta.caution[1]))),
        as_of=meta.as_of,
        drawn_on=drawn_on,
        parcels=parcels,
        findings=run.judged.findings,
        context=around.context,
        sources=around.sources,
        notes_zh=(f"图层仅绘地块周边 {AROUND_M:g} 米范围 Layers are drawn within {AROUND_M:g} m of the parcels",),
        substitute=around.substitute,
    )
    return handout(request, assets)


def _with_supplied(database: Database, plan: DraftedPlan, drawn_on: date) -> gpd.GeoDataFrame:
    """Mark the lines whose parcel was supplied by the end of the day of drawing: a reprint shows what was so then."""
    midnight = datetime.combine(drawn_on + timedelta(days=1), time(), BEIJING)
    standings = MembershipStore(database).standings(plan.head.district, midnight)
    supplied = set(standings.loc[standings["standing"] == Standing.SUPPLIED, "parcel_id"])
    return plan.lines.assign(muted=[parcel_id in supplied for parcel_id in plan.lines["parcel_id"]])


def _ground(lines: gpd.GeoDataFrame) -> shapely.Geometry:
    """The lines' extent with a margin of three times itself: no sheet shows more."""
    west, south, east, north = lines.total_bounds
    margin = 3 * max(east - west, north - south, 1_000.0)
    return shapely.box(west - margin, south - margin, east + margin, north + margin)


def _surroundings(database: Database, catalogue: Catalogue, run: RunHead, ground: shapely.Geometry) -> _Surroundings:
    """Releases that spoke on the run's day, as context, borders and sources."""
    store = LayerStore(database)
    shapely.prepare(ground)
    context, used = [], []
    for key in CONTEXT:
        stored = release_of(store, run, key)
        if stored is None:
            continue
        features = store.features(key, stored.release.name)
        features = features[shapely.intersects(ground, features.geometry.to_numpy())]
        if len(features):
            context.append(ContextLayer(key, catalogue.require(key).style, features, stored.release.name))
        used.append(stored)
    judged = [release_of(store, run, key) for key in run.meta.releases if key not in CONTEXT]
    used += [stored for stored in judged if stored is not None]
    towns = store.current("town", run.meta.as_of, district=run.meta.district)
    boundaries = _towns(store, towns, run.meta.district) if towns else ()
    sources = tuple(source_of(stored) for stored in [*used, *([towns] if towns else [])])
    return _Surroundings(tuple(context), boundaries, sources, any(source.substitute for source in sources))


def release_of(store: LayerStore, run: RunHead, key: str) -> StoredRelease | None:
    """Return the edition that the run was judged on; for a layer it did not read, the one that speaks on its day."""
    if key in run.meta.releases:
        name = run.meta.releases[key]
        return store.get(key, name) if name else None
    return store.current(key, run.meta.as_of, district=run.meta.district)


def _towns(store: LayerStore, stored: StoredRelease, district: str) -> tuple[Boundary, ...]:
    features = store.features("town", stored.release.name, attributes=True)
    code = DISTRICTS[district].code
    own = features[features["XZQDM"].astype(str).str.startswith(code)] if "XZQDM" in features else features
    names = own["XZQMC"] if "XZQMC" in own else own["label"]
    return tuple(Boundary(str(name), "town", shape) for name, shape in zip(names, own.geometry, strict=True))


def source_of(stored: StoredRelease) -> Source:
    """Name a release as the source note of a sheet does."""
    release = stored.release
    return Source(
        release.title_zh, release.name, release.document_no, release.issued_on, release.substitute, release.attribution
    )
