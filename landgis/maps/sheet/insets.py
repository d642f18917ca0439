"""Insets: parcels too small for their sheet, gathered into boxes and drawn at a scale at which their shape is seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from landgis.maps.layout import Box, Insets, Layout
from landgis.maps.sheet.body import Body, Mask, Subject, draw
from landgis.maps.sheet.groups import spans
from landgis.maps.sheet.page import Frame
from landgis.maps.sheet.view import Bounds, View, choose_view


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
    """

    number: int
    town_zh: str
    named: Mask
    body: Body


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


def drawn(subject: Subject, wanted: Mask, layout: Layout, town_zh: str, first: int) -> Iterator[Inset]:
    """Draw the insets of one town's small parcels, numbered from ``first``.

    Every parcel of the plan that lies wholly inside an inset is numbered in it, whatever its size.
    """
    grid = _grid_of(layout)
    lines = subject.request.lines
    every = shapely.bounds(np.asarray(lines.geometry))
    box = boxes(layout)[0][1]
    border, padding = 2 * layout.map.border_mm, layout.map.padding_mm
    size = (box.width_mm - border, box.height_mm - border)
    window = ((size[0] - 2 * padding) * grid.gather_at / 1000, (size[1] - 2 * padding) * grid.gather_at / 1000)
    rows = np.flatnonzero(wanted)
    # Borders of towns would be mere lines at such scales; the head of the inset says the town.
    request = replace(subject.request, boundaries=())
    for position, members in enumerate(gathered(every[rows], window)):
        view = _view(every[rows[members]], size, padding, grid.scales)
        named = _inside(every, view)
        body = draw(Subject(request, view, named, subject.symbols), layout.map, box)
        yield Inset(first + position, town_zh, named, body)


def pages(insets: Sequence[Inset], layout: Layout) -> list[list[Inset]]:
    """Deal insets to pages."""
    grid = _grid_of(layout)
    each = grid.columns * grid.rows
    return [list(insets[start : start + each]) for start in range(0, len(insets), each)]


def frames(insets: Sequence[Inset], layout: Layout, line_numbers: npt.NDArray[np.int64]) -> list[Frame]:
    """Give the insets of one page their boxes, row by row."""
    return [
        Frame(
            inset.body,
            box,
            header,
            f"附图 {inset.number}",
            f"{inset.town_zh} · 序号 {spans(line_numbers[inset.named].tolist())}",
        )
        for inset, (header, box) in zip(insets, boxes(layout), strict=False)
    ]


def boxes(layout: Layout) -> list[tuple[Box, Box]]:
    """Head and map box of every inset on a page, row by row."""
    grid, area = _grid_of(layout), layout.items.map
    width = (area.width_mm - (grid.columns - 1) * grid.gap_mm) / grid.columns
    height = (area.height_mm - (grid.rows - 1) * grid.gap_mm) / grid.rows
    places = []
    for row in range(grid.rows):
        for column in range(grid.columns):
            x = area.x_mm + column * (width + grid.gap_mm)
            y = area.y_mm + row * (height + grid.gap_mm)
            head = Box(x_mm=x, y_mm=y, width_mm=width, height_mm=grid.header_mm)
            high = height - grid.header_mm
            places.append((head, Box(x_mm=x, y_mm=y + grid.header_mm, width_mm=width, height_mm=high)))
    return places


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
