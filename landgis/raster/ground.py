"""A raster on the ground: parcels go into its CRS, exactly and on record; its cells never move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from landgis.area import FLOOR_M2
from landgis.crs import GEOGRAPHIC, WORKING, GeometryArray, Transform, parse, to_crs
from landgis.domain.district import District
from landgis.domain.raster import Extent, Raster

_STEP_M = 25.0
"""A parcel's edge is straight in the working CRS; in steps so long it strays less than 0.01 mm from that in any other."""
_BOX_STEPS = 400


def ground_of(raster: Raster) -> shapely.Polygon:
    """Return the ground that the cells of a raster cover, in the working CRS (EPSG:4549)."""
    return _moved_box(raster.extent, parse(raster.crs))


def floor_of(raster: Raster) -> float:
    """Return the share of a cell that is no more than touching: the kernel's floor of 1e-6 m²."""
    return FLOOR_M2 * raster.columns * raster.rows / float(shapely.area(ground_of(raster)))


def part_within(shapes: GeometryArray, ground: BaseGeometry) -> GeometryArray:
    """Return the part of each polygon that lies within a ground, both in one CRS; empty where there is none."""
    shapely.prepare(ground)
    parts = np.array(shapes, dtype=object)
    crossing = np.flatnonzero(~shapely.covers(ground, parts))
    parts[crossing] = [_polygonal(shape) for shape in shapely.intersection(parts[crossing], ground)]
    return parts


def onto(raster: Raster, shapes: GeometryArray) -> tuple[GeometryArray, Transform]:
    """Move polygons from the working CRS into that of a raster.

    Returns
    -------
    tuple
        The polygons, vertices added every 25 m where the CRS differs, and the record of the transform.
    """
    crs = parse(raster.crs)
    moved, transform = to_crs(shapes, WORKING, crs)
    if not transform.definition:
        return moved, transform
    moved, transform = to_crs(shapely.segmentize(shapes, _STEP_M), WORKING, crs)
    return moved, replace(transform, definition=f"{transform.definition}; vertices every {_STEP_M:g} m")


def share_of_district(ground: BaseGeometry, district: District) -> float:
    """Return how much of the box around a district (0–1) a ground covers; EPSG:4549."""
    box = _moved_box(district.bounds, GEOGRAPHIC)
    return float(shapely.area(shapely.intersection(box, ground)) / shapely.area(box))


def _moved_box(extent: Extent, crs: CRS) -> shapely.Polygon:
    west, south, east, north = extent
    box = shapely.box(west, south, east, north).segmentize(max(east - west, north - south) / _BOX_STEPS)
    moved, _ = to_crs(np.array([box], dtype=object), crs, WORKING)
    polygon: shapely.Polygon = moved[0]
    return polygon


def _polygonal(shape: BaseGeometry) -> BaseGeometry:
    """Drop lines and points, along which polygons only touch."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])
