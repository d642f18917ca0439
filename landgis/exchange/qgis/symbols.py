"""Symbols as QGIS draws them: fill, hatch, outline, one symbol layer each, millimetres on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from landgis.exchange.qgis.nodes import Node, node, options, rgba
from landgis.maps.style import Hatch, Symbol

ANGLES = {
    "diagonal": (45,),
    "back": (135,),
    "cross": (45, 135),
    "horizontal": (0,),
    "vertical": (90,),
    "grid": (0, 90),
}
"""Directions of the lines of a hatch, degrees anticlockwise from east; dots have none."""
_DOT_RIM_MM = 0.1
"""Dots of our own drawings are so much wider than their hatch says (``maps.svg.pattern``)."""


def symbol_node(name: str, symbol: Symbol) -> Node:
    """Return a fill symbol."""
    return _symbol(name, "fill", *_layers(name, symbol))


def _layers(name: str, symbol: Symbol) -> Iterator[Node]:
    if symbol.fill:
        fill = {"color": rgba(symbol.fill, symbol.opacity), "style": "solid", "outline_style": "no"}
        yield _layer("SimpleFill", fill)
    if symbol.hatch is not None:
        yield from _hatch(name, symbol.hatch)
    if symbol.stroke:
        yield _layer("SimpleLine", _line(symbol.stroke, symbol.stroke_mm, symbol.dash_mm))


def _hatch(name: str, hatch: Hatch) -> Iterator[Node]:
    if hatch.kind == "dots":
        dot = {"name": "circle", "color": rgba(hatch.ink), "outline_style": "no", "size": hatch.width_mm + _DOT_RIM_MM}
        marker = _symbol(f"@{name}@dots", "marker", _layer("SimpleMarker", dot | {"size_unit": "MM"}))
        apart = {f"distance_{axis}": hatch.spacing_mm for axis in "xy"} | {
            "distance_x_unit": "MM",
            "distance_y_unit": "MM",
        }
        yield _layer("PointPatternFill", apart, marker)
        return
    for angle in ANGLES[hatch.kind]:
        stroke = _symbol(f"@{name}@{angle}", "line", _layer("SimpleLine", _line(hatch.ink, hatch.width_mm)))
        lines = {"angle": angle, "distance": hatch.spacing_mm, "distance_unit": "MM", "color": rgba(hatch.ink)}
        yield _layer("LinePatternFill", lines | {"line_width": hatch.width_mm, "line_width_unit": "MM"}, stroke)


def _line(ink: str, width_mm: float, dash_mm: tuple[float, ...] = ()) -> dict[str, object]:
    line: dict[str, object] = {
        "line_color": rgba(ink),
        "line_style": "solid",
        "line_width": width_mm,
        "line_width_unit": "MM",
        "joinstyle": "miter",
        "capstyle": "flat" if dash_mm else "square",
        "use_custom_dash": int(bool(dash_mm)),
    }
    if dash_mm:
        line |= {"customdash": ";".join(f"{part:g}" for part in dash_mm), "customdash_unit": "MM"}
    return line


def _symbol(name: str, kind: str, *layers: Node) -> Node:
    return node("symbol", {"type": kind, "name": name, "alpha": 1, "clip_to_extent": 1, "force_rhr": 0}, *layers)


def _layer(kind: str, properties: Mapping[str, object], *within: Node) -> Node:
    return node("layer", {"class": kind, "enabled": 1, "locked": 0, "pass": 0}, options(properties), *within)
