"""The two maps of a card as SVG in millimetres: the conflict, and the parcel in its surroundings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum

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
UNCOVERED = Symbol("#e6e6e6", 0.6, "#404040", 0.3, (1.4, 0.8), Hatch("diagonal", "#707070", 1.6, 0.12))
_CONFLICT_EDGE = Symbol(stroke="#8a2f00", stroke_mm=0.25)
_POINTS = 60
"""More boundary points than this in one view would hide what they belong to."""
_HALO = 'stroke="#ffffff" stroke-width="0.5" paint-order="stroke"'


class Sign(Enum):
    """What a map may show beside parcel and layers."""

    CONFLICT = "conflict"
    UNCOVERED = "uncovered"
    CORNERS = "corners"
    VERTICES = "vertices"


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
    uncovered
        Whether it is no conflict, but ground that the layer says nothing of.
    """

    parcel: BaseGeometry
    features: GeometryArray
    style: LayerStyle
    conflict: BaseGeometry
    focus: BaseGeometry
    place: tuple[float, float]
    depth_m: float
    uncovered: bool = False


@dataclass(frozen=True)
class CardMap:
    """One map: SVG (unit mm), its view, whether all of the piece it is about is in it, and the signs that it shows."""

    svg: str
    view: View
    whole: bool = True
    signs: frozenset[Sign] = frozenset()


@dataclass(frozen=True)
class Marked:
    """Ground that a map of surroundings marks.

    Attributes
    ----------
    ground
        In the CRS of the parcel.
    uncovered
        Whether a layer says nothing of it; else it is in conflict.
    number, bounds_m
        Number of the card, and what its own map shows; None: it has no map.
    """

    ground: BaseGeometry
    uncovered: bool = False
    number: int | None = None
    bounds_m: Bounds | None = None


def conflict_map(ground: ConflictGround) -> CardMap:
    """Draw a conflict at a scale at which it is seen, with the boundary points of both sides."""
    bounds = _bounds(ground.focus)
    view, whole = conflict_view(bounds, ground.place, ground.depth_m)
    canvas = Canvas(view)
    _paint(canvas, ground.features, layer_symbol(ground.style))
    _paint(canvas, _one(ground.conflict), UNCOVERED if ground.uncovered else CONFLICT)
    _paint(canvas, _one(ground.parcel), PARCEL)
    vertices, corners = _points(canvas, ground.features, _round), _points(canvas, _one(ground.parcel), _square)
    shown = {
        Sign.UNCOVERED if ground.uncovered else Sign.CONFLICT: True,
        Sign.VERTICES: vertices,
        Sign.CORNERS: corners,
    }
    marks = [*vertices, *corners]
    if ground.depth_m / view.metres_per_mm < 1.0:
        marks.append(_ring(view.to_mm(np.array([ground.place]))[0]))
    canvas.parts += marks
    return CardMap(_framed(canvas, ""), view, whole, frozenset(sign for sign, drawn in shown.items() if drawn))


def context_map(parcel: BaseGeometry, layers: Sequence[ContextLayer], marked: Sequence[Marked]) -> CardMap:
    """Draw a parcel in its surroundings, with the frames of the maps of its conflicts and their numbers.

    Ground that several findings are about is painted once: what is laid over itself would hide what lies below.

    Parameters
    ----------
    parcel
        Outline, projected CRS, metres.
    layers
        From bottom to top, in the same CRS.
    marked
        Ground in conflict, and ground that layers say nothing of.
    """
    view = context_view(_bounds(parcel))
    canvas = Canvas(view)
    for layer in layers:
        draw_layer(canvas, layer)
    bare = [each.ground for each in marked if each.uncovered]
    taken = [each.ground for each in marked if not each.uncovered]
    _paint_once(canvas, bare, UNCOVERED)
    _paint_once(canvas, taken, CONFLICT)
    for ground in taken:
        _paint(canvas, _one(ground), _CONFLICT_EDGE)
    _paint(canvas, _one(parcel), PARCEL)
    frames = [(each.number, each.bounds_m) for each in marked if each.number is not None and each.bounds_m is not None]
    shown = {Sign.UNCOVERED: bare, Sign.CONFLICT: taken}
    signs = frozenset(sign for sign, drawn in shown.items() if drawn)
    return CardMap(_framed(canvas, frames_of(view, frames)), view, signs=signs)


def symbols(styles: Sequence[LayerStyle], signs: Collection[Sign]) -> list[tuple[str, str, str]]:
    """Return the legend: swatch as SVG, Chinese and English words, of the parcel, the signs and the layers shown."""
    areas = {Sign.CONFLICT: (CONFLICT, "问题范围", "ground in question"),
             Sign.UNCOVERED: (UNCOVERED, "图层未覆盖", "not covered by the layer")}  # fmt: skip
    marks = {Sign.CORNERS: (_square, "地块界址点", "boundary points of the parcel"),
             Sign.VERTICES: (_round, "图层折点", "points of the layer")}  # fmt: skip
    layers = [(layer_symbol(style), style.legend_zh, style.legend_en) for style in styles]
    filled = [(PARCEL, "地块", "parcel"), *(row for sign, row in areas.items() if sign in signs), *layers]
    return [
        *((svg.swatch(symbol, "area", 7.0, 3.6), zh, en) for symbol, zh, en in filled),
        *((svg.document(mark(1.8, 1.8), 3.6, 3.6), zh, en) for sign, (mark, zh, en) in marks.items() if sign in signs),
    ]


def _paint_once(canvas: Canvas, grounds: Sequence[BaseGeometry], symbol: Symbol) -> None:
    if grounds:
        _paint(canvas, _one(shapely.union_all(np.array(grounds, dtype=object))), symbol)


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
