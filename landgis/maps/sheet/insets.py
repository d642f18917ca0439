"""Insets: parcels too small for their sheet, gathered into boxes and drawn at a scale at which their shape is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from landgis.maps.layout import Box, Grid, Insets, Layout
from landgis.maps.sheet.body import Body, Mask, Subject, draw
from landgis.maps.sheet.groups import spans
from landgis.maps.sheet.page import Frame
from landgis.maps.sheet.view import Bounds, View, choose_view


@dataclass(frozen=True)
class Window:
    """Ground of one inset, before it has its place: whose parcels, drawn how, and which of them it is for."""

    town_zh: str
    subject: Subject
    rows: npt.NDArray[np.intp]


@dataclass(frozen=True)
class Inset:
    """One drawn inset.

    Attributes
    ----------
    number
        附图 number in the atlas, from 1.
    town_zh
        Town of its parcels.
    named
        Which lines of the plan are numbered in it.
    body
        Its map.
    header, box
        Where its head and its map stand.
    """

    number: int
    town_zh: str
    named: Mask
    body: Body
    header: Box
    box: Box


def too_small(body: Body, subject: Subject, layout: Layout) -> Mask:
    """Tell which lines of a drawn sheet need an inset: shorter on paper than the layout asks, or without a number."""
    lines = subject.request.lines
    bounds = shapely.bounds(np.asarray(lines.geometry))
    longest_mm = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) / body.view.metres_per_mm
    unnumbered = lines["parcel_id"].isin(body.unplaced).to_numpy()
    return np.asarray(subject.named & ((longest_mm < layout.map.inset_below_mm) | unnumbered))


def gathered(bounds: npt.NDArray[np.float64], size_m: tuple[float, float]) -> list[list[int]]:
    """Put boxes together that fit a window, each to the nearest; a box larger than the window stays alone.

    Parameters
    ----------
    bounds
        (n, 4) west, south, east, north.
    size_m
        Width and height of the window.

    Returns
    -------
    list
        Positions of the boxes in each window; every box in exactly one.
    """
    left = list(range(len(bounds)))
    windows = []
    while left:
        first = left.pop(0)
        members, held = [first], bounds[first].copy()
        middle = (bounds[first, :2] + bounds[first, 2:]) / 2
        away = [float(np.abs((bounds[each, :2] + bounds[each, 2:]) / 2 - middle).max()) for each in left]
        for each in [left[row] for row in np.argsort(away, kind="stable")]:
            wider = np.concatenate([np.minimum(held[:2], bounds[each, :2]), np.maximum(held[2:], bounds[each, 2:])])
            if (wider[2:] - wider[:2] <= size_m).all():
                members.append(each)
                left.remove(each)
                held = wider
        windows.append(sorted(members))
    return windows


def windows(subject: Subject, wanted: Mask, layout: Layout, town_zh: str) -> list[Window]:
    """Part the small parcels of one town among insets."""
    grid = _grid_of(layout)
    width, height = _room(grid.boxes(layout.items.map)[0][1], layout)
    rows = np.flatnonzero(wanted)
    bounds = shapely.bounds(np.asarray(subject.request.lines.geometry[wanted])).reshape(-1, 4)
    # Borders of towns would be mere lines at such scales; the head of the inset says the town.
    bare = replace(subject, bordered=False)
    window = (width * grid.gather_at / 1000, height * grid.gather_at / 1000)
    return [Window(town_zh, bare, rows[members]) for members in gathered(bounds, window)]


def pages(wanted: Sequence[Window], layout: Layout) -> tuple[tuple[Inset, ...], ...]:
    """Draw insets, dealt evenly to pages, and as large as the page allows: the fewer, the larger."""
    most = _grid_of(layout).columns * _grid_of(layout).rows
    count = -(-len(wanted) // most)
    shares = [len(wanted[start::count]) for start in range(count)]
    made, first = [], 0
    for share in shares:
        places = _fitting(_grid_of(layout), share).boxes(layout.items.map)
        each = zip(wanted[first : first + share], places, strict=False)
        made.append(tuple(_drawn(window, first + row, *place, layout) for row, (window, place) in enumerate(each, 1)))
        first += share
    return tuple(made)


def _fitting(grid: Insets, count: int) -> Grid:
    """Return the least rows and columns with room for so many: rows first, since maps are wider than high."""
    sizes = [
        (columns * rows, columns, rows) for columns in range(1, grid.columns + 1) for rows in range(1, grid.rows + 1)
    ]
    least = min(size for size in sizes if size[0] >= count and size[1] <= size[2])
    return grid.model_copy(update={"columns": least[1], "rows": least[2]})


def _drawn(window: Window, number: int, header: Box, box: Box, layout: Layout) -> Inset:
    """Draw one inset. Every parcel of the plan that lies wholly inside it is numbered in it, whatever its size."""
    border = 2 * layout.map.border_mm
    every = shapely.bounds(np.asarray(window.subject.request.lines.geometry))
    size = (box.width_mm - border, box.height_mm - border)
    view = _view(every[window.rows], size, layout.map.padding_mm, _grid_of(layout).scales)
    named = _inside(every, view)
    body = draw(replace(window.subject, view=view, named=named), layout.map, box)
    return Inset(number, window.town_zh, named, body, header, box)


def frames(insets: Sequence[Inset], line_numbers: npt.NDArray[np.int64]) -> list[Frame]:
    """Give the insets of one page their frames and the words of their heads."""
    return [
        Frame(
            inset.body,
            inset.box,
            inset.header,
            f"附图 {inset.number}",
            f"{inset.town_zh} · 序号 {spans(line_numbers[inset.named].tolist())}",
        )
        for inset in insets
    ]


def _room(box: Box, layout: Layout) -> tuple[float, float]:
    """Width and height that parcels have in a box."""
    around = 2 * (layout.map.border_mm + layout.map.padding_mm)
    return box.width_mm - around, box.height_mm - around


def _grid_of(layout: Layout) -> Insets:
    if layout.insets is None:
        raise ValueError(f"layout {layout.name} has no insets")
    return layout.insets


def _view(bounds: npt.NDArray[np.float64], size: tuple[float, float], padding: float, scales: tuple[int, ...]) -> View:
    west, south = bounds[:, :2].min(axis=0).tolist()
    east, north = bounds[:, 2:].max(axis=0).tolist()
    extent: Bounds = (west, south, east, north)
    return choose_view(extent, None, size, padding, scales)


def _inside(every: npt.NDArray[np.float64], view: View) -> Mask:
    west, south, east, north = view.bounds_m
    return np.asarray((every[:, 0] >= west) & (every[:, 1] >= south) & (every[:, 2] <= east) & (every[:, 3] <= north))
