"""The two maps of a card as SVG in millimetres: the conflict, and the parcel in its surroundings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.domain.catalogue import LayerStyle
from landgis.maps import svg
from landgis.maps.card.frames import frames_of
from landgis.maps.card.place import conflict_view, context_view
from landgis.maps.card.scale import scale_bar
from landgis.maps.material import ContextLayer
from landgis.maps.sheet.canvas import Canvas, LegendEntry
from landgis.maps.sheet.surroundings import draw_layer
from landgis.maps.sheet.view import Bounds, View
from landgis.maps.style import INK, Hatch, Symbol, layer_symbol
from landgis.maps.svg import GeometryArray, number

PARCEL = Symbol(stroke=INK, stroke_mm=0.55)
CONFLICT = Symbol("#d55e00", 0.45, "#8a2f00", 0.25, hatch=Hatch("cross", "#5a1e00", 0.9, 0.14))
_CONTEXT_CONFLICT = Symbol("#d55e00", 0.5, "#8a2f00", 0.2)
_POINTS = 60
"""More boundary points than this in one view would hide what they belong to."""
_HALO = 'stroke="#ffffff" stroke-width="0.5" paint-order="stroke"'


@dataclass(frozen=True)
class ConflictGround:
    """What the map of a conflict shows; one CRS, metres.

    Attributes
    ----------
    parcel
        Outline of the parcel.
    features
        Features of the layer near the parcel.
    style
        How the layer is drawn.
    conflict
        Ground of the conflict.
    focus
        The piece of it to be shown.
    place, depth_m
        Its deepest place, and how deep it is.
    """

    parcel: BaseGeometry
    features: GeometryArray
    style: LayerStyle
    conflict: BaseGeometry
    focus: BaseGeometry
    place: tuple[float, float]
    depth_m: float


@dataclass(frozen=True)
class CardMap:
    """One map: SVG (unit mm), its view, and whether all of the piece it is about is in it."""

    svg: str
    view: View
    whole: bool = True


def conflict_map(ground: ConflictGround) -> CardMap:
    """Draw a conflict at a scale at which it is seen, with the boundary points of both sides."""
    bounds = _bounds(ground.focus)
    view, whole = conflict_view(bounds, ground.place, ground.depth_m)
    canvas = Canvas(view)
    _paint(canvas, ground.features, layer_symbol(ground.style))
    _paint(canvas, np.array([ground.conflict], dtype=object), CONFLICT)
    _paint(canvas, np.array([ground.parcel], dtype=object), PARCEL)
    marks = [*_points(canvas, ground.features, _round), *_points(canvas, _one(ground.parcel), _square)]
    if ground.depth_m / view.metres_per_mm < 1.0:
        marks.append(_ring(view.to_mm(np.array([ground.place]))[0]))
    canvas.parts += marks
    return CardMap(_framed(canvas, ""), view, whole)


def context_map(
    parcel: BaseGeometry, layers: Sequence[ContextLayer], conflicts: Sequence[tuple[int, BaseGeometry, Bounds]]
) -> CardMap:
    """Draw a parcel in its surroundings, with the frames of the maps of its conflicts and their numbers.

    Parameters
    ----------
    parcel
        Outline, projected CRS, metres.
    layers
        From bottom to top, in the same CRS.
    conflicts
        Number of the card, ground of the conflict, and what its map shows.
    """
    view = context_view(_bounds(parcel))
    canvas = Canvas(view)
    for layer in layers:
        draw_layer(canvas, layer)
    for _, conflict, _ in sorted(conflicts, key=lambda each: -each[1].area):
        _paint(canvas, _one(conflict), _CONTEXT_CONFLICT)
    _paint(canvas, _one(parcel), PARCEL)
    return CardMap(_framed(canvas, frames_of(view, [(each, bounds) for each, _, bounds in conflicts])), view)


def symbols(styles: Sequence[LayerStyle], *, conflicts: bool) -> list[tuple[str, str, str]]:
    """Return the legend: swatch as SVG, Chinese and English words; signs of conflicts only where there are any."""
    areas = [(PARCEL, "地块", "parcel"), *((layer_symbol(style), style.legend_zh, style.legend_en) for style in styles)]
    if conflicts:
        areas.insert(1, (CONFLICT, "压占（问题范围）", "ground in conflict"))
    drawn = [(svg.swatch(symbol, "area", 7.0, 3.6), zh, en) for symbol, zh, en in areas]
    points = [(_square, "地块界址点", "boundary points of the parcel"), (_round, "图层折点", "points of the layer")]
    marks = [(svg.document(mark(1.8, 1.8), 3.6, 3.6), zh, en) for mark, zh, en in points]
    return [*drawn, *marks] if conflicts else drawn


def _paint(canvas: Canvas, shapes: GeometryArray, symbol: Symbol) -> None:
    entry = LegendEntry(f"s{len(canvas.drawn)}", "", "", symbol, "area", "context")
    seen = canvas.seen(shapes)
    canvas.paint(entry, svg.areas_path(seen) + svg.lines_path(seen))


def _one(shape: BaseGeometry) -> GeometryArray:
    return np.array([shape], dtype=object)


def _bounds(shape: BaseGeometry) -> Bounds:
    west, south, east, north = (float(value) for value in shapely.bounds(shape))
    return west, south, east, north


def _points(canvas: Canvas, shapes: GeometryArray, mark: Callable[[float, float], str]) -> list[str]:
    """Mark the vertices in view, as long as they are few enough to be told apart."""
    at = canvas.view.to_mm(np.unique(shapely.get_coordinates(shapes), axis=0))
    inside = at[((at > 0) & (at < (canvas.view.width_mm, canvas.view.height_mm))).all(axis=1)]
    return [mark(x, y) for x, y in inside.tolist()] if len(inside) <= _POINTS else []


def _square(x: float, y: float) -> str:
    place = f'x="{number(x - 0.5)}" y="{number(y - 0.5)}" width="1" height="1"'
    return f'<rect {place} fill="#ffffff" stroke="{INK}" stroke-width="0.25"/>'


def _round(x: float, y: float) -> str:
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="0.5" fill="{INK}" stroke="#ffffff" stroke-width="0.15"/>'


def _ring(at: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    x, y = number(float(at[0])), number(float(at[1]))
    return f'<circle cx="{x}" cy="{y}" r="3" fill="none" stroke="#8a2f00" stroke-width="0.4" stroke-dasharray="1 0.6"/>'


def _framed(canvas: Canvas, above: str) -> str:
    """Clip to the frame, lay scale bar and north mark on, draw the neat line."""
    view = canvas.view
    wide, high = view.width_mm, view.height_mm
    clip = f'<clipPath id="frame"><rect width="{number(wide)}" height="{number(high)}"/></clipPath>'
    ground = f'<rect width="{number(wide)}" height="{number(high)}" fill="#ffffff"/>'
    inner = f'x="0.15" y="0.15" width="{number(wide - 0.3)}" height="{number(high - 0.3)}"'
    line = f'<rect {inner} fill="none" stroke="#000000" stroke-width="0.3"/>'
    body = f'<g clip-path="url(#frame)">{ground}{"".join(canvas.parts)}{above}</g>{scale_bar(view)}{_north(wide)}{line}'
    return svg.document(body, wide, high, "".join(canvas.defs) + clip)


def _north(wide: float) -> str:
    x, top = wide - 3.6, 1.6
    corners = ((x, top), (x + 1.2, top + 4.2), (x, top + 3.3), (x - 1.2, top + 4.2))
    path = " ".join(f"{number(east)},{number(down)}" for east, down in corners)
    drawn = f'<path d="M{path}Z" fill="#000000" stroke="#ffffff" stroke-width="0.3" paint-order="stroke"/>'
    return drawn + svg.words("N", x, top + 6.9, 2.4, f'font-weight="bold" fill="#000000" {_HALO}')
