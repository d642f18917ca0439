"""Tables of features in columns, built without a loop over rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from landgis.sample.country.arrays import Floats, Ints, Shapes


@dataclass(frozen=True)
class FeatureTable:
    """Features of one layer: columns of one length, and their shapes (EPSG:4549)."""

    columns: Mapping[str, pa.Array]
    shapes: Shapes

    def __len__(self) -> int:
        return len(self.shapes)


def same(value: str | int, count: int) -> pa.Array:
    """Return a column of one value."""
    return pa.repeat(pa.scalar(value), count)


def numbered(before: str, numbers: Ints, digits: int) -> pa.Array:
    """Return a column of numbers with leading zeros behind a prefix."""
    text = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), digits, "0")
    return pc.binary_join_element_wise(pa.scalar(before), text, pa.scalar(""))


def chosen(values: Sequence[str], which: Ints) -> pa.Array:
    """Return a column of values chosen by number."""
    return pa.array(list(values), pa.string()).take(pa.array(which))


def areas(shapes: Shapes) -> Floats:
    """Return planar areas, m², two decimals."""
    return np.round(shapely.area(shapes), 2)
