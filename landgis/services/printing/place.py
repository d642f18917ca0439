"""Which piece of ground is printed, and on what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Frame of a print.

    Attributes
    ----------
    scale
        Denominator.
    paper, turn
        ``a4`` … and ``landscape`` or ``portrait``.
    east, north
        Middle of the map, EPSG:4549, metres.
    """

    scale: int
    paper: str
    turn: str
    east: float
    north: float
