"""Plots to write as boundary points: rounded half up, ring by ring, refused where rounding would lose a point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from landgis.errors import ContractBroken, GeometryInvalid

Vertices = npt.NDArray[np.float64]
Polygonal = shapely.Polygon | shapely.MultiPolygon
DECIMALS = range(2, 7)
"""Decimals of a coordinate that can be written."""


@dataclass(frozen=True)
class BoundaryPlot:
    """One plot to write.

    Attributes
    ----------
    number, name
        地块编号, 地块名称.
    geometry
        Valid polygon in the CRS of the header, x = easting.
    area_m2
        Area to state, in the header's basis.
    use_name, use_code, sheet
        地块用途, 地类编码, 图幅号; may be empty.
    """

    number: str
    name: str
    geometry: Polygonal
    area_m2: float
    use_name: str = ""
    use_code: str = ""
    sheet: str = ""


def rounded(target: Path, plot: BoundaryPlot, precision: int) -> Polygonal:
    """Round a plot half up; refuse it where that merges neighbours or bends a ring over itself."""
    if not isinstance(plot.geometry, shapely.Polygon | shapely.MultiPolygon) or not _is_sound(plot.geometry):
        reason = shapely.is_valid_reason(plot.geometry)
        raise GeometryInvalid(
            f"地块 {plot.number} 的图形不能写出：{reason}", f"Plot {plot.number} cannot be written: {reason}", where=plot.number,
            next_zh="请先修正图形", next_en="Correct the geometry first",
        )  # fmt: skip
    step = Decimal(1).scaleb(-precision)

    def round_half_up(vertices: Vertices) -> Vertices:
        cells = [float(Decimal(repr(value)).quantize(step, ROUND_HALF_UP)) for value in vertices.ravel().tolist()]
        return np.array(cells).reshape(vertices.shape)

    parts = shapely.get_parts(plot.geometry)
    whole = parts[0] if len(parts) == 1 else plot.geometry  # a multipolygon of one part reads back as a polygon
    shape: Polygonal = shapely.transform(shapely.force_2d(whole), round_half_up)
    merged = any(len(set(vertices)) < len(vertices) for vertices in rings_of(shape)) if _is_sound(shape) else False
    if merged or not _is_sound(shape):
        raise broken(
            target, f"地块 {plot.number} 取 {precision} 位小数后界址点重合或图形失效",
            f"plot {plot.number} loses points or becomes invalid when rounded to {precision} decimals",
            "请增加小数位数，或先整理过近的界址点", "Use more decimals, or clean up points that lie too close",
        )  # fmt: skip
    return shape


def rings_of(shape: Polygonal) -> Iterator[list[tuple[float, float]]]:
    """Yield rings without their repeated first points: outer clockwise, holes anticlockwise, from the north-west."""
    for part in shapely.get_parts(shapely.orient_polygons(shape, exterior_cw=True)):
        for ring in (part.exterior, *part.interiors):
            vertices = [(float(x), float(y)) for x, y in shapely.get_coordinates(ring)[:-1]]
            west, north = min(x for x, _ in vertices), max(y for _, y in vertices)
            start = min(range(len(vertices)), key=lambda at: (vertices[at][0] - west) + (north - vertices[at][1]))
            yield vertices[start:] + vertices[:start]


def _is_sound(shape: Polygonal) -> bool:
    return bool(shapely.is_valid(shape)) and not shapely.is_empty(shape)


def broken(target: Path, zh: str, en: str, next_zh: str, next_en: str) -> ContractBroken:
    """Make the error for plots that cannot be written."""
    return ContractBroken(
        f"不能写出 {target.name}：{zh}",
        f"Cannot write {target.name}: {en}",
        where=target.name,
        next_zh=next_zh,
        next_en=next_en,
    )
