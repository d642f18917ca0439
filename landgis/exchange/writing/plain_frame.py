"""Frames with plain columns only, as files can hold them, and comparing what was written with what reads back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.crs import GeometryArray
from landgis.errors import ContractBroken, FileUnreadable
from landgis.exchange.conforming.values import plain_value

Same = Callable[[object, object], bool]


def plain_frame(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return the fields of a frame with text, whole number, number and yes/no columns only.

    Decimal becomes a number, a date ISO text, a list or dict JSON text. Geometry is left out.

    Raises
    ------
    ContractBroken
        If a column mixes kinds or holds something else, or two columns have one name.
    """
    names = [str(name) for name in frame.columns]
    if len(set(names)) < len(names):
        raise _unwritable(where, "有重名的列", "two columns have one name")
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    kept = {str(name): _plain_column(frame[name], f"{where} {name}") for name in frame.columns if name != geometry}
    return pd.DataFrame(kept, index=frame.index).reset_index(drop=True)


def require_same_table(written: pd.DataFrame, read: pd.DataFrame, where: str, same: Same) -> None:
    """Raise unless what reads back is what was written.

    Parameters
    ----------
    written, read
        Plain frames.
    same
        Compares two values that are not equal as they stand.

    Raises
    ------
    FileUnreadable
        With the first difference.
    """
    if len(written) != len(read):
        raise _differs(
            where, f"应有 {len(written)} 行，读回 {len(read)} 行", f"{len(written)} rows, {len(read)} read back"
        )
    if list(written.columns) != list(read.columns):
        names = f"{list(written.columns)} → {list(read.columns)}"
        raise _differs(where, f"列名不一：{names}", f"the columns differ: {names}")
    for name in written.columns:
        for row, (before, after) in enumerate(zip(written[name], read[name], strict=True)):
            one, other = plain_value(before), plain_value(after)
            if one != other and not same(one, other):
                told = f"{name} #{row + 1}: {one!r} → {other!r}"
                raise _differs(where, f"读回的值不一：{told}", f"a value reads back differently: {told}")


def require_same_geometry(written: GeometryArray, read: GeometryArray, where: str) -> None:
    """Raise unless every geometry reads back vertex for vertex (a part alone and a multi-part of one are the same).

    Raises
    ------
    FileUnreadable
        With the first row that differs.
    """
    one, other = _comparable(written), _comparable(read)
    alike = shapely.equals_exact(one, other, 0.0) | (shapely.is_missing(one) & shapely.is_missing(other))
    if not alike.all():
        row = int(np.flatnonzero(~alike)[0]) + 1
        raise _differs(where, f"第 {row} 行图形读回不一", f"the geometry of row {row} reads back differently")


def _plain_column(values: pd.Series, where: str) -> pd.Series:
    if values.dtype != object:
        if isinstance(values.dtype, pd.CategoricalDtype) or pd.api.types.is_datetime64_any_dtype(values.dtype):
            return values.astype("str").where(values.notna())
        return values
    cells = [_plain_cell(value) for value in values]
    kinds = {type(cell) for cell in cells if cell is not None}
    dtype = "str" if not kinds else next((name for allowed, name in _DTYPES if kinds <= allowed), None)
    if dtype is None:
        listed = "、".join(sorted(kind.__name__ for kind in kinds))
        raise _unwritable(where, f"列内类型不一：{listed}", f"the column mixes {listed}")
    return pd.Series(cells, index=values.index, dtype=dtype)


_DTYPES: tuple[tuple[set[type], str], ...] = (
    ({str}, "str"),
    ({bool}, "boolean"),
    ({int}, "Int64"),
    ({int, float}, "float64"),
)


def _plain_cell(value: object) -> object:
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, Decimal):
        return float(value)
    if value is not pd.NaT and isinstance(value, (date, datetime)):
        return value.isoformat()
    plain = plain_value(value)
    return str(plain) if isinstance(plain, str) else plain


def _comparable(shapes: GeometryArray) -> GeometryArray:
    single = np.isin(shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.LINESTRING))
    multi = shapes.copy()
    for row in np.flatnonzero(single):
        shape = shapes[row]
        multi[row] = shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shapely.MultiLineString([shape])
    return np.asarray(shapely.normalize(multi), dtype=object)


def _differs(where: str, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        f"写出的 {where} 未能原样读回：{zh}",
        f"{where} does not read back as written: {en}",
        where=where,
        next_zh="文件未保存；请改用 GeoPackage，或报告此问题",
        next_en="Nothing was saved: use GeoPackage, or report this",
    )


def _unwritable(where: str, zh: str, en: str) -> ContractBroken:
    return ContractBroken(f"{where} 无法写出：{zh}", f"{where} cannot be written: {en}", where=where)
