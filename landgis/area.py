"""The three areas and their units: planar, ellipsoidal, registered; ㎡ inside, 公顷 and 亩 at the edge."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Geod, Proj

from landgis.crs import GEOGRAPHIC, WORKING, GeometryArray, to_crs

Floats = npt.NDArray[np.float64]
GEOD = Geod(a=6378137.0, rf=298.257222101)
"""The CGCS2000 ellipsoid (EPSG registry)."""
FLOOR_M2 = 1e-6
"""Overlaps up to this are touching: the numerical floor of the kernel, not a tolerance."""
MU_PER_HA = 15
"""1 公顷 = 15 亩 exactly."""
GEODESIC, SCALED = "geodesic", "scaled"
"""How an area on the ellipsoid was found: as a geodesic polygon, or from the plane by the scale of the projection."""
SCALED_WITHIN = 5e-7
"""How far a scaled area may be from the geodesic one, as a share of it; where that is not certain, it is geodesic."""
_M2_PER_HA = Decimal(10_000)
_HA_STEP = Decimal("0.0001")
_TRANSVERSE_MERCATOR, _SCALE_AT_ORIGIN, _FALSE_EASTING = "9807", "8805", "8806"
_RADIUS_OFF = 0.007
"""The square of the mean radius of curvature, anywhere on the ellipsoid, is a·b but for this share."""
_AT_ONCE = 2_048


@dataclass(frozen=True)
class EllipsoidalAreas:
    """Areas on the CGCS2000 ellipsoid, m², and how each was found: ``GEODESIC`` or ``SCALED``."""

    m2: Floats
    method: npt.NDArray[np.object_]

    def of(self, rows: npt.NDArray[np.bool_]) -> EllipsoidalAreas:
        """Return those of some rows."""
        return EllipsoidalAreas(self.m2[rows], self.method[rows])


def planar_m2(geometries: GeometryArray) -> Floats:
    """Area in the plane of the geometries' own projected CRS, m²."""
    return np.asarray(shapely.area(geometries), dtype=np.float64)


def ellipsoidal_m2(geometries: GeometryArray, crs: CRS = WORKING) -> Floats:
    """Area on the CGCS2000 ellipsoid, m².

    Geodesic polygon area; for parcels it agrees with the trapezoid series of the national survey regulation to
    0.001 m². Holes count negative whatever their direction.

    Parameters
    ----------
    geometries
        Polygons or multipolygons in ``crs``.
    crs
        Their CRS.
    """
    degrees, _ = to_crs(geometries, crs, GEOGRAPHIC)
    oriented = shapely.orient_polygons(degrees)
    return np.array([GEOD.geometry_area_perimeter(shape)[0] if shape is not None else np.nan for shape in oriented])


def ellipsoidal_areas(geometries: GeometryArray, crs: CRS = WORKING) -> EllipsoidalAreas:
    """Find areas on the CGCS2000 ellipsoid fast: within 5e-7 of the geodesic ones, and the geodesic ones elsewhere.

    In a transverse Mercator plane an area is divided by PROJ's areal scale at the centroid, after what lies between
    each straight edge and the geodesic from corner to corner is added. The error is bounded shape by shape; shapes
    that are too large or too thin for the bound, and all in another plane or on another ellipsoid, are geodesic
    polygons. A result depends on nothing but the shape and the CRS.

    Parameters
    ----------
    geometries
        Valid polygons or multipolygons in ``crs``; shape (n,). A missing one has no area (NaN).
    crs
        Their CRS.
    """
    shapes = np.asarray(geometries, dtype=object)
    plane, certain, m2 = _plane(crs), np.zeros(len(shapes), dtype=bool), np.empty(len(shapes))
    if plane is not None:
        there = np.flatnonzero(planar_m2(shapes) > 0)
        for at in range(0, len(there), _AT_ONCE):
            some = there[at : at + _AT_ONCE]
            m2[some], off = _scaled(shapes[some], plane)
            certain[some] = off <= SCALED_WITHIN
    if not certain.all():
        m2[~certain] = ellipsoidal_m2(shapes[~certain], crs)
    return EllipsoidalAreas(m2, np.where(certain, SCALED, GEODESIC).astype(object))


class _Plane(NamedTuple):
    """A transverse Mercator plane of the CGCS2000 ellipsoid, in metres, as its CRS defines it."""

    projection: Proj
    false_easting_m: float
    radius_m2: float
    """Square of the mean radius of curvature, as long as the central meridian is drawn."""


@lru_cache(maxsize=64)
def _plane(crs: CRS) -> _Plane | None:
    """Read the definition of a CRS; None where it is no such plane."""
    operation = crs.coordinate_operation
    if operation is None or operation.method_code != _TRANSVERSE_MERCATOR or _figure(crs) != _figure(GEOGRAPHIC):
        return None
    said = {each.code: float(each.value) * each.unit_conversion_factor for each in operation.params}
    in_metres = all(axis.unit_conversion_factor == 1.0 for axis in crs.axis_info)
    if not in_metres or _SCALE_AT_ORIGIN not in said or _FALSE_EASTING not in said:
        return None
    return _Plane(Proj(crs), said[_FALSE_EASTING], GEOD.a * GEOD.b * said[_SCALE_AT_ORIGIN] ** 2)


def _figure(crs: CRS) -> tuple[float, float] | None:
    return (crs.ellipsoid.semi_major_metre, crs.ellipsoid.inverse_flattening) if crs.ellipsoid is not None else None


def _scaled(shapes: GeometryArray, plane: _Plane) -> tuple[Floats, Floats]:
    """Return areas by the scale of the projection, and the most that each may be off, as a share of it."""
    middle = shapely.centroid(shapes)
    degrees = plane.projection(shapely.get_x(middle), shapely.get_y(middle), inverse=True)
    planar, (bowed, astray) = planar_m2(shapes), _bows(shapes, plane)
    box = shapely.bounds(shapes)
    reach2 = (np.abs(box[:, (0, 2)] - plane.false_easting_m) ** 2).max(axis=1) / plane.radius_m2
    extent2 = ((box[:, 2:] - box[:, :2]) ** 2).sum(axis=1) / plane.radius_m2
    # The centroid takes care of the slope of the scale; what is left is its curvature, nowhere above 2/R².
    off = extent2 / 4 + (_RADIUS_OFF + reach2) * astray / planar
    return (planar + bowed) / plane.projection.get_factors(*degrees).areal_scale, off


def _bows(shapes: GeometryArray, plane: _Plane) -> tuple[Floats, Floats]:
    """Sum what lies between straight edges and geodesics, m²: with its sign, and as much as there is of it.

    A geodesic bends away from the central meridian by the slope of the logarithm of the scale across it, x/R²: a
    segment of a circle of area x/R² · length³/12 on an edge due north, and less by its direction on others.
    """
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    rings, of_ring = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    x, (east, north) = points[:, 0] - plane.false_easting_m, np.diff(points, axis=0).T
    bow = (x[1:] + x[:-1]) * north * (east * east + north * north) / (24 * plane.radius_m2)
    bow[ring[1:] != ring[:-1]] = 0.0
    shape = of_part[of_ring[ring[1:]]]
    signed, whole = (np.bincount(shape, each, len(shapes)).astype(np.float64) for each in (bow, np.abs(bow)))
    return signed, whole


def hectares(area_m2: float) -> Decimal:
    """Published area in 公顷: rounded half up to four places, which is 1 m² (supply-plan tables)."""
    return (Decimal(repr(float(area_m2))) / _M2_PER_HA).quantize(_HA_STEP, ROUND_HALF_UP)


def mu(area_ha: Decimal) -> Decimal:
    """亩 of a published area: exactly fifteen times the hectares, so that rows and totals agree."""
    return area_ha * MU_PER_HA
