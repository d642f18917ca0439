"""A GeoTIFF as a release of a layer: what its cells mean, where they lie, what it covers; stored by nobody here."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from landgis.crs import name_of
from landgis.domain.catalogue import LayerSpec
from landgis.domain.district import DISTRICTS
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import BOTH, CoverageBasis, Release
from landgis.domain.raster_facts import RasterFacts
from landgis.errors import OutsideArea
from landgis.exchange.conforming.geometry_rows import wgs84_notice
from landgis.exchange.delivery.coverage import Coverage, Ground, ground
from landgis.exchange.delivery.layers_file import LayerEntry
from landgis.exchange.delivery.release import answers_given, stated_release
from landgis.exchange.reading.walls import walls_notice
from landgis.raster.accept import Accepted, Stated, accept
from landgis.raster.ground import ground_of, part_within, share_of_district
from landgis.services.inspecting.inspect_raster import settled_place


@dataclass(frozen=True)
class TakenRaster:
    """A raster that can be measured.

    Attributes
    ----------
    release
        Its release, with what a person was believed in.
    coverage
        Ground that it speaks of: its cells, cut down to what is declared; working CRS.
    issues
        What was noticed.
    reach
        How much of each district it reaches: worth saying when it is stored.
    """

    release: Release
    coverage: Ground
    issues: tuple[Issue, ...]
    reach: tuple[Issue, ...]


def take_raster(
    facts: RasterFacts,
    spec: LayerSpec,
    says: LayerEntry,
    declared: Coverage | None,
    *,
    substitute: bool = False,
) -> TakenRaster:
    """Take a raster for a layer, as ``layers.yaml`` or a command says it is.

    Parameters
    ----------
    facts
        What the file holds.
    spec, says
        The layer of the catalogue, and what is said of the file.
    declared
        Coverage that somebody answers for; None: all that its cells cover.
    substitute
        Whether the whole delivery is stand-in data.

    Raises
    ------
    InputError
        If the file cannot stand as evidence, or leaves a question open.
    OutsideArea
        If it touches nothing of the district that it is said to speak for.
    UsageError
        If an answer cannot be one.
    """
    where = facts.source_name
    crs, placed = settled_place(facts, says.crs, where)
    accepted = accept(facts, spec, name_of(crs), Stated(says.nodata, says.meaning))
    coverage, about = _coverage(accepted, declared, where)
    reach = _require_reach(coverage, says.district, where)
    release = replace(
        stated_release(spec, says, substitute),
        name=says.name or facts.content_hash[:12],
        content_hash=facts.content_hash,
        source_name=where,
        source_crs=accepted.raster.crs,
        coverage_basis=CoverageBasis.DECLARED,
        answers=(*answers_given(says, placed), *accepted.answers),
        raster=accepted.raster,
    )
    issues = (*placed, *wgs84_notice(crs, where), *accepted.issues, *about, *walls_notice(where))
    return TakenRaster(release, coverage, issues, reach)


def _coverage(accepted: Accepted, declared: Coverage | None, where: str) -> tuple[Ground, tuple[Issue, ...]]:
    """Return the ground that the cells cover, cut down to what the delivery declares."""
    cells = ground_of(accepted.raster)
    if declared is None:
        return cells, ()
    within = ground(part_within(np.array([declared.polygon], dtype=object), cells)[0])
    beyond_m2 = float(shapely.area(declared.polygon) - shapely.area(within))
    if beyond_m2 < 1:
        return within, declared.issues
    zh = f"声明的覆盖范围有 {beyond_m2 / 1e4:,.2f} 公顷在栅格之外，该处按无数据处理"
    en = f"{beyond_m2 / 1e4:,.2f} ha of the declared coverage lie beyond the raster, and count as without data"
    return within, (*declared.issues, Issue("coverage_beyond_raster", Severity.SERIOUS, where, zh, en))


def _require_reach(coverage: Ground, district: str, where: str) -> tuple[Issue, ...]:
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
    return tuple(
        Issue(
            "raster_extent", Severity.MINOR, where,
            f"共 {area_ha:,.2f} 公顷，覆盖{each.name_zh}外接范围的 {share:.2%}；范围外的地块按无数据处理",
            f"{area_ha:,.2f} ha, {share:.2%} of the box around {each.name_en}; parcels beyond it count as without data",
        )
        for each, share in reached.items() if share
    )  # fmt: skip
