"""A folder of layers: which file is which layer, what each release says of itself, and what it covers.

An unreadable layer must not stop the rest: it becomes an absent layer with a fatal issue, because "unknown" is the
answer that a check has to give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS

from landgis.crs import WORKING
from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import CoverageBasis, Release
from landgis.errors import FileMissing, LandgisError
from landgis.exchange.conforming.layer import ConformedLayer, conform_layer
from landgis.exchange.delivery.coverage import Coverage, Ground, declared_coverage, ground, read_coverage_file
from landgis.exchange.delivery.layer_input import LayerFolder, LayerInput, no_features
from landgis.exchange.delivery.layers_file import LayerEntry, read_layers_file
from landgis.exchange.delivery.locate import Found, locate_layers
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.exchange.reading.vector import read_vector

__all__ = ["LayerFolder", "LayerInput", "read_layer_folder"]

_EMPTY = shapely.Polygon()


def read_layer_folder(
    folder: str | Path,
    catalogue: Catalogue,
    *,
    coverage_file: str | Path | None = None,
    wanted: set[str] | None = None,
    working: CRS = WORKING,
) -> LayerFolder:
    """Read the layers of a folder.

    A file or a layer inside one is found by layer key or alias. ``layers.yaml`` beside them may name file, dates,
    document and coverage. Layers without a declared coverage are taken to cover the bounding box of all the folder's
    layers (``CoverageBasis.ASSUMED``).

    Parameters
    ----------
    folder
        Folder with layer files.
    catalogue
        The layer catalogue.
    coverage_file
        Polygons that every layer covers which ``layers.yaml`` gives no coverage of its own.
    wanted
        Layer keys to read; None reads all. The assumed coverage does not depend on it.
    working
        Projected CRS to measure in.

    Returns
    -------
    LayerFolder
        A mapping: layer key → layer.

    Raises
    ------
    FileMissing
        If there is no such folder, or no such coverage file.
    ConfigError
        If ``layers.yaml`` is wrong or two files claim one layer.
    """
    place = Path(folder)
    if not place.is_dir():
        raise FileMissing(
            f"没有文件夹 {place}", f"There is no folder {place}", where=str(place),
            next_zh="请核对 --layers 的路径", next_en="Check the path given to --layers",
        )  # fmt: skip
    settings = read_layers_file(place, catalogue)
    common = None if coverage_file is None else read_coverage_file(Path(coverage_file), working)
    located, unrecognised = locate_layers(place, catalogue, settings)
    asked = [spec for spec in located if wanted is None or spec.key in wanted]
    covers = {
        spec: declared_coverage(entry.coverage, place, entry.coverage_crs or entry.crs, working) or common
        for spec in asked
        for entry in (settings.entry(spec.key),)
    }
    needed = asked if all(covers.values()) else list(located)
    read = {spec: _read(spec, located[spec], settings.entry(spec.key), working) for spec in needed}
    box = _bounding_box(list(read.values()))
    layers = {}
    for spec in asked:
        entry, outcome, cover = settings.entry(spec.key), read[spec], covers[spec]
        if isinstance(outcome, LandgisError):
            layers[spec.key] = _absent(spec, outcome, str(located[spec]), entry, settings.substitute, working)
            continue
        basis = CoverageBasis.DECLARED if cover else CoverageBasis.ASSUMED
        release = _release(spec, outcome, entry, settings.substitute, basis)
        layers[spec.key] = _present(spec, release, outcome, cover or Coverage(box))
    return LayerFolder(layers, tuple(unrecognised))


Outcome = tuple[RawLayer, ConformedLayer] | LandgisError


def _read(spec: LayerSpec, found: Found, entry: LayerEntry, working: CRS) -> Outcome:
    """Read and conform one layer; an error is the outcome, not the end."""
    try:
        raw = read_vector(found.path, layer=found.layer, crs=entry.crs, encoding=entry.encoding)
        return raw, conform_layer(raw, spec, working)
    except LandgisError as error:
        return error


def _bounding_box(outcomes: Sequence[Outcome]) -> Ground:
    read = [outcome[1].features for outcome in outcomes if not isinstance(outcome, LandgisError)]
    bounds = np.array([frame.total_bounds for frame in read if len(frame)])
    if len(bounds) == 0:
        return _EMPTY
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    return ground(shapely.box(west, south, east, north))


def _release(
    spec: LayerSpec, outcome: tuple[RawLayer, ConformedLayer], entry: LayerEntry, substitute: bool, basis: CoverageBasis
) -> Release:
    raw, conformed = outcome
    return replace(
        _stated_release(spec, entry, substitute),
        name=entry.name or raw.content_hash[:12],
        content_hash=raw.content_hash,
        source_name=raw.source_name,
        source_crs=conformed.transform.source,
        transform=str(conformed.transform) if conformed.transform.definition else "",
        encoding=raw.encoding,
        feature_count=len(conformed.features),
        coverage_basis=basis,
    )


def _stated_release(spec: LayerSpec, entry: LayerEntry, substitute: bool) -> Release:
    return Release(
        layer=spec.key,
        name=entry.name,
        title_zh=entry.title_zh or spec.title_zh,
        document_no=entry.document_no,
        issuing_body=entry.issuing_body,
        attribution=entry.attribution,
        issued_on=entry.issued_on,
        in_force_from=entry.in_force_from,
        expires_on=entry.expires_on,
        substitute=substitute if entry.substitute is None else entry.substitute,
    )


def _present(
    spec: LayerSpec, release: Release, outcome: tuple[RawLayer, ConformedLayer], coverage: Coverage
) -> LayerInput:
    raw, conformed = outcome
    issues = raw.issues + conformed.issues + coverage.issues
    if conformed.rows_dropped:
        issues += (_incomplete_issue(spec, release, conformed),)
    return LayerInput(spec, release, conformed.features, coverage.polygon, conformed.rows_dropped == 0, issues)


def _absent(
    spec: LayerSpec, error: LandgisError, where: str, entry: LayerEntry, substitute: bool, working: CRS
) -> LayerInput:
    told = " ".join(part for part in (error.zh, error.next_zh) if part)
    told_en = ". ".join(part for part in (error.en, error.next_en) if part)
    issue = Issue(
        error.code,
        Severity.FATAL,
        where,
        f"{spec.title_zh}无法使用：{told}",
        f"{spec.title_en} cannot be used: {told_en}",
    )
    release = replace(_stated_release(spec, entry, substitute), name=entry.name or "unreadable", source_name=where)
    return LayerInput(spec, release, no_features(working), _EMPTY, False, (issue,))


def _incomplete_issue(spec: LayerSpec, release: Release, conformed: ConformedLayer) -> Issue:
    dropped, read = conformed.rows_dropped, conformed.rows_read
    return Issue(
        "layer_incomplete",
        Severity.FATAL,
        release.source_name,
        f"{spec.title_zh}有 {dropped}/{read} 个要素不可用，图层不完整，不能据此判定“符合”",
        f"{spec.title_en}: {dropped} of {read} features cannot be used; the layer is not complete and clears nobody",
    )
