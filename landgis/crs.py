"""CGCS2000 and its zones: which CRS may come in, and named transforms into the working one.

Coordinates are always easting, northing (GIS order) inside landgis. EPSG lists northing first for every CGCS2000
code, so each transform here is built with ``always_xy``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from landgis.errors import CrsUnsuitable, OutsideArea, UsageError

WORKING = CRS.from_epsg(4549)
"""Default working CRS: CGCS2000 / 3-degree Gauss-Kruger, central meridian 120°E, metres."""
GEOGRAPHIC = CRS.from_epsg(4490)
SURVEY_CODES = (4490, 4527, 4528, 4529, 4548, 4549, 4550)
"""CGCS2000 geographic; 3-degree zones 39–41 with zone prefix; the same without (standards: EPSG registry)."""
_WGS84 = 4326
_SHANGHAI = (120.6, 30.5, 122.4, 32.0)

GeometryArray = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Transform:
    """A named, recorded change of CRS.

    Attributes
    ----------
    source, target
        E.g. ``EPSG:4490`` and ``EPSG:4549``.
    definition
        What PROJ did; empty when source and target are the same and nothing was moved.
    """

    source: str
    target: str
    definition: str

    def __str__(self) -> str:
        return f"{self.source} → {self.target}" + (f" ({self.definition})" if self.definition else "")


def parse(text: str | int | CRS) -> CRS:
    """Read a CRS from an EPSG code, an authority string or WKT.

    Raises
    ------
    UsageError
        If PROJ cannot make a CRS of it.
    """
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise UsageError(
            f"无法识别坐标系“{text}”",
            f"“{text}” is not a CRS that PROJ knows",
            next_zh="请写成 EPSG:4549 这样的代码",
            next_en="Write a code such as EPSG:4549",
        ) from error


def name_of(crs: CRS) -> str:
    """Return ``EPSG:n`` where the CRS is one, else its name."""
    code = epsg_of(crs)
    return f"EPSG:{code}" if code else str(crs.name)


def epsg_of(crs: CRS) -> int | None:
    """Return the EPSG code of a CRS, accepting the WKT spelling that shapefiles carry."""
    code = crs.to_epsg()
    if code is None:
        code = crs.to_epsg(min_confidence=60)
    return code


def require_survey_crs(crs: CRS, where: str) -> None:
    """Raise unless survey data of the two districts may come in this CRS.

    WGS 84 is accepted because GeoJSON knows nothing else; the caller must report it as an issue.

    Raises
    ------
    CrsUnsuitable
        For Web Mercator, zones of other provinces, local grids and everything else.
    """
    code = epsg_of(crs)
    if code in SURVEY_CODES or code == _WGS84:
        return
    raise CrsUnsuitable(
        f"坐标系 {name_of(crs)}（{crs.name}）不是本区测绘成果采用的坐标系",
        f"{name_of(crs)} ({crs.name}) is not a CRS that survey data of these districts come in",
        where=where,
        next_zh="请提供 CGCS2000 成果（EPSG:4490、4527–4529 或 4548–4550）；若文件标注有误，用 --crs 指明",
        next_en="Deliver CGCS2000 data (EPSG:4490, 4527–4529 or 4548–4550); if the label is wrong, say so with --crs",
    )


def is_wgs84(crs: CRS) -> bool:
    """Tell whether coordinates are labelled WGS 84 (treated as CGCS2000, difference below 1 m, to be reported)."""
    return epsg_of(crs) == _WGS84


def to_crs(geometries: GeometryArray, source: CRS, target: CRS = WORKING) -> tuple[GeometryArray, Transform]:
    """Transform geometries, vertex by vertex, and say how.

    Parameters
    ----------
    geometries
        Shapely geometries, easting/longitude first. Missing ones stay missing.
    source, target
        CRS found and CRS wanted.

    Returns
    -------
    tuple
        New geometries, same order, and the record of the transform.
    """
    if source == target or (epsg_of(source) is not None and epsg_of(source) == epsg_of(target)):
        return geometries, Transform(name_of(source), name_of(target), "")
    transformer = _transformer(source, target)

    def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = transformer.transform(points[:, 0], points[:, 1])
        return np.column_stack([x, y])

    moved = shapely.transform(geometries, move)
    return moved, Transform(name_of(source), name_of(target), transformer.description)


def require_shanghai(bounds: tuple[float, float, float, float], crs: CRS, where: str) -> None:
    """Raise when an extent does not land in Shanghai: wrong zone, swapped axes or data from elsewhere.

    Parameters
    ----------
    bounds
        Min x, min y, max x, max y in ``crs``.

    Raises
    ------
    OutsideArea
        With the place where the coordinates land.
    """
    x = np.array([bounds[0], bounds[2]])
    y = np.array([bounds[1], bounds[3]])
    lon, lat = _transformer(crs, GEOGRAPHIC).transform(x, y) if not crs.is_geographic else (x, y)
    west, south, east, north = _SHANGHAI
    inside = np.isfinite(lon).all() and np.isfinite(lat).all()
    if inside and west <= lon.min() and lon.max() <= east and south <= lat.min() and lat.max() <= north:
        return
    place = f"{lon.min():.3f}–{lon.max():.3f}°E, {lat.min():.3f}–{lat.max():.3f}°N" if inside else "∞"
    raise OutsideArea(
        f"按 {name_of(crs)} 解释，坐标落在 {place}，不在上海市范围",
        f"Read as {name_of(crs)}, the coordinates land at {place}, outside Shanghai",
        where=where,
        next_zh="请核对坐标系、带号和坐标轴顺序，用 --crs 指明正确的坐标系",
        next_en="Check the CRS, the zone and the axis order, and name the right one with --crs",
    )


@lru_cache(maxsize=64)
def _transformer(source: CRS, target: CRS) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)
