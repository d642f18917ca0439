"""The print layout of a project: the boxes of our own A3 sheet, filled with what QGIS keeps up to date itself."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from landgis.crs import WORKING
from landgis.exchange.qgis.layer import Bounds
from landgis.exchange.qgis.layout_items import (
    CENTRED,
    LABEL,
    LEGEND,
    MAP,
    MIDDLE,
    PAGE,
    PICTURE,
    SCALE_BAR,
    WARNING,
    font,
    item,
    item_uuid,
    label,
    plain,
)
from landgis.exchange.qgis.nodes import Node, node
from landgis.maps.layout import Box, Layout, load_layout
from landgis.maps.sheet.furniture import north_arrow, segment_m
from landgis.maps.sheet.tables import crs_lines
from landgis.maps.sheet.view import View, choose_view
from landgis.maps.svg import SANS

NAME = "A3 计划图 A3 plan"
_SCALE_WORDS = "比例尺 Scale 1:[% format_number(map_get(item_variables('map'), 'map_scale'), 0) %]"
"""What stands in ``[% %]`` QGIS reckons itself: the map may be moved."""
_ENTRY_MM = 5.6
"""Height of a line of the legend."""
_SOURCES_MM = 62.0
"""Height of the source note at the foot of the panel; the legend has the rest."""


@dataclass(frozen=True)
class Sheet:
    """What a layout says.

    Attributes
    ----------
    title, subtitle
        图名 and what stands under it.
    banner
        Mark of stand-in data; empty for none.
    sources
        Releases that the map stands on, one a line.
    note
        Dates, beside the scale.
    entries
        How many lines the legend has.
    shown, wider
        What must be seen, and what is worth seeing as a whole.
    """

    title: str
    subtitle: str
    banner: str
    sources: tuple[str, ...]
    note: str
    entries: int
    shown: Bounds
    wider: Bounds | None


def layout_node(sheet: Sheet) -> Node:
    """Return the layout.

    Raises
    ------
    InputError
        If what must be seen does not fit at any scale of the sheet.
    """
    layout = load_layout("a3_plan")
    paper = Box(x_mm=0, y_mm=0, width_mm=layout.paper.width_mm, height_mm=layout.paper.height_mm)
    page = item("page", PAGE, paper, {"background": "true"})
    return node(
        "Layout",
        {"name": NAME, "units": "mm", "printResolution": 300, "worldFileMap": ""},
        node("PageCollection", None, page, node("GuideCollection", {"visible": 1})),
        *_items(sheet, layout),
        node("Atlas", {"enabled": 0}),
    )


def _items(sheet: Sheet, layout: Layout) -> list[Node]:
    """Return the items from bottom to top."""
    boxes, points = layout.items, layout.type_pt
    view = choose_view(
        sheet.shown, sheet.wider, (boxes.map.width_mm, boxes.map.height_mm), layout.map.padding_mm, layout.scales
    )
    padding = layout.panel.padding_mm
    legend, sources = _halves(boxes.panel, padding)
    items = [
        _map(boxes.map, view),
        label("title", boxes.title, plain(sheet.title), points.title * 0.8, bold=True, halign=CENTRED, valign=MIDDLE),
        label("subtitle", boxes.subtitle, plain(sheet.subtitle), points.small, halign=CENTRED, valign=MIDDLE),
        item("panel", LABEL, boxes.panel, {"frame": "true", "labelText": ""}),
        _legend(legend, sheet.entries, points.heading, points.text),
        label("sources", sources, plain("\n".join(("资料来源 Sources", *sheet.sources))), points.small),
        _north_arrow(boxes.north_arrow),
        _scale_bar(boxes.scale_bar, view, points.small),
        label("crs_note", boxes.crs_note, "\n".join(filter(None, crs_lines(WORKING, None))), points.small),
        label("map_note", boxes.map_note, f"{_SCALE_WORDS}\n{plain(sheet.note)}", points.small),
    ]
    if sheet.banner:
        banner = {"frame": "true", "halign": CENTRED, "valign": MIDDLE}
        items.append(
            label("banner", boxes.banner, plain(sheet.banner), points.heading, ink=WARNING, bold=True, **banner)
        )
    for height, each in enumerate(items, 1):
        each.set("zValue", str(height))
    return items


def _halves(panel: Box, padding: float) -> tuple[Box, Box]:
    inner = {"x_mm": panel.x_mm + padding, "width_mm": panel.width_mm - 2 * padding}
    foot = panel.y_mm + panel.height_mm - padding - _SOURCES_MM
    above = Box(**inner, y_mm=panel.y_mm + padding, height_mm=foot - panel.y_mm - 2 * padding)
    return above, Box(**inner, y_mm=foot, height_mm=_SOURCES_MM)


def _map(box: Box, view: View) -> Node:
    made = item("map", MAP, box, {"frame": "true", "background": "true", "keepLayerSet": "false", "mapRotation": 0})
    names = ("xmin", "ymin", "xmax", "ymax")
    made.append(node("Extent", dict(zip(names, map(float, view.bounds_m), strict=True))))
    return made


def _legend(box: Box, entries: int, heading_pt: float, text_pt: float) -> Node:
    columns = 1 if entries * _ENTRY_MM <= box.height_mm else 2
    told: dict[str, object] = {
        "map_uuid": item_uuid("map"),
        "title": "图例 Legend",
        "resizeToContents": 0,
        "columnCount": columns,
        "symbolWidth": 8,
        "symbolHeight": 4,
        "splitLayer": 1,
        "boxSpace": 0,
    }
    sizes = {"title": heading_pt, "group": heading_pt, "subgroup": text_pt}
    styles = (
        node("style", {"name": name, "marginTop": 1.6, "marginBottom": 1.0}, node("styleFont", font(size, bold=True)))
        for name, size in sizes.items()
    )
    entry = (
        node("style", {"name": "symbol", "marginTop": 1.4}, node("styleFont", font(text_pt))),
        node("style", {"name": "symbolLabel", "marginTop": 1.4, "marginLeft": 2}, node("styleFont", font(text_pt))),
    )
    made = item("legend", LEGEND, box, told)
    made.append(node("styles", None, *styles, *entry))
    return made


def _scale_bar(box: Box, view: View, text_pt: float) -> Node:
    length = segment_m(view, box.width_mm)
    unit, metres = ("km", 1000) if length >= 500 else ("m", 1)
    told = {
        "mapUuid": item_uuid("map"),
        "style": "Single Box",
        "unitType": "kilometers" if metres == 1000 else "meters",
        "unitLabel": unit,
        "numUnitsPerSegment": length / metres,
        "numMapUnitsPerScaleBarUnit": 1,
        "numSegments": 4,
        "numSegmentsLeft": 0,
        "height": 2,
        "boxContentSpace": 1,
        "outlineWidth": 0.15,
    }
    made = item("scale_bar", SCALE_BAR, box, told)
    made.append(
        node("text-style", {"fontFamily": SANS, "fontSize": text_pt, "fontSizeUnit": "Point", "textColor": "0,0,0,255"})
    )
    return made


def _north_arrow(box: Box) -> Node:
    drawing = b64encode(north_arrow(box).encode()).decode("ascii")
    return item(
        "north_arrow", PICTURE, box, {"file": f"base64:{drawing}", "mode": 0, "resizeMode": 0, "anchorPoint": 4}
    )
