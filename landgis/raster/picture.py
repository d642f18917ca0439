"""The confined child's work on a picture of the ground: the piece a map shows, cell by cell of the map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import RasterioError
from rasterio.vrt import WarpedVRT

from landgis.domain.raster import Raster
from landgis.errors import FileUnreadable

CELLS = "cells.npy"
ALONE = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_CACHEMAX": 128}
_PAPER = 255
"""Where the picture says nothing the paper stays white."""


def picture(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Cut a piece out of a GeoTIFF of 8-bit colours, onto cells of another CRS of the same datum; means, not nearest cells.

    The request holds ``source`` (its name), ``file`` (its copy), ``raster`` (plain fields of `Raster`), ``from_wkt`` and
    ``to_wkt`` (its CRS and that of the map), ``bounds`` (west, south, east, north) and ``size`` (columns, rows) of the
    cells; the answer holds ``covered``, the share of them that the picture covers. The cells, (rows, columns, 3) red,
    green, blue, are left in the folder.
    """
    raster = Raster.of(request["raster"])
    try:
        with rasterio.Env(**ALONE), rasterio.open(request["file"], driver="GTiff") as dataset:
            cells, covered = cut(dataset, raster, request)
    except RasterioError as error:
        source = str(request["source"])
        raise FileUnreadable(
            f"无法读取 {source}：{error}", f"Cannot read {source}: {error}", where=source,
            next_zh="请核对原件", next_en="Check the original",
        ) from error  # fmt: skip
    np.save(folder / CELLS, cells)
    return {"covered": float(covered.mean())}


def cut(dataset: Any, raster: Raster, request: dict[str, Any]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """Return the cells asked for, (rows, columns, 3), and which of them the picture covers, (rows, columns)."""
    west, south, east, north = request["bounds"]
    columns, rows = request["size"]
    onto = rasterio.transform.from_bounds(west, south, east, north, columns, rows)
    silent: dict[str, Any] = {} if raster.nodata is None else {"src_nodata": raster.nodata, "nodata": raster.nodata}
    if not silent and ColorInterp.alpha not in dataset.colorinterp:
        silent = {"add_alpha": True}
    options = {"crs": request["to_wkt"], "transform": onto, "width": columns, "height": rows, **silent}
    with WarpedVRT(dataset, src_crs=request["from_wkt"], resampling=Resampling.average, **options) as seen:
        cells = np.moveaxis(seen.read(indexes=_bands(raster)), 0, 2)
        covered = seen.dataset_mask() > 0
    cells[~covered] = _PAPER
    return cells, covered


def _bands(raster: Raster) -> list[int]:
    """Bands of red, green and blue; a picture without colours shows its one band as all three."""
    colours = raster.meaning.colours
    return [colours.index(name) + 1 if name in colours else 1 for name in ("red", "green", "blue")]
