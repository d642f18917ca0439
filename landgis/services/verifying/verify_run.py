"""Verifying a stored run: its hashes, then measuring and judging anew from what is stored, compared bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import geopandas as gpd

from landgis.db.connect import Database
from landgis.db.layers import StoredRelease
from landgis.db.originals import Originals
from landgis.db.run_inputs import areas_of_versions
from landgis.db.run_record import SPECS
from landgis.db.runs import RunStore, StoredRun
from landgis.errors import LandgisError
from landgis.overlay import Measurement, Polygons
from landgis.overlay.choice import PLAIN, identity, which
from landgis.rules.pack import RulePack
from landgis.screening.indexed import Indexed
from landgis.screening.judge import judge
from landgis.screening.measure import Measured, measure
from landgis.services.layers.speaking import MadeEachTime, indexed_layers
from landgis.services.layers.unheard import explained, why_silent
from landgis.services.runs.holding import on_rasters
from landgis.services.verifying.frame_differences import frame_differences
from landgis.services.verifying.verification import Check, Checked, Verification, Words
from landgis.services.verifying.verify_hashes import notices, own_row, stored_frames
from landgis.services.verifying.verify_pack import changed_pack, pack_of
from landgis.services.verifying.verify_parcels import changed_parcels, moment_of
from landgis.services.verifying.verify_releases import changed_releases, rasters_read, stored_releases

Progress = Callable[[str], None]


def verify_run(
    database: Database,
    run_id: str,
    packs: Callable[[str], RulePack],
    originals: Originals | None = None,
    progress: Progress = lambda _step: None,
) -> Verification:
    """Verify a run from nothing but what is stored.

    Features are read from the database, never from a saved index; verdicts are judged from what was measured anew, and
    from the stored measurements only where measuring is not possible.

    Parameters
    ----------
    packs
        Gives a rule pack by its id.
    originals
        Where the files of rasters are kept.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    stored = RunStore(database).load(run_id)
    meta = stored.head.meta
    progress("hashes")
    releases, gone = stored_releases(database, stored)
    pack, no_pack = pack_of(meta, packs)
    parcels, of_parcels = changed_parcels(database, stored)
    of_releases, missing = changed_releases(database, stored, releases, gone, originals)
    lacking = [*missing, *_other_kernel(stored)]
    measured, measuring = _measured_anew(database, stored, parcels, releases, lacking, originals, progress)
    progress("rules")
    judging = _judged_anew(database, stored, measured or stored.measured, releases, pack, no_pack)
    checks = (
        own_row(stored), stored_frames(stored), of_parcels, of_releases, changed_pack(meta, pack, no_pack), measuring, judging,
    )  # fmt: skip
    return Verification(stored.head, checks, tuple(notices(stored)))


def _other_kernel(stored: StoredRun) -> list[Words]:
    """Say why the kernel of a run cannot measure here; empty where it can."""
    was = stored.head.meta.kernel
    kind = was.partition("-")[0]
    if was == "" or (kind in (PLAIN, which()) and identity(kind) == was):
        return []
    return [(f"量算内核不同：当时为 {was}，现为 {identity()}；末位不可比",
             f"Another kernel measures: {was} then, {identity()} now; last bits do not compare")]  # fmt: skip


def _measured_anew(
    database: Database,
    stored: StoredRun,
    parcels: gpd.GeoDataFrame | None,
    releases: dict[str, StoredRelease],
    lacking: Sequence[Words],
    originals: Originals | None,
    progress: Progress,
) -> tuple[Measured | None, Check]:
    """Measure as the run did, by its own kernel, and compare; None where that is not possible."""
    if parcels is None:
        lacking = [*lacking, ("地块的版本不在库内", "versions of its parcels are not in the database")]
    if parcels is None or lacking:
        return None, Check.of(Checked.MEASURING, [], missing=lacking)
    meta, kernel = stored.head.meta, stored.head.meta.kernel.partition("-")[0] or which()

    def engine(indexed: Indexed, polygons: Polygons) -> Measurement:
        return indexed.index.measure(polygons, kernel=kernel)

    layers = indexed_layers(database, releases, MadeEachTime())
    seen = {key: layer for key, layer in layers.items() if key in rasters_read(stored)}
    try:
        cells = on_rasters(originals, seen, parcels, None, progress)
        measured = measure(
            parcels, layers, tuple(meta.releases), meta.as_of, progress, cells, engine=engine,
            kept_m2=areas_of_versions(database, stored.versions),
        )  # fmt: skip
    except LandgisError as error:
        return None, Check.of(Checked.MEASURING, [], missing=[(error.zh, error.en)])
    names = ("areas", "overlaps", "hits", "coverage", "cells")
    differences = [
        difference
        for name in names
        for difference in frame_differences(
            name, getattr(stored.measured, name), getattr(measured, name), SPECS[name], _columns(stored, name)
        )
    ]
    return measured, Check.of(Checked.MEASURING, differences)


def _judged_anew(
    database: Database,
    stored: StoredRun,
    measured: Measured,
    releases: dict[str, StoredRelease],
    pack: RulePack | None,
    no_pack: Sequence[Words],
) -> Check:
    """Judge as the run did and compare."""
    if pack is None:
        return Check.of(Checked.JUDGING, [], missing=no_pack)
    meta = stored.head.meta
    try:
        judged = judge(pack, stored.versions, measured, meta.as_of, meta.scope)
    except LandgisError as error:
        return Check.of(Checked.JUDGING, [], missing=[(error.zh, error.en)])
    moment = replace(meta, known_at=moment_of(stored))
    told = why_silent(database, {key: row.release for key, row in releases.items()}, moment)
    judged = replace(judged, findings=explained(judged.findings, told))
    differences = [
        difference
        for name in ("findings", "verdicts")
        for difference in frame_differences(
            name, getattr(stored.judged, name), getattr(judged, name), SPECS[name], _columns(stored, name)
        )
    ]
    return Check.of(Checked.JUDGING, differences)


def _columns(stored: StoredRun, name: str) -> Sequence[str]:
    """Return the columns that the run has of a frame: a later program may declare more."""
    record = stored.head.record
    # A record without a frame does not fit its seal; what is recomputed is compared all the same.
    hashed = record.frames.get(name) if record else None
    return hashed.columns if hashed else SPECS[name].names
