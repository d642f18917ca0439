"""Frames on the map of surroundings: which ground the map of each conflict shows, and its number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landgis.maps import svg
from landgis.maps.sheet.view import Bounds, View
from landgis.maps.svg import number

_LEAST_MM = 1.6
_MOST = 0.5


def frames_of(view: View, conflicts: Sequence[tuple[int, Bounds]]) -> str:
    """Draw the frames of conflict maps on a map of surroundings, each with its number on a free place beside it.

    A frame that takes up much of the map would say nothing: its number alone stands near the middle of it.
    """
    drawn: list[str] = []
    taken: list[tuple[float, float]] = []
    for each, (west, south, east, north) in conflicts:
        (left, bottom), (right, top) = view.to_mm(np.array([[west, south], [east, north]])).tolist()
        x, y, wide, high = left, top, right - left, bottom - top
        if wide < _LEAST_MM or wide > _MOST * view.width_mm:
            side = _LEAST_MM if wide < _LEAST_MM else 0.0
            x, y, wide, high = x + (wide - side) / 2, y + (high - side) / 2, side, side
        place = f'x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="{number(high)}"'
        drawn.append(f'<rect {place} fill="none" stroke="#000000" stroke-width="0.25"/>' if wide else "")
        spot = _free(view, taken, (x, y, wide, high))
        taken.append(spot)
        drawn.append(_numbered(each, spot))
    return "".join(drawn)


def _free(
    view: View, taken: list[tuple[float, float]], frame: tuple[float, float, float, float]
) -> tuple[float, float]:
    """Take the first place around a frame that is inside the map and beside every number placed before."""
    x, y, wide, high = frame
    for far in np.arange(2.4, 30.0, 1.2):
        for across, down in ((1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1), (0, 1), (1, 0), (-1, 0)):
            spot = (
                float(np.clip(x + wide / 2 + across * (min(wide, 16) / 2 + far), 2.4, view.width_mm - 2.4)),
                float(np.clip(y + high / 2 + down * (min(high, 12) / 2 + far), 2.4, view.height_mm - 9.0)),
            )
            if all(abs(spot[0] - other[0]) > 4.2 or abs(spot[1] - other[1]) > 4.2 for other in taken):
                return spot
    return (2.4, 2.4)


def _numbered(each: int, spot: tuple[float, float]) -> str:
    x, y = spot
    disc = f'<circle cx="{number(x)}" cy="{number(y)}" r="1.9" fill="#ffffff" stroke="#000000" stroke-width="0.25"/>'
    return disc + svg.words(str(each), x, y + 1.0, 2.7, 'font-weight="bold" fill="#000000"')
