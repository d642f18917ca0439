"""The rows of a release's original file, read again: all of them, those that the import kept out too."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from landgis.db.originals import Originals
from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.domain.land_use import Scheme
from landgis.domain.layer import Release
from landgis.errors import UsageError
from landgis.exchange.conforming.as_delivered import as_delivered
from landgis.exchange.reading.fields import find_fields
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.exchange.reading.vector import list_layers, read_vector
from landgis.quality.fields import Fields

_SCHEMES = {"planned": Scheme.GUIDE_2023, "survey": Scheme.SURVEY}


def read_original(originals: Originals, catalogue: Catalogue, release: Release) -> RawLayer:
    """Read the kept original of a release again, with the answers that were given at its import.

    Raises
    ------
    FileMissing
        If the original is not kept here.
    UsageError
        If it holds several layers and none answers to the release's layer.
    """
    path = originals.path_of(release.content_hash)
    asked = {answer.question for answer in release.answers}
    return read_vector(
        path,
        layer=_layer_inside(path, catalogue, release),
        crs=release.source_crs if "crs" in asked else None,
        encoding=release.encoding if "encoding" in asked else None,
    )


def original_rows(originals: Originals, catalogue: Catalogue, release: Release) -> gpd.GeoDataFrame:
    """Return every row of a release's original in the working CRS, bad geometry as it is; see ``as_delivered``."""
    raw = read_original(originals, catalogue, release)
    return as_delivered(raw, catalogue.require(release.layer).id_fields)


def fields_of(features: gpd.GeoDataFrame, spec: LayerSpec | None) -> Fields:
    """Tell the meaning of a layer's columns, the land-use code by the catalogue where it knows one."""
    columns = [str(name) for name in features.columns if name != features.geometry.name]
    if spec is None or spec.class_by is None:
        return Fields.by_name(columns)
    codes = find_fields(columns, spec.code_fields)
    return Fields.by_name(columns, [(name, _SCHEMES[spec.class_by]) for name in codes[:1]])


def _layer_inside(path: Path, catalogue: Catalogue, release: Release) -> str | None:
    names = list_layers(path)
    if len(names) < 2:
        return None
    for name in names:
        spec = catalogue.find(name)
        if spec is not None and spec.key == release.layer:
            return name
    raise UsageError(
        f"{release.key} 的原件有多个图层（{'、'.join(names)}），无法认定是哪一个",
        f"The original of {release.key} holds several layers ({', '.join(names)}); which one is not known",
        where=release.key,
        next_zh="请把该图层单独存成一个文件重新导入",
        next_en="Save the layer to a file of its own and import it again",
    )
