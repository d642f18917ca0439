"""Planes and datums that ask for care: older national datums, and the plane of web maps."""

from __future__ import annotations

from pyproj import CRS

_OLD_SEMI_MAJOR_M = {6378245.0: ("1954 北京坐标系", "Beijing 1954"), 6378140.0: ("1980 西安坐标系", "Xian 1980")}
_WEB_MERCATOR = "Popular Visualisation Pseudo Mercator"


def other_datum(crs: CRS) -> tuple[str, str] | None:
    """Return the name (Chinese, English) of an older national datum that a CRS stands on, or None.

    From these to CGCS2000 the ground moves by some hundred metres, with parameters that are not public.
    """
    ellipsoid = crs.ellipsoid
    return _OLD_SEMI_MAJOR_M.get(ellipsoid.semi_major_metre) if ellipsoid is not None else None


def is_web_mercator(crs: CRS) -> bool:
    """Tell the plane of web maps, under whatever code or name."""
    operation = crs.coordinate_operation
    return operation is not None and _WEB_MERCATOR in str(operation.method_name)
