"""Frames with plain columns only, as any file can hold them."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import geopandas as gpd
import pandas as pd

from landgis.errors import ContractBroken
from landgis.exchange.conforming.values import plain_value


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


def _unwritable(where: str, zh: str, en: str) -> ContractBroken:
    return ContractBroken(f"{where} 无法写出：{zh}", f"{where} cannot be written: {en}", where=where)
