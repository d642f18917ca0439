"""The sheet engine: an annual supply plan as a PDF, true to scale, to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from landgis.maps.layout import Layout, load_layout
from landgis.maps.material import Backdrop, Boundary, ContextLayer, Source
from landgis.maps.sheet import body as map_body
from landgis.maps.sheet import tables
from landgis.maps.sheet.content import map_page
from landgis.maps.sheet.facts import MapFacts, SheetFacts
from landgis.maps.sheet.georeference import georeferenced
from landgis.maps.sheet.page import Frame, Heading, settled
from landgis.maps.sheet.parcels import look_of
from landgis.maps.sheet.request import PlanSheet, require_drawable
from landgis.maps.sheet.typesetting import compose_sheets, stamp
from landgis.maps.sheet.view import View

__all__ = [
    "Backdrop",
    "Boundary",
    "ContextLayer",
    "MapFacts",
    "PlanSheet",
    "Sheet",
    "SheetFacts",
    "Source",
    "plan_sheet",
    "sheet_view",
]


@dataclass(frozen=True)
class Sheet:
    """A finished sheet.

    Attributes
    ----------
    pdf
        The sheet and the pages that continue it.
    svg
        The map alone (unit mm).
    scale
        Its scale denominator.
    facts
        What stands on it.
    content
        Everything it prints, as the template gets it.
    request
        The plan.
    """

    pdf: bytes
    svg: str
    scale: int
    facts: SheetFacts
    content: Mapping[str, Any]
    request: PlanSheet


def sheet_view(request: PlanSheet, layout: Layout | None = None) -> View:
    """Scale and ground of the map of ``plan_sheet``: what a backdrop must cover."""
    borders = [boundary.geometry for boundary in request.boundaries]
    return map_body.view_of(request.lines.geometry, layout or load_layout(), borders)


def plan_sheet(request: PlanSheet, layout: Layout | None = None) -> Sheet:
    """Draw an annual supply plan on one sheet, its schedule continued on following pages.

    The scale is the largest standard one at which all parcels fit the frame. The map is laid out in the projected CRS
    of the lines, so lengths on paper are true to the scale (the projection's own distortion apart, below 1:3000 here).

    Parameters
    ----------
    request
        The plan; geometry in projected CGCS2000, metres; areas as the plan states them, hectares and 亩.
    layout
        Sheet layout; default ``a3_plan``. One without a schedule gives a single page.

    Raises
    ------
    InputError
        No lines, or parcels too far apart for any scale.
    ContractBroken, CrsUnsuitable
        The frames do not keep their declaration, the totals do not add up, or the CRS is wrong.
    ToolMissing
        The Chinese fonts are not installed.
    """
    require_drawable(request)
    layout = layout or load_layout()
    named = np.ones(len(request.lines), dtype=np.bool_)
    subject = map_body.Subject(request, sheet_view(request, layout), named, look_of(request.lines))
    body = map_body.draw(subject, layout.map, layout.items.map)
    page = map_page(
        request,
        layout,
        Heading("plan", request.title_zh, "计划图", request.sheet_no),
        [Frame(body, layout.items.map)],
        request.lines,
        tables.plan_totals(request),
        {"continued": "schedule" in layout.panel.parts},
    )
    pdf, counted = compose_sheets(request, [page.content], stamp(request.drawn_on))
    facts = settled(page, 1, counted.pages, counted.rows["plan"])
    return Sheet(georeferenced(pdf, [facts], request.crs), body.svg, body.view.scale, facts, page.content, request)
