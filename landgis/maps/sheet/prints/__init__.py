"""Printing a view of the desk: the ground in the frame at a fixed scale, with what stands on the desk's map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landgis.domain.outcome import VERDICTS
from landgis.maps.layout import Layout
from landgis.maps.sheet import body as map_body
from landgis.maps.sheet.canvas import LegendEntry
from landgis.maps.sheet.facts import SheetFacts
from landgis.maps.sheet.georeference import georeferenced
from landgis.maps.sheet.parcels import Look
from landgis.maps.sheet.prints.content import page_of
from landgis.maps.sheet.prints.paper import PAPERS, SCALES, TURNS, Sheet, frame, layout_of, sheets
from landgis.maps.sheet.prints.request import Sum, ViewPrint
from landgis.maps.sheet.typesetting import PRINTS, compose_sheets, picture_of_sheets
from landgis.maps.style import VERDICT_EN, Symbol, verdict_symbol

__all__ = [
    "PAPERS", "SCALES", "TURNS", "Print", "Sheet", "Sum", "ViewPrint", "frame", "layout_of", "print_view", "sheets",
]  # fmt: skip
_FINE = Symbol("", 1.0, "#444444", 0.2)
_NO_GROUPS = 10**9


@dataclass(frozen=True)
class Print:
    """A finished print.

    Attributes
    ----------
    pdf
        The map, and the pages that continue it; the map is georeferenced.
    facts
        What stands on it.
    content
        Everything it prints, as the template gets it.
    request
        What was asked for.
    """

    pdf: bytes
    facts: SheetFacts
    content: Mapping[str, Any]
    request: ViewPrint

    def pictures(self, dpi: int) -> list[bytes]:
        """Return its pages as PNG."""
        made = self.request
        return picture_of_sheets(made, [self.content], made.stamp, dpi, 1, self.facts.pages, PRINTS)


def print_view(request: ViewPrint, layout: Layout) -> Print:
    """Draw what a frame holds, at its scale, in the working CRS.

    Parameters
    ----------
    request
        What is to be printed; ``request.view`` has the size of the layout's neat line.
    layout
        One of ``layout_of``.

    Raises
    ------
    ConfigError
        If legend, words and sources do not fit the paper.
    ToolMissing
        If the Chinese fonts are not installed.
    """
    inside = request.lines["inside"].to_numpy(dtype=np.bool_)
    part = layout.map if request.numbered else layout.map.model_copy(update={"group_from": _NO_GROUPS})
    subject = map_body.Subject(request, request.view, inside, _look(request), request.numbered)
    page = page_of(request, layout, map_body.draw(subject, part, layout.items.map))
    pdf, counted = compose_sheets(request, [page.content], request.stamp, template=PRINTS)
    facts = replace(page.facts, pages=counted.pages)
    return Print(georeferenced(pdf, [facts], request.crs), facts, page.content, request)


def _look(request: ViewPrint) -> Look:
    """Parcels by verdict, the worst on top; those outside the filter, or judged by nobody, as thin outlines."""
    rising = sorted(VERDICTS, key=lambda verdict: verdict.severity)
    entries = {
        str(each): LegendEntry(f"verdict-{each}", each.zh, VERDICT_EN[each], verdict_symbol(each), "area", "use")
        for each in rising
    }
    zh, en = "筛选以外的地块", "Parcels outside the filter"
    if (request.lines["verdict"] == "").any():
        zh, en = "筛选以外、或筛查后入库未核查的地块", "Outside the filter, or not judged by this run"
    others = LegendEntry("other-parcel", zh, en, _FINE, "area", "use")
    return Look(request.lines["verdict"].to_numpy(dtype=np.str_), entries, others)
