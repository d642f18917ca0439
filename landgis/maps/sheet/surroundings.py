"""What lies around the parcels: context layers, grid, administrative borders, town names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.maps import svg
from landgis.maps.material import Boundary, ContextLayer
from landgis.maps.sheet.canvas import Canvas, LegendEntry
from landgis.maps.sheet.labels import Label
from landgis.maps.sheet.view import View, grid_step_m, grid_values, kilometres
from landgis.maps.style import Symbol, layer_symbol
from landgis.maps.svg import GeometryArray, number

_GRID_COLOUR, _GRID_LABEL_COLOUR = "#7d93a8", "#30485e"
_GRID_LABEL = 0.455
"""Size of grid labels in parts of the border they stand in: 7 pt in 5.5 mm."""
_NAME_MM, _NAME_COLOUR = 4.0, "#5b4a6b"
# 区界、镇界、村界 by customary dash patterns, the higher level the heavier.
_LEVELS = {
    "village": ("村界", "Village border", Symbol(stroke="#8a8a8a", stroke_mm=0.2, dash_mm=(1.5, 0.8))),
    "town": ("镇（街道）界", "Town border", Symbol(stroke="#6b4a86", stroke_mm=0.4, dash_mm=(3.5, 1.0, 0.6, 1.0))),
    "district": (
        "区界",
        "District border",
        Symbol(stroke="#5a2d6e", stroke_mm=0.6, dash_mm=(4.0, 0.8, 0.7, 0.8, 0.7, 0.8)),
    ),
}


def draw_layer(canvas: Canvas, layer: ContextLayer) -> None:
    """Draw one context layer; a layer with nothing inside the frame is neither drawn nor in the legend."""
    style, of_class = layer.style, layer.drawn_as
    title_zh = f"{style.legend_zh}（{layer.release}）" if layer.release else style.legend_zh
    words, symbol = (title_zh, style.legend_en), layer_symbol(style)
    if of_class is not None:  # the legend heads its classes by the layer
        words, symbol = (of_class.zh, of_class.en), of_class.symbol
    entry = LegendEntry(layer.key, *words, symbol, "area", "context", style.official)
    _draw(canvas, entry, np.asarray(layer.features.geometry))


def draw_borders(canvas: Canvas, boundaries: tuple[Boundary, ...]) -> None:
    """Draw administrative borders; a border of two levels is drawn as the higher one."""
    higher: BaseGeometry = shapely.MultiLineString()
    lines: list[tuple[LegendEntry, BaseGeometry]] = []
    for level in ("district", "town", "village"):
        shapes = np.array([boundary.geometry for boundary in boundaries if boundary.level == level], dtype=object)
        if not len(shapes):
            continue
        title_zh, title_en, symbol = _LEVELS[level]
        edges: BaseGeometry = shapely.union_all(np.asarray(shapely.boundary(shapes)))
        # Borders of two levels seldom share every vertex: what runs within a line width of a higher one is the same.
        shown = shapely.difference(edges, shapely.buffer(higher, 0.4 * canvas.view.metres_per_mm))
        lines.append((LegendEntry(f"boundary-{level}", title_zh, title_en, symbol, "line", "context"), shown))
        higher = shapely.union(higher, edges)
    for entry, shown in reversed(lines):
        merged = shapely.line_merge(shown) if isinstance(shown, shapely.MultiLineString) else shown
        _draw(canvas, entry, np.array([merged], dtype=object))


def _draw(canvas: Canvas, entry: LegendEntry, geometries: GeometryArray) -> None:
    if (shapely.get_dimensions(geometries) < 2).all():
        entry = replace(entry, symbol=replace(entry.symbol, fill="", hatch=None))
    kind = "area" if entry.symbol.fill or entry.symbol.hatch else "line"
    shapes = canvas.seen(geometries[~shapely.is_missing(geometries)])
    canvas.paint(replace(entry, kind=kind), svg.areas_path(shapes), lines=svg.lines_path(shapes))


def draw_grid(canvas: Canvas, least_mm: float) -> int:
    """Draw the kilometre grid at least ``least_mm`` apart and return its distance in metres."""
    view = canvas.view
    step = grid_step_m(view, least_mm)
    west, south, east, north = view.bounds_m
    lines = [
        f"M{number((value - west) / view.metres_per_mm)},0V{number(view.height_mm)}"
        for value in grid_values(west, east, step)
    ]
    lines += [
        f"M0,{number((north - value) / view.metres_per_mm)}H{number(view.width_mm)}"
        for value in grid_values(south, north, step)
    ]
    canvas.parts.append(
        f'<path id="grid" d="{"".join(lines)}" fill="none" stroke="{_GRID_COLOUR}" stroke-width="0.09"/>'
    )
    return step


def grid_labels(view: View, step: int, border: float) -> str:
    """Eastings and northings in kilometres between neat line and border; those at the corners are left out."""
    west, south, east, north = view.bounds_m
    size, colour = border * _GRID_LABEL, f'fill="{_GRID_LABEL_COLOUR}"'
    near, far = border * 0.24, border * 0.6
    texts = []
    for value in grid_values(west, east, step):
        x, text = (value - west) / view.metres_per_mm, kilometres(value, step)
        if 7 < x < view.width_mm - 7:
            texts += [svg.words(text, x, y, size, colour) for y in (-near, view.height_mm + far)]
    for value in grid_values(south, north, step):
        y, text = (north - value) / view.metres_per_mm, kilometres(value, step)
        if 9 < y < view.height_mm - 9:
            for x in (-near, view.width_mm + far):
                texts.append(svg.words(text, x, y, size, f'{colour} transform="rotate(-90 {number(x)} {number(y)})"'))
    return f'<g id="grid-labels">{"".join(texts)}</g>'


def place_names(
    canvas: Canvas, boundaries: tuple[Boundary, ...], numbers: list[Label], parcels_mm: GeometryArray
) -> list[Label]:
    """Place town names clear of every number and of each other, where they cover fewest parcels.

    A town that shows too little free ground for its name goes without.
    """
    frame = shapely.box(0, 0, canvas.view.width_mm, canvas.view.height_mm)
    taken = [shapely.box(n.x_mm, n.y_mm, n.x_mm + n.width_mm, n.y_mm + n.height_mm) for n in numbers]
    parcels, placed = shapely.STRtree(parcels_mm), []
    for boundary in boundaries:
        if boundary.level != "town":
            continue
        seen = shapely.intersection(canvas.on_paper(np.array([boundary.geometry], dtype=object))[0], frame)
        width = svg.width_of(boundary.name_zh, _NAME_MM)
        spot = _spot(seen, width, _NAME_MM, shapely.STRtree(taken), parcels)
        if spot is not None:
            label = Label(boundary.name_zh, spot[0] - width / 2, spot[1] - _NAME_MM / 2, width, _NAME_MM)
            taken.append(shapely.box(label.x_mm, label.y_mm, label.x_mm + width, label.y_mm + _NAME_MM))
            placed.append(label)
    return placed


def names(placed: list[Label]) -> str:
    """Set town names, with a halo that keeps them legible on any ground."""
    halo = 'stroke="#ffffff" stroke-width="0.7" stroke-opacity="0.85" paint-order="stroke"'
    style = f'fill="{_NAME_COLOUR}" font-weight="bold" {halo}'
    texts = [
        svg.words(
            label.text, label.x_mm + label.width_mm / 2, label.y_mm + _NAME_MM / 2 + _NAME_MM * 0.38, _NAME_MM, style
        )
        for label in placed
    ]
    return f'<g id="names">{"".join(texts)}</g>'


def _spot(
    area: BaseGeometry, width: float, height: float, taken: shapely.STRtree, parcels: shapely.STRtree
) -> tuple[float, float] | None:
    """Return the middle of the best free box for a name inside an area, or None where there is none."""
    if area.is_empty:
        return None
    left, top, right, bottom = shapely.bounds(area)
    across, down = np.meshgrid(np.linspace(left, right, 37)[1:-1], np.linspace(top, bottom, 37)[1:-1])
    x, y = across.ravel(), down.ravel()
    boxes = shapely.box(x - width / 2 - 1, y - height / 2 - 1, x + width / 2 + 1, y + height / 2 + 1)
    shapely.prepare(area)
    fits = shapely.contains_properly(area, boxes)
    fits[taken.query(boxes, predicate="intersects")[0]] = False
    fitting = np.flatnonzero(fits)
    if not len(fitting):
        return None
    covered = np.bincount(parcels.query(boxes[fitting], predicate="intersects")[0], minlength=len(fitting))
    middle = shapely.get_coordinates(shapely.centroid(area))[0]
    best = fitting[np.lexsort([np.hypot(x[fitting] - middle[0], y[fitting] - middle[1]), covered])[0]]
    return float(x[best]), float(y[best])
