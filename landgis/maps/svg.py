"""Writing SVG in millimetres: paths from geometries, hatches, text. Every value from outside is escaped."""

from __future__ import annotations

from html import escape

import numpy as np
import numpy.typing as npt
import shapely

from landgis.maps.style import INK, Hatch, Symbol

SANS = "Noto Sans CJK SC"
PT_MM = 25.4 / 72
"""One point in millimetres."""

GeometryArray = npt.NDArray[np.object_]


def number(value: float) -> str:
    """Millimetres to a thousandth, without trailing zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def document(body: str, width_mm: float, height_mm: float, defs: str = "") -> str:
    """Wrap a drawing into an SVG document whose user unit is the millimetre."""
    size = f'width="{number(width_mm)}mm" height="{number(height_mm)}mm" '
    box = f'viewBox="0 0 {number(width_mm)} {number(height_mm)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}{box}><defs>{defs}</defs>{body}</svg>'


def areas_path(polygons_mm: GeometryArray) -> str:
    """Path data of (multi)polygons already in millimetres; shells and holes run opposite ways, so overlaps stay filled."""
    # get_rings sees polygons only: a multipolygon must be taken apart first or it would vanish.
    parts = _parts(polygons_mm, 2)
    return _path(np.asarray(shapely.get_rings(shapely.orient_polygons(parts))), "Z")


def lines_path(lines_mm: GeometryArray) -> str:
    """Path data of (multi)lines already in millimetres."""
    return _path(_parts(lines_mm, 1), "")


def _parts(geometries: GeometryArray, dimension: int) -> GeometryArray:
    """Single shapes of one dimension, out of multi-shapes and mixed collections (twice: a collection may hold multi-shapes)."""
    parts = shapely.get_parts(shapely.get_parts(geometries))
    return np.asarray(parts[shapely.get_dimensions(parts) == dimension])


def _path(lines: GeometryArray, end: str) -> str:
    points, line = shapely.get_coordinates(lines, return_index=True)
    if not len(points):
        return ""
    texts = [f"{x:.3f},{y:.3f}" for x, y in points.tolist()]
    starts = np.flatnonzero(np.diff(line, prepend=-1)).tolist()
    pieces = [texts[start:stop] for start, stop in zip(starts, [*starts[1:], len(texts)], strict=True)]
    # A closed ring repeats its first point; Z draws that edge.
    return "".join(f"M{' '.join(piece[:-1] if end else piece)}{end}" for piece in pieces)


def pattern(identifier: str, hatch: Hatch, ground: str = "") -> str:
    """Pattern definition of a hatch, transparent between its lines unless a ``ground`` is drawn under them."""
    step, width = hatch.spacing_mm, hatch.width_mm
    turn = {"diagonal": -45, "back": 45, "cross": 45, "vertical": 90}.get(hatch.kind, 0)
    if hatch.kind == "dots":
        drawing = f'<circle cx="{number(step / 2)}" cy="{number(step / 2)}" r="{number(width / 2 + 0.05)}" fill="{hatch.ink}"/>'
    else:
        path = f"M0,{number(step / 2)}H{number(step)}"
        if hatch.kind in ("cross", "grid"):
            path += f"M{number(step / 2)},0V{number(step)}"
        drawing = f'<path d="{path}" stroke="{hatch.ink}" stroke-width="{number(width)}" fill="none"/>'
    size = f'width="{number(step)}" height="{number(step)}" patternUnits="userSpaceOnUse"'
    return f'<pattern id="{identifier}" {size} patternTransform="rotate({turn})">{ground}{drawing}</pattern>'


def painted(element: str, symbol: Symbol, pattern_id: str = "") -> str:
    """Paint one shape with a symbol: fill, hatch, outline.

    Parameters
    ----------
    element
        The shape without its end, e.g. ``<path d="…"``.
    symbol
        How to draw it.
    pattern_id
        Where the hatch is defined, if the symbol has one.
    """
    layers = []
    if symbol.fill:
        layers.append(f'{element} fill="{symbol.fill}" fill-opacity="{number(symbol.opacity)}"/>')
    if symbol.hatch is not None:
        layers.append(f'{element} fill="url(#{pattern_id})"/>')
    if symbol.stroke:
        dash = f' stroke-dasharray="{" ".join(number(part) for part in symbol.dash_mm)}"' if symbol.dash_mm else ""
        line = f'stroke="{symbol.stroke}" stroke-width="{number(symbol.stroke_mm)}" stroke-linejoin="round"'
        layers.append(f'{element} fill="none" {line}{dash}/>')
    return "".join(layers)


def words(text: str, x_mm: float, y_mm: float, size_mm: float, attributes: str = "") -> str:
    """Text centred on x, standing on the base line y."""
    place = f'x="{number(x_mm)}" y="{number(y_mm)}" font-size="{number(size_mm)}" text-anchor="middle"'
    return f'<text {place} font-family="{SANS}" {attributes}>{escape(text)}</text>'


def width_of(text: str, size_mm: float) -> float:
    """Width of a text set in the sheet's sans serif: ideographs are square, digits and letters a little over half."""
    return sum(1.0 if ord(char) > 0x2E7F else 0.57 for char in text) * size_mm


def swatch(symbol: Symbol, kind: str, width_mm: float, height_mm: float) -> str:
    """Return a legend sample drawn by the same code as the map. ``kind``: area, line or point."""
    defs = pattern("h", symbol.hatch) if symbol.hatch else ""
    middle = number(height_mm / 2)
    if kind == "line":
        element = f'<path d="M0.3,{middle}H{number(width_mm - 0.3)}"'
    elif kind == "point":
        element = f'<circle cx="{number(width_mm / 2)}" cy="{middle}" r="{number(height_mm / 4)}"'
    else:
        element = f'<rect x="0.3" y="0.3" width="{number(width_mm - 0.6)}" height="{number(height_mm - 0.6)}"'
    body = painted(element, symbol, "h")
    if kind == "point":
        ring = f'<circle cx="{number(width_mm / 2)}" cy="{middle}" r="{number(height_mm / 2 - 0.3)}"'
        body += f'{ring} fill="none" stroke="{INK}" stroke-width="{number(symbol.stroke_mm)}"/>'
    return document(body, width_mm, height_mm, defs)
