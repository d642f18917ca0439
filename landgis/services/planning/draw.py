"""Drawing: what a sheet of a plan shows, and what lies around parcels on any map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.memberships import MembershipStore
from landgis.db.runs import RunHead, RunStore
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import BEIJING, DISTRICTS
from landgis.domain.pooling import Standing
from landgis.maps.material import Boundary, ContextLayer, Source
from landgis.maps.sheet import PlanSheet
from landgis.services.planning.draft_plan import DraftedPlan

CONTEXT = ("water", "road", "permanent_basic_farmland", "ecological_redline", "homestead", "development_boundary")
"""Layers drawn under the parcels, from bottom to top."""


@dataclass(frozen=True)
class Surroundings:
    """What is drawn around parcels, and what it stands on: layers from bottom to top, borders, releases."""

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
    also: Iterable[BaseGeometry] = (),
    drawn_by: str = "",
) -> PlanSheet:
    """Gather what a sheet of a plan shows: its lines, the layers its run was judged on, borders, sources.

    Parameters
    ----------
    also
        Further parcels that the sheet shows: layers reach as far around them.
    drawn_by
        Name of the person who draws; it stands on every page.
    """
    run = RunStore(database).head(plan.head.run_id)
    district = DISTRICTS[plan.head.district]
    borders = [boundary.geometry for boundary in boundaries_of(LayerStore(database), run)]
    around = surroundings(database, catalogue, run, _ground([*plan.lines.geometry, *also, *borders]))
    return PlanSheet(
        title_zh=f"{district.name_zh}{plan.head.year}年度农村集体经营性建设用地入市供应计划图",
        title_en=f"{district.name_en} {plan.head.year}: supply plan for collective construction land",
        subtitle_zh=f"计划 {plan.head.plan_id} · 储备项目库 {plan.head.pool_id} · 筛查批次 {plan.head.run_id}"
        f"（规则包 {run.meta.pack_id} {run.meta.pack_version}）",
        district_zh=district.name_zh,
        plan_year=plan.head.year,
        as_of=run.meta.as_of,
        drawn_on=drawn_on,
        lines=with_supplied(database, plan, drawn_on),
        totals_by_use=plan.by_use,
        totals_by_town=plan.by_town,
        context=around.context,
        boundaries=around.boundaries,
        sources=around.sources,
        substitute=around.substitute,
        prepared_by=prepared_by,
        sheet_no=sheet_no,
        drawn_by=drawn_by,
    )


def with_supplied(database: Database, plan: DraftedPlan, drawn_on: date) -> gpd.GeoDataFrame:
    """Mark the lines whose parcel was supplied by the end of the day of drawing: a reprint shows what was so then."""
    midnight = datetime.combine(drawn_on + timedelta(days=1), time(), BEIJING)
    standings = MembershipStore(database).standings(plan.head.district, midnight)
    supplied = set(standings.loc[standings["standing"] == Standing.SUPPLIED, "parcel_id"])
    return plan.lines.assign(muted=[parcel_id in supplied for parcel_id in plan.lines["parcel_id"]])


def _ground(shown: Sequence[BaseGeometry]) -> shapely.Geometry:
    """Extent of parcels and borders with a margin of three times itself: no sheet shows more."""
    west, south, east, north = shapely.total_bounds(np.array(shown, dtype=object)).tolist()
    margin = 3 * max(east - west, north - south, 1_000.0)
    return shapely.Polygon.from_bounds(west - margin, south - margin, east + margin, north + margin)


def surroundings(
    database: Database,
    catalogue: Catalogue,
    run: RunHead,
    ground: shapely.Geometry,
    layers: Sequence[str] = CONTEXT,
) -> Surroundings:
    """Gather the releases that spoke on a run's day around some ground; of ``layers`` those that ``CONTEXT`` draws."""
    store = LayerStore(database)
    shapely.prepare(ground)
    context_keys = [key for key in CONTEXT if key in layers]
    context, used = [], []
    for key in context_keys:
        stored = release_of(store, run, key)
        if stored is None:
            continue
        features = store.features(key, stored.release.name)
        features = features[shapely.intersects(ground, features.geometry.to_numpy())]
        if len(features):
            context.append(ContextLayer(key, catalogue.require(key).style, features, stored.release.name))
        used.append(stored)
    judged = [release_of(store, run, key) for key in run.meta.releases if key not in context_keys]
    used += [stored for stored in judged if stored is not None]
    towns, boundaries = _towns_of(store, run), boundaries_of(store, run)
    sources = tuple(source_of(stored) for stored in [*used, *([towns] if towns else [])])
    return Surroundings(tuple(context), boundaries, sources, any(source.substitute for source in sources))


def release_of(store: LayerStore, run: RunHead, key: str) -> StoredRelease | None:
    """Return the edition that the run was judged on; for a layer it did not read, the one that speaks on its day."""
    if key in run.meta.releases:
        name = run.meta.releases[key]
        return store.get(key, name) if name else None
    return store.current(key, run.meta.as_of, district=run.meta.district)


def _towns_of(store: LayerStore, run: RunHead) -> StoredRelease | None:
    return store.current("town", run.meta.as_of, district=run.meta.district)


def boundaries_of(store: LayerStore, run: RunHead) -> tuple[Boundary, ...]:
    """Return the borders of the district's towns as they were on the run's day; none where no release says them."""
    stored = _towns_of(store, run)
    if stored is None:
        return ()
    features = store.features("town", stored.release.name, attributes=True)
    code = DISTRICTS[run.meta.district].code
    own = features[features["XZQDM"].astype(str).str.startswith(code)] if "XZQDM" in features else features
    names = own["XZQMC"] if "XZQMC" in own else own["label"]
    return tuple(Boundary(str(name), "town", shape) for name, shape in zip(names, own.geometry, strict=True))


def source_of(stored: StoredRelease) -> Source:
    """Name a release as the source note of a sheet does."""
    release = stored.release
    return Source(
        release.title_zh, release.name, release.document_no, release.issued_on, release.substitute, release.attribution
    )
