"""What the numbers themselves say of their CRS: every way to read them, and where each puts them on the ground.

One pair of metres tells much: the seven-digit number is the northing, an eight-digit easting begins with its zone. A
six-digit easting does not tell its central meridian; only the ground it lands on does. The ground is the coarse box of
each pilot district (``landgis.domain.district``), so a reading is evidence and never an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pyproj import CRS

from landgis.crs.codes import GEOGRAPHIC
from landgis.crs.moving import Points, transformer_of
from landgis.crs.stated import NORTH_EAST
from landgis.domain.district import DISTRICTS

SHANGHAI = (120.6, 30.5, 122.4, 32.0)
"""West, south, east, north in degrees, generous."""
_LOCAL_M = 80_000
"""Coordinates of the city's own plane are signed and no larger than this."""
_TWINS = {4548: 4509, 4550: 4510}
"""Without a zone prefix a 6-degree zone has the same numbers as the 3-degree zone of its central meridian."""
_MERCATOR = 3857


@dataclass(frozen=True)
class Interpretation:
    """One way to read coordinates.

    Attributes
    ----------
    epsg
        The CRS supposed.
    north_first
        Whether the first number is taken as the northing or latitude.
    form_zh, form_en
        What in the form of the numbers suggests it.
    in_district
        District key → share of the points inside its box.
    in_shanghai
        Share of the points inside a generous box of the city.
    lon_lat
        Where the middle of the points lands, degrees; not finite where the CRS cannot take them.
    """

    epsg: int
    north_first: bool
    form_zh: str
    form_en: str
    in_district: dict[str, float]
    in_shanghai: float
    lon_lat: tuple[float, float]

    @property
    def value(self) -> str:
        """What to write after ``--crs``."""
        return f"EPSG:{self.epsg}" + (NORTH_EAST if self.north_first else "")

    @property
    def fits(self) -> bool:
        """Whether most points land in the city."""
        return self.in_shanghai > 0.5

    @property
    def of_web_map(self) -> bool:
        """Whether it is the plane of web maps, in which no survey data come."""
        return self.epsg == _MERCATOR

    @property
    def ground(self) -> tuple[str, str]:
        """Where the points land, in Chinese and English."""
        held = [(DISTRICTS[key], share) for key, share in self.in_district.items() if share > 0]
        if held:
            zh = "、".join(f"{share:.0%} 落在{district.name_zh}范围框内" for district, share in held)
            return zh, ", ".join(f"{share:.0%} land in the box of {district.name_en}" for district, share in held)
        lon, lat = self.lon_lat
        place = f"{lon:.3f}°E {lat:.3f}°N" if np.isfinite(self.lon_lat).all() else "∞"
        if self.fits:
            return f"落在上海市 {place}，不在两个试点区", f"land in Shanghai at {place}, in neither pilot district"
        return f"落在 {place}，不在上海市", f"land at {place}, outside Shanghai"


def interpretations(points: Points) -> tuple[Interpretation, ...]:
    """Return every reading that the size of the numbers allows, likeliest first.

    Parameters
    ----------
    points
        Coordinates as they stand in the file, shape (n, 2).

    Returns
    -------
    tuple
        Ordered by the share of points inside the pilot districts, then inside the city, then by custom (CGCS2000
        before WGS 84, central meridian 120°E before the others). Empty if the numbers fit nothing known.
    """
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) == 0:
        return ()
    found = [
        _landed(points, epsg, north_first, zh, en)
        for north_first in (False, True)
        for epsg, zh, en in _suppositions(*np.median(points[:, ::-1] if north_first else points, axis=0))
    ]
    return tuple(sorted(found, key=lambda each: (-sum(each.in_district.values()), -each.in_shanghai)))


def looks_local(points: Points) -> bool:
    """Tell by magnitude whether coordinates may be of the city's own plane: signed metres, at most 80 km, no degrees."""
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) == 0:
        return False
    size = np.abs(points).max(axis=0)
    degrees = size.max() <= 180 and size.min() <= 90
    return bool(size.max() <= _LOCAL_M) and not degrees


def _suppositions(east: float, north: float) -> Iterator[tuple[int, str, str]]:
    """Codes that numbers of this size may be in, in order of custom, each with what suggests it."""
    if 70 <= east <= 140 and 10 <= north <= 60:
        yield 4490, "数值是经纬度", "the numbers are degrees"
        yield 4326, "数值是经纬度", "the numbers are degrees"
        return
    if not 2_000_000 <= north <= 8_000_000:
        return
    if 100_000 <= east < 1_000_000:
        for code in (4549, 4550, 4548):
            twin = f"，与 6° 带 EPSG:{_TWINS[code]} 数值相同" if code in _TWINS else ""
            same = f", same numbers as 6-degree EPSG:{_TWINS[code]}" if code in _TWINS else ""
            yield code, f"东坐标 6 位、无带号{twin}", f"six-digit easting, no zone prefix{same}"
    zone = int(east // 1_000_000)
    if 25 <= zone <= 45:
        yield (
            4513 + zone - 25,
            f"东坐标 8 位，前两位是 3° 带带号 {zone}",
            f"eight-digit easting with 3-degree zone {zone}",
        )
    if 13 <= zone <= 23:
        yield (
            4491 + zone - 13,
            f"东坐标 8 位，前两位是 6° 带带号 {zone}",
            f"eight-digit easting with 6-degree zone {zone}",
        )
    if 7_800_000 <= east <= 15_600_000:
        yield _MERCATOR, "数值像网络地图的墨卡托坐标", "the numbers look like the Mercator plane of web maps"


def _landed(points: Points, epsg: int, north_first: bool, form_zh: str, form_en: str) -> Interpretation:
    crs = CRS.from_epsg(epsg)
    x, y = (points[:, 1], points[:, 0]) if north_first else (points[:, 0], points[:, 1])
    lon, lat = (x, y) if crs.is_geographic else transformer_of(crs, GEOGRAPHIC).transform(x, y)
    inside = {key: _share(lon, lat, district.bounds) for key, district in DISTRICTS.items()}
    middle = float(np.median(lon)), float(np.median(lat))
    return Interpretation(epsg, north_first, form_zh, form_en, inside, _share(lon, lat, SHANGHAI), middle)


def _share(lon: Points, lat: Points, box: tuple[float, float, float, float]) -> float:
    west, south, east, north = box
    return float(np.mean((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)))
