"""Bringing layers in: a file or a folder becomes draft releases; publishing makes one speak for its layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import Originals
from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import CoverageBasis, Release, ReleaseStatus
from landgis.errors import Conflict, ContractBroken, InputError, UsageError
from landgis.exchange.conforming.layer import conform_layer
from landgis.exchange.delivery.coverage import read_coverage_file
from landgis.exchange.delivery.folder import LayerInput, read_layer_folder
from landgis.exchange.reading.vector import read_vector
from landgis.frames.layer import LayerData


@dataclass(frozen=True)
class LayerImport:
    """What the delivery says of a layer that its file does not.

    Attributes
    ----------
    path, source_layer
        The file and, where it holds several, the layer inside.
    key
        Layer of the catalogue, by key or alias; empty: by the names in the file.
    name
        Name of the edition; empty: the beginning of the content hash.
    coverage
        File with the ground that the release covers; without it the release cannot be published.
    crs, encoding
        Answers to what the file does not say.
    """

    path: Path
    source_layer: str | None = None
    key: str = ""
    name: str = ""
    title_zh: str = ""
    document_no: str = ""
    issuing_body: str = ""
    issued_on: date | None = None
    in_force_from: date | None = None
    expires_on: date | None = None
    coverage: Path | None = None
    crs: str | None = None
    encoding: str | None = None
    substitute: bool = False
    attribution: str = ""


def import_layer(
    database: Database, originals: Originals, catalogue: Catalogue, person: Person, request: LayerImport
) -> StoredRelease:
    """Store one layer as a draft release, all or nothing.

    Raises
    ------
    InputError
        If the file as a whole cannot be used.
    UsageError
        If nothing says which layer it is.
    Conflict
        If the layer has an edition of that name.
    """
    raw = read_vector(request.path, layer=request.source_layer, crs=request.crs, encoding=request.encoding)
    spec = _spec(catalogue, request, raw.name)
    conformed = conform_layer(raw, spec)
    covered = read_coverage_file(request.coverage) if request.coverage else None
    release = Release(
        layer=spec.key,
        name=request.name or raw.content_hash[:12],
        title_zh=request.title_zh or spec.title_zh,
        document_no=request.document_no,
        issuing_body=request.issuing_body,
        attribution=request.attribution,
        issued_on=request.issued_on,
        in_force_from=request.in_force_from,
        expires_on=request.expires_on,
        content_hash=raw.content_hash,
        source_name=raw.source_name,
        source_crs=conformed.transform.source,
        transform=str(conformed.transform) if conformed.transform.definition else "",
        encoding=raw.encoding,
        feature_count=len(conformed.features),
        coverage_basis=CoverageBasis.DECLARED if covered else CoverageBasis.ASSUMED,
        substitute=request.substitute,
    )
    issues: tuple[Issue, ...] = (*raw.issues, *conformed.issues)
    if covered:
        issues = (*issues, *covered.issues)
    west, south, east, north = conformed.features.total_bounds
    ground = covered.polygon if covered else shapely.box(west, south, east, north)
    layer = LayerInput(spec, release, conformed.features, ground, conformed.rows_dropped == 0, issues)
    return _store(database, originals, person, layer, request.path)


def import_folder(
    database: Database, originals: Originals, catalogue: Catalogue, person: Person, folder: Path
) -> tuple[list[StoredRelease], list[Issue]]:
    """Store every polygon layer of a folder (``layers.yaml`` says dates and coverage) as drafts.

    Returns
    -------
    tuple
        Releases stored, and an issue for every layer that could not be.
    """
    found = read_layer_folder(folder, catalogue)
    stored, refused = [], list(found.unrecognised)
    for key, layer in found.items():
        if layer.features.empty:
            refused += layer.issues
        elif layer.spec.geometry != "polygon":
            zh, en = "线状和点状图层暂不入库", "layers of lines and points are not stored yet"
            refused.append(Issue("layer_not_polygon", Severity.MINOR, key, f"{layer.spec.title_zh}：{zh}", en))
        else:
            path = folder / layer.release.source_name
            stored.append(_store(database, originals, person, layer, path))
    return stored, refused


def publish(database: Database, person: Person, layer: str, name: str) -> StoredRelease:
    """Publish a draft; refused while it has fatal issues or its coverage is only assumed. Published ones stay so."""
    store = LayerStore(database)
    stored = store.get(layer, name)
    if stored.release.status is ReleaseStatus.PUBLISHED:
        return stored
    return store.publish(layer, name, person)


def _store(database: Database, originals: Originals, person: Person, layer: LayerInput, path: Path) -> StoredRelease:
    if layer.spec.geometry != "polygon":
        raise UsageError(
            f"{layer.spec.title_zh}是线状或点状图层，暂不入库",
            f"{layer.spec.title_en} is a layer of lines or points; these are not stored yet",
            where=str(path),
            next_zh="请导入面状图层",
            next_en="Import layers of polygons",
        )
    if layer.release.dates_contradict:
        raise ContractBroken(
            f"{layer.release.key} 的到期日 {layer.release.expires_on} 早于生效日 {layer.release.in_force_from}",
            f"{layer.release.key} expires on {layer.release.expires_on}, before {layer.release.in_force_from}",
            where=str(path),
            next_zh="请更正日期",
            next_en="Correct the dates",
        )
    source = originals.keep(path)
    if layer.release.content_hash != source.content_hash:
        # An unpacked shapefile is several files; its zip is one.
        raise InputError(
            f"原件 {path.name} 由多个文件组成，无法逐字节留存",
            f"The original {path.name} consists of several files and cannot be kept byte for byte",
            where=str(path),
            next_zh="请把整个 shapefile 压缩成一个 zip 再导入",
            next_en="Zip the whole shapefile and import the zip",
        )
    release = replace(layer.release, content_hash=source.content_hash)
    data = LayerData(release, _with_attributes(layer.features), layer.coverage, layer.complete)
    store = LayerStore(database)
    known = next((row for row in store.list(release.layer) if row.release.name == release.name), None)
    if known is None:
        return store.add_release(data, layer.issues, source=source, person=person)
    if _says_the_same(known.release, release):
        return known
    raise Conflict(
        f"图层 {release.layer} 已有名为“{release.name}”的版本，内容或说明不同",
        f"The layer {release.layer} has an edition named “{release.name}” already, and it says something else",
        where=str(path),
        next_zh="请用 --name（或 layers.yaml 的 name）给新版本另起名称；已入库的版本不会改动",
        next_en="Give the new edition another name with --name (or name in layers.yaml); stored editions never change",
    )


def _says_the_same(known: Release, release: Release) -> bool:
    """Whether the same bytes were delivered with the same words before: then nothing is stored twice."""
    return known == replace(release, status=known.status, source_name=known.source_name)


def _with_attributes(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Spread the delivered attributes into columns; a name of ours is kept apart as ``delivered_…``."""
    plain = features.drop(columns="attributes")
    spread = pd.DataFrame(list(features["attributes"]), index=features.index)
    return plain.join(spread.rename(columns={name: f"delivered_{name}" for name in spread if name in plain}))


def _spec(catalogue: Catalogue, request: LayerImport, name: str) -> LayerSpec:
    wanted = (request.key,) if request.key else (name, request.path.stem)
    for text in wanted:
        spec = catalogue.find(text)
        if spec is not None:
            return spec
    raise UsageError(
        f"无法认定“{wanted[0]}”是哪个图层",
        f"Nothing says which layer “{wanted[0]}” is",
        where=str(request.path),
        next_zh=f"请用 --as-layer 指明，可用：{'、'.join(catalogue.keys())}",
        next_en="Say so with --as-layer; keys are in the folder layers/",
    )
