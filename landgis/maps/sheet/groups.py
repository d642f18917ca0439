"""Parcels that lie too close for one symbol each: found, outlined, and labelled by their line numbers together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

_FAR_MM, _SQUARE_MM, _SAME_MM = 28.0, 20.0, 0.2
_LONGEST = 11
"""A list of line numbers longer than this is given as a count."""


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
    chains = _chains(points_mm, reach_mm)
    groups = []
    for chain in np.flatnonzero(np.bincount(chains, minlength=0) >= at_least):
        for inside in _parted(points_mm, np.flatnonzero(chains == chain)):
            if len(inside) >= at_least:
                text = spans([line_numbers[point] for point in inside])
                outline = shapely.MultiPoint(points_mm[inside]).convex_hull.buffer(reach_mm / 2)
                groups.append(Group(tuple(positions[point] for point in inside), outline, text))
    return groups


def _chains(points_mm: npt.NDArray[np.float64], reach_mm: float) -> npt.NDArray[np.intp]:
    """Number the chain each point belongs to."""
    # Points of one small square are one: thousands upon each other would make millions of pairs.
    corners, square = np.unique(np.floor(points_mm / _SAME_MM), axis=0, return_inverse=True)
    places = np.asarray(shapely.points((corners + 0.5) * _SAME_MM))
    one, other = shapely.STRtree(places).query(places, predicate="dwithin", distance=reach_mm)
    chain = np.arange(len(places))
    while True:
        lower = np.minimum(chain[one], chain[other])
        merged = chain.copy()
        np.minimum.at(merged, chain[one], lower)
        np.minimum.at(merged, chain[other], lower)
        merged = merged[merged]
        if (merged == chain).all():
            return np.asarray(chain[square.ravel()], dtype=np.intp)
        chain = merged


def _parted(points_mm: npt.NDArray[np.float64], inside: npt.NDArray[np.intp]) -> list[list[int]]:
    """Part a chain that runs far by squares of the paper: one outline around it would enclose what is not in it."""
    spread = np.ptp(points_mm[inside], axis=0)
    if (spread <= _FAR_MM).all():
        return [inside.tolist()]
    squares = np.floor(points_mm[inside] / _SQUARE_MM).astype(np.int64)
    return [inside[(squares == square).all(axis=1)].tolist() for square in np.unique(squares, axis=0)]


def spans(numbers: list[int], longest: int = _LONGEST) -> str:
    """Line numbers in short: runs as ``3–9``; where that is longer than ``longest`` characters, how many there are.

    >>> spans([1, 2, 3, 7, 9, 8])
    '1–3, 7–9'
    """
    ordered = np.unique(numbers)
    runs = np.split(ordered, np.flatnonzero(np.diff(ordered) > 1) + 1)
    text = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
    return text if len(text) <= longest else f"{len(ordered)} 宗"
