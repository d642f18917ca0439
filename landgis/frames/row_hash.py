"""One hash for every row of a delivery: what the next package of changes is computed from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.frames.delivered import row_keys


def row_hashes(frame: pd.DataFrame, key: Sequence[str]) -> dict[str, str]:
    """Return row key → SHA-256 of the row as delivered: every field by name, and the geometry bit for bit.

    Parameters
    ----------
    frame
        Layer of a delivery; geometry in the CRS of the delivery.
    key
        Key fields, which tell the rows apart.
    """
    fields = pd.DataFrame(frame.drop(columns=frame.geometry.name) if isinstance(frame, gpd.GeoDataFrame) else frame)
    names = json.dumps([str(name) for name in fields.columns], ensure_ascii=False).encode()
    columns = [_plain(fields[name]) for name in fields.columns]
    shapes = _shapes(frame)
    found = {}
    for row, name in enumerate(row_keys(frame, key)):
        digest = hashlib.sha256(names)
        digest.update(json.dumps([column[row] for column in columns], ensure_ascii=False, default=str).encode())
        digest.update(shapes[row])
        found[name] = digest.hexdigest()
    return found


def _plain(values: pd.Series) -> list[object]:
    return values.astype(object).where(values.notna(), None).tolist()


def _shapes(frame: pd.DataFrame) -> Sequence[bytes]:
    if not isinstance(frame, gpd.GeoDataFrame):
        return [b""] * len(frame)
    written = shapely.to_wkb(np.asarray(frame.geometry.array, dtype=object), byte_order=1)
    return [shape or b"" for shape in written.tolist()]
