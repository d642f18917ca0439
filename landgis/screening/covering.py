"""How far the release of a layer speaks of parcels."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landgis.area import FLOOR_M2, planar_m2
from landgis.crs import GeometryArray
from landgis.domain.layer import Coverage
from landgis.domain.raster import CellMeasure
from landgis.screening.indexed import Layer


def covering(
    ids: npt.NDArray[np.object_],
    shapes: GeometryArray,
    key: str,
    layer: Layer | None,
    as_of: date,
    cells: pd.DataFrame,
) -> dict[str, npt.NDArray[Any]]:
    """Return state per parcel, and the m² that the release says nothing about: outside of it, and where it is silent.

    Parameters
    ----------
    ids, shapes
        Parcels: numbers, and valid polygons in the working CRS.
    key, layer
        The layer asked for, and its release; None: there is none.
    as_of
        The day that counts.
    cells
        CellFrame of the parcels: ground where a raster has no reading.

    Returns
    -------
    dict
        Columns of ``frames.measures.COVERAGE``, in the order of the parcels. Areas are planar m².
    """
    if layer is None:
        return _told(ids, key, str(Coverage.ABSENT), "", planar_m2(shapes))
    shapely.prepare(layer.coverage)
    uncovered = np.zeros(len(shapes))
    outside = np.flatnonzero(~shapely.covers(layer.coverage, shapes))
    uncovered[outside] = shapely.area(shapely.difference(shapes[outside], layer.coverage))
    uncovered += _silent_share(cells, key, ids) * planar_m2(shapes)
    uncovered[uncovered <= FLOOR_M2] = 0.0
    overall = layer.release.state_on(as_of)
    partly = (uncovered > 0) | (not layer.complete)
    state = np.full(len(shapes), str(overall), dtype=object)
    if overall is Coverage.COMPLETE:
        state[partly] = str(Coverage.PARTIAL)
    return _told(ids, key, state, layer.release.name, uncovered)


def _told(
    ids: npt.NDArray[np.object_],
    key: str,
    state: str | npt.NDArray[np.object_],
    release: str,
    uncovered_m2: npt.NDArray[np.float64],
) -> dict[str, npt.NDArray[Any]]:
    said = {"layer": key, "state": state, "release": release}
    texts = {name: np.full(len(ids), text, dtype=object) for name, text in said.items()}
    return {"parcel_id": ids, **texts, "uncovered_m2": uncovered_m2}


def _silent_share(cells: pd.DataFrame, key: str, ids: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Share of each parcel that a raster reaches and says nothing of; 0 on layers of features."""
    if cells.empty:
        return np.zeros(len(ids))
    silent = cells[(cells["layer"] == key) & (cells["measure"] == CellMeasure.NODATA_SHARE)]
    shares = silent.set_index("parcel_id")["amount"].reindex(ids)
    return np.asarray(shares.fillna(0.0 if silent.empty else 1.0).to_numpy(dtype=float))
