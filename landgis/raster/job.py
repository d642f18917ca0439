"""The confined child's work on a raster: what lies under polygons."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import rasterio
from rasterio.errors import RasterioError, RasterioIOError

from landgis.domain.raster import Raster
from landgis.errors import FileUnreadable
from landgis.raster.cells import cells_under

_ALONE = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_CACHEMAX": 64}


def measure(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Measure polygons on a GeoTIFF.

    The request holds ``source`` (its name), ``file`` (its copy), ``raster`` (plain fields of `Raster`),
    ``floor`` and ``polygons`` (WKB in hexadecimal digits, in the CRS of the raster); the answer holds ``under``, one row each.
    """
    del folder
    polygons = [bytes.fromhex(text) for text in request["polygons"]]
    try:
        with rasterio.Env(**_ALONE), rasterio.open(request["file"], driver="GTiff") as dataset:
            found = cells_under(dataset, Raster.of(request["raster"]), polygons, float(request["floor"]))
    except (RasterioError, RasterioIOError) as error:
        source = str(request["source"])
        raise FileUnreadable(
            f"无法读取 {source}：{error}", f"Cannot read {source}: {error}", where=source,
            next_zh="请核对原件", next_en="Check the original",
        ) from error  # fmt: skip
    return {"under": [asdict(row) for row in found]}
