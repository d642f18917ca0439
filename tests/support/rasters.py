"""Small GeoTIFFs over the tests' ground, and what lies under a polygon, found a second way: cell by cell with shapely."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
import shapely

from tests.support.ground import X, Y

CELL = 10.0
WEST, NORTH = X - 200.0, Y + 400.0
"""North-western corner of the rasters, EPSG:4549."""

Cells = npt.NDArray[Any]


def land_cover(rows: int = 60, columns: int = 70, seed: int = 7) -> Cells:
    """Codes of GlobeLand30 in patches, with some cells without data (0)."""
    patches = np.random.default_rng(seed).choice(np.array([10, 20, 60, 80], "uint8"), (rows // 3 + 1, columns // 3 + 1))
    cells = np.kron(patches, np.ones((3, 3), "uint8"))[:rows, :columns]
    cells[:4, :4] = 0
    return cells


def terrain(rows: int = 60, columns: int = 70) -> Cells:
    """A slope with waves, metres above Wusong."""
    y, x = np.mgrid[:rows, :columns]
    return (3 + 0.02 * x + 0.3 * np.sin(y / 5)).astype("float32")


def write(path: Path, cells: Cells, *, nodata: float | None = 0, crs: str | None = "EPSG:4549", **options: Any) -> Path:
    """Write bands (rows × columns, or bands × rows × columns) as a GeoTIFF, or with ``driver="COG"`` as one of these."""
    bands = cells if cells.ndim == 3 else cells[np.newaxis]
    units, scales, offsets = (options.pop(name, None) for name in ("units", "scales", "offsets"))
    placing = options.pop("transform", rasterio.Affine(CELL, 0, WEST, 0, -CELL, NORTH))
    profile = {"driver": "GTiff", "dtype": str(bands.dtype), "crs": crs, "transform": placing, "nodata": nodata}
    profile |= {"count": len(bands), "height": bands.shape[1], "width": bands.shape[2]} | options
    with rasterio.open(path, "w", **profile) as out:
        out.write(bands)
        for name, value in (("units", units), ("scales", scales), ("offsets", offsets)):
            if value is not None:
                setattr(out, name, value)
    return path


def areas_under(polygon: shapely.Geometry, cells: Cells, west: float = WEST, north: float = NORTH) -> Cells:
    """Area of a polygon in every cell, m²: shape of the cells."""
    rows, columns = np.mgrid[: cells.shape[0], : cells.shape[1]]
    left, top = west + columns * CELL, north - rows * CELL
    boxes = shapely.box(left, top - CELL, left + CELL, top)
    return shapely.area(shapely.intersection(boxes, polygon))
