"""Where two frames of one kind differ, cell by cell and bit by bit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.frames.digest import frame_hash
from landgis.frames.spec import Column, FrameSpec
from landgis.services.verifying.verification import Difference, Words

_CODES: dict[str, tuple[str, Words]] = {
    "parcels": ("parcel_differs", ("地块", "parcel")),
    "areas": ("area_differs", ("面积", "area")),
    "overlaps": ("overlap_differs", ("压占", "overlap")),
    "hits": ("hit_differs", ("压占要素", "hit")),
    "coverage": ("coverage_differs", ("覆盖", "coverage")),
    "cells": ("cell_differs", ("栅格量测", "raster reading")),
    "findings": ("finding_differs", ("判定", "finding")),
    "verdicts": ("verdict_differs", ("结论", "verdict")),
}
_THERE, _ABSENT = ("有此行", "a row"), ("无此行", "no row")


def frame_name(name: str) -> Words:
    """Return what a frame of a run is called."""
    return _CODES[name][1]


def frame_differences(
    name: str, stored: pd.DataFrame, found: pd.DataFrame, spec: FrameSpec, columns: Sequence[str]
) -> list[Difference]:
    """Name every cell that is not the same in a stored frame and in the one made anew.

    Parameters
    ----------
    name
        Which frame of a run.
    stored, found
        The frames.
    spec, columns
        Their declaration, and the columns that count.
    """
    counted = [column for column in spec.columns if column.name in columns]
    if frame_hash(stored, counted, spec.key) == frame_hash(found, counted, spec.key):
        return []
    key = list(spec.key)
    one, other = (frame.astype(dict.fromkeys(key, "str")).set_index(key) for frame in (stored, found))
    rows = [
        _difference(name, _place(spec, place), "", *told)
        for told, places in (
            ((_THERE, _ABSENT), one.index.difference(other.index)),
            ((_ABSENT, _THERE), other.index.difference(one.index)),
        )
        for place in places
    ]
    shared = one.index.intersection(other.index).sort_values()
    one, other = one.loc[shared], other.loc[shared]
    return rows + [
        difference
        for column in counted
        if column.name not in key
        for difference in _cells(name, spec, column, one[column.name], other[column.name])
    ]


def _cells(name: str, spec: FrameSpec, column: Column, one: pd.Series, other: pd.Series) -> Iterator[Difference]:
    for row in np.flatnonzero(_unlike(column, one, other)).tolist():
        place = _place(spec, one.index[row])
        stored, found = _shown(one.iloc[row]), _shown(other.iloc[row])
        yield _difference(name, place, column.name, (stored, stored), (found, found))


def _unlike(column: Column, one: pd.Series, other: pd.Series) -> npt.NDArray[np.bool_]:
    if column.kind == "float":
        bits = [np.where(np.isnan(cells), np.nan, cells).view("i8") for cells in map(_floats, (one, other))]
        return np.asarray(bits[0] != bits[1])
    missing = one.isna().to_numpy(), other.isna().to_numpy()
    unlike = one.to_numpy(dtype=object) != other.to_numpy(dtype=object)
    return np.asarray(unlike & ~(missing[0] & missing[1]), dtype=np.bool_)


def _floats(cells: pd.Series) -> npt.NDArray[np.float64]:
    return np.asarray(cells.to_numpy(dtype=np.float64, na_value=np.nan))


def _shown(cell: Any) -> str:
    """Return a cell as text that two different cells never share."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return "—"
    return repr(float(cell)) if isinstance(cell, float) else str(cell)


def _place(spec: FrameSpec, place: Any) -> dict[str, str]:
    values = place if isinstance(place, tuple) else (place,)
    return dict(zip(spec.key, map(str, values), strict=True))


def _difference(name: str, place: dict[str, str], column: str, stored: Words, found: Words) -> Difference:
    code, (zh, en) = _CODES[name]
    rest = [value for key, value in place.items() if key != "parcel_id" and value]
    where_zh = zh + (f"（{'、'.join(rest)}）" if rest else "") + (f"的 {column}" if column else "")
    where_en = en + (f" ({', '.join(rest)})" if rest else "") + (f", {column}" if column else "")
    return Difference(
        code,
        f"地块 {place['parcel_id']} 的{where_zh}：库中为 {stored[0]}，重算为 {found[0]}",
        f"Parcel {place['parcel_id']}, {where_en}: stored {stored[1]}, recomputed {found[1]}",
        place["parcel_id"], place.get("layer", ""), place.get("rule_id", ""), column, stored[1], found[1],
    )  # fmt: skip
