"""Cells under polygons, by exactextract: exact shares of cells, block by block, never the whole raster.

Shares of cells come in single precision (about 1e-7); what lies between two shares of one polygon does not suffer from
it, since both are sums of the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from exactextract import exact_extract
from exactextract.feature import Feature, FeatureSource
from exactextract.raster import RasterSource
from rasterio.windows import Window

from landgis.domain.raster import Raster, RasterKind

_CELLS_AT_ONCE = 4_000_000
_ASKED = {RasterKind.PICTURE: (), RasterKind.CLASSES: ("unique", "frac"), RasterKind.HEIGHTS: ("mean", "min", "max")}


@dataclass(frozen=True)
class UnderPolygon:
    """What lies under one polygon, in cells.

    Attributes
    ----------
    cells
        All cells, parts of cells counted as such.
    saying
        Those that hold data.
    codes
        Share of ``saying`` per code; empty where cells are no codes.
    mean, lowest, highest
        In the unit of the raster, over every cell touched, the mean weighted by how much of it is; None without data,
        and where cells are no heights.
    """

    cells: float
    saying: float
    codes: dict[int, float]
    mean: float | None = None
    lowest: float | None = None
    highest: float | None = None


def cells_under(dataset: Any, raster: Raster, polygons: Sequence[bytes], floor: float) -> list[UnderPolygon]:
    """Measure the first band of an open dataset under polygons.

    Parameters
    ----------
    dataset
        Open rasterio dataset of the raster.
    raster
        How to read its cells.
    polygons
        WKB in the CRS of the raster. What lies outside of the raster is not counted.
    floor
        Share of a cell up to which it is only touched, and not counted.
    """
    least = f"min_coverage_frac={floor:.17f}"
    asked = [f"saying=count({least})", f"cells=count(default_value=0,{least})"]
    asked += [f"{name}={name}({least})" for name in _ASKED[raster.kind]]
    rows = exact_extract(
        _Cells(dataset, raster), _Polygons(polygons), asked, max_cells_in_memory=_CELLS_AT_ONCE, output="geojson"
    )
    return [_under(row["properties"], raster) for row in rows]


def _under(found: dict[str, Any], raster: Raster) -> UnderPolygon:
    cells, saying = float(found["cells"]), float(found["saying"])
    if raster.kind is RasterKind.CLASSES:
        return UnderPolygon(cells, saying, dict(zip(map(int, found["unique"]), found["frac"].tolist(), strict=True)))
    if raster.kind is RasterKind.PICTURE or saying == 0:
        return UnderPolygon(cells, saying, {})
    ends = sorted(float(found[name]) * raster.scale + raster.offset for name in ("min", "max"))
    return UnderPolygon(cells, saying, {}, float(found["mean"]) * raster.scale + raster.offset, *ends)


class _Cells(RasterSource):  # type: ignore[misc]  # exactextract is not typed
    """The first band, read window by window; what says nothing is not a number.

    A mask would say the same in less memory, but exactextract 0.3 loses it where a polygon lies within one column.
    """

    def __init__(self, dataset: Any, raster: Raster) -> None:
        super().__init__()
        self._dataset = dataset
        self._raster = raster

    def res(self) -> tuple[float, float]:
        return self._raster.cell_width, self._raster.cell_height

    def extent(self) -> tuple[float, float, float, float]:
        return self._raster.extent

    def nodata_value(self) -> None:
        return None

    def srs_wkt(self) -> None:
        return None

    def read_window(self, x0: int, y0: int, nx: int, ny: int) -> npt.NDArray[np.floating[Any]]:
        window = Window(x0, y0, nx, ny)
        cells = self._dataset.read(1, window=window)
        silent = ~np.isfinite(cells)
        if self._raster.nodata is not None:
            silent |= cells == self._raster.nodata
        if self._raster.masked:
            silent |= self._dataset.dataset_mask(window=window) == 0
        numbers: npt.NDArray[np.floating[Any]] = cells.astype(np.result_type(cells.dtype, np.float32))
        numbers[silent] = np.nan
        return numbers


class _Polygon(Feature):  # type: ignore[misc]  # exactextract is not typed
    def __init__(self, wkb: bytes) -> None:
        super().__init__()
        self._wkb = wkb

    def geometry(self) -> bytes:
        return self._wkb

    def fields(self) -> list[str]:
        return []


class _Polygons(FeatureSource):  # type: ignore[misc]  # exactextract is not typed
    def __init__(self, polygons: Sequence[bytes]) -> None:
        super().__init__()
        self._polygons = polygons

    def count(self) -> int:
        return len(self._polygons)

    def srs_wkt(self) -> None:
        return None

    def __iter__(self) -> Iterator[_Polygon]:
        return map(_Polygon, self._polygons)
