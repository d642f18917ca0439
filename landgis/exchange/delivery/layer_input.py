"""Layers as a folder gives them: ready to be measured against, or absent and said so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
from pyproj import CRS

from landgis.crs import WORKING
from landgis.domain.catalogue import LayerSpec
from landgis.domain.issue import Issue
from landgis.domain.layer import Release
from landgis.exchange.delivery.coverage import Ground
from landgis.frames.parcels import FEATURES


@dataclass(frozen=True)
class LayerInput:
    """One layer of a folder, ready to be measured against.

    Attributes
    ----------
    spec
        The catalogue's entry.
    release
        What the layer says of itself. An absent layer has ``feature_count`` 0, so its state is `absent` on any date.
    features
        FeatureFrame with the delivered fields beside it, working CRS.
    coverage
        Polygon that the release covers, working CRS; empty for an absent layer.
    complete
        False when rows were kept out or nothing could be read: the layer cannot then clear anybody.
    issues
        Of reading and conforming.
    """

    spec: LayerSpec
    release: Release
    features: gpd.GeoDataFrame
    coverage: Ground
    complete: bool
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class LayerFolder(Mapping[str, LayerInput]):
    """The layers of a folder by key, in the order of the catalogue; keys without any file are not in it.

    Attributes
    ----------
    layers
        Layer key → layer.
    unrecognised
        One notice for every file or layer that no layer of the catalogue answers to.
    """

    layers: dict[str, LayerInput]
    unrecognised: tuple[Issue, ...]

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Everything noticed: of every layer, then of what was not used."""
        return (*(issue for layer in self.layers.values() for issue in layer.issues), *self.unrecognised)

    def __getitem__(self, key: str) -> LayerInput:
        return self.layers[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)


def no_features(working: CRS = WORKING) -> gpd.GeoDataFrame:
    """Return a FeatureFrame without rows."""
    return gpd.GeoDataFrame(FEATURES.empty(), geometry=gpd.GeoSeries([], crs=working), crs=working)
