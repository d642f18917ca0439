"""The confined child's work on a base map: one tile of a map grid, transparent where the picture says nothing."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError

from landgis.domain.raster import Raster
from landgis.errors import FileUnreadable
from landgis.raster.picture import ALONE, cut

TILE = "tile.npy"


def tile(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Cut a tile; the request is that of ``picture``. The cells, (rows, columns, 4) red, green, blue, alpha, are left there."""
    try:
        with rasterio.Env(**ALONE), rasterio.open(request["file"], driver="GTiff") as dataset:
            cells, covered = cut(dataset, Raster.of(request["raster"]), request)
    except RasterioError as error:
        source = str(request["source"])
        raise FileUnreadable(
            f"无法读取 {source}：{error}", f"Cannot read {source}: {error}", where=source,
            next_zh="请管理员核对底图文件", next_en="Have the administrator check the file",
        ) from error  # fmt: skip
    np.save(folder / TILE, np.dstack([cells, np.where(covered, 255, 0).astype(np.uint8)]))
    return {"covered": float(covered.mean())}


def png_of(file: Path) -> bytes:
    """Return what `tile` left in the folder as PNG. This process writes it: the confined one has no driver but its own."""
    cells = np.load(file, allow_pickle=False)
    rows, columns, bands = cells.shape
    with rasterio.MemoryFile() as memory, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a tile's place is its address
        with memory.open(driver="PNG", dtype="uint8", count=bands, width=columns, height=rows) as out:
            out.write(np.moveaxis(cells, 2, 0))
        return bytes(memory.read())
