"""All shapes at hand, found by id and by place, and which hits are of interest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from landgis.crs import WORKING
from landgis.frames.layer import LayerData
from landgis.screening.slivers.borders import Edges, Floats, Geometries, edges_of, joined
from landgis.screening.slivers.shift import Shift

Box = tuple[float, float, float, float]
"""West, south, east, north, m."""


@dataclass(frozen=True)
class Interest:
    """Which partial hits are looked at, and how closely. None of it changes an outcome.

    Attributes
    ----------
    mean_width_m, area_m2
        A hit narrower (2A/P) or smaller than this is of interest.
    reach_m
        How far a line may lie from the parcel's border to count as its counterpart; the longest vector of a shift.
    near_m
        Limit of ``near_share``.
    """

    mean_width_m: float = 2.0
    area_m2: float = 50.0
    reach_m: float = 3.0
    near_m: float = 0.5


@dataclass(frozen=True)
class Kept:
    """The shapes of one layer (or the parcels), found by id and by place; edges are made once, where they are asked for.

    Attributes
    ----------
    rows, shapes, tree
        Row of each id, shapes and boxes.
    edges
        Edges of the shapes that were asked for.
    """

    rows: dict[str, int]
    shapes: Geometries
    tree: shapely.STRtree
    edges: dict[int, Edges] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: gpd.GeoDataFrame, column: str) -> Kept:
        """Take the shapes of a frame, named by a column."""
        shapes = np.asarray(frame.geometry, dtype=object)
        return cls({name: row for row, name in enumerate(frame[column])}, shapes, shapely.STRtree(shapes))

    def edges_of(self, row: int) -> Edges:
        """Edges of one shape, as they stand."""
        if row not in self.edges:
            self.edges[row] = edges_of(self.shapes[[row]])
        return self.edges[row]

    def around(self, box: Box, origin: Floats) -> Edges:
        """Edges near a box, local to an origin."""
        rows = np.sort(self.tree.query(shapely.box(*box)))
        return joined([self.edges_of(row).near(box) for row in rows.tolist()], origin)


class Survey:
    """All shapes at hand: the parcels, and the features of every layer."""

    def __init__(self, parcels: gpd.GeoDataFrame, layers: Mapping[str, LayerData], interest: Interest) -> None:
        self.crs: CRS = parcels.crs or WORKING
        self.interest = interest
        self.parcels = Kept.of(parcels, "parcel_id")
        self.layers = {key: Kept.of(layer.features, "feature_id") for key, layer in layers.items()}
        self.sheets: dict[tuple[str, int], Shift] = {}
        self.accuracy_m = {key: layer.release.accuracy_m or float("nan") for key, layer in layers.items()}


def grown(bounds: Sequence[float] | Floats, by_m: float) -> Box:
    """Return a box grown on every side."""
    west, south, east, north = (float(value) for value in bounds)
    return west - by_m, south - by_m, east + by_m, north + by_m


def origin_of(bounds: Sequence[float] | Floats) -> Floats:
    """Return the whole kilometres below and left of a box: taken off, coordinates lie near zero."""
    return np.asarray(np.floor(np.asarray(bounds[:2]) / 1_000.0) * 1_000.0)


def step_m(edges: Edges) -> float:
    """Spacing of samples: half a metre at a plot of ordinary size, wider along very long borders."""
    return float(np.clip(edges.length_m.sum() / 2_000, 0.25, 5.0))
