"""Declaring a table and holding a frame to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from landgis.errors import ContractBroken

TEXT = pd.StringDtype("python", na_value=np.nan)
"""Texts of tables that are made on the way: most are the same few, so each is held once; Arrow writes each out on every row."""
_FEW = 500
"""Rows of a table whose keys are told apart faster one by one."""
_CHECKS = {
    "text": pd.api.types.is_string_dtype,
    "float": pd.api.types.is_float_dtype,
    "int": pd.api.types.is_integer_dtype,
    "bool": pd.api.types.is_bool_dtype,
}


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows as dictionaries keyed by column name."""
    if frame.empty:
        return []
    plain = pd.DataFrame(frame)
    names = [str(name) for name in plain.columns]
    cells = [plain[name].tolist() for name in plain.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


@dataclass(frozen=True)
class Column:
    """One declared column.

    Attributes
    ----------
    name
        Column name; carries its unit (``area_m2``, ``distance_m``) where it has one.
    kind
        ``text``, ``float``, ``int``, ``bool`` (nullable boolean allowed) or ``object`` (not checked).
    nullable
        Whether missing values are allowed.
    """

    name: str
    kind: str
    nullable: bool = False


@dataclass(frozen=True)
class FrameSpec:
    """A declared table.

    Attributes
    ----------
    name
        What an error calls it.
    columns
        Required columns, in order; further columns are allowed and left alone.
    key
        Columns that together identify a row.
    geometry
        ``None`` for a plain table, else the allowed geometry types.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    geometry: tuple[str, ...] | None = None
    notes: str = field(default="", compare=False)

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def require(self, frame: pd.DataFrame, crs: CRS | None = None) -> None:
        """Raise unless the frame keeps the declaration.

        Parameters
        ----------
        frame
            DataFrame, or GeoDataFrame when the table has geometry.
        crs
            CRS the geometry must be in, compared exactly; None skips the comparison.

        Raises
        ------
        ContractBroken
            With every fault found, not only the first.
        """
        faults = [*self._column_faults(frame), *self._key_faults(frame), *self._geometry_faults(frame, crs)]
        if faults:
            listed = "；".join(faults)
            raise ContractBroken(
                f"表 {self.name} 不符合约定：{listed}", f"Table {self.name} breaks its contract: {listed}"
            )

    def empty(self) -> pd.DataFrame:
        """Return a frame of this shape without rows."""
        return _empty(self).copy()

    def _column_faults(self, frame: pd.DataFrame) -> list[str]:
        faults = []
        plain = pd.DataFrame(frame)
        for column in self.columns:
            if column.name not in plain.columns:
                faults.append(f"missing column {column.name}")
                continue
            cells = plain[column.name]
            values = cells.array  # small tables are held to this all the time, and asking a series costs more
            if not column.nullable and values.isna().any():
                faults.append(f"empty values in {column.name}")
            check = _CHECKS.get(column.kind)
            if check is not None and len(values) and not check(cells.dtype) and not values.isna().all():
                faults.append(f"{column.name} is {values.dtype}, expected {column.kind}")
        return faults

    def _key_faults(self, frame: pd.DataFrame) -> list[str]:
        if not self.key or any(name not in frame.columns for name in self.key):
            return []
        plain = pd.DataFrame(frame)
        if len(plain) <= _FEW:
            cells = [plain[name].tolist() for name in self.key]
            if len(set(zip(*cells, strict=True))) == len(plain):
                return []
        again = plain.duplicated(list(self.key)).to_numpy()
        if not again.any():
            return []
        repeated = frame.loc[again, list(self.key)]
        return [f"repeated key {tuple(repeated.iloc[0])} ({len(repeated)} rows)"]

    def _geometry_faults(self, frame: pd.DataFrame, crs: CRS | None) -> list[str]:
        if self.geometry is None:
            return []
        if not isinstance(frame, gpd.GeoDataFrame):
            return ["no geometry column"]
        faults = []
        if frame.crs is None:
            faults.append("no CRS")
        elif crs is not None and frame.crs != crs:
            faults.append(f"CRS is {frame.crs.to_string()}, expected {crs.to_string()}")
        if frame.geometry.isna().any() or frame.geometry.is_empty.any():
            faults.append("missing or empty geometry")
        kinds = set(frame.geom_type.dropna().unique()) - set(self.geometry)
        if kinds:
            faults.append(f"geometry types {sorted(kinds)}, expected {list(self.geometry)}")
        return faults


@cache
def _empty(spec: FrameSpec) -> pd.DataFrame:
    """The frame without rows, made once: small checks ask for it again and again."""
    dtypes = {"text": "str", "float": "float64", "int": "int64", "bool": "boolean", "object": "object"}
    return pd.DataFrame({column.name: pd.Series(dtype=dtypes[column.kind]) for column in spec.columns})
