"""The lines that order the ground: meandering south–north lines, tilted west–east levels, and the main river."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from shapely import LineString

from landgis.sample.places import Place

LAST_COLUMN_M = 330
"""Width of the last column of blocks, where all ground is square to the grid."""

Curve = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]


def stations(length: int, count: int, rng: np.random.Generator, last: int | None) -> npt.NDArray[np.float64]:
    """Return count + 1 positions from 0 to length, unevenly spaced; the last gap may be given."""
    free, gaps = (length, count) if last is None else (length - last, count - 1)
    share = rng.uniform(0.84, 1.16, gaps)
    inner = np.concatenate([[0.0], np.cumsum(share / share.sum() * free)])
    inner[-1] = free  # the sum of shares misses the edge by a rounding error
    return inner if last is None else np.append(inner, float(length))


def upright_line(place: Place, at: float, rng: np.random.Generator) -> LineString:
    """Draw a south–north line; the extent's own edges and the last line stay straight."""
    edge = at <= 0 or at >= place.size[0] - LAST_COLUMN_M - 1
    t = np.arange(-60.0, place.size[1] + 61, 60.0)
    wave = _wave(rng, 0.0 if edge else place.sway_m)
    return LineString(np.column_stack([place.corner[0] + at + wave(t), place.corner[1] + t]))


def level_line(place: Place, at: float, rng: np.random.Generator) -> LineString:
    """Draw a west–east line; it levels out towards the last column, where ground is square to the grid."""
    edge = at <= 0 or at >= place.size[1]
    t = np.arange(-60.0, place.size[0] + 61, 60.0)
    wave = _wave(rng, 0.0 if edge else place.tilt_m)(t) + _wave(rng, 0.0 if edge else place.sway_m * 0.3)(t)
    calm = np.clip((place.size[0] - LAST_COLUMN_M - t) / 500, 0, 1)
    return LineString(np.column_stack([place.corner[0] + t, place.corner[1] + at + wave * calm]))


def _wave(rng: np.random.Generator, sway_m: float) -> Curve:
    length, phase = rng.uniform(1300, 2300), rng.uniform(0, 2 * np.pi)
    second = rng.uniform(0, 2 * np.pi)

    def offset(t: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        slow, quick = np.sin(2 * np.pi * t / length + phase), np.sin(2 * np.pi * t / (length * 0.37) + second)
        return np.asarray(sway_m * (slow + 0.22 * quick))

    return offset


def river_line(place: Place, rng: np.random.Generator) -> LineString:
    """Draw the middle of the main river."""
    along, across = place.size if place.river_across else place.size[::-1]
    t = np.arange(-80.0, along + 81, 50.0)
    bend = 115.0 if place.river_across else 34.0
    offset = place.river_at * across + 0.09 * across * (t / along - 0.5) * place.river_across
    offset = offset + bend * np.sin(2 * np.pi * t / 1750 + rng.uniform(-0.5, 0.5)) + 12 * np.sin(2 * np.pi * t / 610)
    x, y = (t, offset) if place.river_across else (offset, t)
    return LineString(np.column_stack([place.corner[0] + x, place.corner[1] + y]))
