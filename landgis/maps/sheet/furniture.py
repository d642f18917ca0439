"""Scale bar, north arrow and locator: small drawings in millimetres, their type as large as their box allows."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.maps import svg
from landgis.maps.layout import Box
from landgis.maps.material import Boundary
from landgis.maps.sheet.view import View, round_length
from landgis.maps.svg import number

_INK = "#000000"
_SEGMENTS = 4
_BAR_MM, _ARROW_MM = 15.0, 20.0
"""Boxes so high hold type of 7 pt; in others it grows or shrinks with the box."""
_SMALL_MM = 2.5


def scale_words(view: View) -> str:
    """Write the scale as ``1:2 000``."""
    return f"1:{view.scale:,}".replace(",", " ")


def segment_m(view: View, width_mm: float) -> int:
    """Ground length of one scale-bar segment: round, and such that all of them fill about two thirds of a width."""
    length = round_length(width_mm * 0.6 / _SEGMENTS * view.metres_per_mm)
    # At both ends half a number stands out.
    while length * _SEGMENTS / view.metres_per_mm > width_mm * 0.77:
        length = round_length(length / 2.6)
    return length


def scale_bar(view: View, box: Box) -> str:
    """Scale bar with the numeric scale above it; segments are true in millimetres."""
    length = segment_m(view, box.width_mm)
    each = length / view.metres_per_mm
    grown = box.height_mm / _BAR_MM
    left, top, high, size = (box.width_mm - each * _SEGMENTS) / 2, 7.0 * grown, 1.6 * grown, _SMALL_MM * grown
    words = svg.words(
        scale_words(view), box.width_mm / 2, 4.6 * grown, 4.0 * grown, f'font-weight="bold" fill="{_INK}"'
    )
    parts = [words]
    for index in range(_SEGMENTS):
        fill = _INK if index % 2 == 0 else "#ffffff"
        place = f'x="{number(left + index * each)}" y="{number(top)}" width="{number(each)}" height="{number(high)}"'
        parts.append(f'<rect {place} fill="{fill}" stroke="{_INK}" stroke-width="0.15"/>')
    unit, divisor = ("km", 1000) if length * _SEGMENTS >= 2000 else ("m", 1)
    for index in range(_SEGMENTS + 1):
        text = f"{index * length / divisor:g}" + (f" {unit}" if index == _SEGMENTS else "")
        shift = svg.width_of(f" {unit}", size) / 2 if index == _SEGMENTS else 0.0
        foot = top + high + 1.3 * size
        parts.append(svg.words(text, left + index * each + shift, foot, size, f'fill="{_INK}"'))
    return svg.document("".join(parts), box.width_mm, box.height_mm)


def north_arrow(box: Box) -> str:
    """Arrow to grid north (坐标北), which is straight up on a sheet laid out in the projected CRS."""
    grown = box.height_mm / _ARROW_MM
    x, top, foot = box.width_mm / 2, 3.6 * grown, box.height_mm - 4.4 * grown
    wing = (foot - top) * 0.26
    notch = foot - (foot - top) * 0.26
    right = f"M{number(x)},{number(top)} {number(x + wing)},{number(foot)} {number(x)},{number(notch)}Z"
    left = f"M{number(x)},{number(top)} {number(x - wing)},{number(foot)} {number(x)},{number(notch)}Z"
    style = f'stroke="{_INK}" stroke-width="0.2" stroke-linejoin="round"'
    body = svg.words("N", x, 3.0 * grown, 3.6 * grown, f'font-weight="bold" fill="{_INK}"')
    body += f'<path d="{right}" fill="{_INK}" {style}/><path d="{left}" fill="#ffffff" {style}/>'
    caption = box.height_mm - 0.8 * grown
    body += svg.words("坐标北 Grid north", x, caption, _SMALL_MM * grown, f'fill="{_INK}"')
    return svg.document(body, box.width_mm, box.height_mm)


def short_bar(view: View, height_mm: float) -> str:
    """One length in metres or kilometres with its bar, for the head of a small map."""
    length = round_length(9 * view.metres_per_mm)
    long = length / view.metres_per_mm
    words = f"{length / 1000:g} km" if length >= 1000 else f"{length} m"
    half = f'y="{number(height_mm - 2.2)}" width="{number(long / 2)}" height="0.9" stroke="{_INK}" stroke-width="0.12"'
    body = f'<rect x="0.2" {half} fill="{_INK}"/><rect x="{number(0.2 + long / 2)}" {half} fill="#ffffff"/>'
    body += svg.words(words, 0.2 + long / 2, height_mm - 2.7, _SMALL_MM, f'fill="{_INK}"')
    return svg.document(body, max(long, svg.width_of(words, _SMALL_MM)) + 0.4, height_mm)


def locator(boundaries: tuple[Boundary, ...], views: list[View], box: Box) -> str:
    """Where the sheet lies: outlines of the highest level given, with the frames of its maps; empty without outlines."""
    for level in ("district", "town"):
        shapes = np.array([boundary.geometry for boundary in boundaries if boundary.level == level], dtype=object)
        if len(shapes):
            break
    else:
        return ""
    frames = np.array([shapely.box(*view.bounds_m) for view in views], dtype=object)
    west, south, east, north = shapely.total_bounds([*shapes, *frames])
    per_mm = max((east - west) / (box.width_mm - 3), (north - south) / (box.height_mm - 3))
    middle = np.array([(west + east) / 2, (south + north) / 2])

    def to_mm(
        points: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        moved = (points - middle) / per_mm
        return np.column_stack([moved[:, 0] + box.width_mm / 2, box.height_mm / 2 - moved[:, 1]])

    thin = shapely.simplify(shapes, 0.05 * per_mm)
    land = svg.areas_path(np.asarray(shapely.transform(thin, to_mm)))
    window = svg.areas_path(np.asarray(shapely.transform(frames, to_mm)))
    size = f'width="{number(box.width_mm - 0.2)}" height="{number(box.height_mm - 0.2)}"'
    body = f'<rect x="0.1" y="0.1" {size} fill="#ffffff" stroke="{_INK}" stroke-width="0.2"/>'
    body += f'<path d="{land}" fill="#ebe7ef" stroke="#6b4a86" stroke-width="0.15"/>'
    body += f'<path d="{window}" fill="#c00000" fill-opacity="0.12" stroke="#c00000" stroke-width="0.35"/>'
    return svg.document(body, box.width_mm, box.height_mm)
