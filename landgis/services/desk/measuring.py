"""What a line or an area drawn on the map measures: in the plane of the working CRS, and on the ellipsoid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from landgis.area import GEOD, ellipsoidal_m2, hectares, mu, planar_m2
from landgis.crs import GEOGRAPHIC, WORKING, to_crs
from landgis.errors import GeometryInvalid, UsageError

MOST_POINTS = 5_000
_REACH_M = 10_000_000.0


@dataclass(frozen=True)
class Measure:
    """A length or an area, twice.

    Attributes
    ----------
    kind
        ``length`` (metres) or ``area`` (m²; the boundary's length beside it).
    planar, ellipsoidal
        In the plane of EPSG:4549; on the CGCS2000 ellipsoid, along geodesics from corner to corner.
    planar_length_m, ellipsoidal_length_m
        Length of the line, or of the area's boundary.
    """

    kind: str
    planar: float
    ellipsoidal: float
    planar_length_m: float
    ellipsoidal_length_m: float

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data; areas also in 公顷 and 亩 as they are printed everywhere."""
        told: dict[str, object] = dict(vars(self))
        if self.kind == "area":
            for basis in ("planar", "ellipsoidal"):
                area_ha = hectares(getattr(self, basis))
                told |= {f"{basis}_ha": str(area_ha), f"{basis}_mu": str(mu(area_ha))}
        return told


def measured(points: Sequence[tuple[float, float]], kind: str) -> Measure:
    """Measure a line, or the area inside a closed line.

    Parameters
    ----------
    points
        Corners in order, EPSG:4549, metres; at least two, for an area three. The line of an area is closed by itself.
    kind
        ``length`` or ``area``.

    Raises
    ------
    UsageError
        If there are too few or too many points, or one is no place on Earth.
    GeometryInvalid
        If the boundary of an area crosses itself: it has no area to speak of.
    """
    least = 3 if kind == "area" else 2
    if not least <= len(points) <= MOST_POINTS:
        raise UsageError(
            f"量算需要 {least} 至 {MOST_POINTS} 个点，现有 {len(points)} 个",
            f"To measure takes {least} to {MOST_POINTS} points; there are {len(points)}",
            next_zh="请补充或减少顶点",
            next_en="Add corners, or take some away",
        )
    cells = np.asarray(points, dtype=np.float64)
    if not np.isfinite(cells).all() or np.abs(cells).max() > _REACH_M:
        raise UsageError(
            "坐标不是工作坐标系内的点（EPSG:4549，米）", "A point is no place in EPSG:4549, metres",
            next_zh="请按“东 北”输入，单位米", next_en="Enter east and north, in metres",
        )  # fmt: skip
    if kind == "area":
        shape = Polygon(cells)
        if not shape.is_valid:
            raise GeometryInvalid(
                f"图形自相交，没有确定的面积：{shapely.is_valid_reason(shape)}",
                f"The outline crosses itself: {shapely.is_valid_reason(shape)}",
                next_zh="请调整顶点次序",
                next_en="Change the order of the corners",
            )
        line = LineString([*cells, cells[0]])
        each = np.array([shape], dtype=object)
        areas = float(planar_m2(each)[0]), float(ellipsoidal_m2(each)[0])
    else:
        line = LineString(cells)
        areas = (0.0, 0.0)
    degrees, _ = to_crs(np.array([line], dtype=object), WORKING, GEOGRAPHIC)
    lengths = float(line.length), float(GEOD.geometry_length(degrees[0]))
    return Measure(kind, *(areas if kind == "area" else lengths), *lengths)
