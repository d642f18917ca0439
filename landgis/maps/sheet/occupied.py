"""What stands where on a map, as cells: whether a label would touch another is asked a hundred thousand times."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.float64]
"""(n, 4): left, top, right, bottom in millimetres."""
_Flags = npt.NDArray[np.bool_]
_FINE_MM, _COARSE_MM = 0.2, 0.4
_AIR_MM = 0.3
"""Labels stand at least this far apart."""


class Occupied:
    """Cells of a frame that hold labels, leaders and parcels.

    Parameters
    ----------
    frame_mm
        Width and height.
    parcels
        Bounding boxes of the parcels; they do not change.
    least_mm
        No label is smaller, in width or height.
    """

    def __init__(self, frame_mm: tuple[float, float], parcels: Boxes, least_mm: float) -> None:
        self._frame = np.array(frame_mm)
        # Of cells so far apart, and those at its edges, a box meets one of every label that it meets.
        self._stride = max(1, int(least_mm / _FINE_MM))
        rows, columns = int(np.ceil(frame_mm[1] / _FINE_MM)), int(np.ceil(frame_mm[0] / _FINE_MM))
        self._labels = np.zeros((rows, columns), dtype=np.bool_)
        self._leaders = np.zeros((rows, columns), dtype=np.bool_)
        self._sums = _summed(self._frame, parcels)

    def holds(self, boxes: Boxes) -> _Flags:
        """Tell which boxes lie inside the frame."""
        return np.asarray((boxes[:, :2] >= 0).all(axis=1) & (boxes[:, 2:] <= self._frame).all(axis=1))

    def taken(self, boxes: Boxes) -> _Flags:
        """Tell which boxes come nearer to a label than labels may; the boxes are of one size."""
        return np.asarray(self._windows(self._labels, boxes, self._stride).any(axis=(1, 2)))

    def led_across(self, boxes: Boxes) -> _Flags:
        """Tell which boxes of one size a leader crosses."""
        return np.asarray(self._windows(self._leaders, boxes, 1).any(axis=(1, 2)))

    def crossed(self, lines: Boxes) -> _Flags:
        """Tell which lines (x1, y1, x2, y2) cross a label or a leader, their ends apart."""
        row, column = self._along(lines)
        return np.asarray((self._labels[row, column] | self._leaders[row, column]).any(axis=1))

    def parcels(self, boxes: Boxes, own: npt.NDArray[np.float64], air: float) -> npt.NDArray[np.float64]:
        """Area of the boxes, widened by ``air``, that other parcels' boxes cover, in square millimetres."""
        wide = boxes + np.array([-air, -air, air, air])
        last = np.array(self._sums.shape)[::-1] - 1
        low = _held(np.floor(wide[:, :2] / _COARSE_MM), last)
        high = _held(np.ceil(wide[:, 2:] / _COARSE_MM), last)
        sums = self._sums
        cells = sums[high[:, 1], high[:, 0]] - sums[low[:, 1], high[:, 0]] - sums[high[:, 1], low[:, 0]]
        cells = cells + sums[low[:, 1], low[:, 0]]
        # The parcel's own cells were counted too, and rounded outwards in the same way.
        mine_low, mine_high = np.floor(own[:2] / _COARSE_MM), np.ceil(own[2:] / _COARSE_MM)
        shared = np.maximum(np.minimum(high, mine_high) - np.maximum(low, mine_low), 0).prod(axis=1)
        area: npt.NDArray[np.float64] = np.maximum(cells - shared, 0) * _COARSE_MM**2
        return area

    def take(self, box: npt.NDArray[np.float64], leader: tuple[float, float, float, float] | None) -> None:
        """Mark the place of a label, and of its leader."""
        low = np.maximum(np.floor((box[:2] - _AIR_MM) / _FINE_MM), 0).astype(int)
        high = np.ceil((box[2:] + _AIR_MM) / _FINE_MM).astype(int)
        self._labels[low[1] : high[1], low[0] : high[0]] = True
        if leader is not None:
            row, column = self._along(np.array([leader]))
            self._leaders[row, column] = True

    def _windows(self, cells: _Flags, boxes: Boxes, stride: int) -> _Flags:
        low = np.floor(boxes[:, :2] / _FINE_MM).astype(np.intp)
        width, height = np.ceil((boxes[0, 2:] - boxes[0, :2]) / _FINE_MM).astype(int) + 1
        row = _held(low[:, 1, None] + _every(stride, height), cells.shape[0] - 1)
        column = _held(low[:, 0, None] + _every(stride, width), cells.shape[1] - 1)
        return np.asarray(cells[row[:, :, None], column[:, None, :]])

    def _along(self, lines: Boxes) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Cells along lines, the first millimetre beside the parcel and the foot at the label left out."""
        longest = float(np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]).max(initial=0))
        share = np.linspace(0.08, 0.92, max(2, int(np.ceil(longest / _FINE_MM))))
        x = lines[:, 0, None] + share * (lines[:, 2] - lines[:, 0])[:, None]
        y = lines[:, 1, None] + share * (lines[:, 3] - lines[:, 1])[:, None]
        return _held(np.floor(y / _FINE_MM), self._labels.shape[0] - 1), _held(
            np.floor(x / _FINE_MM), self._labels.shape[1] - 1
        )


def _held(cells: npt.NDArray[Any], last: Any) -> npt.NDArray[np.intp]:
    """Keep cell numbers between 0 and the last; several times as fast as ``clip`` on arrays so small."""
    return np.asarray(np.minimum(np.maximum(cells, 0), last), dtype=np.intp)


def _every(stride: int, count: int) -> npt.NDArray[np.intp]:
    """Cells at a distance, and the last one."""
    return np.append(np.arange(0, count - 1, stride), count - 1)


def _summed(frame: npt.NDArray[np.float64], parcels: Boxes) -> npt.NDArray[np.int32]:
    """Count, for every cell corner, how many parcel cells lie above and left of it."""
    columns, rows = (int(np.ceil(side / _COARSE_MM)) for side in frame)
    cells = np.zeros((rows + 1, columns + 1), dtype=np.int32)
    low = np.clip(np.floor(parcels[:, :2] / _COARSE_MM), 0, [columns, rows]).astype(np.intp)
    high = np.clip(np.ceil(parcels[:, 2:] / _COARSE_MM), 0, [columns, rows]).astype(np.intp)
    # Plus one at two corners of a box, minus one at the others: summed twice this fills the box, summed again it counts.
    for x, y, sign in ((low, low, 1), (high, high, 1), (low, high, -1), (high, low, -1)):
        np.add.at(cells, (y[:, 1], x[:, 0]), sign)
    covered = np.cumsum(np.cumsum(cells, axis=0), axis=1)[:-1, :-1]
    sums = np.zeros_like(cells)
    sums[1:, 1:] = np.cumsum(np.cumsum(covered, axis=0), axis=1)
    return sums
