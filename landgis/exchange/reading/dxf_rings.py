"""Rings of a drawing: which polylines are closed, and their arcs as chords."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from ezdxf.document import Drawing
from ezdxf.entities.lwpolyline import LWPolyline
from ezdxf.entities.polyline import Polyline
from ezdxf.math import bulge_to_arc

from landgis.exchange.ring_marks import RingMark, mark_of, plot_of

CHORD_M = 0.001
"""Chords replace an arc within this distance (drawing units are taken as metres)."""


@dataclass
class Drawn:
    """What one DXF layer holds: rings of closed polylines with their marks, and how much was drawn that is none."""

    handles: list[str] = field(default_factory=list)
    rings: list[npt.NDArray[np.float64]] = field(default_factory=list)
    marks: list[RingMark | None] = field(default_factory=list)
    bent: int = 0
    raised: int = 0
    others: Counter[str] = field(default_factory=Counter)


def rings_by_layer(document: Drawing) -> dict[str, Drawn]:
    """Return what every DXF layer holds, model space only."""
    layers: dict[str, Drawn] = defaultdict(Drawn)
    for entity in document.modelspace():
        drawn = layers[str(entity.dxf.layer)]
        if isinstance(entity, LWPolyline | Polyline) and (ring := _ring(entity, drawn)) is not None:
            drawn.handles.append(str(entity.dxf.handle))
            drawn.rings.append(ring)
            drawn.marks.append(mark_of(entity))
        else:
            drawn.others[entity.dxftype()] += 1
    return layers


def _ring(entity: LWPolyline | Polyline, drawn: Drawn) -> npt.NDArray[np.float64] | None:
    """Return the vertices of a closed polyline in the plane, first one repeated; None for anything else."""
    if isinstance(entity, Polyline) and not (entity.is_2d_polyline or entity.is_3d_polyline):
        return None
    points, bulges, height = _vertices(entity)
    if len(points) > 1 and points[0] == points[-1]:
        points, bulges = points[:-1], bulges[:-1]
    elif not (entity.closed if isinstance(entity, LWPolyline) else entity.is_closed):
        return None
    if len(points) == 0:
        return None
    drawn.bent += any(bulges)
    drawn.raised += bool(height)
    plane = _with_arcs(points, bulges)
    if isinstance(entity, LWPolyline) or entity.is_2d_polyline:
        plane = [tuple(point)[:2] for point in entity.ocs().points_to_wcs([(x, y, 0.0) for x, y in plane])]
    return np.array([*plane, plane[0]], dtype=np.float64)


def _vertices(entity: LWPolyline | Polyline) -> tuple[list[tuple[float, float]], list[float], float]:
    """Return vertices, the bulge after each, and the largest height."""
    if isinstance(entity, LWPolyline):
        rows = list(entity.get_points("xyb"))
        return [(x, y) for x, y, _ in rows], [float(bulge) for _, _, bulge in rows], abs(float(entity.dxf.elevation))
    places = [vertex.dxf.location for vertex in entity.vertices]
    bulges = [float(vertex.dxf.bulge) if entity.is_2d_polyline else 0.0 for vertex in entity.vertices]
    return [(place.x, place.y) for place in places], bulges, max((abs(place.z) for place in places), default=0.0)


def _with_arcs(points: list[tuple[float, float]], bulges: list[float]) -> list[tuple[float, float]]:
    """Put vertices on every arc, close enough for chords to stay within `CHORD_M` of it."""
    plane: list[tuple[float, float]] = []
    for number, (start, bulge) in enumerate(zip(points, bulges, strict=True)):
        plane.append(start)
        end = points[(number + 1) % len(points)]
        if bulge == 0 or start == end:
            continue
        centre, _, _, radius = bulge_to_arc(start, end, bulge)
        turn = 4 * math.atan(bulge)
        step = 2 * math.acos(max(-1.0, 1 - CHORD_M / radius)) if radius > CHORD_M else math.pi / 4
        steps = max(2, math.ceil(abs(turn) / step))
        first = math.atan2(start[1] - centre.y, start[0] - centre.x)
        angles = [first + turn * part / steps for part in range(1, steps)]
        plane += [(centre.x + radius * math.cos(angle), centre.y + radius * math.sin(angle)) for angle in angles]
    return plane


def polygons(drawn: Drawn, plots: Sequence[Sequence[int]]) -> tuple[npt.NDArray[np.object_], dict[int, str]]:
    """Return the polygon of every plot, and row → reason for those whose rings make none."""
    shapes = np.full(len(plots), None, dtype=object)
    broken = {}
    for row, members in enumerate(plots):
        try:
            shapes[row] = plot_of(drawn.rings, drawn.marks, members)
        except (ValueError, shapely.errors.GEOSException) as error:
            broken[row] = str(error)
    return shapes, broken
