"""A clearly fake local plane: no city uses it, and its parameters are easy to find wherever they leak."""

from __future__ import annotations

from pathlib import Path

PARAMETERS = (
    "121.23456789",
    "7654.3217654",
    "3456789.0123456",
    "0.99987654",
    "98.76540123",
    "-76.54321987",
    "54.32190456",
    "Fakeburg",
)
"""Every number and name of the definition: none may be seen anywhere."""
FAKE_PROJ = (
    "+proj=tmerc +lat_0=0 +lon_0=121.23456789 +k=0.99987654 +x_0=7654.3217654 +y_0=-3456789.0123456 +ellps=GRS80 "
    "+towgs84=98.76540123,-76.54321987,54.32190456,0,0,0,0 +units=m +no_defs +type=crs"
)
FAKE_WKT = (
    'PROJCS["Fakeburg plane",GEOGCS["Fakeburg geographic",DATUM["Fakeburg datum",SPHEROID["GRS 1980",6378137,298.257222101],'
    'TOWGS84[98.76540123,-76.54321987,54.32190456,0,0,0,0]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",121.23456789],'
    'PARAMETER["scale_factor",0.99987654],PARAMETER["false_easting",7654.3217654],PARAMETER["false_northing",-3456789.0123456],'
    'UNIT["metre",1]]'
)
FAKE_PIPELINE = (
    "+proj=pipeline +step +inv +proj=tmerc +lat_0=0 +lon_0=121.23456789 +k=0.99987654 +x_0=7654.3217654 +y_0=-3456789.0123456 "
    "+ellps=GRS80 +step +proj=cart +ellps=GRS80 +step +proj=helmert +x=98.76540123 +y=-76.54321987 +z=54.32190456 "
    "+step +inv +proj=cart +ellps=GRS80 +step +proj=tmerc +lat_0=0 +lon_0=120 +x_0=500000 +ellps=GRS80"
)
"""The same to EPSG:4549, step by step."""


def crs_file(folder: Path, text: str = FAKE_WKT) -> Path:
    """The file that a deployment keeps outside the project."""
    path = folder / "plane.wkt"
    path.write_text(text, encoding="utf-8")
    return path


def leaks(text: str) -> list[str]:
    """Parameters that a text tells."""
    return [parameter for parameter in PARAMETERS if parameter.lstrip("-") in text]
