"""The sheet engine: an annual supply plan as a PDF, true to scale, to be signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.maps import svg
from landgis.maps.layout import Layout, load_layout
from landgis.maps.material import Boundary, ContextLayer, Source
from landgis.maps.sheet import body as map_body
from landgis.maps.sheet import furniture, tables
from landgis.maps.sheet.canvas import LegendEntry
from landgis.maps.sheet.labels import Label
from landgis.maps.sheet.request import PlanSheet, require_drawable
from landgis.maps.sheet.typesetting import compose, stamp
from landgis.maps.sheet.view import View

__all__ = ["Boundary", "ContextLayer", "PlanSheet", "Sheet", "SheetFacts", "Source", "plan_sheet"]

_SWATCH_MM = (8.0, 4.2)
_DEFAULT_STYLE = "* 样式为项目默认，并非法定图式 Project default, not an official symbol"


@dataclass(frozen=True)
class SheetFacts:
    """What is on a sheet, for records and tests.

    Attributes
    ----------
    view
        Scale and ground of the neat line.
    grid_m
        Distance of grid lines on the ground.
    symbols
        Keys of every symbol drawn; the legend prints exactly these.
    numbers
        Placed labels, millimetres from the upper left corner of the neat line: line numbers, then labels of groups.
    small_parcels
        Parcel ids drawn as points, ringed or in a group.
    groups
        Label of each group of close-lying small parcels, and the parcel ids in it.
    covered_numbers
        Line numbers that found no free place and cover another number.
    pages, rows_on_sheet
        Pages of the PDF, and rows of the schedule that stand on the first.
    """

    view: View
    grid_m: int
    symbols: tuple[str, ...]
    numbers: tuple[Label, ...]
    small_parcels: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    covered_numbers: tuple[str, ...]
    pages: int
    rows_on_sheet: int


@dataclass(frozen=True)
class Sheet:
    """A finished sheet: the PDF, the map alone as SVG (unit mm), its scale denominator and facts."""

    pdf: bytes
    svg: str
    scale: int
    facts: SheetFacts


def plan_sheet(request: PlanSheet, layout: Layout | None = None) -> Sheet:
    """Draw an annual supply plan on one sheet, its schedule continued on following pages.

    The scale is the largest standard one at which all parcels fit the frame. The map is laid out in the projected CRS
    of the lines, so lengths on paper are true to the scale (the projection's own distortion apart, below 1:3000 here).

    Parameters
    ----------
    request
        The plan; geometry in projected CGCS2000, metres; areas as the plan states them, hectares and 亩.
    layout
        Sheet layout; default ``a3_plan``.

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
    body = map_body.draw(request, layout)
    pdf, counted = compose(_content(request, layout, body), stamp(request.drawn_on))
    facts = SheetFacts(
        view=body.view,
        grid_m=body.grid_m,
        symbols=tuple(entry.key for entry in body.drawn),
        numbers=body.numbers,
        small_parcels=body.small_parcels,
        groups=body.groups,
        covered_numbers=tuple(label.text for label in body.numbers if label.covers),
        pages=counted["pages"],
        rows_on_sheet=counted["rows_on_sheet"],
    )
    return Sheet(pdf, body.svg, body.view.scale, facts)


def _content(request: PlanSheet, layout: Layout, body: map_body.Body) -> dict[str, Any]:
    """Everything the template prints, as plain data."""
    items = layout.items
    return {
        "layout": layout.model_dump(mode="json"),
        "title": request.title_zh,
        "title_en": request.title_en,
        "subtitle": request.subtitle_zh,
        "district": request.district_zh,
        "year": str(request.plan_year),
        "classification": request.classification,
        "banner": [SUBSTITUTE_ZH, SUBSTITUTE_EN] if request.substitute else [],
        "map": body.svg,
        "scale": f"1:{body.view.scale:,}".replace(",", " "),
        "scale_bar": furniture.scale_bar(body.view, items.scale_bar),
        "north_arrow": furniture.north_arrow(items.north_arrow),
        "locator": furniture.locator(request.boundaries, body.view, items.locator),
        "crs": tables.crs_lines(request.crs, body.grid_m),
        "legend": [_legend_entry(entry) for entry in _legend_order(body)],
        "legend_note": "" if all(entry.official for entry in body.drawn) else _DEFAULT_STYLE,
        "rows": tables.schedule(request),
        "by_use": tables.totals(request.totals_by_use),
        "by_town": tables.totals(request.totals_by_town),
        "basis": tables.basis_zh(request),
        "sources": tables.source_texts(request.sources),
        "notes": list(request.notes_zh),
        "signature": {
            "prepared_by": request.prepared_by,
            "drafted_by": request.drafted_by,
            "checked_by": request.checked_by,
            "approved_by": request.approved_by,
            "sheet_no": request.sheet_no,
            "as_of": _day(request.as_of),
            "drawn_on": _day(request.drawn_on),
        },
    }


def _legend_order(body: map_body.Body) -> list[LegendEntry]:
    """Planned uses first, then how small parcels are shown, then what lies around, each in drawing order."""
    uses = [entry for entry in body.drawn if entry.key.startswith("use-")]
    others = [entry for entry in body.drawn if not entry.key.startswith("use-")]
    return uses + sorted(others, key=lambda entry: entry.group != "use")


def _legend_entry(entry: LegendEntry) -> dict[str, str]:
    return {
        "zh": entry.title_zh if entry.official else f"{entry.title_zh}*",
        "en": entry.title_en,
        "group": entry.group,
        "swatch": svg.swatch(entry.symbol, entry.kind, *_SWATCH_MM),
    }


def _day(day: Any) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
