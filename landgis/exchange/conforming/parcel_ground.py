"""In which pilot district parcels lie by their ground: where their codes do not tell, and where these contradict it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from landgis.crs import GEOGRAPHIC, GeometryArray, to_crs
from landgis.domain.district import DISTRICTS
from landgis.exchange.conforming.geometry_rows import RowFault

NOWHERE = RowFault(
    "district_unknown",
    "地块不在任何试点区（松江、崇明）：没有试点区的街镇代码或编号，图形也不在两区范围内，没有规则包可用，无法判定；请核对坐标系和编号",
    "The parcel lies in no pilot district (Songjiang, Chongming): neither its codes nor its ground tell one, so no rule pack "
    "applies and nothing can be judged. Check the CRS and the number",
)
"""A parcel that no district's rules apply to."""
DISTRICT_FAULTS = (NOWHERE.code, "district_contradicts")
"""Codes of rows kept out because nobody can say which district's rules apply."""


def districts_at(shapes: GeometryArray, crs: CRS) -> list[str | None]:
    """Return the district whose box of degrees holds the middle of each shape; None for none, and for no shape."""
    middles, _ = to_crs(shapely.centroid(shapes), crs, GEOGRAPHIC)
    lon, lat = shapely.get_x(middles), shapely.get_y(middles)
    found = np.full(len(shapes), None, dtype=object)
    for key, district in DISTRICTS.items():
        west, south, east, north = district.bounds
        found[(lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)] = key
    return list(found)


def on_the_ground(districts: pd.Series, shapes: GeometryArray, crs: CRS) -> tuple[pd.Series, dict[int, RowFault]]:
    """Complete districts by the ground, and keep out parcels whose codes and ground name different ones.

    Parameters
    ----------
    districts
        District of every row by its codes; missing where they do not tell.
    shapes, crs
        Outlines of the rows (None: kept out already), and their CRS.

    Returns
    -------
    tuple
        The districts, and the faults by row.
    """
    places = districts_at(shapes, crs)
    whole = districts.fillna(pd.Series(places, districts.index, "str"))
    faults = {
        row: _fault(code, place)
        for row, (code, place) in enumerate(zip(_texts(districts), places, strict=True))
        if shapes[row] is not None and (place is None or code not in (None, place))
    }
    return whole, faults


def _texts(values: pd.Series) -> Sequence[str | None]:
    return [value if isinstance(value, str) else None for value in values]


def _fault(code: str | None, place: str | None) -> RowFault:
    if code is None:
        return NOWHERE
    coded, lies = DISTRICTS[code], DISTRICTS.get(place or "")
    zh = f"在{lies.name_zh}范围" if lies else "不在该区范围"
    en = f"lies in {lies.name_en}" if lies else "lies elsewhere"
    return RowFault(
        "district_contradicts",
        f"地块编号或代码属{coded.name_zh}，图形却{zh}，不能确定适用哪个区的规则包，无法判定；请核对坐标系、编号和行政区代码",
        f"By its codes the parcel belongs to {coded.name_en}, and its outline {en}: nobody can say which district's rules "
        "apply, so nothing can be judged. Check the CRS, the number and the town code",
    )
