"""Points into rings, rings into polygons: by repeated first points and containment, not by number or direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from landgis.domain.issue import Issue, Severity, shown
from landgis.exchange.points.points_read import BoundaryPoint, Plot, refusal


@dataclass(frozen=True)
class Ring:
    """A ring as written.

    Attributes
    ----------
    points
        Without the repeated first one.
    closed
        Whether the first point was repeated at its end.
    """

    points: tuple[BoundaryPoint, ...]
    closed: bool


def split_rings(name: str, plot: Plot) -> tuple[list[Ring], list[Issue]]:
    """Split the points of a plot into rings, in file order.

    A ring ends where its first point comes again, or where the ring number changes.

    Raises
    ------
    FileUnreadable
        If a ring has fewer than three different points: the file was cut or lines are missing.
    """
    rings: list[Ring] = []
    issues: list[Issue] = []
    open_: list[BoundaryPoint] = []
    for point in plot.points:
        if open_ and point.ring != open_[0].ring:
            rings.append(Ring(tuple(open_), closed=False))
            open_ = []
        if not open_ and rings and _repeats_closing(point, rings[-1]):
            issues.append(
                _issue(name, point, "closing_repeated", "闭合点重复写了两次", "the closing point stands twice")
            )
            continue
        open_.append(point)
        if len(open_) > 3 and _same(point, open_[0]):
            rings.append(Ring(tuple(open_[:-1]), closed=True))
            open_ = []
    if open_:
        rings.append(Ring(tuple(open_), closed=False))
    _require_rings(name, rings)
    issues += [issue for ring in rings for issue in _closing_issues(name, ring)]
    return rings, issues


def polygon_of(rings: Sequence[Ring], *, swapped: bool = False) -> shapely.Polygon | shapely.MultiPolygon:
    """Build the polygon of a plot, x = east.

    A ring inside an even number of others is an outer ring, inside an odd number a hole. Rings that cross stay as they
    are: the result is then invalid, and that is for the gate to say.

    Parameters
    ----------
    rings
        Its rings.
    swapped
        Exchange the two numbers, for computing an area.
    """
    shapes = [shapely.Polygon(_vertices(ring, swapped)) for ring in rings]
    if len(shapes) == 1:
        return shapes[0]
    around = _containers(shapes)
    order = sorted(range(len(shapes)), key=lambda number: len(around[number]))
    holes: dict[int, list[int]] = {number: [] for number in order if len(around[number]) % 2 == 0}
    for number in order:
        if len(around[number]) % 2:
            nearest = max(around[number], key=lambda other: len(around[other]))
            holes[nearest].append(number)
    parts = [
        shapely.Polygon(shapes[outer].exterior, [shapes[hole].exterior for hole in sorted(inner)])
        for outer, inner in sorted(holes.items())
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _containers(shapes: Sequence[shapely.Polygon]) -> list[set[int]]:
    """Return for every ring the rings around it; a ring that crosses itself is around nothing and inside nothing."""
    array = np.array(shapes, dtype=object)
    sound = shapely.is_valid(array)
    around: list[set[int]] = [set() for _ in shapes]
    tree = shapely.STRtree(array)
    inner, outer = tree.query(array[sound], predicate="within")
    numbers = np.flatnonzero(sound)
    areas = shapely.area(array)
    for place, container in zip(numbers[inner], outer, strict=True):
        if sound[container] and areas[container] > areas[place]:
            around[int(place)].add(int(container))
    return around


def _vertices(ring: Ring, swapped: bool) -> npt.NDArray[np.float64]:
    pairs = np.array([(point.east, point.north) for point in ring.points], dtype=np.float64)
    return pairs[:, ::-1] if swapped else pairs


def _same(one: BoundaryPoint, other: BoundaryPoint) -> bool:
    return one.north == other.north and one.east == other.east


def _repeats_closing(point: BoundaryPoint, ring: Ring) -> bool:
    first = ring.points[0]
    return ring.closed and point.ring == first.ring and point.number == first.number and _same(point, first)


def _require_rings(name: str, rings: Sequence[Ring]) -> None:
    for ring in rings:
        distinct = {(point.north, point.east) for point in ring.points}
        if len(distinct) < 3:
            ring_zh, ring_en = shown(ring.points[0].ring) or "（空）", shown(ring.points[0].ring) or "(none)"
            raise refusal(
                name, ring.points[-1].place,
                f"圈 {ring_zh} 只有 {len(distinct)} 个不同的点，围不成面；缺行或文件没有复制完整",
                f"ring {ring_en} has only {len(distinct)} different points: lines are missing or the file was cut",
            )  # fmt: skip


def _closing_issues(name: str, ring: Ring) -> list[Issue]:
    """Notice a ring whose last point has the number of its first and lies elsewhere."""
    first, last = ring.points[0], ring.points[-1]
    if ring.closed or len(ring.points) < 4 or not first.number or last.number != first.number:
        return []
    distance = float(np.hypot(last.north - first.north, last.east - first.east))
    zh = f"闭合点 {shown(last.number)} 与起点同号而坐标相差 {distance:.4g}，按另一个点读取"
    en = f"the closing point {shown(last.number)} has the number of the first and lies {distance:.4g} away; read as another point"
    return [_issue(name, last, "closing_point_differs", zh, en, Severity.SERIOUS)]


def _issue(name: str, point: BoundaryPoint, code: str, zh: str, en: str, severity: Severity = Severity.MINOR) -> Issue:
    return Issue(code, severity, f"{name} {point.place.zh}", zh, en)
