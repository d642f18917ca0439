"""The confined child's look at a GeoTIFF."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.windows import Window

from landgis.exchange.reading.detect import GEOTIFF, unreadable

_ROWS_AT_ONCE_BYTES = 64 * 1024**2


def look(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Read facts, then every row of cells; nothing beside the file is looked at."""
    source, path = str(request["source"]), Path(request["file"])
    del folder
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path, driver=GEOTIFF) as raster:
                facts = _facts(raster)
                _read_all(raster)
    except (RasterioError, RasterioIOError, ValueError) as error:
        raise unreadable(source, f"栅格不完整（{error}）", f"the raster is not whole ({error})") from error
    return facts


def _facts(raster: Any) -> dict[str, Any]:
    placed = not raster.transform.is_identity
    return {
        "width": raster.width,
        "height": raster.height,
        "bands": raster.count,
        "dtype": str(raster.dtypes[0]),
        "crs": raster.crs.to_wkt() if raster.crs else None,
        "extent": list(raster.bounds) if placed else None,
        "cell_size": list(raster.res) if placed else None,
        "nodata": [None if value is None else float(value) for value in raster.nodatavals],
    }


def _read_all(raster: Any) -> None:
    """Read every cell, in strips that hold whole blocks."""
    block = max(height for height, _ in raster.block_shapes)
    cell = sum(np.dtype(kind).itemsize for kind in raster.dtypes)
    fitting = max(1, _ROWS_AT_ONCE_BYTES // max(1, raster.width * cell * block)) * block
    for row in range(0, raster.height, fitting):
        raster.read(window=Window(0, row, raster.width, min(fitting, raster.height - row)))
