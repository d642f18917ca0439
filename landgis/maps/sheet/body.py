"""The map itself: SVG in millimetres, drawn from the ground up to the parcels and their numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from landgis.maps import svg
from landgis.maps.layout import Layout
from landgis.maps.sheet import labels, surroundings
from landgis.maps.sheet.canvas import Canvas, LegendEntry
from landgis.maps.sheet.groups import Group, crowded
from landgis.maps.sheet.request import PlanSheet
from landgis.maps.sheet.view import View, choose_view
from landgis.maps.style import INK, Symbol, use_class, use_label_zh, use_symbol
from landgis.maps.svg import GeometryArray, number

_POINT_MM, _RING_MM, _DOT_MM = 0.75, 1.25, 0.55
_SMALL = LegendEntry(
    "small-parcel",
    "图上过小的地块（颜色同规划用途）",
    "Parcel too small for this scale",
    Symbol(stroke=INK),
    "point",
    "use",
)
_GROUP = LegendEntry(
    "parcel-group",
    "密集地块范围（注记为圈内地块序号）",
    "Parcels lying close: numbers inside",
    Symbol("#ffffff", 0.7, INK, 0.3),
    "area",
    "use",
)


@dataclass(frozen=True)
class _Parcels:
    """The plan's parcels on paper: shapes, a point inside each, and how each is shown."""

    shapes_mm: GeometryArray
    middles_mm: npt.NDArray[np.float64]
    classes: npt.NDArray[np.str_]
    ringed: npt.NDArray[np.bool_]
    grouped: npt.NDArray[np.bool_]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Body:
    """A finished map.

    Attributes
    ----------
    svg
        The map with neat line, border and grid labels; user unit millimetre.
    view
        Ground and scale of the neat line.
    drawn
        Every symbol used, in drawing order.
    numbers
        Placed line numbers, relative to the neat line.
    small_parcels
        Parcel ids drawn as points, ringed or in a group.
    groups
        Label of each group and the parcel ids in it.
    grid_m
        Distance of grid lines.
    """

    svg: str
    view: View
    drawn: tuple[LegendEntry, ...]
    numbers: tuple[labels.Label, ...]
    small_parcels: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    grid_m: int


def draw(request: PlanSheet, layout: Layout) -> Body:
    """Draw the map of a plan.

    Parameters
    ----------
    request
        Checked plan (``require_drawable``).
    layout
        Gives the frame, the allowed scales and the smallest parcel drawn as an area.
    """
    view = _view(request, layout)
    canvas = Canvas(view)
    for layer in request.context:
        surroundings.draw_layer(canvas, layer)
    step = surroundings.draw_grid(canvas, layout.map.grid_mm)
    surroundings.draw_borders(canvas, request.boundaries)
    parcels = _sorted_out(canvas, request, layout)
    size = layout.map.label_pt * svg.PT_MM
    numbers = _place_numbers(canvas, request, parcels, size)
    # Names lie under the parcels: a name may be interrupted, a parcel may not.
    canvas.parts.append(surroundings.town_names(canvas, request.boundaries, numbers, parcels.shapes_mm))
    _draw_parcels(canvas, parcels)
    canvas.parts.append(_numbers(numbers, size))
    ids = request.lines["parcel_id"].to_numpy()
    small = tuple(ids[parcels.ringed | parcels.grouped])
    groups = tuple((group.text, tuple(ids[list(group.members)])) for group in parcels.groups)
    return Body(_framed(canvas, layout, step), view, tuple(canvas.drawn), tuple(numbers), small, groups, step)


def _view(request: PlanSheet, layout: Layout) -> View:
    box, border = layout.items.map, 2 * layout.map.border_mm
    west, south, east, north = (float(value) for value in request.lines.total_bounds)
    shapes = [shapely.box(west, south, east, north), *(boundary.geometry for boundary in request.boundaries)]
    outer = shapely.total_bounds(shapes)
    wider = (float(outer[0]), float(outer[1]), float(outer[2]), float(outer[3]))
    size = (box.width_mm - border, box.height_mm - border)
    return choose_view((west, south, east, north), wider, size, layout.map.padding_mm, layout.scales)


def _sorted_out(canvas: Canvas, request: PlanSheet, layout: Layout) -> _Parcels:
    """Tell parcels shown in their shape from those shown as ringed points and those grouped."""
    shapes = canvas.on_paper(np.asarray(request.lines.geometry))
    bounds = shapely.bounds(shapes)
    small = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) < layout.map.small_parcel_mm
    middles = np.asarray(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    positions = np.flatnonzero(small).tolist()
    numbers = request.lines["line_no"].to_numpy()[small].tolist()
    groups = crowded(middles[small], positions, numbers, 2 * _RING_MM, layout.map.group_from)
    grouped = np.zeros(len(shapes), dtype=np.bool_)
    grouped[[member for group in groups for member in group.members]] = True
    classes = np.array([use_class(code) for code in request.lines["planned_use_code"]], dtype=np.str_)
    return _Parcels(shapes, middles, classes, small & ~grouped, grouped, tuple(groups))


def _draw_parcels(canvas: Canvas, parcels: _Parcels) -> None:
    """Draw groups, then parcels class by class; those too small to be seen as points, in the same colour."""
    canvas.paint(_GROUP, svg.areas_path(np.array([group.outline_mm for group in parcels.groups], dtype=object)))
    shown = ~parcels.ringed & ~parcels.grouped
    for code in sorted(set(parcels.classes.tolist())):
        of_class = parcels.classes == code
        points = _discs(parcels.middles_mm[of_class & parcels.ringed], _POINT_MM)
        dots = _discs(parcels.middles_mm[of_class & parcels.grouped], _DOT_MM)
        entry = LegendEntry(f"use-{code}", use_label_zh(code), "", use_symbol(code), "area", "use")
        canvas.paint(entry, svg.areas_path(parcels.shapes_mm[of_class & shown]) + points, dots)
    canvas.paint(_SMALL, _discs(parcels.middles_mm[parcels.ringed], _RING_MM))


def _discs(points_mm: npt.NDArray[np.float64], radius: float) -> str:
    return "".join(_disc(x, y, radius) for x, y in points_mm.tolist())


def _disc(x: float, y: float, radius: float) -> str:
    turn = f"a{number(radius)},{number(radius)} 0 1,0"
    return f"M{number(x - radius)},{number(y)}{turn} {number(2 * radius)},0{turn} {number(-2 * radius)},0Z"


def _place_numbers(canvas: Canvas, request: PlanSheet, parcels: _Parcels, size: float) -> list[labels.Label]:
    circles = shapely.get_coordinates(shapely.maximum_inscribed_circle(parcels.shapes_mm, tolerance=0.05))
    circles = circles.reshape(-1, 2, 2)
    rooms = np.column_stack([circles[:, 0], np.linalg.norm(circles[:, 1] - circles[:, 0], axis=1)])
    boxes = shapely.bounds(parcels.shapes_mm)
    ringed, alone = parcels.ringed, ~parcels.grouped
    rooms[ringed] = np.column_stack([parcels.middles_mm[ringed], np.zeros(ringed.sum())])
    boxes[ringed] = np.hstack([parcels.middles_mm[ringed] - _RING_MM, parcels.middles_mm[ringed] + _RING_MM])
    outlines = np.array([group.outline_mm for group in parcels.groups], dtype=object)
    centres = shapely.get_coordinates(shapely.centroid(outlines))
    rooms = np.vstack([rooms[alone], np.column_stack([centres, np.zeros(len(centres))])])
    boxes = np.vstack([boxes[alone], shapely.bounds(outlines).reshape(-1, 4)])
    texts = [str(line) for line in request.lines["line_no"].to_numpy()[alone]] + [
        group.text for group in parcels.groups
    ]
    sizes = np.array([[svg.width_of(text, size) + 0.6, size * 1.02] for text in texts])
    return labels.place(texts, sizes, boxes, rooms, (canvas.view.width_mm, canvas.view.height_mm))


def _numbers(placed: list[labels.Label], size: float) -> str:
    """Leaders with a dot on their parcel, then the numbers on white plates."""
    leaders = [label.leader_mm for label in placed if label.leader_mm is not None]
    lines = "".join("M{},{}L{},{}".format(*map(number, leader)) for leader in leaders)
    ends = "".join(_disc(leader[2], leader[3], 0.22) for leader in leaders)
    drawing = f'<path d="{lines}" fill="none" stroke="{INK}" stroke-width="0.12"/><path d="{ends}" fill="{INK}"/>'
    return f'<g id="leaders">{drawing if leaders else ""}</g><g id="numbers">{"".join(_plate(label, size) for label in placed)}</g>'


def _plate(label: labels.Label, size: float) -> str:
    box = f'x="{number(label.x_mm)}" y="{number(label.y_mm)}" width="{number(label.width_mm)}" height="{number(label.height_mm)}"'
    base = label.y_mm + label.height_mm / 2 + size * 0.365
    text = svg.words(label.text, label.x_mm + label.width_mm / 2, base, size, f'font-weight="bold" fill="{INK}"')
    return f'<rect {box} rx="0.5" fill="#ffffff" fill-opacity="0.86"/>{text}'


def _framed(canvas: Canvas, layout: Layout, step: int) -> str:
    """Clip the map and put neat line, grid labels and border around it."""
    view, border, box = canvas.view, layout.map.border_mm, layout.items.map
    size = f'width="{number(view.width_mm)}" height="{number(view.height_mm)}"'
    inner = f'<g transform="translate({number(border)} {number(border)})">'
    inner += f'<rect {size} fill="#ffffff"/><g clip-path="url(#frame)">{"".join(canvas.parts)}</g>'
    inner += f'<rect id="neat-line" {size} fill="none" stroke="#000000" stroke-width="0.2"/>'
    inner += f"{surroundings.grid_labels(view, step, border)}</g>"
    outer = f'<rect x="0.4" y="0.4" width="{number(box.width_mm - 0.8)}" height="{number(box.height_mm - 0.8)}"'
    outer += ' fill="none" stroke="#000000" stroke-width="0.8"/>'
    defs = f'<clipPath id="frame"><rect {size}/></clipPath>{"".join(canvas.defs)}'
    return svg.document(inner + outer, box.width_mm, box.height_mm, defs)
