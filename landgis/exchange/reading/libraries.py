"""The reading libraries: loaded once, with only our drivers, and warm."""

from __future__ import annotations

import importlib
import json
import os
import sys

_LOADED = (
    "landgis.exchange.reading.jobs",
    "landgis.exchange.reading.geopackage",
    "landgis.exchange.reading.shapefile_rows",
    "landgis.exchange.reading.geojson",
)
_ALLOWED_DRIVERS = {"GPKG", "ESRI Shapefile", "OpenFileGDB", "GeoJSON", "FlatGeobuf", "LIBKML"}


def close_environment() -> None:
    """Take every driver but ours out of GDAL. It reads that list when it is loaded, so this program starts afresh.

    The drivers are asked for, not listed here: one that a later version brings is closed as well.
    """
    sys.modules["geopandas"] = None  # type: ignore[assignment]  # pyogrio would load it, and nothing here needs it
    import pyogrio  # deferred: it reads the environment set below

    del sys.modules["geopandas"]
    others = sorted(set(pyogrio.list_drivers()) - _ALLOWED_DRIVERS)
    if others:
        os.environ["OGR_SKIP"] = ",".join(others)
        os.execv(sys.executable, sys.orig_argv)


def warm_up() -> None:
    """Load the readers and have them look up our coordinate systems, so that not every child opens the tables anew."""
    for name in _LOADED:
        importlib.import_module(name)
    import pyogrio  # deferred, as above
    from pyproj import CRS

    from landgis.crs import SURVEY_CODES

    for code in SURVEY_CODES:
        CRS.from_wkt(CRS.from_epsg(code).to_wkt("WKT1_GDAL"))  # else each child's first definition takes it 20 ms
        crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
        pyogrio.read_info(json.dumps({"type": "FeatureCollection", "crs": crs, "features": []}).encode())
