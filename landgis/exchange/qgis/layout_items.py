"""Items of a print layout: words, and what every item has."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import NAMESPACE_OID, uuid5

from landgis.exchange.qgis.nodes import Node, node
from landgis.maps.layout import Box
from landgis.maps.svg import SANS

PAGE, MAP, PICTURE, LABEL, LEGEND, SCALE_BAR = 65638, 65639, 65640, 65641, 65642, 65646
"""Kinds of items, as QGIS numbers them."""
LEFT, CENTRED, MIDDLE, TOP = 1, 4, 128, 32
BLACK, WARNING = (0, 0, 0), (192, 0, 0)


def label(
    name: str,
    box: Box,
    text: str,
    size_pt: float,
    *,
    ink: tuple[int, int, int] = BLACK,
    bold: bool = False,
    **told: object,
) -> Node:
    """Return words in a box; what they have in ``[% %]`` QGIS would reckon, so words from outside go through `plain`.

    Parameters
    ----------
    ink
        Red, green, blue.
    told
        Further attributes of the item.
    """
    made = item(
        name, LABEL, box, {"labelText": text, "htmlState": 0, "halign": LEFT, "valign": TOP, "marginX": 0.5} | told
    )
    colour = dict(zip(("red", "green", "blue"), ink, strict=True))
    made.extend((node("LabelFont", font(size_pt, bold=bold)), node("FontColor", colour | {"alpha": 255})))
    return made


def item(name: str, kind: int, box: Box, told: Mapping[str, object]) -> Node:
    """Return an item with what every item has; its id is its name."""
    place = f"{box.x_mm:g},{box.y_mm:g},mm"
    shared = {
        "type": kind,
        "id": name,
        "uuid": item_uuid(name),
        "templateUuid": item_uuid(name),
        "position": place,
        "positionOnPage": place,
        "size": f"{box.width_mm:g},{box.height_mm:g},mm",
        "outlineWidthM": "0.2,mm",
        "opacity": 1,
        "visibility": 1,
        "referencePoint": 0,
        "frame": "false",
        "background": "false",
    }
    return node("LayoutItem", {**shared, **told})


def font(size_pt: float, *, bold: bool = False) -> dict[str, object]:
    """Return a font as Qt writes one."""
    return {
        "description": f"{SANS},{size_pt:g},-1,5,{75 if bold else 50},0,0,0,0,0",
        "style": "Bold" if bold else "Regular",
    }


def plain(text: str) -> str:
    """Return words that QGIS will not take for an expression."""
    return text.replace("[%", "［%")


def item_uuid(name: str) -> str:
    """Return the identifier of an item, the same in every project."""
    return f"{{{uuid5(NAMESPACE_OID, f'landgis layout {name}')}}}"
