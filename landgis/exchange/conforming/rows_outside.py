"""Which features of a layer lie in the city."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from landgis import crs as crs_room


def rows_outside(boxes: npt.NDArray[np.float64], crs: CRS, where: str) -> npt.NDArray[np.intp]:
    """Return the rows that lie outside Shanghai, when most of the layer does not.

    Parameters
    ----------
    boxes
        Bounds of every feature, shape (n, 4), in ``crs``.

    Raises
    ------
    OutsideArea
        If the middle of the layer, or most of its features, lie elsewhere.
    """
    if len(boxes) == 0:
        return np.zeros(0, dtype=np.intp)
    outside = np.flatnonzero(~crs_room.inside_shanghai(boxes, crs))
    if len(outside) == 0:
        return outside
    x, y = np.median((boxes[:, [0, 1]] + boxes[:, [2, 3]]) / 2, axis=0)
    crs_room.require_shanghai((x, y, x, y), crs, where)
    if 2 * len(outside) > len(boxes):
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        crs_room.require_shanghai((low[0], low[1], high[0], high[1]), crs, where)
    return outside
