"""Where the cells of a raster lie: north up and straight, or not at all."""

from __future__ import annotations

import math

from landgis.domain.raster_facts import RasterFacts
from landgis.errors import InputError


def require_grid(facts: RasterFacts) -> tuple[float, float, float, float]:
    """Return the north-western corner and the size of a cell: west, north, width, height.

    Raises
    ------
    InputError
        If the raster is not placed, or its rows do not run from north to south along the axes: turning it would make
        new cells, and no cell is ever made here.
    """
    width, turn_x, west, turn_y, height, north = facts.placing
    if facts.extent is None:
        raise _refused(
            facts, "没有地理定位，只能当图片看", "is not placed: it is only a picture",
            "请提供带地理定位的 GeoTIFF（定位信息须写在文件内，不是旁边的 .tfw）",
            "Deliver a GeoTIFF that holds its placing itself, not in a .tfw beside it",
        )  # fmt: skip
    if turn_x or turn_y:
        raise _refused(
            facts, "是旋转或倾斜的，像元不与坐标轴平行", "is rotated or sheared: its cells do not lie along the axes",
            "请由提供单位重采样为正北向上的栅格后提供；本系统不改动像元",
            "Have the supplier resample it north up; cells are never changed here",
        )  # fmt: skip
    if not (width > 0 > height and all(map(math.isfinite, facts.placing))):
        raise _refused(
            facts, "行列方向不是北上东右", "does not run from north to south and from west to east",
            "请由提供单位另存为正北向上的栅格", "Have the supplier save it north up",
        )  # fmt: skip
    return west, north, width, -height


def _refused(facts: RasterFacts, zh: str, en: str, next_zh: str, next_en: str) -> InputError:
    name = facts.source_name
    return InputError(f"{name} {zh}", f"{name} {en}", where=name, next_zh=next_zh, next_en=next_en)
