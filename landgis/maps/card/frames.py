"""Frames on the map of surroundings: which ground the map of each conflict shows, and its number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landgis.maps import svg
from landgis.maps.sheet.view import Bounds, View
from landgis.maps.svg import number

_LEAST_MM = 1.6
_MOST = 0.5
_APART_MM = 4.3
_IN_A_ROW = 9
Spot = tuple[float, float]
Frame = tuple[float, float, float, float]
"""Left, top, width and height on the map, mm."""


def frames_of(view: View, conflicts: Sequence[tuple[int, Bounds]]) -> str:
    """Draw the frames of conflict maps on a map of surroundings, each with its number on a free place beside it.

    A frame that takes up much of the map would say nothing: its number alone stands near the middle of it. Numbers of
    frames around one place stand in a row, in their order.
    """
    drawn: list[str] = []
    taken: list[Spot] = []
    for frame, numbers in _gathered([(each, _frame(view, bounds)) for each, bounds in conflicts]):
        first = _free(view, taken, frame, len(numbers))
        row = [(first[0] + place * _APART_MM, first[1]) for place in range(len(numbers))]
        taken += row
        drawn += [_numbered(each, spot) for each, spot in zip(numbers, row, strict=True)]
    frames = dict.fromkeys(_outline(_frame(view, bounds)) for _, bounds in conflicts)
    return "".join([*frames, *drawn])


def _frame(view: View, bounds: Bounds) -> Frame:
    """Place a frame on the map: at least so large that it is seen; of no size where it would take up much of the map."""
    west, south, east, north = bounds
    (left, bottom), (right, top) = view.to_mm(np.array([[west, south], [east, north]])).tolist()
    x, y, wide, high = left, top, right - left, bottom - top
    if _LEAST_MM <= wide <= _MOST * view.width_mm:
        return x, y, wide, high
    side = _LEAST_MM if wide < _LEAST_MM else 0.0
    return x + (wide - side) / 2, y + (high - side) / 2, side, side


def _gathered(frames: Sequence[tuple[int, Frame]]) -> list[tuple[Frame, list[int]]]:
    """Gather the numbers of frames of one size around one place, under the first of them."""
    groups: list[tuple[Frame, list[int]]] = []
    for each, frame in frames:
        near = (numbers for other, numbers in groups if np.allclose(other, frame, rtol=0.0, atol=_APART_MM / 2))
        found = next((numbers for numbers in near if len(numbers) < _IN_A_ROW), None)
        if found is None:
            groups.append((frame, [each]))
        else:
            found.append(each)
    return groups


def _outline(frame: Frame) -> str:
    x, y, wide, high = frame
    place = f'x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="{number(high)}"'
    return f'<rect {place} fill="none" stroke="#000000" stroke-width="0.25"/>' if wide else ""


def _free(view: View, taken: list[Spot], frame: Frame, count: int) -> Spot:
    """Take the first place around a frame where a row of numbers is inside the map and beside those placed before."""
    x, y, wide, high = frame
    last = view.width_mm - 2.4 - (count - 1) * _APART_MM
    for far in np.arange(2.4, 30.0, 1.2):
        for across, down in ((1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1), (0, 1), (1, 0), (-1, 0)):
            spot = (
                float(np.clip(_left(x + wide / 2, across * (min(wide, 16) / 2 + far), count), 2.4, last)),
                float(np.clip(y + high / 2 + down * (min(high, 12) / 2 + far), 2.4, view.height_mm - 9.0)),
            )
            row = [(spot[0] + place * _APART_MM, spot[1]) for place in range(count)]
            if all(_apart(one, other) for one in row for other in taken):
                return spot
    return (2.4, 2.4)


def _left(middle: float, across: float, count: int) -> float:
    """Where the first number of a row stands: the row ends beside the frame, begins there, or lies across its middle."""
    if across < 0:
        return middle + across - (count - 1) * _APART_MM
    return middle + across if across > 0 else middle - (count - 1) * _APART_MM / 2


def _apart(one: Spot, other: Spot) -> bool:
    return abs(one[0] - other[0]) > _APART_MM - 0.1 or abs(one[1] - other[1]) > _APART_MM - 0.1


def _numbered(each: int, spot: tuple[float, float]) -> str:
    x, y = spot
    disc = f'<circle cx="{number(x)}" cy="{number(y)}" r="1.9" fill="#ffffff" stroke="#000000" stroke-width="0.25"/>'
    return disc + svg.words(str(each), x, y + 1.0, 2.7, 'font-weight="bold" fill="#000000"')
