"""Releases between their rows and their nouns, and what must hold before either changes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely
from sqlalchemy import Row, Select, cast, func, literal, select
from sqlalchemy.dialects.postgresql import TIMESTAMP

from landgis.db.bulk import plain, wire_form
from landgis.db.json_rows import json_objects
from landgis.db.originals import SourceFile
from landgis.db.tables.layers import LAYER_ISSUE
from landgis.db.tables.layers import LAYER_RELEASE_EVER as EVER
from landgis.db.tables.people import PERSON
from landgis.db.wire import Cells
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import (
    BOTH,
    Answer,
    CoverageBasis,
    LegalState,
    Release,
    ReleaseStatus,
    Secrecy,
)
from landgis.domain.raster import Raster
from landgis.errors import Conflict, ContractBroken, NotFound
from landgis.frames.layer import LayerData
from landgis.frames.parcels import FEATURES

_REPAIR_ZH = (
    "；致命问题中能修复的，用 landgis layer qc {key} --propose-repairs 列出，"
    "再加 --apply --accept 编号 --reason 理由 做成新的草稿；不能修复的请提供单位更正"
)
_REPAIR_EN = (
    ". Of the fatal issues, landgis layer qc {key} --propose-repairs lists what can be repaired; "
    "--apply --accept ID --reason WHY makes a new draft of it. The rest is for the supplier to correct"
)
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
        OS account and moment of publication; None where it never was.
    issue_counts
        Open issues by severity; severities without any are left out.
    known_from, known_to, known_by, known_why
        Since when and until when the inventory knew it in this status (None: to this day), who brought it there and the
        reason given.
    """

    release: Release
    coverage: shapely.MultiPolygon
    created_by: str
    created_at: datetime
    published_by: str | None
    published_at: datetime | None
    issue_counts: dict[Severity, int]
    known_from: datetime
    known_to: datetime | None
    known_by: str
    known_why: str


def releases_query(known_at: datetime | None = None) -> Select[Any]:
    """Return the query over releases with coverage, persons and issue counts; conditions are the caller's.

    Parameters
    ----------
    known_at
        Moment whose knowledge counts; None: now.
    """
    author, publisher = PERSON.alias("author"), PERSON.alias("publisher")
    table = EVER.c
    moment = cast(literal(known_at.isoformat() if known_at else "infinity"), TIMESTAMP(timezone=True))
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
            func.lower(table.known).label("known_from"),
            func.upper(table.known).label("known_to"),
            table.known_by,
            table.known_why,
            author.c.os_account.label("author"),
            publisher.c.os_account.label("publisher"),
            *counts,
        )
        .join(author, author.c.person_id == table.created_by)
        .outerjoin(publisher, publisher.c.person_id == table.published_by)
        .where(table.known.contains(moment))
    )


def speaking_query(
    layer: str, as_of: date, *, district: str | None, known_at: datetime | None, legal_state: LegalState
) -> Select[Any]:
    """Return the query for the release that speaks for a layer on a day: at most one row.

    Of all that were ever published for the district, the published one speaks, from its first day in force; before
    that the latest that went before it. One that was retired since still stands in its place, so that nobody older
    speaks in its stead: the caller must look at its status.
    """
    table = EVER.c
    first_day = func.coalesce(table.in_force_from, table.approved_on)
    query = releases_query(known_at).where(
        table.layer == layer, table.legal_state == legal_state.value, table.published_at.is_not(None)
    )
    if district is not None:
        query = query.where(table.district.in_((district, BOTH)))
    if legal_state is LegalState.IN_FORCE:
        query = query.where(func.coalesce(first_day, as_of) <= as_of)
    return query.order_by(
        (table.status == ReleaseStatus.PUBLISHED.value).desc(),
        first_day.desc().nulls_last(),
        table.published_at.desc(),
    ).limit(1)


def stored_release(row: Row[Any]) -> StoredRelease:
    """Return a row of ``releases_query`` as a record."""
    values = {name: row._mapping[name] for name in _RELEASE_FIELDS}
    values |= {
        "coverage_basis": CoverageBasis(row.coverage_basis),
        "status": ReleaseStatus(row.status),
        "legal_state": LegalState(row.legal_state),
        "secrecy": Secrecy(row.secrecy),
        "answers": tuple(Answer(**answer) for answer in row.answers),
        "raster": None if row.raster is None else Raster.of(row.raster),
    }
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
        row.known_from,
        row.known_to,
        row.known_by,
        row.known_why,
    )


def feature_columns(features: gpd.GeoDataFrame) -> dict[str, Cells]:
    """Return a FeatureFrame as columns of a shelf; undeclared columns become attributes."""
    declared = [*FEATURES.names, features.geometry.name]
    extra = {str(name): _arrow(features[name]) for name in features.columns if name not in declared}
    return {name: _in_one(pa.Array.from_pandas(features[name], type=pa.string())) for name in FEATURES.names} | {
        "attributes": json_objects(extra, len(features)),
        "geom": wire_form(features.geometry.to_numpy()),
    }


def _arrow(series: pd.Series[Any]) -> pa.Array:
    """Return a column of attributes; cells of several kinds are turned into JSON one by one."""
    try:
        return _in_one(pa.Array.from_pandas(series))
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([_json_text(cell) for cell in plain(series)], pa.json_())


def _in_one(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Join what lies in several chunks: a slice of a column may begin in one and end in the next."""
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _json_text(cell: Any) -> str:
    """Return a cell as JSON; numbers that JSON cannot hold become null, dates and the like text."""
    finite = not isinstance(cell, float) or math.isfinite(cell)
    return json.dumps(cell if finite else None, ensure_ascii=False, default=str)


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


def require_publishable(draft: StoredRelease, gaps: Sequence[tuple[str, str]]) -> None:
    """Raise ``Conflict`` unless it is a draft that lacks nothing; the gaps are the database's own list, zh and en."""
    release = draft.release
    if release.status is not ReleaseStatus.DRAFT:
        raise Conflict(
            f"图层版本 {release.key} {release.status.zh}，不能再次发布",
            f"Release {release.key} is {release.status.value} and cannot be published again",
            where=release.key,
            next_zh="请导入新的版本",
            next_en="Import a new edition",
        )
    if gaps:
        fatal = Severity.FATAL in draft.issue_counts
        listed_zh, listed_en = "；".join(zh for zh, _ in gaps), "; ".join(en for _, en in gaps)
        raise Conflict(
            f"图层版本 {release.key} 不能发布，缺：{listed_zh}",
            f"Release {release.key} cannot be published, it lacks: {listed_en}",
            where=release.key,
            next_zh=f"请用 landgis layer show {release.key} 查看，补齐后另起名称重新导入"
            + (_REPAIR_ZH.format(key=release.key) if fatal else ""),
            next_en=f"See landgis layer show {release.key}, supply what is missing and import it under another name"
            + (_REPAIR_EN.format(key=release.key) if fatal else ""),
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
