"""A drawn map as a GeoTIFF: the picture's dots, placed on the ground."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import rasterio
from pyproj import CRS
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from landgis.errors import FileUnreadable
from landgis.exchange.writing.atomic import replacing


def write_map_picture(
    path: Path, png: bytes, crs: CRS, bounds_m: tuple[float, float, float, float], description: str = ""
) -> None:
    """Write a picture of a map as a tiled, losslessly compressed GeoTIFF (red, green, blue), replacing a file of that name.

    Parameters
    ----------
    path
        Target.
    png
        The map from neat line to neat line.
    crs
        Projected CRS in metres.
    bounds_m
        West, south, east, north of the neat line.
    description
        What the file says of itself.

    Raises
    ------
    FileUnreadable
        If it does not read back as written; nothing is left behind then.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # the picture is placed by what is given here
        with MemoryFile(png) as memory, memory.open() as picture:
            cells = picture.read(indexes=(1, 2, 3))
    rows, columns = cells.shape[1:]
    west, south, east, north = bounds_m
    placed = rasterio.Affine((east - west) / columns, 0, west, 0, (south - north) / rows, north)
    profile = {
        "driver": "GTiff", "dtype": "uint8", "count": 3, "height": rows, "width": columns, "crs": crs.to_wkt(),
        "transform": placed, "photometric": "RGB", "compress": "deflate",
        "predictor": 2, "tiled": True,
    }  # fmt: skip
    with replacing(path) as draft:
        with rasterio.open(draft, "w", **profile) as out:
            out.write(cells)
            if description:
                out.update_tags(TIFFTAG_IMAGEDESCRIPTION=description)
        with rasterio.open(draft) as back:
            if not np.array_equal(back.read(), cells):
                raise FileUnreadable(
                    f"{path.name} 写出后读回不一致", f"{path.name} does not read back as written", where=str(path)
                )
