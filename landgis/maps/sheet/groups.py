"""Parcels that lie too close for one symbol each: found, outlined, and labelled by their line numbers together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

_LONGEST = 15
"""A list of line numbers longer than this is given as a span and a count."""


@dataclass(frozen=True)
class Group:
    """Parcels drawn inside one outline.

    Attributes
    ----------
    members
        Positions of the parcels in the plan's lines.
    outline_mm
        Rounded hull on paper.
    text
        Line numbers, as the label prints them.
    """

    members: tuple[int, ...]
    outline_mm: BaseGeometry
    text: str


def crowded(
    points_mm: npt.NDArray[np.float64], positions: list[int], line_numbers: list[int], reach_mm: float, at_least: int
) -> list[Group]:
    """Find groups of points that a chain of steps up to ``reach_mm`` connects.

    Parameters
    ----------
    points_mm
        (n, 2) points on paper.
    positions, line_numbers
        Position in the plan's lines and line number of each point.
    reach_mm
        Symbols closer than this overlap.
    at_least
        Smaller groups are left alone: their numbers still find a place.
    """
    if not len(points_mm):
        return []
    points = np.asarray(shapely.points(points_mm))
    blobs = shapely.get_parts(shapely.union_all(np.asarray(shapely.buffer(points, reach_mm / 2))))
    held_by = shapely.STRtree(blobs).query(points, predicate="within")
    groups = []
    for blob in range(len(blobs)):
        inside = held_by[0][held_by[1] == blob].tolist()
        if len(inside) >= at_least:
            text = spans([line_numbers[point] for point in inside])
            groups.append(Group(tuple(positions[point] for point in inside), shapely.convex_hull(blobs[blob]), text))
    return groups


def spans(numbers: list[int]) -> str:
    """Line numbers in short: runs as ``3–9``; where that is still long, the whole span and how many of it.

    >>> spans([1, 2, 3, 7, 9, 8])
    '1–3, 7–9'
    """
    ordered = np.unique(numbers)
    runs = np.split(ordered, np.flatnonzero(np.diff(ordered) > 1) + 1)
    text = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
    return text if len(text) <= _LONGEST else f"{ordered[0]}–{ordered[-1]} 中 {len(ordered)} 宗"
