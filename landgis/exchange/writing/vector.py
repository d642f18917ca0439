"""Faithful writing: GeoPackage and CSV, whole or not at all, and read back before they count as written."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from landgis.errors import FileUnreadable
from landgis.exchange.conforming.values import plain_value
from landgis.exchange.writing.atomic import replacing
from landgis.exchange.writing.geopackage import GEOPACKAGE
from landgis.exchange.writing.plain_frame import plain_frame
from landgis.exchange.writing.shapefile import write_shapefile_zip
from landgis.exchange.writing.spreadsheet import neutralised

__all__ = ["write_bytes", "write_csv", "write_geopackage", "write_shapefile_zip"]


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
        If there is no layer, a frame has no CRS, a column cannot be written, or something would be lost.
    FileUnreadable
        If any row or value does not read back as written; nothing is left behind then.
    """
    plain = {
        name: gpd.GeoDataFrame(plain_frame(frame, name), geometry=frame.geometry.to_numpy(), crs=frame.crs)
        for name, frame in layers.items()
    }
    GEOPACKAGE.write(path, plain)


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
