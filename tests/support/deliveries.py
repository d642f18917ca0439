"""Layers with every kind of value, in any number of rows: made up, or of the sample district (替代数据，非法定成果)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from landgis.domain.loss import LossCode
from landgis.exchange.writing.boundary_text import BoundaryHeader
from landgis.exchange.writing.options import FieldForm, LayerForm, PlotForm, WritingOptions
from landgis.sample import build
from landgis.sample.country import DISTRICT_SIZE
from landgis.sample.country.content import tile_content

EAST, NORTH = 600_340.15, 3_425_981.25
RARE = ("𠮷田村", "㙍头村", "䶮泾", "𪚥𪛕", "𫝀𫠝", "𬺰", "𮯠", "𰀀", "１２３号", "：，（）")
"""Extensions A to G, planes 0, 2 and 3; full-width digits and marks."""
LAYER = "入市地块"


def every_kind(rows: int, *, heights: bool = False) -> gpd.GeoDataFrame:
    """Return plots of which every third has a hole and every fifth two parts, with text, numbers, dates and flags."""
    table = pd.DataFrame(
        {
            "DKBH": [f"SJ-{row:06d}" for row in range(rows)],
            "DKMC": [(RARE[row % len(RARE)] * 20)[:60] for row in range(rows)],
            "权属单位名称": [None if row % 7 == 0 else f"第{row}村经济合作社" for row in range(rows)],
            "CLEAR": pd.Series([(True, False, None)[row % 3] for row in range(rows)], dtype="boolean"),
            "POINTS": pd.Series([None if row % 11 == 0 else row - 5 for row in range(rows)], dtype="Int64"),
            "AREA_M2": [9_600.5 + row / 1000 for row in range(rows)],
            "AREA_HA": [None if row % 13 == 0 else Decimal(row).scaleb(-4) for row in range(rows)],
            "SHARE": [1 / (row + 3) for row in range(rows)],
            "DAY": [None if row % 5 == 0 else dt.date(1999, 12, 31) + dt.timedelta(row) for row in range(rows)],
        }
    )
    shapes = [_plot(row) for row in range(rows)]
    return gpd.GeoDataFrame(
        table, geometry=[shapely.force_3d(shape, 4.25) for shape in shapes] if heights else shapes, crs=4549
    )


_SAMPLE = {
    "DKBH": "parcel_id", "ZMC": "town_name", "权属单位名称": "owner_name", "CLEAR": "rental_only", "ZSMJ": "registered_area_m2",
    "YTDM": "planned_use_code", "ZSH": "certificate_no",
}  # fmt: skip
"""Column of the delivery → column of the sample."""


def of_the_sample(rows: int) -> gpd.GeoDataFrame:
    """Return parcels of the sample district under the columns of ``every_kind``, their names made 60 rare characters.

    Up to 370 they are those of the small sample, the ones with holes and several parts first; beyond, those of the large
    one, tile by tile.
    """
    sample = _small(rows) if rows <= 370 else _large(rows)
    told = every_kind(rows)
    kept = {name: told[name] for name in ("DKMC", "POINTS", "AREA_M2", "SHARE", "DAY")}
    table = pd.DataFrame({name: sample[column] for name, column in _SAMPLE.items()} | kept)
    return gpd.GeoDataFrame(table, geometry=sample.geometry.to_numpy(), crs=4549)


def _small(rows: int) -> gpd.GeoDataFrame:
    parcels = build("small", 1).parcels
    rings = [len(shapely.get_rings(shape)) for shape in parcels.geometry]
    order = np.argsort(np.negative(rings), kind="stable")[:rows]
    return parcels.iloc[order].reset_index(drop=True)


def _large(rows: int) -> gpd.GeoDataFrame:
    frames, count = [], 0
    while count < rows:
        tile = tile_content(DISTRICT_SIZE, 1, len(frames), measured_only=True).parcels
        table = pd.DataFrame({name: pd.Series(tile.columns[name].to_pylist()) for name in _SAMPLE.values()})
        frames.append(gpd.GeoDataFrame(table, geometry=tile.shapes, crs=4549))
        count += len(table)
    whole = pd.concat(frames, ignore_index=True).iloc[:rows]
    return whole.astype({"rental_only": "boolean", "registered_area_m2": "float64"})


def _plot(row: int) -> shapely.Polygon | shapely.MultiPolygon:
    west, south = round(EAST + 200 * (row % 250), 3), round(NORTH + 200 * (row // 250), 3)

    def box(left: float, low: float, right: float, high: float) -> shapely.Polygon:
        corners = ((left, low), (right, low), (right, high), (left, high))
        return shapely.Polygon([(round(west + x, 3), round(south + y, 3)) for x, y in corners])

    plot = box(0, 0, 99.875, 97.123)
    if row % 3 == 0:
        plot = shapely.Polygon(plot.exterior, [box(20, 20, 40.5, 40.5).exterior])
    return shapely.MultiPolygon([plot, box(120, 0, 150.333, 30)]) if row % 5 == 0 else plot


def everything_accepted(encoding: str = "GB18030") -> WritingOptions:
    """Return options under which every format can be written."""
    header = BoundaryHeader(CRS.from_epsg(4549), "测绘单位", dt.date(2026, 1, 15))
    form = LayerForm(
        alias="入市地块层",
        key="DKBH",
        fields={"DKMC": FieldForm(alias="地块名称", length=60)},
        qml="<qgis/>",
        sld="<sld/>",
    )
    return WritingOptions(
        accept=frozenset(LossCode),
        layers={LAYER: form},
        encoding=encoding,
        metadata_xml="<gmd:MD_Metadata/>",
        plots=PlotForm(header, number="DKBH", area_m2="AREA_M2"),
    )
