"""True sizes of glyphs, measured by the program that sets the sheets, in the font that it sets them in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from unicodedata import east_asian_width

from landgis.maps.compositor import typeset
from landgis.maps.svg import SANS

_TEMPLATE = Path(__file__).with_name("glyphs.typ")
_SQUARE = (1.0, 0.87, 0.1)
"""Ideographs and full-width signs are one em wide in every Chinese font; ink reaches so far up and down."""
_COMMON = "".join(map(chr, range(0x20, 0x7F))) + "–—…·°"

Extent = tuple[float, float, float]


def extent(text: str, bold: bool) -> Extent:
    """Width of a text, and how far it reaches above and below its base line, in parts of its size."""
    if not text:
        return 0.0, 0.0, 0.0
    measured = _measured(bold, frozenset(text) - frozenset(_COMMON) - {char for char in text if _is_square(char)})
    widths, rises, falls = zip(*(_SQUARE if _is_square(char) else measured[char] for char in text), strict=True)
    return sum(widths), max(rises), max(falls)


def _is_square(char: str) -> bool:
    return east_asian_width(char) in "WF"


@cache
def _measured(bold: bool, further: frozenset[str]) -> dict[str, Extent]:
    """Extents of common signs and of some further ones; one run of typst for all of them."""
    known = _measured(bold, frozenset()) if further else {}
    return known | _asked(bold, further or _COMMON)


def _asked(bold: bool, chars: Iterable[str]) -> dict[str, Extent]:
    ordered = sorted(chars)
    inputs = {"chars": json.dumps(ordered), "font": SANS, "weight": "bold" if bold else "regular"}
    _, told = typeset(_TEMPLATE, inputs, asked="<extents>")
    extents = json.loads(told or "[]")
    return {char: (width, rise, fall) for char, (width, rise, fall) in zip(ordered, extents, strict=True)}
