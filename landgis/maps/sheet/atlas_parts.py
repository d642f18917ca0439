"""The maps of an atlas, drawn: overview, one of every town, insets of what is too small there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from shapely.geometry.base import BaseGeometry

from landgis.maps.layout import Layout
from landgis.maps.sheet import insets
from landgis.maps.sheet.body import Body, Mask, Subject, draw, view_of
from landgis.maps.sheet.insets import Inset
from landgis.maps.sheet.request import PlanSheet
from landgis.maps.style import use_class, use_symbols

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
    """Every drawn map of an atlas but the key map."""

    overview: Body
    towns: tuple[Town, ...]
    insets: tuple[Inset, ...]


def drawn_parts(
    request: PlanSheet, overview: Layout, town: Layout, inset: Layout, chosen: Collection[str] | None
) -> Parts:
    """Draw all maps of a checked request.

    Parameters
    ----------
    chosen
        Names or codes of the towns to draw; None: all.
    """
    symbols = use_symbols(use_class(code) for code in request.lines["planned_use_code"])
    everything = np.ones(len(request.lines), dtype=np.bool_)
    view = view_of(request.lines.geometry, overview, [boundary.geometry for boundary in request.boundaries])
    whole = draw(Subject(request, view, everything, symbols), overview.map, overview.items.map)
    towns: list[Town] = []
    small: list[Inset] = []
    for code, name, lines in _towns(request):
        if chosen is not None and not {code, name} & set(chosen):
            continue
        view = view_of(request.lines.geometry[lines], town, _ground(request, name))
        subject = Subject(request, view, lines, symbols)
        body = draw(subject, town.map, town.items.map)
        towns.append(Town(code, name, lines, body))
        wanted = insets.too_small(body, subject, town)
        small += insets.drawn(subject, wanted, inset, name, len(small) + 1)
    return Parts(whole, tuple(towns), tuple(small))


def _towns(request: PlanSheet) -> list[tuple[str, str, Mask]]:
    """Code, name and lines of every town, by code; lines of no town together at the end."""
    codes = request.lines["town_code"].fillna("").to_numpy(dtype=object)
    names = request.lines["town_name"].fillna("").to_numpy(dtype=object)
    pairs = sorted(set(zip(codes, names, strict=True)), key=lambda pair: (not any(pair), *pair))
    return [(code, name or code or UNNAMED, np.asarray((codes == code) & (names == name))) for code, name in pairs]


def _ground(request: PlanSheet, name: str) -> list[BaseGeometry]:
    return [each.geometry for each in request.boundaries if each.level == "town" and each.name_zh == name]
