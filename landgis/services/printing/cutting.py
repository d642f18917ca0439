"""Cutting outlines to the frame of a print."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.crs import GeometryArray
from landgis.maps.sheet.view import View

SPARE_MM = 1.0
"""Outlines are cut so far outside the neat line, on paper: the cut edge is not seen."""


def cut_to_frame(shapes: GeometryArray, cut: npt.NDArray[np.bool_], view: View) -> GeometryArray:
    """Cut off what lies outside a frame; where an outline touches the cut with an edge or a corner, its areas are kept.

    Parameters
    ----------
    shapes
        Polygons, CRS of the view.
    cut
        Which of them reach beyond the frame.
    """
    spare = SPARE_MM * view.metres_per_mm
    west, south, east, north = view.bounds_m
    window = shapely.box(west - spare, south - spare, east + spare, north + spare)
    made = shapes.copy()
    made[cut] = [_areas(shape) for shape in shapely.intersection(shapes[cut], window)]
    return made


def _areas(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon(list(parts[shapely.get_dimensions(parts) == 2]))
