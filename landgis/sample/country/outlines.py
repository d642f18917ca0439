"""Large outlines with the detail of a traced image: river corridors, wetlands and town edges of 10⁴ to 10⁵ vertices."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import Polygon

from landgis.sample.country.arrays import Floats

_HOLES = 6
_HOLE_POINTS = 160
_FINEST = 24
"""Points that the finest detail spans: the outline winds, and never turns on the spot."""


def corridor(middle: Floats, vertices: int, rng: np.random.Generator) -> Polygon:
    """Return a river corridor with six holes: two banks over a winding line, so that it never meets itself.

    Parameters
    ----------
    middle
        Where its middle lies, m.
    vertices
        How many vertices outline and holes have together.
    """
    half = (vertices - _HOLES * (_HOLE_POINTS + 1) - 1) // 2
    length, width = rng.uniform(1500, 2050), rng.uniform(90, 150)
    share = np.linspace(0, 1, half)
    x = share * length
    line = 70 * np.sin(x / rng.uniform(240, 340) + rng.uniform(0, 6)) + 30 * np.sin(x / 97 + rng.uniform(0, 6))
    body = width * (0.35 + 0.65 * np.sqrt(np.sin(np.pi * (0.02 + 0.96 * share))))
    banks = [line + side * (body / 2 + 0.1 * width * _winding(half, rng)) for side in (-1, 1)]
    outline = np.concatenate([np.stack([x, banks[0]], axis=1), np.stack([x, banks[1]], axis=1)[::-1]])
    spots = (0.12 + 0.15 * np.arange(_HOLES)) * length
    centres = np.stack([spots, np.interp(spots, x, line)], axis=1)
    holes = [centre + _star(_HOLE_POINTS, 0.2 * width, rng) for centre in centres]
    angle = rng.uniform(-0.55, 0.55) + (np.pi if rng.random() < 0.5 else 0)
    return _placed([outline, *holes], np.array([length / 2, 0.0]), angle, middle)


def wetland(middle: Floats, vertices: int, rng: np.random.Generator) -> Polygon:
    """Return a wetland with six holes around its middle: an outline that every ray from the middle meets once."""
    radius = rng.uniform(330, 470)
    outline = _star(vertices - _HOLES * (_HOLE_POINTS + 1) - 1, radius, rng)
    turns = np.arange(_HOLES) * np.pi / 3 + rng.uniform(0, 1)
    centres = 0.42 * radius * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    holes = [centre + _star(_HOLE_POINTS, rng.uniform(0.06, 0.12) * radius, rng) for centre in centres]
    return _placed([outline, *holes], np.zeros(2), 0.0, middle)


def town_edge(middle: Floats, vertices: int, rng: np.random.Generator) -> Polygon:
    """Return the edge of a built-up area around its middle."""
    return _placed([_star(vertices - 1, rng.uniform(380, 460), rng)], np.zeros(2), 0.0, middle)


def _star(points: int, radius: float, rng: np.random.Generator) -> Floats:
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    reach = radius * (1 + 0.16 * _winding(points, rng))
    return np.stack([reach * np.cos(turn), reach * np.sin(turn)], axis=1)


def _winding(points: int, rng: np.random.Generator) -> Floats:
    """Return a closed random curve between −1 and 1 whose detail is like a coast's: the finer, the smaller."""
    waves = np.arange(points // 2 + 1, dtype=np.float64)
    power = np.zeros(len(waves))
    power[2 : max(6, points // _FINEST)] = waves[2 : max(6, points // _FINEST)] ** -1.35
    curve = np.fft.irfft(power * np.exp(2j * np.pi * rng.random(len(waves))), points)
    return np.asarray(curve / np.abs(curve).max(), dtype=np.float64)


def _placed(rings: list[Floats], centre: Floats, angle: float, middle: Floats) -> Polygon:
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    outline, *holes = (np.round((ring - centre) @ turn + middle, 4) for ring in rings)
    return shapely.Polygon(outline, holes)
