"""How a file names its CRS: by its definition, but for the deployment's own, whose parameters stay where they are."""

from __future__ import annotations

from typing import Any

from pyproj import CRS

from landgis.crs import LOCAL
from landgis.crs.deployed import is_deployed

_NAMELESS = (
    'ENGCRS["{name}",EDATUM["{name}"],CS[Cartesian,2],AXIS["easting",east,ORDER[1]],AXIS["northing",north,ORDER[2]],'
    'LENGTHUNIT["metre",1]]'
)


def told_crs(crs: CRS) -> CRS:
    """Return the CRS that a file may name: a bare plane in place of the deployment's own, whose parameters are secret."""
    return CRS.from_wkt(_NAMELESS.format(name=LOCAL)) if is_deployed(crs) else crs


def crs_text(crs: CRS | None) -> str | None:
    """Return the WKT, or the code, by which GDAL takes a CRS."""
    if crs is None:
        return None
    told = told_crs(crs)
    authority = told.to_authority()
    return ":".join(authority) if authority else told.to_wkt()


def crs_json(crs: CRS) -> dict[str, Any]:
    """Return the PROJJSON of a CRS."""
    return told_crs(crs).to_json_dict()
