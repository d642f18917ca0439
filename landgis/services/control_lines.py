"""The three control lines that speak on a day, held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis import crs as crs_room
from landgis.crs import WORKING
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.errors import NotReady
from landgis.quality.catalogue import tolerances
from landgis.quality.control_lines import check_lines
from landgis.quality.report import QualityReport, Subject
from landgis.services.quality import PROGRAM, Checking

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
    missing = "、".join(spec.title_zh for key, spec in specs.items() if key not in found)
    every = [(key, stored) for key, releases in found.items() for stored in releases]
    return QualityReport(
        subject=Subject(
            key="control-lines",
            title_zh="控制线相互关系",
            title_en="Control lines against each other",
            feature_count=sum(len(frame) for frame in layers.values()),
            crs=crs_room.name_of(WORKING),
            facts=tuple((specs[key].title_zh, specs[key].title_en, stored.release.key) for key, stored in every),
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
        notes=((f"没有已发布版本，未参与：{missing}", f"No published release: {missing}"),) if missing else (),
        matrix=check.matrix,
        titles={key: spec.title_zh for key, spec in specs.items()},
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
