"""The map itself: SVG in millimetres, drawn from the ground up to the parcels and their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.maps import svg
from landgis.maps.layout import Box, Layout, MapPart
from landgis.maps.sheet import backdrop, parcels, surroundings
from landgis.maps.sheet.canvas import Canvas, LegendEntry
from landgis.maps.sheet.framing import bare, framed, numbered
from landgis.maps.sheet.labels import Label
from landgis.maps.sheet.request import Drawable
from landgis.maps.sheet.view import Bounds, View, choose_view

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Subject:
    """What one map shows.

    Attributes
    ----------
    request
        The plan (checked by ``require_drawable``), or another thing to draw.
    view
        Ground and scale of the neat line.
    named
        Which lines are numbered here; the others are outlined where they reach into the frame.
    look
        How the parcels are drawn.
    numbered
        Whether they get their numbers; the parcels are drawn either way.
    bordered
        Whether borders and their names are drawn.
    """

    request: Drawable
    view: View
    named: Mask
    look: parcels.Look
    numbered: bool = True
    bordered: bool = True


@dataclass(frozen=True)
class Body:
    """A finished map.

    Attributes
    ----------
    svg
        The map with neat line, border and grid labels; user unit millimetre.
    ground_svg
        The map alone, cut at the neat line.
    view
        Ground and scale of the neat line.
    named
        Ids of the parcels that this map numbers, by number, in a group or in a note.
    drawn
        Every symbol used, in drawing order.
    numbers, names
        Placed line numbers (then labels of groups) and town names, millimetres from the neat line's upper left corner.
    small_parcels
        Parcel ids drawn as points, ringed or in a group.
    groups
        Label of each group and the parcel ids in it.
    unplaced
        Parcel ids whose number found no free place.
    grid_m
        Distance of grid lines.
    """

    svg: str
    ground_svg: str
    view: View
    named: tuple[str, ...]
    drawn: tuple[LegendEntry, ...]
    numbers: tuple[Label, ...]
    names: tuple[Label, ...]
    small_parcels: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    unplaced: tuple[str, ...]
    grid_m: int


def draw(subject: Subject, part: MapPart, box: Box) -> Body:
    """Draw one map of a plan into a box.

    Parameters
    ----------
    part
        Border, type size, and the smallest parcel drawn as an area.
    box
        Where border and all stand; the neat line lies ``border_mm`` inside.
    """
    request, canvas = subject.request, Canvas(subject.view)
    boundaries = request.boundaries if subject.bordered else ()
    if request.backdrop is not None:
        canvas.parts.append(backdrop.drawn(request.backdrop, subject.view))
    for layer in request.context:
        surroundings.draw_layer(canvas, layer)
    step = surroundings.draw_grid(canvas, part.grid_mm)
    surroundings.draw_borders(canvas, boundaries)
    shown = parcels.sorted_out(canvas, request.lines, subject.look.classes, subject.named, part)
    size = part.label_pt * svg.PT_MM
    numbers, lost = parcels.place_numbers(canvas, shown, size) if subject.numbered else ([], [])
    # Names lie under the parcels: a name may be interrupted, a parcel may not.
    names = surroundings.place_names(canvas, boundaries, numbers, shown.shapes_mm)
    canvas.parts.append(surroundings.names(names))
    parcels.draw(canvas, shown, subject.look)
    canvas.parts.append(numbered(numbers, size))
    return Body(
        framed(canvas, part, box, step),
        bare(canvas),
        subject.view,
        tuple(shown.ids),
        tuple(canvas.drawn),
        tuple(numbers),
        tuple(names),
        tuple(shown.ids[shown.ringed | shown.grouped]),
        tuple((group.text, tuple(shown.ids[list(group.members)])) for group in shown.groups),
        tuple(shown.ids[lost]),
        step,
    )


def view_of(
    shown: Iterable[BaseGeometry], layout: Layout, wider: Iterable[BaseGeometry], box: Box | None = None
) -> View:
    """Take the largest standard scale at which what must be seen fits the map of a layout.

    Parameters
    ----------
    shown
        What must be seen, CRS of the sheet.
    wider
        What is worth seeing as a whole: the frame is centred on it where it fits at the same scale.
    box
        Where the map stands, if not in the layout's own place.

    Raises
    ------
    InputError
        If it lies too far apart for any scale.
    """
    box, border = box or layout.items.map, 2 * layout.map.border_mm
    extent = _bounds(np.array([*shown], dtype=object))
    whole = _bounds(np.array([shapely.box(*extent), *wider], dtype=object))
    size = (box.width_mm - border, box.height_mm - border)
    return choose_view(extent, whole, size, layout.map.padding_mm, layout.scales)


def _bounds(shapes: npt.NDArray[np.object_]) -> Bounds:
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)
