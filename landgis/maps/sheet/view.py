"""Ground to paper: the scale, the piece of ground in the frame, the kilometre grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landgis.errors import InputError

Bounds = tuple[float, float, float, float]
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class View:
    """The map frame.

    Attributes
    ----------
    scale
        Denominator: 1 mm on paper is ``scale`` mm on the ground.
    west_m, south_m
        Ground coordinates of the lower left corner of the neat line, working CRS.
    width_mm, height_mm
        Size of the neat line.
    """

    scale: int
    west_m: float
    south_m: float
    width_mm: float
    height_mm: float

    @property
    def metres_per_mm(self) -> float:
        """Ground metres that one millimetre on paper stands for."""
        return self.scale / 1000

    @property
    def bounds_m(self) -> Bounds:
        """West, south, east, north of the frame on the ground."""
        east = self.west_m + self.width_mm * self.metres_per_mm
        return self.west_m, self.south_m, east, self.south_m + self.height_mm * self.metres_per_mm

    def to_mm(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Turn ground coordinates (n, 2) into millimetres from the upper left corner of the neat line, y down."""
        x = (points[:, 0] - self.west_m) / self.metres_per_mm
        y = self.height_mm - (points[:, 1] - self.south_m) / self.metres_per_mm
        return np.column_stack([x, y])


def choose_view(
    extent: Bounds, wider: Bounds | None, size_mm: tuple[float, float], padding_mm: float, scales: tuple[int, ...]
) -> View:
    """Take the largest standard scale at which an extent fits the frame, and centre it.

    Parameters
    ----------
    extent
        What must be seen: west, south, east, north in metres.
    wider
        What is worth seeing as a whole (the district): the frame is centred on it where it fits at the same scale.
    size_mm
        Width and height of the neat line.
    padding_mm
        The extent stays this far from the neat line.
    scales
        Allowed denominators, rising.

    Raises
    ------
    InputError
        If the extent does not fit at the smallest scale.
    """
    for scale in scales:
        if _fits(extent, scale, size_mm, padding_mm):
            whole = wider is not None and _fits(wider, scale, size_mm, 0)
            west, south, east, north = wider if wider is not None and whole else extent
            per_mm = scale / 1000
            left = (west + east) / 2 - size_mm[0] * per_mm / 2
            bottom = (south + north) / 2 - size_mm[1] * per_mm / 2
            return View(scale, float(round(left)), float(round(bottom)), *size_mm)
    kilometres = max(extent[2] - extent[0], extent[3] - extent[1]) / 1000
    raise InputError(
        f"地块分布达 {kilometres:.0f} 公里，1:{scales[-1]} 仍放不下",
        f"The parcels spread over {kilometres:.0f} km and do not fit at 1:{scales[-1]}",
        next_zh="请核对坐标，或分镇出图",
        next_en="Check the coordinates, or draw one sheet per town",
    )


def _fits(extent: Bounds, scale: int, size_mm: tuple[float, float], padding_mm: float) -> bool:
    spans = (extent[2] - extent[0], extent[3] - extent[1])
    return all(span * 1000 / scale <= size - 2 * padding_mm for span, size in zip(spans, size_mm, strict=True))


def round_length(least: float) -> int:
    """Return the least of 1, 2, 5, 10, 20, 50 … metres that is not below ``least``."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power >= least:
                return step * power
        power *= 10


def grid_step_m(view: View, least_mm: float) -> int:
    """Distance between grid lines in metres, so that they stand at least ``least_mm`` apart on paper."""
    return round_length(least_mm * view.metres_per_mm)


def grid_values(low: float, high: float, step: int) -> list[int]:
    """Multiples of ``step`` strictly between two coordinates."""
    first = int(np.floor(low / step)) + 1
    return [value * step for value in range(first, int(np.ceil(high / step)))]


def kilometres(value_m: int, step_m: int) -> str:
    """Grid label in kilometres with as many decimals as the step needs."""
    decimals = next(places for places in range(4) if step_m % 10 ** (3 - places) == 0)
    return f"{value_m / 1000:.{decimals}f}"
