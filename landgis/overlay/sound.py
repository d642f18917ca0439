"""What the arrays of a saved index must be, before compiled code, which looks at no bounds, follows them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from landgis.overlay.polygons import BLOCK_EDGES, Ints
from landgis.overlay.tree import NODE

Arrays = dict[str, npt.NDArray[Any]]
_KINDS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "rings_xy": ("float64", (2,)),
    **dict.fromkeys(("rings_box", "rings_block_box", "rings_group_box", "tree_box"), ("float64", (4,))),
    **dict.fromkeys(("rings_sign", "area_m2"), ("float64", ())),
    **dict.fromkeys(("feature_ids_utf8", "class_names_utf8"), ("uint8", ())),
}
"""Type of the elements, and shape of a row, of all arrays that are not columns of whole numbers."""


def require_sound(arrays: Arrays) -> None:
    """Require that all columns have their type and length, and that whatever the kernel follows leads to what is there.

    Raises
    ------
    ValueError
        Naming the first array that is not so.
    """
    for name in arrays.keys() - {"feature_ids"}:
        kind, row = _KINDS.get(name, ("int64", ()))
        _require(name, (str(arrays[name].dtype), arrays[name].shape[1:]) == (kind, row))
    count = len(arrays["rings_box"])
    _require_outlines(arrays, count)
    _require("area_m2", len(arrays["area_m2"]) == count)
    levels = _levels(count)
    _require("tree_level", arrays["tree_level"].tolist() == levels)
    _require("tree_box", len(arrays["tree_box"]) == levels[-1])
    rank, row_of = arrays["tree_rank"], arrays["tree_row_of"]
    require_numbers("tree_row_of", row_of, count, count)
    _require("tree_rank", len(rank) == count and np.array_equal(rank[row_of], np.arange(count)))
    others = arrays["sharers_other"]
    require_numbers("sharers_other", others, len(others), count)
    if len(arrays["sharers_first"]) or len(others):
        require_offsets("sharers_first", arrays["sharers_first"], count, len(others))
    _require_texts("feature_ids", arrays, count)
    _require_texts("class_names", arrays)
    require_numbers("positions", arrays["positions"], count, np.iinfo(np.int64).max)
    require_numbers("class_of", arrays["class_of"], count, len(arrays["class_names_start"]) - 1)


def require_offsets(name: str, offsets: Ints, rows: int, members: int, least: int = 0) -> None:
    """Require offsets that share all members out to the rows, ``least`` (0 or 1) or more to each."""
    grows = np.greater if least else np.greater_equal
    fits = offsets.shape == (rows + 1,) and (offsets[0], offsets[-1]) == (0, members)
    _require(name, fits and grows(offsets[1:], offsets[:-1]).all())


def require_numbers(name: str, numbers: npt.NDArray[Any], rows: int, below: int, least: int = 0) -> None:
    """Require one number for each row, from ``least`` to what is below ``below``."""
    _require(name, numbers.shape == (rows,) and (not rows or (numbers.min() >= least and numbers.max() < below)))


def _require(name: str, fits: bool | np.bool_) -> None:
    if not fits:
        raise ValueError(f"{name}.npy")


def _require_outlines(arrays: Arrays, count: int) -> None:
    """Polygons lead to parts, parts to rings, rings to vertices and, where they are long, to blocks of sixteen edges."""
    part_of, exterior_of, start = arrays["part_of"], arrays["exterior_of"], arrays["rings_start"]
    block, group = arrays["rings_block"], arrays["rings_group"]
    rings = len(arrays["rings_sign"])
    require_offsets("exterior_of", exterior_of, len(exterior_of) - 1, rings, 1)
    require_offsets("part_of", part_of, count, len(exterior_of) - 1, 1)
    _require("rings_ring_of", np.array_equal(arrays["rings_ring_of"], exterior_of[part_of]))
    require_offsets("rings_start", start, rings, len(arrays["rings_xy"]), 1)
    require_offsets("rings_block", block, rings, len(arrays["rings_block_box"]))
    require_offsets("rings_group", group, rings, len(arrays["rings_group_box"]))
    long = np.flatnonzero(block[1:] > block[:-1])
    vertices, blocks, groups = (offsets[long + 1] - offsets[long] for offsets in (start, block, group))
    _require("rings_block", (blocks == -(-(vertices - 1) // BLOCK_EDGES)).all())
    _require("rings_group", (groups == -(-blocks // BLOCK_EDGES)).all())


def _levels(count: int) -> list[int]:
    """First place of each level of a tree over so many boxes, and the end of the last."""
    sizes = [count]
    while sizes[-1] > NODE:
        sizes.append(-(-sizes[-1] // NODE))
    return [0, *accumulate(sizes)]


def _require_texts(name: str, arrays: Arrays, count: int | None = None) -> None:
    """Require a column of texts, or of whole numbers, of that length."""
    if name in arrays:
        _require(name, arrays[name].dtype.kind in "iu" and arrays[name].shape == (count,))
        return
    start = arrays[f"{name}_start"]
    require_offsets(f"{name}_start", start, len(start) - 1 if count is None else count, len(arrays[f"{name}_utf8"]))
