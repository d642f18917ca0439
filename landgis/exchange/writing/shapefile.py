"""A shapefile that keeps every Chinese value: short names made by us, with a table that explains them.

The format allows 10 bytes for a field name and 254 for a text, has no yes/no and no missing text. Nothing is cut in
silence: names are shortened on a character border and listed in 字段对照表.csv, and a value that does not fit is refused.
"""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from landgis.errors import ContractBroken, FileUnreadable, InputError
from landgis.exchange.writing.archive import pack
from landgis.exchange.writing.atomic import replacing
from landgis.exchange.writing.plain_frame import plain_frame, require_same_geometry, require_same_table

NAME_BYTES = 10
TEXT_BYTES = 254
MAPPING_FILE = "字段对照表.csv"
_LDID_CHINESE = 0x4D
_DBF_DATE = bytes((100, 1, 1))
"""Year since 1900, month, day: 2000-01-01, so that the same content gives the same bytes."""
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_PYTHON_CODECS = {"GBK": "gbk", "GB18030": "gb18030", "UTF-8": "utf-8"}


def write_shapefile_zip(path: str | Path, name: str, frame: gpd.GeoDataFrame, encoding: str = "GBK") -> dict[str, str]:
    """Write a frame as a zipped shapefile, replacing a file of that name.

    Parameters
    ----------
    path
        Target, a ``.zip``.
    name
        Name of the shapefile inside; may be Chinese.
    frame
        Polygons or multipolygons (or one other kind) with a CRS. Yes/no becomes 是/否; missing text and empty text
        become the same.
    encoding
        ``GBK``, ``GB18030`` or ``UTF-8``.

    Returns
    -------
    dict
        Column name → field name in the shapefile; also inside the zip as 字段对照表.csv.

    Raises
    ------
    InputError
        If a value has characters the encoding lacks, or more than 254 bytes: with the row and what to do.
    ContractBroken
        If a column cannot be written, there is no CRS, or the encoding is none of the three.
    FileUnreadable
        If it does not read back as written; nothing is left behind then.
    """
    target = Path(path)
    if encoding not in _PYTHON_CODECS or frame.crs is None:
        raise ContractBroken(
            f"{name} 无法写成 shapefile：须有坐标系，编码为 {'、'.join(_PYTHON_CODECS)} 之一",
            f"{name} cannot be written as a shapefile: it needs a CRS and an encoding of {', '.join(_PYTHON_CODECS)}",
            where=str(target),
        )
    table = _texts_of_flags(plain_frame(frame, name))
    codec = _PYTHON_CODECS[encoding]
    _require_representable(table, codec, encoding, name)
    names = short_names([str(column) for column in table.columns], codec)
    written = gpd.GeoDataFrame(table.rename(columns=names), geometry=frame.geometry.to_numpy(), crs=frame.crs)
    with replacing(target) as draft:
        base = draft.with_name("layer.shp")
        pyogrio.write_dataframe(written, base, driver="ESRI Shapefile", encoding=encoding, **_kind(frame))
        _stamp(base.with_suffix(".dbf"), encoding)
        _read_back(base, written, encoding, name)
        mapping = _mapping_csv(names, table)
        parts = {f"{name}{suffix}": base.with_suffix(suffix).read_bytes() for suffix in _PARTS}
        pack(draft, {**parts, MAPPING_FILE: mapping})
        _require_sound(draft, name)
    return names


def short_names(columns: list[str], codec: str) -> dict[str, str]:
    """Shorten names to ten bytes of the encoding, on a character border, and keep them apart without regard to case.

    Returns
    -------
    dict
        Column name → field name, in the order given.
    """
    taken: set[str] = set()
    names = {}
    for column in columns:
        short = _cut(column, codec, NAME_BYTES)
        number = 1
        while short.casefold() in taken or not short:
            ending = f"_{number}"
            short = _cut(column, codec, NAME_BYTES - len(ending)) + ending
            number += 1
        taken.add(short.casefold())
        names[column] = short
    return names


def _cut(text: str, codec: str, size: int) -> str:
    return text.encode(codec, errors="ignore")[:size].decode(codec, errors="ignore")


def _kind(frame: gpd.GeoDataFrame) -> dict[str, str]:
    kinds = set(frame.geom_type.dropna().unique())
    return {"geometry_type": "Polygon"} if kinds <= {"Polygon", "MultiPolygon"} else {}


def _texts_of_flags(table: pd.DataFrame) -> pd.DataFrame:
    flags = [name for name in table.columns if pd.api.types.is_bool_dtype(table[name].dtype)]
    changed = {name: table[name].astype("object").map({True: "是", False: "否"}).astype("str") for name in flags}
    return table.assign(**changed)


def _require_representable(table: pd.DataFrame, codec: str, encoding: str, where: str) -> None:
    for column in table.columns:
        if not pd.api.types.is_string_dtype(table[column].dtype):
            continue
        for row, text in enumerate(table[column]):
            if not isinstance(text, str):
                continue
            try:
                size = len(text.encode(codec))
            except UnicodeEncodeError as error:
                raise InputError(
                    f"{where} 第 {row + 1} 行 {column}：“{text[error.start]}”不在 {encoding} 字符集中",
                    f"{where} row {row + 1} {column}: “{text[error.start]}” is not in {encoding}",
                    where=f"{where} {column}",
                    next_zh="请改用 GB18030 编码或 GeoPackage",
                    next_en="Write it in GB18030, or as GeoPackage",
                ) from error
            if size > TEXT_BYTES:
                raise InputError(
                    f"{where} 第 {row + 1} 行 {column}：文字 {size} 字节，shapefile 至多 {TEXT_BYTES} 字节",
                    f"{where} row {row + 1} {column}: {size} bytes of text, a shapefile holds {TEXT_BYTES}",
                    where=f"{where} {column}",
                    next_zh="请缩短该值或改用 GeoPackage",
                    next_en="Shorten it, or write a GeoPackage",
                )


def _stamp(dbf: Path, encoding: str) -> None:
    """Fix the date, and let the language byte name Chinese text for software that ignores .cpg."""
    data = bytearray(dbf.read_bytes())
    data[1:4] = _DBF_DATE
    data[29] = 0 if encoding == "UTF-8" else _LDID_CHINESE
    dbf.write_bytes(data)


def _read_back(shp: Path, written: gpd.GeoDataFrame, encoding: str, name: str) -> None:
    read = pyogrio.read_dataframe(shp, encoding=encoding, datetime_as_string=True)
    fields = pd.DataFrame(written.drop(columns=written.geometry.name))
    require_same_table(fields, pd.DataFrame(read.drop(columns=read.geometry.name)), name, _same_in_shapefile)
    require_same_geometry(
        np.asarray(written.geometry.array, dtype=object), np.asarray(read.geometry.array, dtype=object), name
    )


def _require_sound(archive_path: Path, name: str) -> None:
    with zipfile.ZipFile(archive_path) as archive:
        damaged = archive.testzip()
    if damaged is not None:
        raise FileUnreadable(
            f"{name} 的压缩包写坏了：{damaged}", f"The archive of {name} is damaged: {damaged}", where=name
        )


def _same_in_shapefile(one: object, other: object) -> bool:
    """Compare as the format can hold: no difference between missing and empty, numbers to 15 digits."""
    if not one and not other and not isinstance(one or other, (int, float)):
        return one in (None, "") and other in (None, "")
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-14, abs_tol=1e-14)
    return False


def _mapping_csv(names: dict[str, str], table: pd.DataFrame) -> bytes:
    rows = ["字段名,原列名,类型"]
    for column, short in names.items():
        kind = "文字" if pd.api.types.is_string_dtype(table[column].dtype) else "数值"
        quoted = column.replace('"', '""')
        rows.append(f'{short},"{quoted}",{kind}')
    return ("\r\n".join(rows) + "\r\n").encode("utf-8-sig")
