"""A folder of layers: which file is which layer, what each release says of itself, and what it covers.

An unreadable layer must not stop the rest: it becomes an absent layer with a fatal issue, because "unknown" is the
answer that a check has to give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from landgis.crs import WORKING
from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.domain.issue import Issue, Severity
from landgis.errors import FileMissing, LandgisError
from landgis.exchange.conforming.layer import ConformedLayer, conform_layer
from landgis.exchange.delivery.coverage import Ground, declared_coverage, ground, read_coverage_file
from landgis.exchange.delivery.layer_input import LayerFolder, LayerInput, no_features
from landgis.exchange.delivery.layers_file import LayerEntry, read_layers_file
from landgis.exchange.delivery.locate import Found, locate_layers
from landgis.exchange.delivery.release import delivered, stated_release
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
    frames = [outcome[1].features for outcome in read.values() if not isinstance(outcome, LandgisError)]
    box = bounding_box(frames)
    layers = {}
    for spec in asked:
        entry, outcome, cover = settings.entry(spec.key), read[spec], covers[spec]
        if isinstance(outcome, LandgisError):
            layers[spec.key] = _absent(spec, outcome, str(located[spec]), entry, settings.substitute, working)
            continue
        stated = stated_release(spec, entry, settings.substitute)
        layers[spec.key] = delivered(stated, entry, spec, *outcome, cover, box)
    return LayerFolder(layers, tuple(unrecognised))


Outcome = tuple[RawLayer, ConformedLayer] | LandgisError


def _read(spec: LayerSpec, found: Found, entry: LayerEntry, working: CRS) -> Outcome:
    """Read and conform one layer; an error is the outcome, not the end."""
    try:
        raw = read_vector(found.path, layer=found.layer, crs=entry.crs, encoding=entry.encoding)
        return raw, conform_layer(raw, spec, working, scheme=entry.code_scheme)
    except LandgisError as error:
        return error


def bounding_box(frames: Sequence[gpd.GeoDataFrame]) -> Ground:
    """Return the box around all features, in their CRS; an empty polygon where there are none."""
    bounds = np.array([frame.total_bounds for frame in frames if len(frame)])
    if len(bounds) == 0:
        return _EMPTY
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    return ground(shapely.box(west, south, east, north))


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
    release = replace(stated_release(spec, entry, substitute), name=entry.name or "unreadable", source_name=where)
    return LayerInput(spec, release, no_features(working), _EMPTY, False, (issue,))
