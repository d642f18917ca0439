"""Neat line, border and grid labels around a map, and the plates its numbers stand on."""

from __future__ import annotations

from landgis.maps import svg
from landgis.maps.layout import Box, MapPart
from landgis.maps.sheet import surroundings
from landgis.maps.sheet.canvas import Canvas
from landgis.maps.sheet.labels import Label
from landgis.maps.sheet.parcels import disc
from landgis.maps.style import INK
from landgis.maps.svg import number


def framed(canvas: Canvas, part: MapPart, box: Box, step: int) -> str:
    """Clip the map and put neat line, grid labels and border around it."""
    view, border = canvas.view, part.border_mm
    inner = f'<g transform="translate({number(border)} {number(border)})">{_clipped(canvas)}'
    inner += f'<rect id="neat-line" {_size(canvas)} fill="none" stroke="#000000" stroke-width="0.2"/>'
    inner += f"{surroundings.grid_labels(view, step, border)}</g>"
    outer = f'<rect x="0.4" y="0.4" width="{number(box.width_mm - 0.8)}" height="{number(box.height_mm - 0.8)}"'
    outer += ' fill="none" stroke="#000000" stroke-width="0.8"/>'
    return svg.document(inner + outer, box.width_mm, box.height_mm, _defs(canvas))


def bare(canvas: Canvas) -> str:
    """Return the map alone, cut at the neat line: what a georeferenced picture shows."""
    return svg.document(_clipped(canvas), canvas.view.width_mm, canvas.view.height_mm, _defs(canvas))


def _clipped(canvas: Canvas) -> str:
    return f'<rect {_size(canvas)} fill="#ffffff"/><g clip-path="url(#frame)">{"".join(canvas.parts)}</g>'


def _defs(canvas: Canvas) -> str:
    return f'<clipPath id="frame"><rect {_size(canvas)}/></clipPath>{"".join(canvas.defs)}'


def _size(canvas: Canvas) -> str:
    return f'width="{number(canvas.view.width_mm)}" height="{number(canvas.view.height_mm)}"'


def numbered(placed: list[Label], size: float) -> str:
    """Leaders with a dot on their parcel, then the numbers on white plates."""
    leaders = [label.leader_mm for label in placed if label.leader_mm is not None]
    lines = "".join("M{},{}L{},{}".format(*map(number, leader)) for leader in leaders)
    ends = "".join(disc(leader[2], leader[3], 0.22) for leader in leaders)
    drawing = f'<path d="{lines}" fill="none" stroke="{INK}" stroke-width="0.12"/><path d="{ends}" fill="{INK}"/>'
    plates = "".join(_plate(label, size) for label in placed)
    return f'<g id="leaders">{drawing if leaders else ""}</g><g id="numbers">{plates}</g>'


def _plate(label: Label, size: float) -> str:
    place = f'x="{number(label.x_mm)}" y="{number(label.y_mm)}"'
    box = f'{place} width="{number(label.width_mm)}" height="{number(label.height_mm)}"'
    base = label.y_mm + label.height_mm / 2 + size * 0.365
    text = svg.words(label.text, label.x_mm + label.width_mm / 2, base, size, f'font-weight="bold" fill="{INK}"')
    return f'<rect {box} rx="0.5" fill="#ffffff" fill-opacity="0.86"/>{text}'
