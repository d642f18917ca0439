"""Fields that many layers share: area, seat, town and the name of a code."""

from __future__ import annotations

from shapely.geometry.base import BaseGeometry

from landgis.domain.district import town_names
from landgis.domain.land_use import Scheme, look_up
from landgis.sample.places import Place, village_code

Row = dict[str, object]
"""One feature: its fields and its geometry."""


def area_of(geometry: BaseGeometry) -> float:
    """Return the planar area, m², two decimals."""
    return round(float(geometry.area), 2)


def seat_of(place: Place, village: int) -> Row:
    """Return 坐落单位: the village, or the town for ground that belongs to no village."""
    if village < 0:
        return {"ZLDWDM": f"{place.towns[-1]}9990000000", "ZLDWMC": town_names()[place.towns[-1]]}
    return {"ZLDWDM": f"{village_code(place, village)}0000000", "ZLDWMC": place.villages[village]}


def town_of(place: Place, village: int) -> Row:
    """Return code and name of the town of a village, or of the part's seat for ground of no village."""
    code = village_code(place, village)[:9] if village >= 0 else place.towns[-1]
    return {"XZQDM": code, "XZQMC": town_names()[code]}


def named_of(code: str, scheme: Scheme) -> str:
    """Return the name of a land-use code, empty where the scheme has no such code."""
    found = look_up(code, scheme)
    return found.name_zh if found else ""
