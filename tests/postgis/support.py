"""Records that the database tests share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import geopandas as gpd
import pandas as pd
from shapely.geometry import Polygon

from landgis.access.person import Person
from landgis.area import ellipsoidal_m2, planar_m2
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import SourceFile
from landgis.db.parcels import ImportMeta, ParcelImport, ParcelStore
from landgis.db.runs import RunHead, RunMeta, RunStore
from landgis.domain.issue import Issue
from landgis.domain.outcome import Scope
from landgis.frames.judged import FINDINGS
from landgis.frames.layer import LayerData
from landgis.frames.measures import HITS, OVERLAPS
from landgis.screening.judge import Judged
from landgis.screening.measure import Measured
from tests.support.ground import at, parcels

META = ImportMeta("EPSG:4528", "EPSG:4528 → EPSG:4549", "GB18030")


def source(letter: str = "a") -> SourceFile:
    """An original whose bytes nobody looks at."""
    return SourceFile(letter * 64, f"松江区_{letter}.zip", 1234)


def add_layer(
    database: Database, person: Person, data: LayerData, name: str = "2024-01", issues: tuple[Issue, ...] = ()
) -> StoredRelease:
    """Store a layer as a draft."""
    edition = replace(data, release=replace(data.release, name=name))
    return LayerStore(database).add_release(edition, issues, source=source(), person=person)


def add_parcels(database: Database, person: Person, shapes: dict[str, Polygon], **facts: object) -> ParcelImport:
    """Import clear parcels."""
    frame = parcels(shapes, **facts)
    return ParcelStore(database).add_import(frame, [], source=source(), meta=META, person=person)


def row_of_parcels(count: int) -> dict[str, Polygon]:
    """Parcels side by side, 100 m apart, ids SJ-001 …"""
    return {f"SJ-{number:03d}": at(100 * number, 0, 80, 60) for number in range(1, count + 1)}


def screened(frame: gpd.GeoDataFrame) -> tuple[Measured, Judged]:
    """Plausible frames of a run: no overlaps but one, everything clear."""
    ids = frame["parcel_id"].astype("str")
    shapes = frame.geometry.to_numpy()
    areas = pd.DataFrame(
        {
            "parcel_id": ids,
            "planar_m2": planar_m2(shapes),
            "ellipsoidal_m2": ellipsoidal_m2(shapes),
            "registered_m2": frame["registered_area_m2"],
        }
    )
    hit = pd.DataFrame([[ids.iloc[0], "homestead", "", "宅-1", None, 1.5, 0.1, 0.2]], columns=HITS.names)
    overlap = pd.DataFrame(
        [[ids.iloc[0], "homestead", "", 1.5, 1.501, 0.1, 1, 1.5, None, 1, 0.0]], columns=OVERLAPS.names
    )
    coverage = pd.DataFrame(
        {"parcel_id": ids, "layer": "homestead", "state": "complete", "release": "2024-01", "uncovered_m2": 0.0}
    )
    finding = dict.fromkeys(FINDINGS.names, "") | {"rule_id": "homestead", "outcome": "clear", "measured": None}
    findings = pd.DataFrame([finding | {"parcel_id": parcel_id, "message_zh": "未压占宅基地"} for parcel_id in ids])
    verdicts = pd.DataFrame({"parcel_id": ids, "verdict": pd.Series("clear", index=frame.index, dtype="str")})
    kinds = {"parcel_id": "str", "layer": "str"}
    measured = Measured(
        areas,
        overlap.astype(kinds | {"mean_width_m": "float64"}),
        hit.astype(kinds | {"label": "str"}),
        coverage.astype(kinds),
    )
    return measured, Judged(findings.astype("str"), verdicts)


def add_run(database: Database, person: Person, district: str = "songjiang") -> RunHead:
    """Store a run over the current parcels."""
    frame = ParcelStore(database).current(district)
    meta = RunMeta(
        "songjiang",
        "1",
        date(2026, 6, 30),
        Scope.FULL,
        district,
        "EPSG:4549",
        {"homestead": "2024-01", "ecological_redline": ""},
        "0.1.0",
        0.5,
    )
    return RunStore(database).save(meta, frame, *screened(frame), person=person)
