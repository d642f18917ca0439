"""Cutting back: the parcel without its conflicts, on coordinates that a text of boundary points can say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.area import FLOOR_M2
from landgis.overlay.cells import polygonal, shifted
from landgis.screening.millimetres import MILLIMETRE_M, inwards
from landgis.screening.slivers.borders import Floats, Geometries, edges_of, facing, sampled
from landgis.screening.slivers.shape import deepest

_NEAR_MITRE, _FAR_MITRE = 2.0, 10.0
_INSIDE_ARC = float(np.cos(np.pi / 32))
"""How near the chords of an arc of 32 pieces come to its middle, as a share of its radius."""
_KEPT = 0.99
_FRONT_STEP_M = 0.25
Shape = TypeVar("Shape", bound=BaseGeometry)


@dataclass(frozen=True)
class Terms:
    """What a proposal must keep.

    Attributes
    ----------
    buffer_m
        Distance to keep from every feature that excludes.
    least_area_m2, least_width_m
        A piece that is smaller, or a part that is narrower, is of no use and is given up too. No clause says them: they
        are the planner's.
    road_reach_m
        A border with a road's edge running beside it within this distance fronts the road.
    """

    buffer_m: float = 0.0
    least_area_m2: float = 100.0
    least_width_m: float = 2.0
    road_reach_m: float = 1.0


@dataclass(frozen=True)
class Proposal:
    """What remains of a parcel; areas planar, m².

    Attributes
    ----------
    pieces
        Polygons, the largest first, coordinates on whole millimetres, all inside the parcel; none where nothing useful
        remains.
    conflict, margin, unusable
        What is given up: ground of the features, the distance kept from them, and what is too small or too narrow.
    widest_m, narrowest_m
        Diameter of the largest circle inside; the width that no place falls below but for 1 % of the area.
    frontage_m
        Length along roads; None where nothing is known of roads.
    """

    pieces: tuple[shapely.Polygon, ...]
    conflict: BaseGeometry
    margin: BaseGeometry
    unusable: BaseGeometry
    widest_m: float
    narrowest_m: float
    frontage_m: float | None


def cut_back(parcel: BaseGeometry, walls: Geometries, roads: Geometries | None, terms: Terms) -> Proposal:
    """Propose the parcel without its conflicts.

    Parameters
    ----------
    parcel
        Valid polygon or multipolygon, projected CRS, metres.
    walls
        Features that exclude, near the parcel or anywhere; those that overlap it, or lie within the buffer, are cut.
    roads
        Roads near the parcel; None where no road layer is at hand.
    terms
        What to keep.

    Returns
    -------
    Proposal
        Its pieces overlap no wall and reach nowhere beyond the parcel by more than the floor of 1e-6 m², and keep the
        buffer and a millimetre more, rounding included. They and what is given up make the parcel.
    """
    origin, ground, solid, reach, rest = _cut(parcel, walls, terms)
    pieces: list[shapely.Polygon] = sorted(shapely.get_parts(rest), key=lambda part: -part.area)
    hit = shapely.union_all(polygonal(shapely.intersection(ground, solid)))
    given_up = shapely.difference(shapely.difference(ground, rest), hit)
    margin = shapely.intersection(given_up, reach)
    whole = shapely.MultiPolygon(pieces)
    return Proposal(
        pieces=tuple(_placed(piece, origin) for piece in pieces),
        conflict=_placed(hit, origin),
        margin=_placed(margin, origin),
        unusable=_placed(shapely.difference(given_up, margin), origin),
        widest_m=deepest(whole)[0] if pieces else 0.0,
        narrowest_m=narrowest_m(whole) if pieces else 0.0,
        frontage_m=None if roads is None else _frontage_m(whole, shifted(_window(roads, parcel, 10.0), origin), terms),
    )


def remaining(parcel: BaseGeometry, walls: Geometries, terms: Terms) -> tuple[float, int]:
    """Return the planar m² and the number of the pieces that `cut_back` would propose, without describing them."""
    rest = _cut(parcel, walls, terms)[-1]
    return float(rest.area), len(shapely.get_parts(rest))


def narrowest_m(shape: BaseGeometry) -> float:
    """Return the width that no place falls below, but for one hundredth of the area.

    The largest w for which everything that a square-cornered brush of width w can paint inside still makes 99 %.
    """
    low, high = 0.0, 1.001 * deepest(shape)[0]
    while high - low > 0.001 * high:
        width = (low + high) / 2
        if _opened(shape, width).area >= _KEPT * shape.area:
            low = width
        else:
            high = width
    return low


def _cut(
    parcel: BaseGeometry, walls: Geometries, terms: Terms
) -> tuple[Floats, BaseGeometry, Geometries, BaseGeometry, BaseGeometry]:
    """Return the origin, and in coordinates near it the parcel, the walls, what is to be kept free and what remains."""
    origin: Floats = np.floor(shapely.bounds(parcel)[:2] / 1_000.0) * 1_000.0
    near = _window(walls, parcel, terms.buffer_m + 1.0)
    ground = shifted(np.array([parcel], dtype=object), origin)[0]
    solid = _clipped(shifted(near, origin), ground, terms.buffer_m + 1.0)
    reach = _reach(ground, solid, terms.buffer_m)
    return origin, ground, solid, reach, _useful(shapely.difference(ground, reach), terms, origin)


def _reach(ground: BaseGeometry, solid: Geometries, buffer_m: float) -> BaseGeometry:
    """Ground to be kept free: walls in conflict, the buffer, and a millimetre more."""
    asked = _overlap_m2(ground, solid) > FLOOR_M2
    if buffer_m > 0:
        asked |= shapely.distance(ground, solid) < buffer_m
    return shapely.union_all(_grown(solid[asked], buffer_m + MILLIMETRE_M, _NEAR_MITRE))


def _useful(rest: BaseGeometry, terms: Terms, origin: Floats) -> BaseGeometry:
    """Give up what is too narrow, put the rest on whole millimetres, and give up what is too small."""
    opened = _opened(rest, terms.least_width_m) if terms.least_width_m > 0 else rest
    kept = opened if opened.area < rest.area - 0.01 else rest
    least_m2 = max(terms.least_area_m2, FLOOR_M2)
    useful = [inwards(part, origin) for part in shapely.get_parts(kept) if part.area >= least_m2]
    pieces = shapely.get_parts(np.array(useful, dtype=object))
    return shapely.MultiPolygon([piece for piece in pieces if piece.area >= least_m2])


def _opened(shape: BaseGeometry, width_m: float) -> BaseGeometry:
    """Erode by half a width and grow back, corners kept sharp."""
    core = shapely.buffer(shape, -width_m / 2, join_style="mitre", mitre_limit=_FAR_MITRE)
    back = _grown(np.array([core], dtype=object), width_m / 2, _FAR_MITRE)
    opened: BaseGeometry = polygonal(shapely.intersection(back, shape))[0]
    return opened


def _grown(shapes: Geometries, by_m: float, mitre_limit: float) -> Geometries:
    """Grow shapes; mitred corners keep the number of points and lie outside round ones.

    Where mitres run into each other so that the outline crosses itself, corners are round, and a little further out.
    """
    grown: Geometries = shapely.buffer(shapes, by_m, join_style="mitre", mitre_limit=mitre_limit)
    crossed = ~shapely.is_valid(grown)
    grown[crossed] = shapely.buffer(shapes[crossed], by_m / _INSIDE_ARC, quad_segs=8)
    return grown


def _overlap_m2(shape: BaseGeometry, solid: Geometries) -> Floats:
    return np.asarray(shapely.area(shapely.intersection(shape, solid)), dtype=np.float64).reshape(len(solid))


def _window(shapes: Geometries, parcel: BaseGeometry, by_m: float) -> Geometries:
    """Return the shapes whose box comes near the parcel's."""
    box = shapely.buffer(shapely.box(*shapely.bounds(parcel)), by_m, join_style="mitre")
    return shapes[shapely.intersects(shapely.box(*shapely.bounds(shapes).T), box)] if len(shapes) else shapes


def _clipped(shapes: Geometries, ground: BaseGeometry, by_m: float) -> Geometries:
    """Take of each wall what lies near the parcel; the cut lies further off than any distance kept."""
    if not len(shapes):
        return shapes
    box = shapely.buffer(shapely.box(*shapely.bounds(ground)), 2 * by_m, join_style="mitre")
    near = polygonal(np.asarray(shapely.intersection(shapes, box), dtype=object))
    return near[~shapely.is_empty(near)]


def _frontage_m(whole: BaseGeometry, roads: Geometries, terms: Terms) -> float:
    if whole.is_empty or not len(roads):
        return 0.0
    edges, others = edges_of(np.array([whole], dtype=object)), edges_of(roads)
    samples = sampled(edges, _FRONT_STEP_M)
    pairs = facing(edges, samples, others, terms.road_reach_m)
    return float(samples.weight_m[np.unique(pairs.sample[pairs.opposed])].sum())


def _placed(shape: Shape, origin: Floats) -> Shape:
    return shapely.transform(shape, lambda points: points + origin)
