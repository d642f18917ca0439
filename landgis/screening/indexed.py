"""Layers ready for measuring: the index of a release with the labels of its features, built in place or opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from geopandas.array import from_shapely

from landgis.crs import WORKING
from landgis.domain.layer import Release
from landgis.frames.layer import LayerData
from landgis.frames.spec import TEXT
from landgis.overlay import LayerIndex, Measurement, Polygons
from landgis.overlay.polygons import Floats, Ints
from landgis.overlay.texts import Texts
from landgis.overlay.tree import NODE, Tree


@dataclass(frozen=True)
class Labels:
    """What a card prints of each feature, every text kept once.

    Attributes
    ----------
    texts
        The different texts, sorted.
    text_of
        Number of the text of each feature, by its place in id order; -1: it has none.
    """

    texts: Texts
    text_of: npt.NDArray[np.int32]

    @classmethod
    def of(cls, labels: pd.Series, positions: Ints) -> Self:
        """Take the labels of a FeatureFrame; ``positions`` are those of its features in id order."""
        codes, texts = pd.factorize(labels.take(positions), sort=True)
        return cls(Texts.of(texts.tolist()), codes.astype(np.int32))

    def at(self, places: Ints) -> npt.NDArray[np.object_]:
        """Return the label of features by their place in id order; None where there is none."""
        found = self.text_of[places]
        told = np.full(len(places), None, dtype=object)
        told[found >= 0] = self.texts[found[found >= 0]]
        return told


@dataclass(frozen=True)
class Indexed:
    """The features of one release, laid out for the kernel.

    Attributes
    ----------
    index, labels
        The features, and their labels.
    folder
        Where they are saved, for others to open; None: nowhere.
    size_bytes
        What they take there.
    """

    index: LayerIndex
    labels: Labels
    folder: Path | None = None
    size_bytes: int = 0

    @classmethod
    def of(cls, features: gpd.GeoDataFrame, near: Floats | None = None, threads: int | None = None) -> Self:
        """Lay out a FeatureFrame; ``near`` are boxes outside which nothing will be asked (`LayerIndex.build`)."""
        index = LayerIndex.build(
            features.geometry.to_numpy(),
            features["feature_id"].to_numpy(dtype=object),
            features["class"].to_numpy(dtype=object),
            near=near,
            threads=threads,
        )
        return cls(index, Labels.of(features["label"], index.positions))

    def __len__(self) -> int:
        """Count the features."""
        return len(self.index.feature_ids)

    def classes_at(self, places: Ints) -> npt.NDArray[np.object_]:
        """Return the class of features by their place in id order."""
        index = self.index
        return np.asarray(index.class_names[index.class_of[places]], dtype=object)

    def around(self, boxes: Floats) -> gpd.GeoDataFrame:
        """Return the FeatureFrame of features whose box meets one of the boxes (m, 4; working CRS), by id."""
        places = np.sort(self.index.tree.rank[_meeting(self.index.tree, boxes)])
        columns = {
            "feature_id": self.index.feature_ids[places],
            "class": self.classes_at(places),
            "label": self.labels.at(places),
        }
        texts = {name: pd.array(cells, dtype=TEXT) for name, cells in columns.items()}
        shapes = from_shapely(self.index.shapes(places), WORKING)
        return gpd.GeoDataFrame({**texts, "geometry": shapes}, geometry="geometry")


@dataclass(frozen=True)
class IndexedLayer:
    """One release whose index is made or opened when it is asked for.

    Attributes
    ----------
    release, coverage, complete
        As in `LayerData`.
    open
        Gives the features.
    """

    release: Release
    coverage: shapely.MultiPolygon | shapely.Polygon
    complete: bool
    open: Callable[[], Indexed]

    def around(self, boxes: Floats) -> LayerData:
        """Return the release with the features near some boxes alone: enough to explain what lies in them."""
        return LayerData(self.release, self.open().around(boxes), self.coverage, self.complete)


Layer = LayerData | IndexedLayer
Engine = Callable[[Indexed, Polygons], Measurement]
"""Who measures: this process, or others that open the same features."""


def opened(layer: Layer, parcels: Polygons, reach_m: float) -> Indexed | None:
    """Return a layer's index; None where it has no features.

    Of features at hand only those near the parcels are laid out: they serve this once.
    """
    if isinstance(layer, IndexedLayer):
        found = layer.open()
        return found if len(found) else None
    if layer.features.empty:
        return None
    return Indexed.of(layer.features, near=grown(parcels.rings.box, reach_m))


def nearby(layers: Mapping[str, Layer], parcels: gpd.GeoDataFrame, reach_m: float) -> dict[str, LayerData]:
    """Return layers with their features at hand, of indexed ones those near the parcels alone."""
    boxes = grown(shapely.bounds(parcels.geometry.to_numpy()).reshape(-1, 4), reach_m)
    return {
        key: layer.around(boxes) if isinstance(layer, IndexedLayer) else layer
        for key in layers
        for layer in (layers[key],)
    }


def grown(boxes: Floats, by_m: float) -> Floats:
    """Return boxes (m, 4) grown on every side."""
    return np.asarray(boxes + np.array([-by_m, -by_m, by_m, by_m]), dtype=np.float64)


def _meeting(tree: Tree, boxes: Floats) -> Ints:
    """Rows of the polygons whose box meets one of the boxes; all boxes go down the tree together."""
    level = len(tree.level) - 2
    top = int(tree.level[level + 1] - tree.level[level])
    asked, node = np.repeat(np.arange(len(boxes)), top), np.tile(np.arange(top), len(boxes))
    while True:
        mine, theirs = boxes[asked], tree.box[tree.level[level] + node]
        met = (mine[:, :2] <= theirs[:, 2:]).all(axis=1) & (theirs[:, :2] <= mine[:, 2:]).all(axis=1)
        asked, node = asked[met], node[met]
        if level == 0:
            return np.unique(node).astype(np.int64)
        level -= 1
        below = tree.level[level + 1] - tree.level[level]
        asked, node = np.repeat(asked, NODE), (node[:, None] * NODE + np.arange(NODE)).ravel()
        asked, node = asked[node < below], node[node < below]
