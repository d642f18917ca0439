"""What of an earlier run still holds: pairs of which neither the parcel's outline nor the layer's ground has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.db.changed_ground import changed_boxes
from landgis.db.connect import Database
from landgis.db.layers import StoredRelease
from landgis.db.originals import Originals
from landgis.db.runs import RunMeta, RunStore, StoredRun
from landgis.domain.layer import Release
from landgis.frames.layer import LayerData
from landgis.frames.measures import CELLS
from landgis.overlay.index import DISTANCE_LIMIT_M
from landgis.screening.indexed import Layer, grown
from landgis.screening.measure import Earlier
from landgis.services.layers.measure_raster import measure_rasters

_REACH_M = DISTANCE_LIMIT_M + 1.0
"""A feature farther away than this changes nothing that is measured of a parcel."""


@dataclass(frozen=True)
class Holding:
    """What is taken over.

    Attributes
    ----------
    run_id
        The run that it is taken from.
    earlier
        Its measurement, and what of it holds.
    """

    run_id: str
    earlier: Earlier

    @property
    def counts(self) -> dict[str, int]:
        """Parcels by layer of which nothing is measured anew."""
        return {key: len(ids) for key, ids in self.earlier.pairs.items()}


def last_holding(
    database: Database, meta: RunMeta, parcels: gpd.GeoDataFrame, releases: Mapping[str, StoredRelease]
) -> Holding | None:
    """Find the last run that measured as a new one would, and what of it still holds.

    Parameters
    ----------
    meta
        What the new run will stand on. Another day, or other rules, do not matter: numbers depend on neither.
    parcels
        ParcelFrame with ``version``: what it will measure.
    releases
        The releases that speak, by layer.

    Returns
    -------
    Holding or None
        None where there is no such run.
    """
    store = RunStore(database)
    head = store.latest_measured_as(meta)
    if head is None:
        return None
    stored = store.load(head.run_id)
    keys = ["parcel_id", "version"]
    known = pd.MultiIndex.from_frame(stored.versions[keys])
    same = gpd.GeoDataFrame(parcels[pd.MultiIndex.from_frame(pd.DataFrame(parcels[keys])).isin(known)])
    pairs = {key: _holding(database, stored, release.release, same) for key, release in releases.items()}
    return Holding(head.run_id, Earlier(stored.measured, pairs))


def on_rasters(
    originals: Originals | None,
    layers: Mapping[str, Layer],
    parcels: gpd.GeoDataFrame,
    holding: Holding | None,
    progress: Callable[[str], None],
) -> pd.DataFrame:
    """Measure parcels on the rasters among some layers, but for what still holds; see `measure_rasters`."""
    found = [CELLS.empty()]
    for key, layer in layers.items():
        if originals is None or not isinstance(layer, LayerData):
            continue
        held = holding.earlier.pairs[key] if holding else pd.Index([], dtype="str")
        if holding:
            cells = holding.earlier.measured.cells
            found.append(cells[(cells["layer"] == key) & cells["parcel_id"].isin(held)])
        fresh = gpd.GeoDataFrame(parcels[~parcels["parcel_id"].isin(held)])
        if len(fresh):
            found.append(measure_rasters(originals, {key: layer}, fresh, progress))
    filled = [frame for frame in found if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else CELLS.empty()


def _holding(database: Database, run: StoredRun, release: Release, same: gpd.GeoDataFrame) -> pd.Index:
    """Parcels, of those with the same outline, for which a release gives the numbers that a run measured."""
    before = run.head.meta.releases.get(release.layer, "")
    if release.raster is not None:
        cells = run.measured.cells
        holds = same["parcel_id"].isin(cells.loc[cells["layer"] == release.layer, "parcel_id"]) & (
            before == release.name
        )
    elif before == "" or release.holds_nothing:
        holds = pd.Series(False, index=same.index)
    else:
        # A release without features gave no row: what was never measured holds for nobody.
        rows = run.measured.overlaps
        measured = rows.loc[(rows["layer"] == release.layer) & (rows["class"] == ""), "parcel_id"]
        holds = same["parcel_id"].isin(measured)
        if before != release.name:
            holds &= ~_reached(same, changed_boxes(database, release.layer, before, release.name))
    held: pd.Index = pd.Index(same.loc[holds, "parcel_id"])
    return held


def _reached(parcels: gpd.GeoDataFrame, boxes: np.ndarray) -> pd.Series:
    """Tell which parcels lie within reach of one of the boxes (n, 4)."""
    own = grown(shapely.bounds(parcels.geometry.to_numpy()).reshape(-1, 4), _REACH_M)
    hit = shapely.STRtree(shapely.box(*boxes.T)).query(shapely.box(*own.T))[0]
    reached = np.zeros(len(parcels), dtype=bool)
    reached[hit] = True
    return pd.Series(reached, index=parcels.index)
