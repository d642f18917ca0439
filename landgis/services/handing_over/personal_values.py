"""Personal values in what was delivered to us: told by the name of a field or by its values, and dropped or masked."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from landgis.domain.personal import mask, personal_field, personal_number
from landgis.domain.profile import Personal
from landgis.quality.fields import OURS, holds_codes


def personal_columns(frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Return the columns that hold persons: by their name, or because a value is an identity or telephone number.

    Identifiers and codes of ours and of the deliverer are looked at by name only: their digits mean something else.
    """
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    return tuple(name for name in names if personal_field(name) or _holds_numbers(frame, name))


def by_rule(frame: gpd.GeoDataFrame, rule: Personal) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return a frame with its personal columns dropped, masked or kept, and their names."""
    found = personal_columns(frame)
    if rule is Personal.KEEP or not found:
        return frame, found
    if rule is Personal.DROP:
        return frame.drop(columns=list(found)), found
    return frame.assign(**{name: frame[name].map(_masked).astype("str") for name in found}), found


def _holds_numbers(frame: gpd.GeoDataFrame, name: str) -> bool:
    if holds_codes(name) or name in set(OURS) - {"label"}:
        return False
    column = frame[name]
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return False
    return any(personal_number(_digits(value)) for value in column.dropna().unique())


def _digits(value: object) -> str:
    """Return a value as text; a telephone number that came as a floating number without its point."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _masked(value: object) -> object:
    return None if value is None or value is pd.NA or value != value else mask(_digits(value))
