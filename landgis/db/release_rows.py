"""Releases between their rows and their nouns, and what must hold before either changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import shapely
from sqlalchemy import Row, Select, func, select

from landgis.db.bulk import ewkb, plain
from landgis.db.originals import SourceFile
from landgis.db.tables.layers import LAYER_ISSUE, LAYER_RELEASE
from landgis.db.tables.people import PERSON
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import CoverageBasis, Release, ReleaseStatus
from landgis.errors import Conflict, ContractBroken, NotFound
from landgis.frames.layer import LayerData
from landgis.frames.parcels import FEATURES

_RELEASE_FIELDS = [field.name for field in fields(Release)]


@dataclass(frozen=True)
class StoredRelease:
    """A release as it stands in the database.

    Attributes
    ----------
    release
        The record itself.
    coverage
        Ground it covers, multipolygon in the working CRS (EPSG:4549).
    created_by, created_at
        OS account and moment of the import.
    published_by, published_at
        OS account and moment of publication; None for a draft.
    issue_counts
        Open issues by severity; severities without any are left out.
    """

    release: Release
    coverage: shapely.MultiPolygon
    created_by: str
    created_at: datetime
    published_by: str | None
    published_at: datetime | None
    issue_counts: dict[Severity, int]


def releases_query() -> Select[Any]:
    """Return the query over releases with coverage, persons and issue counts; conditions are the caller's."""
    author, publisher = PERSON.alias("author"), PERSON.alias("publisher")
    table = LAYER_RELEASE.c
    counts = [
        select(func.count())
        .where(LAYER_ISSUE.c.layer == table.layer, LAYER_ISSUE.c.release == table.name)
        .where(LAYER_ISSUE.c.severity == severity.value)
        .scalar_subquery()
        .label(f"{severity.value}_issues")
        for severity in Severity
    ]
    return (
        select(
            *(table[name] for name in _RELEASE_FIELDS),
            func.ST_AsBinary(table.coverage, type_=None).label("coverage_wkb"),
            table.created_at,
            table.published_at,
            author.c.os_account.label("author"),
            publisher.c.os_account.label("publisher"),
            *counts,
        )
        .join(author, author.c.person_id == table.created_by)
        .outerjoin(publisher, publisher.c.person_id == table.published_by)
    )


def stored_release(row: Row[Any]) -> StoredRelease:
    """Return a row of ``releases_query`` as a record."""
    values = {name: row._mapping[name] for name in _RELEASE_FIELDS}
    values |= {"coverage_basis": CoverageBasis(row.coverage_basis), "status": ReleaseStatus(row.status)}
    counts = {severity: row._mapping[f"{severity.value}_issues"] for severity in Severity}
    coverage = shapely.from_wkb(bytes(row.coverage_wkb))
    if not isinstance(coverage, shapely.MultiPolygon):
        raise ContractBroken(
            f"{row.layer}@{row.name} 的覆盖范围不是面", f"The coverage of {row.layer}@{row.name} is no polygon"
        )
    return StoredRelease(
        Release(**values),
        coverage,
        row.author,
        row.created_at,
        row.publisher,
        row.published_at,
        {severity: count for severity, count in counts.items() if count},
    )


def feature_columns(release: Release, features: gpd.GeoDataFrame) -> dict[str, list[Any]]:
    """Return a FeatureFrame as columns of ``layer_feature``; undeclared columns become attributes."""
    declared = [*FEATURES.names, features.geometry.name]
    extra = [name for name in features.columns if name not in declared]
    cells = {name: [_json_value(cell) for cell in plain(features[name])] for name in extra}
    attributes = [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
    count = len(features)
    ids = plain(features["feature_id"])
    return {
        "layer": [release.layer] * count,
        "release": [release.name] * count,
        "feature_id": ids,
        "class": plain(features["class"]),
        "label": plain(features["label"]),
        "attributes": attributes if extra else [{} for _ in range(count)],
        "geom": ewkb(features.geometry.to_numpy(), ids),
    }


def _json_value(cell: Any) -> Any:
    """Return an attribute as JSON can hold it: dates and the like as text, no infinite numbers."""
    if isinstance(cell, (date, datetime)):
        return cell.isoformat()
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    return cell if cell is None or isinstance(cell, (str, int, float, bool)) else str(cell)


def require_consistent(data: LayerData, issues: Sequence[Issue], source: SourceFile) -> None:
    """Raise ``ContractBroken`` when hash or completeness contradict original or issues."""
    release = data.release
    if release.content_hash not in ("", source.content_hash):
        raise ContractBroken(
            f"图层版本 {release.key} 的内容指纹与原件 {source.name} 不一致",
            f"The content hash of {release.key} is not that of its original {source.name}",
            where=release.key,
        )
    if not data.complete and not any(issue.severity is Severity.FATAL for issue in issues):
        raise ContractBroken(
            f"图层版本 {release.key} 缺要素，却没有致命问题说明",
            f"Release {release.key} lacks features, and no fatal issue says so",
            where=release.key,
        )


def require_publishable(draft: StoredRelease) -> None:
    """Raise ``Conflict`` unless it is a draft without fatal issues and with a declared coverage."""
    release = draft.release
    fatal = draft.issue_counts.get(Severity.FATAL, 0)
    if release.status is not ReleaseStatus.DRAFT:
        raise Conflict(
            f"图层版本 {release.key} {release.status.zh}，不能再次发布",
            f"Release {release.key} is {release.status.value} and cannot be published again",
            where=release.key,
            next_zh="请导入新的版本",
            next_en="Import a new edition",
        )
    if fatal:
        raise Conflict(
            f"图层版本 {release.key} 有 {fatal} 个致命问题，不能发布",
            f"Release {release.key} has {fatal} fatal issues and cannot be published",
            where=release.key,
            next_zh=f"请用 landgis layer show {release.key} 查看问题，由提供单位修正后重新导入",
            next_en=f"See them with landgis layer show {release.key}, have the supplier correct them, import again",
        )
    if release.coverage_basis is CoverageBasis.ASSUMED:
        raise Conflict(
            f"图层版本 {release.key} 的覆盖范围只是推定的，不能发布",
            f"The coverage of release {release.key} is only assumed; it cannot be published",
            where=release.key,
            next_zh="请用 --coverage 提供覆盖范围后重新导入",
            next_en="Import again with the coverage polygon (--coverage)",
        )


def no_release(layer: str, name: str) -> NotFound:
    """Return the error for an edition that is not there."""
    return NotFound(
        f"图层 {layer} 没有版本“{name}”",
        f"Layer {layer} has no edition “{name}”",
        where=f"{layer}@{name}",
        next_zh="请用 landgis layer list 查看",
        next_en="See landgis layer list",
    )
