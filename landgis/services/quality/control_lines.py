"""The three control lines that speak on a day, held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis import crs as crs_room
from landgis.area import FLOOR_M2
from landgis.crs import WORKING
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.domain.district import DISTRICTS
from landgis.domain.issue import Severity
from landgis.domain.layer import Release
from landgis.errors import NotReady
from landgis.quality.catalogue import tolerances
from landgis.quality.control_lines import check_lines
from landgis.quality.report import QualityReport, Subject
from landgis.services.quality.quality import PROGRAM, Checking

CONTROL_LINES = ("development_boundary", "permanent_basic_farmland", "ecological_redline")
"""The three control lines (三条控制线)."""


def check_control_lines(database: Database, catalogue: Catalogue, as_of: date, how: Checking) -> QualityReport:
    """Hold the releases of the three control lines that speak on a day, for either district, against each other.

    Raises
    ------
    NotReady
        If fewer than two of the lines have a release.
    """
    store = LayerStore(database)
    speaking = {key: _speaking(store, key, as_of) for key in CONTROL_LINES}
    found = {key: releases for key, releases in speaking.items() if releases}
    if len(found) < 2:
        raise NotReady(
            f"{as_of} 只有 {len(found)} 条控制线有已发布版本，无从比较",
            f"On {as_of} only {len(found)} control lines have a published release: nothing to compare",
            next_zh="请先发布 landgis layer publish",
            next_en="Publish them first (landgis layer publish)",
        )
    layers = {key: _together(store, releases) for key, releases in found.items()}
    check = check_lines(layers, tolerance=how.tolerance)
    how.progress("控制线 control lines", 1.0)
    specs = {key: catalogue.require(key) for key in CONTROL_LINES}
    every = [(key, stored) for key, releases in found.items() for stored in releases]
    titles = {key: spec.title_zh for key, spec in specs.items()}
    return QualityReport(
        subject=Subject(
            key="control-lines",
            title_zh="控制线相互关系",
            title_en="Control lines against each other",
            feature_count=sum(len(frame) for frame in layers.values()),
            crs=crs_room.name_of(WORKING),
            facts=(
                *((specs[key].title_zh, specs[key].title_en, stored.release.key) for key, stored in every),
                ("提交", "For the keepers", _keepers([stored.release for _, stored in every])),
            ),
            substitute=any(stored.release.substitute for _, stored in every),
        ),
        findings=check.findings,
        asked=frozenset({"L01"}),
        limits=tolerances(how.tolerance),
        checked_on=how.checked_on,
        checked_by=how.checked_by,
        program=PROGRAM,
        ground=shapely.union_all([stored.coverage for _, stored in every]),
        backdrop=np.concatenate([np.asarray(frame.geometry.array, dtype=object) for frame in layers.values()]),
        notes=(*_papers(every), *_absent(specs, found), *_doubtful(every, as_of), *_one_sided(found, specs)),
        matrix=check.matrix,
        titles=titles,
    )


def _speaking(store: LayerStore, layer: str, as_of: date) -> list[StoredRelease]:
    """Return the releases that speak for a layer in the districts: one for both, or one each."""
    found = (store.current(layer, as_of, district=district) for district in DISTRICTS)
    return list({stored.release.name: stored for stored in found if stored is not None}.values())


def _together(store: LayerStore, releases: Sequence[StoredRelease]) -> gpd.GeoDataFrame:
    """Return the features of releases in one frame; where there are several, ids begin with the release."""
    frames = [store.features(stored.release.layer, stored.release.name) for stored in releases]
    if len(frames) == 1:
        return frames[0]
    named = [
        frame.assign(feature_id=f"{stored.release.name}/" + frame["feature_id"])
        for stored, frame in zip(releases, frames, strict=True)
    ]
    return gpd.GeoDataFrame(pd.concat(named, ignore_index=True), crs=WORKING)


def _papers(every: Sequence[tuple[str, StoredRelease]]) -> Iterator[tuple[str, str]]:
    """Name each release by its paper: number, body and day."""
    for _, stored in every:
        release = stored.release
        day = release.issued_on or release.approved_on
        parts = (
            release.document_no or release.no_document_reason,
            release.issuing_body,
            day.isoformat() if day else "",
        )
        paper = "，".join(filter(None, parts)) or "—"
        yield f"{release.title_zh}（{release.key}）：{paper}", f"{release.key}: {', '.join(filter(None, parts)) or '—'}"


def _keepers(releases: Sequence[Release]) -> str:
    """Bodies that approved the lines: theirs is the answer."""
    bodies = dict.fromkeys(release.issuing_body for release in releases if release.issuing_body)
    return "、".join(bodies) or "—"


def _absent(specs: Mapping[str, LayerSpec], found: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    missing = [spec for key, spec in specs.items() if key not in found]
    if missing:
        yield (
            f"没有已发布版本，未参与：{'、'.join(spec.title_zh for spec in missing)}",
            f"No published release: {', '.join(spec.title_en for spec in missing)}",
        )


def _doubtful(every: Sequence[tuple[str, StoredRelease]], as_of: date) -> Iterator[tuple[str, str]]:
    """Say which releases prove less than they seem to: out of date, or with features that could not be read."""
    for _, stored in every:
        zh, en = stored.release.why_unusable(as_of)
        if zh:
            yield (
                f"{stored.release.key}：{zh}，结果只说明该版本",
                f"{stored.release.key}: {en}; this speaks of that edition alone",
            )
        fatal = stored.issue_counts.get(Severity.FATAL, 0)
        if fatal:
            yield (
                f"{stored.release.key}：{fatal} 行导入时剔除，未参与比较",
                f"{stored.release.key}: {fatal} rows kept out at import were not compared",
            )


def _one_sided(
    found: Mapping[str, Sequence[StoredRelease]], specs: Mapping[str, LayerSpec]
) -> Iterator[tuple[str, str]]:
    """Say how much ground only one line of a pair speaks of: nothing can cross there, whatever lies on it."""
    ground = {key: shapely.union_all([stored.coverage for stored in releases]) for key, releases in found.items()}
    for one, other in combinations(found, 2):
        apart = float(shapely.area(shapely.symmetric_difference(ground[one], ground[other])))
        if apart > FLOOR_M2:
            yield (
                f"{specs[one].title_zh} × {specs[other].title_zh}：有 {apart / 1e6:,.4f} 平方公里只有其中一条线的数据，无从比较",
                f"{specs[one].title_en} × {specs[other].title_en}: {apart / 1e6:,.4f} km² have data of one of them alone",
            )
