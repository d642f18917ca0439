"""One long edge against the many points drawn beside it: the arc between them, and the arc that was to be expected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from pyproj import CRS

from landgis.crs import GEOGRAPHIC, name_of, parse
from landgis.crs.moving import transformer_of
from landgis.screening.slivers.borders import Edges, Floats, Ints

PLAIN_ARC = "arc"
"""Name of an arc that no CRS explains: a parabola through both ends of the edge, fitted to the points themselves."""
_FEWEST = 3
_SHORTEST_M = 5.0
_END_M = 0.5
_BESIDE = np.cos(np.deg2rad(20.0))
_GOOD_FIT = 0.2
_SAME_M = 0.001
"""Points this near are one point of two borders."""


@dataclass(frozen=True)
class Chord:
    """An edge and the arc beside it; meanings as in the SliverFrame."""

    chord_m: float = float("nan")
    chord_points: int = 0
    chord_cover: float = 0.0
    chord_measured_m: float = float("nan")
    chord_expected_m: float = float("nan")
    chord_misfit: float = float("nan")
    chord_crs: str = ""


@dataclass(frozen=True)
class Plane:
    """What is needed to draw an edge straight in another CRS: the CRS at work, and what was taken off coordinates."""

    crs: CRS
    origin: Floats


def chord_of(edges: Edges, row: int, others: Edges, plane: Plane, reach_m: float) -> Chord | None:
    """Hold one edge against the points of other borders beside it.

    Parameters
    ----------
    edges, row
        The edge that may be a chord.
    others
        Borders with their polygons on the other side.
    plane
        Where the coordinates are.
    reach_m
        How far from the edge a point may lie.

    Returns
    -------
    Chord or None
        None where fewer than three points lie beside the edge. The arc of a CRS goes before the plain one where it
        fits: it has no free parameter. Of the plain one no rise is to be expected: it is fitted.
    """
    start, stop = edges.start[row], edges.stop[row]
    length = float(np.hypot(*(stop - start)))
    if length < _SHORTEST_M:
        return None
    along = (stop - start) / length
    away = np.array([along[1], -along[0]])
    place, rise = _points_beside(others, start, along, away, length, reach_m)
    size = float(np.sqrt(np.mean(rise**2))) if len(place) >= _FEWEST else 0.0
    if size == 0:
        return None
    arcs = {PLAIN_ARC: _parabola(place, rise)}
    for other in drawn_in(plane.crs):
        arcs[name_of(other)] = _image(start + plane.origin, stop + plane.origin, away, place, plane.crs, other)
    misfit = {name: float(np.sqrt(np.mean((rise - arc) ** 2))) / size for name, arc in arcs.items()}
    name = min(misfit, key=lambda name: (misfit[name] > _GOOD_FIT, name == PLAIN_ARC, misfit[name]))
    return Chord(
        chord_m=length,
        chord_points=len(place),
        chord_cover=float(np.ptp(place)),
        chord_measured_m=float(np.abs(rise).max()),
        chord_expected_m=float("nan") if name == PLAIN_ARC else float(np.abs(arcs[name]).max()),
        chord_misfit=misfit[name],
        chord_crs=name,
    )


def shared_joints(edges: Edges, chords: Ints, others: Edges) -> int:
    """Count the points between two chords of one smooth line, if the other border has each of them; else 0.

    That is what is left where a line was thinned out: every point of the sparse line is one of the dense line. At a
    corner it says nothing, for neighbours share their corners anyway.
    """
    smooth = np.isin(edges.before[chords], chords) & ~edges.corner[chords]
    joints = np.asarray(shapely.points(edges.start[chords[smooth]]))
    found, _ = shapely.STRtree(np.asarray(shapely.points(others.start))).query(
        joints, predicate="dwithin", distance=_SAME_M
    )
    return len(joints) if len(np.unique(found)) == len(joints) else 0


@cache
def drawn_in(crs: CRS) -> tuple[CRS, ...]:
    """Where an edge may have been drawn straight: degrees, the zones of the city and beside it, web maps."""
    planes = (GEOGRAPHIC, *(parse(f"EPSG:{code}") for code in (4548, 4549, 4550, 3857)))
    return tuple(plane for plane in planes if plane != crs)


def _points_beside(
    others: Edges, start: Floats, along: Floats, away: Floats, length: float, reach_m: float
) -> tuple[Floats, Floats]:
    """Places (0 to 1) along an edge and offsets from it, of the points of borders that run back along it."""
    back = others.rows(others.along @ along <= -_BESIDE)
    xy = np.unique(np.concatenate([back.start, back.stop]), axis=0)
    place, rise = (xy - start) @ along, (xy - start) @ away
    beside = (place > _END_M) & (place < length - _END_M) & (np.abs(rise) <= reach_m)
    return place[beside] / length, rise[beside]


def _parabola(place: Floats, rise: Floats) -> Floats:
    """Fit the one parabola through both ends."""
    form = 4 * place * (1 - place)
    return np.asarray(form * (form @ rise) / (form @ form))


def _image(start: Floats, stop: Floats, away: Floats, place: Floats, crs: CRS, other: CRS) -> Floats:
    """Rise, at some places, of the line that is straight in the other CRS between the ends of an edge."""
    x, y = transformer_of(crs, other).transform(*np.stack([start, stop], axis=1))
    east, north = (end[0] + place * (end[1] - end[0]) for end in (np.asarray(x), np.asarray(y)))
    back = np.column_stack(transformer_of(other, crs).transform(east, north))
    return np.asarray((back - start) @ away)
