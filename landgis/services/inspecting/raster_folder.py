"""The rasters of a folder of layers: taken as an import would take them, and stored nowhere.

One that cannot stand (unreadable, without a stated legend, in no CRS of surveys …) becomes a layer that speaks of nothing,
with a fatal issue: unknown is what a rule that reads it then has to answer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import shapely

from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.domain.issue import Issue, Severity
from landgis.domain.raster import RasterKind
from landgis.errors import LandgisError, NeedsAnswer
from landgis.exchange.delivery.coverage import Coverage, declared_coverage, read_coverage_file
from landgis.exchange.delivery.layer_input import no_features
from landgis.exchange.delivery.layers_file import LAYERS_FILE, LayersFile, read_layers_file
from landgis.exchange.delivery.locate import locate_rasters
from landgis.exchange.delivery.release import stated_release
from landgis.exchange.reading.raster import read_raster_facts
from landgis.frames.layer import LayerData
from landgis.services.inspecting.take_raster import take_raster


def evidence_layers(catalogue: Catalogue) -> set[str]:
    """Return the layers whose cells say something of a parcel, whether a rule asks for it or not."""
    return {spec.key for spec in catalogue if spec.raster is not None and spec.raster.kind is not RasterKind.PICTURE}


def rasters_of_folder(
    folder: Path, catalogue: Catalogue, *, coverage_file: Path | None = None, wanted: Collection[str] | None = None
) -> tuple[dict[str, LayerData], list[Issue]]:
    """Take the rasters of a folder, by the names of its files and as its ``layers.yaml`` says.

    Parameters
    ----------
    folder, catalogue
        Folder that exists; the layer catalogue.
    coverage_file
        Polygons that cut every raster down whose entry declares no coverage; without both its own cells are meant.
    wanted
        Layers to take; None takes all.

    Returns
    -------
    tuple
        Layer key → raster with its file, and what was noticed.
    """
    settings = read_layers_file(folder, catalogue)
    located, issues = locate_rasters(folder, catalogue, settings)
    layers = {}
    for spec, path in located.items():
        if wanted is not None and spec.key not in wanted:
            continue
        says = settings.entry(spec.key)
        declared = declared_coverage(says.coverage, folder, says.coverage_crs or says.crs)
        if declared is None and coverage_file is not None:
            declared = read_coverage_file(coverage_file)
        layers[spec.key], noticed = _taken(spec, path, settings, declared)
        issues += noticed
    return layers, issues


def _taken(
    spec: LayerSpec, path: Path, settings: LayersFile, declared: Coverage | None
) -> tuple[LayerData, tuple[Issue, ...]]:
    says = settings.entry(spec.key)
    try:
        taken = take_raster(read_raster_facts(path), spec, says, declared, substitute=settings.substitute)
    except LandgisError as error:
        return _silent(spec, path, settings), (_unusable(spec, path, error.code, _told(spec, error)),)
    fatal = [issue for issue in taken.issues if issue.severity is Severity.FATAL]
    if fatal:
        why = fatal[0].message_zh, fatal[0].message_en
        return _silent(spec, path, settings), (*taken.issues, _unusable(spec, path, "raster_unusable", why))
    return LayerData(taken.release, no_features(), taken.coverage, file=path), taken.issues


def _silent(spec: LayerSpec, path: Path, settings: LayersFile) -> LayerData:
    says = settings.entry(spec.key)
    release = replace(
        stated_release(spec, says, settings.substitute), name=says.name or "unreadable", source_name=path.name
    )
    return LayerData(release, no_features(), shapely.Polygon(), complete=False)


def _unusable(spec: LayerSpec, path: Path, code: str, why: tuple[str, str]) -> Issue:
    zh, en = f"{spec.title_zh}无法使用：{why[0]}", f"{spec.title_en} cannot be used: {why[1]}"
    return Issue(code, Severity.FATAL, path.name, zh, en)


def _told(spec: LayerSpec, error: LandgisError) -> tuple[str, str]:
    """Say what happened and what next; what is asked of a file in a folder is answered in its ``layers.yaml``."""
    asked = "、".join(row.code for row in error.questions) if isinstance(error, NeedsAnswer) else ""
    place = f"{LAYERS_FILE}: layers.{spec.key}"
    next_zh = f"请向提供单位核实，写入 {place}（{asked}）" if asked else error.next_zh
    next_en = f"Ask the supplier and write it into {place} ({asked})" if asked else error.next_en
    return "；".join(filter(None, (error.zh, next_zh))), ". ".join(filter(None, (error.en, next_en)))
