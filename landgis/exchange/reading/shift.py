"""Coordinates of web maps (GCJ-02, BD-09): recognised, so that they can be refused as survey data.

Both move the ground by 300 to 1,300 m, differently from place to place. Survey data never are in them; a file traced from or
downloaded through a web map is. The public approximation below (good to about a metre) serves to recognise that shift
and for nothing else: landgis never corrects coordinates with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from landgis.crs import GEOGRAPHIC, WORKING, GeometryArray, Points
from landgis.crs.moving import transformer_of
from landgis.domain.issue import Issue, Severity
from landgis.errors import CrsUnsuitable

GCJ02, BD09 = "GCJ-02", "BD-09"
SYSTEMS = (GCJ02, BD09)
_NAMED = (
    (GCJ02, re.compile(r"gcj[-_ ]?0?2|火星坐标|高德|腾讯地图|gaode|(?<![a-z])amap(?![a-z])", re.IGNORECASE)),
    (BD09, re.compile(r"bd[-_ ]?09|百度|baidu", re.IGNORECASE)),
)
_KRASOVSKY_A, _KRASOVSKY_E2 = 6_378_245.0, 0.006_693_421_622_965_943
_BD_TURN = np.pi * 3_000 / 180
_NEAR_M = 2.0
"""How near an edge a vertex must come to count as lying on it."""
_FARTHEST_M = 1_500.0
_MOST = 0.5
_CLEARLY = 2.0
"""How many times more vertices must meet an edge than do after shifts of equal length in other directions."""


@dataclass(frozen=True)
class ShiftFinding:
    """What comparing vertices with a reference says.

    Attributes
    ----------
    system
        ``GCJ-02`` or ``BD-09`` where undoing that shift brings most vertices onto reference edges; else empty.
    excluded
        Whether the vertices lie on the reference edges as they are, so that there is no such shift.
    on_edges
        Share of vertices on reference edges: as they are (``""``) and with each shift undone.
    compared
        Vertices compared.
    """

    system: str
    excluded: bool
    on_edges: dict[str, float]
    compared: int


def shifted(lon_lat: Points, system: str) -> Points:
    """Return true coordinates (degrees, shape (n, 2)) as a web map's system shows them."""
    lon, lat = lon_lat[:, 0], lon_lat[:, 1]
    east, north = _gcj_offset(lon, lat)
    lon, lat = lon + east, lat + north
    if system == BD09:
        radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BD_TURN)
        angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD_TURN)
        lon, lat = radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
    return np.column_stack([lon, lat])


def unshifted(lon_lat: Points, system: str) -> Points:
    """Undo `shifted`, to a millimetre of the same formula."""
    guess = lon_lat
    for _ in range(6):
        guess = guess - (shifted(guess, system) - lon_lat)
    return guess


def look_for_shift(points: Points, reference: GeometryArray) -> ShiftFinding:
    """Compare vertices with the edges of data that are known to lie right.

    Parameters
    ----------
    points
        Vertices in the working CRS, shape (n, 2), metres.
    reference
        Lines or polygons in the working CRS.

    Notes
    -----
    Among dense edges many vertices meet one by chance. So a shift is only recognised where undoing it brings most
    vertices onto edges, and at least twice as many as moves of the same length in the three other directions.
    """
    edges = shapely.STRtree(_segments_near(points, reference))
    if len(points) == 0 or len(edges) == 0:
        return ShiftFinding("", False, {}, 0)
    lon, lat = transformer_of(WORKING, GEOGRAPHIC).transform(points[:, 0], points[:, 1])
    shares, chances = {"": _share_on(edges, points)}, {"": 0.0}
    for system in SYSTEMS:
        undone = unshifted(np.column_stack([lon, lat]), system)
        moved = np.column_stack(transformer_of(GEOGRAPHIC, WORKING).transform(undone[:, 0], undone[:, 1])) - points
        shares[system] = _share_on(edges, points + moved)
        turned = ((-moved[:, 0], -moved[:, 1]), (-moved[:, 1], moved[:, 0]), (moved[:, 1], -moved[:, 0]))
        chances[system] = max(_share_on(edges, points + np.column_stack(turn)) for turn in turned)
    chances[""] = max(chances.values())
    clear = {key: share for key, share in shares.items() if share >= max(_MOST, _CLEARLY * chances[key])}
    best = max(clear, key=lambda key: clear[key], default=None)
    return ShiftFinding(best or "", best == "", shares, len(points))


def named_shift(names: Iterable[str]) -> str:
    """Return the web map's system that a file, layer, field or CRS is named after, or nothing."""
    text = "\n".join(names)
    return next((system for system, pattern in _NAMED if pattern.search(text)), "")


def require_true_place(names: Iterable[str], where: str) -> None:
    """Raise where a file, layer, field or CRS is named after the shifted coordinates of a web map.

    Raises
    ------
    CrsUnsuitable
    """
    system = named_shift(names)
    if system:
        raise shift_refused(system, "名称中注明", "so its names say", where)


def shift_refused(system: str, why_zh: str, why_en: str, where: str) -> CrsUnsuitable:
    """Make the error for coordinates of a web map: they are 300 m and more away from the truth."""
    return CrsUnsuitable(
        f"坐标是 {system} 加偏坐标（{why_zh}），与实地相差数百米，不能作为测绘成果",
        f"The coordinates are in {system} ({why_en}), some hundred metres off: no survey data",
        where=where,
        next_zh="请向数据生产单位索取 CGCS2000 原成果；若名称与坐标无关，请改名后重试",
        next_en="Ask the producer for the CGCS2000 original; if the name has nothing to do with it, rename and retry",
    )


def shift_notice(where: str, why_zh: str, why_en: str) -> Issue:
    """Say that a web map's shift is not excluded: worth knowing, no reason to refuse."""
    return Issue(
        "shift_not_excluded",
        Severity.MINOR,
        where,
        f"不能排除网络地图加偏（GCJ-02、BD-09）：{why_zh}",
        f"A web map's shift (GCJ-02, BD-09) is not excluded: {why_en}",
    )


def _gcj_offset(lon: Points, lat: Points) -> tuple[Points, Points]:
    """Degrees that GCJ-02 adds to a true place: two quadratic surfaces with waves on them, scaled to the ellipsoid."""
    x, y = lon - 105.0, lat - 35.0
    ripple = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    east = 300 + x + 2 * y + 0.1 * x * (x + y) + 0.1 * np.sqrt(np.abs(x))
    east += (ripple + _waves(x, (20, 1), (40, 3), (150, 12), (300, 30))) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += (ripple + _waves(y, (20, 1), (40, 3), (160, 12), (320, 30))) * 2 / 3
    phi = np.radians(lat)
    root = np.sqrt(1 - _KRASOVSKY_E2 * np.sin(phi) ** 2)
    along_meridian = _KRASOVSKY_A * (1 - _KRASOVSKY_E2) / root**3
    return np.degrees(east / (_KRASOVSKY_A / root * np.cos(phi))), np.degrees(north / along_meridian)


def _waves(value: Points, *waves: tuple[float, float]) -> Points:
    parts = [height * np.sin(value * np.pi / length) for height, length in waves]
    return np.asarray(np.sum(parts, axis=0))


def _segments_near(points: Points, reference: GeometryArray) -> GeometryArray:
    """Split reference edges into single segments, those near the points only."""
    if len(points) == 0:
        return np.zeros(0, dtype=object)
    low, high = points.min(axis=0) - _FARTHEST_M, points.max(axis=0) + _FARTHEST_M
    present = reference[~shapely.is_missing(reference)]
    near = present[shapely.intersects(present, shapely.box(*low, *high))] if len(present) else present
    rings = shapely.get_parts(shapely.boundary(near[shapely.get_dimensions(near) == 2]))
    lines = np.concatenate([rings, shapely.get_parts(near[shapely.get_dimensions(near) == 1])])
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    if len(coordinates) == 0:
        return np.zeros(0, dtype=object)
    together = line[:-1] == line[1:]
    pairs: npt.NDArray[np.float64] = np.stack([coordinates[:-1], coordinates[1:]], axis=1)[together]
    inside = (pairs.max(axis=1) >= low).all(axis=1) & (pairs.min(axis=1) <= high).all(axis=1)
    return np.asarray(shapely.linestrings(pairs[inside]), dtype=object)


def _share_on(edges: shapely.STRtree, points: Points) -> float:
    met = edges.query(shapely.points(points), predicate="dwithin", distance=_NEAR_M)[0]
    return float(len(np.unique(met)) / len(points))
