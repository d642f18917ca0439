"""Exact local frames: slanted ground on which every whole metre lands on a whole millimetre.

Planted overlaps must have areas known by construction, yet nothing in the countryside lies square to the grid. A frame
maps local whole metres to the working CRS by a matrix of whole millimetres with determinant 1 m²: coordinates need no
rounding, and a local box of 12 × 40 is exactly 480 m² however the block is turned. The price is a skew below one
degree and a scale within one percent, which no eye sees in a field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

Shape = TypeVar("Shape", bound=BaseGeometry)
Ring = Sequence[tuple[int, int]]
Box = tuple[int, int, int, int]
"""u0, v0, u1, v1 in local whole metres."""
_MM = 1000


@dataclass(frozen=True)
class Frame:
    """A local frame.

    Attributes
    ----------
    x_mm, y_mm
        Origin in the working CRS, whole millimetres.
    matrix
        e1x, e1y, e2x, e2y: what one local metre along each axis is, in millimetres.
    """

    x_mm: int
    y_mm: int
    matrix: tuple[int, int, int, int] = (_MM, 0, 0, _MM)

    def points(self, local: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return working coordinates (n × 2, metres, exact to the millimetre) of local whole metres."""
        whole = np.asarray(local, dtype=np.int64)
        a, b, c, d = self.matrix
        x = self.x_mm + whole[:, 0] * a + whole[:, 1] * c
        y = self.y_mm + whole[:, 0] * b + whole[:, 1] * d
        return np.column_stack([x / _MM, y / _MM])

    def spots(self, local: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return working coordinates (n × 2, metres) of any local points: as near as a double comes."""
        u, v = np.asarray(local, dtype=np.float64).T
        a, b, c, d = self.matrix
        return np.column_stack([(self.x_mm + u * a + v * c) / _MM, (self.y_mm + u * b + v * d) / _MM])

    def polygon(self, ring: Ring, *holes: Ring) -> Polygon:
        """Return the polygon of a local ring and holes."""
        return Polygon(self.points(ring), [self.points(hole) for hole in holes])

    def box(self, u0: int, v0: int, u1: int, v1: int) -> Polygon:
        """Return a local box as a polygon."""
        return self.polygon([(u0, v0), (u1, v0), (u1, v1), (u0, v1)])

    def boxes(self, corners: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        """Return many local boxes (n × 4: u0, v0, u1, v1) as polygons."""
        rings = corners[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2)
        return np.asarray(shapely.polygons(self.points(rings).reshape(-1, 4, 2)), dtype=np.object_)

    def moved(self, u: int, v: int) -> Frame:
        """Return the same frame with its origin at a local point."""
        a, b, c, d = self.matrix
        return replace(self, x_mm=self.x_mm + u * a + v * c, y_mm=self.y_mm + u * b + v * d)

    def turned(self) -> Frame:
        """Return the frame turned by half a circle about its origin."""
        a, b, c, d = self.matrix
        return replace(self, matrix=(-a, -b, -c, -d))

    def vector_mm(self, u_m: float, v_m: float) -> tuple[int, int]:
        """Return a short local step as whole millimetres of the working CRS (this one is rounded)."""
        a, b, c, d = self.matrix
        return round(u_m * a + v_m * c), round(u_m * b + v_m * d)

    def swept_m2(self, along_m: int, step_mm: tuple[int, int]) -> float:
        """Return the area that ``along_m`` metres of local u direction sweep over when moved by a step, m², exact."""
        a, b, _, _ = self.matrix
        return abs(along_m * (a * step_mm[1] - b * step_mm[0])) / _MM**2

    def local(self, geometry: Shape) -> Shape:
        """Return a geometry of the working CRS in local metres (floating, for searching only)."""
        a, b, c, d = self.matrix

        def back(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            x, y = points[:, 0] - self.x_mm / _MM, points[:, 1] - self.y_mm / _MM
            return np.column_stack([d * x - c * y, a * y - b * x]) / _MM

        return shapely.transform(geometry, back)


def slanted(x_m: int, y_m: int, angle_deg: float) -> Frame:
    """Return a frame whose u axis rises by about an angle (−45…45°, met within one degree)."""
    return Frame(x_m * _MM, y_m * _MM, _matrix(round(angle_deg * 2)))


@lru_cache(maxsize=256)
def _matrix(half_degrees: int) -> tuple[int, int, int, int]:
    """Search the nearly orthonormal integer matrix of determinant 10⁶ nearest an angle."""
    angle = np.radians(half_degrees / 2)
    a0, b0 = round(_MM * np.cos(angle)), round(_MM * np.sin(angle))
    if b0 == 0:
        return (_MM, 0, 0, _MM)
    near_a, near_b, near_c = a0 + np.arange(-9, 10), b0 + np.arange(-9, 10), np.arange(-30, 31) - b0
    a, b, c = (grid.ravel() for grid in np.meshgrid(near_a, near_b, near_c))
    d, rest = np.divmod(_MM**2 + b * c, a)
    wrong = np.abs(b + c) + np.abs(np.hypot(a, b) - _MM) + np.abs(np.hypot(c, d) - _MM)
    best = int(np.argmin(np.where(rest == 0, wrong, np.inf)))
    return int(a[best]), int(b[best]), int(c[best]), int(d[best])


def largest_box(area: Polygon, steps: int = 11) -> Box | None:
    """Return about the largest axis-parallel whole-metre box inside a polygon, or None when there is none.

    Parameters
    ----------
    area
        Polygon in local metres.
    steps
        Edges tried per axis.
    """
    if area.is_empty:
        return None
    u0, v0, u1, v1 = area.bounds
    first, last = np.triu_indices(steps, 1)
    us, vs = np.ceil(np.linspace(u0, u1, steps)), np.ceil(np.linspace(v0, v1, steps))
    low_u, low_v = np.repeat(us[first], len(first)), np.tile(vs[first], len(first))
    high_u, high_v = np.repeat(us[last] - 1, len(first)), np.tile(vs[last] - 1, len(first))
    order = np.argsort(-(high_u - low_u) * (high_v - low_v), kind="stable")
    shapely.prepare(area)
    for chunk in np.array_split(order, max(1, len(order) // 100)):
        boxes = shapely.box(low_u[chunk], low_v[chunk], high_u[chunk], high_v[chunk])
        held = chunk[shapely.contains_properly(area, boxes)]
        if len(held):
            best = held[0]
            return int(low_u[best]), int(low_v[best]), int(high_u[best]), int(high_v[best])
    return None
