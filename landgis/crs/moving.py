"""Coordinates from one CRS into another, by named and recorded transforms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

from landgis.crs.codes import WORKING, epsg_of, name_of
from landgis.crs.datum import other_datum
from landgis.crs.deployed import LOCAL, is_deployed
from landgis.errors import CrsUnsuitable

GeometryArray = npt.NDArray[np.object_]
Points = npt.NDArray[np.float64]
"""Coordinates, one row a point: first number, second number."""


@dataclass(frozen=True)
class Transform:
    """A named, recorded change of CRS.

    Attributes
    ----------
    source, target
        E.g. ``EPSG:4490`` and ``EPSG:4549``.
    definition
        What PROJ did; empty when source and target are the same and nothing was moved. The deployment's own CRS is
        only named.
    """

    source: str
    target: str
    definition: str

    def __str__(self) -> str:
        return f"{self.source} → {self.target}" + (f" ({self.definition})" if self.definition else "")


def to_crs(geometries: GeometryArray, source: CRS, target: CRS = WORKING) -> tuple[GeometryArray, Transform]:
    """Transform geometries, vertex by vertex, and say how.

    Parameters
    ----------
    geometries
        Shapely geometries, easting/longitude first. Missing ones stay missing.
    source, target
        CRS found and CRS wanted.

    Returns
    -------
    tuple
        New geometries, same order, and the record of the transform.

    Raises
    ------
    CrsUnsuitable
        Between an older national datum and any other: nobody but the survey authority has the parameters.
    """
    if source == target or (epsg_of(source) is not None and epsg_of(source) == epsg_of(target)):
        return geometries, Transform(name_of(source), name_of(target), "")
    _require_same_datum(source, target)
    transformer = transformer_of(source, target)

    def move(points: Points) -> Points:
        x, y = transformer.transform(points[:, 0], points[:, 1])
        return np.column_stack([x, y])

    secret = is_deployed(source) or is_deployed(target)
    definition = f"{LOCAL}: deployment CRS" if secret else transformer.description
    return shapely.transform(geometries, move), Transform(name_of(source), name_of(target), definition)


def _require_same_datum(source: CRS, target: CRS) -> None:
    """Refuse a shift of datum that PROJ would leave out in silence; the deployment's own CRS brings its parameters."""
    if is_deployed(source) or is_deployed(target) or other_datum(source) == other_datum(target):
        return
    raise CrsUnsuitable(
        f"{name_of(source)} 与 {name_of(target)} 的大地基准不同，换算参数不公开",
        f"{name_of(source)} and {name_of(target)} stand on different datums, and the parameters are not public",
        where=name_of(source),
        next_zh="请由测绘主管部门换算后提供",
        next_en="Have the survey authority convert it",
    )


def swap_axes(geometries: GeometryArray) -> GeometryArray:
    """Exchange the first two numbers of every vertex; heights stay. Missing geometries stay missing."""

    def swap(points: Points) -> Points:
        return np.column_stack([points[:, 1], points[:, 0], points[:, 2:]])

    with_height = shapely.has_z(geometries)
    swapped = np.array(shapely.transform(geometries, swap), dtype=object)
    swapped[with_height] = shapely.transform(np.asarray(geometries, dtype=object)[with_height], swap, include_z=True)
    return swapped


def vertices(geometries: GeometryArray, most: int = 5_000) -> Points:
    """Return vertices of geometries as found, evenly taken, at most so many; only finite ones.

    Returns
    -------
    numpy.ndarray
        Shape (n, 2).
    """
    points = shapely.get_coordinates(geometries)
    points = points[np.isfinite(points).all(axis=1)]
    step = -(-len(points) // most) if len(points) > most else 1
    return points[::step]


@lru_cache(maxsize=64)
def transformer_of(source: CRS, target: CRS) -> Transformer:
    """Return the transformer between two CRS, easting first on both sides."""
    return Transformer.from_crs(source, target, always_xy=True)
