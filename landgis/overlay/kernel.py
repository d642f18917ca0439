"""The compiled kernel asked from Python: neighbours together, in threads, answers in the order of the question."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from landgis.area import FLOOR_M2
from landgis.overlay.polygons import Ints, Polygons, Rings
from landgis.overlay.result import Rows
from landgis.overlay.tree import Tree, leaf_order

_AT_ONCE = 256


def measure_compiled(
    parcels: Polygons,
    layer: Polygons,
    tree: Tree,
    sharers: tuple[Ints, Ints],
    class_of: Ints,
    union: bool,
    shape: bool,
    limit_m: float | None,
    threads: int,
) -> Rows:
    """Measure parcels with the compiled kernel; places that lie together are measured together."""
    from landgis.overlay.compiled import measuring
    from landgis.overlay.compiled.search import Sharers

    wanted = measuring.UNION * union | measuring.SHAPE * shape | measuring.DISTANCE * (limit_m is not None)
    few = len(parcels) <= _AT_ONCE
    rows = np.arange(len(parcels)) if few else leaf_order(parcels.rings.box)
    table = Sharers(*sharers)

    def one(some: Ints) -> tuple[npt.NDArray[Any], ...]:
        found: tuple[npt.NDArray[Any], ...] = measuring.measure_rows(
            some, parcels.rings, layer.rings, tree, table, class_of, wanted, FLOOR_M2, float(limit_m or 0.0)
        )
        return found

    if few:
        return Rows(*one(rows))
    chunks = [rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE)]
    done = list(_mapped(one, chunks, threads))
    hits, place, area, groups, group_class, group_values, whole = (
        np.concatenate(column) for column in zip(*done, strict=True)
    )
    pair_order, group_order = _in_order(rows, hits), _in_order(rows, groups)
    back = np.empty(len(rows), dtype=np.int64)
    back[rows] = np.arange(len(rows))
    return Rows(
        hits[back],
        place[pair_order],
        area[pair_order],
        groups[back],
        group_class[group_order],
        group_values[group_order],
        whole[back],
    )


def sharing(layer: Rings, tree: Tree, threads: int) -> tuple[Ints, Ints]:
    """Table of the features that share ground: offsets (n + 1,) by place in id order, and the places of the others."""
    from landgis.overlay.compiled.search import sharing_rows

    # Chunks of neighbours; the table comes out by place whatever the chunks.
    places = tree.rank
    chunks = [places[at : at + 16 * _AT_ONCE] for at in range(0, len(places), 16 * _AT_ONCE)] or [places]
    done = list(_mapped(lambda some: sharing_rows(some, layer, tree), chunks, threads))
    one = np.repeat(places, np.concatenate([counts for counts, _ in done]))
    other = np.concatenate([found for _, found in done])
    both = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.lexsort((both[1], both[0]))
    first = np.concatenate([[0], np.cumsum(np.bincount(both[0], minlength=len(places)))]).astype(np.int64)
    return first, both[1][order].astype(np.int64)


def _mapped(work: Any, chunks: list[Ints], threads: int) -> Any:
    """Apply to every chunk, in threads where that is worth it; answers come in the order of the chunks."""
    if threads == 1 or len(chunks) == 1:
        return map(work, chunks)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, chunks))


def _in_order(rows: Ints, counts: Ints) -> Ints:
    """Order that brings lines of rows, so many each, into the order of the rows."""
    return np.argsort(np.repeat(rows, counts), kind="stable")
