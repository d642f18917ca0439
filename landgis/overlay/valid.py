"""Valid polygons: what may be laid out and measured, told before anything is."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from landgis.errors import GeometryInvalid

Geometries = npt.NDArray[np.object_]

_POLYGON, _MULTIPOLYGON = 3, 6
_AT_ONCE = 512


def valid_polygons(geometries: npt.ArrayLike, what: str, threads: int | None = None) -> Geometries:
    """Return an object array of valid, non-empty polygons, or raise naming the first that is not."""
    shapes = np.asarray(geometries, dtype=object).ravel()
    wrong = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    missing = wrong.copy()
    kinds = shapely.get_type_id(shapes)
    wrong |= (kinds != _POLYGON) & (kinds != _MULTIPOLYGON)
    hollow = _hollow(shapes, kinds)
    wrong |= hollow | ~in_threads(shapely.is_valid, shapes, threads)
    if not wrong.any():
        return shapes
    first = int(np.flatnonzero(wrong)[0])
    reason = "missing or empty" if missing[first] else str(shapely.is_valid_reason(shapes[first]))
    reason = "a part or hole is empty" if hollow[first] else reason
    raise GeometryInvalid(
        f"{'图斑' if what == 'layer' else '地块'}第 {first} 个图形不可用（{reason}），共 {int(wrong.sum())} 个",
        f"{what} geometry {first} cannot be measured ({reason}); {int(wrong.sum())} such in all",
        next_zh="请先修复图形，或用 landgis overlay 对修复后的副本量算",
        next_en="Repair the geometry first, or let landgis overlay measure repaired copies",
    )


def _hollow(shapes: Geometries, kinds: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.bool_]:
    """Tell which polygons have a part or a hole without a point: valid to GEOS, but nothing that has an outline."""
    hollow = np.zeros(len(shapes), dtype=bool)
    compound = np.flatnonzero(
        (kinds == _MULTIPOLYGON) | ((kinds == _POLYGON) & (shapely.get_num_interior_rings(shapes) > 0))
    )
    parts, of_shape = shapely.get_parts(shapes[compound], return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    hollow[compound[of_shape[shapely.is_empty(parts)]]] = True
    hollow[compound[of_shape[of_part[shapely.is_empty(rings)]]]] = True
    return hollow


def processors() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(
    work: Callable[[Geometries], npt.NDArray[Any]], shapes: Geometries, threads: int | None = None
) -> npt.NDArray[Any]:
    """Apply an array function to slices of the shapes in threads; GEOS runs outside the interpreter's lock."""
    count = processors() if threads is None else threads
    if count == 1 or len(shapes) <= _AT_ONCE:
        return work(shapes)
    slices = [shapes[at : at + _AT_ONCE] for at in range(0, len(shapes), _AT_ONCE)]
    with ThreadPoolExecutor(count) as pool:
        return np.concatenate(list(pool.map(work, slices)))
