"""Repairs of a release: proposed to a person, and what is accepted becomes a new draft. The release itself stays."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.crs import WORKING
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import Originals
from landgis.db.repairs import Acceptance, add_repairs, repairs_of
from landgis.domain.catalogue import Catalogue
from landgis.domain.issue import Issue, Severity
from landgis.domain.land_use import Scheme
from landgis.domain.layer import Release, ReleaseStatus
from landgis.errors import Conflict, NotFound, UsageError
from landgis.exchange.conforming.as_delivered import as_delivered
from landgis.exchange.conforming.layer import ConformedLayer, conform_layer
from landgis.exchange.delivery.release import incompleteness
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.frames.layer import LayerData
from landgis.quality.repairs import propose_repairs
from landgis.services.layers.features_only import require_features
from landgis.services.layers.original_rows import original_source, read_original
from landgis.services.quality.quality import PROGRAM

ALL = "all"
"""Accepts every repair that needs no person by name."""


@dataclass(frozen=True)
class Repaired:
    """A new draft that holds repaired features.

    Attributes
    ----------
    stored
        The draft.
    accepted
        RepairFrame of what it holds beyond its predecessor.
    left
        RepairFrame of what was proposed and not accepted.
    """

    stored: StoredRelease
    accepted: gpd.GeoDataFrame
    left: gpd.GeoDataFrame


def proposed_repairs(
    database: Database, originals: Originals, catalogue: Catalogue, layer: str, name: str
) -> gpd.GeoDataFrame:
    """Work out what could be repaired in a release, from its original; what it holds repaired already is left out.

    Returns
    -------
    geopandas.GeoDataFrame
        RepairFrame.

    Raises
    ------
    NotFound, FileMissing
        No such release; its original is not kept here.
    """
    stored = LayerStore(database).get(layer, name)
    require_features(stored, "修复", "repaired")
    raw = read_original(originals, stored.release)
    proposed = propose_repairs(as_delivered(raw, catalogue.require(layer).id_fields))
    done = {repair.repair_id for repair in repairs_of(database, layer, name)}
    return proposed[~proposed["repair_id"].isin(done)].reset_index(drop=True)


def apply_repairs(
    database: Database, originals: Originals, catalogue: Catalogue, person: Person, layer: str, name: str,
    accept: Collection[str], why: str,
) -> Repaired:  # fmt: skip
    """Store a new draft, ``NAME-r1``, in which accepted repairs are done; the release repaired is not touched.

    Everything else is read again from the kept original, as at the import. Repairs that the release holds already
    are kept.

    Parameters
    ----------
    accept
        Repair ids, or ``("all",)`` for every one that needs no person by name.
    why
        Reason that is kept with every repair.

    Raises
    ------
    NotAllowed, NotFound, FileMissing
        By policy; no such release or repair; the original is not kept here.
    UsageError
        Without a reason.
    Conflict
        If nothing is accepted, or an accepted repair would leave nothing of its feature.
    """
    person.require(Action.IMPORT_LAYER)
    if not why.strip():
        raise UsageError(
            "接受修复须说明理由", "Accepting repairs needs a reason", where=f"{layer}@{name}",
            next_zh="请用 --reason 写明理由", next_en="Give it with --reason",
        )  # fmt: skip
    store = LayerStore(database)
    old, spec = store.get(layer, name), catalogue.require(layer)
    require_features(old, "修复", "repaired")
    raw = read_original(originals, old.release)
    rows = as_delivered(raw, spec.id_fields)
    proposed = propose_repairs(rows)
    before = {repair.repair_id: repair for repair in repairs_of(database, layer, name)}
    fresh = proposed[~proposed["repair_id"].isin(before)]
    chosen = _chosen(fresh, accept, old.release.key)
    held = proposed[proposed["repair_id"].isin({*before, *chosen["repair_id"]})]
    scheme = Scheme(old.release.code_scheme) if old.release.code_scheme else None
    conformed = conform_layer(_repaired(raw, rows, held), spec, scheme=scheme)
    release = replace(
        old.release,
        name=_next_name(store, old.release),
        status=ReleaseStatus.DRAFT,
        feature_count=len(conformed.features),
    )
    lacking = incompleteness(spec, raw, conformed)
    data = LayerData(release, conformed.features, old.coverage, not lacking)
    acceptance = Acceptance(layer, release.name, name, PROGRAM, person, why.strip())
    stored = store.add_release(
        data, (*_issues(raw, conformed, release, chosen), *lacking), source=original_source(originals, old.release), person=person,
        then=lambda connection: add_repairs(connection, held, acceptance),
    )  # fmt: skip
    return Repaired(stored, chosen, fresh[~fresh["repair_id"].isin(chosen["repair_id"])])


def _chosen(fresh: gpd.GeoDataFrame, accept: Collection[str], where: str) -> gpd.GeoDataFrame:
    ids = set(accept) - {ALL}
    unknown = sorted(ids - set(fresh["repair_id"]))
    if unknown:
        raise NotFound(
            f"没有待接受的修复 {unknown[0]}", f"There is no repair {unknown[0]} to accept", where=where,
            next_zh="请用 --propose-repairs 查看", next_en="See --propose-repairs",
        )  # fmt: skip
    wanted = fresh["repair_id"].isin(ids)
    if ALL in accept:
        wanted |= ~fresh["needs_person"].astype(bool)
    chosen = fresh[wanted]
    gone = chosen[chosen.geometry.is_empty]
    if len(gone):
        raise Conflict(
            f"修复 {gone['repair_id'].iloc[0]} 后要素 {gone['feature_id'].iloc[0]} 不剩任何图形，不能接受",
            f"Repair {gone['repair_id'].iloc[0]} would leave nothing of {gone['feature_id'].iloc[0]}",
            where=where,
            next_zh="请由提供单位修正后重新导入",
            next_en="Have the supplier correct it and import again",
        )
    if chosen.empty:
        raise Conflict(
            f"{where} 没有可接受的修复；需点名的有 {len(fresh)} 个",
            f"{where}: no repair to accept; {len(fresh)} must be named one by one",
            where=where,
            next_zh="面积变化超过 1 ㎡ 或 0.1 % 的修复须用 --accept 逐个写明编号",
            next_en="Repairs that move more than 1 m² or 0.1 % must be named with --accept",
        )
    return chosen


def _repaired(raw: RawLayer, rows: gpd.GeoDataFrame, held: gpd.GeoDataFrame) -> RawLayer:
    """Put the repaired shapes in place of the delivered ones; everything is in the working CRS then."""
    geometry = np.array(rows.geometry.array, dtype=object)
    place = {feature_id: row for row, feature_id in enumerate(rows["feature_id"])}
    geometry[[place[feature_id] for feature_id in held["feature_id"]]] = held.geometry.to_numpy()
    return replace(raw, frame=raw.frame.set_geometry(gpd.GeoSeries(geometry, crs=WORKING)), crs=WORKING)


def _next_name(store: LayerStore, release: Release) -> str:
    stem = re.sub(r"-r\d+$", "", release.name)
    taken = {row.release.name for row in store.list(release.layer)}
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}-r{number}") not in taken)


def _issues(raw: RawLayer, conformed: ConformedLayer, release: Release, chosen: gpd.GeoDataFrame) -> tuple[Issue, ...]:
    moved = float((chosen["area_after_m2"] - chosen["area_before_m2"]).abs().sum())
    repaired = Issue(
        "repaired", Severity.MINOR, release.key,
        f"修复了 {len(chosen)} 个要素，面积共变化 {moved:.4f} ㎡；逐条记录见质检",
        f"{len(chosen)} features were repaired, {moved:.4f} m² in all; each is on record",
    )  # fmt: skip
    return (*raw.issues, *conformed.issues, repaired)
