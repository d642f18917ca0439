"""Parcels that may enter, and what was measured of them, as preference reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.crs import GeometryArray
from landgis.domain.layer import Coverage
from landgis.domain.raster import CellMeasure
from landgis.frames.layer import LayerData
from landgis.rules.pack import Words
from landgis.screening.measure import Measured

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]
FIRM = (Coverage.COMPLETE, Coverage.PARTIAL)
"""States of a layer that prove something; what is stale or absent proves nothing."""
_DOUBTS = {
    Coverage.PARTIAL: Words("未全部覆盖地块，或有图斑无法读取", "part of the parcel uncovered, or features unread"),
    Coverage.STALE: Words("已过有效期，不作依据", "past its term: proves nothing"),
    Coverage.ABSENT: Words("在该日不可用", "not usable on that day"),
}


@dataclass(frozen=True)
class Bounds:
    """What is known of one contribution, in the order of the parcels; shape (n,) each.

    Attributes
    ----------
    least, most
        Bounds of the true value; equal where it is known.
    source_zh, source_en
        Where it is read.
    """

    least: Floats
    most: Floats
    source_zh: Texts
    source_en: Texts


@dataclass(frozen=True)
class Subject:
    """Parcels and what was measured of them.

    Attributes
    ----------
    parcels
        ParcelFrame in a projected CRS, metres; further facts as columns.
    measured
        Areas, overlaps, coverage and cells of the same parcels, of every layer that is read.
    layers
        The layers at hand, features and all, by key.
    """

    parcels: gpd.GeoDataFrame
    measured: Measured
    layers: Mapping[str, LayerData]

    @property
    def ids(self) -> pd.Index:
        """Numbers of the parcels, in order."""
        numbers: pd.Index = pd.Index(self.parcels["parcel_id"])
        return numbers

    @property
    def shapes(self) -> GeometryArray:
        """Their outlines."""
        return np.asarray(self.parcels.geometry.to_numpy(), dtype=object)

    @property
    def planar_m2(self) -> Floats:
        """Their areas in the plane."""
        return self._by_parcel(self.measured.areas, "planar_m2")

    def of_layer(self, frame: pd.DataFrame, layer: str, column: str) -> Floats:
        """Return a column of an overlap frame for a layer as a whole; NaN where a parcel has no row."""
        rows = frame[(frame["layer"] == layer) & (frame["class"] == "")]
        return self._by_parcel(rows, column)

    def cells(self, layer: str, measure: CellMeasure, kind: str = "") -> Floats:
        """Return what is measured on a raster; 0 where a parcel has no row."""
        cells = self.measured.cells
        rows = cells[(cells["layer"] == layer) & (cells["measure"] == measure) & (cells["class"] == kind)]
        return np.nan_to_num(self._by_parcel(rows, "amount"))

    def states(self, layer: str) -> tuple[Texts, Floats]:
        """Return the state of a layer for each parcel, and the share of the parcel that it says nothing of."""
        coverage = self.measured.coverage
        rows = coverage[coverage["layer"] == layer].set_index("parcel_id").reindex(self.ids)
        state = rows["state"].fillna(str(Coverage.ABSENT)).to_numpy(dtype=object)
        silent = rows["uncovered_m2"].to_numpy(dtype=float) / self.planar_m2
        return state, np.clip(np.nan_to_num(silent, nan=1.0), 0.0, 1.0)

    def _by_parcel(self, rows: pd.DataFrame, column: str) -> Floats:
        return np.asarray(rows.set_index("parcel_id")[column].reindex(self.ids).to_numpy(dtype=float))

    def incomplete(self, layer: str) -> bool:
        """Whether features of a layer could not be read: then nothing proves that something is not there."""
        return layer in self.layers and not self.layers[layer].complete

    def source(self, layer: str, state: Texts) -> tuple[Texts, Texts]:
        """Name a layer's release for each parcel, and why it leaves doubt."""
        data = self.layers.get(layer)
        if data is None:
            return same(len(state), Words(f"缺少图层 {layer}", f"layer {layer} is missing"))
        release = data.release
        zh, en = same(len(state), Words(f"{release.title_zh}（{release.name}）", release.key))
        for doubt, words in _DOUBTS.items():
            rows = state == doubt
            zh[rows], en[rows] = zh[rows] + f"，{words.zh}", en[rows] + f", {words.en}"
        return zh, en


def same(count: int, words: Words) -> tuple[Texts, Texts]:
    """Return the same words for every parcel."""
    return np.full(count, words.zh, dtype=object), np.full(count, words.en, dtype=object)
