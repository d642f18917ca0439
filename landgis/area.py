"""The three areas and their units: planar, ellipsoidal, registered; ㎡ inside, 公顷 and 亩 at the edge."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Geod

from landgis.crs import GEOGRAPHIC, WORKING, GeometryArray, to_crs

GEOD = Geod(a=6378137.0, rf=298.257222101)
"""The CGCS2000 ellipsoid (EPSG registry)."""
FLOOR_M2 = 1e-6
"""Overlaps up to this are touching: the numerical floor of the kernel, not a tolerance."""
MU_PER_HA = 15
"""1 公顷 = 15 亩 exactly."""
_M2_PER_HA = Decimal(10_000)
_HA_STEP = Decimal("0.0001")


def planar_m2(geometries: GeometryArray) -> npt.NDArray[np.float64]:
    """Area in the plane of the geometries' own projected CRS, m²."""
    return np.asarray(shapely.area(geometries), dtype=np.float64)


def ellipsoidal_m2(geometries: GeometryArray, crs: CRS = WORKING) -> npt.NDArray[np.float64]:
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


def hectares(area_m2: float) -> Decimal:
    """Published area in 公顷: rounded half up to four places, which is 1 m² (supply-plan tables)."""
    return (Decimal(repr(float(area_m2))) / _M2_PER_HA).quantize(_HA_STEP, ROUND_HALF_UP)


def mu(area_ha: Decimal) -> Decimal:
    """亩 of a published area: exactly fifteen times the hectares, so that rows and totals agree."""
    return area_ha * MU_PER_HA
