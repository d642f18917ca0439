"""The maps of an atlas, drawn: overview, one of every town, insets of what is too small there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from shapely.geometry.base import BaseGeometry

from landgis.maps.layout import Layout
from landgis.maps.sheet import insets
from landgis.maps.sheet.body import Body, Mask, Subject, draw, view_of
from landgis.maps.sheet.insets import Inset, Window
from landgis.maps.sheet.parcels import look_of
from landgis.maps.sheet.request import PlanSheet

UNNAMED = "未注明镇（街道）"


@dataclass(frozen=True)
class Town:
    """A town's map. ``lines``: which lines of the plan lie in it."""

    code: str
    name_zh: str
    lines: Mask
    body: Body


@dataclass(frozen=True)
class Parts:
    """Every drawn map of an atlas but the key map; the insets page by page."""

    overview: Body
    towns: tuple[Town, ...]
    insets: tuple[tuple[Inset, ...], ...]


def drawn_parts(
    request: PlanSheet, overview: Layout, town: Layout, inset: Layout, chosen: Collection[str] | None
) -> Parts:
    """Draw all maps of a checked request: the overview shows the whole district, the others what is to be read.

    Parameters
    ----------
    chosen
        Names or codes of the towns to draw; None: all.
    """
    look = look_of(request.lines)
    everything = np.ones(len(request.lines), dtype=np.bool_)
    view = view_of([*request.lines.geometry, *(each.geometry for each in request.boundaries)], overview, ())
    whole = draw(Subject(request, view, everything, look), overview.map, overview.items.map)
    towns: list[Town] = []
    small: list[Window] = []
    for code, name, lines in _towns(request):
        if chosen is not None and not {code, name} & set(chosen):
            continue
        view = view_of(request.lines.geometry[lines], town, _ground(request, name))
        subject = Subject(request, view, lines, look)
        body = draw(subject, town.map, town.items.map)
        towns.append(Town(code, name, lines, body))
        small += insets.windows(subject, insets.too_small(body, subject, town), inset, name)
    return Parts(whole, tuple(towns), insets.pages(small, inset))


def _towns(request: PlanSheet) -> list[tuple[str, str, Mask]]:
    """Code, name and lines of every town, by code; lines of no town together at the end."""
    codes = request.lines["town_code"].fillna("").to_numpy(dtype=object)
    names = request.lines["town_name"].fillna("").to_numpy(dtype=object)
    pairs = sorted(set(zip(codes, names, strict=True)), key=lambda pair: (not any(pair), *pair))
    return [(code, name or code or UNNAMED, np.asarray((codes == code) & (names == name))) for code, name in pairs]


def _ground(request: PlanSheet, name: str) -> list[BaseGeometry]:
    return [each.geometry for each in request.boundaries if each.level == "town" and each.name_zh == name]
