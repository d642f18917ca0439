"""What lies on a parcel: areas, overlaps, hits and coverage. Numbers only; judging is the rules' business."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.frames.measures import AREAS, CELLS, COVERAGE, HITS, OVERLAPS
from landgis.frames.spec import TEXT, FrameSpec
from landgis.overlay import Measurement, Polygons
from landgis.overlay.index import DISTANCE_LIMIT_M
from landgis.screening.covering import covering
from landgis.screening.ground import Ground
from landgis.screening.indexed import Engine, Indexed, Layer, opened

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Measured:
    """Frames of ``frames.measures``: areas, overlaps, hits, coverage, cells."""

    areas: pd.DataFrame
    overlaps: pd.DataFrame
    hits: pd.DataFrame
    coverage: pd.DataFrame
    cells: pd.DataFrame = field(default_factory=CELLS.empty)


@dataclass(frozen=True)
class Earlier:
    """What was measured before and still holds; it is taken over as it stands.

    Attributes
    ----------
    measured
        The earlier measurement.
    pairs
        By layer, the parcels whose overlaps and hits still hold.
    """

    measured: Measured
    pairs: Mapping[str, pd.Index]

    def of_layer(self, key: str, parcel_ids: pd.Index) -> tuple[pd.Index, pd.DataFrame, pd.DataFrame]:
        """Return which of some parcels hold for a layer, and the rows of their overlaps and hits."""
        held = parcel_ids[parcel_ids.isin(self.pairs.get(key, pd.Index([], dtype="str")))]
        overlaps, hits = (
            frame[(frame["layer"] == key).to_numpy() & frame["parcel_id"].isin(held).to_numpy()]
            for frame in (self.measured.overlaps, self.measured.hits)
        )
        return held, overlaps, hits


def in_place(indexed: Indexed, parcels: Polygons) -> Measurement:
    """Measure in this process, on all its processors."""
    return indexed.index.measure(parcels)


def measure(
    parcels: gpd.GeoDataFrame,
    layers: Mapping[str, Layer],
    wanted: Sequence[str],
    as_of: date,
    progress: Progress = lambda _layer: None,
    cells: pd.DataFrame | None = None,
    *,
    engine: Engine = in_place,
    earlier: Earlier | None = None,
    kept_m2: pd.Series | None = None,
) -> Measured:
    """Measure parcels against every wanted layer.

    Parameters
    ----------
    parcels
        ParcelFrame or any frame with ``parcel_id``, ``registered_area_m2`` and valid polygons in the working CRS.
    layers
        Layers at hand, by key, in the same CRS. Each is looked up and opened once, and let go before the next.
    wanted
        Keys asked for; one that is not at hand is covered as ``absent``.
    as_of
        The day whose releases count.
    progress
        Called with each layer key before it is measured.
    cells
        CellFrame of the same parcels on the rasters among the layers; a raster that is not in it counts as absent.
    engine
        Who measures.
    earlier
        What need not be measured again; it does not change the result.
    kept_m2
        Geodesic areas that the register keeps of these outlines, by parcel; None: areas on the ellipsoid are found
        here, within 5e-7 of them.

    Returns
    -------
    Measured
        Areas of a stale release are measured too, so that a planner sees them; its coverage says stale.
    """
    ground = Ground.of(parcels, kept_m2)
    overlaps, hits, coverage = _Rows(OVERLAPS), _Rows(HITS), _Rows(COVERAGE)
    cells = CELLS.empty() if cells is None else cells
    for key in wanted:
        progress(key)
        layer = layers.get(key)
        if layer is not None and layer.release.raster is not None and not (cells["layer"] == key).any():
            layer = None
        coverage.add(covering(ground.ids, ground.shapes, key, layer, as_of, cells))
        if layer is None:
            continue
        fresh = ground
        if earlier is not None:
            held, *rows = earlier.of_layer(key, pd.Index(ground.ids))
            overlaps.take(rows[0])
            hits.take(rows[1])
            fresh = ground.without(held)
        indexed = opened(layer, fresh.polygons, DISTANCE_LIMIT_M) if len(fresh.ids) else None
        if indexed is not None:
            result = engine(indexed, fresh.polygons)
            overlaps.add(_overlaps(fresh, key, result))
            hits.add(_hits(fresh, key, indexed, result))
    measured = Measured(ground.areas(parcels), overlaps.table(), hits.table(), coverage.table(), cells)
    AREAS.require(measured.areas)
    OVERLAPS.require(measured.overlaps)
    COVERAGE.require(measured.coverage)
    CELLS.require(measured.cells)
    return measured


Columns = dict[str, npt.NDArray[Any]]


class _Rows:
    """Rows of a table, layer by layer; it is made once: a table of every layer costs more than what is in it."""

    def __init__(self, spec: FrameSpec) -> None:
        self._spec = spec
        self._parts: list[Columns] = []

    def add(self, columns: Columns) -> None:
        """Add rows."""
        if len(columns["parcel_id"]):
            self._parts.append(columns)

    def take(self, frame: pd.DataFrame) -> None:
        """Add the rows of such a table."""
        texts = {column.name for column in self._spec.columns if column.kind == "text"}
        self.add({name: frame[name].to_numpy(dtype=object if name in texts else None) for name in self._spec.names})

    def table(self) -> pd.DataFrame:
        """Return all rows."""
        if not self._parts:
            return self._spec.empty()
        cells = {name: np.concatenate([part[name] for part in self._parts]) for name in self._spec.names}
        return pd.DataFrame({
            column.name: pd.array(cells[column.name], dtype=TEXT) if column.kind == "text" else cells[column.name]
            for column in self._spec.columns
        })  # fmt: skip


def _overlaps(ground: Ground, key: str, result: Measurement) -> Columns:
    """One row per parcel for the layer as a whole, and one per class that is hit."""
    whole, classes = result.parcels, result.by_class
    named = classes.class_ != ""
    numbers = ("union_m2", "hits", "largest_m2", "mean_width_m", "pieces")
    row = np.concatenate([np.arange(len(ground.ids)), classes.parcel[named]])
    found = {name: np.concatenate([getattr(whole, name), getattr(classes, name)[named]]) for name in numbers}
    # One factor per parcel. At 150 km from the meridian it changes by 7e-9 a metre: within 5e-7 where the middles of
    # parcel and overlap are less than 70 m apart.
    return found | {
        "parcel_id": ground.ids[row],
        "layer": np.full(len(row), key, dtype=object),
        "class": np.concatenate([np.full(len(ground.ids), "", dtype=object), classes.class_[named]]),
        "union_ellipsoidal_m2": found["union_m2"] * (ground.ellipsoidal.m2 / ground.planar_m2)[row],
        "share_of_parcel": found["union_m2"] / ground.planar_m2[row],
        "distance_m": np.concatenate([whole.distance_m, np.zeros(int(named.sum()))]),
    }


def _hits(ground: Ground, key: str, indexed: Indexed, result: Measurement) -> Columns:
    pairs = result.pairs
    return {
        "parcel_id": ground.ids[pairs.parcel],
        "layer": np.full(len(pairs.parcel), key, dtype=object),
        "class": indexed.classes_at(pairs.place),
        "feature_id": np.asarray(pairs.feature, dtype=object),
        "label": indexed.labels.at(pairs.place),
        "area_m2": pairs.area_m2,
        "share_of_parcel": pairs.share_of_parcel,
        "share_of_feature": pairs.share_of_feature,
    }
