"""Bringing a raster in: a GeoTIFF becomes a draft release, evidence, never a control line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from landgis.access.person import Person
from landgis.crs import WORKING, name_of
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import Originals
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import BOTH, CoverageBasis, Release
from landgis.domain.raster_facts import RasterFacts
from landgis.errors import OutsideArea
from landgis.exchange.conforming.geometry_rows import wgs84_notice
from landgis.exchange.delivery.coverage import Ground, ground, read_coverage_file
from landgis.exchange.delivery.layer_input import no_features
from landgis.exchange.delivery.release import answers_given, stated_release
from landgis.exchange.reading.detect import GEOTIFF, sniff
from landgis.exchange.reading.raster import open_raster
from landgis.exchange.reading.walls import walls_notice
from landgis.frames.layer import LayerData
from landgis.raster.accept import Accepted, Stated, accept
from landgis.raster.ground import ground_of, part_within, share_of_district
from landgis.services.import_layer import LayerImport, known_edition, spec_of
from landgis.services.inspect_raster import settled_place

Progress = Callable[[str], None]


def holds_raster(path: Path) -> bool:
    """Tell whether a file is a GeoTIFF, by its first bytes; a file that is nothing at all is none."""
    return path.is_file() and path.stat().st_size > 0 and sniff(path) == GEOTIFF


def import_raster(
    database: Database,
    originals: Originals,
    catalogue: Catalogue,
    person: Person,
    request: LayerImport,
    progress: Progress = lambda _step: None,
) -> StoredRelease:
    """Store a raster as a draft release, all or nothing; its cells are never moved, its bytes are kept.

    Raises
    ------
    InputError
        If the file cannot stand as evidence, or leaves a question open.
    OutsideArea
        If it touches nothing of the district that it is said to speak for.
    UsageError
        If nothing says which layer it is, or an answer cannot be one.
    Conflict
        If the layer has an edition of that name.
    """
    says, path = request.says, request.path
    spec = spec_of(catalogue, request, path.stem)
    progress("读取 reading")
    with open_raster(path) as opened:
        facts = opened.facts
        crs, placed = settled_place(facts, says.crs, path.name)
        progress("核对 checking")
        accepted = accept(facts, spec, name_of(crs), Stated(says.nodata, says.meaning))
        coverage, about = _coverage(accepted, request, path.name)
        reach = _require_reach(coverage, says.district, path.name)
        release = replace(
            _release(stated_release(spec, says), facts, accepted),
            answers=(*answers_given(says, placed), *accepted.answers),
        )
        issues = (*placed, *wgs84_notice(crs, path.name), *accepted.issues, *about, *reach, *walls_notice(path.name))
        store = LayerStore(database)
        known = known_edition(store, release, path)
        if known is not None:
            return known
        progress("入库 storing")
        source = originals.keep(opened.original, name=path.name)
        return store.add_release(
            LayerData(release, no_features(WORKING), coverage), issues, source=source, person=person
        )


def _release(stated: Release, facts: RasterFacts, accepted: Accepted) -> Release:
    return replace(
        stated,
        name=stated.name or facts.content_hash[:12],
        content_hash=facts.content_hash,
        source_name=facts.source_name,
        source_crs=accepted.raster.crs,
        coverage_basis=CoverageBasis.DECLARED,
        raster=accepted.raster,
    )


def _coverage(accepted: Accepted, request: LayerImport, where: str) -> tuple[Ground, tuple[Issue, ...]]:
    """Return the ground that the cells cover, cut down to what the delivery declares."""
    cells = ground_of(accepted.raster)
    if request.coverage is None:
        return cells, ()
    declared = read_coverage_file(request.coverage)
    within = ground(part_within(np.array([declared.polygon], dtype=object), cells)[0])
    beyond_m2 = float(shapely.area(declared.polygon) - shapely.area(within))
    if beyond_m2 < 1:
        return within, declared.issues
    zh = f"声明的覆盖范围有 {beyond_m2 / 1e4:,.2f} 公顷在栅格之外，该处按无数据处理"
    en = f"{beyond_m2 / 1e4:,.2f} ha of the declared coverage lie beyond the raster, and count as without data"
    return within, (*declared.issues, Issue("coverage_beyond_raster", Severity.SERIOUS, where, zh, en))


def _require_reach(coverage: Ground, district: str, where: str) -> list[Issue]:
    """Say how much of each district the raster reaches, and refuse one that reaches none of what it speaks for."""
    spoken = list(DISTRICTS.values()) if district == BOTH else [DISTRICTS[district]]
    reached = {each: share_of_district(coverage, each) for each in spoken}
    if not any(reached.values()):
        names_zh, names_en = "、".join(each.name_zh for each in spoken), ", ".join(each.name_en for each in spoken)
        raise OutsideArea(
            f"{where} 不在{names_zh}范围内", f"{where} reaches nothing of {names_en}", where=where,
            next_zh="请核对坐标系和 --district", next_en="Check the CRS and --district",
        )  # fmt: skip
    area_ha = float(shapely.area(coverage)) / 1e4
    return [
        Issue(
            "raster_extent", Severity.MINOR, where,
            f"共 {area_ha:,.2f} 公顷，覆盖{each.name_zh}外接范围的 {share:.2%}；范围外的地块按无数据处理",
            f"{area_ha:,.2f} ha, {share:.2%} of the box around {each.name_en}; parcels beyond it count as without data",
        )
        for each, share in reached.items() if share
    ]  # fmt: skip
