"""Which piece of ground a map of a card shows, and at which scale: the conflict must be seen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, dropwhile, takewhile

from landgis.maps.sheet.view import Bounds, View

CONFLICT_MM = (62.0, 46.0)
CONTEXT_MM = (84.0, 62.0)
_LARGEST_CONTEXT = 2_000
_FILLED = 0.7
"""A conflict that is shown whole fills at most this part of the frame."""
_SEEN_MM = 1.5
"""So deep on paper a conflict is seen without looking for it."""
_ENLARGED_MM = 4.0
"""So deep its deepest place is drawn where the whole of it would not be seen."""


def conflict_view(bounds: Bounds, place: tuple[float, float], depth_m: float) -> tuple[View, bool]:
    """Choose the view of a conflict: the whole of it where that is seen, else its deepest place, enlarged.

    Parameters
    ----------
    bounds
        West, south, east, north of the piece to show, metres.
    place, depth_m
        Its deepest place, and how deep it is there.

    Returns
    -------
    tuple
        The view, true to one of the usual scales down to 1:1; and whether the whole piece is in it.
    """
    scale = _largest(1, bounds, CONFLICT_MM, _FILLED)
    if depth_m * 1000 / scale >= _SEEN_MM:
        return _centred(scale, _middle(bounds), CONFLICT_MM), True
    enlarged = takewhile(lambda each: depth_m * 1000 / each >= _ENLARGED_MM, _scales(1))
    return _centred(max(enlarged, default=1), place, CONFLICT_MM), False


def context_view(bounds: Bounds) -> View:
    """Choose the view of a parcel in its surroundings: 1:2000, or the next scale at which it fits."""
    return _centred(_largest(_LARGEST_CONTEXT, bounds, CONTEXT_MM, 0.85), _middle(bounds), CONTEXT_MM)


def _largest(first: int, bounds: Bounds, size_mm: tuple[float, float], filled: float) -> int:
    """Take the largest scale, from one on, at which bounds fit a part of the frame."""
    wide, high = bounds[2] - bounds[0], bounds[3] - bounds[1]
    needed = max(wide / size_mm[0], high / size_mm[1]) * 1000 / filled
    return next(scale for scale in _scales(first) if scale >= needed)


def _scales(first: int) -> Iterator[int]:
    """Count 1, 2, 5, 10, 20, 50 … from one of them on."""
    every = (step * 10**power for power in count() for step in (1, 2, 5))
    return dropwhile(lambda scale: scale < first, every)


def _centred(scale: int, middle: tuple[float, float], size_mm: tuple[float, float]) -> View:
    west, south = (at - size * scale / 2000 for at, size in zip(middle, size_mm, strict=True))
    return View(scale, west, south, *size_mm)


def _middle(bounds: Bounds) -> tuple[float, float]:
    return (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
