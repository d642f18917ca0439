"""The scale bar of a small map: true in millimetres from 1:1 to 1:100 000."""

from __future__ import annotations

from math import floor, log10

from landgis.maps import svg
from landgis.maps.sheet.view import View
from landgis.maps.svg import number

_WIDEST_MM = 22.0
_HIGH_MM = 1.2


def bar_length_m(view: View) -> float:
    """Return the largest of 1, 2, 5 times a power of ten metres that the bar has room for."""
    room = _WIDEST_MM * view.metres_per_mm
    power = 10.0 ** floor(log10(room))
    return max(step * power for step in (1, 2, 5) if step * power <= room)


def length_words(length_m: float) -> str:
    """Write a round length in the unit that leaves no fraction."""
    if length_m >= 1000:
        return f"{length_m / 1000:g} km"
    if length_m >= 1:
        return f"{length_m:g} m"
    return f"{length_m * 100:g} cm" if length_m >= 0.01 else f"{length_m * 1000:g} mm"


def scale_words(view: View) -> str:
    """Write the scale as ``1:2 000``."""
    return f"1:{view.scale:,}".replace(",", " ")


def scale_bar(view: View) -> str:
    """Draw the bar with its length and the numeric scale on a white plate in the lower left corner."""
    length = bar_length_m(view)
    long = length / view.metres_per_mm
    words = f"{length_words(length)}  {scale_words(view)}"
    wide = max(long, svg.width_of(words, 2.3)) + 2.4
    left, top = 1.4, view.height_mm - 3.2
    plate = f'<rect x="0.3" y="{number(view.height_mm - 6.6)}" width="{number(wide)}" height="6.3" fill="#ffffff" fill-opacity="0.88"/>'
    halves = [
        f'<rect class="bar" x="{number(left + half * long / 2)}" y="{number(top)}" width="{number(long / 2)}" '
        f'height="{_HIGH_MM}" fill="{("#000000", "#ffffff")[half]}" stroke="#000000" stroke-width="0.15"/>'
        for half in (0, 1)
    ]
    text = (
        f'<text x="{number(left)}" y="{number(top - 0.9)}" font-size="2.3" font-family="{svg.SANS}" fill="#000000">'
        f"{words}</text>"
    )
    return plate + "".join(halves) + text
