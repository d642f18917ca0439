"""The rows of a release's original file, read again: all of them, those that the import kept out too."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd

from landgis.db.originals import Originals, SourceFile
from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.domain.land_use import Scheme
from landgis.domain.layer import Release
from landgis.exchange.conforming.as_delivered import as_delivered
from landgis.exchange.conforming.class_codes import PRESENT_SCHEME
from landgis.exchange.conforming.stated_columns import as_stated, from_answer
from landgis.exchange.reading.fields import find_fields
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.exchange.reading.vector import list_layers, read_vector
from landgis.quality.fields import Fields


def read_original(originals: Originals, release: Release) -> RawLayer:
    """Read the layer of a release from its kept original again, with the answers that were given at its import.

    Raises
    ------
    FileMissing
        If the original is not kept here.
    """
    answers = {answer.question: answer.value for answer in release.answers}
    path = originals.path_of(release.content_hash)
    several = len(list_layers(path)) > 1
    raw = read_vector(
        path,
        layer=release.source_layer if several else None,
        crs=answers.get("crs") or None,
        encoding=answers.get("encoding") or None,
    )
    return _under_its_name(as_stated(raw, from_answer(answers.get("columns", ""))), release.source_name)


def original_source(originals: Originals, release: Release) -> SourceFile:
    """Return the kept original of a release as a file; it has the name that it came with."""
    path = originals.path_of(release.content_hash)
    return SourceFile(release.content_hash, release.source_name, path.stat().st_size)


def _under_its_name(raw: RawLayer, name: str) -> RawLayer:
    """Give a layer the name that its file came with: it is kept under its hash, which says nothing to anybody."""
    kept = raw.source_name
    issues = tuple(replace(issue, where=issue.where.replace(kept, name)) for issue in raw.issues)
    return replace(raw, source_name=name, issues=issues)


def original_rows(originals: Originals, catalogue: Catalogue, release: Release) -> gpd.GeoDataFrame:
    """Return every row of a release's original in the working CRS, bad geometry as it is; see ``as_delivered``."""
    raw = read_original(originals, release)
    return as_delivered(raw, catalogue.require(release.layer).id_fields)


def fields_of(features: gpd.GeoDataFrame, spec: LayerSpec | None, code_scheme: str = "") -> Fields:
    """Tell the meaning of a layer's columns, the land-use code by the catalogue where it knows one.

    Parameters
    ----------
    code_scheme
        Value of the `Scheme` that the release states; empty: that of the present.
    """
    columns = [str(name) for name in features.columns if name != features.geometry.name]
    if spec is None or spec.class_by not in PRESENT_SCHEME:
        return Fields.by_name(columns)
    codes = find_fields(columns, spec.code_fields)
    scheme = Scheme(code_scheme) if code_scheme else PRESENT_SCHEME[spec.class_by]
    return Fields.by_name(columns, [(name, scheme) for name in codes[:1]])
