"""Cells planted under parcels: how much of them lies on a parcel is known in fractions, before anything is measured.

Everything under a planted parcel is built-up and level; a kind then paints whole columns of cells from the west, as many as
bring the share of the parcel between two numbers. The answers are those of the trial rules beside the sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.errors import NotReady
from landgis.sample.cells import BUILT, CELL_M, COVER_NODATA, HEIGHT_NODATA, LEVEL_M, RasterSample
from landgis.sample.exact import overlap_m2
from landgis.sample.plots import AS_OF

_LATER = date(2027, 6, 30)
_LEAST_M2, _MOST_M2 = 1_500, 6_000
_GROUND = {"land_cover": BUILT, "terrain": LEVEL_M}


@dataclass(frozen=True)
class _Kind:
    """What is painted on a raster, on which share of a parcel, and what the trial rules then say.

    ``measure`` and ``class_`` name the number that is known: the painted share, what is left of it, or a height.
    """

    key: str
    title_zh: str
    layer: str
    value: float
    low: float
    high: float
    measure: str
    class_: str
    outcome: str
    rule: str = ""
    later: str = ""

    def amount(self, share: float) -> float:
        """Return the known number, from the painted share of the parcel."""
        if self.measure == "mean_m":
            return LEVEL_M + share * (self.value - LEVEL_M)
        if self.measure in ("min_m", "max_m"):
            return self.value
        if self.measure == "covered_share":
            return 1.0
        return 1.0 - share if self.class_ == "built" else share


_KINDS = (
    _Kind("cover_clear", "全为人造地表", "land_cover", BUILT, -1, 1, "covered_share", "", "clear"),
    _Kind("cover_cropland", "耕地超过限值", "land_cover", 10, 0.15, 0.5, "cover_share", "cropland", "excluded", "land-cover"),
    _Kind(
        "cover_cropland_dated", "耕地在新旧限值之间", "land_cover", 10, 0.055, 0.095, "cover_share", "cropland", "clear",
        "land-cover", "excluded",
    ),
    _Kind("cover_forest", "林地超过限值", "land_cover", 20, 0.15, 0.5, "cover_share", "forest", "flagged", "land-cover"),
    _Kind(
        "cover_unrecognised", "代码不在图例中", "land_cover", 99, 0.15, 0.5, "cover_share", "unrecognised", "unknown",
        "land-cover",
    ),
    _Kind("cover_nodata", "部分像元无数据", "land_cover", COVER_NODATA, 0.05, 0.3, "nodata_share", "", "unknown", "land-cover"),
    _Kind("cover_bare", "人造地表低于限值", "land_cover", 90, 0.75, 0.95, "cover_share", "built", "flagged", "land-cover-built"),
    _Kind("height_level", "平坦", "terrain", LEVEL_M, -1, 1, "mean_m", "", "clear"),
    _Kind("height_low", "局部低洼", "terrain", 2.125, 0.05, 0.5, "min_m", "", "flagged", "terrain-lowest"),
    _Kind("height_mean", "低洼处的平均高程", "terrain", 3.5, 0.3, 0.7, "mean_m", "", "clear"),
    _Kind("height_high", "堆土", "terrain", 9.5, 0.05, 0.5, "max_m", "", "excluded", "terrain-highest"),
    _Kind("height_nodata", "部分高程缺失", "terrain", HEIGHT_NODATA, 0.05, 0.3, "nodata_share", "", "unknown", "terrain-lowest"),
)  # fmt: skip


def plant_cells(rasters: Mapping[str, RasterSample], parcels: gpd.GeoDataFrame, planted: Iterable[str]) -> pd.DataFrame:
    """Paint every kind under a parcel of its own, in place, and return the known answers.

    Parameters
    ----------
    rasters
        Land cover and terrain on one grid; their cells are painted.
    parcels
        ParcelFrame of the whole sample (EPSG:4549).
    planted
        Parcels that bear another planted case already.

    Returns
    -------
    pandas.DataFrame
        kind, parcel_id, district, title_zh, layer, measure, class, expected_amount (share of the parcel, or m),
        decisive_rule, expected_verdict (trial rules, full scope) and as_of.

    Raises
    ------
    NotReady
        If no parcel is left for a kind.
    """
    ground = shapely.intersection_all([raster.ground for raster in rasters.values()])
    inside = shapely.covers(ground, parcels.geometry.to_numpy())
    size = parcels.geometry.area.between(_LEAST_M2, _MOST_M2)
    free = parcels[inside & size & ~parcels["parcel_id"].isin(set(planted))].sort_values("parcel_id")
    spots = _apart(dict(zip(free["parcel_id"], free.geometry, strict=True)))
    district = dict(zip(free["parcel_id"], free["district"], strict=True))
    rows = []
    for kind in _KINDS:
        parcel_id, share = _paint(kind, rasters, spots)
        known = {"kind": kind.key, "parcel_id": parcel_id, "district": district[parcel_id], "title_zh": kind.title_zh}
        known |= {"layer": kind.layer, "measure": kind.measure, "class": kind.class_}
        known |= {"expected_amount": kind.amount(share), "decisive_rule": kind.rule}
        rows.append(known | {"expected_verdict": kind.outcome, "as_of": AS_OF})
        if kind.later:
            rows.append(known | {"expected_verdict": kind.later, "as_of": _LATER})
    rows.append(_outside(parcels, ground))
    return pd.DataFrame(rows)


def _apart(shapes: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Keep parcels that share no cell with one that was kept."""
    kept: dict[str, BaseGeometry] = {}
    for parcel_id, shape in shapes.items():
        if all(shapely.box(*shape.bounds).distance(shapely.box(*other.bounds)) > 2 * CELL_M for other in kept.values()):
            kept[parcel_id] = shape
    return kept


def _paint(kind: _Kind, rasters: Mapping[str, RasterSample], spots: dict[str, BaseGeometry]) -> tuple[str, float]:
    """Paint a kind under the first parcel that it fits, and take that off the free ones; return it and its share."""
    for parcel_id, shape in spots.items():
        raster = rasters[kind.layer]
        for edge, share in _shares(raster, shape):
            if kind.low < share < kind.high:
                for layer, level in _GROUND.items():
                    _fill(rasters[layer], shape.bounds, level)
                west, south, _, north = shape.bounds
                _fill(raster, (west, south, edge - CELL_M / 2, north), kind.value)
                del spots[parcel_id]
                return parcel_id, share
    raise NotReady(
        f"示例地面上没有地块安放“{kind.title_zh}”", f"No parcel of the sample is left for the planted cells {kind.key}",
        where=kind.layer, next_zh="请换一个种子", next_en="Take another seed",
    )  # fmt: skip


def _shares(raster: RasterSample, shape: BaseGeometry) -> Iterator[tuple[float, float]]:
    """Return edges between columns of cells, and the share of a parcel that lies west of each."""
    west, south, east, north = shape.bounds
    whole = overlap_m2(shape, [shapely.box(west - 1, south - 1, east + 1, north + 1)])
    first = raster.west + (int(west - raster.west) // CELL_M + 1) * CELL_M
    for edge in range(first, int(east) + CELL_M, CELL_M):
        yield edge, overlap_m2(shape, [shapely.box(west - 1, south - 1, edge, north + 1)]) / whole


def _fill(raster: RasterSample, bounds: tuple[float, float, float, float], value: float) -> None:
    """Give every cell that a box touches a value."""
    west, south, east, north = bounds
    columns = slice(int((west - raster.west) // CELL_M), int(np.ceil((east - raster.west) / CELL_M)))
    rows = slice(int((raster.north - north) // CELL_M), int(np.ceil((raster.north - south) / CELL_M)))
    raster.cells[rows, columns] = value


def _outside(parcels: gpd.GeoDataFrame, ground: BaseGeometry) -> dict[str, object]:
    """Return a parcel that no cell reaches."""
    away = parcels[shapely.disjoint(ground, parcels.geometry.to_numpy())].sort_values("parcel_id").iloc[0]
    return {
        "kind": "cover_outside", "parcel_id": away["parcel_id"], "district": away["district"], "title_zh": "栅格未覆盖",
        "layer": "land_cover", "measure": "outside_share", "class": "", "expected_amount": 1.0,
        "decisive_rule": "land-cover", "expected_verdict": "unknown", "as_of": AS_OF,
    }  # fmt: skip
