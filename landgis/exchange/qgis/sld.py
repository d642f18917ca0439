"""A drawing as SLD: 1.1 with the hatches that QGIS reads, 1.0 with those of GeoServer and its kin.

The standard itself has no hatch. QGIS turns its mark ``horline``; GeoServer and GeoTools have ``shape://slash`` and others.
Each passes over the hatches of the other and draws the rest alike. Widths are pixels of 0.28 mm, as the standard has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from landgis.exchange.qgis.drawing import Drawing, DrawnClass
from landgis.exchange.qgis.nodes import Node, node, written
from landgis.exchange.qgis.symbols import ANGLES
from landgis.maps.style import Hatch, Symbol
from landgis.maps.svg import SANS

_PIXEL_MM = 0.28
_QGIS_DOTS = "brush://dense6"
_SHAPES = {
    "diagonal": "shape://slash",
    "back": "shape://backslash",
    "cross": "shape://times",
    "horizontal": "shape://horline",
    "vertical": "shape://vertline",
    "grid": "shape://plus",
    "dots": "shape://dot",
}
_SLANTED = ("diagonal", "back", "cross")


@dataclass(frozen=True)
class _Edition:
    """What the two editions of the standard call things; both mean the same by them."""

    version: str
    space: str
    parameter: str

    def node(self, tag: str, *content: Node | str) -> Node:
        return node(f"{self.space}:{tag}", None, *content)

    def set(self, name: str, value: object) -> Node:
        text = f"{value:.4g}" if isinstance(value, float) else str(value)
        return node(f"{self.space}:{self.parameter}", {"name": name}, text)

    def titled(self, text: str) -> Node:
        title = self.node("Title", text)
        return title if self.space == "sld" else self.node("Description", title)


_EDITIONS = {"1.0": _Edition("1.0.0", "sld", "CssParameter"), "1.1": _Edition("1.1.0", "se", "SvgParameter")}


def sld(key: str, drawing: Drawing, version: Literal["1.0", "1.1"]) -> bytes:
    """Return a drawing as a styled layer descriptor.

    Parameters
    ----------
    key
        Name of the layer on the server.
    version
        Edition of the standard.
    """
    edition = _EDITIONS[version]
    spaces = {
        "version": edition.version,
        "xmlns:sld": "http://www.opengis.net/sld",
        "xmlns:ogc": "http://www.opengis.net/ogc",
    }
    if edition.space == "se":
        spaces["xmlns:se"] = "http://www.opengis.net/se"
    rules = [_rule(edition, drawing, each) for each in drawing.classes]
    if drawing.label:
        rules.append(edition.node("Rule", edition.node("Name", "label"), _label(edition, drawing)))
    style = node("sld:UserStyle", None, edition.node("Name", key), edition.titled(drawing.words))
    style.append(edition.node("FeatureTypeStyle", *rules))
    layer = node("sld:NamedLayer", None, edition.node("Name", key), style)
    return written(node("sld:StyledLayerDescriptor", spaces, layer))


def _rule(edition: _Edition, drawing: Drawing, drawn: DrawnClass) -> Node:
    rule = edition.node("Rule", edition.node("Name", drawn.value or "all"), edition.titled(drawn.words))
    if drawing.by:
        compared = (node("ogc:PropertyName", None, drawing.by), node("ogc:Literal", None, drawn.value))
        rule.append(node("ogc:Filter", None, node("ogc:PropertyIsEqualTo", None, *compared)))
    rule.extend(_symbolizers(edition, drawn.symbol))
    return rule


def _symbolizers(edition: _Edition, symbol: Symbol) -> Iterator[Node]:
    if symbol.fill:
        fill = edition.node("Fill", edition.set("fill", symbol.fill), edition.set("fill-opacity", symbol.opacity))
        yield edition.node("PolygonSymbolizer", fill)
    if symbol.hatch is not None:
        for graphic in _graphics(edition, symbol.hatch):
            fill = edition.node("Fill", edition.node("GraphicFill", graphic))
            yield edition.node("PolygonSymbolizer", fill)
    if symbol.stroke:
        yield edition.node("LineSymbolizer", _stroke(edition, symbol.stroke, symbol.stroke_mm, symbol.dash_mm))


def _graphics(edition: _Edition, hatch: Hatch) -> Iterator[Node]:
    """Tile of a hatch; in the edition for QGIS one for every direction of its lines."""
    step = hatch.spacing_mm / _PIXEL_MM
    if edition.version == "1.0.0":
        slanted = sqrt(2) if hatch.kind in _SLANTED else 1.0
        yield _graphic(edition, _SHAPES[hatch.kind], _stroke(edition, hatch.ink, hatch.width_mm), step * slanted)
    elif hatch.kind == "dots":
        yield _graphic(edition, _QGIS_DOTS, edition.node("Fill", edition.set("fill", hatch.ink)), step)
    else:
        for angle in ANGLES[hatch.kind]:
            drawn = _graphic(edition, "horline", _stroke(edition, hatch.ink, hatch.width_mm), step)
            drawn.append(edition.node("Rotation", str(angle)))
            yield drawn


def _graphic(edition: _Edition, mark: str, painted: Node, size: float) -> Node:
    drawn = edition.node("Mark", edition.node("WellKnownName", mark), painted)
    return edition.node("Graphic", drawn, edition.node("Size", f"{size:.4g}"))


def _stroke(edition: _Edition, ink: str, width_mm: float, dash_mm: tuple[float, ...] = ()) -> Node:
    stroke = edition.node("Stroke", edition.set("stroke", ink), edition.set("stroke-width", width_mm / _PIXEL_MM))
    if dash_mm:
        stroke.append(edition.set("stroke-dasharray", " ".join(f"{part / _PIXEL_MM:.4g}" for part in dash_mm)))
    return stroke


def _label(edition: _Edition, drawing: Drawing) -> Node:
    letters = drawing.lettering
    pixels = letters.size_pt * 25.4 / 72 / _PIXEL_MM
    middle = edition.node("AnchorPoint", edition.node("AnchorPointX", "0.5"), edition.node("AnchorPointY", "0.5"))
    rim = edition.node("Radius", f"{letters.halo_mm / _PIXEL_MM:.4g}")
    return edition.node(
        "TextSymbolizer",
        edition.node("Label", node("ogc:PropertyName", None, drawing.label)),
        edition.node("Font", edition.set("font-family", SANS), edition.set("font-size", pixels)),
        edition.node("LabelPlacement", edition.node("PointPlacement", middle)),
        edition.node("Halo", rim, edition.node("Fill", edition.set("fill", letters.halo))),
        edition.node("Fill", edition.set("fill", letters.ink)),
    )
