"""Quality control of what is stored or delivered: releases, files, parcels. Nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis import crs as crs_room
from landgis.crs import GEOGRAPHIC, WORKING, GeometryArray
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import Originals
from landgis.db.parcels import ParcelStore
from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.domain.district import DISTRICTS
from landgis.domain.issue import Severity
from landgis.domain.layer import CoverageBasis
from landgis.domain.program import VERSION
from landgis.errors import FileMissing, InputError, NotFound, NotReady
from landgis.exchange.conforming.as_delivered import USUAL_IDS, as_delivered
from landgis.exchange.reading.vector import read_vector
from landgis.quality.catalogue import chosen_rules, tolerances
from landgis.quality.check import Progress, check_layer, silent
from landgis.quality.fields import Fields
from landgis.quality.report import QualityReport, Subject
from landgis.services.layers.features_only import require_features
from landgis.services.layers.original_rows import fields_of, original_rows

PROGRAM = f"landgis {VERSION}, GEOS {'.'.join(str(part) for part in shapely.geos_version)}"


_POLYGONAL = (3, 6)


@dataclass(frozen=True)
class Checking:
    """How to check, and who does.

    Attributes
    ----------
    checked_on, checked_by
        Day and person, for the report.
    rules
        Codes, names or letters of groups; None: all.
    tolerance
        Values that differ from the shipped ones, by name.
    progress
        Told how far the work is.
    """

    checked_on: date
    checked_by: str
    rules: Sequence[str] | None = None
    tolerance: Mapping[str, float] | None = None
    progress: Progress = silent


def edition_to_check(database: Database, layer: str, as_of: date) -> tuple[str, str]:
    """Take ``LAYER@NAME``, or ``LAYER`` for the release that speaks on a day, else the newest one.

    Raises
    ------
    NotFound
        If the layer has no release at all.
    """
    key, _, name = layer.partition("@")
    if name:
        return key, name
    store = LayerStore(database)
    speaking = store.current(key, as_of)
    newest = [speaking] if speaking else store.list(key)[:1]
    if not newest:
        raise NotFound(
            f"图层 {key} 没有任何版本", f"Layer {key} has no release", where=key,
            next_zh="请用 landgis layer list 查看", next_en="See landgis layer list",
        )  # fmt: skip
    return key, newest[0].release.name


def check_release(
    database: Database, originals: Originals, catalogue: Catalogue, layer: str, name: str, how: Checking
) -> QualityReport:
    """Check a release: the features it holds, and the rows of its original that the import kept out.

    Raises
    ------
    NotFound
        If there is no such release.
    """
    store = LayerStore(database)
    stored = store.get(layer, name)
    require_features(stored, "按要素质检", "checked feature by feature")
    spec = catalogue.require(layer)
    features = store.features(layer, name, attributes=True)
    notes: list[tuple[str, str]] = []
    if Severity.FATAL in stored.issue_counts:
        try:
            rows = original_rows(originals, catalogue, stored.release)
        except (FileMissing, InputError) as error:
            notes.append((f"原件读不出，导入时剔除的行未查：{error.zh}", f"The original cannot be read: {error.en}"))
        else:
            kept_out = rows[~rows["feature_id"].isin(features["feature_id"])]
            features = gpd.GeoDataFrame(pd.concat([features, kept_out], ignore_index=True), crs=features.crs)
            told = (
                f"{len(kept_out)} 行导入时剔除，取自原件",
                f"{len(kept_out)} rows kept out at import, from the original",
            )
            notes += [told] if len(kept_out) else []
    declared = stored.coverage if stored.release.coverage_basis is CoverageBasis.DECLARED else None
    subject = _release_subject(stored, spec, len(features))
    return _report(features, fields_of(features, spec, stored.release.code_scheme), declared, subject, how, notes)


def check_file(
    path: Path, catalogue: Catalogue, how: Checking, *, layer: str | None = None, as_layer: str = "",
    crs: str | None = None, encoding: str | None = None,
) -> QualityReport:  # fmt: skip
    """Check a file that is not stored; no database is needed.

    Parameters
    ----------
    path, layer
        The file and, where it holds several, the layer inside.
    as_layer
        Layer of the catalogue, by key or alias; empty: by the names in the file, or none.
    crs, encoding
        Answers to what the file does not say.

    Raises
    ------
    InputError
        If the file as a whole cannot be read.
    NotFound
        If the catalogue has no such layer.
    """
    raw = read_vector(path, layer=layer, crs=crs, encoding=encoding)
    spec = catalogue.require(as_layer) if as_layer else catalogue.find(raw.name) or catalogue.find(path.stem)
    features = as_delivered(raw, spec.id_fields if spec else USUAL_IDS)
    facts = (
        ("来源文件", "Source file", raw.where),
        ("内容指纹", "SHA-256", raw.content_hash),
        ("来源坐标系", "Source CRS", crs_room.name_of(raw.crs)),
        ("属性编码", "Encoding", raw.encoding),
    )
    title = (spec.title_zh, spec.title_en) if spec else (raw.name, raw.name)
    subject = Subject(raw.where, *title, len(features), crs_room.name_of(WORKING), facts)
    return _report(features, fields_of(features, spec), None, subject, how, [])


def check_parcels(database: Database, district: str | None, how: Checking) -> QualityReport:
    """Check the living parcels of the register, of one district or both, against every rule and each other.

    Raises
    ------
    NotReady
        If there are no parcels.
    """
    parcels = ParcelStore(database).current(district)
    if parcels.empty:
        raise NotReady(
            "库内没有地块", "There are no parcels",
            next_zh="请先运行 landgis parcel import", next_en="Run landgis parcel import first",
        )  # fmt: skip
    features = parcels.rename(columns={"parcel_id": "feature_id"})
    wanted = [DISTRICTS[district]] if district else list(DISTRICTS.values())
    places = "、".join(one.name_zh for one in wanted), ", ".join(one.name_en for one in wanted)
    subject = Subject(
        f"parcels:{district or 'both'}", f"地块库（{places[0]}）", f"Parcel register ({places[1]})",
        len(features), crs_room.name_of(WORKING), (),
    )  # fmt: skip
    fields = Fields.by_name([str(name) for name in features.columns if name != features.geometry.name])
    return _report(features, fields, None, subject, how, [])


def _report(
    features: gpd.GeoDataFrame,
    fields: Fields,
    coverage: shapely.Geometry | None,
    subject: Subject,
    how: Checking,
    notes: list[tuple[str, str]],
) -> QualityReport:
    """Check features and put the report together; without a declared coverage the districts bound them."""
    shapes = np.array(features.geometry.array, dtype=object)
    findings = check_layer(
        features,
        fields=fields,
        ground=districts_ground() if coverage is None else coverage,
        rules=how.rules,
        tolerance=how.tolerance,
        progress=how.progress,
    )
    bent = int(np.count_nonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)))
    if bent:
        zh, en = "个无效图形以修复副本参与相互比较", "invalid features were compared as repaired copies"
        notes.append((f"{bent} {zh}", f"{bent} {en}"))
    return QualityReport(
        subject=subject,
        findings=findings,
        asked=chosen_rules(how.rules) - {"L01"},
        limits=tolerances(how.tolerance),
        checked_on=how.checked_on,
        checked_by=how.checked_by,
        program=PROGRAM,
        ground=coverage,
        backdrop=_drawable(shapes),
        notes=tuple(notes),
    )


def _drawable(shapes: GeometryArray) -> GeometryArray:
    """Return the valid polygons: what an overview can draw of the features."""
    polygons = shapes[np.isin(shapely.get_type_id(shapes), _POLYGONAL)]
    drawn: GeometryArray = polygons[shapely.is_valid(polygons) & ~shapely.is_empty(polygons)]
    return drawn


def _release_subject(stored: StoredRelease, spec: LayerSpec, count: int) -> Subject:
    release = stored.release
    facts = (
        ("文号", "Document", release.document_no or "—"),
        ("来源文件", "Source file", release.source_name),
        ("内容指纹", "SHA-256", release.content_hash),
        ("来源坐标系", "Source CRS", release.source_crs),
        ("状态", "Status", f"{release.status.zh} {release.status.value}"),
    )
    title = release.title_zh, spec.title_en
    return Subject(release.key, *title, count, crs_room.name_of(WORKING), facts, release.substitute)


def districts_ground() -> shapely.Geometry:
    """Return a generous outline of the districts, to notice what lies elsewhere, in the working CRS."""
    boxes = [shapely.segmentize(shapely.box(*district.bounds), 0.01) for district in DISTRICTS.values()]
    moved, _ = crs_room.to_crs(np.array(boxes, dtype=object), GEOGRAPHIC, WORKING)
    return shapely.union_all(moved)
