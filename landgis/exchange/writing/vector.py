"""Faithful writing: GeoPackage and CSV, whole or not at all, and read back before they count as written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from landgis.errors import ContractBroken, ExternalError, FileUnreadable
from landgis.exchange.conforming.values import plain_value
from landgis.exchange.writing.atomic import replacing
from landgis.exchange.writing.plain_frame import plain_frame, require_same_geometry, require_same_table
from landgis.exchange.writing.shapefile import write_shapefile_zip
from landgis.exchange.writing.spreadsheet import neutralised

__all__ = ["write_bytes", "write_csv", "write_geopackage", "write_shapefile_zip"]

_SETTINGS = {"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z", "OGR_SQLITE_JOURNAL": "OFF"}
"""A fixed date where GDAL would write the clock: the same content gives the same bytes. And no journal: a draft that
fails is thrown away, and what filled the disk is then still there to be seen."""
_RESERVED = {"fid", "geom"}


def write_geopackage(path: str | Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write frames as the layers of one GeoPackage, replacing a file of that name.

    Parameters
    ----------
    path
        Target.
    layers
        Layer name → frame with a CRS. Names of layers and columns may be Chinese. Decimal is written as a number,
        dates as ISO text, dicts as JSON text.

    Raises
    ------
    ContractBroken
        If there is no layer, a frame has no CRS, or a column cannot be written.
    FileUnreadable
        If any row or value does not read back as written; nothing is left behind then.
    """
    target = Path(path)
    if not layers:
        raise ContractBroken(f"{target.name} 没有图层可写", f"{target.name} has no layer to write", where=str(target))
    with replacing(target) as draft:
        with _gdal_settings():
            for name, frame in layers.items():
                _write_layer(draft, name, frame)
        for name, frame in layers.items():
            _read_back(draft, name, frame)


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write a file whole or not at all, replacing a file of that name."""
    with replacing(Path(path)) as draft:
        draft.write_bytes(content)


def write_csv(path: str | Path, frame: pd.DataFrame, *, bom: bool = True) -> None:
    """Write a table as CSV (RFC 4180, UTF-8), replacing a file of that name.

    Missing is an empty cell, yes/no is 是/否, numbers keep full precision. Text that a spreadsheet would run as a
    formula gets an apostrophe before it.

    Parameters
    ----------
    path
        Target.
    frame
        Table; geometry is left out.
    bom
        Begin with the mark by which spreadsheets know UTF-8. Files for programs may go without.

    Raises
    ------
    ContractBroken
        If a column cannot be written.
    FileUnreadable
        If the table does not read back as written; nothing is left behind then.
    """
    target = Path(path)
    table = plain_frame(frame, target.name)
    columns = [[plain_value(value) for value in table[name]] for name in table.columns]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutralised(str(name)) for name in table.columns])
    writer.writerows([_cell(value) for value in row] for row in zip(*columns, strict=True))
    content = text.getvalue().encode("utf-8-sig" if bom else "utf-8")
    with replacing(target) as draft:
        draft.write_bytes(content)
        if draft.read_bytes() != content:
            raise FileUnreadable(
                f"写出的 {target.name} 未能原样读回",
                f"{target.name} does not read back as written",
                where=str(target),
                next_zh="文件未保存；请检查磁盘",
                next_en="Nothing was saved: check the disk",
            )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return repr(value)
    return neutralised(value) if isinstance(value, str) else str(value)


@contextmanager
def _gdal_settings() -> Iterator[None]:
    before = {name: pyogrio.get_gdal_config_option(name) for name in _SETTINGS}
    pyogrio.set_gdal_config_options(_SETTINGS)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _write_layer(path: Path, name: str, frame: gpd.GeoDataFrame) -> None:
    _require_writable(name, frame, f"{path.name}:{name}")
    table = gpd.GeoDataFrame(plain_frame(frame, name), geometry=frame.geometry.to_numpy(), crs=frame.crs)
    kinds = set(frame.geom_type.dropna().unique())
    polygonal = kinds <= {"Polygon", "MultiPolygon"}
    options = {"geometry_type": "MultiPolygon", "promote_to_multi": True} if polygonal else {}
    try:
        pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", **options)
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise ExternalError(
            f"{path.name} 写到图层 {name} 时中断：{error}",
            f"Writing {path.name} stopped at layer {name}: {error}",
            where=str(path),
            next_zh="文件未保存；请检查磁盘空间与权限",
            next_en="Nothing was saved: check disk space and permissions",
        ) from error


def _require_writable(name: str, frame: gpd.GeoDataFrame, where: str) -> None:
    folded = [str(column).casefold() for column in frame.columns if column != frame.geometry.name]
    taken = sorted({column for column in folded if folded.count(column) > 1} | _RESERVED.intersection(folded))
    if frame.crs is None:
        raise ContractBroken(
            f"图层 {name} 没有坐标系，无法写出", f"Layer {name} has no CRS and cannot be written", where=where
        )
    if taken:
        listed = "、".join(taken)
        raise ContractBroken(
            f"图层 {name} 的列名重复（不分大小写）或为格式保留：{listed}",
            f"Layer {name} has columns that repeat (without regard to case) or are reserved: {listed}",
            where=where,
            next_zh="请改列名",
            next_en="Rename them",
        )


def _read_back(path: Path, name: str, frame: gpd.GeoDataFrame) -> None:
    where = f"{path.name}:{name}"
    read = pyogrio.read_dataframe(path, layer=name, datetime_as_string=True)
    written = plain_frame(frame, name)
    require_same_table(written, pd.DataFrame(read.drop(columns=read.geometry.name)), where, lambda _one, _other: False)
    require_same_geometry(_shapes(frame), _shapes(read), where)


def _shapes(frame: gpd.GeoDataFrame) -> np.ndarray:
    return np.asarray(frame.geometry.array, dtype=object)
