"""The key map of an atlas: the district, the plan's parcels as dots, and which page shows which ground."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.maps import svg
from landgis.maps.layout import Layout
from landgis.maps.sheet import labels, parcels, surroundings
from landgis.maps.sheet.body import Body, view_of
from landgis.maps.sheet.canvas import Canvas, LegendEntry
from landgis.maps.sheet.framing import bare, framed, numbered
from landgis.maps.sheet.occupied import Boxes
from landgis.maps.sheet.request import PlanSheet
from landgis.maps.sheet.view import View
from landgis.maps.style import INK, Symbol

_DOT_MM = 0.55
_PARCEL = LegendEntry("plan-parcel", "计划地块", "Parcel of the plan", Symbol("#8a5a2b", 1.0, INK, 0.1), "area", "use")
_FRAME = LegendEntry(
    "sheet-frame",
    "分镇图图幅（注记为页码）",
    "Sheet of a town: number of its page",
    Symbol("", 1.0, "#c00000", 0.45),
    "area",
    "use",
)


def draw(request: PlanSheet, layout: Layout, sheets: Sequence[tuple[str, View]]) -> Body:
    """Draw the key map.

    Parameters
    ----------
    sheets
        Page and view of every town's sheet.
    """
    grounds = [shapely.box(*view.bounds_m) for _, view in sheets]
    district = [boundary.geometry for boundary in request.boundaries]
    seen = [*np.asarray(request.lines.geometry), *district]
    shown = [*seen, *_held(seen, layout, grounds)]
    canvas = Canvas(view_of(shown, layout, ()))
    step = surroundings.draw_grid(canvas, layout.map.grid_mm)
    surroundings.draw_borders(canvas, request.boundaries)
    shapes = canvas.on_paper(np.asarray(request.lines.geometry))
    middles = np.asarray(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    size = 1.5 * layout.map.label_pt * svg.PT_MM
    edges = canvas.on_paper(np.array(grounds, dtype=object))
    placed = _labels(canvas, [page for page, _ in sheets], np.asarray(shapely.bounds(edges)).reshape(-1, 4), size)
    names = surroundings.place_names(canvas, request.boundaries, placed, shapes)
    canvas.parts.append(surroundings.names(names))
    canvas.paint(_PARCEL, svg.areas_path(shapes) + parcels.discs(middles, _DOT_MM))
    canvas.paint(_FRAME, svg.areas_path(edges))
    canvas.parts.append(numbered(placed, size))
    drawing = framed(canvas, layout.map, layout.items.map, step)
    return Body(
        drawing, bare(canvas), canvas.view, (), tuple(canvas.drawn), tuple(placed), tuple(names), (), (), (), step
    )


def _held(seen: Sequence[BaseGeometry], layout: Layout, grounds: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Cut the ground of sheets to what the key map can hold at its smallest scale: a far-flung town's frame is as large."""
    west, south, east, north = shapely.total_bounds(np.array(seen, dtype=object))
    box, margin = layout.items.map, 2 * (layout.map.border_mm + layout.map.padding_mm)
    across, down = ((side - margin) * layout.scales[-1] / 2000 - 1 for side in (box.width_mm, box.height_mm))
    x, y = (west + east) / 2, (south + north) / 2
    most = shapely.box(x - across, y - down, x + across, y + down)
    return [held for held in (shapely.intersection(ground, most) for ground in grounds) if not held.is_empty]


def _labels(canvas: Canvas, pages: list[str], frames: Boxes, size: float) -> list[labels.Label]:
    """Put page numbers into the upper left corner of their frames, or as near to it as there is room."""
    texts = [f"第 {page} 页" for page in pages]
    sizes = parcels.label_sizes(texts, size)
    corners = np.maximum(frames[:, :2], 0) + sizes / 2 + 1.0
    anchors = np.hstack([corners, corners])
    rooms = np.column_stack([corners, np.full(len(corners), 1e3)])
    placed = labels.place(texts, sizes, anchors, rooms, (canvas.view.width_mm, canvas.view.height_mm))
    return [label for label in placed if label is not None]
