"""GeoTIFF, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from pyproj import CRS

from landgis.errors import FileUnreadable
from landgis.exchange.writing.atomic import replacing

_BLOCK = 128


def write_geotiff(
    path: Path,
    cells: npt.NDArray[Any],
    crs: CRS,
    corner: tuple[float, float],
    cell_m: float,
    *,
    nodata: float,
    description: str = "",
) -> None:
    """Write one band as a tiled, compressed GeoTIFF, replacing a file of that name.

    Parameters
    ----------
    path
        Target.
    cells
        Rows run south, columns east.
    crs
        Projected CRS in metres.
    corner
        West and north of the north-western cell's outer corner.
    cell_m
        Size of a square cell, m.
    nodata
        What stands for no data.
    description
        What the file says of itself.

    Raises
    ------
    FileUnreadable
        If it does not read back as written; nothing is left behind then.
    """
    profile = {
        "driver": "GTiff", "dtype": str(cells.dtype), "crs": crs.to_wkt(), "nodata": nodata, "count": 1,
        "height": cells.shape[0], "width": cells.shape[1], "compress": "deflate", "tiled": True,
        "blockxsize": _BLOCK, "blockysize": _BLOCK,
        "transform": rasterio.Affine(cell_m, 0, corner[0], 0, -cell_m, corner[1]),
    }  # fmt: skip
    with replacing(path) as draft:
        with rasterio.open(draft, "w", **profile) as out:
            out.write(cells, 1)
            if description:
                out.update_tags(TIFFTAG_IMAGEDESCRIPTION=description)
        with rasterio.open(draft) as back:
            if not np.array_equal(back.read(1), cells, equal_nan=cells.dtype.kind == "f"):
                raise FileUnreadable(
                    f"{path.name} 写出后读回不一致", f"{path.name} does not read back as written", where=str(path)
                )
