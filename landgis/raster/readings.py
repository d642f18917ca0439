"""From cells under parcels to named measures: shares of the whole parcel, and heights over its covered part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.domain.raster import CellMeasure, Meaning
from landgis.frames.measures import CELLS
from landgis.raster.cells import UnderPolygon

Row = tuple[str, str, float]


def readings(
    layer: str,
    meaning: Meaning,
    parcel_ids: Sequence[str],
    within_share: npt.NDArray[np.float64],
    under: Mapping[int, UnderPolygon],
) -> pd.DataFrame:
    """Return the measures of parcels on one raster.

    Parameters
    ----------
    layer, meaning
        Layer key, and what its cells mean.
    parcel_ids
        One per parcel.
    within_share
        Share of each parcel that the release reaches, 0–1.
    under
        What lies under that part, by position; parcels that it does not reach are not in it.

    Returns
    -------
    pandas.DataFrame
        ``frames.measures.CELLS``. Every parcel has its covered, outside and nodata share, which add up to 1.
    """
    rows = [
        (parcel_id, layer, *row)
        for position, parcel_id in enumerate(parcel_ids)
        for row in _rows(meaning, float(within_share[position]), under.get(position))
    ]
    if not rows:
        return CELLS.empty()
    kinds = {"parcel_id": "str", "layer": "str", "measure": "str", "class": "str", "amount": "float64"}
    table = pd.DataFrame(rows, columns=CELLS.names).astype(kinds)
    CELLS.require(table)
    return table


def _rows(meaning: Meaning, within: float, under: UnderPolygon | None) -> Iterator[Row]:
    saying = under.saying / under.cells if under is not None and under.cells > 0 else 0.0
    covered = within * saying
    yield CellMeasure.COVERED_SHARE, "", covered
    yield CellMeasure.OUTSIDE_SHARE, "", 1.0 - within
    yield CellMeasure.NODATA_SHARE, "", within - covered
    if under is None:
        return
    covers: dict[str, float] = {}
    for code, share in sorted(under.codes.items()):
        yield CellMeasure.CODE_SHARE, str(code), share * covered
        cover = meaning.cover_of(code)
        covers[cover] = covers.get(cover, 0.0) + share * covered
    for cover, share in sorted(covers.items()):
        yield CellMeasure.COVER_SHARE, cover, share
    for name, height in (
        (CellMeasure.MEAN_M, under.mean), (CellMeasure.MAX_M, under.highest), (CellMeasure.MIN_M, under.lowest),
    ):  # fmt: skip
        if height is not None:
            yield name, "", height
