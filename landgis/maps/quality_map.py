"""The overview map of a quality report: the ground, and where something was found."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from landgis.crs import GeometryArray
from landgis.domain.issue import Severity
from landgis.errors import InputError
from landgis.maps import svg
from landgis.maps.layout import Box
from landgis.maps.sheet.furniture import north_arrow, scale_bar
from landgis.maps.sheet.view import View, choose_view

SIZE_MM = (92.0, 76.0)
_SCALES = tuple(int(base * 10**power) for power in range(2, 7) for base in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8))
_PADDING_MM = 4.0
_CELL_MM = 0.7
"""Places nearer than this on paper are drawn as one, the worst of them."""
_DOT_MM = 0.4
_TINT = "#d3ddd0"
_LAND, _EDGE = "#eef1f4", "#8492a0"
INK = {Severity.FATAL: "#b00000", Severity.SERIOUS: "#d97a00", Severity.MINOR: "#3f6f9e"}


def overview(
    findings: gpd.GeoDataFrame, ground: shapely.Geometry | None, backdrop: GeometryArray | None = None
) -> tuple[str, str, str]:
    """Draw the overview map, its scale bar and its north arrow as SVG; empty texts where nothing has a place.

    Parameters
    ----------
    findings
        QualityFrame with its places.
    ground
        Ground drawn beneath, in the same CRS, or None.
    backdrop
        Polygons of the layer, drawn lightly on that, or None.
    """
    places = findings.geometry.to_numpy()
    shapes = np.empty(0, dtype=object) if backdrop is None else backdrop
    seen = np.array([*places, ground, *shapes], dtype=object)
    seen = seen[~shapely.is_missing(seen) & ~shapely.is_empty(seen)]
    if not len(seen):
        return "", "", ""
    west, south, east, north = (float(value) for value in shapely.total_bounds(seen))
    try:
        view = choose_view((west, south, east, north), None, SIZE_MM, _PADDING_MM, _SCALES)
    except InputError:
        return "", "", ""
    body = _ground(ground, view) + _backdrop(shapes, view) + _marks(findings, view)
    inner = f'x="0.15" y="0.15" width="{SIZE_MM[0] - 0.3}" height="{SIZE_MM[1] - 0.3}"'
    frame = f'<rect {inner} fill="none" stroke="#000000" stroke-width="0.3"/>'
    clip = f'<clipPath id="map"><rect width="{SIZE_MM[0]}" height="{SIZE_MM[1]}"/></clipPath>'
    drawing = svg.document(f'<g clip-path="url(#map)">{body}</g>{frame}', *SIZE_MM, clip)
    bar = scale_bar(view, Box(x_mm=0, y_mm=0, width_mm=52, height_mm=13))
    return drawing, bar, north_arrow(Box(x_mm=0, y_mm=0, width_mm=19, height_mm=15))


def mark(severity: Severity, x: float, y: float, size_mm: float = 1.5) -> str:
    """Draw the mark of a severity: shapes that stay apart in black and white."""
    half = size_mm / 2
    style = f'fill="{INK[severity]}" stroke="#ffffff" stroke-width="0.15"'
    at = svg.number
    if severity is Severity.FATAL:
        return f'<rect x="{at(x - half)}" y="{at(y - half)}" width="{at(size_mm)}" height="{at(size_mm)}" {style}/>'
    if severity is Severity.SERIOUS:
        tip = half * 1.25
        path = f"M{at(x)},{at(y - tip)} {at(x + tip)},{at(y)} {at(x)},{at(y + tip)} {at(x - tip)},{at(y)}Z"
        return f'<path d="{path}" {style}/>'
    return f'<circle cx="{at(x)}" cy="{at(y)}" r="{at(half * 0.8)}" {style}/>'


def legend_mark(severity: Severity) -> str:
    """Draw the mark alone, for the legend."""
    return svg.document(mark(severity, 1.5, 1.5, 2.0), 3, 3)


def _ground(ground: shapely.Geometry | None, view: View) -> str:
    if ground is None or shapely.is_empty(ground):
        return ""
    thin = shapely.simplify(ground, 0.05 * view.metres_per_mm) if shapely.is_valid(ground) else ground
    path = svg.areas_path(np.array([shapely.transform(thin, view.to_mm)], dtype=object))
    return f'<path d="{path}" fill="{_LAND}" stroke="{_EDGE}" stroke-width="0.25"/>'


def _backdrop(shapes: GeometryArray, view: View) -> str:
    """Draw the layer as a pale tint, as coarse as paper can show; what is smaller than a dot still counts as a dot."""
    there = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    dot = _DOT_MM * view.metres_per_mm
    box = shapely.bounds(there)
    large = (box[:, 2:] - box[:, :2]).max(axis=1) >= dot if len(there) else np.empty(0, dtype=bool)
    outlines = shapely.simplify(there[large], dot / 4, preserve_topology=False)
    outlines = outlines[~shapely.is_empty(outlines)]
    middles = np.unique(np.floor((box[~large][:, :2] + box[~large][:, 2:]) / 2 / dot), axis=0) * dot
    dots = np.asarray(shapely.box(*np.hstack([middles, middles + dot]).T), dtype=object)
    drawn = np.concatenate([outlines, np.atleast_1d(dots)])
    path = svg.areas_path(shapely.transform(drawn, view.to_mm))
    return f'<path d="{path}" fill="{_TINT}" stroke="#ffffff" stroke-width="0.06"/>' if path else ""


def _marks(findings: gpd.GeoDataFrame, view: View) -> str:
    """Draw the places, the worst last; of many in one spot the worst one alone."""
    middles = shapely.centroid(findings.geometry.to_numpy())
    there = ~shapely.is_missing(middles) & ~shapely.is_empty(middles)
    xy = view.to_mm(shapely.get_coordinates(middles[there]))
    rank = {severity.value: number for number, severity in enumerate(Severity)}
    severity = findings["severity"].map(rank).to_numpy()[there]
    cell = np.floor(xy / _CELL_MM).astype(np.int64)
    order = np.lexsort((severity, cell[:, 1], cell[:, 0]))
    _, first = np.unique(cell[order], axis=0, return_index=True)
    drawn = order[first]
    drawn = drawn[np.argsort(-severity[drawn], kind="stable")]
    kinds = list(Severity)
    return "".join(mark(kinds[severity[row]], *xy[row]) for row in drawn)
