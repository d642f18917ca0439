"""CGCS2000 and its zones: which CRS may come in, how coordinates tell it, and named transforms into the working one.

Coordinates are always easting, northing (GIS order) inside landgis. EPSG lists northing first for every CGCS2000
code, so each transform here is built with ``always_xy``.
"""

from landgis.crs.codes import (
    GEOGRAPHIC,
    SIX_DEGREE_CODES,
    SURVEY_CODES,
    WORKING,
    epsg_of,
    is_wgs84,
    name_of,
    parse,
    require_survey_crs,
)
from landgis.crs.datum import other_datum
from landgis.crs.deployed import LOCAL, deploy, deployed
from landgis.crs.evidence import Interpretation, interpretations, looks_local
from landgis.crs.moving import GeometryArray, Points, Transform, swap_axes, to_crs, vertices
from landgis.crs.place import inside_shanghai, require_shanghai
from landgis.crs.stated import NORTH_EAST, StatedCrs, parse_stated

__all__ = [
    "GEOGRAPHIC",
    "LOCAL",
    "NORTH_EAST",
    "SIX_DEGREE_CODES",
    "SURVEY_CODES",
    "WORKING",
    "GeometryArray",
    "Interpretation",
    "Points",
    "StatedCrs",
    "Transform",
    "deploy",
    "deployed",
    "epsg_of",
    "inside_shanghai",
    "interpretations",
    "is_wgs84",
    "looks_local",
    "name_of",
    "other_datum",
    "parse",
    "parse_stated",
    "require_shanghai",
    "require_survey_crs",
    "swap_axes",
    "to_crs",
    "vertices",
]
