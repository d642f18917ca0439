"""Searching a run: parcel number, unit code, village, town, initials, coordinates; never fewer than are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from landgis.crs import GEOGRAPHIC, WORKING, interpretations, looks_local
from landgis.crs.moving import transformer_of
from landgis.crs.typed import typed_pair
from landgis.db import desk_search
from landgis.db.connect import Database
from landgis.db.desk_search import Box, FoundPlace
from landgis.db.runs import RunStore
from landgis.domain.catalogue import plain_name

MOST = 20
"""Suggestions of a kind; how many there are in all is told beside them."""
_SHORTEST_CODE = 6
_WGS84 = 4326


@dataclass(frozen=True)
class Kind:
    """What was found of one kind: ``parcel``, ``unit``, ``village``, ``town`` or ``place`` (coordinates).

    Attributes
    ----------
    count
        How many there are, whatever is shown.
    suggestions
        The first `MOST` of them, JSON-able; extents in metres of the working CRS.
    """

    kind: str
    count: int
    suggestions: list[dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """Everything found, and what is to be said of it in Chinese and English; both empty where nothing is."""

    kinds: list[Kind]
    said_zh: str = ""
    said_en: str = ""


def search(database: Database, run_id: str, text: str) -> Found:
    """Search a run.

    Parameters
    ----------
    text
        As typed: full width, case and dashes make no difference; coordinates as in `landgis.crs.typed`.

    Returns
    -------
    Found
        Kinds that have something; a pair of coordinates that can lie in several places gives each of them by its name,
        one that lies nowhere in the city gives none and says so.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    head, folded, pair = RunStore(database).head(run_id), plain_name(text), typed_pair(text)
    if not folded:
        return Found([])
    release = head.meta.releases.get("use_right_parcel", "")
    with database.begin() as connection:
        said, spots = _spots(pair) if pair is not None else (("", ""), [])
        for spot in spots:
            spot["parcels"] = desk_search.parcels_at(connection, head.run_id, spot["east_m"], spot["north_m"])
        found = desk_search.parcels_by_number(connection, head.run_id, folded, MOST)
        coded = release and len(folded) >= _SHORTEST_CODE and folded[:_SHORTEST_CODE].isdigit()
        units = desk_search.units_by_code(connection, release, folded, MOST) if coded else (0, [])
        places = desk_search.places(connection, head.run_id)
    kinds = [
        Kind("place", len(spots), spots),
        Kind("parcel", found[0], [asdict(one) for one in found[1]]),
        Kind("unit", units[0], [asdict(one) for one in units[1]]),
        _kind("town", _towns(places, folded)),
        _kind("village", _villages(places, folded)),
    ]
    return Found([kind for kind in kinds if kind.count], *said)


def _kind(name: str, found: list[dict[str, Any]]) -> Kind:
    return Kind(name, len(found), found[:MOST])


def _villages(places: Iterable[FoundPlace], folded: str) -> list[dict[str, Any]]:
    named = [place for place in places if place.village_name]
    found = [place for place in named if _is_meant(place.village_name, place.initials.partition(" ")[2], folded)]
    return [asdict(place) for place in found]


def _towns(places: Iterable[FoundPlace], folded: str) -> list[dict[str, Any]]:
    towns: dict[tuple[str, str], list[FoundPlace]] = {}
    for place in places:
        if place.town_name and _is_meant(place.town_name, place.initials.partition(" ")[0], folded):
            towns.setdefault((place.town_code, place.town_name), []).append(place)
    return [
        {
            "town_code": code,
            "town_name": name,
            "count": sum(place.count for place in members),
            "extent": _around(place.extent for place in members),
        }
        for (code, name), members in towns.items()
    ]


def _is_meant(name: str, initials: str, folded: str) -> bool:
    return folded in plain_name(name) or initials.startswith(folded)


def _around(boxes: Iterable[Box]) -> Box:
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _spots(pair: tuple[float, float]) -> tuple[tuple[str, str], list[dict[str, Any]]]:
    """Return what is to be said of a pair of coordinates, and every place in the city that it can mean."""
    points = np.array([pair])
    read = [one for one in interpretations(points) if one.epsg != _WGS84 and not one.of_web_map]
    fitting = [one for one in read if one.fits]
    if not fitting:
        return _refused(points, read[0].ground if read else ("", "")), []
    spots = []
    for one in fitting:
        east_m, north_m = transformer_of(GEOGRAPHIC, WORKING).transform(*one.lon_lat)
        spots.append({
            "east_m": float(east_m), "north_m": float(north_m), "lon": one.lon_lat[0], "lat": one.lon_lat[1],
            "read_as": one.value, "form_zh": one.form_zh, "form_en": one.form_en,
        })  # fmt: skip
    if len(spots) == 1:
        return ("", ""), spots
    names = [str(spot["read_as"]) for spot in spots]
    return (f"坐标有 {len(spots)} 种读法：{'、'.join(names)}", f"{len(spots)} readings: {', '.join(names)}"), spots


def _refused(points: np.ndarray, ground: tuple[str, str]) -> tuple[str, str]:
    if looks_local(points):
        return (
            "数值像上海城市坐标，其参数不公开，不能在此换算；请给出 EPSG:4549 坐标或经纬度",
            "The numbers look like the city's own plane, which is not public: give EPSG:4549 or degrees",
        )
    zh, en = ground
    return (
        f"坐标不在上海市范围内{'：' + zh if zh else ''}。可用：东、北坐标（EPSG:4549，米，可带带号 40）或经度、纬度（CGCS2000）",
        f"The coordinates are not in Shanghai{': ' + en if en else ''}. Known: east north (EPSG:4549, metres, with or without"
        " zone 40), or longitude latitude (CGCS2000)",
    )
