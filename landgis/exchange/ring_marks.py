"""Whose ring a polyline is: a mark in the extended data of a drawing, by which holes and parts find their plot again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from ezdxf.document import Drawing
from ezdxf.entities.dxfgfx import DXFGraphic

MARK = "LANDGIS_RING"
"""Name of the application whose data the mark is; software that does not know it keeps or drops it unread."""
_LONG = 1071
_FIELDS = 3

Rings = Sequence[npt.NDArray[np.float64]]


@dataclass(frozen=True)
class RingMark:
    """Row of the layer, part of its plot, and ring of that part: 0 is the outer one, others are holes."""

    row: int
    part: int
    ring: int


def register_marks(drawing: Drawing) -> None:
    """Enter the name of the marks in a drawing, as the format demands of extended data."""
    if MARK not in drawing.appids:
        drawing.appids.add(MARK)


def mark_ring(entity: DXFGraphic, mark: RingMark) -> None:
    """Put a mark on an entity."""
    entity.set_xdata(MARK, [(_LONG, mark.row), (_LONG, mark.part), (_LONG, mark.ring)])


def mark_of(entity: DXFGraphic) -> RingMark | None:
    """Return the mark of an entity; None where there is none, or one that is not as ours are."""
    if not entity.has_xdata(MARK):
        return None
    numbers = [tag.value for tag in entity.get_xdata(MARK) if tag.code == _LONG]
    return RingMark(*numbers) if len(numbers) == _FIELDS and min(numbers) >= 0 else None


def plots_of(rings: Rings, marks: Sequence[RingMark | None]) -> tuple[list[list[int]], list[int]]:
    """Put the rings of one layer together by their marks.

    A mark is believed only where the rings of its row make a valid plot: drawings are edited, and copies carry the marks
    of what they were copied from.

    Returns
    -------
    list of list of int, list of int
        Numbers of the rings that make a plot, in the order of their first; rings whose marks are not believed, each of
        which stands alone.
    """
    of_row: dict[int, list[int]] = defaultdict(list)
    for number, mark in enumerate(marks):
        of_row[-1 - number if mark is None else mark.row].append(number)
    plots, doubted = [], []
    for members in of_row.values():
        if marks[members[0]] is None or _make_a_plot(rings, marks, members):
            plots.append(members)
        else:
            doubted += members
            plots += [[number] for number in members]
    return sorted(plots), sorted(doubted)


def plot_of(rings: Rings, marks: Sequence[RingMark | None], members: Sequence[int]) -> shapely.Geometry:
    """Return the plot that rings make: a polygon of one part, a multipolygon of several."""
    parts: dict[int, dict[int, npt.NDArray[np.float64]]] = defaultdict(dict)
    for number in members:
        mark = marks[number] or RingMark(0, 0, 0)
        parts[mark.part][mark.ring] = rings[number]
    drawn = []
    for _, part in sorted(parts.items()):
        outer, *holes = (part[ring] for ring in sorted(part))
        drawn.append(shapely.Polygon(outer, holes))
    return drawn[0] if len(drawn) == 1 else shapely.MultiPolygon(drawn)


def _make_a_plot(rings: Rings, marks: Sequence[RingMark | None], members: Sequence[int]) -> bool:
    places = [(mark.part, mark.ring) for number in members if (mark := marks[number]) is not None]
    if len(set(places)) < len(members) or any((part, 0) not in places for part, _ in places):
        return False
    if len(members) == 1:
        return True  # what its one ring is like is told where every ring is
    try:
        return bool(shapely.is_valid(plot_of(rings, marks, members)))
    except (ValueError, shapely.errors.GEOSException):
        return False
