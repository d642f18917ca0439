"""Outlines on whole millimetres that reach nowhere beyond the outline they are made of."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.area import FLOOR_M2
from landgis.overlay.cells import polygonal
from landgis.screening.slivers.borders import Floats

MILLIMETRE_M = 0.001
_AT_MOST = 4
"""How many millimetres a corner may go to come inside; a sharper one is cut off."""
_STEPS: Floats = np.stack(np.meshgrid(*[np.arange(1.0 - _AT_MOST, _AT_MOST + 1)] * 2), axis=-1).reshape(-1, 2)
_ON_M = 1e-9
"""As near to a line is on it."""


def inwards(polygon: shapely.Polygon, origin: Floats) -> BaseGeometry:
    """Put an outline on whole millimetres without reaching beyond it by more than the floor of 1e-6 m².

    Parameters
    ----------
    polygon
        Valid and not empty, metres from ``origin``.
    origin
        Easting and northing in whole kilometres; with them added, coordinates are numbers of three decimals.

    Returns
    -------
    shapely.Polygon or shapely.MultiPolygon
        Corners that are on whole millimetres stay; others go to the nearest point on the inner side of both their
        edges. Where that gives no outline, the whole is drawn in by two millimetres; nothing may remain of it.
    """
    moved = _moved(polygon, origin)
    if shapely.is_valid(moved) and shapely.area(shapely.difference(moved, polygon)) <= FLOOR_M2:
        return moved
    drawn_in = shapely.buffer(polygon, -2 * MILLIMETRE_M, join_style="mitre")
    snapped: BaseGeometry = polygonal(np.array([shapely.set_precision(drawn_in, MILLIMETRE_M)], dtype=object))[0]
    return shapely.transform(snapped, lambda points: np.round(points + origin, 3) - origin)


def _moved(polygon: shapely.Polygon, origin: Floats) -> shapely.Polygon:
    inside_left = shapely.orient_polygons(polygon)
    rings = [_moved_ring(shapely.get_coordinates(ring)[:-1], origin) for ring in shapely.get_rings(inside_left)]
    # Corners less than a millimetre apart may go to one place.
    return shapely.remove_repeated_points(shapely.Polygon(rings[0], rings[1:]))


def _moved_ring(corners: Floats, origin: Floats) -> Floats:
    """Move each corner to the nearest millimetre left of the edge that comes and of the edge that goes, if there is one."""
    goes = np.roll(corners, -1, axis=0) - corners
    whole = np.floor((corners + origin) / MILLIMETRE_M)
    places = np.round((whole[:, None] + _STEPS) * MILLIMETRE_M, 3) - origin
    away = places - corners[:, None]
    fits = np.ones(away.shape[:2], dtype=bool)
    for edge in (goes, np.roll(goes, 1, axis=0)):
        left = edge[:, None, 0] * away[..., 1] - edge[:, None, 1] * away[..., 0]
        fits &= left >= -_ON_M * np.hypot(*edge.T)[:, None]
    nearest = np.where(fits, (away**2).sum(axis=2), np.inf).argmin(axis=1)
    moved: Floats = places[np.arange(len(corners)), nearest]
    return moved
