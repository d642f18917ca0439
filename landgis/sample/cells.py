"""The rasters of the small sample: land cover after the survey map, and terrain; one district, cells of 10 m."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from landgis.domain.layer import Release, ReleaseStatus
from landgis.sample.places import Place

CELL_M = 10
BUILT, LEVEL_M = 80, 4.25
COVER_NODATA, HEIGHT_NODATA = 0, -9999.0
_COVER_OF = {"01": 10, "02": 20, "03": 20, "04": 30, "11": 60}
"""Code of GlobeLand30 by the first digits of the survey class; everything else is built."""


@dataclass(frozen=True)
class RasterSample:
    """One raster of the sample, EPSG:4549.

    Attributes
    ----------
    release
        Its release, published, marked as stand-in data.
    cells
        Rows run south, columns east; square cells of ``CELL_M``.
    west, north
        North-western corner, whole metres.
    nodata
        What stands for no data.
    meaning
        What the cells mean, by the catalogue.
    """

    release: Release
    cells: npt.NDArray[Any]
    west: int
    north: int
    nodata: float
    meaning: str

    @property
    def ground(self) -> shapely.Polygon:
        """The ground of all cells."""
        rows, columns = self.cells.shape
        return shapely.box(self.west, self.north - rows * CELL_M, self.west + columns * CELL_M, self.north)


def raster_samples(place: Place, survey: gpd.GeoDataFrame) -> dict[str, RasterSample]:
    """Return land cover and terrain of one part, before anything is planted in them.

    Parameters
    ----------
    place
        The part of the sample.
    survey
        Features of the survey map (EPSG:4549) with ``DLBM``.
    """
    west, south = place.corner
    columns, rows = (length // CELL_M for length in place.size)
    north = south + rows * CELL_M
    x, y = np.meshgrid(west + (np.arange(columns) + 0.5) * CELL_M, north - (np.arange(rows) + 0.5) * CELL_M)
    district = place.district.key
    return {
        "land_cover": RasterSample(
            _release("land_cover", "地表覆盖", 14, district), _covers(survey, x, y), west, north, COVER_NODATA,
            "globeland30",
        ),
        "terrain": RasterSample(
            _release("terrain", "地形", 15, district), _heights(x - west, y - south), west, north, HEIGHT_NODATA, "wusong"
        ),
    }  # fmt: skip


def _covers(survey: gpd.GeoDataFrame, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Give every cell the class that the survey map has in its middle."""
    codes = survey["DLBM"].str[:2].map(_COVER_OF).fillna(BUILT).to_numpy(dtype=np.uint8)
    tree = shapely.STRtree(survey.geometry.to_numpy())
    cell, feature = tree.query(shapely.points(x.ravel(), y.ravel()), predicate="intersects")
    covers = np.full(x.size, BUILT, dtype=np.uint8)
    covers[cell] = codes[feature]
    return covers.reshape(x.shape)


def _heights(east: npt.NDArray[np.float64], north: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Polder: a gentle fall to the east and low swells, in eighths of a metre, which single precision holds exactly."""
    metres = 4.4 - 0.0002 * east + 0.3 * np.sin(east / 170) * np.cos(north / 130)
    return (np.round(metres * 8) / 8).astype(np.float32)


def _release(key: str, title_zh: str, number: int, district: str) -> Release:
    return Release(
        layer=key,
        name="2026-01",
        title_zh=f"{title_zh}（示例数据）",
        document_no=f"示例〔2026〕{number}号",
        issuing_body="示例数据，无批准机关",
        issued_on=date(2026, 1, 1),
        in_force_from=date(2026, 1, 1),
        expires_on=date(2027, 12, 31),
        source_crs="EPSG:4549",
        substitute=True,
        status=ReleaseStatus.PUBLISHED,
        district=district,
    )
