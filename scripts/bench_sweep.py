"""The area that two polygons share: the sweep from west to east against looking at all pairs of edges."""

from __future__ import annotations

import time
from typing import Any

import numba as nb
import numpy as np
import shapely
from numpy.typing import NDArray

from landgis.overlay import Polygons
from landgis.overlay.compiled import pair
from landgis.overlay.compiled.window import ROWS, edges_in

CORNERS = (6, 10, 14, 20, 28, 48, 100, 300, 1_000, 3_000, 10_000)
_PRODUCTS = 2e8
_below_both, _swept = pair._below_both, pair._swept


@nb.njit(error_model="numpy")
def _edges(rings: Any, origin: tuple[float, float], window: tuple[float, float, float, float]) -> Any:
    edges = np.empty((ROWS, rings.xy.shape[0]))
    count = edges_in(rings, 0, origin, window, 0.0, edges, 0)
    return edges, count


@nb.njit(error_model="numpy")
def _all_pairs(left: Any, left_count: int, right: Any, right_count: int, base: float) -> float:
    total = 0.0
    below = np.empty(right_count)
    for i in range(left_count):
        for j in range(right_count):
            below[j] = _below_both(left, i, right, j, base)
        for j in range(right_count):
            total += below[j]
    return 0.5 * total


@nb.njit(error_model="numpy")
def _sweep(left: Any, left_count: int, right: Any, right_count: int, base: float) -> float:
    return _swept(left, left_count, right, right_count, base)


def compare(rounds: int) -> list[dict[str, Any]]:
    """Time both on pairs of polygons with more and more corners; microseconds per pair, medians of the rounds."""
    _both(*_pair(CORNERS[0]), 1)
    rows = []
    for corners in CORNERS:
        made = _pair(corners)
        left_count, right_count = made[1], made[3]
        repeats = int(np.clip(_PRODUCTS / 20 / (left_count * right_count), 1, 5_000))
        taken = [_both(*made, repeats) for _ in range(rounds)]
        full, swept, apart = (float(np.median(column)) for column in zip(*taken, strict=True))
        products = left_count * right_count
        rows.append(
            {
                "corners": corners,
                "edge_pairs": products,
                "all_pairs_us": full,
                "sweep_us": swept,
                "apart_m2": apart,
                "kernel": "sweep" if products > pair._FEW else "all pairs",
            }
        )
    return rows


def _both(
    left: NDArray[Any], left_count: int, right: NDArray[Any], right_count: int, base: float, repeats: int
) -> tuple[float, float, float]:
    took, area = [], []
    for way in (_all_pairs, _sweep):
        began = time.perf_counter()
        for _ in range(repeats):
            found = way(left, left_count, right, right_count, base)
        took.append((time.perf_counter() - began) / repeats * 1e6)
        area.append(found)
    return took[0], took[1], abs(area[0] - area[1])


def _pair(corners: int) -> tuple[NDArray[Any], int, NDArray[Any], int, float]:
    """Two wavy discs of 50 m, a third of the one over the other, as the kernel reads them: edges in the window."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    far = 50 + 2 * np.sin(7 * angle)
    rings = [np.c_[at + far * np.cos(angle), far * np.sin(angle)] for at in (0.0, 30.0)]
    shapes = shapely.polygons(rings)
    bounds = shapely.bounds(shapes)
    window = (*bounds[:, :2].max(axis=0), *bounds[:, 2:].min(axis=0))
    made = [_edges(Polygons.of([shape]).rings, (0.0, 0.0), tuple(map(float, window))) for shape in shapes]
    return made[0][0], made[0][1], made[1][0], made[1][1], float(window[1])
